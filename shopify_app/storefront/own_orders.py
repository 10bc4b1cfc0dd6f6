"""The signed-in customer's own orders, to begin something with one of them."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.i18n import Moment
from shopify_app.orders.access import Access, make_pass, orders_of
from shopify_app.orders.models import Order, OrderLine
from shopify_app.pages.items import NAMED
from shopify_app.pages.return_start import OwnOrder
from shopify_app.pages.texts import plain
from shopify_app.storefront.door import adapters, call
from shopify_app.storefront.returns_answers import Setting


def own_orders(session: Session, setting: Setting, door: str) -> tuple[OwnOrder, ...]:
    """Newest first, each leading to ``<door>/o`` with a pass of its own; none for who is not signed in. Two
    statements."""
    customer = call().customer_id
    if customer is None:
        return ()
    orders = orders_of(session, setting.shop.id, customer)
    ids = [order.id for order in orders]
    lines = session.execute(
        select(OrderLine.order_id, OrderLine.title).where(OrderLine.order_id.in_(ids)).order_by(OrderLine.id)
    ).all()
    return tuple(_own(setting, order, [title for id, title in lines if id == order.id], door) for order in orders)


def _own(setting: Setting, order: Order, titles: list[str], door: str) -> OwnOrder:
    different = tuple(dict.fromkeys(plain(title, 120) for title in titles))
    key = make_pass(adapters().database.keyring, order, Access.OWNER, setting.now)
    chosen = {"lang": setting.language.code} if request.args.get("lang") else {}  # else it speaks the order's own
    return OwnOrder(
        name=plain(order.name, 64),
        placed=Moment(setting.here.moment(order.placed_at).day, None),
        titles=different[:NAMED],
        more=max(0, len(different) - NAMED),
        url=setting.place.path(f"{door}/o?{urlencode({'key': key} | chosen)}"),
    )
