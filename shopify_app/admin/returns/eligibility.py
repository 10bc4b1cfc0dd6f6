"""Which rule of which policy version decided what for a return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from flask import Response
from sqlalchemy import select

from shopify_app.admin.door import adapters, blueprint, shopify
from shopify_app.admin.frame import show
from shopify_app.admin.returns.door import mine_with_order
from shopify_app.admin.returns.verbs import AWAY
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.badges import WAYS_BACK
from shopify_app.returns import offers, requests
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.explain import OUTCOMES
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.plainly import TOO_LARGE, why_not
from shopify_app.returns.verdicts import Aspect, Decision
from shopify_app.shipments.models import Shipment
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.return_snapshots import OrderTooLarge, ReturnableLine, ReturnableOrder

ORDER_GONE = phrase("Shopify does not show this order any more, so nobody can say today what the policy would decide.")


ASPECTS: Mapping[Aspect, Phrase] = MappingProxyType(
    {
        Aspect.OUTCOME: phrase("What they get"),
        Aspect.WINDOW: phrase("Until when"),
        Aspect.RESTOCKING: phrase("Restocking fee"),
        Aspect.SHIPPING: phrase("Fee for sending it back"),
        Aspect.BONUS: phrase("Bonus"),
        Aspect.MONEY_EVENT: phrase("When the money moves"),
        Aspect.METHOD: phrase("Way back"),
        Aspect.AT_FAULT: phrase("Whose fault it is"),
        Aspect.KEEP_BELOW: phrase("Kept below"),
        Aspect.PHOTOS: phrase("Photos"),
        Aspect.QUESTION: phrase("Question"),
        Aspect.APPROVAL: phrase("Approval"),
    }
)
PARTS: Mapping[str, Phrase] = MappingProxyType({**OUTCOMES, **WAYS_BACK})
"""What some aspects are decided for, one by one."""


@dataclass(frozen=True)
class Judged:
    """A line of the return with what the policy says of it. `chosen` is the outcome and the method asked for."""

    line: EligibleLine
    chosen: frozenset[str]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided of the line as it was asked for."""
        return tuple(each for each in self._told if not each.part or each.part in self.chosen)

    @property
    def others(self) -> tuple[Decision, ...]:
        """What was decided of the ways not taken."""
        return tuple(each for each in self._told if each.part and each.part not in self.chosen)

    @property
    def _told(self) -> list[Decision]:
        return [each for each in self.line.verdict.decisions if each.sentence or each.rule]

    @property
    def reasons(self) -> list[object]:
        """Why it cannot come back, in words; empty where it can."""
        return [why_not(reason) for reason in self.line.verdict.reasons]

    @property
    def refused(self) -> list[tuple[object, object]]:
        """Outcomes that it cannot have, each with why."""
        return [(OUTCOMES[outcome], why_not(reason)) for outcome, reason in self.line.verdict.refused]


@blueprint.get("/returns/<rma>/eligibility")
def eligibility(rma: str) -> Response:
    """The policy's word on the return's lines, at the moment of the shopper's notice."""
    with adapters().database.read() as session:
        order = mine_with_order(session, rma).order
    try:
        returnable = shopify().returnable_order(order.shopify_id)
    except ShopifyError:
        return _page(rma, (), AWAY, 503)
    except OrderTooLarge:
        return _page(rma, (), TOO_LARGE, 200)
    if returnable is None:
        return _page(rma, (), ORDER_GONE, 200)
    return _page(rma, _judged(rma, returnable), None, 200)


def _judged(rma: str, returnable: ReturnableOrder) -> tuple[Judged, ...]:
    """Only lines of this return, reckoned as if it did not exist."""
    with adapters().database.read() as session:
        ret = mine_with_order(session, rma)
        lines = offers.eligible(
            session,
            ret.order,
            as_asked(session, ret, returnable),
            ret.requested_at,
            wish=requests.wish_of(session, ret),
            without_return=ret.id,
        )
        chosen = {line.fulfillment_line_id: frozenset({line.outcome, line.method}) for line in ret.lines}
    return tuple(Judged(line, chosen[line.fulfillment_line_id]) for line in lines if line.fulfillment_line_id in chosen)


def as_asked(session: Session, ret: Return, returnable: ReturnableOrder) -> ReturnableOrder:
    """Shopify's word with this return's own units put back: once its return is made there, they are spoken for."""
    parcels = session.scalars(select(Shipment).where(Shipment.order_id == ret.order_id)).all()
    lines = {line.fulfillment_line_id: line for line in returnable.lines}
    for line in ret.lines:
        if not line.fulfillment_line_id:
            continue
        left, parcel = lines.get(line.fulfillment_line_id), _parcel_of(line, parcels)
        lines[line.fulfillment_line_id] = ReturnableLine(
            fulfillment_id=parcel.shopify_id if parcel else line.fulfillment_id or 0,
            fulfillment_line_id=line.fulfillment_line_id,
            line_id=line.line_id,
            quantity=line.quantity + (left.quantity if left else 0),
            sent=left.sent if left else line.quantity,
            fulfilled_at=left.fulfilled_at if left else parcel and parcel.shipped_at,
            delivered_at=left.delivered_at if left else parcel and parcel.delivered_at,
        )
    return replace(returnable, lines=tuple(lines.values()))


def _parcel_of(line: ReturnLine, parcels: Sequence[Shipment]) -> Shipment | None:
    """The parcel that a line of a return came in. Shopify does not name it of returns that were begun there: then it is
    one that carried the same line of the order."""
    carried = [each for each in parcels if line.line_id in {part.line_shopify_id for part in each.lines}]
    return next((each for each in parcels if each.shopify_id == line.fulfillment_id), next(iter(carried), None))


def _page(rma: str, judged: tuple[Judged, ...], refusal: Phrase | None, status: int) -> Response:
    return show(
        "return_eligibility.html", status, rma=rma, judged=judged, refusal=refusal, aspects=ASPECTS, parts=PARTS
    )
