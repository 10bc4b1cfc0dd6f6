"""Mara gives the Nordics sixty days: Ada in Sweden has them, Ben in Germany has thirty, whatever says so."""

from __future__ import annotations

from datetime import date

import pytest
from returns_counter import Counter, open_counter, shirts

from devstore import installation
from returns_desk import Desk
from shopify_app.db import Database
from shopify_app.returns import last_days
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.eligibility import eligible
from shopify_app.returns.rehearsal.answer import Direction, Matter
from shopify_app.returns.rehearsal.rehearse import rehearse
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import Outcome, Scope
from shopify_app.returns.windows import day_of
from shopify_app.shipments.models import Shipment
from shopify_app.shops import profile
from webhooks.app import market_changed
from webhooks.inbox import Delivery
from webhooks.work import Work


def days(name: str, window: int, *markets: str) -> Rule:
    then = Effects(outcomes=(Outcome.REFUND,), windows={Scope.ANY: Window(latest_day=window)})
    return Rule(name=name, when=Conditions(markets=markets or None), then=then)


NORDIC = Policy(rules=(days("Nordics", 60, "nordics"), days("Everybody", 30)))


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """The policy is published; then Ada and Ben buy, and both parcels arrive."""
    found = open_counter(database, database_url)
    change(found, "nordics", "DK", "FI", "NO", "SE")
    change(found, "european-union", "DE", "FI", "SE")
    found.publish(NORDIC)
    found.wire.advance(seconds=60)
    return found


def change(counter: Counter, handle: str, *regions: str) -> None:
    """The merchant sets the market at Shopify, and its webhook is worked off."""
    installation.change_market(counter.wire.world, {"handle": handle, "regions": list(regions)})
    now, topic = counter.now(), "markets/update"
    with counter.database.write() as session:
        row = Delivery(
            shop_id=counter.shop_id, webhook_id=f"{handle} {now} {regions}", topic=topic, received_at=now, due_at=now,
            lease_token="lease", lease_until=2**40,
        )  # fmt: skip
        session.add(row)
    market_changed(Work(counter.wire.adapters, counter.shop_id, row.id, topic, {"id": 1}, now, now, "lease", now))


def sent_to(counter: Counter, country: str) -> Desk:
    address = {"first_name": "Ada", "country_code": country, "city": "Visby", "zip": "62156", "address1": "Strand 4"}
    desk = shirts(counter.stage, counter.desk.variants, 2, shipping_address=address)
    counter.stage.post("/events", {"fulfillment_id": desk.parcel_id, "status": "delivered"})
    counter.learn(desk)
    return desk


def days_left(counter: Counter, desk: Desk) -> int:
    with counter.database.read() as session:
        order = counter.order(session, desk)
        (told,) = last_days.last_days(session, order, counter.now())
        (parcel,) = session.query(Shipment).filter(Shipment.order_id == order.id)
        assert isinstance(told.last_day, date)
        assert parcel.delivered_at is not None
        return (told.last_day - day_of(parcel.delivered_at, order.shop.timezone)).days


def can_return(counter: Counter, desk: Desk) -> bool:
    """What the portal's first step goes by, with Shopify's word of the order."""
    returnable = counter.returnable(desk)
    with counter.database.read() as session:
        lines = eligible(session, counter.order(session, desk), returnable, counter.now())
    return any(each.verdict.is_eligible for each in lines)


def test_an_order_has_the_days_of_the_market_that_it_goes_to(counter: Counter) -> None:
    ada, ben = sent_to(counter, "SE"), sent_to(counter, "DE")

    assert (days_left(counter, ada), days_left(counter, ben)) == (60, 30)
    counter.wire.advance(days=45)
    assert (can_return(counter, ada), can_return(counter, ben)) == (True, False)


def test_a_country_that_joins_a_market_has_its_days_from_then_on(counter: Counter) -> None:
    ben = sent_to(counter, "DE")

    change(counter, "nordics", "DE", "DK", "SE")

    assert days_left(counter, ben) == 60
    installation.remove_market(counter.wire.world, "nordics")
    change(counter, "european-union", "DE", "SE")
    assert days_left(counter, ben) == 30
    assert profile.markets_to(counter.wire.shop(), "SE", None) == {"european-union"}


def test_rehearsing_other_days_for_a_market_counts_its_orders_alone(counter: Counter) -> None:
    sent_to(counter, "SE")
    sent_to(counter, "DE")
    counter.wire.advance(minutes=5)
    draft = Policy(rules=(days("Nordics", 45, "NORDICS"), days("Everybody", 30)))

    found = rehearse(counter.database, counter.wire.shop(), draft, counter.now())

    (shift,) = [each for each in found.lines.shifts if each.shift.matter is Matter.LAST_DAY]
    assert (shift.shift.direction, shift.lines) == (Direction.WORSE, 1)
