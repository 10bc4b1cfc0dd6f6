"""What the told orders share: who plays, what they buy, and how scans are fitted to the time that passed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from devstore.seed.bills import Item
from devstore.seed.history import House, usual_sale
from devstore.seed.journeys import Fate, Scan, Trip
from devstore.seed.people import Person
from devstore.seed.sales import Order, Sale
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


def _lane(country: str, carrier: str) -> Document:
    return next(row for row in table("carriers")["lane"] if (row["to"], row["carrier"]) == (country, carrier))


def trip_of(order: Order, carrier: str, packed_after: timedelta, days: int, fate: Fate = Fate.DELIVERED) -> Trip:
    """The trip of an order with that carrier, packed `packed_after` it was placed."""
    person = order.sale.person
    assert person is not None
    return Trip(_lane(person.country, carrier), person, order.sale.placed_at + packed_after, days, fate)


def between(scans: list[Scan], first: datetime, last: datetime) -> list[Scan]:
    """The same scans, stretched evenly over the time that really passed."""
    step = (last - first) / max(len(scans) - 1, 1)
    stretched = []
    for i, scan in enumerate(scans):
        local = (first + step * i).astimezone(ZoneInfo(scan.place[4]))
        stretched.append(replace(scan, at=local.replace(microsecond=0)))
    return stretched
