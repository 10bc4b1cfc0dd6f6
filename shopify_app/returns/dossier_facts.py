"""What is told of one return: its published form, typed (`dossier` reads it from our rows). Amounts are decimals in the
order's currency, as Shopify writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shopify_app.returns.decimals import Percent, Sum
from shopify_app.returns.inspecting.facts import QuestionFacts, SentBackFacts
from shopify_app.returns.parcel_facts import LabelFacts, ParcelFacts
from shopify_app.returns.settlements import RowKind


@dataclass(frozen=True)
class PhotoFacts:
    """A picture, by the shopper where nothing else is said."""

    id: int
    media_type: str
    width: int
    height: int


@dataclass(frozen=True)
class UnitFacts:
    """One piece that is to come back. `percent` is what it was accepted at, `told` what the shopper is told of it;
    `photos` were taken at its inspection."""

    id: int
    number: int
    reception: str
    received_at: datetime | None
    decision: str
    decided_at: datetime | None
    percent: Percent | None
    grade: str | None
    note: str | None
    disposition: str
    location_id: int | None
    told: str | None = None
    photos: tuple[PhotoFacts, ...] = ()


@dataclass(frozen=True)
class LineFacts:
    """`id` is ours and what `--line` takes; `line_id` and `fulfillment_line_id` are Shopify's. `note` and `answer` are
    the shopper's own words."""

    id: int
    line_id: int
    fulfillment_line_id: int | None
    group: int | None
    title: str
    variant_title: str | None
    sku: str | None
    quantity: int
    outcome: str
    method: str
    reason: str | None
    note: str | None
    answer: str | None
    replacement_variant_id: int | None
    replacement_title: str | None
    units: tuple[UnitFacts, ...]
    photos: tuple[PhotoFacts, ...]


@dataclass(frozen=True)
class SumRow:
    """One row of how a sum is worked out (`settlements.Row`). `line_id` is Shopify's line item id."""

    kind: RowKind
    amount: Sum
    line_id: int | None
    count: int
    percent: Percent | None
    base: Sum | None


@dataclass(frozen=True)
class PaidTo:
    """Where a part of the money goes: a tender of the order by Shopify's transaction id, or (None) new store credit."""

    kind: str
    amount: Sum
    tender_id: str | None


@dataclass(frozen=True)
class Sums:
    """What a settlement comes to (`settlements.Settlement`): own = value - fees, gets = own + bonus."""

    value: Sum
    restocking_fee: Sum
    shipping_fee: Sum
    own: Sum
    bonus: Sum
    bonus_lapses: Sum
    gets: Sum
    due: Sum
    waived: Sum
    back: Sum
    unplaced: Sum
    parts: tuple[PaidTo, ...]
    rows: tuple[SumRow, ...]

    @property
    def comes_to(self) -> Sum:
        """What of `gets` reaches the shopper: all but what lapses of an exchange's bonus."""
        return self.gets - self.bonus_lapses


@dataclass(frozen=True)
class StepFacts:
    """One outgoing effect. `phase` is its state; `looked_back` how often Shopify was read back for it."""

    id: int
    kind: str
    key: str
    phase: str
    planned_at: datetime
    attempted_at: datetime | None
    done_at: datetime | None
    looked_back: int
    refusal: str | None


@dataclass(frozen=True)
class BonusFacts:
    """A bonus from promise to end."""

    amount: Sum
    state: str
    issued_at: datetime | None
    expires_at: datetime | None
    taken_back: Sum
    shortfall: Sum


@dataclass(frozen=True)
class BalanceFacts:
    """What the shopper owes for an exchange: `rest` is still to be paid until `pay_by`, `over` was paid beyond it.
    `instead` is the outcome that it turns into otherwise; `drop_wanted_at`: it is being turned already."""

    state: str
    amount: Sum
    paid: Sum
    rest: Sum
    over: Sum
    due_since: datetime
    pay_by: datetime
    reminded_at: datetime | None
    reminders: int
    drop_wanted_at: datetime | None
    instead: str


@dataclass(frozen=True)
class NewItemFacts:
    """An item that an exchange gives; `price` is of all its pieces before the bonus."""

    variant_id: int
    title: str
    variant_title: str | None
    quantity: int
    price: Sum


@dataclass(frozen=True)
class GroupFacts:
    """A release group. `accepted` is what was agreed; `final` what is carried out once units were decided. `look` says
    why nothing moves until a person decides, with its facts. `delivery`: what was given back of the order's own."""

    id: int
    position: int
    outcome: str
    money_event: str
    state: str
    shopify_return_id: int | None
    look: str | None
    look_facts: dict[str, Any] | None
    released_at: datetime | None
    released_by: str | None
    settled_at: datetime | None
    accepted: Sums | None
    final: Sums | None
    bonus: BonusFacts | None
    steps: tuple[StepFacts, ...]
    delivery: Sum | None = None
    balance: BalanceFacts | None = None
    new: tuple[NewItemFacts, ...] = ()


@dataclass(frozen=True)
class LedgerFacts:
    """One line of the money ledger; the lines of one `posting` sum to zero."""

    id: int
    at: datetime
    rma: str
    posting: str
    account: str
    amount: Sum
    currency: str
    line_id: int | None
    tender: str | None
    cause: str | None
    shopify_id: str | None


@dataclass(frozen=True)
class EntryFacts:
    """One entry of the timeline. `said` is a person's own words; `is_internal`: the merchant's eyes only."""

    at: datetime
    kind: str
    actor: str
    staff: str | None
    facts: dict[str, Any]
    said: str | None
    is_internal: bool


@dataclass(frozen=True)
class WithdrawalFacts:
    """The statutory withdrawal that the return carries out. `with_delivery`: the order's delivery is owed too, also
    where a tip or a download stays and it is not whole. `refund_by` is the last day that the law gives for the money;
    it may wait for the goods or for proof that they were sent. `last_day` of the period, None: not begun."""

    number: str
    received_at: datetime
    country: str
    is_whole: bool
    with_delivery: bool
    last_day: date | None
    refund_by: date


@dataclass(frozen=True)
class Dossier:
    """One return. `version` counts its changes: whoever decides says which one they saw."""

    rma: str
    order: str
    order_shopify_id: int
    state: str
    source: str
    version: int
    currency: str
    policy_version: int | None
    requested_at: datetime
    decide_by: datetime | None
    approved_at: datetime | None
    declined_at: datetime | None
    decline_reason: str | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    first_scan_at: datetime | None
    lines: tuple[LineFacts, ...]
    groups: tuple[GroupFacts, ...]
    ledger: tuple[LedgerFacts, ...]
    timeline: tuple[EntryFacts, ...]
    withdrawal: WithdrawalFacts | None = None
    labels: tuple[LabelFacts, ...] = ()
    parcels: tuple[ParcelFacts, ...] = ()
    questions: tuple[QuestionFacts, ...] = ()
    sent_back: tuple[SentBackFacts, ...] = ()

    @property
    def units(self) -> tuple[UnitFacts, ...]:
        """Every piece of every line."""
        return tuple(unit for line in self.lines for unit in line.units)
