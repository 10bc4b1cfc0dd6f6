"""What can be done with many returns at once: the same verbs as on a return's own page, with the same refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from shopify_app.casework import assigning
from shopify_app.casework.models import CaseKind
from shopify_app.db import Session
from shopify_app.returns import reception, requests, settle
from shopify_app.returns.models import Return
from shopify_app.returns.reception import Verdict
from shopify_app.returns.states import Actor, Reception, ReturnState, UnitDecision
from shopify_app.returns.stock import promised
from shopify_app.returns.timeline import By
from shopify_app.shopify.return_snapshots import VariantStock


class Many(StrEnum):
    """Verbs for many returns."""

    APPROVE = "approve"
    DECLINE = "decline"
    RECEIVE = "receive"
    INSPECT = "inspect"
    SETTLE = "settle"
    ASSIGN = "assign"
    TAG = "tag"
    NOTE = "note"
    CANCEL = "cancel"


MOVES_NOTHING = frozenset({Many.ASSIGN, Many.TAG, Many.NOTE})
"""Verbs that fit whatever happened to the return meanwhile."""


class Why(StrEnum):
    """Why a return was left as it was."""

    CHANGED = "changed"
    GONE = "gone"
    OUT_OF_STOCK = "out_of_stock"
    NOTHING_EXPECTED = "nothing_expected"
    NOTHING_HERE = "nothing_here"
    TAGGED = "tagged"
    DOES_NOT_FIT = "does_not_fit"
    SHOPIFY_SILENT = "shopify_silent"
    FAILED = "failed"


class NotForThis(Exception):
    """The verb does not fit this return; `why` says so."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Item:
    """One return of many. `live` is Shopify's stock of what an approval promises."""

    session: Session
    ret: Return
    facts: Mapping[str, Any]
    staff: str
    now: datetime
    live: Mapping[int, VariantStock] | None = None

    @property
    def by(self) -> By:
        """The member of staff, for the verbs on goods and money."""
        return By(Actor.MERCHANT, self.staff)


def subject_of(ret: Return) -> assigning.Subject:
    """The return as a case."""
    return assigning.Subject(ret.shop_id, CaseKind.RETURN, ret.id)


def needs_stock(session: Session, ret: Return, verb: str) -> list[int]:
    """Variants whose stock Shopify must be asked for first; none for most."""
    if verb != Many.APPROVE or ret.state not in (ReturnState.REQUESTED, ReturnState.MORE_WANTED):
        return []
    return sorted(promised(session, ret))


def carry_out(verb: str, seen: int, item: Item) -> Why | None:
    """Carries the verb out on the return, held by the caller. A reason where something was written and yet the verb
    was not carried out. Raises what the verb raises when it is refused, NotAssigned and NotForThis."""
    if verb not in MOVES_NOTHING and item.ret.version != seen:
        raise NotForThis(Why.CHANGED)
    return _VERBS[Many(verb)](item)


def _approve(item: Item) -> Why | None:
    word = requests.approve(item.session, item.ret, Actor.MERCHANT, item.now, staff=item.staff, live=item.live)
    if word.is_approved:
        return None
    return Why.OUT_OF_STOCK


def _decline(item: Item) -> None:
    requests.decline(
        item.session, item.ret, item.facts["reason"], item.facts["words"], Actor.MERCHANT, item.now, staff=item.staff
    )


def _receive(item: Item) -> None:
    if not any(unit.reception == Reception.EXPECTED for line in item.ret.lines for unit in line.units):
        raise NotForThis(Why.NOTHING_EXPECTED)
    reception.receive(item.session, item.ret, None, None, item.by, item.now)


def _inspect(item: Item) -> None:
    units = [unit for line in item.ret.lines for unit in line.units if unit.reception == Reception.RECEIVED]
    undecided = [unit.id for unit in units if unit.decision == UnitDecision.PENDING]
    if not undecided:
        raise NotForThis(Why.NOTHING_HERE)
    verdict = Verdict(UnitDecision.ACCEPTED)
    reception.inspect(item.session, item.ret, undecided, verdict, item.by, item.now)


def _settle(item: Item) -> None:
    settle.settle_now(item.session, item.ret, item.by, item.now)


def _assign(item: Item) -> None:
    assigning.assign(item.session, subject_of(item.ret), item.facts["assignee"], item.staff, item.now)


def _tag(item: Item) -> None:
    if not assigning.add_tag(item.session, subject_of(item.ret), item.facts["tag"]):
        raise NotForThis(Why.TAGGED)


def _note(item: Item) -> None:
    requests.add_note(item.session, item.ret, item.facts["words"], Actor.MERCHANT, item.now, staff=item.staff)


def _cancel(item: Item) -> None:
    requests.cancel(item.session, item.ret, Actor.MERCHANT, item.now, staff=item.staff)


_VERBS: Mapping[Many, Callable[[Item], Why | None]] = MappingProxyType(
    {
        Many.APPROVE: _approve,
        Many.DECLINE: _decline,
        Many.RECEIVE: _receive,
        Many.INSPECT: _inspect,
        Many.SETTLE: _settle,
        Many.ASSIGN: _assign,
        Many.TAG: _tag,
        Many.NOTE: _note,
        Many.CANCEL: _cancel,
    }
)
