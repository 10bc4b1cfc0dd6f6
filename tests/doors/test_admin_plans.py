"""Plans in the admin: what the shop has, what is closed to it and says so, and what stays when a plan is given up."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from devstore import billing
from jobs.plans import read_all
from shopify_app.admin.plans.gate import GATES, ROOMS
from shopify_app.automations import versions
from shopify_app.automations.actions import Tag
from shopify_app.automations.rules import Automations, Rule
from shopify_app.automations.vocabulary import Trigger
from shopify_app.casework.models import SavedReply
from shopify_app.db import Database
from shopify_app.shops.entitlements import AppPricing
from shopify_app.shops.entitlements_models import ShopPlan
from shopify_app.shops.entitlements_plans import SCALE, STARTER, Feature, Limit
from shopify_app.shops.models import Shop
from wire import Wire, application, wire

pytestmark = pytest.mark.again

PLANS, REPLIES = "/app/plans", "/app/returns/replies"
REHEARSE, FILE = "/app/returns/policy/rehearse", "/app/insights/file?of=figures"
PLAN_PAGE = "http://admin.test/store/mara-goods/charges/postlude/pricing_plans"


@pytest.fixture
def stage(database: Database, database_url: str) -> Wire:
    """Mara's shop, where Shopify sells the plans."""
    built = wire(database, database_url)
    apis = built.adapters.admin_apis
    pricing = AppPricing(database, built.adapters.clock, apis.of, "http://admin.test", "postlude")
    built.adapters = replace(built.adapters, entitlements=pricing)
    return built


@pytest.fixture(autouse=True)
def shop(stage: Wire) -> Shop:
    return stage.install()


def visit(door: FlaskClient, stage: Wire, path: str = PLANS, /, **form: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {stage.session_token()}"}
    return door.post(path, data=form, headers=headers) if form else door.get(path, headers=headers)


def subscribe(stage: Wire, plan: str, answer: str = "approve") -> None:
    chosen = billing.choose(stage.world, plan)
    if chosen["status"] == "PENDING":
        (billing.approve if answer == "approve" else billing.decline)(stage.world, chosen["id"])


def come_back(door: FlaskClient, stage: Wire) -> str:
    """From Shopify's plan page, by the welcome link."""
    answer = visit(door, stage, f"{PLANS}?plan_handle=x")
    assert answer.status_code == 200
    return answer.text


def rehearse(door: FlaskClient, stage: Wire) -> TestResponse:
    return visit(door, stage, REHEARSE, days="30")


def keep_replies(stage: Wire, shop: Shop, count: int) -> None:
    with stage.adapters.database.write() as session:
        now = stage.now()
        session.add_all(SavedReply(shop_id=shop.id, name=f"R{n}", body="Hi", changed_at=now) for n in range(count))


class TestThePage:
    def test_a_shop_that_never_chose_has_the_smallest_plan_and_the_way_to_shopifys_page(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        page = visit(door, stage).text

        assert '<span class="name">Starter</span>' in page
        assert f'href="{PLAN_PAGE}" target="_top"' in page
        for words in ("$49.00 every 30 days", "$149.00 every 30 days", "14 days free", "All of Growth", "Automations"):
            assert words in page

    def test_a_trial_counts_its_days_down_and_names_the_day_of_the_first_bill(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        subscribe(stage, "growth")
        assert "14 days of your free trial are left." in come_back(door, stage)
        assert "Growth, 14 days of the trial left." in visit(door, stage, "/app/settings").text
        stage.advance(days=13)
        assert "1 day of your free trial is left." in visit(door, stage).text
        stage.advance(days=1)

        page = visit(door, stage).text

        assert "free trial" not in page.lower()
        assert "Paid until" in page

    @pytest.mark.asked
    def test_each_state_of_a_subscription_is_said(self, door: FlaskClient, stage: Wire) -> None:
        billing.choose(stage.world, "growth")
        assert "Growth waits for your approval at Shopify. Until then you have Starter." in come_back(door, stage)
        subscribe(stage, "growth", "decline")
        assert "You declined Growth at Shopify, so you have Starter." in come_back(door, stage)
        subscribe(stage, "growth")
        billing.freeze(stage.world)
        assert "Growth is on hold because Shopify could not collect its price." in come_back(door, stage)
        billing.thaw(stage.world)
        assert '<span class="name">Growth</span>' in come_back(door, stage)
        billing.cancel(stage.world)
        assert "Growth was cancelled, so you have Starter." in come_back(door, stage)
        billing.choose(stage.world, "scale")
        stage.advance(days=2)
        assert "Scale was not approved within two days and has lapsed." in come_back(door, stage)

    @pytest.mark.asked
    def test_a_plan_of_an_unknown_name_leaves_what_the_shop_had(self, door: FlaskClient, stage: Wire) -> None:
        subscribe(stage, "scale")
        come_back(door, stage)
        billing.rename(stage.world, "for-mara-only", "Mara's own")

        page = come_back(door, stage)

        assert (
            "Shopify names a plan or a state that we do not know: Mara&#39;s own. You keep what you had, Scale." in page
        )
        assert rehearse(door, stage).status_code == 200

    def test_shopify_is_asked_where_there_may_be_news_and_not_on_every_look(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        visit(door, stage)
        subscribe(stage, "growth")
        assert '<span class="name">Starter</span>' in visit(door, stage).text

        assert visit(door, stage, PLANS, again="1").status_code == 303
        assert '<span class="name">Growth</span>' in visit(door, stage).text

    def test_without_an_answer_what_was_known_is_shown_and_said_to_be_old(self, door: FlaskClient, stage: Wire) -> None:
        subscribe(stage, "growth")
        come_back(door, stage)
        stage.fault("5xx", "Subscriptions", count=20)

        asked = visit(door, stage, PLANS, again="1")

        assert asked.status_code == 503
        assert "Shopify did not answer" in asked.text
        assert '<span class="name">Growth</span>' in asked.text

    def test_where_nothing_is_sold_there_is_nothing_to_choose(self, database: Database, database_url: str) -> None:
        own = wire(database, database_url)
        own.grant()
        app = application(own.adapters)

        page = visit(app.test_client(), own).text

        assert "Every shop on it has: Everything." in page
        assert "pricing_plans" not in page


class TestTheGates:
    def test_every_gate_and_room_stands_before_an_address_that_there_is(self, door: FlaskClient) -> None:
        assert GATES.keys() | ROOMS.keys() <= door.application.view_functions.keys()
        assert {gate.feature for gate in GATES.values()} == set(Feature)
        assert {each.limit for each in ROOMS.values()} == set(Limit)

    @pytest.mark.parametrize("plan", ["growth", "scale"])
    def test_rehearsals_open_with_the_plan_that_has_them(self, door: FlaskClient, stage: Wire, plan: str) -> None:
        closed = rehearse(door, stage)
        assert closed.status_code == 403
        assert "Rehearsing a draft over what was is part of Growth." in closed.text
        page = visit(door, stage, REHEARSE).text
        assert re.search(r'type="submit" variant="primary" disabled>Rehearse<', page)
        assert "Part of Growth" in page

        subscribe(stage, plan)
        come_back(door, stage)

        assert rehearse(door, stage).status_code == 200
        assert "Part of Growth" not in visit(door, stage, REHEARSE).text

    def test_files_of_figures_open_with_the_plan_that_has_them_and_figures_are_everybodys(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        assert visit(door, stage, FILE).status_code == 403
        page = visit(door, stage, "/app/insights")
        assert page.status_code == 200
        assert "/app/insights/file" not in page.text
        assert visit(door, stage, "/app/insights/table?of=figures").status_code == 200

        subscribe(stage, "growth")
        come_back(door, stage)

        assert visit(door, stage, FILE).mimetype == "text/csv"
        assert "/app/insights/file" in visit(door, stage, "/app/insights").text

    @pytest.mark.asked
    def test_there_is_room_for_so_many_replies_and_those_beyond_stay_in_use(
        self, door: FlaskClient, stage: Wire, shop: Shop
    ) -> None:
        most = STARTER.limits[Limit.SAVED_REPLIES]
        keep_replies(stage, shop, most - 1)
        assert visit(door, stage, REPLIES, name="Last", body="Hi", version="0").status_code == 303
        full = visit(door, stage, REPLIES, name="One more", body="Hi", version="0")
        assert full.status_code == 403
        assert f"Your plan has room for {most} saved replies. Growth has room for more." in full.text
        assert "Your plan has no room for more saved replies." in visit(door, stage, REPLIES).text

        page = visit(door, stage, f"{REPLIES}?edit=1").text
        assert 'variant="primary">Save<' in page
        changed = visit(door, stage, REPLIES, id="1", name="R0", body="Hello", version="0")
        assert changed.status_code == 303
        assert visit(door, stage, REPLIES, id="1", verb="remove", version="0").status_code == 303
        assert visit(door, stage, REPLIES, name="One more", body="Hi", version="0").status_code == 303

    def test_nothing_is_closed_while_shopify_has_never_told_and_does_not_answer(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        stage.fault("5xx", "Subscriptions", count=20)

        assert rehearse(door, stage).status_code == 200
        assert "Nothing is closed to you until it does." in visit(door, stage).text

    @pytest.mark.asked
    def test_the_first_use_of_something_closed_asks_shopify(self, door: FlaskClient, stage: Wire) -> None:
        subscribe(stage, "scale")

        assert rehearse(door, stage).status_code == 200
        with stage.adapters.database.read() as session:
            assert session.query(ShopPlan).one().plan == SCALE.handle


def test_each_day_every_shop_is_asked_and_one_that_does_not_answer_keeps_what_it_had(
    door: FlaskClient, stage: Wire, shop: Shop
) -> None:
    subscribe(stage, "growth")
    come_back(door, stage)
    billing.cancel(stage.world)
    stage.fault("5xx", "Subscriptions", count=20)
    read_all(stage.adapters)
    assert rehearse(door, stage).status_code == 200
    for fault in stage.world.store.all("fault"):
        stage.world.store.delete("fault", fault["id"])

    read_all(stage.adapters)

    assert rehearse(door, stage).status_code == 403


class TestAutomations:
    def test_they_are_put_in_force_with_the_plan_that_has_them_and_switched_off_with_any(
        self, door: FlaskClient, stage: Wire, shop: Shop
    ) -> None:
        greet, thank = rule("greet"), rule("thank")
        drafted(stage, shop, greet, thank)
        assert publish(door, stage, shop).status_code == 403
        look = visit(door, stage, "/app/automations/publish").text
        assert re.search(r'variant="primary" disabled>Publish as version 1<.*Part of Scale', look)
        assert "To put them in force, take Scale" in visit(door, stage, "/app/automations").text
        subscribe(stage, "scale")
        come_back(door, stage)
        assert publish(door, stage, shop).status_code == 303

        billing.cancel(stage.world)
        come_back(door, stage)
        assert [each.name for each in in_force(stage, shop)] == ["greet", "thank"]
        for closed in ((thank, greet), (greet, thank, rule("more")), (replace(greet, then=(Tag(tag="new"),)),)):
            drafted(stage, shop, *closed)
            assert "is part of Scale. What is in force goes on." in publish(door, stage, shop).text
        drafted(stage, shop, replace(greet, is_off=True), thank, replace(rule("later"), is_off=True))
        assert 'variant="primary">Publish as version 2<' in visit(door, stage, "/app/automations/publish").text
        assert publish(door, stage, shop).status_code == 303
        drafted(stage, shop)
        assert publish(door, stage, shop).status_code == 303
        assert in_force(stage, shop) == ()
        assert publish(door, stage, shop, "/app/automations/versions/1").status_code == 403


def rule(name: str) -> Rule:
    key = name.encode().hex().ljust(8, "0")[:8]
    return Rule(key=key, name=name, on=Trigger.ORDER_PLACED, then=(Tag(tag=name),))


def drafted(stage: Wire, shop: Shop, *rules: Rule) -> None:
    with stage.adapters.database.write() as session:
        seen = versions.draft_of(session, shop.id).revision
        versions.save(session, shop.id, Automations(rules), seen, "1", stage.now())


def publish(door: FlaskClient, stage: Wire, shop: Shop, path: str = "/app/automations/publish") -> TestResponse:
    with stage.adapters.database.read() as session:
        revision = versions.draft_of(session, shop.id).revision
    return visit(door, stage, path, revision=str(revision))


def in_force(stage: Wire, shop: Shop) -> tuple[Rule, ...]:
    with stage.adapters.database.read() as session:
        return versions.newest(session, shop.id).rules.rules
