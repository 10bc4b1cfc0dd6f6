"""Two deliveries about one row that are carried out at the same moment: neither undoes the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.customers.models import Customer
from shopify_app.customers.projection import apply_customer
from shopify_app.db import Database
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order, delete_order
from shopify_app.shopify.markets import MarketSnapshot
from shopify_app.shopify.snapshots import ShopSnapshot
from shopify_app.shops import profile
from shopify_app.shops.models import Shop
from stage import PLACED, ada, order
from webhooks.app import shop_of

A_MOMENT = 0.3
"""By then the other one has read, or waits."""


def test_an_older_word_about_a_customer_that_is_written_last_changes_nothing(
    database: Database, shop: Shop, now: datetime
) -> None:
    newest = ada(first_name="Ada", fact_at=PLACED + timedelta(days=2))
    older = replace(newest, first_name="Adah", fact_at=PLACED + timedelta(days=1))

    def tell_older() -> None:
        with database.write() as session:
            apply_customer(session, shop.id, older, now)

    with database.write() as session:
        apply_customer(session, shop.id, ada(fact_at=PLACED), now)
    with ThreadPoolExecutor(1) as other:
        with database.write() as session:
            apply_customer(session, shop.id, newest, now)
            meanwhile = other.submit(tell_older)
            time.sleep(A_MOMENT)
        meanwhile.result()

    with database.read() as session:
        assert session.scalars(select(Customer.first_name)).one() == "Ada"


def test_of_two_answers_about_the_shop_the_one_to_the_later_question_stands(
    database: Database, shop: Shop, now: datetime
) -> None:
    def told(name: str, handle: str) -> ShopSnapshot:
        market = MarketSnapshot(handle, handle, ("SE",))
        return ShopSnapshot(
            1, shop.domain, name, None, None, "EUR", "Europe/Stockholm", "SE", "mara.example", ("en",), None,
            markets=(market,),
        )  # fmt: skip

    def known() -> tuple[str, str, list[str]]:
        with database.read() as session:
            row = session.get_one(Shop, shop.id)
            return row.name, row.profile["name"], [each.handle for each in profile.markets(row) or ()]

    def apply(name: str, handle: str, seconds: int) -> None:
        with database.write() as session:
            profile.apply(session.get_one(Shop, shop.id), told(name, handle), now + timedelta(seconds=seconds))

    apply("Mara's Goods", "nordics", 2)
    apply("Mara & Co", "europe", 1)
    assert known() == ("Mara's Goods", "Mara's Goods", ["nordics"])

    with database.write() as session:
        market = MarketSnapshot("world", "World", ("SE", "US"))
        profile.take_markets(session.get_one(Shop, shop.id), (market,), now + timedelta(seconds=4))
    apply("Mara's", "europe", 3)
    assert known() == ("Mara's", "Mara's", ["world"])

    with database.write() as session:
        profile.take_markets(session.get_one(Shop, shop.id), None, now + timedelta(seconds=3))
    assert known() == ("Mara's", "Mara's", ["world"])
    apply("Mara's Goods", "nordics", 4)
    assert known() == ("Mara's Goods", "Mara's Goods", ["nordics"])

    apply("Mara & Co", "europe", -3600)  # the clock was set back
    assert known() == ("Mara & Co", "Mara & Co", ["europe"])


def test_markets_and_the_rest_of_a_shops_profile_do_not_undo_one_another(
    database: Database, shop: Shop, now: datetime
) -> None:
    work: Any = SimpleNamespace(shop_id=shop.id)

    def tell_markets() -> None:
        with database.write() as session:
            profile.take_markets(shop_of(session, work), (MarketSnapshot("nordics", "Nordics", ("SE",)),), now)

    with ThreadPoolExecutor(1) as other:
        with database.write() as session:
            row = shop_of(session, work)
            row.profile = {**row.profile, "email": "hello@mara.example"}
            session.flush()
            meanwhile = other.submit(tell_markets)
            time.sleep(A_MOMENT)
        meanwhile.result()

    with database.read() as session:
        kept = session.get_one(Shop, shop.id).profile
    assert (kept["email"], [each["handle"] for each in kept["markets"]]) == ("hello@mara.example", ["nordics"])


TELLINGS: list[Callable[[Session, int, datetime], object]] = [
    lambda session, shop_id, now: apply_order(session, shop_id, order(), now),
    lambda session, shop_id, now: delete_order(session, shop_id, order().shopify_id, now),
]


@pytest.mark.parametrize("earlier", [0, 1], ids=["made first", "deleted first"])
def test_an_order_that_is_deleted_while_it_is_made_stays_deleted(
    database: Database, shop: Shop, now: datetime, earlier: int
) -> None:
    def tell_the_other() -> None:
        with database.write() as session:
            TELLINGS[1 - earlier](session, shop.id, now)

    with ThreadPoolExecutor(1) as other:
        with database.write() as session:
            TELLINGS[earlier](session, shop.id, now)
            meanwhile = other.submit(tell_the_other)
            time.sleep(A_MOMENT)
        meanwhile.result()

    with database.read() as session:
        assert session.scalars(select(Order.deleted_at)).one() is not None
