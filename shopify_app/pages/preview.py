"""Pages as they would be: which one, by which settings, for whose order. One door asks, the shopper's door draws.

The two doors do not import each other: whoever draws is found under `PREVIEW` in the application's extensions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.orders.models import Order
from shopify_app.pages.how_to import HowToPage
from shopify_app.shipments.models import Shipment
from shopify_app.shipments.states import ParcelState as P
from shopify_app.shops.models import Shop

PREVIEW = "postlude.preview"
LATEST = 400
"""How many of the newest orders are looked at for examples."""
TROUBLED = frozenset({P.ACTION_REQUIRED, P.DELIVERY_ATTEMPTED, P.RETURNING, P.LOST_OR_DESTROYED})


class PreviewPage(StrEnum):
    """The pages that can be looked at before they are published."""

    TRACKING = "tracking"
    LOOKUP = "lookup"
    RETURNS = "returns"
    GUIDE = "guide"


class Situation(StrEnum):
    """What an example order is an example of."""

    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    LATE = "late"
    TROUBLE = "trouble"
    NOT_SENT = "not_sent"


@dataclass(frozen=True)
class Wish:
    """`settings` are by class, as they would be in force. `order` is our id, or what somebody typed of its number, or
    empty for the newest. `guide` where the page is one. `language` is a tag, None: the order's own; `is_dark` what the
    reader's device asks for."""

    page: PreviewPage
    settings: Mapping[type[Any], Any]
    order: int | str = ""
    guide: HowToPage | None = None
    language: str | None = None
    is_dark: bool = False


class Draws(Protocol):
    """Draws a wished page as a whole document. It counts no view and keeps nothing."""

    def __call__(self, session: Session, shop: Shop, wish: Wish, now: datetime) -> str: ...


class Example(NamedTuple):
    """An order of the shop's that shows a situation."""

    situation: Situation
    order_id: int
    name: str


class Seen(NamedTuple):
    """What is looked at to find examples: a parcel's order, or an order without any (`state` None)."""

    order_id: int
    name: str
    state: str | None
    late_risk: str | None
    numbers: list[str] | None


def examples(session: Session, shop_id: int) -> tuple[Example, ...]:
    """The newest order for each situation that the shop's latest orders show; one statement."""
    of_shop = (Order.shop_id == shop_id, Order.erased_at.is_(None), Order.deleted_at.is_(None))
    latest = select(Order.id, Order.name, Order.placed_at).where(*of_shop, Order.cancelled_at.is_(None))
    newest = latest.order_by(Order.placed_at.desc()).limit(LATEST).subquery()
    rows = session.execute(
        select(newest.c.id, newest.c.name, Shipment.state, Shipment.late_risk, Shipment.numbers)
        .outerjoin(Shipment, (Shipment.order_id == newest.c.id) & (Shipment.kind == "parcel"))
        .order_by(newest.c.placed_at.desc(), newest.c.id.desc())
    )
    return first_of_each(Seen(*row) for row in rows)


def first_of_each(seen: Iterable[Seen]) -> tuple[Example, ...]:
    """The first example of each situation, in the order in which a page is looked at. Pure."""
    found: dict[Situation, Example] = {}
    for each in seen:
        situation = situation_of(each)
        if situation is not None:
            found.setdefault(situation, Example(situation, each.order_id, each.name))
    return tuple(found[situation] for situation in Situation if situation in found)


def situation_of(seen: Seen) -> Situation | None:
    """What an order is an example of; None when it shows nothing by itself. Pure."""
    if seen.state is None:
        return Situation.NOT_SENT
    if seen.state == P.DELIVERED:
        return Situation.DELIVERED
    if seen.state in TROUBLED:
        return Situation.TROUBLE
    if seen.state == P.DELAYED or seen.late_risk not in (None, "none"):
        return Situation.LATE
    if seen.state == P.LABEL_CREATED:
        return Situation.NOT_SENT
    is_unscanned = seen.state == P.AWAITING_DATA and seen.numbers  # without a number nobody waits for a scan
    return None if is_unscanned or seen.state in (P.RETURNED, P.CANCELLED, P.UNKNOWN) else Situation.ON_ITS_WAY
