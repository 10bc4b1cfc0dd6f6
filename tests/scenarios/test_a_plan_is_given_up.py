"""A plan is tried, taken, made smaller and given up: what it opens closes again, and nothing that was made is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.casework.models import SavedReply
from shopify_app.db import Database
from shopify_app.queue import celery
from shopify_app.shopify.subscriptions import Status, SubscriptionSnapshot
from shopify_app.shops.entitlements import AppPricing, take
from shopify_app.shops.entitlements_models import ShopPlan
from shopify_app.shops.models import Shop
from webhooks.handle import handle_delivery
from webhooks.inbox import Delivery, pack
from wire import Wire, application, wire

OTTO = "ottos-outlet.myshopify.com"
PLAN_PAGE = "/store/mara-goods/charges/postlude"
REPLIES, FILE, REHEARSE = "/app/returns/replies", "/app/insights/file?of=figures", "/app/returns/policy/rehearse"


class Story:
    """Mara, at Shopify's plan page and in the app; what Shopify writes is carried over by hand."""

    def __init__(self, stage: Wire, shop: Shop) -> None:
        app = application(stage.adapters)
        self.stage, self.shop, self._numbers = stage, shop, count(1)
        self._app, self._shopify = app.test_client(), FlaskClient(stage.app)

    def chooses(self, plan: str, answer: str = "approve") -> None:
        asked = self._shopify.post(f"{PLAN_PAGE}/choose", data={"plan": plan})
        if asked.location.endswith("/confirm"):
            self._shopify.post(asked.location.replace("/confirm", f"/{answer}"))
        self.post_is_carried()

    def cancels(self) -> None:
        self._shopify.post(f"{PLAN_PAGE}/cancel")
        self.post_is_carried()

    def post_is_carried(self) -> None:
        """What Shopify wrote since, the newest first: it comes in any order."""
        store = self.stage.world.store
        for letter in reversed(list(store.find("delivery", status="pending"))):
            store.put("delivery", {**letter, "status": "delivered"})
            with self.stage.adapters.database.write() as session:
                now = self.stage.now()
                row = Delivery(
                    shop_id=self.shop.id, webhook_id=f"plan-{next(self._numbers)}", topic=letter["topic"],
                    triggered_at=now, received_at=now, due_at=now, body=pack(letter["body"].encode()),
                )  # fmt: skip
                session.add(row)
            handle_delivery(self.stage.adapters, row.id)

    def opens(self, path: str = "/app/plans", **form: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.stage.session_token()}"}
        return self._app.post(path, data=form, headers=headers) if form else self._app.get(path, headers=headers)

    def may(self) -> tuple[bool, bool]:
        """Whether she may rehearse, and have figures as a file."""
        return self.opens(REHEARSE, days="30").status_code == 200, self.opens(FILE).status_code == 200

    def replies(self) -> int:
        with self.stage.adapters.database.read() as session:
            return len(session.scalars(select(SavedReply).where(SavedReply.shop_id == self.shop.id)).all())


@pytest.fixture
def stage(database: Database, database_url: str) -> Iterator[Wire]:
    before, celery.conf.broker_url = celery.conf.broker_url, "memory://"
    built = wire(database, database_url)
    apis = built.adapters.admin_apis
    pricing = AppPricing(database, built.adapters.clock, apis.of, "http://admin.test", "postlude")
    built.adapters = replace(built.adapters, entitlements=pricing)
    yield built
    celery.conf.broker_url = before


@pytest.fixture
def mara(stage: Wire) -> Story:
    return Story(stage, stage.install())


def ottos_row(stage: Wire) -> dict[str, Any]:
    with stage.adapters.database.read() as session:
        row = session.scalars(select(ShopPlan).join(Shop, Shop.id == ShopPlan.shop_id).where(Shop.domain == OTTO)).one()
        return {column.name: getattr(row, column.name) for column in ShopPlan.__table__.columns}


def otto_has_growth(stage: Wire) -> None:
    now = stage.now()
    growth = SubscriptionSnapshot("gid://shopify/AppSubscription/1", "Growth", "growth", Status.ACTIVE, now)
    with stage.adapters.database.write() as session:
        shop = Shop(domain=OTTO, installed_at=now)
        session.add(shop)
        session.flush()
        take(session, shop.id, (growth,), now, now)


def test_what_a_plan_opened_closes_with_it_and_what_was_made_stays(stage: Wire, mara: Story) -> None:
    otto_has_growth(stage)
    before = ottos_row(stage)
    assert mara.may() == (False, False)

    mara.chooses("growth")  # a trial
    assert mara.may() == (True, True)
    assert "14 days of your free trial are left." in mara.opens().text
    for number in range(8):
        assert mara.opens(REPLIES, name=f"Reply {number}", body="Hi", version="0").status_code == 303

    mara.chooses("scale")  # and up, in the middle of it
    stage.advance(days=20)
    assert mara.may() == (True, True)
    assert '<span class="name">Scale</span>' in mara.opens().text

    mara.chooses("starter")  # down: closed, and all still there
    assert mara.may() == (False, False)
    assert mara.replies() == 8
    assert "Reply 7" in mara.opens(REPLIES).text
    assert mara.opens(REPLIES, name="Reply 8", body="Hi", version="0").status_code == 403
    assert mara.opens(f"{REPLIES}?edit=1").status_code == 200
    assert mara.opens(REHEARSE).status_code == mara.opens("/app/insights").status_code == 200

    mara.chooses("growth")
    assert mara.opens(REPLIES, name="Reply 8", body="Hi", version="0").status_code == 303
    assert "free trial" not in mara.opens().text.lower()  # its days were used

    mara.cancels()
    assert mara.may() == (False, False)
    assert "Growth was cancelled, so you have Starter. Nothing you made is lost." in mara.opens().text
    assert mara.replies() == 9
    assert ottos_row(stage) == before


def test_what_was_declined_changes_nothing(mara: Story) -> None:
    mara.chooses("growth")
    mara.chooses("scale", answer="decline")

    assert '<span class="name">Growth</span>' in mara.opens().text


def test_the_answer_to_an_older_question_changes_nothing(stage: Wire, mara: Story) -> None:
    """Two workers ask; the one that asked first is the last to write."""
    mara.chooses("growth")
    asked_before = stage.now() - timedelta(minutes=1)
    with stage.adapters.database.write() as session:
        take(session, mara.shop.id, (), asked_before, stage.now())

    assert mara.may() == (True, True)


def test_whoever_removes_the_app_and_comes_back_has_no_plan_until_one_is_chosen(stage: Wire, mara: Story) -> None:
    mara.chooses("scale")
    FlaskClient(stage.app).post("/control/uninstall")
    mara.post_is_carried()
    stage.advance(minutes=1)

    mara.shop = stage.install()
    stage.adapters.entitlements.ask(mara.shop.id)  # what follows from an installation

    assert mara.may() == (False, False)
    assert "Scale was cancelled, so you have Starter." in mara.opens().text
