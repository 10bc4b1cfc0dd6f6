"""Everything that is known of one return, read as typed facts (`dossier_facts`): what the merchant's page and
`postlude return show` tell.

`to_json` is the published form, the ledger has its own; both schemas are written anew by
``python -m shopify_app.returns.dossier return > docs/return.schema.json`` (and ``ledger``). Amounts are decimals in the
order's currency, as Shopify writes them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from shopify_app.db import Session
from shopify_app.orders.models import OrderLine
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
from shopify_app.returns.dossier_goods import lines_of, names_of
from shopify_app.returns.dossier_money import balance_facts, groups_of, ledger_of, sums
from shopify_app.returns.dossier_rows import rows_of
from shopify_app.returns.inspecting.facts import questions_of, sent_back_of
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.parcel_facts import labels_of, parcels_of
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.returns.withdrawing.travelled import leaves_nothing
from shopify_app.together import Together

_AS_THEY_ARE = (
    "rma", "state", "source", "version", "currency", "policy_version", "requested_at", "decide_by", "approved_at",
    "declined_at", "decline_reason", "closed_at", "cancelled_at", "first_scan_at",
)  # fmt: skip


def read(session: Session, ret: Return) -> Dossier:
    """Everything about `ret`, from our rows alone."""
    return dossier_of(session, ret, rows_of(session, ret))


def dossier_of(session: Session, ret: Return, rows: Together) -> Dossier:
    """Everything about `ret`, from its rows (`dossier_rows`); besides them only names and terms of new items are
    read."""
    positions = {group.id: group.position for group in rows.of(ReleaseGroup)}
    names = names_of(session, ret, rows)
    return Dossier(
        **{name: getattr(ret, name) for name in _AS_THEY_ARE},
        order=ret.order.name,
        order_shopify_id=ret.order.shopify_id,
        lines=lines_of(ret, rows, positions, names),
        groups=groups_of(session, rows, names),
        ledger=ledger_of(rows, ret.rma),
        timeline=_timeline(rows),
        labels=labels_of(rows),
        parcels=parcels_of(rows),
        questions=questions_of(rows, positions, ret.currency),
        sent_back=sent_back_of(rows),
        withdrawal=_withdrawal(ret, rows),
    )


def _withdrawal(ret: Return, rows: Together) -> WithdrawalFacts | None:
    names = ("number", "received_at", "country", "last_day", "refund_by")
    found = rows.of(Withdrawal)
    if not found:
        return None
    is_whole = leaves_nothing(found[0], rows.of(OrderLine))
    with_delivery = found[0].is_whole and bool(ret.order.shipping)
    told = {name: getattr(found[0], name) for name in names}
    return WithdrawalFacts(**told, is_whole=is_whole, with_delivery=with_delivery)


def _timeline(rows: Together) -> tuple[EntryFacts, ...]:
    names = ("at", "kind", "actor", "staff", "facts", "said", "is_internal")
    return tuple(EntryFacts(**{name: getattr(row, name) for name in names}) for row in rows.of(ReturnEntry))


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
    "balance_facts", "dossier_of", "ledger_schema", "read", "return_schema", "sums", "to_json",
]  # fmt: skip


if __name__ == "__main__":
    wanted = {"return": return_schema, "ledger": ledger_schema}[sys.argv[1]]
    sys.stdout.write(json.dumps(wanted(), indent=2, ensure_ascii=False) + "\n")
