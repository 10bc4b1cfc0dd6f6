"""Everything that is known of one return, read as typed facts (`dossier_facts`): what the merchant's page and
`postlude return show` tell.

`to_json` is the published form, the ledger has its own; both schemas are written anew by
``python -m shopify_app.returns.dossier return > docs/return.schema.json`` (and ``ledger``). Amounts are decimals in the
order's currency, as Shopify writes them.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select

from shopify_app.catalogue.models import Product, Variant
from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.orders.models import OrderLine
from shopify_app.returns import stock
from shopify_app.returns.balances import drop as balance_drop
from shopify_app.returns.balances import rows as balances
from shopify_app.returns.balances.models import BalanceDue
from shopify_app.returns.decimals import Sum
from shopify_app.returns.dossier_facts import (
    BalanceFacts,
    BonusFacts,
    Dossier,
    EntryFacts,
    GroupFacts,
    LedgerFacts,
    LineFacts,
    NewItemFacts,
    PaidTo,
    PhotoFacts,
    StepFacts,
    SumRow,
    Sums,
    UnitFacts,
    WithdrawalFacts,
)
from shopify_app.returns.inspecting.facts import questions_of, sent_back_of
from shopify_app.returns.ledger import Account
from shopify_app.returns.models import Return, ReturnEntry, ReturnLine, ReturnPhoto, ReturnUnit
from shopify_app.returns.money_models import BonusGrant, LedgerRow, ReleaseGroup, Step
from shopify_app.returns.parcel_facts import labels_of, parcels_of
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.withdrawing.models import Withdrawal


def read(session: Session, ret: Return) -> Dossier:
    """Everything about `ret`, from our rows alone."""
    groups = list(
        session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id).order_by(ReleaseGroup.position))
    )
    order = ret.order
    return Dossier(
        rma=ret.rma,
        order=order.name,
        order_shopify_id=order.shopify_id,
        state=ret.state,
        source=ret.source,
        version=ret.version,
        currency=ret.currency,
        policy_version=ret.policy_version,
        requested_at=ret.requested_at,
        decide_by=ret.decide_by,
        approved_at=ret.approved_at,
        declined_at=ret.declined_at,
        decline_reason=ret.decline_reason,
        closed_at=ret.closed_at,
        cancelled_at=ret.cancelled_at,
        first_scan_at=ret.first_scan_at,
        lines=_lines(session, ret, {group.id: group.position for group in groups}),
        groups=_groups(session, ret, groups),
        ledger=_ledger(session, ret),
        timeline=_timeline(session, ret),
        labels=labels_of(session, ret),
        parcels=parcels_of(session, ret),
        questions=questions_of(session, ret, {group.id: group.position for group in groups}),
        sent_back=sent_back_of(session, ret),
        withdrawal=_withdrawal(session, ret),
    )


def _withdrawal(session: Session, ret: Return) -> WithdrawalFacts | None:
    row = session.get(Withdrawal, ret.withdrawal_id) if ret.withdrawal_id is not None else None
    if row is None:
        return None
    names = ("number", "received_at", "country", "is_whole", "last_day", "refund_by")
    return WithdrawalFacts(**{name: getattr(row, name) for name in names})


def _lines(session: Session, ret: Return, positions: Mapping[int, int]) -> tuple[LineFacts, ...]:
    sold = {row.shopify_id: row for row in session.scalars(select(OrderLine).where(OrderLine.order_id == ret.order_id))}
    photos = defaultdict[tuple[str, int], list[PhotoFacts]](list)
    for photo in session.scalars(select(ReturnPhoto).where(ReturnPhoto.return_id == ret.id).order_by(ReturnPhoto.id)):
        shown = PhotoFacts(photo.id, photo.media_type, photo.width, photo.height)
        whose = ("unit", photo.unit_id) if photo.unit_id else ("line", photo.fulfillment_line_id)
        photos[whose].append(shown)
    names = _replacements(session, ret)
    return tuple(_line(line, sold.get(line.line_id), positions, names, photos) for line in ret.lines)


def _line(
    line: ReturnLine,
    sold: OrderLine | None,
    positions: Mapping[int, int],
    names: Mapping[int, str],
    photos: Mapping[tuple[str, int], list[PhotoFacts]],
) -> LineFacts:
    return LineFacts(
        id=line.id,
        line_id=line.line_id,
        fulfillment_line_id=line.fulfillment_line_id,
        group=positions.get(line.group_id or 0),
        title=sold.title if sold else f"Line {line.line_id}",
        variant_title=sold.variant_title if sold else None,
        sku=sold.sku if sold else None,
        quantity=line.quantity,
        outcome=line.outcome,
        method=line.method,
        reason=line.reason,
        note=line.note,
        answer=line.answer,
        replacement_variant_id=line.replacement_variant_id,
        replacement_title=names.get(line.replacement_variant_id or 0),
        units=tuple(_unit(unit, tuple(photos.get(("unit", unit.id), ()))) for unit in line.units),
        photos=tuple(photos.get(("line", line.fulfillment_line_id or 0), ())),
    )


def _unit(unit: ReturnUnit, photos: tuple[PhotoFacts, ...]) -> UnitFacts:
    names = (
        "id", "number", "reception", "received_at", "decision", "decided_at", "percent", "grade", "note", "disposition",
        "location_id", "told",
    )  # fmt: skip
    return UnitFacts(**{name: getattr(unit, name) for name in names}, photos=photos)


def _replacements(session: Session, ret: Return) -> dict[int, str]:
    wanted = {line.replacement_variant_id for line in ret.lines if line.replacement_variant_id}
    if not wanted:
        return {}
    rows = session.execute(
        select(Variant.shopify_id, Variant.title).where(Variant.shop_id == ret.shop_id, Variant.shopify_id.in_(wanted))
    )
    return {shopify_id: title for shopify_id, title in rows}


def _groups(session: Session, ret: Return, groups: Iterable[ReleaseGroup]) -> tuple[GroupFacts, ...]:
    steps = defaultdict[int, list[StepFacts]](list)
    for step in session.scalars(select(Step).where(Step.return_id == ret.id).order_by(Step.position, Step.id)):
        if step.group_id is not None:
            steps[step.group_id].append(_step(step))
    grants = {grant.group_id: grant for grant in session.scalars(select(BonusGrant).filter_by(return_id=ret.id))}
    delivered = _delivery(session, ret)
    owed = {row.group_id: row for row in balances.of_return(session, ret)}
    found = [(g, _group(g, tuple(steps[g.id]), grants.get(g.id), delivered.get(g.id))) for g in groups]
    found = [(g, replace(facts, new=_new_items(session, g))) for g, facts in found]
    return tuple(
        replace(facts, balance=balance_facts(session, group, owed[group.id])) if group.id in owed else facts
        for group, facts in found
    )


def _new_items(session: Session, group: ReleaseGroup) -> tuple[NewItemFacts, ...]:
    """The items of its cart, named as we know them now."""
    items = stock.items_of(group)
    if not items:
        return ()
    wanted = select(Variant.shopify_id, Product.title, Variant.title).join(Product, Product.id == Variant.product_id)
    ids = [item.variant_id for item in items]
    rows = session.execute(wanted.where(Variant.shop_id == group.shop_id, Variant.shopify_id.in_(ids)))
    names = {id: (title, variant) for id, title, variant in rows}
    return tuple(
        NewItemFacts(
            item.variant_id,
            *names.get(item.variant_id, (f"Variant {item.variant_id}", None)),
            item.quantity,
            item.price,
        )
        for item in items
    )


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


def _delivery(session: Session, ret: Return) -> dict[int, Money]:
    """What went back of the delivery, by release group."""
    rows = select(LedgerRow).where(LedgerRow.return_id == ret.id, LedgerRow.account == Account.DELIVERY)
    return {row.group_id or 0: Money(row.amount, row.currency) for row in session.scalars(rows)}


def _group(
    group: ReleaseGroup, steps: tuple[StepFacts, ...], grant: BonusGrant | None, delivery: Money | None
) -> GroupFacts:
    names = (
        "id", "position", "outcome", "money_event", "state", "shopify_return_id", "look", "look_facts", "released_at",
        "released_by", "settled_at",
    )  # fmt: skip
    return GroupFacts(
        **{name: getattr(group, name) for name in names},
        accepted=sums(group.accepted),
        final=sums(group.final),
        delivery=delivery,
        bonus=_bonus(grant) if grant else None,
        steps=steps,
    )


def _step(step: Step) -> StepFacts:
    names = ("id", "kind", "key", "phase", "planned_at", "attempted_at", "done_at", "looked_back", "refusal")
    return StepFacts(**{name: getattr(step, name) for name in names})


def _bonus(grant: BonusGrant) -> BonusFacts:
    amount, back, short = (Money(a, grant.currency) for a in (grant.amount, grant.taken_back, grant.shortfall))
    return BonusFacts(amount, grant.state, grant.issued_at, grant.expires_at, back, short)


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


def _ledger(session: Session, ret: Return) -> tuple[LedgerFacts, ...]:
    rows = session.scalars(select(LedgerRow).where(LedgerRow.return_id == ret.id).order_by(LedgerRow.id))
    return tuple(_entry(row, ret.rma) for row in rows)


def _entry(row: LedgerRow, rma: str) -> LedgerFacts:
    names = ("id", "at", "posting", "account", "currency", "line_id", "tender", "cause", "shopify_id")
    told = {name: getattr(row, name) for name in names}
    return LedgerFacts(**told, rma=rma, amount=Money(row.amount, row.currency))


def _timeline(session: Session, ret: Return) -> tuple[EntryFacts, ...]:
    names = ("at", "kind", "actor", "staff", "facts", "said", "is_internal")
    rows = session.scalars(select(ReturnEntry).where(ReturnEntry.return_id == ret.id).order_by(ReturnEntry.id))
    return tuple(EntryFacts(**{name: getattr(row, name) for name in names}) for row in rows)


_DOSSIER: TypeAdapter[Dossier] = TypeAdapter(Dossier)


def to_json(dossier: Dossier) -> dict[str, Any]:
    """`dossier` as JSON values, in the published form."""
    written: dict[str, Any] = _DOSSIER.dump_python(dossier, mode="json")
    return written


def return_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of what `postlude return show --json` prints."""
    schema = _DOSSIER.json_schema(mode="serialization", ref_template="#/$defs/{model}")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Postlude return"}


@dataclass(frozen=True)
class AlarmFacts:
    """A posting that does not sum to zero, or whose money is not what Shopify's own answer said."""

    rma: str
    posting: str
    ours: Sum
    theirs: Sum
    currency: str


@dataclass(frozen=True)
class LedgerBook:
    """What `postlude ledger --json` prints: the shop's rows, oldest first, and what does not add up."""

    shop: str
    rows: tuple[LedgerFacts, ...]
    alarms: tuple[AlarmFacts, ...]


def ledger_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of what `postlude ledger --json` prints."""
    schema = TypeAdapter(LedgerBook).json_schema(mode="serialization", ref_template="#/$defs/{model}")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Postlude money ledger"}


__all__ = [
    "AlarmFacts", "BalanceFacts", "BonusFacts", "Dossier", "EntryFacts", "GroupFacts", "LedgerBook", "LedgerFacts",
    "LineFacts", "NewItemFacts", "PaidTo", "PhotoFacts", "StepFacts", "SumRow", "Sums", "UnitFacts", "WithdrawalFacts",
    "balance_facts", "ledger_schema", "read", "return_schema", "sums", "to_json",
]  # fmt: skip


if __name__ == "__main__":
    wanted = {"return": return_schema, "ledger": ledger_schema}[sys.argv[1]]
    sys.stdout.write(json.dumps(wanted(), indent=2, ensure_ascii=False) + "\n")
