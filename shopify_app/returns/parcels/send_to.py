"""Where goods are sent back to: the merchant's address for the country and the location. The choice is pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.orders.models import Order
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.settings.parcels import Parcels, ReturnAddress
from shopify_app.settings.returns import Returns
from shopify_app.settings.shape import but
from shopify_app.settings.store import load, load_many
from shopify_app.shipments.models import Shipment
from shopify_app.texts import several_lines

POSTCODE_LAST = frozenset({"US", "CA", "AU", "GB", "IE", "NZ", "IN", "JP", "KR", "TW", "SG", "TH", "ZA"})
"""Countries that write the postcode behind the town (UPU S42, general knowledge); elsewhere it stands before it."""
OWN_LINE = frozenset({"GB", "IE"})
"""Countries that write the postcode on a line of its own."""
LONGEST = 500


@dataclass(frozen=True)
class Destination:
    """Where something goes: the lines as they are printed, without the country; `address` where it is known by its
    parts. No lines: nobody has said yet."""

    lines: tuple[str, ...]
    country: str | None = None
    address: ReturnAddress | None = None


def chosen(addresses: Sequence[ReturnAddress], country: str | None, location: int | None) -> ReturnAddress | None:
    """The address that fits best: by location and country, by location, by country, for all; of equals the earlier."""
    fitting = [each for each in addresses if _fits(each, country, location)]
    return max(fitting, key=_closeness, default=None)


def destination(parcels: Parcels, returns: Returns, country: str | None, location: int | None) -> Destination:
    """Where goods of a shopper in `country` that were sent from `location` go back to."""
    found = chosen(parcels.addresses, country, location)
    if found is None:
        return Destination(several_lines(returns.return_address, LONGEST))
    return Destination(written(found), found.country, found)


def written(address: ReturnAddress) -> tuple[str, ...]:
    """The lines of an address in the order of its country, without the country's name."""
    town = " ".join(part for part in (address.city, address.province) if part)
    parts: tuple[str, ...] = (f"{address.postcode} {town}",)
    if address.country in OWN_LINE:
        parts = (town, address.postcode)
    elif address.country in POSTCODE_LAST:
        parts = (f"{town} {address.postcode}",)
    lines = (address.recipient, address.street, address.street2, *parts)
    return tuple(text for line in lines if (text := line.strip()))


def of_lines(session: Session, ret: Return, lines: Iterable[ReturnLine]) -> list[tuple[Destination, list[ReturnLine]]]:
    """`lines` of `ret` by where they go: one entry for each address, in the order of the lines."""
    groups = load_many(session, ret.shop_id, (Parcels, Returns))
    parcels, returns = groups[Parcels], groups[Returns]
    wanted = list(lines)
    origins = _origins(session, ret.order_id) if _asks_where(parcels) else {}
    found: dict[Destination, list[ReturnLine]] = {}
    for line in wanted:
        location = origins.get(line.fulfillment_id or 0)
        found.setdefault(destination(parcels, returns, ret.order.country, location), []).append(line)
    return list(found.items())


def for_order(session: Session, order: Order, returns: Returns) -> Returns:
    """`returns` with the return address for this order's country, and for the location where all its parcels are from
    one. What pages say before anything is chosen."""
    parcels = load(session, order.shop_id, Parcels)
    if not parcels.addresses:
        return returns
    places = set(_origins(session, order.id).values()) if _asks_where(parcels) else set[int | None]()
    location = places.pop() if len(places) == 1 else None
    return _saying(returns, order, [destination(parcels, returns, order.country, location)])


def for_return(session: Session, ret: Return, returns: Returns) -> Returns:
    """`returns` with the return address of this return; several under one another where its parts go apart."""
    return _saying(returns, ret.order, [place for place, _ in of_lines(session, ret, ret.lines)])


def _saying(returns: Returns, order: Order, places: Sequence[Destination]) -> Returns:
    words = "\n\n".join("\n".join((*place.lines, *_abroad(place, order))) for place in places if place.lines)
    return but(returns, return_address=words[:LONGEST])


def _abroad(place: Destination, order: Order) -> tuple[str, ...]:
    """The country's name, in the language of whoever sends, where the parcel leaves theirs."""
    if place.country is None or place.country == order.country:
        return ()
    return (_country_name(place.country, order.locale),)


def _country_name(code: str, locale: str | None) -> str:
    try:
        known = Locale.parse((locale or "en").replace("_", "-").partition("-")[0])
    except (UnknownLocaleError, ValueError):
        known = Locale("en")
    return known.territories.get(code, code)


def _fits(address: ReturnAddress, country: str | None, location: int | None) -> bool:
    is_from = not address.for_countries or country in address.for_countries
    return is_from and (not address.for_locations or location in address.for_locations)


def _closeness(address: ReturnAddress) -> int:
    return 2 * bool(address.for_locations) + bool(address.for_countries)


def _asks_where(parcels: Parcels) -> bool:
    return any(each.for_locations for each in parcels.addresses)


def _origins(session: Session, order_id: int) -> dict[int, int | None]:
    """Shopify's id of the location by fulfilment."""
    rows = session.execute(select(Shipment.shopify_id, Shipment.origin).where(Shipment.order_id == order_id))
    return {fulfilment: location for fulfilment, location in rows}
