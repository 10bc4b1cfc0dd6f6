"""The evidence pack: everything that shows how a return went, for a bank that has been asked for the money back.

Read from our rows alone: the order and its delivery, the policy it was under, what the shopper asked for and accepted,
what arrived and was found, what was asked and answered, each message and each movement of money with Shopify's ids.
Times are in UTC. What a person has had erased is not in it.
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image
from sqlalchemy import BigInteger, cast, select
from sqlalchemy.orm import Session

from shopify_app.crypto import Keyring
from shopify_app.i18n import Phrase
from shopify_app.messages.models import Message
from shopify_app.messages.plan import MailKind
from shopify_app.money import Money
from shopify_app.orders.models import Order, OrderLine
from shopify_app.pages.policy_page import PolicyPage, policy_page
from shopify_app.returns import dossier, explain_sums, photos, sealed
from shopify_app.returns.dossier import Dossier, Sums
from shopify_app.returns.dossier_rows import rows_of
from shopify_app.returns.models import Return, ReturnPhoto, ReturnQuote
from shopify_app.returns.parcels.models import ParcelScan, ReturnParcel
from shopify_app.returns.settlements import Row
from shopify_app.settings.branding import Brand
from shopify_app.settings.store import load
from shopify_app.shipments.models import Scan, Shipment
from shopify_app.texts import plain
from shopify_app.together import Together, Wanted

MOST_PHOTOS = 24
PHOTO_SIDE = 700
"""Pixels of a picture's longer side, as it is printed."""
LANGUAGE = "en"


@dataclass(frozen=True)
class Sold:
    """A line of the order; `paid` is what all of it cost after discounts and with tax."""

    title: str
    variant: str
    sku: str
    quantity: int
    unit_price: Money
    discount: Money
    tax: Money
    paid: Money


@dataclass(frozen=True)
class ScanShown:
    """What a carrier said, where and when."""

    at: datetime | None
    place: str
    words: str


@dataclass(frozen=True)
class ParcelShown:
    """A parcel, to the shopper or back: its numbers and every scan."""

    carrier: str
    numbers: str
    state: str
    sent_at: datetime | None
    delivered_at: datetime | None
    scans: tuple[ScanShown, ...]


@dataclass(frozen=True)
class Promised:
    """A part of what was accepted: how its sum was worked out, each row with the item it is about (empty: all)."""

    outcome: str
    rows: tuple[tuple[str, Phrase, Money], ...]
    sums: Sums


@dataclass(frozen=True)
class MailShown:
    """One mail: what it was about, when, how it ended, and to whom: masked, and once it is sent only whose it was."""

    kind: str
    at: datetime
    phase: str
    to: str


@dataclass(frozen=True)
class PhotoShown:
    """A picture as a data address, and what it shows."""

    source: str
    caption: str


@dataclass(frozen=True)
class Evidence:
    """`buyer` and `address` are empty once they were erased; `ret` is the whole dossier. `accepted_at` of the quote
    `quote`; `fingerprint` is the SHA-256 of the dossier as it is printed here."""

    shop: str
    domain: str
    accent: str
    made_at: datetime
    ret: Dossier
    buyer: str
    email: str
    address: tuple[str, ...]
    is_erased: bool
    placed_at: datetime
    total: Money
    paid_status: str
    sold: tuple[Sold, ...]
    deliveries: tuple[ParcelShown, ...]
    policy: PolicyPage
    quote: str
    quoted_at: datetime | None
    accepted_at: datetime | None
    promised: tuple[Promised, ...]
    settled: tuple[Promised, ...]
    parcels_back: tuple[ParcelShown, ...]
    mails: tuple[MailShown, ...]
    photos: tuple[PhotoShown, ...]
    fingerprint: str


def read(session: Session, ret: Return, keyring: Keyring, data_dir: Path, now: datetime) -> Evidence:
    """Everything about `ret`. Pictures that cannot be opened are left out."""
    order, rows = ret.order, rows_of(session, ret, _shown_too(ret))
    found = dossier.dossier_of(session, ret, rows)
    quote = next(iter(rows.of(ReturnQuote)), None)
    is_erased = order.erased_at is not None
    brand = load(session, ret.shop_id, Brand)
    address = json.loads(order.shipping_address) if order.shipping_address and not is_erased else {}
    return Evidence(
        shop=plain(brand.name or order.shop.name or order.shop.domain, 80),
        domain=order.shop.domain,
        accent=brand.accent,
        made_at=now,
        ret=found,
        buyer=_name(address),
        email=_masked(order.email) if not is_erased else "",
        address=_address(address),
        is_erased=is_erased,
        placed_at=order.placed_at,
        total=order.money(order.total),
        paid_status=(order.financial_status or "").replace("_", " "),
        sold=tuple(_sold(order, rows)),
        deliveries=tuple(_delivered(rows)),
        policy=policy_page(session, order.shop, LANGUAGE, order=order),
        quote=quote.public_id if quote else "",
        quoted_at=quote.made_at if quote else None,
        accepted_at=quote.accepted_at if quote else None,
        promised=tuple(_worked(each.outcome, each.accepted, found) for each in found.groups if each.accepted),
        settled=tuple(_worked(each.outcome, each.final, found) for each in found.groups if each.final),
        parcels_back=tuple(_back(rows)),
        mails=tuple(_mails(rows, is_erased)),
        photos=tuple(_photos(rows, found, keyring, data_dir)),
        fingerprint=sha256(json.dumps(dossier.to_json(found), sort_keys=True).encode()).hexdigest(),
    )


def _shown_too(ret: Return) -> Wanted:
    """What the pack shows besides the return's own rows."""
    parcels = select(ReturnParcel.id).where(ReturnParcel.return_id == ret.id)
    shipments = select(Shipment.id).where(Shipment.shop_id == ret.shop_id, Shipment.order_id == ret.order_id)
    is_told = (Message.order_id == ret.order_id) & (Message.kind == MailKind.WITHDRAWAL_RECEIVED)
    withdrawal = cast(Message.references["withdrawal_id"].as_string(), BigInteger)
    return {
        Message: (Message.return_id == ret.id) | (is_told & (withdrawal == (ret.withdrawal_id or 0))),
        ParcelScan: ParcelScan.parcel_id.in_(parcels),
        ReturnQuote: ReturnQuote.id == ret.quote_id,
        Scan: Scan.shipment_id.in_(shipments) & Scan.deleted_at.is_(None),
        Shipment: Shipment.id.in_(shipments),
    }


def _sold(order: Order, rows: Together) -> list[Sold]:
    lines = []
    for line in sorted(rows.of(OrderLine), key=lambda line: line.position):
        tax = sum(part["amount"] for part in line.taxes)
        net = line.unit_price * line.quantity - line.discount
        sums = line.unit_price, line.discount, tax, net if order.taxes_included else net + tax
        words = plain(line.title, 160), plain(line.variant_title, 100), plain(line.sku, 60)
        lines.append(Sold(*words, line.quantity, *map(order.money, sums)))
    return lines


def _delivered(rows: Together) -> list[ParcelShown]:
    # scans of which no zone could be told stand before all others
    scans = defaultdict[int, list[ScanShown]](list)
    for scan in sorted(rows.of(Scan), key=lambda scan: scan.instant or datetime.min.replace(tzinfo=UTC)):
        scans[scan.shipment_id].append(_scan(scan.instant, scan))
    return [
        ParcelShown(
            carrier=plain(row.company or row.carrier, 80),
            numbers=", ".join(plain(number, 60) for number in row.numbers),
            state=row.state.replace("_", " "),
            sent_at=row.shipped_at,
            delivered_at=row.delivered_at,
            scans=tuple(scans[row.id]),
        )
        for row in rows.of(Shipment)
    ]


def _back(rows: Together) -> list[ParcelShown]:
    scans = defaultdict[int, list[ScanShown]](list)
    for scan in sorted(rows.of(ParcelScan), key=lambda scan: (scan.at, scan.sequence)):
        scans[scan.parcel_id].append(_scan(scan.at, scan))
    return [
        ParcelShown(
            plain(row.carrier, 40), row.number, state, row.first_scan_at, row.delivered_at, tuple(scans[row.id])
        )
        for row in rows.of(ReturnParcel)
        for state in [row.state.replace("_", " ")]
    ]


def _scan(at: datetime | None, scan: Scan | ParcelScan) -> ScanShown:
    return ScanShown(at, plain(scan.place, 80), plain(scan.text, 160) or scan.state.replace("_", " "))


def _worked(outcome: str, sums: Sums | None, ret: Dossier) -> Promised:
    assert sums is not None  # only parts with a settlement are shown
    sold = {line.line_id: ", ".join(filter(None, (line.title, line.variant_title))) for line in ret.lines}
    rows = [Row(each.kind, each.amount, each.line_id, each.count, each.percent, each.base) for each in sums.rows]
    worked = tuple((sold.get(row.line_id or 0, ""), explain_sums.row(row), row.amount) for row in rows)
    return Promised(outcome.replace("_", " "), worked, sums)


def _mails(rows: Together, is_erased: bool) -> list[MailShown]:
    return [
        MailShown(row.kind.replace("_", " ").capitalize(), row.sent_at or row.made_at, row.phase, to)
        for row in rows.of(Message)
        for whose in ["the shop's team" if row.kind.startswith("team_") else "the shopper"]
        for to in ["" if is_erased else _masked(row.recipient) or whose]
    ]


def _photos(rows: Together, found: Dossier, keyring: Keyring, data_dir: Path) -> list[PhotoShown]:
    titles = {line.fulfillment_line_id: line.title for line in found.lines}
    pieces = {unit.id: f"{line.title}, piece {unit.number}" for line in found.lines for unit in line.units}
    shown = []
    for row in rows.of(ReturnPhoto)[:MOST_PHOTOS]:
        about = pieces.get(row.unit_id or 0) or titles.get(row.fulfillment_line_id, "the return")
        taken = "taken by the shop at the inspection" if row.unit_id else "sent by the shopper"
        by = "sent by the shopper with the appeal" if row.question_id else taken
        try:
            raw = sealed.read(photos.folder_in(data_dir), keyring, row.shop_id, row.file_name)
        except sealed.Gone:
            continue
        shown.append(PhotoShown(_embedded(raw), f"{about}: {by}, {row.added_at:%Y-%m-%d %H:%M} UTC"))
    return shown


def _embedded(raw: bytes) -> str:
    """The picture as a data address, no larger than it is printed."""
    with Image.open(BytesIO(raw)) as opened:
        opened.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
        written = BytesIO()
        opened.convert("RGB").save(written, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(written.getvalue()).decode()}"


def _name(address: dict[str, str]) -> str:
    return plain(" ".join(filter(None, (address.get("first_name"), address.get("last_name")))), 120)


def _address(address: dict[str, str]) -> tuple[str, ...]:
    town = " ".join(filter(None, (address.get("zip"), address.get("city"))))
    parts = (*map(address.get, ("company", "address1", "address2")), town, address.get("country_code"))
    return tuple(text for part in parts if (text := plain(part, 120)))


def _masked(email: str | None) -> str:
    """``a…@example.com``: enough to recognise, too little to write to."""
    name, at, domain = (email or "").partition("@")
    return f"{plain(name[:1], 1)}…@{plain(domain, 120)}" if at else ""
