"""Shoppers of the seeded shop who want to send something back, and the workers who do what follows, in one process."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

from sqlalchemy import select

from jobs.catch_up import read_next_page, start_back_fill
from jobs.insights import count_shop, draw_shop
from jobs.many import carry_piece
from jobs.steps import carry_out_step
from shopify_app.casework.models import BulkAction
from shopify_app.leases import due
from shopify_app.orders.models import Order
from shopify_app.returns import offers, requests
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import Step
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.returns.wishes import Wish, WishIncomplete, WishLine, WrongWish
from shopify_app.shipments.models import Shipment
from wire import Wire

WISHES = ((Outcome.STORE_CREDIT, "size-too-small"), (Outcome.REFUND, "changed-my-mind"), (Outcome.REFUND, "style"))
ROUNDS = 60


def read_the_past(stage: Wire) -> None:
    """The shop's past is read to its end, and its days are counted."""
    adapters, shop_id = stage.adapters, stage.shop().id
    with adapters.database.write() as session:
        start_back_fill(session, shop_id, stage.now())
    while read_next_page(adapters, shop_id):
        pass
    count(stage)


def count(stage: Wire) -> None:
    """The figures are counted again."""
    count_shop(stage.adapters, stage.shop().id)
    draw_shop(stage.adapters, stage.shop().id)


def work(stage: Wire) -> None:
    """Workers do what is due: what was asked of many at once, and every step at Shopify."""
    adapters = stage.adapters
    with adapters.database.read() as session:
        actions = list(session.scalars(select(BulkAction.id)))
    for action in actions:
        while carry_piece(adapters, action):
            pass
    for _ in range(ROUNDS):
        with adapters.database.read() as session:
            waiting = due(session, Step, stage.now())
            later = session.scalar(select(Step.id).where(Step.state == "pending").limit(1))
        if not waiting:
            if later is None:
                return
            stage.advance(seconds=10)
        for step in waiting:
            carry_out_step(adapters, step)


def wanted_back(stage: Wire, count: int) -> list[str]:
    """So many shoppers ask for a return of the first thing in a delivered parcel; the numbers of their returns."""
    return list(islice(_asked(stage), count))


def _asked(stage: Wire) -> Iterator[str]:
    adapters, shop_id = stage.adapters, stage.shop().id
    with adapters.database.read() as session:
        returned = select(Return.order_id).where(Return.shop_id == shop_id)
        sent = select(Shipment.order_id).where(Shipment.delivered_at.is_not(None))
        open_orders = select(Order.id, Order.shopify_id).where(
            Order.shop_id == shop_id, Order.id.in_(sent), Order.id.not_in(returned), Order.customer_id.is_not(None)
        )
        orders = session.execute(open_orders.order_by(Order.placed_at.desc())).all()
    for (order_id, number), (outcome, reason) in zip(orders, cycle(WISHES), strict=False):
        found = adapters.admin(shop_id).returnable_order(number)
        line = found.lines[0] if found and found.lines else None
        if found is None or line is None:
            continue
        said = {"outcome": outcome, "reason": reason, "method": Method.OWN_CARRIER}
        wish = Wish((WishLine(line.line_id, line.fulfillment_line_id, 1, **said),))
        try:
            with adapters.database.write() as session:
                order = session.get_one(Order, order_id)
                quote = offers.keep(session, offers.price(session, order, found, wish, stage.now()))
                ret = requests.submit(session, shop_id, quote.public_id, Actor.SHOPPER, stage.now())
        except (NotEligible, WishIncomplete, WrongWish):
            continue
        yield ret.rma
