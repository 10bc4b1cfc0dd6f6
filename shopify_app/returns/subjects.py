"""What a policy looks at: a line, its order, its customer, and what the shopper asks for. Facts only.

Of lines there are many: they are named tuples, which are made in a fifth of the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shopify_app.money import Money
from shopify_app.returns.amounts import Rates
from shopify_app.returns.vocabulary import Method, Standing


class LineFacts(NamedTuple):
    """Units of one order line that travelled together (one fulfilment line): windows of others never spoil theirs.

    `returnable` units are fulfilled, not yet returned, refunded or part of an open request; `is_withdrawn`: none is
    left because a declaration that waits to be carried out names the last of them. `price_paid` is one
    unit's price after its discounts, as the shopper saw it. `delivery_known_at` is when word of the delivery
    reached us, which may be long after `delivered_at`.
    """

    line_id: int
    price_paid: Money
    returnable: int = 1
    product_id: int | None = None
    variant_id: int | None = None
    product_tags: frozenset[str] = frozenset()
    collection_ids: frozenset[int] = frozenset()
    product_type: str | None = None
    vendor: str | None = None
    is_discounted: bool = False
    is_final_sale: bool = False
    is_exchange: bool = False
    is_withdrawn: bool = False
    is_gift_card: bool = False
    fulfilled_at: datetime | None = None
    delivered_at: datetime | None = None
    delivery_known_at: datetime | None = None


@dataclass(frozen=True)
class OrderFacts:
    """`value` is the order's total as paid; `zone` the shop's time zone (IANA): days of a policy are days there.
    `markets`: handles of all the shop's markets that the destination is in today."""

    placed_at: datetime
    value: Money
    rates: Rates
    zone: str = "UTC"
    country: str | None = None
    markets: frozenset[str] = frozenset()
    channel: str | None = None
    is_company: bool = False
    discount_codes: frozenset[str] = frozenset()
    has_duties: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True)
class CustomerFacts:
    """Over all orders of the customer with the shop; sums in the shop's currency."""

    tags: frozenset[str] = frozenset()
    order_count: int = 0
    return_count: int = 0
    return_value: Money | None = None
    bonus_received: Money | None = None
    standing: Standing = Standing.NEITHER


@dataclass(frozen=True)
class Notice:
    """What the shopper told us and when. `reason` is the handle of a return reason, None while not asked yet."""

    noticed_at: datetime
    reason: str | None = None
    method: Method | None = None
    is_withdrawal: bool = False


@dataclass(frozen=True)
class Subject:
    """One line as a policy sees it. `customer` None: a guest; conditions on customers are not met."""

    line: LineFacts
    order: OrderFacts
    customer: CustomerFacts | None
    notice: Notice
