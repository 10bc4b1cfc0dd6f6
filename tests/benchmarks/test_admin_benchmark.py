"""What `benchmarks.admin` holds pages to, and the shop it grows for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from returned import placed, wanted
from sqlalchemy import insert, select

from benchmarks.admin import MOST_BYTES, MOST_MS, MOST_STATEMENTS, Alone, report
from benchmarks.admin_shop import ALL_OPEN, MIXED, Place, Template
from shopify_app.db import Database
from shopify_app.returns.desk import DeskQuery, Tab, open_desk
from shopify_app.returns.models import Return
from shopify_app.shops.models import Shop

LEAN = {"cpu_ms": 5.0, "statements": MOST_STATEMENTS, "weight": MOST_BYTES, "asks_shopify": False, "is_paper": False}
TABS = {
    Place.ASKED: Tab.TO_APPROVE, Place.COMING: Tab.WAITING, Place.HERE: Tab.TO_INSPECT, Place.DECIDED: Tab.TO_SETTLE,
    Place.LOOK: Tab.NEEDS_LOOK, Place.DONE: Tab.DONE,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "milliseconds", "is_good"),
    [
        ({}, MOST_MS, True),
        ({}, MOST_MS + 1, False),
        ({"asks_shopify": True}, MOST_MS + 1, True),
        ({"statements": MOST_STATEMENTS + 1}, 1.0, False),
        ({"weight": MOST_BYTES + 1}, 1.0, False),
    ],
)
def test_a_page_misses_its_gate_by_time_statements_or_weight(
    change: dict[str, Any], milliseconds: float, is_good: bool
) -> None:
    quick = Alone(**LEAN)

    held = report({"/app": Alone(**LEAN | change), "/app/quick": quick}, {"/app": [milliseconds], "/app/quick": [1.0]})

    assert held is is_good


def test_shares_are_of_a_hundred_returns() -> None:
    assert sum(MIXED.values()) == sum(ALL_OPEN.values()) == 100


def test_a_grown_return_stands_under_the_tab_of_its_place(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        first = wanted(session, placed(session, shop.id, 1001), now, units=1)
        session.flush()
        template = Template.of(session)
        for number, place in enumerate(Place):
            order = placed(session, shop.id, 1042 + number)
            for table, rows in template.like(number, place, now, order.id).items():
                if rows:
                    session.execute(insert(table), rows)
        numbers = dict(session.execute(select(Return.id, Return.rma)).all())
        rma = first.rma

    with database.read() as session:
        desk = open_desk(session, shop, DeskQuery(), now + timedelta(seconds=1))

    found = [row.tab for row in sorted(desk.rows, key=lambda row: row.id) if row.rma != rma]
    assert found == [TABS[place] for place in Place]
    assert desk.total == len(numbers) == len(Place) + 1
