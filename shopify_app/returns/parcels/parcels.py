"""Parcels on their way back: known by their number, followed where a provider does, and what their scans free."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.returns import timeline
from shopify_app.returns.models import Return
from shopify_app.returns.parcels.models import ParcelScan, ProviderAccount, ReturnParcel
from shopify_app.returns.parcels.refused import NO_NUMBER, NO_PAGE, NoParcel
from shopify_app.returns.states import Actor
from shopify_app.settings.shape import Unfit, web_address
from shopify_app.shipments.states import TERMINAL, ParcelState, ParcelStatus, Reason, ScanFact, state_from_scans
from shopify_app.shops.installation import is_here

NOT_MOVED = frozenset(
    {ParcelState.AWAITING_DATA, ParcelState.LABEL_CREATED, ParcelState.CANCELLED, ParcelState.UNKNOWN}
)
"""States in which no carrier has had the parcel in its hands."""
ASK_AGAIN = {
    ParcelState.AWAITING_DATA: timedelta(hours=12),
    ParcelState.LABEL_CREATED: timedelta(hours=12),
    ParcelState.OUT_FOR_DELIVERY: timedelta(hours=1),
}
OTHERWISE = timedelta(hours=4)
GIVE_UP = timedelta(days=90)
LONGEST_NUMBER, LONGEST_CARRIER, LONGEST_URL = 100, 40, 500


@dataclass(frozen=True)
class Sent:
    """A parcel somebody told of. `provider` follows it under `ref`."""

    number: str
    carrier: str | None = None
    url: str | None = None
    provider: str | None = None
    ref: str | None = None


def typed(number: str, carrier: str | None, page: str | None) -> Sent:
    """A parcel as somebody names it; shoppers are led to its `page`. Raises NoParcel."""
    if not number.strip():
        raise NoParcel(NO_NUMBER)
    try:
        url = web_address(page)
    except Unfit as failure:
        raise NoParcel(NO_PAGE) from failure
    if url and len(url) > LONGEST_URL:
        raise NoParcel(NO_PAGE)
    return Sent(number.strip()[:LONGEST_NUMBER], (carrier or "")[:LONGEST_CARRIER] or None, url)


@dataclass(frozen=True)
class TrackedScan:
    """One thing a carrier said. `at` is UTC; `sequence` is the provider's own order."""

    at: datetime
    state: ParcelState
    reason: Reason | None
    code: str
    text: str
    place: str
    sequence: int

    @property
    def key(self) -> str:
        """The same minute, code and place is the same scan, however often it is told."""
        minute = self.at.replace(second=0, microsecond=0).isoformat()
        return hashlib.sha256(f"{minute}|{self.code}|{self.place.casefold()}|{self.text}".encode()).hexdigest()[:40]


@dataclass(frozen=True)
class TrackedParcel:
    """What a provider knows of a parcel. `ref` is its name there; `page` the carrier's or provider's page of it."""

    number: str
    carrier: str | None
    ref: str | None
    scans: tuple[TrackedScan, ...]
    page: str | None = None


class TrackingProvider(Protocol):
    """Who follows parcels. Raises `ProviderAway`, `ProviderRefused`, or ValueError for what is unreadable."""

    @property
    def id(self) -> str:
        """Its name in our rows."""
        ...

    def register(self, number: str, carrier: str | None) -> TrackedParcel:
        """Follows a parcel from now on; asking twice follows it once."""
        ...

    def follow(self, ref: str) -> TrackedParcel:
        """What is known of a followed parcel."""
        ...


def add(session: Session, ret: Return, sent: Sent, now: datetime) -> ReturnParcel:
    """The parcel, made known once. It is followed by the provider named, else by any that the shop has."""
    number = sent.number.strip()
    known = session.scalars(
        select(ReturnParcel).where(ReturnParcel.return_id == ret.id, ReturnParcel.number == number)
    ).one_or_none()
    provider = sent.provider or followed_by(session, ret.shop_id)
    if known is None:
        known = ReturnParcel(shop_id=ret.shop_id, return_id=ret.id, number=number, added_at=now)
        session.add(known)
    elif known.state == ParcelState.CANCELLED:  # called off, and told of anew; what its provider says stands
        known.state = ParcelState.AWAITING_DATA
    known.carrier, known.url = sent.carrier or known.carrier, sent.url or known.url
    known.provider, known.provider_ref = provider or known.provider, sent.ref or known.provider_ref
    if known.provider and known.state not in TERMINAL:
        known.look_next_at = now
    session.flush()
    return known


def call_off(session: Session, ret: Return, numbers: Collection[str]) -> None:
    """Parcels of `ret` with these numbers are none: their labels are over, and nothing waits for them."""
    own = select(ReturnParcel).where(ReturnParcel.return_id == ret.id, ReturnParcel.number.in_(numbers))
    for parcel in session.scalars(own):
        parcel.state, parcel.look_next_at = ParcelState.CANCELLED, None


def is_scanned(session: Session, ret: Return, number: str) -> bool:
    """Whether a carrier has had the parcel of `ret` with this number in its hands."""
    own = select(ReturnParcel.id).where(ReturnParcel.return_id == ret.id, ReturnParcel.number == number)
    return session.scalar(own.where(ReturnParcel.first_scan_at.is_not(None)).limit(1)) is not None


def of_return(session: Session, ret: Return) -> list[ReturnParcel]:
    """All parcels of `ret` that are known, in the order in which they became so."""
    return list(session.scalars(select(ReturnParcel).where(ReturnParcel.return_id == ret.id).order_by(ReturnParcel.id)))


def followed_by(session: Session, shop_id: int) -> str | None:
    """The provider that follows the shop's return parcels; None: nobody does."""
    wanted = select(ProviderAccount.provider).where(
        ProviderAccount.shop_id == shop_id, ProviderAccount.api_key.is_not(None)
    )
    return session.scalar(wanted.order_by(ProviderAccount.id).limit(1))


def sells_labels(session: Session, shop_id: int) -> bool:
    """Whether the shop has somebody to buy labels from."""
    wanted = select(ProviderAccount.id).where(
        ProviderAccount.shop_id == shop_id,
        ProviderAccount.is_label_seller.is_(True),
        ProviderAccount.api_key.is_not(None),
    )
    return session.scalar(wanted.limit(1)) is not None


def named(session: Session, shop_ids: Iterable[int], told: TrackedParcel) -> list[ReturnParcel]:
    """The parcels that a provider speaks of: by its own name of them, else by their number."""
    mine = ReturnParcel.shop_id.in_(list(shop_ids))
    by_ref = select(ReturnParcel).where(mine, ReturnParcel.provider_ref == told.ref)
    found = list(session.scalars(by_ref)) if told.ref else []
    return found or list(session.scalars(select(ReturnParcel).where(mine, ReturnParcel.number == told.number)))


def apply(session: Session, parcel: ReturnParcel, told: TrackedParcel, now: datetime) -> bool:
    """Merges what a provider told, in any order and as often as it likes; whether anything changed. Scans move the
    return's own dates, on which money may wait: `release.wake` is the caller's to call."""
    parcel.looked_at = now
    parcel.provider_ref = parcel.provider_ref or told.ref
    parcel.carrier = parcel.carrier or (told.carrier or "")[:40] or None
    parcel.url = parcel.url or (told.page or "")[:LONGEST_URL] or None
    changed = _keep(session, parcel, told.scans)
    status = state_from_scans(_facts(session, parcel))
    if parcel.state == ParcelState.CANCELLED and status.state in NOT_MOVED:
        status = ParcelStatus(ParcelState.CANCELLED)  # called off, and nobody had it in their hands since
    parcel.state = status.state
    parcel.look_next_at = _next_look(parcel, status, now)
    return changed


def carry_over(session: Session, ret: Return, now: datetime) -> bool:
    """What parcels have come to becomes the return's: the first scan of any, the delivery of all but those that were
    called off. Whether it moved."""
    parcels = [parcel for parcel in of_return(session, ret) if parcel.state != ParcelState.CANCELLED]
    scans = _scans_of(session, parcels)
    moved = False
    for parcel in parcels:
        mine = [scan for scan in scans if scan.parcel_id == parcel.id]
        first = min((scan.at for scan in mine if scan.state not in NOT_MOVED), default=None)
        parcel.first_scan_at = parcel.first_scan_at or first
        if parcel.state == ParcelState.DELIVERED and parcel.delivered_at is None:
            parcel.delivered_at = max((s.at for s in mine if s.state == ParcelState.DELIVERED), default=now)
    scanned = min((parcel.first_scan_at for parcel in parcels if parcel.first_scan_at), default=None)
    if scanned is not None and ret.scanned_at is None:
        ret.scanned_at, ret.first_scan_at = scanned, ret.first_scan_at or scanned
        timeline.add(session, ret, "first_scan", Actor.CARRIER, now)
        moved = True
    if parcels and all(parcel.delivered_at for parcel in parcels) and ret.delivered_at is None:
        ret.delivered_at = max(parcel.delivered_at for parcel in parcels if parcel.delivered_at)
        timeline.add(session, ret, "parcels_delivered", Actor.CARRIER, now)
        moved = True
    ret.version += moved
    return moved


def due(session: Session, now: datetime, most: int) -> Sequence[ReturnParcel]:
    """Parcels of which the provider is to be asked, the longest waiting first."""
    asked = (ReturnParcel.look_next_at <= now, ReturnParcel.provider.is_not(None), is_here(ReturnParcel.shop_id))
    wanted = select(ReturnParcel).where(*asked)
    return session.scalars(wanted.order_by(ReturnParcel.look_next_at).limit(most)).all()


def later(parcel: ReturnParcel, now: datetime) -> None:
    """The provider did not answer, or does not know the parcel: asked again in a while."""
    parcel.look_next_at = _next_look(parcel, ParcelStatus(ParcelState(parcel.state)), now)


def _next_look(parcel: ReturnParcel, status: ParcelStatus, now: datetime) -> datetime | None:
    if parcel.provider is None or status.state in TERMINAL or now - parcel.added_at > GIVE_UP:
        return None
    return now + ASK_AGAIN.get(status.state, OTHERWISE)


def _keep(session: Session, parcel: ReturnParcel, scans: Sequence[TrackedScan]) -> bool:
    known = set(session.scalars(select(ParcelScan.key).where(ParcelScan.parcel_id == parcel.id)))
    new = {scan.key: scan for scan in scans if scan.key not in known}
    for key, scan in new.items():
        session.add(
            ParcelScan(
                shop_id=parcel.shop_id,
                parcel_id=parcel.id,
                key=key,
                at=scan.at,
                state=scan.state,
                reason=scan.reason,
                code=scan.code[:80],
                text=scan.text[:300] or None,
                place=scan.place[:120] or None,
                sequence=scan.sequence,
            )
        )
    session.flush()
    return bool(new)


def _facts(session: Session, parcel: ReturnParcel) -> list[ScanFact]:
    rows = session.scalars(select(ParcelScan).where(ParcelScan.parcel_id == parcel.id))
    return [
        ScanFact(
            row.key,
            ParcelState(row.state),
            row.at,
            Reason(row.reason) if row.reason else None,
            row.code,
            row.place or "",
            row.sequence,
        )
        for row in rows
    ]


def _scans_of(session: Session, parcels: Sequence[ReturnParcel]) -> list[ParcelScan]:
    wanted = select(ParcelScan).where(ParcelScan.parcel_id.in_([parcel.id for parcel in parcels]))
    return list(session.scalars(wanted))
