"""Whatever is wrong with one shop, the clock's work is done for the others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from jobs.by_the_clock import judge_parcels
from jobs.each_shop import for_each, installed
from shopify_app.db import Database
from shopify_app.orders.projection import apply_order
from shopify_app.shipments.models import Shipment
from shopify_app.shipments.projection import apply_fulfillment
from shopify_app.shops.models import Shop, ShopState
from shopify_app.wiring import Adapters
from stage import fulfillment, order


def sent_long_ago(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        apply_order(session, shop.id, order(), now)
        apply_fulfillment(session, shop.id, fulfillment(), now).late_risk = "none"


def test_a_parcel_that_nobody_can_judge_keeps_no_other_shops_from_being_judged(
    adapters: Adapters, shop: Shop, other_shop: Shop, now: datetime
) -> None:
    for one in (shop, other_shop):
        sent_long_ago(adapters.database, one, now)
    with adapters.database.write() as session:
        session.execute(update(Shipment).values(late_risk="none", late_rule=None))
        session.execute(update(Shipment).where(Shipment.shop_id == shop.id).values(state="teleported"))
    adapters.clock.advance(days=40)  # type: ignore[attr-defined]
    judge_parcels.app.adapters = adapters  # type: ignore[attr-defined]

    judge_parcels()  # type: ignore[call-arg]

    with adapters.database.read() as session:
        risks = {row.shop_id: row.late_risk for row in session.scalars(select(Shipment))}
    assert risks == {shop.id: "none", other_shop.id: "late"}


def test_how_many_it_went_well_for_is_told(adapters: Adapters, shop: Shop, other_shop: Shop) -> None:
    worked: list[int] = []

    def work(shop_id: int) -> None:
        if shop_id == shop.id:
            raise LookupError("erased meanwhile")
        worked.append(shop_id)

    assert for_each(installed(adapters), work) == 1
    assert worked == [other_shop.id]


def test_shops_that_have_gone_are_left_alone(adapters: Adapters, shop: Shop, other_shop: Shop) -> None:
    with adapters.database.write() as session:
        session.get_one(Shop, shop.id).state = ShopState.UNINSTALLED

    assert installed(adapters) == [other_shop.id]
