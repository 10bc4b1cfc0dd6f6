"""What each action does to our own rows. What needs Shopify or another house is the worker's (`jobs.automations`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from shopify_app.automations.actions import Assign, MailShopper, MailTeam
from shopify_app.automations.firing import because_of, is_held
from shopify_app.automations.models import Effect, Firing
from shopify_app.automations.vocabulary import Why
from shopify_app.casework import assigning
from shopify_app.casework.replies import filled
from shopify_app.customers.models import Customer
from shopify_app.db import Session
from shopify_app.events import BECAUSE_OF, Event
from shopify_app.messages.automated import plan_automated
from shopify_app.messages.automated_story import Said
from shopify_app.messages.plan import MailKind
from shopify_app.orders.models import Order
from shopify_app.returns import requests
from shopify_app.returns.desk.many import subject_of
from shopify_app.returns.models import Return
from shopify_app.returns.plainly import REFUSALS
from shopify_app.returns.states import Actor, ReturnState, Source
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load
from shopify_app.shipments.models import Shipment
from shopify_app.shopify.return_snapshots import VariantStock

BY = "automation"
"""Who did it, where a row names a member of staff."""


class Refused(Exception):
    """The action does not fit how things are; `why` says so. It is not tried again."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def order_of(session: Session, effect: Effect) -> Order:
    """The order it is about. Raises Refused where it was erased."""
    order = session.get_one(Order, effect.order_id)
    if order.erased_at is not None or order.deleted_at is not None:
        raise Refused(Why.ERASED)
    return order


def mail_team(session: Session, effect: Effect, action: MailTeam, now: datetime) -> None:
    """To the address that the rule names, else the team's own. Raises Refused."""
    order, firing = order_of(session, effect), session.get_one(Firing, effect.firing_id)
    recipient = action.to or load(session, effect.shop_id, Returns).team_mail
    if recipient is None:
        raise Refused(Why.NOBODY_TO_WRITE_TO)
    ret = _return(session, effect)
    subject = f"{firing.rule}: {ret.rma if ret else order.name}"
    words = filled(action.words, _facts(order, ret, None))
    said = Said({"en": subject}, {"en": words}, ret.rma if ret else "")
    plan_automated(session, order, MailKind.TEAM_AUTOMATION, effect.id, said, recipient, now, effect.return_id)


def mail_shopper(session: Session, effect: Effect, action: MailShopper, now: datetime) -> None:
    """To the address of the order. Raises Refused where it has none."""
    order, ret = order_of(session, effect), _return(session, effect)
    if not order.email:
        raise Refused(Why.NOBODY_TO_WRITE_TO)
    customer = session.get(Customer, order.customer_id) if order.customer_id else None
    facts = _facts(order, ret, customer)
    subject, words = (
        {code: filled(text, facts) for code, text in texts.items()} for texts in (action.subject, action.words)
    )
    said = Said(subject, words, ret.rma if ret else "")
    plan_automated(session, order, MailKind.AUTOMATED, effect.id, said, order.email, now, effect.return_id)


def assign(session: Session, effect: Effect, action: Assign, now: datetime) -> None:
    """Gives the return to a person or a team. Raises Refused."""
    ret = _return(session, effect)
    if ret is None:
        raise Refused(Why.NO_RETURN)
    try:
        assigning.assign(session, subject_of(ret), action.to, BY, now)
    except assigning.NotAssigned as failure:
        raise Refused(Why.DOES_NOT_FIT) from failure


def hold(session: Session, effect: Effect) -> None:
    """The request waits for a person: the row says so. Raises Refused where it waits no more."""
    ret = _return(session, effect)
    if ret is None:
        raise Refused(Why.NO_RETURN)
    if ret.state != ReturnState.REQUESTED:
        raise Refused(Why.DECIDED)


def approve(session: Session, effect: Effect, live: Mapping[int, VariantStock] | None, now: datetime) -> Why | None:
    """Says yes as a policy's rule would; None where it did. A replacement that is gone stops it, and its shopper is
    asked: that is written down and no refusal of the transaction. Raises Refused."""
    ret = _return(session, effect)
    if ret is None:
        raise Refused(Why.NO_RETURN)
    session.refresh(ret, with_for_update=True)
    if ret.source != Source.SHOPPER or ret.withdrawal_id is not None:
        raise Refused(Why.NOT_THEIRS)
    if ret.state != ReturnState.REQUESTED:
        raise Refused(Why.DECIDED)
    if is_held(session, ret.id, before=effect.id):
        raise Refused(Why.HELD)
    try:
        with because_of(session, *_causes(session, effect)):
            said = requests.approve(session, ret, Actor.RULE, now, live=live)
    except REFUSALS as failure:
        raise Refused(Why.DOES_NOT_FIT) from failure
    return None if said.is_approved else Why.OUT_OF_STOCK


def told(session: Session, effect: Effect, shop: str) -> dict[str, Any]:
    """What a merchant's own address is sent: ids, numbers and states, nothing personal."""
    order, firing, ret = order_of(session, effect), session.get_one(Firing, effect.firing_id), _return(session, effect)
    event = session.get(Event, firing.event_id)
    named = event.facts.get("shipment_id") if event is not None else None
    parcel = session.get(Shipment, int(named)) if named is not None else None
    return {
        "event": firing.kind,
        "shop": shop,
        "fired_at": firing.fired_at.isoformat(),
        "rule": {"key": firing.rule_key, "name": firing.rule, "version": firing.version},
        "order": {"id": order.shopify_id, "name": order.name},
        "return": {"number": ret.rma, "state": ret.state} if ret is not None else None,
        "parcel": _parcel(parcel),
    }


def _parcel(parcel: Shipment | None) -> dict[str, Any] | None:
    """Without its number: whoever has that can ask the carrier where somebody lives."""
    if parcel is None:
        return None
    return {"fulfillment_id": parcel.shopify_id, "state": parcel.state, "carrier": parcel.carrier}


def _return(session: Session, effect: Effect) -> Return | None:
    return session.get(Return, effect.return_id) if effect.return_id is not None else None


def _facts(order: Order, ret: Return | None, customer: Customer | None) -> dict[str, str]:
    """What stands in the places of saved replies (`casework.replies.PLACES`)."""
    return {
        "first_name": (customer.first_name if customer else None) or "",
        "order": order.name,
        "number": ret.rma if ret is not None else "",
        "shop": order.shop.name,
    }


def _causes(session: Session, effect: Effect) -> set[str]:
    """The rule itself, and those whose doing its event was."""
    firing = session.get_one(Firing, effect.firing_id)
    facts = session.scalar(select(Event.facts).where(Event.id == firing.event_id)) or {}
    return {firing.rule_key, *facts.get(BECAUSE_OF, ())}
