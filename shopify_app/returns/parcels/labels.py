"""Labels and codes to send goods with: the merchant's own, or bought from a provider. Shown while they are valid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from shopify_app.events import LabelEnds, record
from shopify_app.money import Money
from shopify_app.returns import timeline
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.parcels.models import ReturnLabel
from shopify_app.returns.states import Actor, GroupState, Reception, ReturnState, UnitDecision
from shopify_app.returns.vocabulary import Method, MoneyEvent
from shopify_app.settings.parcels import ReturnAddress
from shopify_app.shops.installation import is_here

FETCH = "jobs.fetch_labels"
BY_LABEL = frozenset({Method.LABEL, Method.QR})
MERCHANT = "merchant"
WARN_BEFORE = timedelta(days=4)
"""How long before a label ends its shopper is told."""


class LabelKind(StrEnum):
    """What is shown."""

    FILE = "file"  # to print
    LINK = "link"  # a page elsewhere
    QR = "qr"  # a picture to show at the counter


@dataclass(frozen=True)
class Sender:
    """Who sends, for the label alone: never written down with a step."""

    name: str
    street: str
    street2: str
    city: str
    province: str
    postcode: str
    country: str
    phone: str
    email: str


@dataclass(frozen=True)
class ParcelAsked:
    """A parcel for which a label is wanted. `reference` finds it again at the provider; grams and centimetres."""

    reference: str
    sender: Sender
    to: ReturnAddress
    grams: int
    size: tuple[int, int, int]


@dataclass(frozen=True)
class Offer:
    """What a label would cost. `shipment` and `rate` are the provider's names of it."""

    shipment: str
    rate: str
    carrier: str
    service: str
    cost: Money


@dataclass(frozen=True)
class BoughtLabel:
    """A label that was paid for. `file_url` and `qr_url` are where the provider keeps them; `tracker` is the parcel's
    name there; `bought_at` is None where the provider does not say."""

    shipment: str
    number: str
    carrier: str
    cost: Money | None
    file_url: str | None
    qr_url: str | None
    tracker: str | None
    page: str | None
    bought_at: datetime | None


class LabelProvider(Protocol):
    """Where labels are bought. Raises `ProviderAway` or `ProviderRefused`."""

    @property
    def id(self) -> str:
        """Its name in our rows."""
        ...

    def quote(self, asked: ParcelAsked) -> Sequence[Offer]:
        """What labels for the parcel cost, the cheapest first. Nothing is bought by asking."""
        ...

    def buy(self, offer: Offer) -> BoughtLabel:
        """Buys it. Buying one offer twice buys one label."""
        ...

    def find(self, shipment: str) -> BoughtLabel | None:
        """The label that was bought for a quoted shipment; None: none was."""
        ...

    def void(self, shipment: str) -> str | None:
        """Asks for the money of an unused label back; how that stands, in the provider's word. Asking twice is one."""
        ...

    def voided(self, shipment: str) -> str | None:
        """How it stands with the money of a label; None: it was not asked for."""
        ...

    def code(self, shipment: str) -> str | None:
        """Where the provider keeps a code that the label is printed from at the counter, made if need be; None: it has
        none."""
        ...

    def fetch(self, url: str) -> bytes:
        """A file that the provider keeps."""
        ...


class ProviderAway(Exception):
    """No answer. `was_sent` is false when the request never left us."""

    def __init__(self, because: str, was_sent: bool) -> None:
        super().__init__(because)
        self.was_sent = was_sent


class ProviderRefused(Exception):
    """The provider understood and refused; the text is its own words, nobody's address."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{words} ({code})" if words else code)
        self.code, self.words = code, words


def settle_looks(session: Session, ret: Return) -> None:
    """A label is there, or on its way: nobody has to look after one any more."""
    listed = ReleaseGroup.look.in_((Look.LABEL_FAILED, Look.LABEL_WANTED)), ReleaseGroup.state != GroupState.NEEDS_LOOK
    for group in session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id, *listed)):
        group.look, group.look_facts = None, None


def of_return(session: Session, ret: Return) -> list[ReturnLabel]:
    """Every label that was not taken back, oldest first."""
    wanted = select(ReturnLabel).where(ReturnLabel.return_id == ret.id, ReturnLabel.withdrawn_at.is_(None))
    return list(session.scalars(wanted.order_by(ReturnLabel.id)))


def own_taken_back(session: Session, ret: Return) -> bool:
    """Whether a person took a label of the shop's own back, and nobody has said since to buy one."""
    mine = (ReturnLabel.return_id == ret.id, ReturnLabel.source == MERCHANT)
    taken_back = session.scalar(select(func.max(ReturnLabel.withdrawn_at)).where(*mine))
    wanted = (ReturnEntry.return_id == ret.id, ReturnEntry.kind == timeline.Told.LABEL_ANEW)
    anew = session.scalar(select(func.max(ReturnEntry.at)).where(*wanted)) if taken_back else None
    return taken_back is not None and (anew is None or anew < taken_back)


def is_awaited(ret: Return) -> bool:
    """Whether goods may still be sent: the return is approved, or was paid before they travelled and closed by it."""
    if ret.state == ReturnState.CLOSED:
        units = [unit for line in ret.lines for unit in line.units if unit.decision != UnitDecision.REFUSED]
        return ret.scanned_at is None and any(unit.reception == Reception.EXPECTED for unit in units)
    return ret.state == ReturnState.APPROVED


def paid_first(return_id: Any) -> Any:
    """Whether approval freed money of the return: what else is closed with goods outstanding was given up."""
    by_approval = (ReleaseGroup.released_by == MoneyEvent.APPROVAL, ReleaseGroup.state == GroupState.SETTLED)
    return select(ReleaseGroup.id).where(ReleaseGroup.return_id == return_id, *by_approval).exists()


def usable(session: Session, ret: Return, now: datetime) -> list[ReturnLabel]:
    """What the shopper can send goods with now, newest first."""
    return [row for row in given(session, ret) if row.valid_until is None or row.valid_until > now]


def given(session: Session, ret: Return) -> list[ReturnLabel]:
    """What the shopper was given to send goods with that are awaited, ended or not, newest first."""
    is_open = ret.state == ReturnState.APPROVED
    if not is_awaited(ret) or not (is_open or session.scalar(select(paid_first(ret.id)))):
        return []
    return [row for row in of_return(session, ret) if row.file_name or row.url][::-1]


def without_file(session: Session, bought_before: datetime, since: datetime, most: int) -> list[ReturnLabel]:
    """Bought labels that the shopper waits for and whose file never came: nothing else was given to them, and no person
    has been told. The longest bought come first."""
    other, group = aliased(ReturnLabel), aliased(ReleaseGroup)
    given = select(other.id).where(other.return_id == ReturnLabel.return_id, other.withdrawn_at.is_(None))
    given = given.where(or_(other.file_name.is_not(None), other.url.is_not(None)))
    wanted = (
        select(ReturnLabel)
        .join(Return, Return.id == ReturnLabel.return_id)
        .join(Step, Step.id == ReturnLabel.step_id)
        .join(group, group.id == Step.group_id)
        .where(
            ReturnLabel.source != MERCHANT,
            ReturnLabel.kind == LabelKind.FILE,
            ReturnLabel.file_name.is_(None),
            ReturnLabel.withdrawn_at.is_(None),
            ReturnLabel.added_at.between(since, bought_before),
            group.look.is_(None),
            or_(Return.state == ReturnState.APPROVED, and_(Return.state == ReturnState.CLOSED, paid_first(Return.id))),
            Return.scanned_at.is_(None),
            ~given.exists(),
            is_here(ReturnLabel.shop_id),
        )
    )
    return list(session.scalars(wanted.order_by(ReturnLabel.id).limit(most)))


def warn_of_ends(session: Session, now: datetime) -> int:
    """Tells of labels that end within `WARN_BEFORE` and whose parcel nobody has scanned, once each; how many."""
    ending = (
        select(ReturnLabel, Return)
        .join(Return, Return.id == ReturnLabel.return_id)
        .where(
            ReturnLabel.valid_until > now,
            ReturnLabel.valid_until <= now + WARN_BEFORE,
            ReturnLabel.warned_at.is_(None),
            ReturnLabel.kind != LabelKind.QR,  # the code ends with the label that it stands for
            ReturnLabel.withdrawn_at.is_(None),
            or_(
                ReturnLabel.file_name.is_not(None), ReturnLabel.url.is_not(None)
            ),  # what nobody was given ends for nobody
            or_(Return.state == ReturnState.APPROVED, and_(Return.state == ReturnState.CLOSED, paid_first(Return.id))),
            Return.first_scan_at.is_(None),
            is_here(Return.shop_id),
        )
    )
    warned = [(row, ret) for row, ret in session.execute(ending).all() if is_awaited(ret)]
    for row, ret in warned:
        row.warned_at = now
        timeline.add(session, ret, "label_ends", Actor.CLOCK, now, facts={"label_id": row.id})
        record(session, ret.shop_id, LabelEnds(order_id=ret.order_id, return_id=ret.id, label_id=row.id), now)
    return len(warned)
