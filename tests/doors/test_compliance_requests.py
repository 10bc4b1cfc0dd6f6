"""The three topics the law wants, from the signed letter to the rows that are gone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from personal import came_back, judged, told_by, without_receipt
from sqlalchemy import select

from jobs import privacy
from jobs.privacy import ShopStillThere, carry_out, erase_redacted_shop
from shopify_app.customers.projection import apply_customer, delete_customer
from shopify_app.db import Base, Encrypted, Session
from shopify_app.events import Event
from shopify_app.orders.models import Order
from shopify_app.recommendations.models import CardClick, ReturnedItem
from shopify_app.returns import standing
from shopify_app.returns.models import ListedCustomer, ReturnLine, ReturnPhoto
from shopify_app.returns.vocabulary import Standing
from shopify_app.shipments.whole_order import apply_whole_order
from shopify_app.shopify.payload_fields import BadPayload
from shopify_app.shops import privacy as requests
from shopify_app.shops.installation import install
from shopify_app.shops.models import PrivacyRequest, Shop
from stage import ada, order
from webhooks import app as app_topics
from webhooks import compliance
from webhooks.inbox import Delivery, pack
from webhooks.work import Stale, Work
from wire import Wire

ADA, BEN = 501, 777
KEPT_WITH_THE_SHOP = {"shop", "provider_account", "staff"}  # the shop's secrets and its people, no customer's


@pytest.fixture
def shop(stage: Wire) -> Shop:
    return stage.install()


@pytest.fixture
def people(stage: Wire, shop: Shop) -> None:
    """Ada and Ben bought, clicked a recommendation, sent something back and were put on a list."""
    now = stage.now()
    with stage.adapters.database.write() as session:
        for number, who in ((1, ada()), (2, ada(shopify_id=BEN, email="ben@example.com", phone="+46 70 174 06 99"))):
            apply_customer(session, shop.id, who, now)
            standing.put(session, shop.id, Standing.BLOCKED, "mara", now, email=who.email, reason="Sends all back")
            bought = order(
                shopify_id=100 + number, name=f"#{1040 + number}", customer=who, email=who.email, phone=who.phone
            )
            lines = tuple(_renumbered(line, number) for line in bought.lines)
            apply_whole_order(session, shop.id, replace(bought, lines=lines, fulfillments=(), refunds=()), now)
        session.flush()
        for row in session.scalars(select(Order)):
            mark = {"shop_id": shop.id, "order_id": row.id, "customer_id": row.customer_id, "product_id": 1}
            session.add(CardClick(**mark, email_hash=row.email_hash, clicked_at=now))
            session.add(ReturnedItem(**mark, at=now))
            session.add_all(told_by(shop, row, now))
            judged(session, came_back(session, shop, row, now), now)
            without_receipt(session, shop, row, now)


def _renumbered(line: Any, number: int) -> Any:
    return replace(line, shopify_id=line.shopify_id + 1000 * number)


def deliver(
    stage: Wire, shop: Shop, topic: str, handler: Any, payload: dict[str, Any], at: datetime | None = None
) -> None:
    """The inbox has the letter and a worker has claimed it."""
    now = stage.now()
    with stage.adapters.database.write() as session:
        row = Delivery(
            shop_id=shop.id, webhook_id=f"{topic} {now}", topic=topic, received_at=now, due_at=now,
            body=pack(json.dumps(payload).encode()), lease_token="lease", lease_until=2**40,
        )  # fmt: skip
        session.add(row)
    handler(Work(stage.adapters, shop.id, row.id, topic, payload, at or now, now, "lease", now))


def redact(stage: Wire, shop: Shop) -> None:
    payload = {
        "shop_domain": shop.domain,
        "customer": {"id": ADA, "email": "ada@example.com"},
        "orders_to_redact": [101],
    }
    deliver(stage, shop, "customers/redact", compliance.customers_redact, payload)


def work_off(stage: Wire) -> list[PrivacyRequest]:
    """As the reaction does it, every open request in a transaction of its own."""
    with stage.adapters.database.read() as session:
        waiting = session.scalars(select(PrivacyRequest.id).where(PrivacyRequest.done_at.is_(None))).all()
    for request_id in waiting:
        with stage.adapters.database.write() as session:
            carry_out(session, request_id, stage.now())
    with stage.adapters.database.read() as session:
        return list(session.scalars(select(PrivacyRequest)))


def readable(session: Session, shop_id: int) -> set[tuple[str, str]]:
    """(table, column) of every encrypted value that a shop still has."""
    found = set()
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Encrypted) and table.name not in KEPT_WITH_THE_SHOP:
                values = session.execute(select(column).where(table.c.shop_id == shop_id, column.is_not(None))).all()
                found |= {(table.name, column.name) for _ in values}
    return found


def test_every_table_with_encrypted_columns_is_reached_by_a_room_that_forgets(
    stage: Wire, shop: Shop, people: None
) -> None:
    """Everything encrypted in this shop is Ada's or Ben's; when both are forgotten, nothing of it may be left. A new
    table must be filled by `people`, or this test does not know that it is emptied."""
    with stage.adapters.database.write() as session:
        for person in (ADA, BEN):
            request = requests.ask(
                session, session.get_one(Shop, shop.id), "customers/data_request", person, [], stage.now()
            )
            carry_out(session, request.id, stage.now())
        session.flush()
        encrypted = {t.name for t in Base.metadata.tables.values() for c in t.columns if isinstance(c.type, Encrypted)}
        assert {table for table, _ in readable(session, shop.id)} == encrypted - KEPT_WITH_THE_SHOP

        for person in (ADA, BEN):
            privacy.erase(session, shop.id, privacy.subject(session, shop.id, person, ()))
        session.flush()

        assert readable(session, shop.id) == set()


def test_ada_is_erased_and_ben_is_not(stage: Wire, shop: Shop, people: None) -> None:
    redact(stage, shop)

    (request,) = work_off(stage)

    assert request.done_at is not None
    told = {"returns": 12, "messages": 2}
    others = {"recommendations": 2, "shipments": 0, "orders": 1, "customers": 1, "exports": 0}
    assert request.outcome == told | others
    with stage.adapters.database.read() as session:
        hers, his = session.scalars(select(Order).order_by(Order.shopify_id)).all()
        assert (hers.email, hers.shipping_address, hers.email_hash, hers.customer_id) == (None, None, None, None)
        assert hers.erased_at is not None
        assert hers.total == his.total
        assert his.email == "ben@example.com"
        clicks = session.scalars(select(CardClick).order_by(CardClick.order_id)).all()
        assert [click.email_hash is None for click in clicks] == [True, False]
        assert [line.note for line in session.scalars(select(ReturnLine).order_by(ReturnLine.id))] == [None, "Too"]
        assert [photo.file_name for photo in session.scalars(select(ReturnPhoto))] == ["2.jpg.sealed"]


@pytest.mark.again
def test_what_she_said_in_a_return_is_handed_out(stage: Wire, shop: Shop, people: None) -> None:
    with stage.adapters.database.read() as session:
        (order_told,) = privacy.export(session, shop.id, privacy.subject(session, shop.id, ADA, ()))["orders"]

    (told,) = order_told["returns"]
    assert (told["lines"][0]["note"], told["said"][0]["words"]) == ("Too", "Hello")


@pytest.mark.again
def test_what_is_erased_does_not_come_back_with_a_late_webhook(stage: Wire, shop: Shop, people: None) -> None:
    redact(stage, shop)
    work_off(stage)

    with stage.adapters.database.write() as session:
        late = order(shopify_id=101, name="#1041", customer=ada(), fact_at=stage.now() + timedelta(hours=1))
        apply_whole_order(session, shop.id, late, stage.now())

    with stage.adapters.database.read() as session:
        assert session.scalar(select(Order.email).where(Order.shopify_id == 101)) is None


def test_the_same_request_delivered_twice_is_one_request(stage: Wire, shop: Shop, people: None) -> None:
    redact(stage, shop)
    stage.advance(seconds=2)
    redact(stage, shop)

    assert len(work_off(stage)) == 1


def test_who_was_deleted_first_is_found_by_what_shopify_names(stage: Wire, shop: Shop, people: None) -> None:
    with stage.adapters.database.write() as session:
        delete_customer(session, shop.id, ADA, stage.now())
    redact(stage, shop)

    work_off(stage)

    with stage.adapters.database.read() as session:
        assert [row.email for row in session.scalars(select(ListedCustomer))] == ["ben@example.com"]


@pytest.mark.again
def test_the_merchant_gets_everything_we_hold_about_a_customer(stage: Wire, shop: Shop, people: None) -> None:
    payload = {"customer": {"id": ADA}, "orders_requested": [101], "data_request": {"id": 9}}
    deliver(stage, shop, "customers/data_request", compliance.customers_data_request, payload)

    (request,) = work_off(stage)

    told = json.loads(request.export or "")
    assert told["customer"]["email"] == "Ada@Example.com"
    assert [bought["name"] for bought in told["orders"]] == ["#1041"]
    assert told["orders"][0]["lines"][0]["title"] == "Fell boots"
    assert "ben@" not in (request.export or "").lower()
    assert request.outcome == {"orders": 1, "customer": True}


def test_an_export_is_kept_thirty_days(stage: Wire, shop: Shop, people: None) -> None:
    deliver(stage, shop, "customers/data_request", compliance.customers_data_request, {"customer": {"id": ADA}})
    work_off(stage)

    for days, is_kept in ((29, True), (2, False)):
        stage.advance(days=days)
        with stage.adapters.database.write() as session:
            requests.drop_old_exports(session, stage.now())
            kept = session.scalars(select(PrivacyRequest.export)).one()
        assert (kept is not None) is is_kept


def test_a_customer_we_never_heard_of_is_answered_all_the_same(stage: Wire, shop: Shop) -> None:
    deliver(stage, shop, "customers/redact", compliance.customers_redact, {"customer": {"id": 12345}})
    deliver(stage, shop, "customers/data_request", compliance.customers_data_request, {})

    assert all(request.done_at for request in work_off(stage))


class ComesBack:
    """The stage's database, whose shop installs us again just before somebody first writes."""

    def __init__(self, stage: Wire) -> None:
        self.stage, self.real, self.is_back = stage, stage.adapters.database, False

    def read(self) -> Any:
        return self.real.read()

    def write(self) -> Any:
        if not self.is_back:
            self.is_back = True
            self.stage.install()
        return self.real.write()


class TestShopRedact:
    def ask(self, stage: Wire, shop: Shop) -> None:
        deliver(stage, shop, "app/uninstalled", app_topics.app_uninstalled, {})
        stage.advance(hours=48)
        deliver(stage, shop, "shop/redact", compliance.shop_redact, {"shop_domain": shop.domain})

    def test_everything_of_the_shop_goes_and_the_log_stays(self, stage: Wire, shop: Shop, people: None) -> None:
        other = self.otto(stage)
        self.ask(stage, shop)
        with pytest.raises(ShopStillThere):  # the reaction sends for the erasure and comes back
            work_off(stage)

        erase_redacted_shop.app.adapters = stage.adapters  # type: ignore[attr-defined]
        erase_redacted_shop(shop.id)

        with stage.adapters.database.read() as session:
            for table in Base.metadata.tables.values():
                if "shop_id" in table.columns and table.name != "privacy_request":
                    assert session.execute(select(table).where(table.c.shop_id == shop.id)).all() == [], table.name
            assert session.get(Shop, shop.id) is None
            assert session.get(Shop, other.id) is not None
            (log,) = session.scalars(select(PrivacyRequest)).all()
            assert (log.shop_domain, log.topic, log.export) == (shop.domain, "shop/redact", None)
            assert log.done_at is not None
            assert log.outcome is not None
            assert log.outcome["rows"] > 5

    def test_a_shop_that_came_back_is_not_erased(self, stage: Wire, shop: Shop, people: None) -> None:
        self.ask(stage, shop)
        stage.grant()
        stage.install()

        (request,) = work_off(stage)

        assert request.outcome == {"refused": "the shop has installed us again"}
        with stage.adapters.database.read() as session:
            assert session.scalar(select(Order.email).where(Order.shopify_id == 102)) == "ben@example.com"

    def test_a_shop_that_comes_back_while_its_erasure_begins_is_not_erased(self, stage: Wire, shop: Shop) -> None:
        self.ask(stage, shop)
        stage.grant()
        database = ComesBack(stage)
        erase_redacted_shop.app.adapters = replace(stage.adapters, database=database)  # type: ignore[attr-defined]

        erase_redacted_shop(shop.id)

        with stage.adapters.database.read() as session:
            assert session.get_one(Shop, shop.id).state == "installed"

    @pytest.mark.again
    def test_a_second_erasure_finds_nothing_to_do(self, stage: Wire, shop: Shop) -> None:
        self.ask(stage, shop)
        erase_redacted_shop.app.adapters = stage.adapters  # type: ignore[attr-defined]

        erase_redacted_shop(shop.id)
        erase_redacted_shop(shop.id)

        with stage.adapters.database.read() as session:
            assert session.get(Shop, shop.id) is None

    def otto(self, stage: Wire) -> Shop:
        granted = stage.adapters.admin_apis.tokens.exchange(stage.config.shop, stage.session_token())
        with stage.adapters.database.write() as session:
            return install(session, "ottos-outlet.myshopify.com", granted, stage.now())


class TestInstallationTopics:
    @pytest.mark.again
    def test_a_late_uninstall_is_stale(self, stage: Wire, shop: Shop) -> None:
        with pytest.raises(Stale):
            deliver(stage, shop, "app/uninstalled", app_topics.app_uninstalled, {}, at=stage.now() - timedelta(days=1))

        assert stage.shop().access_token

    def test_changed_scopes_are_read_from_shopify(self, stage: Wire, shop: Shop) -> None:
        payload = {"previous": ["read_orders"], "current": ["read_orders", "read_products"]}

        deliver(stage, shop, "app/scopes_update", app_topics.app_scopes_update, payload)

        assert "write_returns" in stage.shop().scopes.split(",")
        with stage.adapters.database.read() as session:
            assert "ScopesChanged" in session.scalars(select(Event.kind)).all()

    @pytest.mark.again
    def test_a_word_of_plans_that_names_no_subscription_cannot_be_read(self, stage: Wire, shop: Shop) -> None:
        with pytest.raises(BadPayload):
            deliver(stage, shop, "app_subscriptions/update", app_topics.app_subscriptions_update, {})
