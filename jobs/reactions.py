"""What follows from each event: one table. Every follower's duty is a row of its own (`events.Reaction`): claimed,
retried and parked alone, finished in the transaction that holds its effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select

from jobs import (
    addresses,
    automations,
    balances,
    catch_up,
    mail_plans,
    merges,
    privacy,
    return_words,
    returns,
    withdrawals,
)
from jobs.duties import Duty
from shopify_app.events import Event, Reaction
from shopify_app.fault_points import reached
from shopify_app.leases import LeaseLost, WorkState, claim, retry_later
from shopify_app.observability import reactions_done
from shopify_app.orders import access
from shopify_app.queue import celery
from shopify_app.recommendations import attribution, learn
from shopify_app.returns import steps
from shopify_app.returns.models import Return
from shopify_app.returns.release import wake
from shopify_app.shipments import history
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)


def start_back_fill(duty: Duty) -> None:
    """A shop came (back): its past is read, page by page."""
    with duty.applying() as session:
        catch_up.start_back_fill(session, duty.shop_id, duty.now)


def read_plan(duty: Duty) -> None:
    """A shop came (back): which plan it has by now. Asked twice it does no harm."""
    duty.adapters.entitlements.ask(duty.shop_id)
    with duty.applying():
        pass


def count_order(duty: Duty) -> None:
    """A paid order teaches what goes with what, once."""
    with duty.applying() as session:
        learn.count_order(session, duty.shop_id, duty.order_id, duty.now)


def uncount_order(duty: Duty) -> None:
    """A cancelled or deleted order taught nothing."""
    with duty.applying() as session:
        learn.uncount_order(session, duty.shop_id, duty.order_id, duty.now)


def uncount_refunded_order(duty: Duty) -> None:
    """An order of which no money is left taught nothing; a part refund changes no counts."""
    with duty.applying() as session:
        if duty.facts["fully"]:
            learn.uncount_order(session, duty.shop_id, duty.order_id, duty.now)


def credit_net_of_refunds(duty: Duty) -> None:
    """What was refunded is taken off the credit of the recommendation that led to the order."""
    with duty.applying() as session:
        attribution.net_of_refunds(session, duty.shop_id, duty.order_id)


def note_returned(duty: Duty) -> None:
    """What was sent back is never shown to that shopper again."""
    with duty.applying() as session:
        learn.note_returned(session, duty.shop_id, duty.order_id, tuple(duty.facts["product_ids"]), duty.now)


def attribute_order(duty: Duty) -> None:
    """An order that follows a click on a recommendation is written to its credit."""
    with duty.applying() as session:
        attribution.attribute_order(session, duty.shop_id, duty.order_id, duty.now)


def learn_delivery(duty: Duty) -> None:
    """A delivered parcel teaches how long its lane takes."""
    with duty.applying() as session:
        history.learn_delivery(session, duty.shop_id, int(duty.facts["shipment_id"]), duty.now)


def end_links(duty: Duty) -> None:
    """Half a year after the last delivery nobody needs the order's links any more."""
    told = duty.facts["at"]
    delivered_at = datetime.fromisoformat(told) if told else duty.now
    with duty.applying() as session:
        access.end_links_after_delivery(session, duty.shop_id, duty.order_id, delivered_at)


def promise_order(duty: Duty) -> None:
    """A date for what is still being packed, where the shop's past allows one."""
    from shopify_app.shipments import waiting

    with duty.applying() as session:
        waiting.promise_order(session, duty.shop_id, duty.order_id, duty.now)


def follow_merge(duty: Duty) -> None:
    """Rows of the merged customer become the kept one's."""
    with duty.applying() as session:
        merges.follow(session, duty.shop_id, int(duty.facts["kept_id"]), int(duty.facts["merged_id"]))


def answer_privacy_request(duty: Duty) -> None:
    """Export or erasure, logged in the request's row."""
    with duty.applying() as session:
        privacy.carry_out(session, int(duty.facts["request_id"]), duty.now)


def carry_on(duty: Duty) -> None:
    """A return was approved, declined or called off: what its groups need next is planned, if it is not already."""
    with duty.applying() as session:
        wanted = select(Return).where(Return.id == int(duty.facts["return_id"])).with_for_update()
        wake(session, session.scalars(wanted).one(), duty.now)


def resume_steps(duty: Duty) -> None:
    """The shop lets us in again: outgoing steps that had to wait for that go on."""
    with duty.applying() as session:
        steps.resume(session, duty.shop_id, duty.now)


def mail_shopper(duty: Duty) -> None:
    """What happened is told to the shopper, by one mail."""
    with duty.applying() as session:
        mail_plans.plan_mail(session, duty.reaction_id, duty.now)


def mail_team(duty: Duty) -> None:
    """The shop's own people are mailed about what waits for them, where they asked for it."""
    with duty.applying() as session:
        mail_plans.plan_team_mail(session, duty.reaction_id, duty.now)


REACTIONS: dict[str, Callable[[Duty], None]] = {
    follower.__name__: follower
    for follower in (
        *(start_back_fill, count_order, uncount_order, uncount_refunded_order, credit_net_of_refunds, note_returned),
        *(attribute_order, learn_delivery, end_links, promise_order, follow_merge, answer_privacy_request),
        *(carry_on, resume_steps, mail_shopper, mail_team, read_plan),
        *(returns.stamp_policy, returns.approve_by_rule, returns.stand_by_last_days),
        automations.automate,
        *(addresses.correct_delivery, balances.recognise_payment, withdrawals.open_withdrawal),
        *(return_words.find_by_order, return_words.find_by_customer),
    )
}

FOLLOWERS: dict[str, tuple[str, ...]] = {
    "ShopInstalled": ("start_back_fill", "resume_steps", "read_plan"),
    "OrderPlaced": ("attribute_order", "stamp_policy"),
    "OrderPaid": ("count_order", "promise_order"),
    "OrderCancelled": ("uncount_order",),
    "OrderDeleted": ("uncount_order",),
    "OrderRefunded": ("uncount_refunded_order", "credit_net_of_refunds"),
    "ItemsReturned": ("note_returned",),
    "ShipmentCreated": ("promise_order", "find_by_order"),
    "ShipmentDelivered": ("learn_delivery", "stand_by_last_days", "end_links"),
    "CustomersMerged": ("follow_merge",),
    "CustomerRenamed": ("find_by_customer",),
    "OrderDescribedAnew": ("find_by_order",),
    "PrivacyRequested": ("answer_privacy_request",),
    **{kind: ("mail_shopper",) for kind in mail_plans.KINDS},
    "BalanceMoved": ("recognise_payment",),
    "WithdrawalReceived": ("mail_shopper", "open_withdrawal"),
    "WithdrawalTriedAgain": ("open_withdrawal",),
    **{kind: ("mail_team",) for kind in mail_plans.TEAM_KINDS},
    "NoReceiptReceived": ("mail_shopper", "mail_team"),
    "ReturnRequested": ("approve_by_rule", "mail_shopper", "mail_team"),
    "ReturnChanged": ("approve_by_rule", "carry_on", "mail_shopper"),
    "DeliveryCorrected": ("correct_delivery",),
    **{kind: ("carry_on", "mail_shopper") for kind in ("ReturnApproved", "ReturnDeclined", "ReturnCancelled")},
}
FOLLOWERS |= {kind: (*FOLLOWERS.get(kind, ()), "automate") for kind in automations.KINDS}
"""Event kind -> who follows it; `automate` only in shops that listen (`events.Listening`). `Database` writes the rows
when the event is recorded."""


@celery.task(name="jobs.react", bind=True)
def react(self: Any, *reaction_ids: int) -> None:
    """Does the duties with these ids; those that somebody else holds or has done are passed."""
    for reaction_id in reaction_ids:
        do_duty(self.app.adapters, reaction_id)


def do_duty(adapters: Adapters, reaction_id: int) -> None:
    """Claims one duty, does it and leaves the outcome in its row; raises nothing a follower may raise."""
    now = adapters.clock.now()
    reached("reaction.before_lease")
    with adapters.database.write() as session:
        lease = claim(session, Reaction, reaction_id)
        row = session.get(Reaction, reaction_id) if lease else None
        event = session.get(Event, row.event_id) if row else None
    if row is None or event is None or lease is None:
        return
    reached("reaction.after_lease")
    duty = Duty(adapters, reaction_id, row.shop_id, event.facts, lease, row.attempts, now)
    reactions_done.labels(follower=row.follower, outcome=_outcome(duty, row.follower)).inc()


def _outcome(duty: Duty, follower: str) -> str:
    try:
        REACTIONS[follower](duty)
    except LeaseLost:
        return "lease_lost"
    except Exception as failure:  # the boundary: the row keeps the type, the ladder ends in `parked`
        log.warning("reaction_failed", follower=follower, shop_id=duty.shop_id, exc_info=failure)
        return _later(duty, type(failure).__name__)
    return "done"


def _later(duty: Duty, because: str) -> str:
    try:
        with duty.adapters.database.write() as session:
            state = retry_later(session, Reaction, duty.reaction_id, duty.lease, because, duty.now)
    except LeaseLost:
        return "lease_lost"
    return "parked" if state == WorkState.PARKED else "later"
