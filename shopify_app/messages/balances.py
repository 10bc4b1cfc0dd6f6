"""Mails about what is still to be paid for an exchange: asked for, asked for again, and what became of it. Pure."""

from __future__ import annotations

from shopify_app.i18n import Day, Phrase, phrase
from shopify_app.messages.letters import Button, Fact, Letter
from shopify_app.messages.passages import facts, over, see, small, units_of
from shopify_app.messages.story import Story
from shopify_app.messages.sums import settled
from shopify_app.returns.balances.models import BalanceState
from shopify_app.returns.dossier import BalanceFacts
from shopify_app.returns.vocabulary import Outcome

_HELD = phrase("The new items are put aside for you and leave as soon as it is paid.")
_OTHERWISE = {
    Outcome.STORE_CREDIT: phrase("Would you rather not pay? Then we take the exchange off and give you store credit."),
    Outcome.REFUND: phrase("Would you rather not pay? Then we take the exchange off and give you your money back."),
}


def is_overtaken(story: Story) -> bool:
    """It was paid, waived or dropped meanwhile: nobody is asked for it any more."""
    owed = next((group.balance for group in story.of_return.groups if group.id == story.group_id), None)
    return owed is None or owed.state != BalanceState.OPEN or owed.drop_wanted_at is not None


def balance_due(story: Story, language: str) -> Letter:
    """How much, until when, and where."""
    owed = _of(story)
    return _asking(story, phrase("Your exchange: please pay {amount} by {day}", amount=owed.rest, day=_until(story)))


def balance_reminder(story: Story, language: str) -> Letter:
    """The same again, before it is too late."""
    owed = _of(story)
    return _asking(
        story, phrase("Still open for your exchange: {amount} by {day}", amount=owed.rest, day=_until(story))
    )


def became(story: Story) -> tuple[Phrase, ...]:
    """What became of a balance, for the mail that says that all is settled."""
    owed = story.group.balance
    if owed is None:
        return ()
    match BalanceState(owed.state):
        case BalanceState.PAID:
            return (phrase("Thank you: your payment of {amount} has reached us.", amount=owed.paid),)
        case BalanceState.WAIVED:
            return (phrase("We do not ask for the {amount} that was open.", amount=owed.rest),)
        case BalanceState.DROPPED:
            said = phrase("The exchange was not paid, so we have taken the new items off your order.")
            back = phrase("{amount} that you had paid already goes back to where it came from.", amount=owed.paid)
            return (said, back) if owed.paid else (said,)
        case _:
            return ()


def _asking(story: Story, headline: Phrase) -> Letter:
    owed, group = _of(story), story.group
    paid = (Fact(phrase("Paid so far"), owed.paid),) if owed.paid else ()
    return Letter(
        headline=headline,
        over=over(story),
        preview=_HELD,
        words=(_HELD, _OTHERWISE[Outcome(owed.instead)]),
        button=Button(phrase("Pay {amount}", amount=owed.rest), story.pay_url or story.link),
        quiet=see(story) if story.pay_url else None,
        sums=settled(group, units_of(story, group), False),
        facts=(*paid, Fact(phrase("To be paid until the end of"), _until(story).date), *facts(story)),
        small=small(story),
    )


def _until(story: Story) -> Day:
    """The last day, by the shop's clock."""
    return Day(_of(story).pay_by.astimezone(story.house.zone).date())


def _of(story: Story) -> BalanceFacts:
    if story.group.balance is None:
        raise LookupError("this mail speaks of a balance, and there is none")
    return story.group.balance
