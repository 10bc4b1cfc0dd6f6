"""The headline of a return's page: what is so in one sentence, and why."""

from __future__ import annotations

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.money import total
from shopify_app.pages import return_balance, return_withdrawn
from shopify_app.pages.parts import Mood
from shopify_app.pages.return_followed import Followed
from shopify_app.pages.return_words import DECLINED_BECAUSE, STATES
from shopify_app.pages.texts import plain
from shopify_app.returns.models import Return
from shopify_app.returns.states import GroupState, Reception, ReturnState, UnitDecision
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import EXCHANGES


def headline(seen: Followed) -> tuple[Phrase, tuple[Phrase | str, ...], Mood, str]:
    """The sentence, the lines below it, the mood and the icon."""
    ret = seen.ret
    of_withdrawal = return_withdrawn.headline(seen, _paid_out(seen)) if seen.is_withdrawal else None
    if of_withdrawal is not None:
        return of_withdrawal
    match seen.state:
        case _ if seen.replacement_is_gone:
            return phrase("Please choose another replacement"), (_GONE,), Mood.LOOK, "alert"
        case ReturnState.REQUESTED:
            if ret.decide_by is None:
                return STATES[seen.state], (_wait(ret),), Mood.CALM, "box"
            return phrase("We answer by {day}", day=seen.day(ret.decide_by)), (_wait(ret),), Mood.CALM, "box"
        case ReturnState.MORE_WANTED:
            return STATES[seen.state], (phrase("Please answer below, then we go on."),), Mood.LOOK, "chat"
        case ReturnState.DECLINED:
            why = DECLINED_BECAUSE.get(ret.decline_reason or "")
            said = next((each.said for each in reversed(seen.entries) if each.kind == "declined" and each.said), None)
            told = (why, plain(said, 500) if said else None, _ASK)
            return STATES[seen.state], tuple(line for line in told if line), Mood.LOOK, "alert"
        case ReturnState.CANCELLED:
            return STATES[seen.state], (phrase("Nothing is sent back and nothing is paid out."),), Mood.CALM, "back"
        case ReturnState.CLOSED if seen.is_to_come:
            title, lines, mood, icon = _to_come(seen)
            return title, (*lines, *_paid_out(seen)), mood, icon
        case ReturnState.CLOSED:
            return STATES[seen.state], _paid_out(seen), Mood.JOY, "check"
    return _approved(seen)


SOLD_OUT = phrase("What you chose is sold out. Nothing happens until you choose.")
_PART_GONE = phrase("A replacement has sold out. Choose below what you would like instead; the rest goes on as agreed.")
_GONE = phrase("What you chose has sold out. Choose another size or colour below, or cancel the return.")
_ASK = phrase("Please write to us if you have questions.")


def _wait(ret: Return) -> Phrase:
    return phrase_n(
        "We are looking at your request. Until you hear from us, please keep the item.",
        "We are looking at your request. Until you hear from us, please keep the items.",
        sum(line.quantity for line in ret.lines),
    )


def _approved(seen: Followed) -> tuple[Phrase, tuple[Phrase | str, ...], Mood, str]:
    states = {group.state for group in seen.groups}
    if seen.asked_anew is not None:
        return phrase("Please choose again for a part of your return"), (_PART_GONE,), Mood.LOOK, "alert"
    if GroupState.NEEDS_LOOK in states:
        return phrase("Our team is looking at your return"), (_LOOKING,), Mood.CALM, "clock"
    if (to_pay := return_balance.headline(seen)) is not None and (seen.is_here or not seen.travelling):
        return to_pay
    if not seen.travelling:
        return phrase("Your return is approved"), (phrase("You need not send anything back."),), Mood.JOY, "check"
    if not seen.is_here:
        return _to_come(seen)
    if states & {GroupState.RELEASED}:
        return phrase("Your items are here, your money is on its way"), (), Mood.JOY, "check"
    if seen.has_inspection and any(unit.decision == UnitDecision.PENDING for unit in seen.travelling):
        return phrase("Your items are here"), (phrase("We are checking them now."),), Mood.CALM, "box"
    return phrase("Your items are here"), (), Mood.CALM, "box"


def _to_come(seen: Followed) -> tuple[Phrase, tuple[Phrase | str, ...], Mood, str]:
    if seen.ret.delivered_at is not None:
        return phrase("Your parcel has reached us"), (phrase("We unpack it next and write to you."),), Mood.CALM, "box"
    if seen.ret.scanned_at is not None:
        return phrase("Your parcel is on its way to us"), (phrase("The carrier has it."),), Mood.CALM, "truck"
    some = sum(unit.reception == Reception.RECEIVED for unit in seen.travelling)
    units = len(seen.travelling)
    title = phrase_n("Please send it back", "Please send them back", units)
    line = phrase("We have approved your return.")
    if seen.is_brought:
        title = phrase_n("Please bring it to our store", "Please bring them to our store", units)
        line = phrase("Approved. At the counter, name the number {rma}.", rma=seen.ret.rma)
    if some:
        line = phrase_n(
            "{count} item has arrived; the rest is awaited.",
            "{count} items have arrived; the rest is awaited.",
            some,
        )
    return title, (line,), Mood.CALM, "pin" if seen.is_brought else "truck"


_LOOKING = phrase("Something needs a person. Nothing is lost: we write to you as soon as it is sorted out.")


def _paid_out(seen: Followed) -> tuple[Phrase | str, ...]:
    done = [settlement_from_stored(group.final or group.accepted) for group in seen.groups
            if group.state == GroupState.SETTLED and (group.final or group.accepted)]  # fmt: skip
    if not done:
        return ()
    currency = seen.ret.currency
    delivery = [each.amount for parts in seen.deliveries.values() for each in parts]
    if not delivery and all(each.outcome in EXCHANGES and not each.back for each in done):
        return ()  # all of it went into new items: a sum would read as money
    amount = total([*(each.comes_to for each in done), *delivery], currency)
    return (phrase("You got {amount} in all.", amount=amount),)
