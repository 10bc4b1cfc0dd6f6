"""Mails about an inspection: what the shopper is asked, a reminder, how an appeal ended, goods that go back. Pure.

Every sum is the one that the page shows; nothing here presses for an answer.
"""

from __future__ import annotations

from shopify_app.i18n import Day, Moment, Phrase, phrase, phrase_n
from shopify_app.messages.inspected_story import Asked, WentBack
from shopify_app.messages.items import decided_items
from shopify_app.messages.letters import Button, Fact, Item, Letter, Words
from shopify_app.messages.passages import facts, over, said_by_shop, see, small
from shopify_app.messages.story import Story
from shopify_app.returns.vocabulary import Outcome

CHOOSE = phrase("Choose what happens")


def is_asked_no_more(story: Story) -> bool:
    """It was answered, or nobody waits for an answer any more."""
    return story.asked is None or not story.asked.is_open


def inspection_asked(story: Story, language: str) -> Letter:
    """What was found, what it comes to, and what can be chosen until when."""
    asked = _of(story)
    first = phrase_n(
        "We have checked your return and cannot accept {count} item in full.",
        "We have checked your return and cannot accept {count} items in full.",
        asked.pieces,
    )
    again = (phrase("We have looked at your return once more. This is our last word on it."),) if asked.reply else ()
    return Letter(
        headline=phrase("We have checked your return: please choose"),
        over=over(story),
        preview=first,
        words=(*(again or (first,)), _sum(asked), _ways(asked), _until(story, asked)),
        said=said_by_shop(story, asked.reply or asked.told),
        items=_items(story, asked.group_id),
        button=Button(CHOOSE, story.link),
        facts=facts(story),
        small=small(story),
    )


def inspection_reminder(story: Story, language: str) -> Letter:
    """A day is left."""
    asked = _of(story)
    moment = _moment(story, asked)
    return Letter(
        headline=phrase("Please choose by {moment}", moment=moment),
        over=over(story),
        preview=_sum(asked),
        words=(phrase("We still need your word on what we could not accept in full."), _sum(asked), _ways(asked),
               _until(story, asked)),
        items=_items(story, asked.group_id),
        button=Button(CHOOSE, story.link),
        facts=facts(story),
        small=small(story),
    )  # fmt: skip


def inspection_decided(story: Story, language: str) -> Letter:
    """The appeal was granted."""
    asked = _of(story)
    first = phrase("We have looked again, and you were right: everything is settled as agreed.")
    words: tuple[Words, ...] = (first,)
    return Letter(
        headline=phrase("We accept your items in full"),
        over=over(story),
        preview=first,
        words=words,
        said=said_by_shop(story, asked.reply),
        items=_items(story, asked.group_id),
        button=see(story),
        facts=facts(story),
        small=small(story),
    )


def goods_sent_back(story: Story, language: str) -> Letter:
    """In which parcel the goods come back."""
    back = story.went_back
    if back is None:
        raise LookupError("this mail speaks of goods that went back, and there are none")
    first = phrase_n(
        "We have sent {count} item of your return back to you.",
        "We have sent {count} items of your return back to you.",
        back.pieces,
    )
    follow = Button(phrase("Follow the parcel"), back.url) if back.url else see(story)
    return Letter(
        headline=phrase("Your items are on their way back to you"),
        over=over(story),
        preview=first,
        words=(first,),
        button=follow,
        quiet=see(story) if back.url else None,
        facts=(*_parcel(back), *facts(story)),
        small=small(story),
    )


def _sum(asked: Asked) -> Phrase:
    if asked.would_cost:
        return phrase("As it stands, your exchange would cost you {due}.", due=asked.due)
    if asked.goes_on and asked.back:
        return phrase(
            "As it stands, the exchange goes on for what we accepted, and you get {back} back.", back=asked.back
        )
    if asked.goes_on and asked.due:
        return phrase(
            "As it stands, the exchange goes on for what we accepted, and {due} is left to pay.", due=asked.due
        )
    if asked.goes_on:
        return phrase("As it stands, the exchange goes on for what we accepted, and nothing is due.")
    if asked.is_exchange:
        return phrase(
            "Your items were to count {was} towards the exchange. As it stands, they count {now}.",
            was=asked.was, now=asked.gets,
        )  # fmt: skip
    if not asked.gets:
        return phrase("{was} was agreed. As it stands, nothing would be paid out.", was=asked.was)
    return phrase("{was} was agreed. As it stands, you get {now}.", was=asked.was, now=asked.gets)


def _ways(asked: Asked) -> Phrase:
    if asked.would_cost and asked.is_last:
        return phrase("You can pay that, take something else instead, or have your items sent back.")
    if asked.would_cost:
        return phrase(
            "You can pay that, take something else instead, have your items sent back, or ask us to look once more."
        )
    if asked.is_last:
        return phrase("You can leave it at that, or have your items sent back.")
    return phrase("You can leave it at that, have your items sent back, or ask us to look once more.")


def _until(story: Story, asked: Asked) -> Phrase:
    """The last moment, and what happens without an answer."""
    moment = _moment(story, asked)
    if asked.would_cost and asked.becomes is not None:
        outcome, amount = asked.becomes
        if outcome == Outcome.STORE_CREDIT:
            return phrase(
                "Please answer by {moment}. Without an answer you get {amount} as store credit instead.",
                moment=moment, amount=amount,
            )  # fmt: skip
        return phrase(
            "Please answer by {moment}. Without an answer you get {amount} back instead.", moment=moment, amount=amount
        )
    if asked.would_cost or asked.goes_back:
        return phrase("Please answer by {moment}. Without an answer we send your items back to you.", moment=moment)
    return phrase("Please answer by {moment}. Without an answer it stays as described here.", moment=moment)


def _moment(story: Story, asked: Asked) -> Moment:
    there = asked.answer_by.astimezone(story.zone)
    return Moment(Day(there.date()), there.time().replace(second=0, microsecond=0))


def _items(story: Story, group_id: int) -> tuple[Item, ...]:
    position = next((group.position for group in story.of_return.groups if group.id == group_id), None)
    lines = tuple(line for line in story.of_return.lines if line.group == position)
    return decided_items(story, lines, with_arrivals=False)


def _parcel(back: WentBack) -> tuple[Fact, ...]:
    named = f"{back.carrier} {back.number}".strip()
    return (Fact(phrase("Parcel number"), named),) if back.number else ()


def _of(story: Story) -> Asked:
    if story.asked is None:
        raise LookupError("this mail speaks of an inspection, and nothing was asked")
    return story.asked
