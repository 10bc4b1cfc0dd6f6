"""How a parcel travels: scans from the label to the door, in the carrier's words and each place's own time.

Transit is drawn in working days from the lane's own skewed distribution, so that arrival dates can be learned.
"""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from devstore.seed.people import Person
from devstore.seed.texts import table

Document = dict[str, Any]
WAREHOUSE = ["Borås", "SE", 57.7096, 12.8369, "Europe/Stockholm"]


class Fate(StrEnum):
    """What happens at the end of the way."""

    DELIVERED = "delivered"
    PICKED_UP = "picked_up"  # waits at a pickup point, then is collected
    WAITING_AT_POINT = "waiting_at_point"
    SECOND_ATTEMPT = "second_attempt"
    LATE = "late"
    FAILED = "failed"


@dataclass(frozen=True)
class Scan:
    """One event: Shopify's status in lower case, when and where, in which words."""

    status: str
    at: datetime
    place: list[Any]
    message: str
    promised: datetime | None = None


@dataclass(frozen=True)
class Trip:
    """A parcel on its way: the lane it takes, when it left, how many working days it needs, and its end."""

    lane: Document
    person: Person
    packed_at: datetime
    days: int
    fate: Fate = Fate.DELIVERED

    @property
    def carrier(self) -> Document:
        """The row of the carrier."""
        return table("carriers")["carrier"][self.lane["carrier"]]

    @property
    def door(self) -> list[Any]:
        """Where the recipient lives, as a place."""
        city = self.person.city
        return [city[0], self.person.country, city[2], city[3], self.person.zone]


def choose_lane(country: str, draw: random.Random) -> Document:
    """One of the country's lanes, by share."""
    lanes = [lane for lane in table("carriers")["lane"] if lane["to"] == country]
    return draw.choices(lanes, [lane["share"] for lane in lanes])[0]


def draw_days(lane: Document, draw: random.Random) -> int:
    """Working days in transit."""
    return lane["first_day"] + draw.choices(range(len(lane["days"])), lane["days"])[0]


def draw_fate(lane: Document, draw: random.Random) -> Fate:
    """Mostly good: one in forty meets a closed door, one in fifty is late, one in a hundred and fifty fails."""
    if draw.random() < lane.get("pickup", 0):
        return Fate.PICKED_UP
    return draw.choices([Fate.DELIVERED, Fate.SECOND_ATTEMPT, Fate.LATE, Fate.FAILED], [140, 4, 3, 1])[0]


def add_working_days(start: datetime, days: int, saturday: bool = False) -> datetime:
    """`days` delivery days after `start`; Sundays never count, Saturdays only where the carrier delivers then."""
    moment = start
    while days > 0:
        moment += timedelta(days=1)
        if moment.weekday() < (6 if saturday else 5):
            days -= 1
    return moment


def travel(trip: Trip, draw: random.Random) -> list[Scan]:
    """All scans of the trip in order of time, future ones included; the caller stops at its now."""
    start = trip.packed_at.astimezone(ZoneInfo(WAREHOUSE[4]))
    collected = start.replace(hour=17, minute=draw.randint(5, 55), second=0)
    if collected <= start:
        collected = start + timedelta(hours=2)
    arrives = _arrival(trip, collected, draw)
    promised = _promise(trip, arrives, draw)
    words = trip.carrier
    scans = [
        Scan("label_printed", start, WAREHOUSE, words["label"]),
        Scan("carrier_picked_up", collected, WAREHOUSE, words["collected"], promised),
        *_on_the_way(trip, collected, arrives, promised, draw),
        *_at_the_door(trip, arrives, promised, draw),
    ]
    return sorted(scans, key=lambda scan: scan.at)


def _arrival(trip: Trip, collected: datetime, draw: random.Random) -> datetime:
    late = draw.randint(3, 5) if trip.fate is Fate.LATE else 0
    day = add_working_days(collected, trip.days + late, trip.lane.get("saturday", False))
    local = day.astimezone(ZoneInfo(trip.door[4]))
    return local.replace(hour=draw.randint(9, 18), minute=draw.randrange(60), second=draw.randrange(60))


def _promise(trip: Trip, arrives: datetime, draw: random.Random) -> datetime | None:
    if not trip.lane.get("promises"):
        return None
    off = draw.choices([-1, 0, 1], [1, 8, 1])[0] - (3 if trip.fate is Fate.LATE else 0)
    return (arrives + timedelta(days=off)).replace(hour=18, minute=0, second=0)


def _on_the_way(
    trip: Trip, start: datetime, end: datetime, promised: datetime | None, draw: random.Random
) -> list[Scan]:
    """Hub scans, spaced over the way with a little unevenness; a late parcel has its notice in the middle."""
    hubs, words = trip.lane["hubs"], trip.carrier["transit"]
    way = (end - timedelta(hours=8)) - start
    scans = []
    for i, hub in enumerate(hubs):
        share = (i + 0.75 + draw.uniform(-0.2, 0.2)) / (len(hubs) + 0.6)
        at = (start + way * share).astimezone(ZoneInfo(hub[4]))
        text = words[i % len(words)].format(city=hub[0])
        scans.append(Scan("in_transit", at.replace(second=0), hub, text, promised))
    if trip.fate is Fate.LATE:
        at = (start + way * 0.8).astimezone(ZoneInfo(hubs[-1][4]))
        scans.append(Scan("delayed", at.replace(second=0), hubs[-1], trip.carrier["delayed"], promised))
    return scans


def _at_the_door(trip: Trip, arrives: datetime, promised: datetime | None, draw: random.Random) -> list[Scan]:
    words, door = trip.carrier, trip.door
    loaded = arrives.replace(hour=draw.randint(6, 8), minute=draw.randrange(60), second=0)
    if trip.fate in (Fate.PICKED_UP, Fate.WAITING_AT_POINT):
        return _at_a_point(trip, arrives, draw)
    out = Scan("out_for_delivery", loaded, door, words["out"], promised)
    if trip.fate is Fate.FAILED:
        return [out, Scan("failure", arrives, door, words["failure"])]
    done = Scan("delivered", arrives, door, draw.choice(words["delivered"]))
    if trip.fate is not Fate.SECOND_ATTEMPT:
        return [out, done]
    missed = Scan("attempted_delivery", arrives, door, words["attempted"])
    later = add_working_days(arrives, 1, trip.lane.get("saturday", False)) - arrives
    again = replace(out, at=out.at + later)
    return [out, missed, again, replace(done, at=done.at + later + timedelta(minutes=draw.randint(-50, 50)))]


def _at_a_point(trip: Trip, arrives: datetime, draw: random.Random) -> list[Scan]:
    name = draw.choice(trip.lane.get("pickup_places", ["Pickup point"]))
    ready = Scan("ready_for_pickup", arrives, trip.door, f"{trip.carrier['pickup']}: {name}")
    if trip.fate is Fate.WAITING_AT_POINT:
        return [ready]
    collected = arrives + timedelta(hours=draw.choice([2, 5, 20, 26, 44]), minutes=draw.randrange(60))
    return [ready, Scan("delivered", collected, trip.door, trip.carrier["delivered"][0])]
