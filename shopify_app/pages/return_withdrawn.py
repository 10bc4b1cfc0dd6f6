"""How the page of a return speaks where it carries out a withdrawal: the law's words, for nobody had to approve it."""

from __future__ import annotations

from datetime import date, timedelta

from shopify_app.i18n import Day, Phrase, phrase, phrase_n
from shopify_app.pages.parts import Mood
from shopify_app.pages.return_followed import Followed
from shopify_app.returns.states import GroupState, Reception, ReturnState
from shopify_app.returns.withdrawing.law import REFUND_DAYS

ENTRIES = {
    "cancelled": phrase("Withdrawal called off"),
    "reopened": phrase("Withdrawal taken up again"),
    "closed": phrase("Withdrawal complete"),
}
"""Entries of the timeline that would else name a return."""

Headline = tuple[Phrase, tuple[Phrase | str, ...], Mood, str]


def called(seen: Followed) -> Phrase:
    """The name at the top of the page: the number that the shopper's first mail has."""
    return phrase("Withdrawal {number}", number=str(_declared(seen).get("number") or seen.ret.rma))


def headline(seen: Followed, paid_out: tuple[Phrase | str, ...]) -> Headline | None:
    """The sentence, the lines below it, the mood and the icon; None where a return's own words fit as well. `paid_out`:
    what the shopper got, once it is over."""
    if seen.state is ReturnState.CANCELLED:
        kept = phrase("Nothing is sent back and nothing is paid out.")
        return phrase("This withdrawal was called off"), (kept,), Mood.CALM, "back"
    if seen.state is ReturnState.CLOSED:
        return phrase("Your withdrawal is complete"), paid_out, Mood.JOY, "check"
    if any(group.state == GroupState.NEEDS_LOOK for group in seen.groups):
        looking = phrase("Something needs a person. Nothing is lost: we write to you as soon as it is sorted out.")
        return phrase("Our team is looking at your withdrawal"), (looking,), Mood.CALM, "clock"
    if not seen.travelling:
        lines = (phrase("You need not send anything back."), *_delivery(seen))
        return phrase("We have your withdrawal"), lines, Mood.CALM, "check"
    return None if seen.is_here or _is_under_way(seen) else _to_send(seen)


def money_by(seen: Followed) -> Phrase | None:
    """The law's last day for the money, for no event of the shop's frees it."""
    day = _refund_day(seen)
    return phrase("You get your money by {day}.", day=day) if day else None


def _to_send(seen: Followed) -> Headline:
    units = sum(unit.reception == Reception.EXPECTED for unit in seen.travelling)
    by = seen.day(seen.ret.requested_at + timedelta(days=REFUND_DAYS))
    send = phrase_n("Please send the item to us by {day}.", "Please send the items to us by {day}.", units, day=by)
    day = _refund_day(seen)
    money = phrase(
        "You get your money by {day}. We may wait with it until the items are here, or until you show that you have "
        "sent them.",
        day=day,
    )
    lines = (send, money, *_delivery(seen)) if day else (send,)
    return phrase_n("Please send it back", "Please send them back", units), lines, Mood.CALM, "truck"


def _delivery(seen: Followed) -> tuple[Phrase, ...]:
    """No part of the money names it: it goes back with the first goods where the whole contract was withdrawn from."""
    is_owed = _declared(seen).get("is_whole") and seen.order.shipping
    return (phrase("The standard delivery is paid back too."),) if is_owed else ()


def _is_under_way(seen: Followed) -> bool:
    return seen.ret.delivered_at is not None or seen.ret.scanned_at is not None


def _refund_day(seen: Followed) -> Day | None:
    told = _declared(seen).get("refund_by")
    return seen.here.day(date.fromisoformat(str(told))) if told else None


def _declared(seen: Followed) -> dict[str, object]:
    """What was written down when the withdrawal became a return."""
    return next((each.facts for each in seen.entries if each.kind == "withdrawn"), {})
