"""One return, whole: what came back, what was agreed, what moved, what was said, and what can be done next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from shopify_app.customers.models import Customer
from shopify_app.db import Session
from shopify_app.i18n import Phrase
from shopify_app.messages.models import Message
from shopify_app.returns import explain_sums
from shopify_app.returns.desk import Tab, full_name, tab_of
from shopify_app.returns.dossier import Dossier, GroupFacts, LineFacts, Sums, UnitFacts, read
from shopify_app.returns.looks import Advice, advice
from shopify_app.returns.models import Return
from shopify_app.returns.settlements import OWN, Row
from shopify_app.returns.states import (
    FINISHED_GROUPS,
    Disposition,
    GroupState,
    Reception,
    ReturnState,
    UnitDecision,
)


@dataclass(frozen=True)
class Person:
    """Who asked. `key` is Shopify's id; None for a guest."""

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
    """How a group's sum is worked out: rows in words, and what it comes to."""

    rows: tuple[tuple[Phrase, Row], ...]
    sums: Sums


@dataclass(frozen=True)
class Stuck:
    """A group that a person must look at: what is known, and what to do."""

    group: GroupFacts
    advice: Advice


@dataclass(frozen=True)
class May:
    """What can be done with the return now; the page shows a form for each."""

    approve: bool
    decline: bool
    ask_more: bool
    answer: bool
    receive: bool
    inspect: bool
    dispose: bool
    settle: bool
    cancel: bool
    reopen: bool


@dataclass(frozen=True)
class ReturnPage:
    """`expected` are lines with how many of their units are still expected."""

    ret: Dossier
    tab: Tab
    person: Person
    mails: tuple[Mail, ...]
    stuck: tuple[Stuck, ...]
    worked: dict[int, Worked]
    expected: tuple[tuple[LineFacts, int], ...]
    undecided: tuple[tuple[LineFacts, UnitFacts], ...]
    undisposed: tuple[tuple[LineFacts, UnitFacts], ...]
    may: May


def return_page(session: Session, ret: Return, standing: str) -> ReturnPage:
    """The page of `ret`, from our rows alone. `standing` is the customer's, on the shop's lists."""
    dossier = read(session, ret)
    return ReturnPage(
        ret=dossier,
        tab=tab_of(session, ret),
        person=_person(session, ret, standing),
        mails=_mails(session, ret),
        stuck=tuple(
            Stuck(group, advice(group.look, group.look_facts, ret.currency)) for group in dossier.groups if group.look
        ),
        worked={group.id: _worked(group) for group in dossier.groups if group.accepted},
        expected=expected(dossier),
        undecided=_units(dossier, Reception.RECEIVED, UnitDecision.PENDING),
        undisposed=tuple(
            (line, unit)
            for line, unit in _units(dossier, Reception.RECEIVED, None)
            if unit.disposition == Disposition.NONE
        ),
        may=may(dossier),
    )


def expected(ret: Dossier) -> tuple[tuple[LineFacts, int], ...]:
    """Lines that have units on their way, with how many."""
    counted = [(line, sum(unit.reception == Reception.EXPECTED for unit in line.units)) for line in ret.lines]
    return tuple((line, count) for line, count in counted if count)


def may(ret: Dossier) -> May:
    """What the state of `ret` allows; the verbs themselves refuse what is not."""
    is_asked = ret.state in {ReturnState.REQUESTED, ReturnState.MORE_WANTED}
    is_approved = ret.state == ReturnState.APPROVED
    here = [unit for unit in ret.units if unit.reception == Reception.RECEIVED]
    is_untouched = all(group.state not in {GroupState.RELEASED, GroupState.SETTLED} for group in ret.groups)
    return May(
        approve=is_asked,
        decline=is_asked,
        ask_more=ret.state == ReturnState.REQUESTED,
        answer=ret.state == ReturnState.MORE_WANTED,
        receive=ret.is_expecting,
        inspect=is_approved and any(unit.decision == UnitDecision.PENDING for unit in here),
        dispose=any(unit.disposition == Disposition.NONE for unit in here),
        settle=is_approved and any(group.state in {GroupState.OPENING, GroupState.OPEN} for group in ret.groups),
        cancel=is_asked or (is_approved and is_untouched and not here),
        reopen=ret.state in {ReturnState.DECLINED, ReturnState.CLOSED},
    )


def unfinished(ret: Dossier) -> tuple[GroupFacts, ...]:
    """Groups whose money is still to move."""
    return tuple(group for group in ret.groups if group.state not in FINISHED_GROUPS)


def _units(
    ret: Dossier, reception: Reception, decision: UnitDecision | None
) -> tuple[tuple[LineFacts, UnitFacts], ...]:
    return tuple(
        (line, unit)
        for line in ret.lines
        for unit in line.units
        if unit.reception == reception and decision in {None, unit.decision}
    )


def _person(session: Session, ret: Return, standing: str) -> Person:
    customer = session.get(Customer, ret.order.customer_id) if ret.order.customer_id else None
    return Person(
        name=full_name(customer) or "Guest",
        email=ret.order.email,
        key=customer.shopify_id if customer else None,
        standing=standing,
    )


def _mails(session: Session, ret: Return) -> tuple[Mail, ...]:
    rows = session.scalars(select(Message).where(Message.return_id == ret.id).order_by(Message.id))
    return tuple(Mail(row.kind, row.phase, row.sent_at or row.made_at) for row in rows)


def _worked(group: GroupFacts) -> Worked:
    counted: Sums | None = group.final or group.accepted
    assert counted is not None  # only groups with a settlement are worked out
    return Worked(tuple(_rows(counted)), counted)


def _rows(counted: Sums) -> Sequence[tuple[Phrase, Row]]:
    rows = [Row(each.kind, each.amount, each.line_id, each.count, each.percent, each.base) for each in counted.rows]
    first = [row for row in rows if row.kind in OWN]
    return [(explain_sums.row(row), row) for row in first + [row for row in rows if row.kind not in OWN]]
