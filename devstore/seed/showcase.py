"""Orders whose state is worth a screenshot: parcels that travel well, and parcels in trouble."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from devstore.seed.history import House, Intention, shippable
from devstore.seed.journeys import Fate, travel
from devstore.seed.people import Person
from devstore.seed.returnable import sent_home
from devstore.seed.sales import Order
from devstore.seed.stage import BOOTS, CAMP, COAT, Stage, Told, between, trip_of
from devstore.seed.unusual import by_other_doors, undone, with_other_money


def showcase(house: House, people: list[Person]) -> list[Intention]:
    """All of them, each with its moment; those with a key are found again in `SeedShop.showcase`."""
    stage = Stage(house, people)
    days = timedelta(days=1)
    told: Told = [
        *_on_their_way(stage),
        *_in_trouble(stage),
        *by_other_doors(stage),
        *with_other_money(stage),
        *undone(stage),
        *sent_home(stage),
    ]
    return [Intention(_awake(house.now - days * age), tell, key) for key, age, tell in told]


def _awake(moment: datetime) -> datetime:
    """The evening before, when `moment` is in the small hours: that is when people shop."""
    return moment - timedelta(hours=7) if moment.hour < 6 else moment


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


def _same_hour(promised: datetime, off: timedelta) -> datetime:
    return (promised + off).replace(hour=18, minute=0, second=0)


def _moving(stage: Stage, who: str, at: datetime, handles: list[str], carrier: str, parcels: int = 1) -> Order:
    """Past the last hub, due tomorrow or the day after."""
    house = stage.house
    order = house.book.write(stage.sale(who, at, handles))
    trip = trip_of(order, carrier, timedelta(hours=4), 3)
    scans = travel(trip, house.draw)
    hubs = 2 + len(trip.lane["hubs"])
    moved = between(scans[:hubs], at + timedelta(hours=4), house.now - timedelta(hours=3, minutes=20))
    due = (house.now + timedelta(days=2)).astimezone(ZoneInfo(trip.door[4])).replace(hour=18, minute=0, second=0)
    if trip.lane.get("promises"):
        moved = [replace(scan, promised=due if scan.promised else None) for scan in moved]
    house.despatch.pack(order, shippable(order), trip, moved, parcels)
    return order


def _today(stage: Stage, who: str, at: datetime, handles: list[str], carrier: str) -> Order:
    """On the van since this morning; before eight o'clock there, since a moment ago."""
    house = stage.house
    order = house.book.write(stage.sale(who, at, handles))
    trip = trip_of(order, carrier, timedelta(hours=4), 2)
    scans = travel(trip, house.draw)
    local = house.now.astimezone(ZoneInfo(trip.door[4]))
    morning = local.replace(hour=7, minute=24, second=0)
    midnight = local.replace(hour=0, minute=0, second=0)
    loaded = morning if local > morning + timedelta(minutes=10) else max(local - timedelta(minutes=25), midnight)
    until = local.replace(hour=20, minute=0, second=0)
    moved = between(scans[:-1], at + timedelta(hours=4), loaded)
    moved = [replace(scan, promised=until if scan.promised else None) for scan in moved]
    house.despatch.pack(order, shippable(order), trip, moved)
    return order


def _done(stage: Stage, who: str, at: datetime, handles: list[str], carrier: str) -> Order:
    """Delivered yesterday."""
    house = stage.house
    order = house.book.write(stage.sale(who, at, handles))
    trip = trip_of(order, carrier, timedelta(hours=4), 2)
    yesterday = (house.now - timedelta(days=1)).astimezone(ZoneInfo(trip.door[4])).replace(hour=14, minute=12, second=0)
    scans = travel(trip, house.draw)
    house.despatch.pack(order, shippable(order), trip, between(scans, at + timedelta(hours=4), yesterday))
    return order


def _two_parcels(stage: Stage, at: datetime) -> Order:
    """The jacket arrived two days ago, the boots are still on their way."""
    house = stage.house
    order = house.book.write(stage.sale("ben", at, [*COAT, "vandra-leather-boots"]))
    first = trip_of(order, "DHL", timedelta(hours=5), 2)
    arrived = (house.now - timedelta(days=2, hours=3)).replace(hour=12, minute=38)
    scans = between(travel(first, house.draw), at + timedelta(hours=5), arrived)
    house.despatch.pack(order, {0: 1, 1: 1, 2: 1}, first, scans)
    second = trip_of(order, "GLS", timedelta(days=2), 3)
    moving = travel(second, house.draw)[:4]
    span = (at + timedelta(days=2), house.now - timedelta(hours=5))
    house.despatch.pack(order, {3: 1}, second, between(moving, *span))
    return order


def _at_point(stage: Stage, who: str, at: datetime, carrier: str) -> Order:
    house = stage.house
    order = house.book.write(stage.sale(who, at, BOOTS))
    trip = trip_of(order, carrier, timedelta(hours=4), 3, Fate.WAITING_AT_POINT)
    scans = between(travel(trip, house.draw), at + timedelta(hours=4), house.now - timedelta(hours=9))
    house.despatch.pack(order, shippable(order), trip, scans)
    return order


def _waiting(stage: Stage, who: str, at: datetime, handles: list[str]) -> Order:
    return stage.house.book.write(stage.sale(who, at, handles))


def _partly(stage: Stage, at: datetime) -> Order:
    """The mugs left, the tent follows."""
    house = stage.house
    order = house.book.write(stage.sale("SE", at, ["kasa-enamel-mug", "kanna-kettle", "lagd-tent-3"]))
    trip = trip_of(order, "PostNord SE", timedelta(hours=6), 2)
    scans = between(travel(trip, house.draw)[:3], at + timedelta(hours=6), house.now - timedelta(hours=7))
    house.despatch.pack(order, {0: order.sale.items[0].quantity, 1: 1}, trip, scans)
    return order


def _forty_lines(stage: Stage, at: datetime) -> Order:
    """Somebody furnishes a cabin: 44 lines in three parcels."""
    house = stage.house
    sale = replace(stage.sale("DE", at, ["bjork-board"]), items=house.shelves.every(44), note="Cabin in the Harz")
    order = house.book.write(sale)
    lines = shippable(order)
    for part, share in enumerate((0.55, 0.35, 0.1)):
        trip = trip_of(order, "DHL", timedelta(hours=4 + 8 * part), 3)
        scans = travel(trip, house.draw)[: (7, 5, 4)[part]]
        ended = house.now - timedelta(hours=26 * (2 - part) + 2)
        start = order.sale.placed_at + (ended - order.sale.placed_at) * share * 0.5
        group = {i: n for i, n in lines.items() if i % 3 == part}
        house.despatch.pack(order, group, trip, between(scans, start, ended))
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
    trip = trip_of(order, carrier, timedelta(hours=4), 3, fate)
    scans = travel(trip, house.draw)
    last = next(i for i, scan in enumerate(scans) if scan.status == status)
    due = house.now - timedelta(days=1)
    ended = house.now - timedelta(hours=hours_ago)
    moved = [
        replace(scan, promised=_same_hour(due, timedelta()) if scan.promised else None)
        for scan in between(scans[: last + 1], at + timedelta(hours=4), ended)
    ]
    house.despatch.pack(order, shippable(order), trip, moved)
    return order


def _silent(stage: Stage, at: datetime) -> Order:
    """Scanned twice, then nothing for eight days."""
    house = stage.house
    order = house.book.write(stage.sale("GB", at, COAT))
    trip = trip_of(order, "Royal Mail", timedelta(hours=4), 3)
    scans = travel(trip, house.draw)[:3]
    house.despatch.pack(order, shippable(order), trip, between(scans, at + timedelta(hours=4), at + timedelta(days=4)))
    return order


def _no_first_scan(stage: Stage, at: datetime) -> Order:
    """The label is four days old and the carrier has not seen the parcel."""
    house = stage.house
    order = house.book.write(stage.sale("DE", at, CAMP[1:]))
    trip = trip_of(order, "GLS", timedelta(hours=20), 3)
    house.despatch.pack(order, shippable(order), trip, travel(trip, house.draw)[:1])
    return order
