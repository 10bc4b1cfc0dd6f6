"""A change of a return priced for somebody who decides for its shopper, with Shopify's word of just now. No transaction
is open while Shopify is asked."""

from __future__ import annotations

from datetime import datetime

from shopify_app.db import Database, Session
from shopify_app.orders.models import Order
from shopify_app.returns import for_customer, offers
from shopify_app.returns.changing import changes
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.states import Actor
from shopify_app.returns.wishes import Wish, from_json
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.return_snapshots import ReturnableOrder


class OrderHidden(Exception):
    """Shopify does not show the order any more."""


def read_order(database: Database, admin: AdminAPI, return_id: int) -> ReturnableOrder:
    """Shopify's word on the return's order. Raises OrderHidden and ShopifyError."""
    with database.read() as session:
        order = session.get_one(Order, session.get_one(Return, return_id).order_id)
    return order_at_shopify(admin, order)


def order_at_shopify(admin: AdminAPI, order: Order) -> ReturnableOrder:
    """Its word on the order. Raises OrderHidden and ShopifyError."""
    found = admin.returnable_order(order.shopify_id)
    if found is None:
        raise OrderHidden
    return found


def quote_of(database: Database, admin: AdminAPI, return_id: int, wish: Wish, by: Actor, now: datetime) -> ReturnQuote:
    """The stored quote of the change. Raises OrderHidden, ShopifyError and what `changes.propose` raises."""
    returnable = read_order(database, admin, return_id)
    live = for_customer.priced_stock(admin, returnable, wish)

    def priced(session: Session, carts: offers.Carts) -> ReturnQuote:
        ret = session.get_one(Return, return_id)
        return changes.propose(session, ret, returnable, wish, by, now, live=live, carts=carts)

    return for_customer.stored(database, admin, returnable, wish, priced)


def stock_of(admin: AdminAPI, quote: ReturnQuote) -> for_customer.Live | None:
    """Shopify's stock of what the quote promises, None where that is nothing."""
    return for_customer.stock_of(admin, from_json(quote.wish))
