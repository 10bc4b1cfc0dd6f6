"""Returns at Shopify, whoever moved them: our own effects are recognised, what others did is followed, and goods on
their way back are recommended no more."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.events import ItemsReturned, record
from shopify_app.orders.models import Order, OrderLine
from shopify_app.returns.following import ReadTooEarly, follow, is_new
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.shipments.whole_order import apply_whole_order
from shopify_app.shopify.payload_fields import number, part
from shopify_app.shopify.payloads import BadPayload
from shopify_app.shopify.return_facts import ReturnFacts
from shopify_app.shopify.return_snapshots import OrderTooLarge, ReturnableOrder
from webhooks.orders import missing_order
from webhooks.work import NotKnownYet, Stale, Work

COMING_BACK = frozenset({"open", "closed"})
TELLS_OF_GOODS = frozenset({"returns/approve", "returns/process", "returns/close", "returns/reopen"})


def return_changed(work: Work) -> None:
    """``returns/*``. The payloads tell neither goods nor money reliably and bear no time: the return is read anew."""
    _read_and_follow(work, [_return_id(work)])


def parcel_attached(work: Work) -> None:
    """``reverse_deliveries/attach_deliverable``: of the return that it names."""
    of = part(work.payload, "return")
    if not of:
        raise Stale("it names no return")
    _read_and_follow(work, [number(of, "id")])


def goods_disposed(work: Work) -> None:
    """``reverse_fulfillment_orders/dispose``: it names only the reverse order; Shopify tells whose goods those are."""
    order_id = work.admin().order_of_reverse_order(number(work.payload, "id"))
    with work.reading() as session:
        wanted = (
            select(ReleaseGroup.shopify_return_id)
            .join(Return, Return.id == ReleaseGroup.return_id)
            .join(Order, Order.id == Return.order_id)
            .where(Order.shop_id == work.shop_id, Order.shopify_id == order_id)
            .where(ReleaseGroup.shopify_return_id.is_not(None))
        )
        known = [each for each in session.scalars(wanted) if each is not None]
    if not known:
        raise Stale("no return of ours brings these goods back")
    _read_and_follow(work, known)


def _read_and_follow(work: Work, return_ids: list[int]) -> None:
    admin = work.admin()
    read = [facts for each in return_ids if (facts := admin.return_state(each)) is not None]
    if not read:
        raise Stale("Shopify shows us no such return")
    order = missing_order(work, read[0].order_id)
    returnable = _returnable(work, read)
    try:
        with work.applying() as session:
            if order is not None:
                apply_whole_order(session, work.shop_id, order, work.now)
            for facts in read:
                _tell_of_goods(session, work, facts)
                follow(session, work.shop_id, facts, returnable, work.now)
    except ReadTooEarly as early:
        raise NotKnownYet("a step of ours was being written down") from early


def _returnable(work: Work, read: list[ReturnFacts]) -> ReturnableOrder | None:
    """What a return that we do not know yet is priced from; not asked for where none is new to us. One of an order that
    is too large to be priced stays Shopify's."""
    with work.reading() as session:
        if not any(is_new(session, work.shop_id, facts) for facts in read):
            return None
    try:
        return work.admin().returnable_order(read[0].order_id)
    except OrderTooLarge:
        return None


def _tell_of_goods(session: Session, work: Work, facts: ReturnFacts) -> None:
    if work.topic not in TELLS_OF_GOODS or facts.status not in COMING_BACK:
        return
    line_ids = [line.line_id for line in facts.lines if line.quantity > 0 and line.line_id is not None]
    wanted = select(OrderLine.order_id, OrderLine.product_shopify_id).where(
        OrderLine.shop_id == work.shop_id,
        OrderLine.shopify_id.in_(line_ids),
        OrderLine.product_shopify_id.is_not(None),
    )
    rows = session.execute(wanted).all()
    if rows:
        products = tuple(sorted({product_id for _, product_id in rows if product_id is not None}))
        record(session, work.shop_id, ItemsReturned(order_id=rows[0].order_id, product_ids=products), work.now)


def _return_id(work: Work) -> int:
    """``returns/update`` names the return by its global id only."""
    if "id" in work.payload:
        return number(work.payload, "id")
    tail = str(work.payload.get("admin_graphql_api_id", "")).rpartition("/")[2]
    if not tail.isdigit():
        raise BadPayload("The return has no id.")
    return int(tail)
