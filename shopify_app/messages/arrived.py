"""What a mail says when items have arrived: what there is, what becomes of it, by when. Pure."""

from __future__ import annotations

from shopify_app.i18n import Day, Phrase, phrase, phrase_n
from shopify_app.messages.items import decided_items
from shopify_app.messages.letters import Letter
from shopify_app.messages.passages import facts, over, promises, see, small
from shopify_app.messages.story import Story
from shopify_app.returns.states import Reception
from shopify_app.returns.vocabulary import MoneyEvent


def goods_received(story: Story, language: str) -> Letter:
    """What has arrived, and what we do with it."""
    ret = story.of_return
    is_all = all(unit.reception in (Reception.RECEIVED, Reception.KEPT) for unit in ret.units)
    headline = phrase("A part of your return has arrived")
    if ret.withdrawal is not None:
        headline = phrase("A part of your items has arrived")
    if is_all:
        here = sum(unit.reception == Reception.RECEIVED for unit in ret.units)
        headline = phrase_n("Your item has arrived", "Your items have arrived", here)
    following = _after_arrival(story)
    return Letter(
        headline=headline,
        over=over(story),
        preview=following,
        words=(following, *_delivery(story)),
        items=decided_items(story, ret.lines, with_arrivals=True),
        button=see(story),
        sums=promises(story, open_only=True),
        facts=facts(story),
        small=small(story),
    )


def _after_arrival(story: Story) -> Phrase:
    """A person looks at the items first, the law's day is waited for, or nothing is any more."""
    waiting = {MoneyEvent(group.money_event) for group in story.of_return.groups if group.settled_at is None}
    if waiting and story.of_return.withdrawal is not None:
        return phrase("You get your money by {day}.", day=Day(story.of_return.withdrawal.refund_by))
    if waiting & {MoneyEvent.INSPECTION, MoneyEvent.BY_HAND}:
        return phrase("We check everything and write to you as soon as that is done.")
    if waiting:
        return phrase("We settle your return now and write to you as soon as that is done.")
    return phrase("Everything was settled before. There is nothing more for you to do.")


def _delivery(story: Story) -> tuple[Phrase, ...]:
    """Said beside sums of goods, in which it is not: it is a refund of its own, once."""
    ret = story.of_return
    is_owed = ret.withdrawal is not None and ret.withdrawal.with_delivery
    is_paid = all(group.settled_at for group in ret.groups) or any(group.delivery for group in ret.groups)
    return (phrase("The standard delivery is paid back too."),) if is_owed and not is_paid else ()
