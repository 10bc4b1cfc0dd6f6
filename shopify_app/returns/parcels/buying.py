"""Buying a label as a step: quoted first, which costs nothing, then bought by the quote's name, so that a purchase
whose answer was lost is found again and never made twice."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.queue import send_after_commit
from shopify_app.returns import parked, timeline
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.outgoing import Answer, NotWanted, Ready, Workbench
from shopify_app.returns.parcels import labels, models, parcels, send_to, voiding
from shopify_app.returns.parcels.customs import crosses_border
from shopify_app.returns.parcels.labels import (
    BY_LABEL,
    LabelKind,
    Offer,
    ParcelAsked,
    ProviderAway,
    ProviderRefused,
    Sender,
)
from shopify_app.returns.states import Actor, GroupState, Reception, ReturnState, StepState
from shopify_app.returns.steps import StepKind
from shopify_app.returns.vocabulary import Method, MoneyEvent
from shopify_app.settings.parcels import Parcels, ReturnAddress
from shopify_app.settings.store import load
from shopify_app.shopify.errors import Unavailable, UserError, UserErrors
from shopify_app.shops.models import Shop
from shopify_app.zones import end_of_day, zone_named

NO_ADDRESS, NO_SENDER, NO_OFFER, CUSTOMS = "NO_ADDRESS", "NO_SENDER", "NO_OFFER", "CUSTOMS"
"""Why nothing was asked for, in place of a provider's code."""
NO_FILE = "NO_FILE"
"""It was bought, and its file cannot be had."""
PAID = (GroupState.AWAITING_PAYMENT, GroupState.SETTLED)


def wanted(
    session: Session, ret: Return, group: ReleaseGroup, beside: Collection[Step] = ()
) -> Iterator[dict[str, Any]]:
    """What `steps.plan` must know of each label that is to be bought for `ret`: one for each address, all with the
    return's first group, once Shopify's return is there, or is paid where approval freed the money. For goods of
    purchases that go on (`beside`) none."""
    lines = travelling(ret)
    if not _is_time(session, ret, group) or not lines:
        return
    if group.id != min(line.group_id or 0 for line in lines) or not _buys(session, ret, group, beside):
        return
    bought_for = {line_id for step in beside for line_id in step.input["lines"]}
    for place, theirs in send_to.of_lines(session, ret, lines):
        if bought_for & {line.id for line in theirs}:
            continue
        asks_code = all(line.method == Method.QR for line in theirs)
        yield {"lines": [line.id for line in theirs], "has_address": place.address is not None, "code": asks_code}


def travelling(ret: Return) -> list[ReturnLine]:
    """The lines of which something is still to come by label."""
    return [line for line in ret.lines if line.method in BY_LABEL and _pieces(line)]


def _is_time(session: Session, ret: Return, group: ReleaseGroup) -> bool:
    """A return that its payment has closed gets a label only where one was wanted before it was closed, and nothing
    has been sent."""
    if not labels.is_awaited(ret):
        return False
    if ret.state == ReturnState.CLOSED and not purchases(session, ret):
        return False
    is_paid_first = group.released_by == MoneyEvent.APPROVAL and group.state in PAID
    return group.state == GroupState.OPEN or is_paid_first


def _tried(session: Session, ret: Return) -> list[Step]:
    """Every purchase but those that were given back, unless a person did so by hand: nobody asked for another."""
    back = voiding.voided(session, ret.id) - voiding.taken_back(session, ret.id)
    return [step for step in purchases(session, ret) if step.id not in back]


def purchases(session: Session, ret: Return) -> list[Step]:
    """Every purchase of a label for `ret`, whatever became of it."""
    return list(session.scalars(select(Step).where(Step.return_id == ret.id, Step.kind == StepKind.LABEL)))


def _buys(session: Session, ret: Return, group: ReleaseGroup, beside: Collection[Step]) -> bool:
    """Whether the shop has somebody to buy from, nothing was bought or given for the return but `beside`, and nobody
    took back what was given."""
    known = {step.id for step in beside}
    if not parcels.sells_labels(session, ret.shop_id):
        return False
    if any(row.step_id not in known for row in labels.of_return(session, ret)) or labels.own_taken_back(session, ret):
        return False
    gone_wrong = group.look == Look.LABEL_FAILED  # until a person says to try again
    tried = (step for step in _tried(session, ret) if step.id not in known)
    return not any(gone_wrong or step.phase != StepState.DROPPED for step in tried)


class BuyLabel:
    """Found again by the name of the shipment that was quoted."""

    def prepare(self, bench: Workbench) -> Ready:
        provider = bench.ground.labels_of(bench.step.shop_id)
        if provider is None or not labels.is_awaited(bench.ret):
            raise NotWanted
        quoted = bench.step.input.get("shipment")
        try:
            if quoted and provider.find(quoted) is not None:
                return Ready({})
            if _has_own(bench):
                raise NotWanted
            offers = provider.quote(_asked(bench))
        except ProviderAway as away:
            raise Unavailable(str(away), sent=False) from away
        except ProviderRefused as refusal:
            raise NotWanted(_failing(refusal.code, refusal.words)) from refusal
        if not offers:
            raise NotWanted(_failing(NO_OFFER, ""))
        best = offers[0]
        cost = {"cost": best.cost.amount, "currency": best.cost.currency}
        named = {"shipment": best.shipment, "rate": best.rate, "carrier": best.carrier, "service": best.service}
        return Ready({"provider": provider.id, **named, **cost})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        said = {**bench.step.input, **input}
        cost = Money(said["cost"], said["currency"])
        provider = bench.ground.labels_of(bench.step.shop_id)
        if provider is None:
            raise UserErrors([UserError("The account is not connected any more.")])
        try:
            bought = provider.buy(Offer(said["shipment"], said["rate"], said["carrier"], said["service"], cost))
        except ProviderAway as away:
            raise Unavailable(str(away), sent=away.was_sent) from away
        except ProviderRefused as refusal:
            raise UserErrors([UserError(refusal.words, (), refusal.code)]) from refusal
        return _answer(bought)

    def look_back(self, bench: Workbench) -> Answer | None:
        provider = bench.ground.labels_of(bench.step.shop_id)
        if provider is None:
            raise Unavailable("the account is not connected", sent=False)
        try:
            bought = provider.find(bench.step.input["shipment"])
        except ProviderAway as away:
            raise Unavailable(str(away), sent=False) from away
        except ProviderRefused as refusal:
            raise Unavailable(str(refusal), sent=False) from refusal
        return _answer(bought) if bought else None

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        """The label's rows; its files are fetched by a job, and only then is it shown and told. It lasts from the day
        on which it was bought, however late that was found out."""
        ret, now = session.get_one(Return, bench.ret.id), bench.ground.clock.now()
        zone = zone_named(session.get_one(Shop, ret.shop_id).timezone)
        at = min(now, datetime.fromisoformat(answer["bought_at"])) if answer["bought_at"] else now
        last = at.astimezone(zone).date() + timedelta(days=load(session, ret.shop_id, Parcels).label_valid_days)
        provider = bench.step.input["provider"]
        has_code = answer["has_qr"] or bench.step.input.get("code")
        for kind in (LabelKind.FILE, LabelKind.QR) if has_code else (LabelKind.FILE,):
            session.add(
                models.ReturnLabel(
                    shop_id=ret.shop_id,
                    return_id=ret.id,
                    source=provider,
                    kind=kind,
                    carrier=answer["carrier"][:40],
                    number=answer["number"],
                    cost=answer["cost"] if kind is LabelKind.FILE else None,
                    currency=answer["currency"] if kind is LabelKind.FILE else None,
                    step_id=bench.step.id,
                    provider_ref=answer["shipment"],
                    added_at=now,
                    valid_until=end_of_day(last, zone),
                )
            )
        sent = parcels.Sent(answer["number"], answer["carrier"], answer["page"], provider, answer["tracker"])
        parcels.add(session, ret, sent, now)
        send_after_commit(session, labels.FETCH, bench.step.id)


def _has_own(bench: Workbench) -> bool:
    """Whether the shop gave a label of its own that works, while none could be bought, or took one back."""
    with bench.ground.database.read() as session:
        ret = session.get_one(Return, bench.ret.id)
        found = labels.usable(session, ret, bench.now)
        return any(row.source == labels.MERCHANT for row in found) or labels.own_taken_back(session, ret)


def _answer(bought: labels.BoughtLabel) -> Answer:
    return {
        "shipment": bought.shipment,
        "number": bought.number,
        "carrier": bought.carrier,
        "cost": bought.cost.amount if bought.cost else None,
        "currency": bought.cost.currency if bought.cost else None,
        "tracker": bought.tracker,
        "page": bought.page,
        "has_qr": bought.qr_url is not None,
        "bought_at": bought.bought_at.isoformat() if bought.bought_at else None,
    }


def _asked(bench: Workbench) -> ParcelAsked:
    """The parcel as the provider is asked about it. Raises NotWanted."""
    ids = set(bench.step.input["lines"])
    with bench.ground.database.read() as session:
        ret = session.get_one(Return, bench.ret.id)
        lines = [line for line in ret.lines if line.id in ids]
        settings = load(session, ret.shop_id, Parcels)
        places = [place.address for place, _ in send_to.of_lines(session, ret, lines) if place.address]
        sender = sender_of(session.get_one(Order, ret.order_id))
        pieces = sum(_pieces(line) for line in lines)
    if not places:
        raise NotWanted(_failing(NO_ADDRESS, ""))
    if sender is None:
        raise NotWanted(_failing(NO_SENDER, ""))
    to: ReturnAddress = places[0]
    if crosses_border(sender.country, sender.postcode, to.country, to.postcode):
        raise NotWanted(_failing(CUSTOMS, ""))
    grams = settings.box_grams + settings.item_grams * pieces
    size = (settings.length_cm, settings.width_cm, settings.height_cm)
    return ParcelAsked(f"{bench.ret.rma}/{bench.note}", sender, to, grams, size)


def sender_of(order: Order) -> Sender | None:
    """Who sends, from the order's own address; None where it has none that a carrier could use."""
    kept = json.loads(order.shipping_address) if order.shipping_address else {}
    names = " ".join(filter(None, (kept.get("first_name"), kept.get("last_name")))) or kept.get("company")
    if not (names and kept.get("address1") and kept.get("city") and kept.get("country_code")):
        return None
    return Sender(
        name=names,
        street=kept["address1"],
        street2=kept.get("address2") or "",
        city=kept["city"],
        province=kept.get("province_code") or "",
        postcode=kept.get("zip") or "",
        country=kept["country_code"],
        phone=kept.get("phone") or order.phone or "",
        email=order.email or "",
    )


def _failing(code: str, words: str) -> Any:
    """Writes down that there is no label, and lists the return for a person; its money goes on."""

    def books(session: Session, bench: Workbench) -> None:
        ret = session.get_one(Return, bench.ret.id)
        group = session.get_one(ReleaseGroup, bench.group.id)
        failed(session, ret, group, code, words, bench.now)

    return books


def failed(session: Session, ret: Return, group: ReleaseGroup, code: str, words: str, now: datetime) -> None:
    """There is no label to send with, for a reason that a person has to clear."""
    facts = {"code": code, "words": words}
    timeline.add(session, ret, "label_failed", Actor.CARRIER, now, facts=facts, is_internal=True)
    parked.listed(session, ret, group, Look.LABEL_FAILED, facts, now)


def _pieces(line: ReturnLine) -> int:
    return sum(unit.reception == Reception.EXPECTED for unit in line.units)
