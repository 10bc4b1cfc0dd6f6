"""The money book of the shop: one row for every movement, whoever caused it, in presentment money."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from devstore.money import text
from devstore.store import Document
from devstore.world import World


class Movement(StrEnum):
    """What moved; direction follows from the kind."""

    REFUND = "refund"
    STORE_CREDIT_REFUND = "store_credit_refund"
    STORE_CREDIT = "store_credit"
    STORE_CREDIT_DEBIT = "store_credit_debit"
    GIFT_CARD = "gift_card"
    EXCHANGE_SALE = "exchange_sale"
    CHARGE = "charge"


def enter(
    world: World,
    kind: Movement,
    amount: Decimal,
    currency: str,
    *,
    tender: str,
    cause: str,
    order: Document | None = None,
    customer_id: int | None = None,
    return_id: int | None = None,
) -> None:
    """Adds a row; amounts are positive. Belongs into the transaction of the movement itself."""
    buyer = customer_id or ((order or {}).get("customer") or {}).get("id")
    row = {
        "id": world.store.next_id("ledger"),
        "at": world.now_text(),
        "shop": world.config.shop,
        "order_id": order["id"] if order else None,
        "return_id": return_id,
        "customer_id": buyer,
        "kind": kind.value,
        "tender": tender,
        "amount": text(amount, currency),
        "currency": currency,
        "cause": cause,
    }
    world.store.put("ledger", row)


def rows(world: World) -> list[Document]:
    """All rows, oldest first."""
    return world.store.all("ledger")
