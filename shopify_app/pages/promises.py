"""What may come back, and until when: seen before anybody has to ask. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.orders.models import Order
from shopify_app.orders.unsent import still_to_send
from shopify_app.pages.facts import LineFact, OrderPicture, ParcelFact
from shopify_app.pages.items import named
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import Item, Link, ReturnDate, ReturnsPromise
from shopify_app.pages.return_items import listed, reason_words
from shopify_app.pages.return_words import state
from shopify_app.pages.texts import followable, paragraphs, plain
from shopify_app.returns import explain
from shopify_app.returns.last_days import LastDay
from shopify_app.returns.reasons import NotDeliveredYet, OutsideWindow
from shopify_app.returns.vocabulary import EXCHANGES, Outcome
from shopify_app.shipments.states import ParcelState as P
from shopify_app.shops.models import Shop

_REFUND, _CREDIT, _EXCHANGE = Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE
_KINDS: dict[frozenset[Outcome], Phrase] = {
    frozenset({_REFUND}): explain.OUTCOMES[_REFUND],
    frozenset({_CREDIT}): explain.OUTCOMES[_CREDIT],
    frozenset({_EXCHANGE}): phrase("Exchange"),
    frozenset({_REFUND, _CREDIT}): phrase("Refund or store credit"),
    frozenset({_REFUND, _EXCHANGE}): phrase("Refund or exchange"),
    frozenset({_CREDIT, _EXCHANGE}): phrase("Exchange or store credit"),
}
"""What may be chosen until some day, in a word; any of the exchanges is an exchange."""


def returns_promise(shop: Shop, order: Order, picture: OrderPicture, here: Here) -> ReturnsPromise | None:
    """The last day per item (delivery + `return_window_days`, to the end of the shop's day) and the policy in short.

    None when the shop promises nothing and has no policy, or the order was cancelled."""
    window = picture.settings.tracking.return_window_days
    policy, url = _policy(shop)
    if order.cancelled_at or order.erased_at or (not window and not policy):
        return None
    groups = _by_delivery(picture, here.shop) if window else {}
    if not groups and not policy:
        return None
    dates = tuple(_return_date(delivered, titles, window or 0, here) for delivered, titles in groups.items())
    return ReturnsPromise(_headline(list(groups), window, here), dates, policy, url)


@dataclass(frozen=True)
class ReturnMade:
    """A return that there is, by the number that its shopper knows it by: of a withdrawal the declaration's."""

    number: str
    state: str
    address: str
    is_withdrawal: bool


@dataclass(frozen=True)
class ReturnsFacts:
    """What the returns room says of an order: the last day of each item, returns that there are, where a return begins,
    and where the policy is told in plain words."""

    days: tuple[LastDay, ...]
    returns: tuple[ReturnMade, ...] = ()
    start: str | None = None
    policy: str | None = None


def returns_offer(
    shop: Shop, order: Order, picture: OrderPicture, facts: ReturnsFacts, here: Here
) -> ReturnsPromise | None:
    """The way into a return: each delivered item with its last day, under the policy of its purchase.

    None where nothing of the order is goods that could ever come back, or the order was cancelled."""
    policy, url = _policy(shop)
    goods = {line.shopify_id: line for line in picture.lines if line.requires_shipping and not line.is_gift_card}
    days = [each for each in facts.days if each.line_id in goods]
    if order.cancelled_at or order.erased_at or not goods or (picture.lines and not days and not facts.returns):
        return None
    groups: dict[tuple[Phrase, ...], list[str]] = {}
    for each in sorted(days, key=lambda each: _urgency(each, here)):
        groups.setdefault(_said_of(each, here), []).append(plain(goods[each.line_id].title, 255))
    dates = tuple(
        ReturnDate(*named(tuple(Item(t, "", 1) for t in titles)), said[0], None, said[1:])
        for said, titles in groups.items()
    )
    running = tuple(
        Link(phrase("{rma}: {state}", rma=each.number, state=state(each.state, each.is_withdrawal)), each.address)
        for each in facts.returns
    )
    start = facts.start if any(each.may_come_back for each in days) else None
    return ReturnsPromise(_offer_headline(days, here), dates, policy, facts.policy or url, start, running)


def _urgency(each: LastDay, here: Here) -> tuple[bool, date]:
    """What can come back first, the soonest end first."""
    soonest = min(_ends(each, here), default=each.last_day or date.max)
    return (not (each.is_open and each.is_delivered), soonest)


def _said_of(each: LastDay, here: Here) -> tuple[Phrase, ...]:
    if each.is_open and each.is_delivered:
        return _said_by_outcome(each, here) or (_until(each.last_day, here),)
    if each.is_open or isinstance(each.reason, NotDeliveredYet):
        return (phrase("once it has arrived"),)
    still = _still(each)
    if isinstance(each.reason, OutsideWindow):
        return (phrase("ended {day}", day=here.day(each.last_day or each.reason.last_day)), *still)
    return (explain.why(each.reason) if each.reason else phrase("Not offered for this item."), *still)


def _still(each: LastDay) -> tuple[Phrase, ...]:
    """For what it may come back all the same."""
    if not each.helpful:
        return ()
    reasons = listed([phrase("{reason}", reason=reason_words(reason)) for reason in each.helpful[:5]])
    return (phrase("It can still come back for one of these reasons: {reasons}.", reasons=reasons),)


def _until(day: date | None, here: Here) -> Phrase:
    return phrase("until {day}", day=here.day(day)) if day else phrase("no time limit")


def _ends(each: LastDay, here: Here) -> dict[date, frozenset[Outcome]]:
    """What may still be chosen, by its last day (`date.max`: no limit), the soonest first."""
    ends: dict[date, frozenset[Outcome]] = {}
    for outcome, day in sorted(each.ends, key=lambda end: end[1] or date.max):
        if (last := day or date.max) >= here.shop_today:
            ends[last] = ends.get(last, frozenset()) | {outcome}
    return ends


def _said_by_outcome(each: LastDay, here: Here) -> tuple[Phrase, ...]:
    """A sentence a day, where outcomes end on different days; nothing where all end together."""
    if len({day for _, day in each.ends}) < 2:
        return ()
    ends = _ends(each, here)
    return tuple(
        phrase("{outcomes}: no time limit", outcomes=_named(chosen, each))
        if day == date.max
        else phrase("{outcomes} until {day}", outcomes=_named(chosen, each), day=here.day(day))
        for day, chosen in ends.items()
    )


def _named(chosen: frozenset[Outcome], each: LastDay) -> Phrase:
    """Exchanges are one word, unless some of them end before others."""
    swaps = EXCHANGES & {outcome for outcome, _ in each.ends}
    is_whole = EXCHANGES & chosen in (frozenset(), swaps)
    kinds = frozenset(Outcome.VARIANT_EXCHANGE if outcome in EXCHANGES else outcome for outcome in chosen)
    if is_whole and kinds in _KINDS:
        return _KINDS[kinds]
    return listed([explain.OUTCOMES[outcome] for outcome in Outcome if outcome in chosen])


def _offer_headline(days: list[LastDay], here: Here) -> Phrase:
    here_now = [each for each in days if each.is_open and each.is_delivered]
    if here_now:
        ends = {each.last_day for each in here_now}
        if None in ends or any(_said_by_outcome(each, here) for each in here_now):
            return phrase("Return or exchange")
        return phrase("Return or exchange until {day}", day=here.day(max(day for day in ends if day)))
    ended = [each.last_day or each.reason.last_day for each in days if isinstance(each.reason, OutsideWindow)]
    if days and len(ended) == len(days):
        return phrase("The time to return or exchange ended {day}", day=here.day(max(ended)))
    return phrase("Returns")


def last_return_moment(delivered: date, window_days: int, here: Here) -> datetime:
    """The last second of the shop's day `window_days` after `delivered`, in UTC."""
    day = delivered + timedelta(days=window_days)
    return datetime.combine(day, time(23, 59, 59), here.shop).astimezone(UTC)


def _by_delivery(picture: OrderPicture, zone: ZoneInfo) -> dict[date | None, list[str]]:
    """Titles that may come back, by the shop's day they were delivered (None: not yet), soonest first."""
    parcels = {parcel.id: parcel for parcel in picture.parcels}
    groups: dict[date | None, list[str]] = {}
    for line in picture.lines:
        if line.is_gift_card or not line.requires_shipping or line.current_quantity < 1:
            continue
        for day in _days(line, parcels, zone):
            groups.setdefault(day, []).append(plain(line.title, 255))
    return dict(sorted(groups.items(), key=lambda group: group[0] or date.max))


def _days(line: LineFact, parcels: dict[int, ParcelFact], zone: ZoneInfo) -> set[date | None]:
    days: set[date | None] = set()
    sent = astray = 0
    for where, count in line.travels:
        parcel = parcels.get(where)
        if parcel is None or parcel.state == P.CANCELLED:
            continue
        if parcel.state in (P.RETURNED, P.LOST_OR_DESTROYED):
            astray += count
            continue
        sent += count
        days.add(parcel.delivered_at.astimezone(zone).date() if parcel.delivered_at else None)
    left = still_to_send(line.quantity, line.current_quantity, line.never_sent, sent=sent + astray)
    paid_back = line.quantity - line.current_quantity - (line.never_sent or 0)  # what went astray is sent again if not
    return days | {None} if left or astray > paid_back else days


def _return_date(delivered: date | None, titles: list[str], window: int, here: Here) -> ReturnDate:
    shown, more = named(tuple(Item(title, "", 1) for title in titles))
    if delivered is None:
        sentence = phrase_n("{count} day from delivery", "{count} days from delivery", window)
        return ReturnDate(shown, more, sentence, None)
    until = last_return_moment(delivered, window, here)
    day = here.day(delivered + timedelta(days=window))
    if until < here.now:
        return ReturnDate(shown, more, phrase("ended {day}", day=day), until)
    return ReturnDate(shown, more, phrase("until {day}", day=day), until)


def _headline(delivered: list[date | None], window: int | None, here: Here) -> Phrase:
    if not window:
        return phrase("Returns")
    if not delivered or None in delivered:
        return phrase_n(
            "Return or exchange within {count} day of delivery",
            "Return or exchange within {count} days of delivery",
            window,
        )
    last = max(day for day in delivered if day) + timedelta(days=window)
    if last_return_moment(last, 0, here) < here.now:
        return phrase("The time to return or exchange ended {day}", day=here.day(last))
    return phrase("Return or exchange until {day}", day=here.day(last))


def _policy(shop: Shop) -> tuple[tuple[str, ...], str | None]:
    kept = (shop.profile or {}).get("policies", {}).get("refund")
    if not kept:
        return (), None
    _, body, url = (*kept, None, None)[:3]
    return paragraphs(body or ""), followable(url)
