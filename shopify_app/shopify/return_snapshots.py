"""What Shopify said of an order that is to come back: typed, storable, nothing personal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from shopify_app.money import Money

GIFT_CARD_GATEWAY = "gift_card"
STORE_CREDIT_GATEWAY = "shopify_store_credit"
"""Gateway names of `OrderTransaction.gateway` that are not payments from outside."""
NEW_ACCOUNTS = "NEW_CUSTOMER_ACCOUNTS"
HOLDING = ("requested", "open")
"""Returns in these states keep units that nobody has processed yet."""


@dataclass(frozen=True)
class OrderReturns:
    """Which returns an order has (the newest 20), each with its state in lower case."""

    order_id: int
    returns: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class TenderSnapshot:
    """A payment of the order (a successful SALE or CAPTURE) and what it can still take back."""

    transaction_id: int
    gateway: str
    amount: Money
    refundable: Money


@dataclass(frozen=True)
class ReturnableLine:
    """Units of a fulfilment line that may still come back; `sent` is what travelled."""

    fulfillment_id: int
    fulfillment_line_id: int
    line_id: int
    quantity: int
    sent: int
    fulfilled_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True)
class LineCount:
    """An order line's quantities: as ordered, what edits, refunds and processed returns left, what is refundable."""

    line_id: int
    quantity: int
    current: int
    refundable: int


@dataclass(frozen=True)
class ReturnedLine:
    """A line of one of Shopify's returns. `processed` units have left the order."""

    return_line_id: int
    fulfillment_line_id: int | None
    line_id: int | None
    quantity: int
    processed: int


@dataclass(frozen=True)
class OrderReturn:
    """One of the order's returns at Shopify, whoever began it; `status` in lower case. `exchanged` are the order lines
    that its exchange made, `step` the one of ours that its lines' notes name."""

    shopify_id: int
    name: str
    status: str
    lines: tuple[ReturnedLine, ...]
    exchanged: tuple[int, ...] = ()
    step: int | None = None

    @property
    def is_processed(self) -> bool:
        """Whether anything of it has been carried out."""
        return any(line.processed for line in self.lines)


@dataclass(frozen=True)
class CreditSetUp:
    """Whether the shop can give store credit: it needs new customer accounts."""

    accounts_are_new: bool
    enabled: bool

    @property
    def is_possible(self) -> bool:
        """Both are needed."""
        return self.accounts_are_new and self.enabled


@dataclass(frozen=True)
class ReturnableOrder:
    """An order as Shopify has it at one moment. Amounts in `currency`, the presentment currency.

    `rate`: what one unit of the shop's currency was worth in `currency` at purchase, from the order's own totals; None
    where it cannot be told. `refundable` is what was received and has not gone back.
    """

    order_id: int
    currency: str
    shop_currency: str
    rate: Decimal | None
    taxes_included: bool
    is_company: bool
    is_cancelled: bool
    has_duties: bool
    customer_id: int | None
    tenders: tuple[TenderSnapshot, ...]
    refundable: Money
    counts: tuple[LineCount, ...]
    lines: tuple[ReturnableLine, ...]
    returns: tuple[OrderReturn, ...]
    credit: CreditSetUp

    @property
    def has_customer(self) -> bool:
        """Store credit lives in a customer's account."""
        return self.customer_id is not None

    def line(self, fulfillment_line_id: int) -> ReturnableLine | None:
        """The fulfilment line, None where nothing of it can come back or it is another order's."""
        return next((line for line in self.lines if line.fulfillment_line_id == fulfillment_line_id), None)

    def return_of(self, return_id: int | None, step: int | None) -> int | None:
        """Which return is a request's of ours: the one that we know it by, else what the step that makes it has left
        here although its answer did not reach us. None: there is none yet."""
        return return_id or next((made.shopify_id for made in self.returns if step and made.step == step), None)


@dataclass(frozen=True)
class ReasonSnapshot:
    """A return reason as the shop words it (`ReturnReasonDefinition`)."""

    shopify_id: int
    handle: str
    name: str


@dataclass(frozen=True)
class VariantStock:
    """A variant as it can be had now; `available` None: not tracked. `price` is in the shop's currency; `cost` is what
    one would cost within an order, in that order's currency and with its tax, where Shopify was asked."""

    variant_id: int
    price: Decimal
    available: int | None
    sells_when_out: bool
    is_on_sale: bool
    cost: Money | None = None

    def has(self, quantity: int) -> bool:
        """Whether so many units can be had."""
        return self.is_on_sale and (self.available is None or self.sells_when_out or self.available >= quantity)


class OrderTooLarge(Exception):
    """The order holds more than one read takes in; `part` names the list. Nothing is offered on half of the facts."""

    def __init__(self, part: str) -> None:
        super().__init__(f"the order has too many {part} for one read")
        self.part = part


_STORED: TypeAdapter[ReturnableOrder] = TypeAdapter(ReturnableOrder)


def to_stored(snapshot: ReturnableOrder) -> dict[str, Any]:
    """`snapshot` as JSON values, for a row of ours."""
    stored: dict[str, Any] = _STORED.dump_python(snapshot, mode="json")
    return stored


def from_stored(document: Mapping[str, Any]) -> ReturnableOrder:
    """The snapshot that `to_stored` wrote."""
    return _STORED.validate_python(document)
