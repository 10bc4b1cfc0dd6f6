"""Mara's shop as the tests furnish it, grown to a hundred thousand orders and ten thousand returns."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from benchmarks.scale_rows import make
from jobs.return_words import write_missing
from shopify_app.crypto import Keyring
from shopify_app.customers.models import Customer
from shopify_app.db import Base, Database, Session
from shopify_app.insights import days, portraits
from shopify_app.insights.periods import day_of
from shopify_app.migrate import upgrade
from shopify_app.orders.models import OrderLine
from shopify_app.queue import celery
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return, ReturnEntry, ReturnLine, ReturnQuote, ReturnUnit
from shopify_app.returns.money_models import LedgerRow, ReleaseGroup, Step
from shopify_app.returns.states import GroupState, Reception, ReturnState, StepState, UnitDecision
from shopify_app.row_counts import count_rows
from shopify_app.shops.models import Shop

TESTS = Path(__file__).parent.parent / "tests"
KEY = b"test key, thirty-two bytes long!"
"""What the tests' shop is sealed with: its server has to be told."""
FIRST = 1_000_000
"""Orders and returns that are made here have ids from here on."""
MARA = 1
AT_ONCE = 1000
CUSTOMERS = 20_000
FIRST_NAMES = ("Ada", "Björn", "Cosima", "Dag", "Elin", "Frida", "Gustav", "Hanna", "Ivo", "Jette")
LAST_NAMES = (
    "Lindholm",
    "Åkesson",
    "von der Heide",
    "O'Brien",
    "Söderberg",
    "Kowalski",
    "Nyström",
    "Bauer",
    "Öz",
    "Ek",
)


class Place(StrEnum):
    """What a return waits for."""

    ASKED = "asked"
    COMING = "coming"
    HERE = "here"
    DECIDED = "decided"
    LOOK = "look"
    DONE = "done"


MIXED = {Place.ASKED: 12, Place.COMING: 12, Place.HERE: 6, Place.DECIDED: 3, Place.LOOK: 2, Place.DONE: 65}
ALL_OPEN = {Place.ASKED: 40, Place.COMING: 30, Place.HERE: 20, Place.DECIDED: 5, Place.LOOK: 5}
"""Of a hundred returns."""

_CUSTOMER = "id, shop_id, shopify_id, first_name, last_name, tags, orders_count, fact_at"
_LATER = "|| '.000000'"
_STATEMENTS = (
    f"""UPDATE "order" SET placed_at = datetime(:now, '-' || ((id / 10 * 7919 + id) % 365) || ' days',
      '-' || (id % 1440) || ' minutes') {_LATER}, customer_id = {FIRST} + id % {CUSTOMERS} WHERE id >= {FIRST}""",
    f"""UPDATE "order" SET placed_at = datetime(r.requested_at, '-6 days') {_LATER}
      FROM "return" r WHERE r.order_id = "order".id AND r.id >= {FIRST}""",
    f"""UPDATE shipment SET shipped_at = datetime(o.placed_at, '+1 day') {_LATER}, accepted_at = o.placed_at,
      delivered_at = datetime(o.placed_at, '+3 days') {_LATER} FROM "order" o
      WHERE o.id = shipment.order_id AND o.id >= {FIRST}""",
    f"""UPDATE shipment SET delivered_at = NULL, state = CASE WHEN id % 9 THEN 'in_transit' ELSE 'delivery_attempted'
      END, late_risk = CASE WHEN id % 4 = 0 THEN 'late' ELSE 'none' END
      WHERE id >= {FIRST} AND delivered_at > datetime(:now)""",
    f"""UPDATE "order" SET fulfillment_status = NULL WHERE id >= {FIRST} AND id % 50 = 7
      AND placed_at > datetime(:now, '-20 days')""",
    f"""INSERT INTO transit_counted (shop_id, shipment_id, working_days, rank, error_days, counted_at)
      SELECT shop_id, id, 1 + id % 4, 0.5, CASE WHEN id % 5 THEN id % 5 - 3 END, delivered_at FROM shipment
      WHERE id >= {FIRST} AND delivered_at IS NOT NULL""",
    f"""INSERT INTO page_view (shop_id, order_id, day, surface, count)
      SELECT shop_id, id, date(placed_at, '+1 day'), 'proxy', 1 + id % 4 FROM "order" WHERE id >= {FIRST} AND id % 2""",
    f"""INSERT INTO product (shop_id, shopify_id, handle, title, vendor, product_type, tags, is_published, is_gift_card,
      fact_at) SELECT {MARA}, n, 'boots-' || n, 'Fell boots ' || n, 'Nordkant', 'Boots', '[]', TRUE, FALSE, :now
      FROM (WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < 4999) SELECT n FROM s)""",
)


@dataclass(frozen=True)
class Furnished:
    """The grown shop: its database's address, the tests' house over it, and the returns to look at."""

    url: str
    house: Any
    rmas: tuple[str, ...]

    @property
    def database(self) -> Database:
        return self.house.counter.database


def open_shop(folder: Path, orders: int, returns: int, shares: Mapping[Place, int], counted_days: int) -> Furnished:
    """Furnishes and grows the shop in a SQLite file of `folder`, and looks after it as its nights would."""
    url = f"sqlite:///{folder}/postlude.sqlite3"
    upgrade(url)
    database = Database(url, Keyring((KEY,)))
    house = _tests("admin_pages").furnished(database, url, folder)
    now = house.counter.now().replace(microsecond=0)
    make(database, FIRST + 1, FIRST + orders * 10 // 9)
    _know_customers(database, now)
    rmas = _send_back(database, returns, shares, now)
    with database.engine.begin() as connection:
        for statement in _STATEMENTS:
            connection.execute(text(statement), {"now": f"{now:%Y-%m-%d %H:%M:%S}"} if ":now" in statement else {})
    _address(database)
    write_missing(database)
    _count(database, now, counted_days)
    count_rows(database)
    return Furnished(url, house, rmas)


def _tests(name: str) -> Any:
    """A module of the tests' stage. Their pages name every address of the admin, and who adds one names it there."""
    if str(TESTS) not in sys.path:
        sys.path.append(str(TESTS))
    celery.conf.update(broker_url="memory://")
    return importlib.import_module(name)


def _know_customers(database: Database, now: datetime) -> None:
    with database.write() as session:
        for rows in _pieces(
            {
                "id": FIRST + number, "shop_id": MARA, "shopify_id": FIRST + number, "tags": [], "orders_count": 5,
                "first_name": FIRST_NAMES[number % 10], "last_name": LAST_NAMES[number // 10 % 10], "fact_at": now,
            }
            for number in range(CUSTOMERS)
        ):  # fmt: skip
            session.execute(insert(Customer), rows)


def _address(database: Database) -> None:
    """Each order goes to whoever placed it."""
    seal = database.keyring.encrypt
    names = ((first, last) for last in LAST_NAMES for first in FIRST_NAMES)
    sealed = [
        {"n": number, "address": seal(json.dumps({"first_name": first, "last_name": last, "address1": "Storgatan 1"}))}
        for number, (first, last) in enumerate(names)
    ]
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE sealed (n INTEGER PRIMARY KEY, address BLOB)"))
        connection.execute(text("INSERT INTO sealed VALUES (:n, :address)"), sealed)
        mine = f'SET shipping_address = (SELECT address FROM sealed WHERE n = "order".id % 100) WHERE id >= {FIRST}'
        connection.execute(text(f'UPDATE "order" {mine}'))
        connection.execute(text("DROP TABLE sealed"))


def _send_back(database: Database, returns: int, shares: Mapping[Place, int], now: datetime) -> tuple[str, ...]:
    """Returns like the one that is there already, each of an order of its own; their numbers."""
    places = [place for place, share in shares.items() for _ in range(share)]
    with database.write() as session:
        template = Template.of(session)
        made = [
            template.like(number, places[number * 37 % 100], now, FIRST + 1 + number * 10) for number in range(returns)
        ]
        for table in template.rows:
            for rows in _pieces(row for each in made for row in each[table]):
                session.execute(insert(table), rows)
    return tuple(each[Return][0]["rma"] for each in made)


@dataclass(frozen=True)
class Template:
    """The rows of one return, by table, in an order in which they can be written."""

    rows: Mapping[type[Base], list[dict[str, Any]]]
    line: int

    @classmethod
    def of(cls, session: Session) -> Template:
        ret = session.scalars(select(Return).order_by(Return.id)).first()
        assert ret is not None
        wanted: dict[type[Base], Any] = {
            ReturnQuote: ReturnQuote.id == ret.quote_id,
            Return: Return.id == ret.id,
            ReleaseGroup: ReleaseGroup.return_id == ret.id,
            ReturnLine: ReturnLine.return_id == ret.id,
            ReturnUnit: ReturnUnit.return_line_id.in_(select(ReturnLine.id).where(ReturnLine.return_id == ret.id)),
            ReturnEntry: ReturnEntry.return_id == ret.id,
            Step: Step.return_id == ret.id,
        }
        rows = {
            table: [dict(row) for row in session.execute(select(table.__table__).where(condition)).mappings()]
            for table, condition in wanted.items()
        }
        line = session.scalars(select(OrderLine.shopify_id).order_by(OrderLine.id)).first()
        return cls(rows | {LedgerRow: []}, line or 0)

    def like(self, number: int, place: Place, now: datetime, order: int) -> dict[type[Base], list[dict[str, Any]]]:
        """The same rows for another order, by its id, at `place`."""
        age = timedelta(days=number % 14 if place is not Place.DONE else 15 + number % 330, minutes=number % 700)
        asked = now - age
        found = {table: [self._row(row, number, order) for row in rows] for table, rows in self.rows.items()}
        (ret,) = found[Return]
        ret |= {"rma": f"R-{order + 1000}-1", "state": STATES[place], "requested_at": asked, "decide_by": None}
        if place is Place.ASKED:
            ret |= {"decide_by": asked + timedelta(days=4), "approved_at": None}
        elif place is Place.DONE:
            ret |= {"closed_at": asked + timedelta(days=7)}
        for unit in found[ReturnUnit]:
            unit |= _unit(place, asked)
        for step in found[Step]:
            step |= {"state": "done", "phase": StepState.DONE, "due_at": asked}
        for entry in found[ReturnEntry]:
            entry |= {"at": asked}
        for group in found[ReleaseGroup]:
            look = Look.AMOUNTS_DIFFER if place is Place.LOOK else None
            group |= {"money_event": "inspection", "state": GROUPS[place], "look": look}
            if place is Place.DONE:
                found[LedgerRow] = _booked(group, order, asked)
        return found

    def _row(self, row: dict[str, Any], number: int, order: int) -> dict[str, Any]:
        """With every id moved beyond those that are there."""
        moved = {name: FIRST + value + number * 10 for name, value in row.items() if name in OWN_IDS and value}
        told = row | moved
        for name in ("accepted", "options", "settlements"):
            if name in row:
                told[name] = json.loads(json.dumps(row[name]).replace(str(self.line), str(order * 10)))
        fixed = {"order_id": order, "line_id": order * 10, "public_id": f"benchmark-{number}", "fulfillment_id": order}
        if "wish" in row or "fulfillment_line_id" in row:
            fixed |= {"fulfillment_line_id": order * 10, "product_id": number % 5000, "variant_id": number % 20000}
        return told | {name: value for name, value in fixed.items() if name in row}


OWN_IDS = ("id", "quote_id", "return_id", "group_id", "return_line_id")
STATES = dict.fromkeys(Place, ReturnState.APPROVED) | {
    Place.ASKED: ReturnState.REQUESTED, Place.DONE: ReturnState.CLOSED,
}  # fmt: skip
GROUPS = dict.fromkeys(Place, GroupState.OPEN) | {
    Place.ASKED: GroupState.WAITING, Place.DONE: GroupState.SETTLED, Place.LOOK: GroupState.NEEDS_LOOK,
}  # fmt: skip


def _unit(place: Place, asked: datetime) -> dict[str, Any]:
    if place in (Place.ASKED, Place.COMING, Place.LOOK):
        return {}
    here = {"reception": Reception.RECEIVED, "received_at": asked + timedelta(hours=20)}
    if place is Place.HERE:
        return here
    return here | {"decision": UnitDecision.ACCEPTED, "decided_at": asked + timedelta(hours=30), "percent": 100}


def _booked(group: Mapping[str, Any], order: int, asked: datetime) -> list[dict[str, Any]]:
    about = {
        "shop_id": MARA, "order_id": order, "return_id": group["return_id"], "group_id": group["id"], "currency": "EUR",
        "posting": f"g{group['id']}.process", "at": asked + timedelta(days=5),
    }  # fmt: skip
    sides = (("goods", 4860), ("refund", -4860))
    return [
        about | {"position": place, "account": account, "amount": amount}
        for place, (account, amount) in enumerate(sides, 1)
    ]


def _count(database: Database, now: datetime, counted_days: int) -> None:
    """Mara's figures, day by day, and their portraits."""
    today = day_of(now, "UTC")
    for back in range(counted_days):
        days.recount(database, MARA, today - timedelta(days=back), now)
    for window in portraits.WINDOWS:
        with database.read() as session:
            drawn = portraits.draw(session, session.get_one(Shop, MARA), window, today - timedelta(days=1))
        with database.write() as session:
            portraits.keep(session, MARA, drawn, now)


def _pieces(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    piece: list[dict[str, Any]] = []
    for row in rows:
        piece.append(row)
        if len(piece) == AT_ONCE:
            yield piece
            piece = []
    if piece:
        yield piece
