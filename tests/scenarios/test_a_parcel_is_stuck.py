"""A parcel is stuck for three days: the team is mailed and the order tagged, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from databases import sharing
from pydantic import TypeAdapter
from returns_counter import Counter, open_counter
from sqlalchemy import select

from jobs import automations, reactions
from shopify_app.automations import quiet, versions
from shopify_app.automations.models import Effect, Firing
from shopify_app.automations.rules import Automations
from shopify_app.db import Database
from shopify_app.events import Event, Reaction
from shopify_app.leases import due
from shopify_app.messages.models import Message
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import save

STUCK = {
    "key": "5a5a5a5a",
    "name": "Stuck for three days",
    "on": "ParcelQuiet",
    "when": {"quiet_days": 3},
    "then": [
        {
            "do": "mail_team",
            "words": "Nobody has scanned the parcel of {order} for three days.\nPlease ask the carrier.",
        },
        {"do": "tag", "tag": "parcel-stuck"},
    ],
}


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """Mara's shop with a parcel on its way and the rule in force."""
    monkeypatch.chdir(tmp_path)
    found = open_counter(sharing(database, reactions.FOLLOWERS), database_url, delivered=False)
    store, address = found.wire.world.store, {"country_code": "SE", "zip": "411 24", "city": "Göteborg"}
    store.put("order", (store.peek("order", found.desk.order_id) or {}) | {"shipping_address": address})
    found.learn()
    with found.database.write() as session:
        save(session, found.shop_id, Returns(team_mail="care@mara.example"), "1", found.now())
        rules = TypeAdapter(Automations).validate_python({"rules": [STUCK]})
        saved = versions.save(session, found.shop_id, rules, 0, "1", found.now())
        versions.publish(session, found.shop_id, saved.revision, "", "1", found.now())
    return found


def an_hour_passes(counter: Counter, hours: int = 1) -> None:
    """The clock's own round: parcels are looked at, and what follows is done."""
    counter.wire.advance(hours=hours)
    quiet.notice(counter.database, counter.shop_id, counter.now())
    for model, carry in ((Reaction, reactions.do_duty), (Effect, automations.carry_one)):
        with counter.database.read() as session:
            waiting = due(session, model, counter.now())
        for row_id in waiting:
            carry(counter.wire.adapters, row_id)


def scan(counter: Counter, status: str) -> None:
    counter.stage.post("/events", {"fulfillment_id": counter.desk.parcel_id, "status": status})
    counter.learn()


def told(counter: Counter) -> list[Message]:
    with counter.database.read() as session:
        return list(session.scalars(select(Message).where(Message.kind == "team_automation")))


def tags(counter: Counter) -> str:
    return (counter.wire.world.store.peek("order", counter.desk.order_id) or {}).get("tags") or ""


def test_a_parcel_stuck_for_three_days_is_told_and_tagged_once(counter: Counter) -> None:
    an_hour_passes(counter, 71)
    assert (told(counter), tags(counter)) == ([], "")

    for _ in range(5):
        an_hour_passes(counter)
    an_hour_passes(counter, 48)

    (mail,) = told(counter)
    assert mail.recipient == "care@mara.example"
    assert tags(counter) == "parcel-stuck"
    with counter.database.read() as session:
        (fired,) = session.scalars(select(Firing))
        (event,) = session.scalars(select(Event).where(Event.kind == "ParcelQuiet"))
        assert (fired.rule, fired.event_id, event.facts["days"]) == ("Stuck for three days", event.id, 3)


def test_a_scan_begins_the_count_anew(counter: Counter) -> None:
    an_hour_passes(counter, 60)
    scan(counter, "in_transit")
    an_hour_passes(counter, 60)
    assert told(counter) == []

    an_hour_passes(counter, 13)
    assert len(told(counter)) == 1
    scan(counter, "in_transit")
    an_hour_passes(counter, 73)
    assert len(told(counter)) == 2


def test_a_delivered_parcel_is_nobodys_concern(counter: Counter) -> None:
    scan(counter, "delivered")
    an_hour_passes(counter, 100)

    assert told(counter) == []


def test_what_was_stuck_before_the_rule_was_published_is_past(counter: Counter) -> None:
    with counter.database.write() as session:
        row = session.scalars(select(versions.AutomationVersion)).one()
        counter.wire.advance(hours=80)
        row.published_at = counter.now()
    an_hour_passes(counter)

    assert told(counter) == []
