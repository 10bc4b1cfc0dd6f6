"""One return, whole: what came back, what was agreed, what moved, what was said, and what can be done next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.i18n import Phrase
from shopify_app.messages.models import Message
from shopify_app.money import Money
from shopify_app.returns import explain_sums
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.changing import changes
from shopify_app.returns.desk import Found, Tab, full_name
from shopify_app.returns.dossier import Dossier, GroupFacts, LedgerFacts, LineFacts, Sums, UnitFacts, dossier_of
from shopify_app.returns.inspecting.states import OPEN_QUESTIONS
from shopify_app.returns.looks import Advice, Look, advice
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.settlements import OWN, Row, RowKind
from shopify_app.returns.states import (
    FINISHED_GROUPS,
    Actor,
    Disposition,
    GroupState,
    Reception,
    ReturnState,
    Source,
    UnitDecision,
)
from shopify_app.returns.steps import BOOKED, BOOKING
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load
from shopify_app.shipments.models import Shipment
from shopify_app.together import Together, Wanted

Pairs = tuple[tuple[LineFacts, UnitFacts], ...]
_AFTER_MONEY = frozenset({GroupState.RELEASED, GroupState.AWAITING_PAYMENT, *FINISHED_GROUPS})
_TOTALS = frozenset({RowKind.DUE, RowKind.BACK, RowKind.CREDIT})
"""Rows that say where a sum goes: the page says so below the sum, for the merchant."""
_STILL_HERE = frozenset({Disposition.NONE, Disposition.PROCESSING_REQUIRED})


@dataclass(frozen=True)
class Person:
    """Who asked. `key` is Shopify's id; None for a guest, whose `name` is empty."""

    name: str
    email: str | None
    key: int | None
    standing: str


@dataclass(frozen=True)
class Mail:
    """One mail about this return."""

    kind: str
    phase: str
    at: datetime


@dataclass(frozen=True)
class Worked:
    """How a group's sum is worked out: rows in words, and what it comes to. `delivery` was given back beside it."""

    rows: tuple[tuple[Phrase, Row], ...]
    sums: Sums
    delivery: Money | None = None

    @property
    def gets(self) -> Money:
        return self.sums.comes_to + self.delivery if self.delivery else self.sums.comes_to


@dataclass(frozen=True)
class Stuck:
    """A group that a person must look at: what is known, and what to do."""

    group: GroupFacts
    advice: Advice


@dataclass(frozen=True)
class May:
    """What can be done with the return now; the page shows a form for each."""

    approve: bool
    ask_more: bool
    answer: bool
    receive: bool
    take_back_receipt: bool
    deliver: bool
    inspect: bool
    judge_anew: bool
    dispose: bool
    settle: bool
    cancel: bool
    change: bool
    reopen: bool
    take_back: bool
    ask_inspection: bool


@dataclass(frozen=True)
class ReturnPage:
    """`expected` are lines with how many of their units are on their way, `scanned` with how many have arrived and are
    undecided. `judged` are pieces whose verdict can still be changed. `location` is Shopify's id of the place where
    goods go back into stock, where some have still to be put somewhere."""

    ret: Dossier
    tab: Tab
    person: Person
    mails: tuple[Mail, ...]
    stuck: tuple[Stuck, ...]
    worked: dict[int, Worked]
    expected: tuple[tuple[LineFacts, int], ...]
    scanned: tuple[tuple[LineFacts, int], ...]
    undecided: tuple[tuple[LineFacts, UnitFacts], ...]
    judged: tuple[tuple[LineFacts, UnitFacts], ...]
    undisposed: tuple[tuple[LineFacts, UnitFacts], ...]
    locations: tuple[tuple[int, str], ...]
    location: int | None
    postings: tuple[tuple[LedgerFacts, ...], ...]
    may: May


def shown_too(ret: Return) -> Wanted:
    """What the page shows besides the return's own rows."""
    return {Message: Message.return_id == ret.id}


def return_page(session: Session, found: Found, rows: Together, standing: str) -> ReturnPage:
    """The page of a return, from its rows (with `shown_too`). `standing` is the customer's, on the shop's lists."""
    ret = found.ret
    dossier = dossier_of(session, ret, rows)
    undecided = undecided_units(dossier)
    undisposed = tuple(
        (line, unit)
        for line in dossier.lines
        for unit in line.units
        if unit.reception == Reception.RECEIVED and unit.disposition in _STILL_HERE
    )
    return ReturnPage(
        ret=dossier,
        tab=found.tab,
        person=_person(found, standing),
        mails=_mails(rows),
        stuck=tuple(
            Stuck(group, advice(group.look, group.look_facts, ret.currency)) for group in dossier.groups if group.look
        ),
        worked={group.id: _worked(group) for group in dossier.groups if group.accepted},
        expected=_counted(dossier, Reception.EXPECTED),
        scanned=tuple((line, count) for line in dossier.lines if (count := sum(each is line for each, _ in undecided))),
        undecided=undecided,
        judged=judged_units(dossier),
        undisposed=undisposed,
        locations=tuple((int(key), str(name)) for key, name in ret.order.shop.profile.get("locations") or ()),
        location=_restock_at(session, ret) if undisposed else None,
        postings=tuple(tuple(rows) for _, rows in groupby(dossier.ledger, key=lambda row: row.posting)),
        may=replace(may(dossier, undecided, undisposed), change=_may_change(ret, rows)),
    )


def undecided_units(ret: Dossier) -> Pairs:
    """Pieces that are here, and of whose money nothing has moved yet: their verdict still counts."""
    return tuple((line, unit) for line, unit in _open_units(ret) if unit.decision == UnitDecision.PENDING)


def judged_units(ret: Dossier) -> Pairs:
    """Pieces that were judged, and of whose money nothing has moved yet: their verdict can be changed. What goes back
    to its shopper is none of them."""
    return tuple(
        (line, unit)
        for line, unit in _open_units(ret)
        if unit.decision != UnitDecision.PENDING and unit.disposition != Disposition.SENT_BACK
    )


def _open_units(ret: Dossier) -> Pairs:
    moved = {group.position for group in ret.groups if group.state in _AFTER_MONEY or _was_booked(group)}
    here = [(line, unit) for line in ret.lines for unit in line.units if unit.reception == Reception.RECEIVED]
    return tuple((line, unit) for line, unit in here if line.group not in moved)


def _was_booked(group: GroupFacts) -> bool:
    return any(step.kind in BOOKING and step.phase in BOOKED for step in group.steps)


def may(ret: Dossier, undecided: Pairs, undisposed: Pairs) -> May:
    """What the state of `ret` allows; the verbs themselves refuse what is not."""
    is_asked = ret.state in {ReturnState.REQUESTED, ReturnState.MORE_WANTED}
    is_approved = ret.state == ReturnState.APPROVED
    is_coming = is_approved or ret.state == ReturnState.CLOSED
    is_expecting = any(unit.reception == Reception.EXPECTED for unit in ret.units)
    moved = {GroupState.RELEASED, GroupState.AWAITING_PAYMENT, GroupState.SETTLED}
    is_untouched = all(group.state not in moved for group in ret.groups)
    return May(
        approve=is_asked,
        ask_more=ret.state == ReturnState.REQUESTED,
        answer=ret.state == ReturnState.MORE_WANTED,
        receive=is_coming and is_expecting,
        take_back_receipt=is_approved and bool(undecided),
        deliver=is_approved and is_expecting and any(group.shopify_return_id for group in ret.groups),
        inspect=is_coming and bool(undecided),
        judge_anew=is_approved and bool(judged_units(ret)),
        dispose=is_coming and bool(undisposed),
        settle=is_approved and any(group.state in {GroupState.OPENING, GroupState.OPEN} for group in ret.groups),
        cancel=is_asked or (is_approved and is_untouched),
        change=False,  # needs our rows: `return_page` says
        reopen=(ret.state == ReturnState.DECLINED and ret.source != Source.SHOPIFY)  # Shopify keeps its no for good
        or (ret.state == ReturnState.CLOSED and any(group.state == GroupState.FELL_AWAY for group in ret.groups)),
        ask_inspection=is_approved and _may_be_asked(ret),
        take_back=any(group.bonus and group.bonus.state == GrantState.ISSUED for group in ret.groups),
    )


def _may_be_asked(ret: Dossier) -> bool:
    """Whether something counts for less that nobody has been asked about; what is asked by itself needs no form."""
    open_parts = {question.part for question in ret.questions if question.state in OPEN_QUESTIONS}
    return any(
        group.state == GroupState.NEEDS_LOOK and group.look == Look.EXCHANGE_WOULD_COST
        for group in ret.groups
        if group.position not in open_parts
    )


def _counted(ret: Dossier, reception: Reception) -> tuple[tuple[LineFacts, int], ...]:
    """Lines with how many of their pieces are in that state; those with none are left out."""
    counted = [(line, sum(unit.reception == reception for unit in line.units)) for line in ret.lines]
    return tuple((line, count) for line, count in counted if count)


def _restock_at(session: Session, ret: Return) -> int | None:
    """Where goods go back into stock: the merchant's choice, else where the first parcel was sent from."""
    chosen = load(session, ret.shop_id, Returns).restock_location_id
    if chosen is not None:
        return chosen
    sent = select(Shipment.origin).where(Shipment.order_id == ret.order_id, Shipment.origin.is_not(None))
    return session.scalar(sent.order_by(Shipment.id).limit(1))


def _may_change(ret: Return, rows: Together) -> bool:
    parts = changes.open_among(rows.of(ReleaseGroup), rows.of(Step))
    return changes.bar_of(ret, parts, Actor.MERCHANT) is None


def _person(found: Found, standing: str) -> Person:
    ret, customer = found.ret, found.customer
    return Person(
        name=full_name(customer),
        email=ret.order.email,
        key=customer.shopify_id if customer else None,
        standing=standing,
    )


def _mails(rows: Together) -> tuple[Mail, ...]:
    return tuple(Mail(row.kind, row.phase, row.sent_at or row.made_at) for row in rows.of(Message))


def _worked(group: GroupFacts) -> Worked:
    counted: Sums | None = group.final or group.accepted
    assert counted is not None  # only groups with a settlement are worked out
    return replace(worked_from(counted), delivery=group.delivery)


def worked_from(counted: Sums) -> Worked:
    """The rows of a sum in words, the shopper's own money first."""
    return Worked(tuple(_rows(counted)), counted)


def _rows(counted: Sums) -> Sequence[tuple[Phrase, Row]]:
    rows = [Row(each.kind, each.amount, each.line_id, each.count, each.percent, each.base) for each in counted.rows]
    first = [row for row in rows if row.kind in OWN]
    rest = [row for row in rows if row.kind not in OWN and row.kind not in _TOTALS]
    return [(explain_sums.row(row), row) for row in first + rest]
