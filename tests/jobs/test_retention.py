"""Customers are forgotten once they have bought nothing for as long as their shop wants to know them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from returned import wanted
from sqlalchemy import select

from jobs import privacy as carrying_out
from jobs import upkeep
from jobs.retention import ask_for_all
from letters import Shopify, adapters_for, configured
from shopify_app.admin.rendering import TEMPLATES
from shopify_app.customers.models import Customer
from shopify_app.customers.projection import apply_customer
from shopify_app.db import Database
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.offers import DRAFTS_KEPT
from shopify_app.settings.privacy import Privacy
from shopify_app.settings.store import save
from shopify_app.shops.models import PrivacyRequest, Shop
from shopify_app.shops.privacy import EXPORT_KEPT
from shopify_app.wiring import Adapters
from stage import PLACED, ada, order

LATER = {"days": 400}


@pytest.fixture
def adapters(database_url: str, tmp_path: Any, database: Database, clock: Any) -> Adapters:
    return adapters_for(configured(database_url, tmp_path), database, clock, Shopify())


def placed(adapters: Adapters, shop: Shop, number: int, **changes: Any) -> Order:
    with adapters.database.write() as session:
        told = order(shopify_id=number, name=f"#{number}", lines=(), **changes)
        return apply_order(session, shop.id, told, adapters.clock.now())


def keep(adapters: Adapters, shop: Shop, days: int | None) -> None:
    with adapters.database.write() as session:
        save(session, shop.id, Privacy(days), "4242", adapters.clock.now())


def asked(adapters: Adapters) -> list[tuple[int, int | None, list[int], str | None]]:
    with adapters.database.read() as session:
        rows = session.scalars(select(PrivacyRequest).order_by(PrivacyRequest.id))
        return [(row.shop_id, row.customer_shopify_id, row.order_shopify_ids, row.asked_by) for row in rows]


def test_who_has_bought_nothing_for_so_long_is_erased_once(
    adapters: Adapters, shop: Shop, other_shop: Shop, clock: Any
) -> None:
    mine, others = placed(adapters, shop, 1), placed(adapters, other_shop, 2)
    placed(adapters, shop, 3)
    keep(adapters, shop, 365)
    assert ask_for_all(adapters) == 0

    clock.advance(**LATER)
    ask_for_all(adapters)
    ask_for_all(adapters)

    assert asked(adapters) == [(shop.id, 501, [], "clock")]
    with adapters.database.write() as session:
        carrying_out.carry_out(session, session.scalars(select(PrivacyRequest.id)).one(), clock.now())
    with adapters.database.read() as session:
        assert session.get_one(Order, mine.id).email is None
        assert session.get_one(Order, others.id).email == "Ada@Example.com"
    assert ask_for_all(adapters) == 0


@pytest.mark.again
def test_a_newer_order_an_open_return_or_no_retention_keeps_everybody(
    adapters: Adapters, shop: Shop, clock: Any
) -> None:
    placed(adapters, shop, 1)
    clock.advance(**LATER)
    assert ask_for_all(adapters) == 0

    keep(adapters, shop, 365)
    placed(adapters, shop, 2, placed_at=clock.now() - timedelta(days=2))
    assert ask_for_all(adapters) == 0


def test_somebody_in_the_middle_of_a_return_is_waited_for(adapters: Adapters, shop: Shop, clock: Any) -> None:
    first, second = placed(adapters, shop, 1), placed(adapters, shop, 2)
    assert first.customer_id == second.customer_id
    with adapters.database.write() as session:
        ret = wanted(session, session.get_one(Order, second.id), clock.now(), state="approved")
    keep(adapters, shop, 365)
    clock.advance(**LATER)

    assert ask_for_all(adapters) == 0

    with adapters.database.write() as session:
        session.merge(ret).state = "closed"
    assert ask_for_all(adapters) == 1


@pytest.mark.again
def test_orders_of_nobody_are_erased_by_their_number(adapters: Adapters, shop: Shop, clock: Any) -> None:
    placed(adapters, shop, 7, customer=None)
    placed(adapters, shop, 8, customer=ada(shopify_id=777, email="ben@example.com"), placed_at=PLACED)
    keep(adapters, shop, 365)
    clock.advance(**LATER)
    ask_for_all(adapters)

    assert {(customer, tuple(orders)) for _, customer, orders, _ in asked(adapters)} == {(None, (7,)), (777, ())}


def known(adapters: Adapters, shop: Shop, number: int, told_at: datetime, **changes: Any) -> None:
    with adapters.database.write() as session:
        apply_customer(session, shop.id, ada(shopify_id=number, fact_at=told_at, **changes), adapters.clock.now())


@pytest.mark.again
def test_somebody_who_never_bought_is_not_known_for_ever(adapters: Adapters, shop: Shop, clock: Any) -> None:
    known(adapters, shop, 901, clock.now())
    keep(adapters, shop, 365)
    assert ask_for_all(adapters) == 0

    clock.advance(**LATER)
    known(adapters, shop, 902, clock.now() - timedelta(days=3))
    ask_for_all(adapters)

    assert asked(adapters) == [(shop.id, 901, [], "clock")]
    with adapters.database.write() as session:
        carrying_out.carry_out(session, session.scalars(select(PrivacyRequest.id)).one(), clock.now())
        customer = session.scalars(select(Customer).where(Customer.shopify_id == 901)).one()
        assert (customer.email, customer.first_name, customer.email_hash) == (None, None, None)
    assert ask_for_all(adapters) == 0


@pytest.mark.again
def test_whoever_shopify_tells_of_again_after_the_erasure_is_forgotten_again(
    adapters: Adapters, shop: Shop, clock: Any
) -> None:
    placed(adapters, shop, 1)
    keep(adapters, shop, 365)
    clock.advance(**LATER)
    ask_for_all(adapters)
    with adapters.database.write() as session:
        carrying_out.carry_out(session, session.scalars(select(PrivacyRequest.id)).one(), clock.now())
    known(adapters, shop, 501, clock.now())
    assert ask_for_all(adapters) == 0

    clock.advance(**LATER)

    assert ask_for_all(adapters) == 1
    assert asked(adapters)[-1] == (shop.id, 501, [], "clock")


def test_somebody_who_waits_for_an_answer_without_an_order_is_waited_for(
    adapters: Adapters, shop: Shop, clock: Any
) -> None:
    known(adapters, shop, 901, clock.now())
    with adapters.database.write() as session:
        hashed = session.scalars(select(Customer.email_hash)).one()
        request = NoReceiptRequest(
            shop_id=shop.id, key="k", state="account_wanted", product_id=1, variant_id=1, title="Shirt", quantity=1,
            email_hash=hashed, asked_at=clock.now(),
        )  # fmt: skip
        session.add(request)
    keep(adapters, shop, 365)
    clock.advance(**LATER)
    assert ask_for_all(adapters) == 0

    with adapters.database.write() as session:
        session.merge(request).state = "credited"
    assert ask_for_all(adapters) == 1


@pytest.mark.again
class TestSomebodyWhoIsNoCustomer:
    def wrote(self, adapters: Adapters, shop: Shop, key: str, state: str = "declined", hashed: str = "zoes") -> int:
        now = adapters.clock.now()
        with adapters.database.write() as session:
            request = NoReceiptRequest(
                shop_id=shop.id, key=key, state=state, product_id=1, variant_id=1, title="Shirt", quantity=1,
                name="Zoe", email="zoe@example.com", email_hash=hashed, asked_at=now, received_at=now,
            )  # fmt: skip
            session.add(request)
            session.flush()
            return request.id

    @pytest.mark.asked
    def test_is_erased_by_their_address_once_their_request_ended_so_long_ago(
        self, adapters: Adapters, shop: Shop, other_shop: Shop, clock: Any
    ) -> None:
        mine, others = (self.wrote(adapters, each, "k") for each in (shop, other_shop))
        self.wrote(adapters, shop, "another of theirs")
        keep(adapters, shop, 365)
        assert ask_for_all(adapters) == 0

        clock.advance(**LATER)
        ask_for_all(adapters)
        ask_for_all(adapters)

        assert asked(adapters) == [(shop.id, None, [], "clock")]
        with adapters.database.write() as session:
            carrying_out.carry_out(session, session.scalars(select(PrivacyRequest.id)).one(), clock.now())
        with adapters.database.read() as session:
            kept = session.get_one(NoReceiptRequest, mine)
            assert (kept.name, kept.email, kept.email_hash, kept.state) == (None, None, None, "declined")
            assert session.get_one(NoReceiptRequest, others).name == "Zoe"
        assert ask_for_all(adapters) == 0

    @pytest.mark.parametrize("state", ["received", "account_wanted", "accepted"])
    def test_is_waited_for_while_anything_of_theirs_waits(
        self, adapters: Adapters, shop: Shop, clock: Any, state: str
    ) -> None:
        self.wrote(adapters, shop, "old")
        self.wrote(adapters, shop, "waits", state)
        keep(adapters, shop, 365)
        clock.advance(**LATER)

        assert ask_for_all(adapters) == 0

    def test_is_known_as_long_as_they_write_or_buy(self, adapters: Adapters, shop: Shop, clock: Any) -> None:
        bens = placed(adapters, shop, 7, customer=None, placed_at=clock.now() + timedelta(days=300))
        self.wrote(adapters, shop, "old")
        self.wrote(adapters, shop, "ben's", hashed=bens.email_hash or "")
        keep(adapters, shop, 365)
        clock.advance(**LATER)
        self.wrote(adapters, shop, "new")

        assert ask_for_all(adapters) == 0

    def test_is_a_customer_once_they_have_an_account(self, adapters: Adapters, shop: Shop, clock: Any) -> None:
        self.wrote(adapters, shop, "old")
        keep(adapters, shop, 365)
        clock.advance(**LATER)
        with adapters.database.write() as session:
            session.add(Customer(shop_id=shop.id, shopify_id=901, email_hash="zoes", fact_at=clock.now()))

        assert ask_for_all(adapters) == 0


def test_what_the_page_says_goes_by_itself_is_what_the_clock_lets_go() -> None:
    page = (TEMPLATES / "admin" / "settings" / "privacy.html").read_text()
    said = re.search(r"goes after (\d+) days, mails after (\d+), .*? after (\d+), copies .*? after (\d+)\.", page)

    kept = (upkeep.BODIES_KEPT, upkeep.MESSAGES_KEPT, DRAFTS_KEPT, EXPORT_KEPT)
    assert said
    assert tuple(map(int, said.groups())) == tuple(each.days for each in kept)
