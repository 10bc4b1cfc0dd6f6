"""Two years of orders, most of them recent: who bought what when, how it travelled, what came back."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from devstore.seed.baskets import Shelves
from devstore.seed.bills import Item, Reduction
from devstore.seed.fulfilments import Despatch
from devstore.seed.journeys import Trip, add_working_days, choose_lane, draw_days, draw_fate
from devstore.seed.orders import OrderBook
from devstore.seed.people import Person
from devstore.seed.refunds import GoodsBack, ReturnsDesk
from devstore.seed.sales import Order, Postage, Sale, tax_rule
from devstore.seed.texts import table

Document = dict[str, Any]
RECENT_DAYS, RECENT_ORDERS, OLDER_ORDERS = 58, 372, 64
WEEKDAYS = (1.15, 1.0, 0.95, 1.0, 0.85, 0.9, 1.4)  # Monday first; Sunday evening is when people shop
POSTAGE = {"SE": 490, "DE": 590, "NL": 690, "FR": 790, "ES": 890, "GB": 1190, "US": 1990, "JP": 2490, "KW": 2490}
UNANSWERED = timedelta(days=4)  # so long Mara takes for a request


@dataclass(frozen=True)
class House:
    """The departments an order passes through, and the shop's today."""

    book: OrderBook
    shelves: Shelves
    despatch: Despatch
    desk: ReturnsDesk
    draw: random.Random
    now: datetime
    stores: list[Document]


@dataclass(frozen=True)
class Intention:
    """An order to be: when, and what makes it. `key` names an order worth a screenshot."""

    at: datetime
    fulfil: Callable[[datetime], Order]
    key: str | None = None


def intentions(house: House, people: list[Person], share: float = 1.0) -> list[Intention]:
    """Moments of purchase, oldest first: 64 over the year before, 372 in the last 58 days with a rush at the end; or
    this `share` of them."""
    draw, now = house.draw, house.now
    ordinary = [person for person in people if person.key not in ("arabic", "japan", "wholesale")]
    eagerness = [person.eagerness for person in ordinary]
    older = [now - timedelta(days=draw.uniform(RECENT_DAYS + 1, 400)) for _ in range(round(OLDER_ORDERS * share))]
    recent = [_moment(draw, now) for _ in range(round(RECENT_ORDERS * share))]
    buyers = draw.choices(ordinary, eagerness, k=len(older) + len(recent))
    return [
        Intention(at, partial(ordinary_order, house, person))
        for person, at in zip(buyers, sorted(older + recent), strict=True)
    ]


def _moment(draw: random.Random, now: datetime) -> datetime:
    """A conditioned Poisson process: rate by weekday and hour, doubled in the last week, drawn by rejection."""
    while True:
        days = draw.uniform(0.05, RECENT_DAYS)
        at = now - timedelta(days=days)
        rate = WEEKDAYS[at.weekday()] * (1.9 if days < 8 else 1.0) * (0.15 if 0 <= at.hour < 5 else 1.0)
        if draw.random() < rate / 2.7:
            return at


def live_through(plan: list[Intention]) -> tuple[list[Order], dict[str, int]]:
    """Carries the plan out in order of time; returns the orders and the ids of those that have a key."""
    orders, showcase = [], {}
    for intention in sorted(plan, key=lambda intention: intention.at):
        order = intention.fulfil(intention.at)
        orders.append(order)
        if intention.key:
            showcase[intention.key] = order.document["id"]
    return orders, showcase


def ordinary_order(house: House, person: Person, at: datetime) -> Order:
    """Someone buys something; it is packed, travels, and sometimes comes back."""
    order = house.book.write(usual_sale(house, person, at, house.shelves.fill(person)))
    _fulfil(house, order)
    _make_good(house, order)
    _maybe_return(house, order)
    return order


def usual_sale(house: House, person: Person, at: datetime, items: list[Item]) -> Sale:
    """A purchase in the online store with the postage, currency, discounts and payment usual for the person."""
    goods = sum(item.cents * item.quantity for item in items)
    return Sale(
        person=person,
        items=items,
        placed_at=at,
        tax=tax_rule(person.place),
        postage=usual_postage(person.country),
        currency=_currency(person, house.draw),
        reductions=_reductions(items, goods, person, house.draw),
        gateway=_gateway(person, house.draw),
    )


def usual_postage(country: str) -> Postage:
    """Standard delivery to that country."""
    return Postage("Standard", "standard", POSTAGE[country])


def _currency(person: Person, draw: random.Random) -> str:
    """Two in three buyers with another currency at home see and pay in it."""
    home = person.place["currency"]
    return home if home != "EUR" and draw.random() < 0.66 else "EUR"


def _gateway(person: Person, draw: random.Random) -> str:
    if person.country in ("SE", "DE") and draw.random() < 0.45:
        return "Klarna"
    return draw.choices(["shopify_payments", "paypal"], [4, 1])[0]


def _reductions(items: list[Item], goods: int, person: Person, draw: random.Random) -> list[Reduction]:
    """At most one discount on goods, and free postage in the EU from 120 euros; gift cards are never reduced."""
    welcome, five, knitwear, free = table("house")["discount"][:4]  # the fifth is for next orders
    priced = frozenset(i for i, item in enumerate(items) if item.cents and not item.product["_gift_card"])
    rows = {row["handle"]: row for row in table("goods")["product"]}
    wool = frozenset(i for i in priced if "knitwear" in rows[items[i].product["handle"]]["collections"])
    chosen: list[Reduction] = []
    chance = draw.random()
    if chance < 0.14:
        chosen.append(Reduction(welcome, priced))
    elif chance < 0.2:
        chosen.append(Reduction(five, priced))
    elif wool and chance < 0.32:
        chosen.append(Reduction(knitwear, wool))
    if goods >= 12_000 and person.country in ("SE", "DE", "FR", "NL", "ES"):
        chosen.append(Reduction(free))
    return chosen


def packing_time(placed_at: datetime, draw: random.Random) -> datetime:
    """When the warehouse packs it: the same working day before noon, else the next, now and then one later."""
    ready = placed_at if placed_at.hour < 11 and placed_at.weekday() < 5 else add_working_days(placed_at, 1)
    if draw.random() < 0.12:
        ready = add_working_days(ready, 1)
    packed = ready.replace(hour=draw.randint(9, 13), minute=draw.randrange(60), second=0, microsecond=0)
    return max(packed, placed_at + timedelta(minutes=40))


def shippable(order: Order) -> dict[int, int]:
    """Line index -> quantity of everything that travels by parcel."""
    lines = enumerate(order.document["line_items"])
    return {i: line["quantity"] for i, line in lines if line["requires_shipping"]}


def _fulfil(house: House, order: Order) -> None:
    person, draw = order.sale.person, house.draw
    assert person is not None
    lines = shippable(order)
    packed = packing_time(order.sale.placed_at, draw)
    groups = _parcels(lines, draw)
    for position, group in enumerate(groups):
        lane = choose_lane(person.country, draw)
        start = packed if position == 0 else add_working_days(packed, position)
        trip = Trip(lane, person, start, draw_days(lane, draw), draw_fate(lane, draw))
        house.despatch.send(order, group, trip, parcels=2 if len(group) > 4 and draw.random() < 0.3 else 1)


def _parcels(lines: dict[int, int], draw: random.Random) -> list[dict[int, int]]:
    """Usually one parcel; bigger baskets go in two or three."""
    if len(lines) < 2 or draw.random() > 0.16:
        return [lines]
    count = 3 if len(lines) > 3 and draw.random() < 0.25 else 2
    keys = list(lines)
    return [{i: lines[i] for i in keys[part::count]} for part in range(count)]


def delivered_at(order: Order) -> datetime | None:
    """When the last parcel arrived, or None while anything is still on its way."""
    parcels = order.document["fulfillments"]
    if not parcels or order.document["fulfillment_status"] != "fulfilled":
        return None
    if any(parcel["shipment_status"] != "delivered" for parcel in parcels):
        return None
    return max(datetime.fromisoformat(parcel["updated_at"]) for parcel in parcels)


def _make_good(house: House, order: Order) -> None:
    """A parcel that failed is repaid within the week, so that only fresh trouble is open."""
    for parcel in order.document["fulfillments"]:
        repaid = datetime.fromisoformat(parcel["updated_at"]) + timedelta(days=5)
        if parcel["shipment_status"] == "failure" and repaid < house.now:
            places = {line["id"]: i for i, line in enumerate(order.document["line_items"])}
            lines = {places[line["id"]]: line["quantity"] for line in parcel["line_items"]}
            house.desk.refund(order, GoodsBack(lines, restock="no_restock", note="Damaged on the way"), repaid)


def _maybe_return(house: House, order: Order) -> None:
    """One delivered order in eight sends something back: most of it sizes of coats, sweaters and shoes."""
    arrived, draw = delivered_at(order), house.draw
    if arrived is None or draw.random() > 0.125:
        return
    line = _likely_back(order, draw)
    asked = arrived + timedelta(days=draw.uniform(0.5, 14))
    if line is None or asked > house.now:
        return
    status = "REQUESTED" if house.now - asked < UNANSWERED else "OPEN"
    made = house.desk.open_return(order, {line: 1}, asked, status)
    repaid = asked + timedelta(days=draw.uniform(4, 11))
    if repaid < house.now:
        house.desk.refund(order, GoodsBack({line: 1}), repaid, made)


def _likely_back(order: Order, draw: random.Random) -> int | None:
    weights = []
    for item in order.sale.items:
        final = "final sale" in item.product["tags"]
        sized = len(item.product["options"]) > 1
        weights.append(0 if final or not item.cents else (5 if sized else 1))
    return draw.choices(range(len(weights)), weights)[0] if any(weights) else None
