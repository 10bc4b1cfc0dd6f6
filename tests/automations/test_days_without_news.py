"""Days without news, as they were: found for a dry run no further than somebody would have looked at the time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from shopify_app.automations import quiet
from shopify_app.db import Database
from shopify_app.orders.projection import apply_order
from shopify_app.shipments.models import Shipment
from shopify_app.shipments.projection import apply_fulfillment
from shopify_app.shipments.states import ParcelState
from shopify_app.shops.models import Shop
from stage import PLACED, fulfillment, line, order

NOW = PLACED + timedelta(days=60)
SENT = NOW - timedelta(days=40)


@pytest.fixture
def shipment_id(database: Database, shop: Shop) -> int:
    """Sent forty days ago; nobody has said a word of it."""
    with database.write() as session:
        apply_order(session, shop.id, replace(order(lines=(line(1),)), placed_at=SENT, fact_at=SENT), SENT)
        sent = replace(fulfillment(1), created_at=SENT, fact_at=SENT)
        return apply_fulfillment(session, shop.id, sent, SENT).id


def days(database: Database, shop: Shop, **facts: object) -> list[int]:
    """After how many days of quiet a rule that waits for 3, or for 30, would have acted."""
    with database.write() as session:
        session.execute(update(Shipment).values(facts))
    with database.read() as session:
        (parcel,) = quiet.past_parcels(session, shop.id, NOW - timedelta(days=90), NOW, most=10)
    return [spell.days for spell in quiet.spells(parcel.words, parcel.until, {3, 30})]


@pytest.mark.usefixtures("shipment_id")
class TestAParcelOfThePast:
    def test_that_is_quiet_to_this_day_counts_all_of_it(self, database: Database, shop: Shop) -> None:
        assert days(database, shop, shipped_at=SENT) == [3, 30]

    def test_that_turned_round_counts_until_then(self, database: Database, shop: Shop) -> None:
        turned = SENT + timedelta(days=10)

        assert days(database, shop, state=ParcelState.RETURNED, state_at=turned) == [3]

    def test_that_was_sent_long_ago_counts_as_long_as_it_was_looked_at(self, database: Database, shop: Shop) -> None:
        assert days(database, shop, shipped_at=NOW - quiet.LOOKED_AT - timedelta(days=60)) == [3, 30]

    def test_that_arrived_before_anybody_noted_it_as_sent_was_never_quiet(self, database: Database, shop: Shop) -> None:
        assert days(database, shop, delivered_at=SENT - timedelta(hours=2)) == []
