"""The money of one return, as facts for the dossier: what was agreed, what moves it, what is owed, what was booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.returns.balances import drop as balance_drop
from shopify_app.returns.balances.models import BalanceDue
from shopify_app.returns.dossier_facts import (
    BalanceFacts,
    BonusFacts,
    GroupFacts,
    LedgerFacts,
    PaidTo,
    StepFacts,
    SumRow,
    Sums,
)
from shopify_app.returns.dossier_goods import Names, new_items_of
from shopify_app.returns.ledger import Account
from shopify_app.returns.money_models import BonusGrant, LedgerRow, ReleaseGroup, Step
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.together import Together


def groups_of(session: Session, rows: Together, names: Names) -> tuple[GroupFacts, ...]:
    """The return's parts in their order."""
    steps = defaultdict[int | None, list[StepFacts]](list)
    for step in sorted(rows.of(Step), key=lambda step: step.position):
        steps[step.group_id].append(_step(step))
    grants = {grant.group_id: grant for grant in rows.of(BonusGrant)}
    owed = {row.group_id: row for row in rows.of(BalanceDue)}
    delivery = {
        row.group_id: Money(row.amount, row.currency) for row in rows.of(LedgerRow) if row.account == Account.DELIVERY
    }
    return tuple(
        _group(
            group,
            steps=tuple(steps[group.id]),
            bonus=_bonus(grants[group.id]) if group.id in grants else None,
            delivery=delivery.get(group.id),
            balance=balance_facts(session, group, owed[group.id]) if group.id in owed else None,
            new=new_items_of(group, names),
        )
        for group in sorted(rows.of(ReleaseGroup), key=lambda group: group.position)
    )


def ledger_of(rows: Together, rma: str) -> tuple[LedgerFacts, ...]:
    """What was booked, oldest first."""
    return tuple(_entry(row, rma) for row in rows.of(LedgerRow))


def balance_facts(session: Session, group: ReleaseGroup, row: BalanceDue) -> BalanceFacts:
    """A balance as everybody is told of it."""
    names = ("state", "due_since", "pay_by", "reminded_at", "reminders", "drop_wanted_at")
    return BalanceFacts(
        **{name: getattr(row, name) for name in names},
        amount=Money(row.amount, row.currency),
        paid=Money(row.paid, row.currency),
        rest=row.rest,
        over=Money(row.over, row.currency),
        instead=balance_drop.outcome_instead(session, group)[0],
    )


def sums(stored: Mapping[str, Any] | None) -> Sums | None:
    """What a stored settlement comes to; None for none (a return begun in Shopify has no quote)."""
    if not stored:
        return None
    settled = settlement_from_stored(stored)
    names = (
        "value", "restocking_fee", "shipping_fee", "own", "bonus", "bonus_lapses", "gets", "due", "waived", "back",
        "unplaced",
    )  # fmt: skip
    rows = [row for line in settled.lines for row in line.rows] + list(settled.rows)
    return Sums(
        **{name: getattr(settled, name) for name in names},
        parts=tuple(PaidTo(part.kind, part.amount, part.tender_id) for part in settled.parts),
        rows=tuple(SumRow(r.kind, r.amount, r.line_id, r.count, r.percent, r.base) for r in rows),
    )


def _group(group: ReleaseGroup, **more: Any) -> GroupFacts:
    names = (
        "id", "position", "outcome", "money_event", "state", "shopify_return_id", "look", "look_facts", "released_at",
        "released_by", "settled_at",
    )  # fmt: skip
    told = {name: getattr(group, name) for name in names}
    return GroupFacts(**told, accepted=sums(group.accepted), final=sums(group.final), **more)


def _step(step: Step) -> StepFacts:
    names = ("id", "kind", "key", "phase", "planned_at", "attempted_at", "done_at", "looked_back", "refusal")
    return StepFacts(**{name: getattr(step, name) for name in names})


def _bonus(grant: BonusGrant) -> BonusFacts:
    amount, back, short = (Money(a, grant.currency) for a in (grant.amount, grant.taken_back, grant.shortfall))
    return BonusFacts(amount, grant.state, grant.issued_at, grant.expires_at, back, short)


def _entry(row: LedgerRow, rma: str) -> LedgerFacts:
    names = ("id", "at", "posting", "account", "currency", "line_id", "tender", "cause", "shopify_id")
    told = {name: getattr(row, name) for name in names}
    return LedgerFacts(**told, rma=rma, amount=Money(row.amount, row.currency))
