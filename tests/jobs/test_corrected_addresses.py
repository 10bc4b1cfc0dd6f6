"""An address that was corrected before an exchange was confirmed arrives at Shopify, and the merchant reads of it."""

from __future__ import annotations

import json

from returns_counter import Counter, open_counter
from sqlalchemy import select

from jobs.reactions import do_duty
from shopify_app.db import Database
from shopify_app.events import DeliveryCorrected, Reaction, record
from shopify_app.leases import WorkState
from shopify_app.orders.access import Access
from shopify_app.returns import drafts
from shopify_app.returns.models import ReturnEntry
from shopify_app.returns.vocabulary import Outcome

STORGATAN = {"last_name": "Lindholm", "address1": "Storgatan 1", "city": "Göteborg", "country_code": "SE"}
NYGATAN = {"last_name": "Lindholm", "address1": "Nygatan 2", "zip": "503 31", "city": "Borås", "country_code": "SE"}


def corrected(counter: Counter) -> int:
    """The reaction that is due after Ada confirmed an exchange with a corrected address."""
    store, order_id = counter.wire.world.store, counter.desk.order_id
    store.put("order", (store.peek("order", order_id) or {}) | {"shipping_address": STORGATAN})
    swap = counter.desk.variants["M"]
    ret = counter.asked(1, Outcome.VARIANT_EXCHANGE, replacement_variant_id=swap)
    now = counter.now()
    with counter.database.write() as session:
        order = counter.order(session)
        draft = drafts.begin(session, order, Access.OWNER, now)
        draft.delivery = json.dumps(NYGATAN)
        event = record(session, counter.shop_id, DeliveryCorrected(order.id, ret.id, draft.id), now)
        session.flush()
        due = Reaction(shop_id=counter.shop_id, event_id=event.id, follower="correct_delivery", due_at=now)
        session.add(due)
        session.flush()
        return due.id


def test_shopify_learns_of_a_corrected_address_and_mara_reads_of_it(database: Database, database_url: str) -> None:
    counter = open_counter(database, database_url)
    due = corrected(counter)

    do_duty(counter.wire.adapters, due)

    at_shopify = counter.stage.control("GET", f"/orders/{counter.desk.order_id}").json["shipping_address"]
    assert (at_shopify["address1"], at_shopify["city"], at_shopify["zip"]) == ("Nygatan 2", "Borås", "503 31")
    with counter.database.read() as session:
        assert session.get_one(Reaction, due).state == WorkState.DONE
        notes = session.scalars(select(ReturnEntry).where(ReturnEntry.kind == "note")).all()
        assert [(note.is_internal, "Nygatan" in (note.said or "")) for note in notes] == [(True, False)]


def test_an_address_is_sent_again_when_shopify_did_not_answer(database: Database, database_url: str) -> None:
    counter = open_counter(database, database_url)
    due = corrected(counter)
    counter.wire.fault("answer_lost", "OrderAddressSet")

    do_duty(counter.wire.adapters, due)

    with counter.database.read() as session:
        assert session.get_one(Reaction, due).state == WorkState.PENDING
    counter.wire.advance(minutes=10)
    do_duty(counter.wire.adapters, due)
    with counter.database.read() as session:
        assert session.get_one(Reaction, due).state == WorkState.DONE
