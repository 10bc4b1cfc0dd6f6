"""Mails about a withdrawal from the contract. The first is the acknowledgement on a durable medium that Article 11a(4)
of Directive 2011/83/EU asks for: what was declared, on which day and at what time. Nothing in it steers. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from shopify_app.i18n import Day, Moment, Phrase, phrase
from shopify_app.messages.items import requested_items
from shopify_app.messages.letters import Button, Fact, Item, Letter
from shopify_app.messages.passages import (
    SEE_WITHDRAWAL,
    ending,
    facts,
    promises,
    see,
    small,
    ways_back,
)
from shopify_app.messages.story import Story
from shopify_app.messages.withdrawn_story import WithdrawalFacts
from shopify_app.returns.withdrawing.law import REFUND_DAYS
from shopify_app.returns.withdrawing.travelled import Travelled


def withdrawal_received(story: Story, language: str) -> Letter:
    """We have it, from when on, what it says, and what follows by when."""
    said = _of(story)
    moment = _moment(said)
    first = phrase("We received it on {moment} ({zone}). It counts from then on.", moment=moment, zone=_zone(said))
    whole = phrase("You get back all that you paid, standard delivery included, by {day}.", day=Day(said.refund_by))
    part = phrase("You get back what you paid for these items by {day}.", day=Day(said.refund_by))
    return Letter(
        headline=phrase("You have withdrawn from your contract"),
        over=phrase("Withdrawal {number} · Order {order}", number=said.number, order=story.order),
        preview=first,
        words=(
            first,
            _content(said, story.order),
            *((whole,) if said.is_whole else (part, *_delivery(said))),
            *_what_travels(said),
        ),
        items=tuple(Item(title, "", count, story.line_pictures.get(line)) for line, title, count in said.goods),
        button=Button(SEE_WITHDRAWAL, said.address),
        facts=(Fact(phrase("Declared by"), said.name or "—"),),
        small=(phrase("Please keep this mail: it proves when and from what you withdrew."), *small(story)),
    )


def withdrawal_opened(story: Story, language: str) -> Letter:
    """How to send back what was sent, and the sums that wait for it."""
    said, ret = _of(story), story.of_return
    lines = tuple(line for line in ret.lines if line.fulfillment_line_id is not None)
    own = {line.group for line in lines}
    sent = replace(ret, lines=lines, groups=tuple(group for group in ret.groups if group.position in own))
    first = phrase("Please send your items back to us by {day}.", day=Day(_send_by(said)))
    return Letter(
        headline=phrase("How to send your items back"),
        over=phrase("Withdrawal {number} · Order {order}", number=said.number, order=story.order),
        preview=first,
        words=(
            first,
            phrase(
                "You get your money by {day}. We may wait with it until the items are here, or until you show that you "
                "have sent them.",
                day=Day(said.refund_by),
            ),
            *_delivery(said),
        ),
        items=requested_items(replace(story, ret=sent)),
        button=see(story),
        parts=ways_back(story, language),
        sums=promises(replace(story, ret=sent)),
        facts=facts(story),
        small=small(story),
    )


def withdrawal_called_off(story: Story) -> Letter:
    """The withdrawal was taken back: the contract is as it was."""
    nothing = phrase("The contract stays as it was: nothing is sent back, and nothing is paid out.")
    sent = phrase("You have sent something back already, or you did not want this? Please write to us.")
    return ending(story, phrase("Your withdrawal was called off"), nothing, sent)


def _what_travels(said: WithdrawalFacts) -> tuple[Phrase, ...]:
    """What the shopper has to do for what was sent, and that there is nothing to do for the rest."""
    stays = phrase("What has not been sent yet stays here, and you have nothing to do for it.")
    back = phrase(
        "What has been sent comes back to us: please send it by {day}. How that works follows in a mail of its own. We "
        "may wait with your money until it is here, or until you show that you have sent it.",
        day=Day(_send_by(said)),
    )
    match said.travelled:
        case Travelled.NONE:
            return (phrase("Nothing of it has been sent yet: there is nothing for you to do."),)
        case Travelled.ALL:
            return (back,)
    return stays, back


def _delivery(said: WithdrawalFacts) -> tuple[Phrase, ...]:
    """Said beside sums of goods, in which it is not: it is a refund of its own."""
    return (phrase("The standard delivery is paid back too."),) if said.with_delivery else ()


def _of(story: Story) -> WithdrawalFacts:
    if story.withdrawal is None:
        raise LookupError("this mail speaks of a withdrawal, and there is none")
    return story.withdrawal


def _moment(said: WithdrawalFacts) -> Moment:
    there = said.received_at.astimezone(said.zone)
    return Moment(Day(there.date()), there.time().replace(second=0, microsecond=0))


def _zone(said: WithdrawalFacts) -> str:
    """The clock's own short name: ``CET``."""
    return said.received_at.astimezone(said.zone).tzname() or "UTC"


def _send_by(said: WithdrawalFacts) -> date:
    """Goods are sent back within fourteen days of the declaration too (Article 14(1))."""
    return said.received_at.astimezone(said.zone).date() + timedelta(days=REFUND_DAYS)


def _content(said: WithdrawalFacts, order: str) -> Phrase:
    if said.is_whole:
        return phrase("Withdrawal from the whole contract of order {order}", order=order)
    return phrase("Withdrawal from the contract of order {order} for these items", order=order)
