"""What Shopify told us, typed. Two readers make each snapshot, one from a webhook payload (`payloads.py`), one from a
GraphQL node (`nodes.py`); projections know only these. Pure: no clock, no database, no network.

Ids are Shopify's integers; amounts are `Money`; times are aware, in UTC. `fact_at` is the time by which facts of one
thing are ordered: its ``updated_at``, or the delivery's ``X-Shopify-Triggered-At`` where a payload has no time.
`told_at` is that header, which orders facts of one second (`newest`); None for what was read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from shopify_app.money import Money
from shopify_app.shopify.delivery import CollectAt, Delivery
from shopify_app.shopify.markets import MarketSnapshot

T = TypeVar("T")


@dataclass(frozen=True)
class ShopSnapshot:
    """The shop's own facts; `policies` maps kind (refund, shipping, privacy, terms) to (title, HTML body, url).

    `store_credit`: whether the merchant has switched it on; None where we never asked. `locations` are (id, name).
    `markets`: None where we may not read them."""

    shopify_id: int
    domain: str
    name: str
    email: str | None
    phone: str | None
    currency: str
    timezone: str
    country: str | None
    primary_domain: str
    locales: tuple[str, ...]
    customer_accounts: str | None
    policies: dict[str, tuple[str, str, str | None]] = field(default_factory=dict)
    storefront_url: str = ""  # the online store's address, scheme included, no slash at the end
    store_credit: bool | None = None
    locations: tuple[tuple[int, str], ...] = ()
    markets: tuple[MarketSnapshot, ...] | None = None


@dataclass(frozen=True)
class Address:
    """An address as Shopify keeps it; any part may be missing."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    zip: str | None = None
    province_code: str | None = None
    country_code: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Discount:
    """A part of a discount that fell on one line; `application` numbers the order's discount applications."""

    amount: Money
    application: int
    scope: str  # line | order


@dataclass(frozen=True)
class Tax:
    amount: Money
    rate: str
    title: str


@dataclass(frozen=True)
class LineSnapshot:
    """`unit_price` before discounts; `discounts` and `taxes` for the whole quantity, as Shopify decided them. `to_send`
    units wait to be sent (None: not told)."""

    shopify_id: int
    product_id: int | None
    variant_id: int | None
    title: str
    variant_title: str | None
    sku: str | None
    vendor: str | None
    quantity: int
    current_quantity: int
    unit_price: Money
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[Tax, ...] = ()
    requires_shipping: bool = True
    is_gift_card: bool = False
    to_send: int | None = None


@dataclass(frozen=True)
class RefundSnapshot:
    """A refund that Shopify knows. `returned` are (line id, quantity) that came back with it."""

    shopify_id: int
    order_id: int
    amount: Money
    returned: tuple[tuple[int, int], ...]
    created_at: datetime


@dataclass(frozen=True)
class CustomerSnapshot:
    shopify_id: int
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    locale: str | None
    tags: tuple[str, ...]
    orders_count: int | None
    fact_at: datetime


@dataclass(frozen=True)
class FulfillmentEventSnapshot:
    """One scan as Shopify passes it on: `status` in Shopify's word, lower case; `happened_at_raw` as it was written."""

    shopify_id: int
    fulfillment_id: int
    order_id: int
    status: str
    message: str | None
    happened_at: datetime | None
    happened_at_raw: str | None
    city: str | None
    province: str | None
    country: str | None
    zip: str | None
    estimated_delivery_at: datetime | None
    fact_at: datetime


@dataclass(frozen=True)
class FulfillmentSnapshot:
    """One parcel. `status` is success, cancelled, error, failure, pending or open; `shipment_status` Shopify's word
    for the progress, lower case (None: nothing said). `events` is None when the source does not carry them."""

    shopify_id: int
    order_id: int
    name: str | None
    status: str
    shipment_status: str | None
    company: str | None
    numbers: tuple[str, ...]
    urls: tuple[str, ...]
    service: str | None
    location_id: int | None
    lines: tuple[tuple[int, int], ...]  # (order line's Shopify id, quantity)
    created_at: datetime
    delivered_at: datetime | None
    estimated_delivery_at: datetime | None
    fact_at: datetime
    events: tuple[FulfillmentEventSnapshot, ...] | None = None
    told_at: datetime | None = None


@dataclass(frozen=True)
class OrderSnapshot:
    """One order. All amounts are in `currency`, the presentment currency, but `shop_total`: `total` in
    `shop_currency` (None: not told).

    `confirmed` is Shopify's flag; packing times, `delivery` and `collect_at` come from fulfilment orders alone: None in
    webhooks' payloads.
    """

    shopify_id: int
    name: str
    email: str | None
    phone: str | None
    customer: CustomerSnapshot | None
    currency: str
    shop_currency: str
    taxes_included: bool
    subtotal: Money
    shipping: Money
    discount: Money
    tax: Money
    total: Money
    lines: tuple[LineSnapshot, ...]
    placed_at: datetime
    fact_at: datetime
    shipping_address: Address | None = None
    billing_address: Address | None = None
    locale: str | None = None
    financial_status: str | None = None
    fulfillment_status: str | None = None
    payment_gateways: tuple[str, ...] = ()
    discount_codes: tuple[str, ...] = ()
    channel: str | None = None
    is_company: bool = False
    is_test: bool = False
    confirmed: bool = True
    tags: tuple[str, ...] = ()
    status_url: str | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    closed_at: datetime | None = None
    packing_since: datetime | None = None
    packed_at: datetime | None = None
    delivery: Delivery | None = None
    collect_at: CollectAt | None = None
    fulfillments: tuple[FulfillmentSnapshot, ...] = ()
    shop_total: Money | None = None
    refunds: tuple[RefundSnapshot, ...] = ()
    told_at: datetime | None = None


@dataclass(frozen=True)
class Picture:
    url: str
    width: int | None = None
    height: int | None = None
    alt: str | None = None


@dataclass(frozen=True)
class VariantSnapshot:
    """`available` is None when stock is not tracked."""

    shopify_id: int
    inventory_item_id: int | None
    title: str
    sku: str | None
    options: tuple[str, ...]
    position: int
    price: Money
    compare_at: Money | None
    available: int | None
    sells_when_out: bool
    picture: Picture | None = None


@dataclass(frozen=True)
class HowToSnapshot:
    """One piece of how-to content out of the metafield ``postlude.how_to``."""

    phase: str
    type: str
    language: str
    title: str
    text: str
    url: str | None
    minutes: int | None
    steps: tuple[tuple[str, str | None], ...]  # (text, picture address)


@dataclass(frozen=True)
class ProductSnapshot:
    """`how_to` and `collection_ids` are None when the source does not carry them (webhooks)."""

    shopify_id: int
    handle: str
    title: str
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    is_published: bool
    is_gift_card: bool
    picture: Picture | None
    variants: tuple[VariantSnapshot, ...]
    created_at: datetime | None
    fact_at: datetime
    how_to: tuple[HowToSnapshot, ...] | None = None
    collection_ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class CollectionSnapshot:
    shopify_id: int
    handle: str
    title: str
    fact_at: datetime
    how_to: tuple[HowToSnapshot, ...] = ()


@dataclass(frozen=True)
class StockSnapshot:
    """What one location holds of one inventory item."""

    inventory_item_id: int
    location_id: int
    available: int | None
    fact_at: datetime


@dataclass(frozen=True)
class ReturnSnapshot:
    """A return that exists at Shopify: enough to know which goods are on their way back."""

    shopify_id: int
    order_id: int
    status: str
    name: str | None
    lines: tuple[tuple[int, int], ...] | None  # (order line's Shopify id, quantity); None when the source has no lines
    fact_at: datetime


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a connection: what it holds, and where the next begins (None: this was the last)."""

    nodes: tuple[T, ...]
    next_cursor: str | None
