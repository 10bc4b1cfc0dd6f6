"""The carrier of a shop's parcel: whom the merchant named, else what the number and the shop's other parcels tell."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.shipments.directory import by_name, carrier_for, is_named
from shopify_app.shipments.models import Shipment

NEWEST = 500
"""As many of the shop's parcels are looked at, the newest: shops change their carriers."""
AT_LEAST, SHARE = 10, 0.2
"""What makes a carrier usual for a country: so many parcels there, and so much of all whose carrier was named."""


def carrier_id(session: Session, shipment: Shipment, number: str | None) -> str | None:
    """The id of the carrier that has `shipment` under `number`, None when nothing says so surely enough.

    Where the fulfilment names nobody, whom it was taken for stays as long as the number fits, else the shop's other
    parcels are asked."""
    usual: tuple[str, ...] = ()
    if number is not None and not is_named(shipment.company):
        known = shipment.carrier
        usual = (known,) if known else usual_carriers(session, shipment.shop_id, shipment.destination)
    found = carrier_for(shipment.company, number, shipment.destination, usual)
    return found.carrier.id if found else None


def usual_carriers(session: Session, shop_id: int, destination: str | None) -> tuple[str, ...]:
    """Ids of the carriers that the merchant named for a fifth of the newest parcels to `destination` (ISO), and for ten
    of them, the most frequent first. What a number made us believe teaches nothing here."""
    newest = select(Shipment.company, Shipment.destination).where(Shipment.shop_id == shop_id)
    rows = session.execute(newest.order_by(Shipment.shopify_id.desc()).limit(NEWEST))
    there = (by_name(company or "") for company, country in rows if country == destination)
    named = Counter(carrier.id for carrier in there if carrier is not None)
    enough = max(AT_LEAST, SHARE * named.total())
    return tuple(id_ for id_, parcels in named.most_common() if parcels >= enough)
