"""What happens to an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopify_app.events.happening import Happening


@dataclass(frozen=True)
class OrderPlaced(Happening):
    """We learned of an order for the first time; `placed_at` may be long ago (back-fill)."""

    order_id: int
    placed_at: datetime


@dataclass(frozen=True)
class OrderPaid(Happening):
    order_id: int


@dataclass(frozen=True)
class OrderChanged(Happening):
    order_id: int


@dataclass(frozen=True)
class OrderCancelled(Happening):
    order_id: int


@dataclass(frozen=True)
class OrderRefunded(Happening):
    """Money went back at Shopify; `fully` when nothing of the order's worth is left."""

    order_id: int
    fully: bool


@dataclass(frozen=True)
class ItemsReturned(Happening):
    """Goods came back (or are to): `product_ids` are Shopify's."""

    order_id: int
    product_ids: tuple[int, ...]


@dataclass(frozen=True)
class OrderDeleted(Happening):
    order_id: int


@dataclass(frozen=True)
class OrderDescribedAnew(Happening):
    """An order that we knew goes to somebody else or elsewhere, its items are called otherwise, or a parcel of it
    has another number."""

    order_id: int


@dataclass(frozen=True)
class CodeWanted(Happening):
    """A shopper asked for a one-time code: `code_id` is the row that holds it."""

    order_id: int
    code_id: int
