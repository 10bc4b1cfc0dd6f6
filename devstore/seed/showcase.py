"""Orders whose state is worth a screenshot, and the unusual ones every shop has: each is told here on purpose."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from devstore.seed.bills import Item, TaxRule
from devstore.seed.history import House, Intention, shippable, usual_sale
from devstore.seed.journeys import Fate, Scan, Trip, travel
from devstore.seed.orders import Order, Sale, stamp
from devstore.seed.people import Person
from devstore.seed.refunds import GoodsBack
from devstore.seed.texts import table

Document = dict[str, Any]
BOOTS = ["vandra-leather-boots", "bi-leather-wax", "rask-hiking-socks"]
CAMP = ["lagd-tent-2", "glod-camp-stove", "kasa-enamel-mug"]
Told = list[tuple[str | None, float, Callable[[datetime], Order]]]  # key, age in days, what happens
COAT = ["storsjo-wool-jacket", "glomma-beanie", "wool-wash"]


@dataclass(frozen=True)
class Stage:
    """The scene of the showcase: the house and who may play in it."""

    house: House
    people: list[Person]

    def person(self, key: str) -> Person:
        """The remarkable person of that key, or somebody from that country."""
        return next(p for p in self.people if key in (p.key, p.country))

    def items(self, handles: list[str], person: Person | None = None) -> list[Item]:
        """One of each."""
        return [self.house.shelves.item(handle, person) for handle in handles]

    def sale(self, who: str, at: datetime, handles: list[str]) -> Sale:
        """A usual sale to that person, in euro without chance discounts."""
        person = self.person(who)
        sale = usual_sale(self.house, person, at, self.items(handles, person))
        return replace(sale, currency="EUR", reductions=[])


def showcase(house: House, people: list[Person]) -> list[Intention]:
    """All of them, each with its moment; those with a key are found again in `SeedShop.showcase`."""
    stage = Stage(house, people)
    days = timedelta(days=1)
    told: Told = [
        *_on_their_way(stage),
        *_in_trouble(stage),
        *_by_other_doors(stage),
        *_with_other_money(stage),
        *_undone(stage),
    ]
    return [Intention(house.now - days * age, tell, key) for key, age, tell in told]


# --- Parcels that travel well ------------------------------------------------------------------------------------


def _on_their_way(stage: Stage) -> Told:
    return [
        ("arriving", 2.6, lambda at: _moving(stage, "ada", at, COAT, "PostNord SE")),
        ("out_for_delivery", 3.7, lambda at: _today(stage, "ben", at, BOOTS, "DHL")),
        ("delivered", 6.4, lambda at: _done(stage, "ada", at, BOOTS, "PostNord SE")),
        ("two_parcels", 6.2, lambda at: _two_parcels(stage, at)),
        ("pickup_point", 5.1, lambda at: _at_point(stage, "FR", at, "Mondial Relay")),
        ("waiting", 0.3, lambda at: _waiting(stage, "ada", at, CAMP)),
        (None, 0.6, lambda at: _waiting(stage, "emoji", at, BOOTS)),
        ("partly_fulfilled", 3.2, lambda at: _partly(stage, at)),
        ("forty_lines", 4.4, lambda at: _forty_lines(stage, at)),
        ("two_numbers", 5.3, lambda at: _moving(stage, "long", at, CAMP, "GLS", parcels=2)),
        ("long_name", 2.9, lambda at: _moving(stage, "long", at, COAT, "DHL")),
        ("markup", 4.1, lambda at: _moving(stage, "markup", at, CAMP, "DPD UK")),
        ("emoji", 3.9, lambda at: _moving(stage, "emoji", at, CAMP, "DHL")),
        (None, 5.6, lambda at: _moving(stage, "hebrew", at, COAT, "DHL")),
        (None, 7.3, lambda at: _moving(stage, "obrien", at, BOOTS, "Royal Mail")),
        (None, 8.2, lambda at: _moving(stage, "single", at, CAMP[1:], "UPS")),
    ]


def _lane(country: str, carrier: str) -> Document:
    return next(row for row in table("carriers")["lane"] if (row["to"], row["carrier"]) == (country, carrier))


def _trip(order: Order, carrier: str, packed_after: timedelta, days: int, fate: Fate = Fate.DELIVERED) -> Trip:
    person = order.sale.person
    assert person is not None
    return Trip(_lane(person.country, carrier), person, order.sale.placed_at + packed_after, days, fate)


def _shift(scans: list[Scan], kept: int, last_at: datetime) -> list[Scan]:
    """The first `kept` scans, moved in time so that the last of them happened at `last_at`."""
    chosen = scans[:kept]
    off = last_at - chosen[-1].at
    return [
        replace(scan, at=scan.at + off, promised=_same_hour(scan.promised, off) if scan.promised else None)
        for scan in chosen
    ]


def _same_hour(promised: datetime, off: timedelta) -> datetime:
    return (promised + off).replace(hour=18, minute=0, second=0)


def _moving(stage: Stage, who: str, at: datetime, handles: list[str], carrier: str, parcels: int = 1) -> Order:
    """Past the last hub, due tomorrow or the day after."""
    house = stage.house
    order = house.book.write(stage.sale(who, at, handles))
    trip = _trip(order, carrier, timedelta(hours=4), 3)
    scans = travel(trip, house.draw)
    hubs = 2 + len(trip.lane["hubs"])
    moved = _between(scans[:hubs], at + timedelta(hours=4), house.now - timedelta(hours=3, minutes=20))
    due = (house.now + timedelta(days=2)).astimezone(ZoneInfo(trip.door[4])).replace(hour=18, minute=0, second=0)
    if trip.lane.get("promises"):
        moved = [replace(scan, promised=due if scan.promised else None) for scan in moved]
    house.despatch.pack(order, shippable(order), trip, moved, parcels)
    return order


def _between(scans: list[Scan], first: datetime, last: datetime) -> list[Scan]:
    """The same scans, stretched evenly over the time that really passed."""
    step = (last - first) / max(len(scans) - 1, 1)
    stretched = []
    for i, scan in enumerate(scans):
        local = (first + step * i).astimezone(ZoneInfo(scan.place[4]))
        stretched.append(replace(scan, at=local.replace(microsecond=0)))
    return stretched


def _today(stage: Stage, who: str, at: datetime, handles: list[str], carrier: str) -> Order:
    """On the van since this morning; before eight o'clock there, since a moment ago."""
    house = stage.house
    order = house.book.write(stage.sale(who, at, handles))
    trip = _trip(order, carrier, timedelta(hours=4), 2)
    scans = travel(trip, house.draw)
    local = house.now.astimezone(ZoneInfo(trip.door[4]))
    morning = local.replace(hour=7, minute=24, second=0)
    loaded = morning if local > morning + timedelta(minutes=10) else local - timedelta(minutes=25)
    until = local.replace(hour=20, minute=0, second=0)
    moved = _between(scans[:-1], at + timedelta(hours=4), loaded)
    moved = [replace(scan, promised=until if scan.promised else None) for scan in moved]
    house.despatch.pack(order, shippable(order), trip, moved)
    return order


def _done(stage: Stage, who: str, at: datetime, handles: list[str], carrier: str) -> Order:
    """Delivered yesterday."""
    house = stage.house
    order = house.book.write(stage.sale(who, at, handles))
    trip = _trip(order, carrier, timedelta(hours=4), 2)
    yesterday = (house.now - timedelta(days=1)).astimezone(ZoneInfo(trip.door[4])).replace(hour=14, minute=12, second=0)
    scans = travel(trip, house.draw)
    house.despatch.pack(order, shippable(order), trip, _between(scans, at + timedelta(hours=4), yesterday))
    return order


def _two_parcels(stage: Stage, at: datetime) -> Order:
    """The jacket arrived two days ago, the boots are still on their way."""
    house = stage.house
    order = house.book.write(stage.sale("ben", at, [*COAT, "vandra-leather-boots"]))
    first = _trip(order, "DHL", timedelta(hours=5), 2)
    scans = _between(travel(first, house.draw), at + timedelta(hours=5), house.now - timedelta(days=2, hours=3))
    house.despatch.pack(order, {0: 1, 1: 1, 2: 1}, first, scans)
    second = _trip(order, "GLS", timedelta(days=2), 3)
    moving = travel(second, house.draw)[:4]
    span = (at + timedelta(days=2), house.now - timedelta(hours=5))
    house.despatch.pack(order, {3: 1}, second, _between(moving, *span))
    return order


def _at_point(stage: Stage, who: str, at: datetime, carrier: str) -> Order:
    house = stage.house
    order = house.book.write(stage.sale(who, at, BOOTS))
    trip = _trip(order, carrier, timedelta(hours=4), 3, Fate.WAITING_AT_POINT)
    scans = _between(travel(trip, house.draw), at + timedelta(hours=4), house.now - timedelta(hours=9))
    house.despatch.pack(order, shippable(order), trip, scans)
    return order


def _waiting(stage: Stage, who: str, at: datetime, handles: list[str]) -> Order:
    return stage.house.book.write(stage.sale(who, at, handles))


def _partly(stage: Stage, at: datetime) -> Order:
    """The mugs left, the tent follows."""
    house = stage.house
    order = house.book.write(stage.sale("SE", at, ["kasa-enamel-mug", "kanna-kettle", "lagd-tent-3"]))
    trip = _trip(order, "PostNord SE", timedelta(hours=6), 2)
    scans = _between(travel(trip, house.draw)[:3], at + timedelta(hours=6), house.now - timedelta(hours=7))
    house.despatch.pack(order, {0: order.sale.items[0].quantity, 1: 1}, trip, scans)
    return order


def _forty_lines(stage: Stage, at: datetime) -> Order:
    """Somebody furnishes a cabin: 44 lines in three parcels."""
    house = stage.house
    sale = replace(stage.sale("DE", at, ["bjork-board"]), items=house.shelves.every(44), note="Cabin in the Harz")
    order = house.book.write(sale)
    lines = shippable(order)
    for part, share in enumerate((0.55, 0.35, 0.1)):
        trip = _trip(order, "DHL", timedelta(hours=4 + 8 * part), 3)
        scans = travel(trip, house.draw)[: 6 - part]
        ended = house.now - timedelta(hours=26 * (2 - part) + 2)
        start = order.sale.placed_at + (ended - order.sale.placed_at) * share * 0.5
        group = {i: n for i, n in lines.items() if i % 3 == part}
        house.despatch.pack(order, group, trip, _between(scans, start, ended))
    return order


# --- Parcels in trouble ------------------------------------------------------------------------------------------


def _in_trouble(stage: Stage) -> Told:
    return [
        ("delayed", 9.2, lambda at: _stuck(stage, "ES", at, "Correos", "delayed", 14)),
        ("problem", 8.3, lambda at: _stuck(stage, "ben", at, "DHL", "failure", 20)),
        ("attempted", 5.4, lambda at: _stuck(stage, "NL", at, "PostNL", "attempted", 6)),
        ("silent", 12.5, lambda at: _silent(stage, at)),
        ("no_first_scan", 5.8, lambda at: _no_first_scan(stage, at)),
    ]


def _stuck(stage: Stage, who: str, at: datetime, carrier: str, word: str, hours_ago: float) -> Order:
    """The last scan is bad news: late, damaged, or nobody at home."""
    house = stage.house
    order = house.book.write(stage.sale(who, at, BOOTS))
    fate = {"delayed": Fate.LATE, "failure": Fate.FAILED, "attempted": Fate.SECOND_ATTEMPT}[word]
    status = {"attempted": "attempted_delivery"}.get(word, word)
    trip = _trip(order, carrier, timedelta(hours=4), 3, fate)
    scans = travel(trip, house.draw)
    last = next(i for i, scan in enumerate(scans) if scan.status == status)
    due = house.now - timedelta(days=1)
    ended = house.now - timedelta(hours=hours_ago)
    moved = [
        replace(scan, promised=_same_hour(due, timedelta()) if scan.promised else None)
        for scan in _between(scans[: last + 1], at + timedelta(hours=4), ended)
    ]
    house.despatch.pack(order, shippable(order), trip, moved)
    return order


def _silent(stage: Stage, at: datetime) -> Order:
    """Scanned twice, then nothing for eight days."""
    house = stage.house
    order = house.book.write(stage.sale("GB", at, COAT))
    trip = _trip(order, "Royal Mail", timedelta(hours=4), 3)
    scans = travel(trip, house.draw)[:3]
    house.despatch.pack(order, shippable(order), trip, _between(scans, at + timedelta(hours=4), at + timedelta(days=4)))
    return order


def _no_first_scan(stage: Stage, at: datetime) -> Order:
    """The label is four days old and the carrier has not seen the parcel."""
    house = stage.house
    order = house.book.write(stage.sale("DE", at, CAMP[1:]))
    trip = _trip(order, "GLS", timedelta(hours=20), 3)
    house.despatch.pack(order, shippable(order), trip, travel(trip, house.draw)[:1])
    return order


# --- Other doors than the online store ---------------------------------------------------------------------------


def _by_other_doors(stage: Stage) -> Told:
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
        sale, postage=replace(sale.postage, title=store["name"], code=store["name"], cents=0, is_pickup=True)
    )
    order = stage.house.book.write(replace(sale, location_id=store["id"]))
    if is_collected:
        stage.house.despatch.hand_over(order, shippable(order), at + timedelta(days=1), store["id"])
    return order


def _business(stage: Stage, at: datetime) -> Order:
    """Naumann Outdoor orders by the dozen, on its own terms."""
    house = stage.house
    sale = stage.sale("wholesale", at, BOOTS)
    dozen = [replace(item, quantity=12) for item in sale.items]
    company = {"id": 2_210_791_581, "location_id": 2_511_732_893, "name": "Naumann Outdoor GmbH"}
    sale = replace(sale, items=dozen, company=company, po_number="NO-4711", tags="wholesale", gateway="manual")
    order = house.book.write(sale)
    trip = _trip(order, "DHL", timedelta(hours=6), 2)
    scans = _between(travel(trip, house.draw)[:4], at + timedelta(hours=6), house.now - timedelta(hours=11))
    house.despatch.pack(order, shippable(order), trip, scans, parcels=3)
    return order


def _draft(stage: Stage, at: datetime) -> Order:
    sale = replace(stage.sale("obrien", at, COAT), channel="shopify_draft_order", note="Agreed in the chat with Anna")
    order = stage.house.book.write(sale)
    trip = _trip(order, "Royal Mail", timedelta(hours=5), 3)
    scans = travel(trip, stage.house.draw)[:4]
    ended = stage.house.now - timedelta(hours=15)
    stage.house.despatch.pack(order, shippable(order), trip, _between(scans, at + timedelta(hours=5), ended))
    return order


def _by_phone(stage: Stage, at: datetime) -> Order:
    """Typed in by Petra while somebody without an e-mail address was on the telephone."""
    sale = replace(
        stage.sale("SE", at, CAMP), channel="shopify_draft_order", email="", note="Telephone order", tags="phone"
    )
    order = stage.house.book.write(sale)
    trip = _trip(order, "PostNord SE", timedelta(hours=5), 2)
    stage.house.despatch.send(order, shippable(order), trip)
    return order


def _marketplace(stage: Stage, at: datetime, email: str) -> Order:
    """From a social channel that masks the address, or keeps it to itself."""
    sale = replace(stage.sale("DE", at, ["hygge-wool-blanket", "kvall-candle"]), channel="tiktok", email=email)
    order = stage.house.book.write(sale)
    trip = _trip(order, "DHL", timedelta(hours=5), 2)
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
    trip = _trip(order, "PostNord SE", timedelta(hours=5), 1)
    stage.house.despatch.send(order, shippable(order), trip)
    return order


# --- Other money -------------------------------------------------------------------------------------------------


def _with_other_money(stage: Stage) -> Told:
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
    trip = _trip(order, "DHL Express", timedelta(hours=5), 4)
    hubs = 2 + len(trip.lane["hubs"])
    scans = travel(trip, stage.house.draw)[:hubs]
    ended = min(stage.house.now - timedelta(hours=6), at + timedelta(days=5))
    stage.house.despatch.pack(order, shippable(order), trip, _between(scans, at + timedelta(hours=5), ended))
    return order


def _with_sales_tax(stage: Stage, at: datetime) -> Order:
    """New York adds its tax to the price instead of hiding it inside."""
    rule = TaxRule(Fraction("0.08875"), "New York State Tax", included=False)
    order = stage.house.book.write(replace(stage.sale("US", at, COAT), currency="USD", tax=rule))
    trip = _trip(order, "UPS", timedelta(hours=5), 4)
    stage.house.despatch.send(order, shippable(order), trip)
    return order


# --- Undone ------------------------------------------------------------------------------------------------------


def _undone(stage: Stage) -> Told:
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
    trip = _trip(order, {"SE": "PostNord SE", "DE": "DHL"}[country], timedelta(hours=4), 2)
    scans = _between(travel(trip, stage.house.draw), at + timedelta(hours=4), at + timedelta(days=3, hours=5))
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
