"""A return as its shopper sees it: what is so, what happens next, and what they can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.money import total
from shopify_app.orders.models import Order
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import Link, Mood, Step, StepState
from shopify_app.pages.return_dates import Clock
from shopify_app.pages.return_goods import Goods, goods_of, item
from shopify_app.pages.return_items import reason_words
from shopify_app.pages.return_methods import address, instructions
from shopify_app.pages.return_outcomes import part
from shopify_app.pages.return_page import Replacements, SettlementPart
from shopify_app.pages.return_status import Entry, SendingBack, StatusLine, StatusPage
from shopify_app.pages.return_words import DECLINED_BECAUSE, SILENT, STATES, entry
from shopify_app.pages.texts import plain
from shopify_app.returns import anew, explain, published, requests, timeline
from shopify_app.returns.models import Return, ReturnEntry, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.rules import in_force
from shopify_app.returns.states import Actor, GroupState, Reception, ReturnState, UnitDecision
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import Method, MoneyEvent, Outcome
from shopify_app.settings.returns import Returns

WAITING = frozenset({ReturnState.REQUESTED, ReturnState.MORE_WANTED})


@dataclass(frozen=True)
class Followed:
    """A return with everything its page tells; `titles` of the order's lines by Shopify's id."""

    ret: Return
    order: Order
    groups: Sequence[ReleaseGroup]
    entries: Sequence[ReturnEntry]
    goods: Goods
    titles: Mapping[int, str]
    here: Here
    settings: Returns
    transit_days: int
    may_cancel: bool

    @property
    def state(self) -> ReturnState:
        return ReturnState(self.ret.state)

    @property
    def units(self) -> list[ReturnUnit]:
        return [unit for line in self.ret.lines for unit in line.units]

    @property
    def travelling(self) -> list[ReturnUnit]:
        """Units that are to come back at all."""
        return [unit for unit in self.units if unit.reception != Reception.KEPT]

    @property
    def is_here(self) -> bool:
        """Whether everything that travels has arrived, or is known not to."""
        return all(unit.reception != Reception.EXPECTED for unit in self.travelling)

    @property
    def replacement_is_gone(self) -> bool:
        """Whether the shopper has to choose another replacement."""
        told = [each.kind for each in self.entries if each.kind in ("replacement_gone", "replacement_chosen")]
        return self.state in WAITING and bool(told) and told[-1] == "replacement_gone"

    @property
    def asked_anew(self) -> ReleaseGroup | None:
        """The part of the return that the shopper has to choose anew."""
        return anew.awaiting(self.ret, self.groups)

    @property
    def needs_the_shop(self) -> bool:
        """Whether the next word is between the shopper and the shop's people."""
        looked_at = any(group.state == GroupState.NEEDS_LOOK for group in self.groups)
        return self.state is ReturnState.DECLINED or (self.state is ReturnState.APPROVED and looked_at)

    @property
    def has_inspection(self) -> bool:
        return any(group.money_event == MoneyEvent.INSPECTION for group in self.groups)


def follow(session: Session, ret: Return, order: Order, settings: Returns, here: Here) -> Followed:
    """Seven statements."""
    groups = session.scalars(
        select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id).order_by(ReleaseGroup.position)
    )
    stamped = in_force(published.versions(session, ret.shop_id), order.placed_at)
    return Followed(
        ret,
        order,
        list(groups),
        timeline.entries(session, ret, with_internal=False),
        goods_of(session, ret.shop_id, [line.product_id for line in ret.lines]),
        {line.shopify_id: plain(line.title, 120) for line in order.lines},
        here,
        settings,
        stamped.policy.transit_days(order.country),
        requests.may_cancel(session, ret, Actor.SHOPPER),
    )


def status_page(
    seen: Followed,
    action: str,
    order_url: str | None = None,
    swaps: tuple[Replacements, ...] = (),
    problem: Phrase | None = None,
    notice: Phrase | None = None,
    answer: str = "",
    contact: Link | None = None,
) -> StatusPage:
    """The page of a return; `contact` is shown where the shop is the one to ask."""
    title, lines, mood, icon = _headline(seen)
    is_open = seen.state is ReturnState.APPROVED and not seen.is_here
    return StatusPage(
        is_over=seen.state not in (*WAITING, ReturnState.APPROVED),
        rma=seen.ret.rma,
        order_name=plain(seen.order.name, 64),
        order_url=order_url,
        title=title,
        mood=mood,
        icon=icon,
        lines=lines,
        steps=_steps(seen),
        next=_next(seen),
        items=tuple(_line(seen, line) for line in seen.ret.lines),
        parts=_parts(seen),
        sending=_sending(seen) if is_open and seen.travelling else None,
        timeline=_timeline(seen),
        action=action,
        question=_question(seen),
        answer=answer,
        swaps=swaps if seen.replacement_is_gone else (),
        may_cancel=seen.may_cancel,
        may_change=seen.may_cancel and seen.state in WAITING,
        may_tell_parcel=is_open and any(line.method == Method.OWN_CARRIER for line in seen.ret.lines),
        problem=problem,
        notice=notice,
        contact=contact if seen.needs_the_shop else None,
    )


def _headline(seen: Followed) -> tuple[Phrase, tuple[Phrase | str, ...], Mood, str]:
    ret = seen.ret
    match seen.state:
        case _ if seen.replacement_is_gone:
            return phrase("Please choose another replacement"), (_GONE,), Mood.LOOK, "alert"
        case ReturnState.REQUESTED:
            if ret.decide_by is None:
                return STATES[seen.state], (_wait(ret),), Mood.CALM, "box"
            return phrase("We answer by {day}", day=_day(seen, ret.decide_by)), (_wait(ret),), Mood.CALM, "box"
        case ReturnState.MORE_WANTED:
            return STATES[seen.state], (phrase("Please answer below, then we go on."),), Mood.LOOK, "chat"
        case ReturnState.DECLINED:
            why = DECLINED_BECAUSE.get(ret.decline_reason or "")
            said = next((each.said for each in reversed(seen.entries) if each.kind == "declined" and each.said), None)
            told = (why, plain(said, 500) if said else None, _ASK)
            return STATES[seen.state], tuple(line for line in told if line), Mood.LOOK, "alert"
        case ReturnState.CANCELLED:
            return STATES[seen.state], (phrase("Nothing is sent back and nothing is paid out."),), Mood.CALM, "back"
        case ReturnState.CLOSED:
            return STATES[seen.state], _paid_out(seen), Mood.JOY, "check"
    return _approved(seen)


_SOLD_OUT = phrase("What you chose is sold out. Nothing happens until you choose.")
_PART_GONE = phrase("A replacement has sold out. Choose below what you would like instead; the rest goes on as agreed.")
_GONE = phrase("What you chose has sold out. Choose another size or colour below, or cancel the return.")


_ASK = phrase("Please write to us if you have questions.")


def _wait(ret: Return) -> Phrase:
    return phrase_n(
        "We have your request and look at it now. Until then, please keep the item.",
        "We have your request and look at it now. Until then, please keep the items.",
        sum(line.quantity for line in ret.lines),
    )


def _approved(seen: Followed) -> tuple[Phrase, tuple[Phrase | str, ...], Mood, str]:
    states = {group.state for group in seen.groups}
    if seen.asked_anew is not None:
        return phrase("Please choose again for a part of your return"), (_PART_GONE,), Mood.LOOK, "alert"
    if GroupState.NEEDS_LOOK in states:
        return phrase("Our team is looking at your return"), (_LOOKING,), Mood.CALM, "clock"
    if not seen.travelling:
        return phrase("Your return is approved"), (phrase("You need not send anything back."),), Mood.JOY, "check"
    if not seen.is_here:
        some = sum(unit.reception == Reception.RECEIVED for unit in seen.travelling)
        units = len(seen.travelling)
        line = phrase_n("Approved. Please send the item to us.", "Approved. Please send the items to us.", units)
        if some:
            line = phrase_n(
                "{count} item has arrived; the rest is awaited.",
                "{count} items have arrived; the rest is awaited.",
                some,
            )
        return phrase_n("Please send it back", "Please send them back", units), (line,), Mood.CALM, "truck"
    if states & {GroupState.RELEASED}:
        return phrase("Your items are here, your money is on its way"), (), Mood.JOY, "check"
    if seen.has_inspection and any(unit.decision == UnitDecision.PENDING for unit in seen.travelling):
        return phrase("Your items are here"), (phrase("We are checking them now."),), Mood.CALM, "box"
    return phrase("Your items are here"), (), Mood.CALM, "box"


_LOOKING = phrase("Something needs a person. Nothing is lost: we write to you as soon as it is sorted out.")


def _paid_out(seen: Followed) -> tuple[Phrase | str, ...]:
    done = [settlement_from_stored(group.final or group.accepted) for group in seen.groups
            if group.state == GroupState.SETTLED and (group.final or group.accepted)]  # fmt: skip
    if not done:
        return ()
    return (phrase("You got {amount} in all.", amount=total([each.gets for each in done], seen.ret.currency)),)


def _steps(seen: Followed) -> tuple[Step, ...]:
    if seen.state in (ReturnState.DECLINED, ReturnState.CANCELLED):
        return ()
    dates = {each.kind: _local(seen, each.at) for each in seen.entries}
    names = [("requested", phrase("Requested"), True), ("approved", phrase("Approved"), seen.state not in WAITING)]
    if seen.travelling:
        names.append(("received", phrase("Arrived with us"), seen.state not in WAITING and seen.is_here))
    if seen.has_inspection and seen.travelling:
        decided = all(unit.decision != UnitDecision.PENDING for unit in seen.travelling)
        names.append(("inspected", phrase("Checked"), decided))
    names.append(("settled", phrase("Settled"), seen.state is ReturnState.CLOSED))
    is_over = seen.state is ReturnState.CLOSED
    reached = len(names) if is_over else next((n for n, name in enumerate(names) if not name[2]), len(names))
    return tuple(
        Step(label, _where(place, reached, is_over), dates.get(kind) if place < reached else None)
        for place, (kind, label, _) in enumerate(names)
    )


def _where(place: int, reached: int, is_over: bool) -> StepState:
    """The last step that was reached is where the return is."""
    if place >= reached:
        return StepState.TODO
    return StepState.CURRENT if place == reached - 1 and not is_over else StepState.DONE


def _next(seen: Followed) -> tuple[Phrase, ...]:
    if seen.replacement_is_gone or seen.state is ReturnState.MORE_WANTED:
        return ()
    if seen.state is ReturnState.REQUESTED:
        return (phrase("Once we have said yes, we tell you by e-mail how to send it back."),)
    if seen.state is not ReturnState.APPROVED:
        return ()
    said = []
    if not seen.is_here and seen.travelling:
        said.append(phrase("Pack the items well and keep the receipt until everything is settled."))
    if seen.has_inspection and seen.travelling:
        count = seen.settings.check_within_days
        said.append(
            phrase_n("We check them within {count} working day of their arrival.",
                     "We check them within {count} working days of their arrival.", count)
        )  # fmt: skip
    said.append(phrase("We write to you at each step."))
    return tuple(said)


def _line(seen: Followed, line: ReturnLine) -> StatusLine:
    known = next((each for each in seen.order.lines if each.shopify_id == line.line_id), None)
    shown = item(
        known.title if known else "",
        known.variant_title if known else None,
        line.quantity,
        seen.goods.picture(line.product_id, line.variant_id),
    )
    facts: list[Phrase | str] = [reason_words(line.reason)] if line.reason else []
    if line.outcome == Outcome.VARIANT_EXCHANGE and line.replacement_variant_id:
        titles = dict(seen.goods.variants.get(line.product_id or 0, ()))
        variant = titles.get(line.replacement_variant_id)
        facts += [phrase("In exchange: {variant}", variant=variant)] if variant else []
        asked = seen.asked_anew
        facts += [phrase("Sold out")] if asked is not None and asked.id == line.group_id else []
    return StatusLine(shown, (*facts, *_units(line)))


def _units(line: ReturnLine) -> list[Phrase]:
    """How far the units are, where they have gone any way."""
    arrived = sum(unit.reception == Reception.RECEIVED for unit in line.units)
    missing = sum(unit.reception == Reception.MISSING for unit in line.units)
    refused = sum(unit.decision == UnitDecision.REFUSED for unit in line.units)
    reduced = [
        unit for unit in line.units if unit.decision == UnitDecision.ACCEPTED and unit.percent not in (None, 100)
    ]
    said = []
    if arrived:
        said.append(phrase_n("{count} arrived", "{count} arrived", arrived))
    if missing:
        said.append(phrase_n("{count} was not in the parcel", "{count} were not in the parcel", missing))
    if refused:
        said.append(phrase_n("{count} could not be accepted", "{count} could not be accepted", refused))
    said += [phrase("1 accepted at {percent} %", percent=explain.number(unit.percent)) for unit in reduced]
    return said


def _parts(seen: Followed) -> tuple[SettlementPart, ...]:
    """What is or was given; nothing once the return was declined or called off, for nothing is."""
    if seen.state in (ReturnState.DECLINED, ReturnState.CANCELLED):
        return ()
    found = []
    for group in seen.groups:
        document = group.final or group.accepted
        if not document or group.state in (GroupState.CANCELLED, GroupState.FELL_AWAY):
            continue
        settlement = settlement_from_stored(document)
        given = group.settled_at if group.state == GroupState.SETTLED else None
        if given:
            made = part(settlement, seen.titles, None, _local(seen, given))
            found.append(replace(made, freed=phrase("Settled: {day}", day=_day(seen, given))))
            continue
        made = part(settlement, seen.titles, _clock(seen))
        if seen.asked_anew is group:
            made = SettlementPart(made.label, made.titles, made.amount, made.bonus, (_SOLD_OUT,), shown=made.shown)
        found.append(made)
    return tuple(found)


def _clock(seen: Followed) -> Clock:
    """Counted from when the return was approved, until then from when it was asked for."""
    ret = seen.ret
    since = _local(seen, ret.approved_at or ret.requested_at)
    country = seen.order.shop.country
    return Clock(seen.here, seen.settings, country, seen.transit_days, ret.approved_at is not None, since)


def _sending(seen: Followed) -> SendingBack:
    methods = list(dict.fromkeys(Method(line.method) for line in seen.ret.lines if line.method != Method.NONE))
    where = tuple(line for method in methods for line in address(method, seen.settings))
    return SendingBack(
        tuple(explain.METHODS[method] for method in methods), where, instructions(seen.settings, seen.here.language)
    )


def _timeline(seen: Followed) -> tuple[Entry, ...]:
    return tuple(
        Entry(entry(each.kind, each.facts, seen.ret.currency), seen.here.moment(each.at), plain(each.said, 2000))
        for each in reversed(seen.entries)
        if each.kind not in SILENT
    )


def _question(seen: Followed) -> str:
    if seen.state is not ReturnState.MORE_WANTED:
        return ""
    return plain(next((each.said for each in reversed(seen.entries) if each.kind == "more_wanted"), ""), 2000)


def _day(seen: Followed, at: datetime):
    return seen.here.day(_local(seen, at))


def _local(seen: Followed, at: datetime):
    zone: ZoneInfo = seen.here.shop
    return at.astimezone(zone).date()
