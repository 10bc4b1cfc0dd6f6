"""The unusual orders every shop has: other doors than the online store, other money, and orders undone."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from devstore.seed.bills import TaxRule
from devstore.seed.history import shippable
from devstore.seed.journeys import travel
from devstore.seed.orders import stamp
from devstore.seed.people import Person
from devstore.seed.refunds import GoodsBack
from devstore.seed.sales import Order, Sale
from devstore.seed.stage import BOOTS, CAMP, COAT, Stage, Told, between, trip_of

# --- Other doors than the online store ---------------------------------------------------------------------------


def by_other_doors(stage: Stage) -> Told:
    """Sold at the counter, to companies, by telephone, through market places, or without a parcel."""
    return [
        ("pos", 3.4, lambda at: _over_the_counter(stage, at, None)),
        (None, 16.2, lambda at: _over_the_counter(stage, at, stage.person("SE"))),
        ("local_pickup", 1.4, lambda at: _local_pickup(stage, at, is_collected=False)),
        (None, 9.1, lambda at: _local_pickup(stage, at, is_collected=True)),
        ("b2b", 4.7, lambda at: _business(stage, at)),
        ("draft", 6.6, lambda at: _draft(stage, at)),
        ("phone_order", 5.0, lambda at: _by_phone(stage, at)),
        ("marketplace", 4.9, lambda at: _marketplace(stage, at, "b7q2x9k4m1@marketplace.example")),
        ("no_email", 4.3, lambda at: _marketplace(stage, at, "")),
        ("digital", 2.2, lambda at: _digital(stage, at)),
        ("test", 2.4, lambda at: _test(stage, at)),
        ("gift_card_paid", 7.6, lambda at: _paid_by_gift_card(stage, at)),
        ("local_delivery", 1.1, lambda at: _brought_by_the_shop(stage, at)),
        ("chosen_point", 3.1, lambda at: _to_a_pickup_point(stage, at)),
    ]


def _over_the_counter(stage: Stage, at: datetime, person: Person | None) -> Order:
    """Sold in the Göteborg store, to a stranger or to somebody known; handed over at once."""
    store = stage.house.stores[1]
    sale = Sale(
        person=person,
        items=stage.items(["stengods-mug", "kvall-candle", "tandsticks-matches"]),
        placed_at=at,
        tax=TaxRule(Fraction(25, 100), "Moms"),
        postage=None,
        channel="pos",
        gateway="cash",
        location_id=store["id"],
    )
    order = stage.house.book.write(sale)
    stage.house.despatch.hand_over(order, shippable(order), at, store["id"])
    return order


def _local_pickup(stage: Stage, at: datetime, is_collected: bool) -> Order:
    store = stage.house.stores[2]
    sale = stage.sale("emoji", at, COAT)
    assert sale.postage is not None
    sale = replace(
        sale, postage=replace(sale.postage, title=store["name"], code=store["name"], cents=0, method="PICK_UP")
    )
    order = stage.house.book.write(replace(sale, location_id=store["id"]))
    if is_collected:
        stage.house.despatch.hand_over(order, shippable(order), at + timedelta(days=1), store["id"])
    return order


def _brought_by_the_shop(stage: Stage, at: datetime) -> Order:
    """The Göteborg store brings it round itself."""
    sale = stage.sale("SE", at, ["hygge-wool-blanket", "kvall-candle"])
    assert sale.postage is not None
    postage = replace(sale.postage, title="Local delivery", code="local-delivery", cents=0, method="LOCAL")
    return stage.house.book.write(replace(sale, postage=postage, location_id=stage.house.stores[1]["id"]))


def _to_a_pickup_point(stage: Stage, at: datetime) -> Order:
    """On its way to the kiosk that the buyer chose."""
    sale = stage.sale("NL", at, COAT)
    assert sale.postage is not None
    postage = replace(sale.postage, title="Pick-up point", code="pickup-point", method="PICKUP_POINT")
    order = stage.house.book.write(replace(sale, postage=postage))
    trip = trip_of(order, "PostNL", timedelta(hours=5), 3)
    ended = stage.house.now - timedelta(hours=14)
    scans = between(travel(trip, stage.house.draw)[:4], at + timedelta(hours=5), ended)
    stage.house.despatch.pack(order, shippable(order), trip, scans)
    return order


def _business(stage: Stage, at: datetime) -> Order:
    """Naumann Outdoor orders by the dozen, on its own terms."""
    house = stage.house
    sale = stage.sale("wholesale", at, BOOTS)
    dozen = [replace(item, quantity=12) for item in sale.items]
    company = {"id": 2_210_791_581, "location_id": 2_511_732_893, "name": "Naumann Outdoor GmbH"}
    sale = replace(sale, items=dozen, company=company, po_number="NO-4711", tags="wholesale", gateway="manual")
    order = house.book.write(sale)
    trip = trip_of(order, "DHL", timedelta(hours=6), 2)
    scans = between(travel(trip, house.draw)[:4], at + timedelta(hours=6), house.now - timedelta(hours=11))
    house.despatch.pack(order, shippable(order), trip, scans, parcels=3)
    return order


def _draft(stage: Stage, at: datetime) -> Order:
    sale = replace(stage.sale("obrien", at, COAT), channel="shopify_draft_order", note="Agreed in the chat with Anna")
    order = stage.house.book.write(sale)
    trip = trip_of(order, "Royal Mail", timedelta(hours=5), 3)
    scans = travel(trip, stage.house.draw)[:4]
    ended = stage.house.now - timedelta(hours=15)
    stage.house.despatch.pack(order, shippable(order), trip, between(scans, at + timedelta(hours=5), ended))
    return order


def _by_phone(stage: Stage, at: datetime) -> Order:
    """Typed in by Petra while somebody without an e-mail address was on the telephone."""
    sale = replace(
        stage.sale("SE", at, CAMP), channel="shopify_draft_order", email="", note="Telephone order", tags="phone"
    )
    order = stage.house.book.write(sale)
    trip = trip_of(order, "PostNord SE", timedelta(hours=5), 2)
    stage.house.despatch.send(order, shippable(order), trip)
    return order


def _marketplace(stage: Stage, at: datetime, email: str) -> Order:
    """From a social channel that masks the address, or keeps it to itself."""
    sale = replace(stage.sale("DE", at, ["hygge-wool-blanket", "kvall-candle"]), channel="tiktok", email=email)
    order = stage.house.book.write(sale)
    trip = trip_of(order, "DHL", timedelta(hours=5), 2)
    stage.house.despatch.send(order, shippable(order), trip)
    return order


def _digital(stage: Stage, at: datetime) -> Order:
    """A handbook and a gift card: nothing to ship."""
    sale = replace(stage.sale("ada", at, ["care-handbook", "gift-card"]), postage=None)
    order = stage.house.book.write(sale)
    stage.house.despatch.hand_over(order, {0: 1, 1: 1}, at + timedelta(minutes=2))
    return order


def _test(stage: Stage, at: datetime) -> Order:
    return stage.house.book.write(replace(stage.sale("ben", at, CAMP), is_test=True, gateway="bogus"))


def _paid_by_gift_card(stage: Stage, at: datetime) -> Order:
    order = stage.house.book.write(
        replace(stage.sale("ada", at, ["kasa-enamel-mug", "skog-soap"]), gateway="gift_card")
    )
    trip = trip_of(order, "PostNord SE", timedelta(hours=5), 1)
    stage.house.despatch.send(order, shippable(order), trip)
    return order


# --- Other money -------------------------------------------------------------------------------------------------


def with_other_money(stage: Stage) -> Told:
    """Shown in dinars and yen, or with tax on top."""
    return [
        ("right_to_left", 6.8, lambda at: _abroad(stage, "arabic", at, "KWD", ["vind-down-jacket", "kall-thermos"])),
        ("kwd", 5.9, lambda at: _abroad(stage, "arabic", at, "KWD", ["torne-merino-crew", "resa-duffel"])),
        ("jpy", 5.2, lambda at: _abroad(stage, "japan", at, "JPY", ["stengods-mug", "lass-rolltop-backpack"])),
        (None, 21.0, lambda at: _abroad(stage, "japan", at, "JPY", ["skarv-fisherman-sweater"])),
        ("tax_on_top", 10.5, lambda at: _with_sales_tax(stage, at)),
    ]


def _abroad(stage: Stage, who: str, at: datetime, currency: str, handles: list[str]) -> Order:
    """Exported without tax, shown in the buyer's currency."""
    order = stage.house.book.write(replace(stage.sale(who, at, handles), currency=currency))
    trip = trip_of(order, "DHL Express", timedelta(hours=5), 4)
    hubs = 2 + len(trip.lane["hubs"])
    scans = travel(trip, stage.house.draw)[:hubs]
    ended = min(stage.house.now - timedelta(hours=6), at + timedelta(days=5))
    stage.house.despatch.pack(order, shippable(order), trip, between(scans, at + timedelta(hours=5), ended))
    return order


def _with_sales_tax(stage: Stage, at: datetime) -> Order:
    """New York adds its tax to the price instead of hiding it inside."""
    rule = TaxRule(Fraction("0.08875"), "New York State Tax", included=False)
    order = stage.house.book.write(replace(stage.sale("US", at, COAT), currency="USD", tax=rule))
    trip = trip_of(order, "UPS", timedelta(hours=5), 4)
    stage.house.despatch.send(order, shippable(order), trip)
    return order


# --- Undone ------------------------------------------------------------------------------------------------------


def undone(stage: Stage) -> Told:
    """Cancelled, partly repaid, coming back."""
    return [
        ("cancelled", 3.0, lambda at: _cancelled(stage, at)),
        (None, 33.0, lambda at: _cancelled(stage, at)),
        ("partially_refunded", 13.2, lambda at: _partial_refund(stage, at)),
        ("return_in_progress", 15.1, lambda at: _coming_back(stage, at)),
    ]


def _cancelled(stage: Stage, at: datetime) -> Order:
    """The buyer thought better of it an hour later; everything was repaid."""
    order = stage.house.book.write(stage.sale("ben", at, COAT))
    later = at + timedelta(hours=1, minutes=12)
    everything = {i: line["quantity"] for i, line in enumerate(order.document["line_items"])}
    stage.house.desk.refund(order, GoodsBack(everything, restock="cancel", with_postage=True), later)
    for line in order.document["line_items"]:
        line["fulfillable_quantity"] = 0
    order.document.update({"cancelled_at": stamp(later), "cancel_reason": "customer", "closed_at": stamp(later)})
    return order


def _arrived(stage: Stage, who: str, at: datetime, handles: list[str]) -> Order:
    order = stage.house.book.write(stage.sale(who, at, handles))
    country = stage.person(who).country
    trip = trip_of(order, {"SE": "PostNord SE", "DE": "DHL"}[country], timedelta(hours=4), 2)
    scans = between(travel(trip, stage.house.draw), at + timedelta(hours=4), at + timedelta(days=3, hours=5))
    stage.house.despatch.pack(order, shippable(order), trip, scans)
    return order


def _partial_refund(stage: Stage, at: datetime) -> Order:
    """One mug of two arrived chipped; its price was repaid, nothing came back."""
    order = _arrived(stage, "ben", at, ["stengods-bowl", "hygge-wool-blanket", "kvall-candle"])
    back = GoodsBack({0: 1}, restock="no_restock", note="Arrived chipped")
    stage.house.desk.refund(order, back, at + timedelta(days=6))
    return order


def _coming_back(stage: Stage, at: datetime) -> Order:
    """Ada's jacket is a size too small and on its way back."""
    order = _arrived(stage, "ada", at, COAT)
    stage.house.desk.open_return(order, {0: 1}, at + timedelta(days=8))
    return order
