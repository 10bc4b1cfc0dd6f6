"""A return as Shopify has it, and what moved with it: typed answers of the mutations and of the reads that look back
(read by `return_fact_nodes`). Global ids are kept as Shopify wrote them; amounts are in the order's presentment
currency. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shopify_app.money import Money

MOST_LINES = 50
"""Lines of a return that one read takes in."""


@dataclass(frozen=True)
class LineFacts:
    """Units of a fulfilment line in a return. `note` is ours or the merchant's; line ids None: not of an order."""

    id: str
    fulfillment_line_id: int | None
    line_id: int | None
    quantity: int
    processed: int
    refunded: int
    note: str
    reason: str | None
    restocking_percent: Decimal

    @property
    def left(self) -> int:
        """Units that can still be processed or taken off."""
        return self.quantity - self.processed


@dataclass(frozen=True)
class ExchangeFacts:
    """Units of a new variant in a return."""

    id: str
    variant_id: int | None
    quantity: int
    processed: int


@dataclass(frozen=True)
class ReverseFacts:
    """A line of a reverse fulfilment order; `disposed` counts units by disposition, in lower case."""

    id: str
    order_id: str
    fulfillment_line_id: int | None
    quantity: int
    disposed: Mapping[str, int]


@dataclass(frozen=True)
class ParcelFacts:
    """A reverse delivery."""

    id: str
    number: str | None


@dataclass(frozen=True)
class TransferFacts:
    """An order transaction: `kind` REFUND for money that went back; `parent` the payment it went back to."""

    id: str
    kind: str
    status: str
    gateway: str
    amount: Money
    parent: str | None


@dataclass(frozen=True)
class RefundFacts:
    """A refund that processing made."""

    id: str
    note: str
    created_at: datetime | None
    amount: Money
    transfers: tuple[TransferFacts, ...]


@dataclass(frozen=True)
class ReturnFacts:
    """`status` in lower case: requested, open, closed, declined, canceled (one L)."""

    id: int
    name: str
    status: str
    order_id: int
    currency: str
    created_at: datetime
    closed_at: datetime | None
    lines: tuple[LineFacts, ...]
    exchanges: tuple[ExchangeFacts, ...]
    reverse: tuple[ReverseFacts, ...]
    parcels: tuple[ParcelFacts, ...]
    refunds: tuple[RefundFacts, ...]
    shipping_fee: Money

    @property
    def is_processed(self) -> bool:
        """Whether anything of it was carried out."""
        return any(each.processed for each in (*self.lines, *self.exchanges))

    @property
    def refunded(self) -> Money:
        """All money that went back with it."""
        return sum((refund.amount for refund in self.refunds), Money.zero(self.currency))


@dataclass(frozen=True)
class RefundElsewhere:
    """A refund of the order: of which return (None: none), which lines it names (empty: none, or too many to tell)."""

    id: str
    note: str
    created_at: datetime | None
    amount: Money
    return_id: int | None
    line_ids: frozenset[int]


@dataclass(frozen=True)
class OutcomeFacts:
    """What Shopify reckons for processing now. `suggested`: positive goes back, negative is owed. `overpaid`: what the
    shop holds of the order beyond its worth before this (negative: owed)."""

    facts: ReturnFacts
    suggested: Money
    maximum: Money
    overpaid: Money
    refunds: tuple[RefundElsewhere, ...]


@dataclass(frozen=True)
class NewLinePrice:
    """An exchange line as Shopify would price it: one unit before discounts, and the line after them."""

    quantity: int
    unit: Money
    net: Money
    tax: Money


@dataclass(frozen=True)
class Worth:
    """What units of a fulfilment line are worth to Shopify now: `net` as the order's prices have tax, `tax` in or on
    top of it."""

    net: Money
    tax: Money


@dataclass(frozen=True)
class Calculated:
    """A return as Shopify would reckon it before it is made: what comes back and the new goods, in the order asked."""

    returned: tuple[Worth, ...]
    new: tuple[NewLinePrice, ...]


@dataclass(frozen=True)
class CreditFacts:
    """One movement of store credit. `amount` is signed as the account sees it."""

    id: str
    account_id: str
    amount: Money
    event: str
    created_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True)
class AccountFacts:
    """A customer's store-credit account in one currency, with its movements since an instant, newest first."""

    id: str
    balance: Money
    movements: tuple[CreditFacts, ...]


@dataclass(frozen=True)
class CardFacts:
    """A gift card; its code is ours and known to us alone."""

    id: str
    note: str
    amount: Money
