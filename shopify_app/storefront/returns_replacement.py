"""Another replacement for one that sold out before the shop said yes: what there is, by Shopify's word of just now."""

from __future__ import annotations

from shopify_app.orders.models import Order
from shopify_app.pages.return_follow import Followed
from shopify_app.pages.return_outcomes import Swap, choice
from shopify_app.pages.return_page import Replacements
from shopify_app.returns import stock
from shopify_app.returns.replacements import with_costs
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.return_snapshots import ReturnableOrder, VariantStock
from shopify_app.shopify.transport import WEB
from shopify_app.storefront.door import adapters
from shopify_app.storefront.returns_answers import asking_shopify, order_there


def swaps_for_return(seen: Followed) -> tuple[Replacements, ...]:
    """What can be chosen instead, by live stock; with no transaction open."""
    lines = [line for line in seen.ret.lines if line.outcome == Outcome.VARIANT_EXCHANGE]
    ids = [id for line in lines for id, _ in seen.goods.variants.get(line.product_id or 0, ())]
    try:
        live = adapters().admin(seen.ret.shop_id, WEB).variant_stock(ids)
    except ShopifyError:
        return ()
    with adapters().database.read() as session:
        aside = stock.held(session, seen.ret.shop_id, ids, seen.here.now, but_return=seen.ret.id)
    return tuple(
        Replacements(
            line.fulfillment_line_id or 0,
            seen.titles.get(line.line_id, ""),
            tuple(
                choice(_swap(id, title, live[id], aside.get(id, 0)), False)
                for id, title in seen.goods.variants.get(line.product_id or 0, ())
                if id != line.variant_id and id in live and live[id].has(line.quantity + aside.get(id, 0))
            ),
        )
        for line in lines
    )


def _swap(id: int, title: str, have: VariantStock, aside: int) -> Swap:
    is_tracked = have.available is not None and not have.sells_when_out
    return Swap(id, title, (have.available or 0) - aside if is_tracked else None)


def read_afresh(order: Order, variants: list[int]) -> tuple[ReturnableOrder, dict[int, VariantStock]]:
    """Shopify's word on the order, on the stock, and on what one of each variant costs within the order; with no
    transaction open. Raises CannotSay."""
    said, admin = order_there(order), adapters().admin(order.shop_id, WEB)
    with asking_shopify():
        return said, with_costs(admin, said, variants, admin.variant_stock(variants))
