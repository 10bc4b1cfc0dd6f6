"""The way of a parcel as steps: what has happened, where it is, what is still to come. Pure."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.models import Order
from shopify_app.pages.facts import ParcelFact
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import Step, StepState
from shopify_app.pages.ways import goes_to_a_point, is_brought_by_us, is_to_collect
from shopify_app.shipments.states import ParcelState as P
from shopify_app.shipments.states import Reason

Dated = tuple[Phrase, datetime | None]


def steps_of(fact: ParcelFact, state: str, order: Order, here: Here) -> tuple[Step, ...]:
    """The way of a parcel that is going to the shopper; none for one that turned back, was cancelled, is an e-mail
    or was taken along at the till.

    Confirmed and packed are steps only where a source said so."""
    if state in (P.RETURNING, P.RETURNED, P.LOST_OR_DESTROYED, P.CANCELLED) or fact.kind == "digital":
        return ()
    if order.is_taken_along:
        return ()
    has_left = fact.reason != Reason.BEING_PREPARED  # else somebody has only been asked to send it
    left_at = fact.accepted_at or (fact.shipped_at if has_left else None)
    steps = [(phrase("Ordered"), order.placed_at), *before_parcel(order, left_at)]
    if fact.kind == "pickup":
        ready_at = _first(fact, P.READY_FOR_PICKUP) or (order.packed_at if is_to_collect(order) else None)
        rest = [(phrase("Ready"), ready_at), (phrase("Collected"), fact.delivered_at)]
        return with_states(steps, rest, (state == P.READY_FOR_PICKUP) + 2 * (state == P.DELIVERED), here)
    if fact.kind == "local_delivery":
        out_at = _first(fact, P.OUT_FOR_DELIVERY)
        rest = [(phrase("Out for delivery"), out_at), (phrase("Delivered"), fact.delivered_at)]
        return with_states(steps, rest, (state == P.OUT_FOR_DELIVERY) + 2 * (state == P.DELIVERED), here)
    return with_states(steps, *_on_the_road(fact, state, goes_to_a_point(order)), here)


def was_collected(fact: ParcelFact) -> bool:
    """Whether whoever waited for it fetched it, in the shop or where a carrier left it: what waited at a counter until
    it was delivered was taken from there (Shopify has no event of its own for that)."""
    if fact.reason == Reason.COLLECTED or fact.kind == "pickup":
        return True
    told = [state for state, _ in groupby(scan.state for scan in fact.scans if scan.state != P.UNKNOWN)]
    return fact.reason is None and told[-2:] == [P.READY_FOR_PICKUP, P.DELIVERED]


def _on_the_road(fact: ParcelFact, state: str, to_point: bool) -> tuple[list[Dated], int]:
    to_collect = to_point or state == P.READY_FOR_PICKUP or _first(fact, P.READY_FOR_PICKUP)
    to_collect = was_collected(fact) if state == P.DELIVERED else to_collect
    near = phrase("Ready") if to_collect else phrase("Out for delivery")
    near_at = _first(fact, P.READY_FOR_PICKUP if to_collect else P.OUT_FOR_DELIVERY)
    arrived = phrase("Collected") if to_collect else phrase("Delivered")
    moved = fact.accepted_at or _first(fact, P.ACCEPTED) or _first(fact, P.IN_TRANSIT)
    rest = [(phrase("On its way"), moved), (near, near_at), (arrived, fact.delivered_at)]
    return rest, _reached(state, bool(near_at), bool(moved))


def _reached(state: str, is_near: bool, has_moved: bool) -> int:
    """How many of on its way, near and delivered have begun."""
    match state:
        case P.DELIVERED:
            return 3
        case P.OUT_FOR_DELIVERY | P.READY_FOR_PICKUP | P.DELIVERY_ATTEMPTED:
            return 2
        case P.AWAITING_DATA | P.LABEL_CREATED:
            return 0
        case P.DELAYED | P.ACTION_REQUIRED:
            return 2 if is_near else int(has_moved)
    return 1


def to_come(order: Order) -> list[Dated]:
    """The steps ahead of what is in no parcel yet."""
    if is_to_collect(order):
        return [(phrase("Ready"), order.packed_at), (phrase("Collected"), None)]
    if is_brought_by_us(order):
        return [(phrase("Out for delivery"), None), (phrase("Delivered"), None)]
    if goes_to_a_point(order):
        return [(phrase("On its way"), None), (phrase("Ready"), None), (phrase("Collected"), None)]
    return [(phrase("On its way"), None), (phrase("Out for delivery"), None), (phrase("Delivered"), None)]


def before_parcel(order: Order, left_at: datetime | None = None) -> list[Dated]:
    """The step between ordering and the parcel that a source told us of, the latest alone. What is packed to be
    collected is ready, a step of its own. Of a parcel that left at `left_at` tells what was before: what is packed
    later is the rest of the order."""
    if order.packed_at and not is_to_collect(order) and not (left_at and left_at < order.packed_at):
        return [(phrase("Packed"), order.packed_at)]
    if order.packing_since and not (left_at and left_at < order.packing_since):
        return [(phrase("Being packed"), order.packing_since)]
    if order.confirmed_at:
        return [(phrase("Confirmed"), order.confirmed_at)]
    return []


def with_states(first: list[Dated], rest: list[Dated], reached: int, here: Here) -> tuple[Step, ...]:
    """The steps in order, of which all of `first` and the first `reached` of `rest` have begun."""
    everything = first + rest
    current = len(first) + reached - 1
    is_finished = reached == len(rest)
    steps = []
    for place, (label, at) in enumerate(everything):
        state = StepState.DONE if place < current or is_finished else StepState.CURRENT
        state = StepState.TODO if place > current else state
        on = at.astimezone(here.reader).date() if at and state is not StepState.TODO else None
        steps.append(Step(label, state, on))
    if is_finished:
        steps[-1] = Step(steps[-1].label, StepState.CURRENT, steps[-1].on)
    return tuple(steps)


def _first(fact: ParcelFact, state: str) -> datetime | None:
    return next((scan.instant for scan in fact.scans if scan.state == state and scan.instant), None)
