"""The cards beside an order: a statement, one more for products that are not on the shelf, then the ranking.

What is shown to whoever has no past with the shop depends on the order's products alone, and stays on the shelf."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from shopify_app.db import UTCDateTime
from shopify_app.money import Money
from shopify_app.orders.models import Order, OrderLine
from shopify_app.prepared import Prepared
from shopify_app.recommendations.companions import ALL_ORDERS
from shopify_app.recommendations.models import Companions, Points, ReturnedItem
from shopify_app.recommendations.ranking import Candidate, Choice, Shopper, Why, choose, shortlist
from shopify_app.recommendations.shelf import Board, Shelf, Shown
from shopify_app.settings.recommendations import Recommendations

MOST_SPEAKING_HERE = 20  # of a very long order, the first so many products' companions count
MOST_SPEAKING = 10  # of all a shopper ever bought, the latest so many products have companions that count
_PLACES = (0, 6, MOST_SPEAKING_HERE + 1)  # most orders are short, and each place is looked up
_NO_LIST, _NO_TIME = cast(null(), Points), cast(null(), UTCDateTime)


class Card(NamedTuple):
    """A product to show. `price` is the least a variant costs, in the shop's currency; `variant_id` the variant that
    a cart link takes; `goes_with` the title of the bought product that speaks for it."""

    product_id: int
    variant_id: int
    handle: str
    title: str
    why: Why
    goes_with: str | None
    price: Money
    has_more_prices: bool
    image_url: str | None
    image_width: int | None
    image_height: int | None
    image_alt: str | None


def cards_for(
    session: Session,
    order: Order,
    product_ids: Iterable[int | None],
    wanted: Recommendations,
    currency: str,
    now: datetime,
    shelf: Shelf | None = None,
) -> list[Card]:
    """At most four cards for the page of an order of `product_ids`; `currency` is the shop's. Of products on `shelf`
    nothing is read."""
    ordered = tuple(dict.fromkeys(line for line in product_ids if line))
    board, known_by = (shelf or Shelf()).of(order.shop_id, now), (ordered, wanted, currency)
    kept = board.chosen.get(known_by)
    if kept is not None and not _memory(session, order, ordered, ()).is_of_somebody:
        return list(kept)
    memory = _memory(session, order, ordered, (*ordered[:MOST_SPEAKING_HERE], ALL_ORDERS))
    cards = _chosen(session, board, memory, wanted, currency, now)
    if not memory.is_of_somebody:
        board.chosen[known_by] = tuple(cards)
    return cards


class _Memory(NamedTuple):
    """What is known of a shopper, and (product, other, points) of the products that speak; `named` are the order's of
    these."""

    shopper: Shopper
    companions: list[tuple[int, int, float]]
    named: tuple[int, ...]

    @property
    def is_of_somebody(self) -> bool:
        """Whether they bought or sent back anything besides this order."""
        return bool(self.shopper.bought or self.shopper.returned)


def _chosen(
    session: Session, board: Board, memory: _Memory, wanted: Recommendations, currency: str, now: datetime
) -> list[Card]:
    shopper, companions, speaking = memory
    looked_at = shortlist(companions, shopper, now) | {*speaking, *wanted.pins} - {ALL_ORDERS}
    products = board.products(session, looked_at, now)
    choices = choose(
        shopper=shopper,
        companions=companions,
        candidates={number: _candidate(shown, wanted.consumable_tag, shopper) for number, shown in products.items()},
        types=frozenset(
            shown.candidate.product_type for number, shown in products.items() if number in shopper.ordered
        ),
        pins=wanted.pins,
        exclusions=frozenset(wanted.exclusions),
        repeat_days=wanted.repeat_days,
        now=now,
    )
    return [_card(choice, products, currency) for choice in choices]


def _memory(session: Session, order: Order, ordered: tuple[int, ...], named: tuple[int, ...]) -> _Memory:
    """In one statement: what this shopper bought and sent back before (of a guest, this order alone), and the
    companions of it and of `named`, among them the shop's most bought as those of ALL_ORDERS; of nothing without."""
    places = next(places for places in _PLACES if places >= len(named))
    asked = {"shop": order.shop_id, "order": order.id}
    asked |= {f"named{place}": number for place, number in enumerate(named + named[:1] * (places - len(named)))}
    if order.customer_id is not None:
        asked["customer"] = order.customer_id
    rows = _what_is_known(order.customer_id is None, places).rows(session, **asked)
    bought: dict[int, datetime] = {}
    returned: set[int] = set()
    companions: list[tuple[int, int, float]] = []
    for kind, product, at, listed in rows:
        if kind == "companions":
            companions.extend((product, other, points) for other, points in listed)
        elif kind == "returned":
            returned.add(product)
        elif product not in ordered:
            bought[product] = max(at, bought.get(product) or at)
    return _Memory(Shopper(frozenset(ordered), bought, frozenset(returned)), companions, named)


@cache
def _what_is_known(is_guest: bool, places: int) -> Prepared:
    """The statement of `_memory`, for at most so many named products. Each part finds its rows by an index of its own:
    one OR would read the whole list of pairs."""
    shop, one, customer = bindparam("shop"), bindparam("order"), bindparam("customer")
    named = [bindparam(f"named{place}", type_=BigInteger) for place in range(places)]
    living = (Order.shop_id == shop, Order.customer_id == customer)
    living += (Order.cancelled_at.is_(None), Order.deleted_at.is_(None))
    lines = select(OrderLine.product_shopify_id).join(Order, Order.id == OrderLine.order_id)
    lines = lines.where(*living, OrderLine.product_shopify_id.is_not(None))
    speaking = lines.order_by(Order.placed_at.desc(), OrderLine.position).limit(MOST_SPEAKING)
    back = select(literal("returned"), ReturnedItem.product_id, ReturnedItem.at, _NO_LIST)
    back = back.where(ReturnedItem.shop_id == shop)
    lists = select(literal("companions"), Companions.product_id, _NO_TIME, Companions.listed)
    lists = lists.where(Companions.shop_id == shop)
    parts: list[Any] = [back.where(ReturnedItem.order_id == one)]
    if not is_guest:
        bought = (literal("bought"), OrderLine.product_shopify_id, Order.placed_at, _NO_LIST)
        parts.append(lines.with_only_columns(*bought))
        parts.append(back.where(ReturnedItem.customer_id == customer))
    if named:
        parts.append(lists.where(Companions.product_id.in_(named)))
    if named and not is_guest:
        parts.append(lists.where(Companions.product_id.in_(speaking), Companions.product_id.not_in(named)))
    return Prepared(union_all(*parts))


def _candidate(shown: Shown, consumable_tag: str, shopper: Shopper) -> Candidate:
    """Whether it is used up is asked only where it decides: may this be bought again already?"""
    candidate = shown.candidate
    if candidate.product_id not in shopper.bought:
        return candidate
    return replace(candidate, is_consumable=consumable_tag in json.loads(shown.row.tags))


def _card(choice: Choice, products: dict[int, Shown], currency: str) -> Card:
    row, because = products[choice.product_id].row, products.get(choice.because_of or 0)
    return Card(
        product_id=choice.product_id,
        variant_id=row.variant_id,
        handle=row.handle,
        title=row.title,
        why=choice.why,
        goes_with=because.row.title if because else None,
        price=Money(row.price, currency),
        has_more_prices=row.has_more_prices,
        image_url=row.image_url,
        image_width=row.image_width,
        image_height=row.image_height,
        image_alt=row.image_alt,
    )
