"""Several reads as one statement: each part's rows come back as its own, whatever they share."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import bindparam, literal, select

from shopify_app.db import Database
from shopify_app.shops.models import Shop
from shopify_app.together import Parts
from wire import SHOP


def test_each_part_gets_its_own_columns_and_nothing_of_the_others(database: Database) -> None:
    parts = Parts(
        pairs=select(literal(7), literal("seven"), literal(8)),
        text=select(literal("eight")),
        nothing=select(Shop.id, Shop.domain).where(Shop.domain == bindparam("domain")),
    )

    with database.read() as session:
        rows = parts.rows(session, domain="nobody.example")

    assert rows == {"pairs": [(7, "seven", 8)], "text": [("eight",)], "nothing": []}


def test_what_was_changed_a_moment_ago_is_seen(database: Database) -> None:
    parts = Parts(
        shops=select(Shop.domain, Shop.scopes).where(Shop.domain == bindparam("domain")), none=select(literal(1))
    )

    with database.write() as session:
        session.add(Shop(domain=SHOP, scopes="read_orders", installed_at=datetime(2026, 11, 22, tzinfo=UTC)))
        rows = parts.rows(session, domain=SHOP)
        session.rollback()

    assert rows["shops"] == [(SHOP, "read_orders")]
