"""Addresses that shoppers corrected before an exchange was confirmed: Shopify learns of them."""

from __future__ import annotations

from jobs.duties import Duty
from shopify_app.orders.models import Order
from shopify_app.returns import drafts, timeline
from shopify_app.returns.models import Return, ReturnDraft
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import Told

SAID = "Delivery address corrected by the shopper."


def correct_delivery(duty: Duty) -> None:
    """The corrected address becomes the order's at Shopify, with no transaction open; its country never changes. Then
    the merchant reads of it in the timeline."""
    with duty.adapters.database.read() as session:
        draft = session.get(ReturnDraft, int(duty.facts["draft_id"]))
        order = session.get(Order, duty.order_id)
        address = drafts.delivery_of(draft) if draft is not None else None
        shopify_id = order.shopify_id if order is not None and order.erased_at is None else None
    if address and shopify_id is not None:
        duty.adapters.admin(duty.shop_id).correct_address(shopify_id, address)
    with duty.applying() as session:
        ret = session.get(Return, int(duty.facts["return_id"]))
        if address and ret is not None:
            timeline.add(session, ret, Told.NOTE, Actor.SHOPPER, duty.now, said=SAID, is_internal=True)
