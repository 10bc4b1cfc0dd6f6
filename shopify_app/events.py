"""What can happen, and the rows that say it did.

Recording an event writes, in the same transaction, one `Reaction` row for each follower of its kind; whatever must
come of it is done from those rows (`jobs.reactions`), each claimed, retried and parked alone. Facts are ids, numbers,
states and times: nothing personal.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shopify_app.db import Base, BigKey, Key, ShopKey
from shopify_app.leases import Leased
from shopify_app.queue import send_after_commit


@dataclass(frozen=True)
class Happening:
    """A fact in the past tense. Its class name is its kind."""


@dataclass(frozen=True)
class ShopInstalled(Happening):
    """The merchant installed, or installed again (`again`)."""

    again: bool


@dataclass(frozen=True)
class ShopUninstalled(Happening):
    pass


@dataclass(frozen=True)
class ScopesChanged(Happening):
    missing: tuple[str, ...]


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


@dataclass(frozen=True)
class ProductChanged(Happening):
    product_id: int


@dataclass(frozen=True)
class CustomersMerged(Happening):
    kept_id: int
    merged_id: int


@dataclass(frozen=True)
class CustomerRenamed(Happening):
    """A customer that we knew is called otherwise, or nothing any more."""

    customer_id: int


@dataclass(frozen=True)
class OrderDescribedAnew(Happening):
    """An order that we knew goes to somebody else or elsewhere, or its items are called otherwise."""

    order_id: int


@dataclass(frozen=True)
class PrivacyRequested(Happening):
    """A compliance topic arrived: `request_id` is our PrivacyRequest row."""

    request_id: int


@dataclass(frozen=True)
class CodeWanted(Happening):
    """A shopper asked for a one-time code: `code_id` is the row that holds it."""

    order_id: int
    code_id: int


@dataclass(frozen=True)
class WithdrawalReceived(Happening):
    """A consumer withdrew from the contract: `withdrawal_id` is the row that says from what and when."""

    order_id: int
    withdrawal_id: int


@dataclass(frozen=True)
class WithdrawalTriedAgain(Happening):
    """What kept a withdrawal from being opened was cleared away."""

    order_id: int
    withdrawal_id: int


@dataclass(frozen=True)
class ReturnRequested(Happening):
    """`at_once`: the policy approves every line without a person."""

    order_id: int
    return_id: int
    at_once: bool


@dataclass(frozen=True)
class DeliveryCorrected(Happening):
    """A shopper corrected the address that their exchange goes to; it is kept with the draft `draft_id`."""

    order_id: int
    return_id: int
    draft_id: int


@dataclass(frozen=True)
class ReturnMoreWanted(Happening):
    """The merchant asked the shopper for something; the question is the timeline's entry `entry_id`."""

    order_id: int
    return_id: int
    entry_id: int


@dataclass(frozen=True)
class ShopWrote(Happening):
    """The merchant wrote to the shopper about a return; the words are the timeline's entry `entry_id`."""

    order_id: int
    return_id: int
    entry_id: int


@dataclass(frozen=True)
class ReturnAnswered(Happening):
    """The shopper gave what was asked for."""

    order_id: int
    return_id: int


@dataclass(frozen=True)
class ReturnApproved(Happening):
    order_id: int
    return_id: int


@dataclass(frozen=True)
class ReturnDeclined(Happening):
    order_id: int
    return_id: int


@dataclass(frozen=True)
class ReturnChanged(Happening):
    """What is asked for is something else now; the timeline's entry `entry_id` has the sums before and after.
    `at_once`: it waited for its answer, and the policy approves every line without a person."""

    order_id: int
    return_id: int
    entry_id: int
    at_once: bool


@dataclass(frozen=True)
class ReturnCancelled(Happening):
    """`by` is the actor (`returns.states.Actor`)."""

    order_id: int
    return_id: int
    by: str


@dataclass(frozen=True)
class GoodsReceived(Happening):
    """A scan said that units arrived: `units` of them, by this receipt."""

    order_id: int
    return_id: int
    units: int


@dataclass(frozen=True)
class UnitsDecided(Happening):
    """Units were accepted or refused; the settlement may be released by it."""

    order_id: int
    return_id: int


@dataclass(frozen=True)
class GroupSettled(Happening):
    """Everything owed for a release group was confirmed by Shopify."""

    order_id: int
    return_id: int
    group_id: int


@dataclass(frozen=True)
class BalanceFellDue(Happening):
    """An exchange costs more than came back: the shopper is asked to pay the rest, by Shopify's checkout."""

    order_id: int
    return_id: int
    group_id: int


@dataclass(frozen=True)
class BalanceReminded(Happening):
    """The shopper is asked again for a balance that is still open."""

    order_id: int
    return_id: int
    group_id: int


@dataclass(frozen=True)
class BalanceMoved(Happening):
    """An order with a balance changed at Shopify: whether it was paid is to be looked up."""

    order_id: int


@dataclass(frozen=True)
class GroupNeedsLook(Happening):
    """Nothing moves in a release group until a person decides; `look` says why (`returns.looks`)."""

    order_id: int
    return_id: int
    group_id: int
    look: str


@dataclass(frozen=True)
class ReplacementGone(Happening):
    """The replacement of an even swap is out of stock at approval: the shopper chooses anew."""

    order_id: int
    return_id: int


@dataclass(frozen=True)
class LabelAdded(Happening):
    """There is something to send goods with: `label_id` is its row."""

    order_id: int
    return_id: int
    label_id: int


@dataclass(frozen=True)
class LabelEnds(Happening):
    """A label ends soon, and no carrier has scanned its parcel."""

    order_id: int
    return_id: int
    label_id: int


@dataclass(frozen=True)
class InspectionAsked(Happening):
    """The shopper is asked what becomes of units that were accepted at less or refused."""

    order_id: int
    return_id: int
    question_id: int


@dataclass(frozen=True)
class InspectionReminded(Happening):
    """A question is still unanswered, and ends soon."""

    order_id: int
    return_id: int
    question_id: int


@dataclass(frozen=True)
class InspectionDecided(Happening):
    """The merchant has looked again, and accepts everything in full; any other end of an appeal is asked about."""

    order_id: int
    return_id: int
    question_id: int


@dataclass(frozen=True)
class GoodsWentBack(Happening):
    """Goods were sent back to their shopper: `back_id` is the row that says how."""

    order_id: int
    return_id: int
    back_id: int


@dataclass(frozen=True)
class NoReceiptCodeWanted(Happening):
    """Somebody without an order number asked for a code, to show that the address is theirs; `made` counts codes."""

    request_id: int
    made: int


@dataclass(frozen=True)
class NoReceiptReceived(Happening):
    """A request without an order number counts from here on."""

    request_id: int


@dataclass(frozen=True)
class NoReceiptMatched(Happening):
    """The order of such a request was found; it is that order's return now."""

    request_id: int


@dataclass(frozen=True)
class NoReceiptAccountWanted(Happening):
    """Such a request was accepted, and there is no customer yet whom a credit could be given to."""

    request_id: int


@dataclass(frozen=True)
class NoReceiptCredited(Happening):
    """Shopify confirmed the credit of such a request."""

    request_id: int


@dataclass(frozen=True)
class NoReceiptDeclined(Happening):
    request_id: int


@dataclass(frozen=True)
class ReturnClosed(Happening):
    order_id: int
    return_id: int


class Event(Base):
    __tablename__ = "event"
    __table_args__ = (Index("ix_event_shop_id_kind_id", "shop_id", "kind", "id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    kind: Mapped[str] = mapped_column(String(60))
    order_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    facts: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]


class Reaction(Leased, Base):
    """One follower's duty towards one event."""

    __tablename__ = "reaction"
    __table_args__ = (UniqueConstraint("event_id", "follower"), Index("ix_reaction_state_due_at", "state", "due_at"))

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    event_id: Mapped[int] = mapped_column(BigKey, ForeignKey("event.id", ondelete="CASCADE"))
    follower: Mapped[str] = mapped_column(String(60))
    done_at: Mapped[datetime | None]


class Listening(Base):
    """A shop's own rules wait for events of this kind (`automations`). Where no row says so, the followers named in
    `WHERE_LISTENED` get no duty: most shops have no such rules, and pay one look for it."""

    __tablename__ = "listening"
    __table_args__ = (UniqueConstraint("shop_id", "kind"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    kind: Mapped[str] = mapped_column(String(60))


WHERE_LISTENED = frozenset({"automate"})
"""Followers that follow only where the shop listens."""
BECAUSE_OF = "because_of"
"""In `Session.info`, and then in an event's facts: the shop's own rules whose doing it is, by their keys."""


def record(session: Session, shop_id: int, happening: Happening, now: datetime) -> Event:
    """Writes the event and its followers' rows; workers are woken when the transaction commits."""
    kind = type(happening).__name__
    facts = {name: _plain(value) for name, value in asdict(happening).items()}
    if session.info.get(BECAUSE_OF):
        facts[BECAUSE_OF] = list(session.info[BECAUSE_OF])
    event = Event(shop_id=shop_id, kind=kind, order_id=facts.get("order_id"), facts=facts, recorded_at=now)
    session.add(event)
    followers = _followers(session, shop_id, kind)
    if followers:
        session.flush()
        reactions = [Reaction(shop_id=shop_id, event_id=event.id, follower=name, due_at=now) for name in followers]
        session.add_all(reactions)
        session.flush()
        for reaction in reactions:
            send_after_commit(session, "jobs.react", reaction.id)
    return event


def _followers(session: Session, shop_id: int, kind: str) -> tuple[str, ...]:
    named = tuple(session.info.get("followers", {}).get(kind, ()))
    if WHERE_LISTENED.isdisjoint(named):
        return named
    listens = session.scalar(select(Listening.id).where(Listening.shop_id == shop_id, Listening.kind == kind))
    return named if listens is not None else tuple(name for name in named if name not in WHERE_LISTENED)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value
