"""A return as its shopper sees it: what is so, what happens next, and what they can do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.orders.models import Order
from shopify_app.pages import return_withdrawn
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import Link, Step, StepState
from shopify_app.pages.return_balance import PAID_FIRST
from shopify_app.pages.return_cart import named
from shopify_app.pages.return_dates import Clock
from shopify_app.pages.return_followed import WAITING, Followed
from shopify_app.pages.return_goods import goods_of, item
from shopify_app.pages.return_headline import SOLD_OUT, headline
from shopify_app.pages.return_items import reason_words
from shopify_app.pages.return_methods import instructions, ways_of
from shopify_app.pages.return_page import Replacements, SettlementPart
from shopify_app.pages.return_papers import Paper
from shopify_app.pages.return_settlement import part
from shopify_app.pages.return_status import Entry, SendingBack, StatusLine, StatusPage
from shopify_app.pages.return_words import SILENT, entry
from shopify_app.pages.texts import plain
from shopify_app.returns import explain, published, requests, stock, timeline
from shopify_app.returns.balances import rows as balances
from shopify_app.returns.changing import changes
from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.rules import in_force
from shopify_app.returns.states import Actor, GroupState, Reception, ReturnState, Source, UnitDecision
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.settings.returns import Returns


def follow(session: Session, ret: Return, order: Order, settings: Returns, here: Here) -> Followed:
    """Eight statements."""
    wanted = select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id).order_by(ReleaseGroup.position)
    groups = session.scalars(wanted).all()
    bought = {item.variant_id for group in groups for item in stock.items_of(group)}
    stamped = in_force(published.versions(session, ret.shop_id), order.placed_at)
    return Followed(
        ret,
        order,
        groups,
        timeline.entries(session, ret, with_internal=False),
        goods_of(session, ret.shop_id, [line.product_id for line in ret.lines]),
        {line.shopify_id: plain(line.title, 120) for line in order.lines},
        here,
        settings,
        stamped.policy.transit_days(order.country),
        requests.may_cancel(session, ret, Actor.SHOPPER),
        changes.bar(session, ret, Actor.SHOPPER) is None,
        balances.of_return(session, ret),
        named(session, ret.shop_id, bought),
    )


@dataclass(frozen=True)
class Beside:
    """What the page of a return has that its rows do not tell: its address, the order's own page, what a sold-out
    replacement may be swapped for, whom to write to where the shop is the one to ask, and what can be printed."""

    action: str
    order_url: str | None = None
    swaps: tuple[Replacements, ...] = ()
    contact: Link | None = None
    papers: tuple[Paper, ...] = ()


def status_page(seen: Followed, beside: Beside) -> StatusPage:
    """The page of a return, before anything was done on it."""
    title, lines, mood, icon = headline(seen)
    page = StatusPage(
        rma=seen.ret.rma,
        order_name=plain(seen.order.name, 64),
        order_url=beside.order_url,
        title=title,
        mood=mood,
        icon=icon,
        lines=lines,
        steps=_steps(seen),
        next=_next(seen),
        items=tuple(_line(seen, line) for line in seen.ret.lines),
        parts=_parts(seen),
        sending=_sending(seen) if seen.is_to_come and seen.travelling else None,
        timeline=_timeline(seen),
        action=beside.action,
        contact=beside.contact if seen.needs_the_shop else None,
        papers=beside.papers,
        called=return_withdrawn.called(seen) if seen.is_withdrawal else None,
    )
    return _with_what_can_be_done(page, seen, beside.swaps)


def _with_what_can_be_done(page: StatusPage, seen: Followed, swaps: tuple[Replacements, ...]) -> StatusPage:
    """What the shopper is asked, and what they may do."""
    by_carrier = any(line.method == Method.OWN_CARRIER for line in seen.ret.lines)
    return replace(
        page,
        is_over=seen.state not in (*WAITING, ReturnState.APPROVED),
        question=_question(seen),
        swaps=swaps if seen.replacement_is_gone else (),
        choose_again=seen.replacement_is_gone and seen.may_change and bool(seen.new),
        may_cancel=seen.may_cancel,
        may_change=seen.may_change,
        may_tell_parcel=seen.is_to_come and by_carrier,
    )


def _steps(seen: Followed) -> tuple[Step, ...]:
    if seen.state in (ReturnState.DECLINED, ReturnState.CANCELLED):
        return ()
    dates = {each.kind: seen.local(each.at) for each in seen.entries}
    names = [("requested", phrase("Requested"), True), ("approved", phrase("Approved"), seen.state not in WAITING)]
    if seen.is_withdrawal:
        names = [("withdrawn", phrase("Withdrawn"), True)]
    if seen.is_paid_first:
        names.append(("settled", phrase("Settled"), True))
    if seen.travelling:
        names.append(("received", phrase("Arrived with us"), seen.state not in WAITING and seen.is_here))
    if seen.has_inspection and seen.travelling:
        decided = all(unit.decision != UnitDecision.PENDING for unit in seen.travelling)
        names.append(("inspected", phrase("Checked"), decided))
    if not seen.is_paid_first:
        names.append(("settled", phrase("Settled"), seen.state is ReturnState.CLOSED))
    is_over = seen.state is ReturnState.CLOSED and not seen.is_paid_first
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
    if not seen.is_here and seen.travelling and not seen.is_brought:
        said.append(phrase("Pack the items well and keep the receipt until everything is settled."))
    if seen.has_inspection and any(_is_unchecked(unit) for unit in seen.travelling):
        count = seen.settings.check_within_days
        said.append(
            phrase_n("We check them within {count} working day of their arrival.",
                     "We check them within {count} working days of their arrival.", count)
        )  # fmt: skip
    said.append(phrase("We write to you at each step."))
    return tuple(said)


def _is_unchecked(unit: ReturnUnit) -> bool:
    return unit.decision == UnitDecision.PENDING and unit.reception != Reception.MISSING


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
    if seen.ret.withdrawal_id is not None and line.fulfillment_line_id is None:
        facts += [phrase("Not sent yet: it stays with us")]
    return StatusLine(shown, (*facts, *_units(line)))


def _units(line: ReturnLine) -> list[Phrase]:
    """How far the units are, where they have gone any way."""
    arrived = sum(unit.reception == Reception.RECEIVED for unit in line.units)
    missing = sum(unit.reception == Reception.MISSING for unit in line.units)
    refused = sum(unit.decision == UnitDecision.REFUSED for unit in line.units)
    accepted = [unit.percent for unit in line.units if unit.decision == UnitDecision.ACCEPTED]
    reduced = Counter(explain.number(percent) for percent in accepted if percent not in (None, 100))
    said = []
    if arrived:
        said.append(phrase_n("{count} arrived", "{count} arrived", arrived))
    if missing:
        said.append(phrase_n("{count} was not in the parcel", "{count} were not in the parcel", missing))
    if refused:
        said.append(phrase_n("{count} could not be accepted", "{count} could not be accepted", refused))
    said += [
        phrase_n("{count} accepted at {percent} %", "{count} accepted at {percent} %", units, percent=percent)
        for percent, units in reduced.items()
    ]
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
            delivery = seen.deliveries.get(group.id, ())
            made = part(
                settlement, seen.titles, None, seen.local(given), seen.new, delivery, seen.paid_for.get(group.id)
            )
            found.append(replace(made, freed=phrase("Settled: {day}", day=seen.day(given))))
            continue
        made = part(settlement, seen.titles, _clock(seen), known=seen.new)
        if seen.is_withdrawal:
            made = replace(made, freed=return_withdrawn.money_by(seen))
        if group.state == GroupState.AWAITING_PAYMENT:
            made = replace(made, freed=PAID_FIRST)
        if seen.asked_anew is group:
            made = SettlementPart(made.label, made.titles, made.amount, made.bonus, (SOLD_OUT,), shown=made.shown)
        found.append(made)
    return tuple(found)


def _clock(seen: Followed) -> Clock:
    """Counted from when the return was approved, until then from when it was asked for. What the policy approves of
    a shopper's is approved a moment later: nobody promised an answer."""
    ret = seen.ret
    since = seen.local(ret.approved_at or ret.requested_at)
    is_theirs = ret.source == Source.SHOPPER and seen.state == ReturnState.REQUESTED
    is_about_to_be = is_theirs and ret.decide_by is None
    country, at_once = seen.order.shop.country, is_about_to_be or ret.approved_at is not None
    return Clock(seen.here, seen.settings, country, seen.transit_days, at_once, since)


def _sending(seen: Followed) -> SendingBack:
    methods = [Method(line.method) for line in seen.ret.lines]
    told = instructions(methods, seen.settings, seen.here.language)
    return SendingBack(ways_of(methods, seen.settings), told)


def _timeline(seen: Followed) -> tuple[Entry, ...]:
    own = return_withdrawn.ENTRIES if seen.is_withdrawal else {}
    silent = SILENT | {"approved"} if seen.is_withdrawal else SILENT
    silent |= {"closed"} if seen.is_paid_first else frozenset()  # goods are still to come
    return tuple(
        Entry(
            own.get(each.kind) or entry(each.kind, each.facts, seen.ret.currency),
            seen.here.moment(each.at),
            plain(each.said, 2000),
        )
        for each in reversed(seen.entries)
        if each.kind not in silent
    )


def _question(seen: Followed) -> str:
    if seen.state is not ReturnState.MORE_WANTED:
        return ""
    return plain(next((each.said for each in reversed(seen.entries) if each.kind == "more_wanted"), ""), 2000)
