"""The packing slip: a sheet for each address that goods go back to, read from our rows.

Whoever opens the parcel finds by it what it is about. Names and addresses of shoppers are on it only for who may see
them: the shop itself, and the shopper who is signed in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.i18n import Country, Phrase, phrase
from shopify_app.orders.models import OrderLine
from shopify_app.pages.return_items import reason_words
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.parcels import send_to
from shopify_app.returns.parcels.labels import is_awaited
from shopify_app.returns.states import Reception
from shopify_app.returns.vocabulary import Method
from shopify_app.settings.branding import Brand
from shopify_app.settings.parcels import Parcels
from shopify_app.settings.returns import Returns
from shopify_app.settings.shape import PerLanguage
from shopify_app.settings.store import load_many
from shopify_app.texts import plain, several_lines
from shopify_app.zones import zone_named

IN_STORE = phrase("Bring it to our store with this sheet")
BY_POST = phrase("Put this sheet into the parcel")
WITHOUT_PARCEL = frozenset({Method.NONE})


@dataclass(frozen=True)
class SlipItem:
    """How many pieces of what travel."""

    title: str
    variant: str
    sku: str
    quantity: int
    reason: Phrase | str


@dataclass(frozen=True)
class Sheet:
    """What goes to one address. No `address`: the shop has named none."""

    heading: Phrase
    address: tuple[str, ...]
    country: Country | None
    items: tuple[SlipItem, ...]

    @property
    def pieces(self) -> int:
        """How many pieces in all."""
        return sum(item.quantity for item in self.items)


@dataclass(frozen=True)
class Slip:
    """`link` is what the code leads to: the return's page in the merchant's admin, which asks who is there. `sender` is
    empty for readers who may not see it."""

    shop: str
    accent: str
    rma: str
    order: str
    approved: date | None
    link: str
    sheets: tuple[Sheet, ...]
    sender: tuple[str, ...]
    instructions: tuple[tuple[str, str], ...]

    def said(self, language: str) -> tuple[str, ...]:
        """How to pack, in the merchant's words for that language, else English, else the first."""
        texts = dict(self.instructions)
        chosen = texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
        return several_lines(chosen, 1200)


class NoSlip(Exception):
    """Nothing of this return travels (any more), or it is not approved."""


def has_slip(ret: Return, parcels: Parcels) -> bool:
    """Whether there is anything to put a slip to."""
    return parcels.packing_slip and is_awaited(ret) and bool(_travelling(ret))


def is_posted(ret: Return) -> bool:
    """Whether any of it goes into a parcel that the shopper sends: what is brought to a store needs no slip."""
    return any(line.method != Method.IN_STORE for line in _travelling(ret))


def read(session: Session, ret: Return, app_url: str, with_sender: bool) -> Slip:
    """The slip of `ret`; `with_sender`: the reader may see who sends it. Raises NoSlip."""
    groups = load_many(session, ret.shop_id, (Brand, Parcels, Returns))
    lines = _travelling(ret)
    if not is_awaited(ret) or not lines:
        raise NoSlip(ret.rma)
    shop = ret.order.shop
    brand, returns = groups[Brand], groups[Returns]
    approved = None
    if ret.approved_at and ret.withdrawal_id is None:  # what is withdrawn from, nobody approves
        approved = ret.approved_at.astimezone(zone_named(shop.timezone)).date()
    return Slip(
        shop=plain(brand.name or shop.name or shop.domain, 80),
        accent=brand.accent,
        rma=ret.rma,
        order=plain(ret.order.name, 64),
        approved=approved,
        link=f"{app_url}/app/returns/{quote(ret.rma)}?{urlencode({'shop': shop.domain})}",
        sheets=_sheets(session, ret, lines, returns),
        sender=_sender(ret) if with_sender else (),
        instructions=_kept(returns.instructions),
    )


def _travelling(ret: Return) -> list[ReturnLine]:
    """Lines with pieces that are on their way or about to be."""
    return [line for line in ret.lines if line.method not in WITHOUT_PARCEL and _pieces(line)]


def _pieces(line: ReturnLine) -> int:
    return sum(unit.reception == Reception.EXPECTED for unit in line.units)


def _sheets(session: Session, ret: Return, lines: list[ReturnLine], returns: Returns) -> tuple[Sheet, ...]:
    sold = {row.shopify_id: row for row in session.scalars(select(OrderLine).where(OrderLine.order_id == ret.order_id))}
    in_store = [line for line in lines if line.method == Method.IN_STORE]
    by_post = [line for line in lines if line.method != Method.IN_STORE]
    found = [
        Sheet(BY_POST, place.lines, Country(place.country) if place.country else None, _items(each, sold))
        for place, each in send_to.of_lines(session, ret, by_post)
    ]
    if in_store:
        found.append(Sheet(IN_STORE, several_lines(returns.store_addresses, 1000), None, _items(in_store, sold)))
    return tuple(found)


def _items(lines: list[ReturnLine], sold: dict[int, OrderLine]) -> tuple[SlipItem, ...]:
    return tuple(_item(line, sold.get(line.line_id)) for line in lines)


def _item(line: ReturnLine, known: OrderLine | None) -> SlipItem:
    return SlipItem(
        title=plain(known.title if known else f"#{line.line_id}", 160),
        variant=plain(known.variant_title if known else None, 100),
        sku=plain(known.sku if known else None, 60),
        quantity=_pieces(line),
        reason=reason_words(line.reason) if line.reason else "",
    )


def _sender(ret: Return) -> tuple[str, ...]:
    kept = json.loads(ret.order.shipping_address) if ret.order.shipping_address else {}
    name = " ".join(filter(None, (kept.get("first_name"), kept.get("last_name"))))
    town = " ".join(filter(None, (kept.get("zip"), kept.get("city"))))
    parts = (name, kept.get("company"), kept.get("address1"), kept.get("address2"), town)
    return tuple(text for part in parts if (text := plain(part, 100)))


def _kept(texts: PerLanguage) -> tuple[tuple[str, str], ...]:
    return tuple(texts.items())
