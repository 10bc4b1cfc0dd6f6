"""What of ours stands around an order that somebody may send things back from: parcels, goods, bonuses, other requests.
Read at once; nothing of it depends on what is asked for, so it is read once for several questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, cast, literal, select

from shopify_app.catalogue.models import Collection, CollectionProduct, Product
from shopify_app.customers.models import Customer
from shopify_app.db import Session
from shopify_app.orders.models import Order, OrderLine
from shopify_app.returns import past, published
from shopify_app.returns.models import ListedCustomer, ReturnWindowDay
from shopify_app.returns.parcels.models import ProviderAccount
from shopify_app.returns.past import Spoken
from shopify_app.returns.rules import PolicyVersion
from shopify_app.returns.standing import worst_of
from shopify_app.returns.vocabulary import Standing
from shopify_app.returns.withdrawing.models import WAITING, Withdrawal
from shopify_app.returns.withdrawing.spoken_for import units_of
from shopify_app.shipments.models import Shipment, ShipmentLine
from shopify_app.together import Parts

FINAL_SALE_TAGS = frozenset({"final sale", "final-sale", "final_sale", "finalsale"})
"""Tags of a product, in any case, that exclude it from voluntary returns."""


class Goods(NamedTuple):
    """What the catalogue says of a product today; nothing for one that is gone."""

    tags: frozenset[str] = frozenset()
    type: str | None = None
    vendor: str | None = None
    collections: frozenset[int] = frozenset()

    @property
    def is_final_sale(self) -> bool:
        """Whether a tag says so."""
        return any(tag.casefold() in FINAL_SALE_TAGS for tag in self.tags)


@dataclass(frozen=True)
class Parcel:
    """When it left, when it arrived, and when word of that reached us."""

    shipped_at: datetime | None
    delivered_at: datetime | None
    known_at: datetime | None


@dataclass(frozen=True)
class KnownCustomer:
    """Whose order it is, as Shopify tells us."""

    tags: tuple[str, ...]
    order_count: int


@dataclass(frozen=True)
class Surroundings:
    """By Shopify's ids: `goods` by product (those that the catalogue does not know are left out), `parcels` by
    fulfilment, `told` the last days that we stand by, by (fulfilment, order line), None for no limit, `sent_units` by
    order line. `customer` None: a guest's order. `record` and `grants` are rows for `past`, `versions` the
    shop's policies, oldest first."""

    versions: tuple[PolicyVersion, ...]
    goods: Mapping[int, Goods]
    parcels: Mapping[int, Parcel]
    told: Mapping[tuple[int, int], date | None]
    sent_units: Mapping[int, int]
    spoken_for: tuple[Spoken, ...]
    declarations: tuple[tuple[int, list[dict[str, int]]], ...]
    customer: KnownCustomer | None
    standing: Standing
    record: tuple[Any, ...]
    grants: tuple[Any, ...]
    is_followed: bool
    has_labels: bool

    def declared(self, *, before: int | None = None) -> dict[int, int]:
        """Units that declarations name which nobody has carried out yet, by line; of those made `before` one (our id)
        alone, where it is given: who came first is served first."""
        return units_of(lines for made, lines in self.declarations if before is None or made < before)


def around(session: Session, order: Order) -> Surroundings:
    """Two statements."""
    rows = _parts().rows(
        session, shop=order.shop_id, order=order.id, customer=order.customer_id or 0, email=order.email_hash
    )
    known = rows["customer"][0] if rows["customer"] else None
    return Surroundings(
        versions=published.versions(session, order.shop_id),
        goods=_goods(rows["products"], rows["collections"]),
        parcels={shopify_id: Parcel(*times) for shopify_id, *times in rows["parcels"]},
        told={(parcel, line): day for parcel, line, day in rows["told"]},
        sent_units=_sent_units(rows["sent"]),
        spoken_for=tuple(Spoken(*row) for row in rows["spoken_for"]),
        declarations=tuple((each_id, lines) for each_id, lines in rows["declared"]),
        customer=KnownCustomer(tuple(known[0]), known[1]) if known else None,
        standing=worst_of({standing for (standing,) in rows["standing"]}),
        record=tuple(rows["record"]),
        grants=tuple(rows["grants"]),
        is_followed=bool(rows["accounts"]),
        has_labels=any(is_seller for (is_seller,) in rows["accounts"]),
    )


def _goods(products: list[Any], collections: list[Any]) -> dict[int, Goods]:
    within: dict[int, set[int]] = {}
    for product_id, collection_id in collections:
        within.setdefault(product_id, set()).add(collection_id)
    return {
        shopify_id: Goods(frozenset(tags), kind or None, vendor, frozenset(within.get(key, ())))
        for key, shopify_id, tags, kind, vendor in products
    }


def _sent_units(rows: list[Any]) -> dict[int, int]:
    units: dict[int, int] = {}
    for line, quantity in rows:
        units[line] = units.get(line, 0) + quantity
    return units


@cache
def _parts() -> Parts:
    shop, order = bindparam("shop"), bindparam("order")
    products = select(OrderLine.product_shopify_id).where(OrderLine.order_id == order)
    own_goods = Product.shop_id == shop, Product.shopify_id.in_(products)
    own_parcels = Shipment.shop_id == shop, Shipment.order_id == order
    its_collections = (
        select(CollectionProduct.product_id, Collection.shopify_id)
        .join(Collection, Collection.id == CollectionProduct.collection_id)
        .join(Product, Product.id == CollectionProduct.product_id)
    )
    told = select(Shipment.shopify_id, ReturnWindowDay.line_id, ReturnWindowDay.last_day)
    sent = select(ShipmentLine.line_shopify_id, ShipmentLine.quantity)
    return Parts(
        products=select(Product.id, Product.shopify_id, Product.tags, Product.product_type, Product.vendor).where(
            *own_goods
        ),
        collections=its_collections.where(CollectionProduct.shop_id == shop, *own_goods),
        parcels=select(
            Shipment.shopify_id, Shipment.shipped_at, Shipment.delivered_at, Shipment.delivery_known_at
        ).where(*own_parcels),
        told=told.join(Shipment, Shipment.id == ReturnWindowDay.shipment_id).where(*own_parcels),
        sent=sent.join(Shipment, Shipment.id == ShipmentLine.shipment_id).where(
            *own_parcels, Shipment.cancelled_at.is_(None)
        ),
        spoken_for=past.spoken_for(),
        declared=select(Withdrawal.id, Withdrawal.lines).where(
            Withdrawal.shop_id == shop, Withdrawal.order_id == order, Withdrawal.state.in_(WAITING)
        ),
        customer=select(Customer.tags, Customer.orders_count).where(Customer.id == bindparam("customer")),
        standing=_listed(),
        record=past.record(),
        grants=past.grants(),
        accounts=_accounts(),
    )


def _listed() -> Any:
    """On which lists the customer is, by id or by the hash of the address on the order."""
    its_id = select(Customer.shopify_id).where(Customer.id == bindparam("customer")).scalar_subquery()
    keys = [literal("customer:") + cast(its_id, String), literal("email:") + bindparam("email", type_=String)]
    return select(ListedCustomer.standing).where(
        ListedCustomer.shop_id == bindparam("shop"), ListedCustomer.key.in_(keys)
    )


def _accounts() -> Any:
    return select(ProviderAccount.is_label_seller).where(
        ProviderAccount.shop_id == bindparam("shop"), ProviderAccount.api_key.is_not(None)
    )
