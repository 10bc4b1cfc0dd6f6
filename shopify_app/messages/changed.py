"""The mail about a return that was changed after it had been sent in: as it was, and as it is. Pure."""

from __future__ import annotations

from shopify_app.i18n import Phrase, phrase
from shopify_app.messages.items import requested_items
from shopify_app.messages.letters import Amount, Letter, Sum, Words
from shopify_app.messages.passages import facts, kept_aside, over, said_by_shop, see, small, ways_back
from shopify_app.messages.story import Story
from shopify_app.returns.changing.sums import NAMES, Sums
from shopify_app.returns.states import ReturnState


def return_changed(story: Story, language: str) -> Letter:
    """What holds now, what held before, and how it can be changed again."""
    first = phrase("Your change is made. This is how your return stands now.")
    if story.change is not None and story.change.by_shop:
        first = phrase("We have changed your return for you. This is how it stands now.")
    again: Words = phrase("Does it not suit you? You can change it on its page until your parcel is on its way.")
    is_approved = story.of_return.state == ReturnState.APPROVED
    return Letter(
        headline=phrase("Your return is changed"),
        over=over(story),
        preview=first,
        words=(first, again, *kept_aside(story)),
        said=said_by_shop(story, story.note),
        items=requested_items(story),
        button=see(story),
        parts=ways_back(story, language) if is_approved else (),
        sums=_both(story),
        facts=facts(story),
        small=small(story),
    )


def _both(story: Story) -> tuple[Sum, ...]:
    if story.change is None:
        return ()
    found = (
        _sum(phrase("Before the change"), story.change.sums.before),
        _sum(phrase("After the change"), story.change.sums.after),
    )
    return tuple(each for each in found if each.rows)


def _sum(title: Phrase, sums: Sums) -> Sum:
    named = ((label, getattr(sums, name)) for name, label in NAMES.items())
    return Sum(title, tuple(Amount(label, amount) for label, amount in named if amount))
