"""A refund that belongs to no return at Shopify: `refundCreate` under a key of its own words, and what came of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.money import Money
from shopify_app.returns import ledger
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.outgoing import Answer, NeedsLook, Workbench
from shopify_app.returns.parked import needs_look
from shopify_app.shopify.nodes import gid
from shopify_app.shopify.order_refunds import OrderGone
from shopify_app.shopify.return_facts import RefundFacts
from shopify_app.shopify.return_snapshots import ReturnableOrder


def refund_input(
    bench: Workbench, returnable: ReturnableOrder, transfers: Iterable[tuple[str, Money]]
) -> dict[str, Any]:
    """`RefundInput` that gives back `transfers`, each the id of an `OrderTransaction` and what of it goes back; its
    note is the step's name. Lines, delivery and store credit are the caller's to add."""
    gateways = {f"gid://shopify/OrderTransaction/{each.transaction_id}": each.gateway for each in returnable.tenders}
    order = gid("Order", bench.order.shopify_id)
    return {
        "orderId": order,
        "currency": returnable.currency,
        "note": f"{bench.ret.rma} {bench.note}",
        "notify": False,
        "transactions": [
            {
                "orderId": order,
                "parentId": tender_id,
                "gateway": gateways[tender_id],
                "kind": "REFUND",
                "amount": str(amount),
            }
            for tender_id, amount in transfers
        ],
    }


def key_of(bench: Workbench, input: Mapping[str, Any]) -> str:
    """The same words sent again are the same refund to Shopify; other words are another."""
    digest = hashlib.sha256(json.dumps(input, sort_keys=True).encode()).hexdigest()
    return f"{bench.note}-{digest[:16]}"


def send(bench: Workbench, input: Mapping[str, Any]) -> Answer:
    """Makes the refund that a step prepared under `refund` and `key`."""
    return _answer(bench.admin.create_refund(input["refund"], input["key"]))


def found(bench: Workbench) -> Answer | None:
    """The refund that carries the step's name in its note, if it was made. Raises NeedsLook where the order is gone."""
    try:
        made = bench.admin.refund_noted(bench.order.shopify_id, bench.note)
    except OrderGone as gone:
        raise NeedsLook(Look.ORDER_GONE) from gone
    return None if made is None else _answer(made)


def hold_books_against(session: Session, ret: Return, group: ReleaseGroup, now: datetime) -> None:
    """Holds the return's books against what Shopify answered: where they differ, a person looks at the group."""
    for alarm in ledger.check(session, ret):
        facts = {"ours": alarm.ours, "theirs": alarm.theirs, "posting": alarm.posting}
        needs_look(session, ret, group, Look.LEDGER_DIFFERS, facts, now)


def _answer(made: RefundFacts) -> Answer:
    """Ids and sums of what moved; amounts in minor units."""
    return {
        "refunds": [made.id],
        "refunded": made.amount.amount,
        "transfers": [
            {"id": each.id, "parent": each.parent, "gateway": each.gateway, "amount": each.amount.amount}
            for each in made.transfers
        ],
    }
