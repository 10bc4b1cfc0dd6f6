"""What happens to a parcel on its way to the shopper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shopify_app.events.happening import Happening


@dataclass(frozen=True)
class ShipmentCreated(Happening):
    order_id: int
    shipment_id: int


@dataclass(frozen=True)
class ShipmentMoved(Happening):
    """The parcel's state changed."""

    order_id: int
    shipment_id: int
    was: str
    state: str
    at: datetime | None


@dataclass(frozen=True)
class ShipmentDelivered(Happening):
    order_id: int
    shipment_id: int
    at: datetime | None


@dataclass(frozen=True)
class ShipmentCancelled(Happening):
    order_id: int
    shipment_id: int


@dataclass(frozen=True)
class ArrivalRevised(Happening):
    """The date we show the shopper moved by a day or more."""

    order_id: int
    shipment_id: int
    was: date
    by: date
    because: str


@dataclass(frozen=True)
class ParcelQuiet(Happening):
    """Nobody has said a word of a parcel on its way for `days` days, `since` when somebody last did. Recorded for the
    days that the shop's own rules wait for."""

    order_id: int
    shipment_id: int
    days: int
    since: datetime
