"""Who bought and what sold, each counted once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shopify_app.customers.models import Customer
from shopify_app.db import Database
from shopify_app.insights import portraits
from shopify_app.insights.breakdowns import named
from shopify_app.insights.portraits import Best, Crowd
from shopify_app.shops.models import Shop


def people(database: Database, shop: Shop, now: datetime, *names: str) -> list[int]:
    with database.write() as session:
        rows = [
            Customer(shop_id=shop.id, shopify_id=500 + number, first_name=name, fact_at=now)
            for number, name in enumerate(names)
        ]
        session.add_all(rows)
    return [row.id for row in rows]


def drawn(database: Database, shop: Shop, now: datetime, days: int = 30) -> portraits.Drawn:
    with database.read() as session:
        return portraits.draw(session, shop, days, now.date())


def test_a_customer_counts_once_and_comes_back_within_the_days_or_from_before(
    database: Database, shop: Shop, now: datetime, placed: Any, counted: Any
) -> None:
    ada, ben, mia = people(database, shop, now, "Ada", "Ben", "Mia")
    placed(1, days_ago=2, customer_id=ada, subtotal=4000)
    placed(2, days_ago=5, customer_id=ada, subtotal=6000)
    placed(3, days_ago=50, customer_id=ben, subtotal=99900)
    placed(4, days_ago=3, customer_id=ben, subtotal=2000)
    placed(5, days_ago=3, customer_id=mia, subtotal=1000)
    placed(6, days_ago=3, subtotal=500000)  # a guest
    placed(7, days_ago=3, customer_id=mia, subtotal=700, currency="SEK")

    found = drawn(database, shop, now)

    assert found.crowd == Crowd(customers=3, repeat=3, sales=13000, repeat_sales=13000)
    assert found.crowd_before == Crowd(customers=1, repeat=0, sales=99900, repeat_sales=0)
    assert found.best[0] == Best(ada, 2, 10000)


def test_the_top_tenth_is_of_products_that_sold_in_these_days(
    database: Database, shop: Shop, now: datetime, placed: Any, counted: Any
) -> None:
    for number in range(11):
        quantity = 10 if number == 0 else 1
        line = {"product_shopify_id": 700 + number, "quantity": quantity, "discounts": [], "unit_price": 100}
        placed(1042 + number, days_ago=2, lines=(line,))
    counted(reach=5)

    top = drawn(database, shop, now).top

    assert (top.products, top.counted, top.units, top.all_units) == (11, 2, 11, 20)


def test_a_portrait_is_kept_in_place_of_the_last_and_read_back_as_it_was(
    database: Database, shop: Shop, now: datetime, placed: Any
) -> None:
    placed(1, days_ago=2, customer_id=people(database, shop, now, "Ada")[0])
    kept = drawn(database, shop, now, days=90)
    for _ in range(2):
        with database.write() as session:
            portraits.keep(session, shop.id, kept, now)

    with database.read() as session:
        assert portraits.nearest(session, shop.id, 60) == kept
        assert portraits.nearest(session, shop.id + 1, 60) is None


def test_names_are_of_the_shops_own_customers_alone(
    database: Database, shop: Shop, other_shop: Shop, now: datetime
) -> None:
    (otto,) = people(database, other_shop, now - timedelta(days=1), "Otto")

    with database.read() as session:
        (known,) = named(session, shop.id, [Best(otto, 1, 100)])

    assert (known.name, known.shopify_id) == ("", None)
