"""Every table, and whether it knows a person: what erasing takes, what an export hands out, how long it is kept.

A new table fails the first test until somebody has said here, and in docs/privacy.md, whose it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Date, Table, event, insert, select

from jobs import privacy, upkeep
from jobs.privacy_export import export
from jobs.returns import FILES_KEPT
from shopify_app.casework.bulk import KEPT_FOR as BULK_KEPT
from shopify_app.customers.projection import apply_customer
from shopify_app.db import Database, Encrypted, Session, UTCDateTime
from shopify_app.returns.no_receipt.privacy import UNPROVEN_KEPT
from shopify_app.returns.offers import DRAFTS_KEPT
from shopify_app.shipments.whole_order import apply_whole_order
from shopify_app.shops.models import Shop
from shopify_app.shops.privacy import EXPORT_KEPT
from shopify_app.tables import metadata
from stage import ada, fulfillment, line, order, scan

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"
GONE = "the row itself"
ADA, BEN = 501, 777

FORGOTTEN: dict[str, tuple[str, ...]] = {
    "bonus_grant": ("customer_id",),
    "card_click": ("customer_id", "email_hash"),
    "customer": ("first_name", "last_name", "email", "phone", "email_hash", "phone_hash", "tags"),
    "goods_sent_back": ("address", "number", "url"),
    "inspection_question": ("appeal", "reply"),
    "listed_customer": (GONE,),
    "message": ("recipient", "facts"),
    "no_receipt_entry": ("said",),
    "no_receipt_file": (GONE,),
    "no_receipt_request": (
        *("bought", "name", "email", "email_hash"),
        *("code", "code_hash", "decline_note", "customer_id"),
    ),
    "one_time_code": ("code", "code_hash"),
    "order": (
        *("customer_id", "email", "phone", "email_hash", "phone_hash", "postcode_hash", "billing_postcode_hash"),
        *("shipping_address", "billing_address", "status_url"),
    ),
    "privacy_request": ("export", "email_hash", "phone_hash"),
    "return_draft": (GONE,),
    "return_entry": ("said",),
    "parcel_scan": (GONE,),
    "return_label": (GONE,),
    "return_line": ("note", "answer"),
    "return_parcel": (GONE,),
    "return_photo": (GONE,),
    "return_quote": ("wish",),
    "return_unit": ("note", "told"),
    "return_word": ("word",),
    "returned_item": ("customer_id",),
    "scan": ("text", "place"),
    "shipment": ("numbers", "urls", "name"),
    "withdrawal": ("name", "recipient"),
}
"""What is a person's in each table, and is blank once they are erased."""

IN_TIME = {"delivery", "lookup_attempt", "portrait"}
"""Named nobody by a column of their own; cleared by the clock within the 30 days that the law gives. A portrait names
customers by our ids, and is drawn anew each night without whoever was erased."""

NOBODYS = {
    *("bulk_action", "bulk_item", "case_file", "case_tag", "saved_reply", "saved_view"),
    *("automation_draft", "automation_dry_run", "automation_effect", "automation_firing", "automation_version"),
    *("listening", "quiet_parcel"),
    *("brand_picture", "page_draft", "page_publication", "policy_draft"),
    *("attribution", "backfill", "balance_due", "collection", "collection_product", "companions", "counted_order"),
    *("deleted_order", "event"),
    *("how_to", "how_to_view", "item_count", "ledger_row", "order_line", "order_link", "page_view", "pair_count"),
    *("product", "promise", "provider_account", "published_policy", "reaction", "release_group", "return"),
    "return_window_day",
    *("rma_count", "schedule_run", "settings_version", "shipment_line", "shop", "shop_plan", "step"),
    *("stock_hold", "stock_level"),
    "staff",
    *("day_figure", "figures_progress", "look_up_day", "product_day", "stale_day"),
    *("transit_count", "transit_counted", "unknown_code", "variant"),
}
"""The shop's own, the books, and counts: ids, sums, states and dates."""

PARENTS = (
    *("customer", "order", "shipment", "return_quote", "return", "release_group", "return_line"),
    "no_receipt_request",
)
"""Tables whose rows others speak of, some without a foreign key."""

KEPT = {
    "Raw webhook bodies": upkeep.BODIES_KEPT,
    "Deliveries": upkeep.DELIVERIES_KEPT,
    "Events": upkeep.EVENTS_KEPT,
    "Mails": upkeep.MESSAGES_KEPT,
    "One-time codes": upkeep.CODES_KEPT,
    "Look-up attempts": upkeep.ATTEMPTS_KEPT,
    "Drafts and quotes": DRAFTS_KEPT,
    "Photos without a return": FILES_KEPT,
    "Requests that nobody proved": UNPROVEN_KEPT,
    "Exports": EXPORT_KEPT,
    "Results of work on many returns": BULK_KEPT,
}


class Filler:
    """Writes a row of each table that belongs to one person; what is personal in it carries their mark."""

    def __init__(self, session: Session, shop_id: int, person: int, now: datetime) -> None:
        self.session, self.shop_id, self.person, self.now = session, shop_id, person, now
        self.mark = f"of-{person}"
        self.ids: dict[str, int] = {"shop": shop_id}

    def fill(self) -> None:
        for table in sorted(metadata.sorted_tables, key=lambda table: table.name not in PARENTS):
            if table.name in FORGOTTEN or table.name in PARENTS:
                row = {column.name: self.value(table, column) for column in table.columns if column.name != "id"}
                done = self.session.execute(insert(table).values(row).returning(table.c.id))
                self.ids[table.name] = done.scalar_one()

    def value(self, table: Table, column: Column[Any]) -> Any:
        name, owner = column.name, next(iter(column.foreign_keys), None)
        if owner is not None:
            return self.ids.get(owner.column.table.name)
        if name.removesuffix("_id") in self.ids and name.endswith("_id"):
            return self.ids[name.removesuffix("_id")]
        known = {"shopify_id": self.person, "customer_shopify_id": self.person, "key": f"customer:{self.person}"}
        if name in known and (table.name, name) not in {("scan", "key")}:
            return known[name]
        fixed = {("return_word", "kind"): "person", ("order", "country"): None}  # a country is nobody's
        if (table.name, name) in fixed:
            return fixed[table.name, name]
        if isinstance(column.type, Date):  # of a withdrawal
            return self.now.date()
        if isinstance(column.type, JSON):
            return [self.mark] if name in FORGOTTEN.get(table.name, ()) else []
        return self.of_type(column)

    def of_type(self, column: Column[Any]) -> Any:
        if isinstance(column.type, Encrypted):
            return json.dumps({"of": self.mark})
        if isinstance(column.type, UTCDateTime):
            return self.now
        kind = column.type.python_type
        if kind is str:
            return self.mark[: getattr(column.type, "length", None)]
        return False if kind is bool else self.person


def held(session: Session, table: Table, column: str) -> set[Any]:
    """What is left of a person in a column, in every row."""
    if column == GONE:
        return set(session.scalars(select(table.c.id)))
    return {str(value) for value in session.scalars(select(table.c[column])) if value not in (None, "", [], {})}


@pytest.fixture
def people(database: Database, shop: Shop, now: datetime) -> dict[int, Filler]:
    with database.write() as session:
        both = {person: Filler(session, shop.id, person, now) for person in (ADA, BEN)}
        for filler in both.values():
            filler.fill()
    return both


def test_of_every_table_it_is_said_whether_it_knows_a_person() -> None:
    tables = set(metadata.tables)

    assert tables - FORGOTTEN.keys() - IN_TIME - NOBODYS == set()
    assert (FORGOTTEN.keys() | IN_TIME | NOBODYS) - tables == set()


def test_every_encrypted_column_and_every_hash_of_a_person_is_among_what_is_forgotten() -> None:
    said = {(table, column) for table, columns in FORGOTTEN.items() for column in columns}
    whole = {table for table, columns in FORGOTTEN.items() if columns == (GONE,)}
    for table in metadata.tables.values():
        for column in table.columns:
            is_theirs = isinstance(column.type, Encrypted) or column.name.endswith("_hash")
            if is_theirs and table.name not in {"shop", "provider_account", "staff", *whole}:
                assert (table.name, column.name) in said


def test_erasing_ada_takes_all_that_is_hers_and_nothing_of_bens(
    database: Database, shop: Shop, people: dict[int, Filler]
) -> None:
    with database.write() as session:
        before = {each: held(session, metadata.tables[each[0]], each[1]) for each in _columns()}
        privacy.erase(session, shop.id, privacy.subject(session, shop.id, ADA, ()))
        session.flush()
        after = {each: held(session, metadata.tables[each[0]], each[1]) for each in _columns()}

    for each in _columns():
        assert len(before[each]) == 2, f"{each}: the fixture holds nothing to be forgotten"
        assert len(after[each]) == 1, f"{each}: {after[each]}"
        assert after[each] <= before[each]


def test_an_export_hands_out_what_ada_said_and_was_told_and_nothing_of_bens(
    database: Database, shop: Shop, people: dict[int, Filler]
) -> None:
    with database.read() as session:
        told = export(session, shop.id, privacy.subject(session, shop.id, ADA, ()))

    (bought,) = told["orders"]
    text = json.dumps(told, ensure_ascii=False)
    assert people[BEN].mark not in text
    for part in ("returns", "drafts", "mails", "followed", "parcels"):
        assert len(bought[part]) == 1, part
    (sent,) = bought["returns"]
    assert {part for part in ("lines", "said", "photos", "bonuses") if sent[part]} == {
        *("lines", "said", "photos", "bonuses")
    }
    assert [each["list"] for each in told["lists"]] == [people[ADA].mark]


def test_a_copy_of_many_orders_takes_no_more_statements_than_one_of_a_few_and_erasing_reads_no_parcel_alone(
    database: Database, shop: Shop, now: datetime
) -> None:
    """An address that a till gives has thousands of orders, and both are done with the one writer held."""
    taken = {}
    with database.write() as session:
        for person, orders in ((ADA, 2), (BEN, 12)):
            customer = apply_customer(session, shop.id, ada(shopify_id=person, email=f"{person}@example.com"), now)
            for number in range(person * 100, person * 100 + orders):
                bought = order(shopify_id=number, name=f"#{number}", customer=None, lines=(line(number),))
                parcel = fulfillment(number, order_id=number, lines=((9000 + number, 1),))
                on_its_way = scan(number, "in_transit", 7, order_id=number, fulfillment_id=parcel.shopify_id)
                sent = replace(bought, fulfillments=(replace(parcel, events=(on_its_way,)),), refunds=())
                apply_whole_order(session, shop.id, sent, now).customer_id = customer.id
            session.flush()
        for person in (ADA, BEN):
            session.expunge_all()
            whose = privacy.subject(session, shop.id, person, ())
            with asked_of(database) as copying:
                told = export(session, shop.id, whose)
            with asked_of(database) as erasing:
                privacy.erase(session, shop.id, whose)
            assert all(len(each["parcels"][0]["scans"]) == 1 for each in told["orders"])
            taken[person] = len(told["orders"]), len(copying), len([each for each in erasing if "FROM scan" in each])

    assert taken == {ADA: (2, taken[ADA][1], 0), BEN: (12, taken[ADA][1], 0)}


@contextmanager
def asked_of(database: Database) -> Iterator[list[str]]:
    """The statements sent inside."""
    sent: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", hear)
    yield sent
    event.remove(database.engine, "before_cursor_execute", hear)


def test_the_document_names_every_table_that_knows_a_person() -> None:
    named = set(re.findall(r"`([a-z_]+)`", DOCUMENT.read_text()))

    assert (FORGOTTEN.keys() | IN_TIME) - named == set()


@pytest.mark.parametrize("what", sorted(KEPT))
def test_the_document_says_how_long_each_is_kept(what: str) -> None:
    (days,) = re.findall(rf"^\| {what} \| (\d+) days? \|", DOCUMENT.read_text(), re.MULTILINE)

    assert int(days) == KEPT[what].days


def _columns() -> list[tuple[str, str]]:
    return [(table, column) for table, columns in FORGOTTEN.items() for column in columns]
