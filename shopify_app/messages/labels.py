"""Mails about what goods are sent with: a label is there, or it is about to end. Pure."""

from __future__ import annotations

from shopify_app.i18n import Day, phrase
from shopify_app.messages.letters import Button, Fact, Letter
from shopify_app.messages.passages import facts, over, small
from shopify_app.messages.story import LabelFacts, Story
from shopify_app.returns.states import Reception, ReturnState

OPEN = phrase("Open your label")


def is_overtaken(story: Story) -> bool:
    """The label was taken back, or the parcel has left already."""
    ret = story.of_return
    is_paid_first = ret.state == ReturnState.CLOSED and any(unit.reception == Reception.EXPECTED for unit in ret.units)
    is_awaited = ret.state == ReturnState.APPROVED or is_paid_first
    return story.label is None or not is_awaited or ret.first_scan_at is not None


def return_label(story: Story, language: str) -> Letter:
    """There is a label: where it is, and until when it works."""
    label = _of(story)
    first = phrase("Print it, or show its code, and hand the parcel in. You find it on the page of your return.")
    until = (phrase("It works until {day}.", day=Day(label.until)),) if label.until else ()
    slip = phrase(
        "Put {rma} on a note into the parcel, or the packing slip from the same page.", rma=story.of_return.rma
    )
    return Letter(
        headline=phrase("Your return label is ready"),
        over=over(story),
        preview=first,
        words=(first, *until, slip),
        button=Button(OPEN, story.link),
        facts=(*_number(label), *facts(story)),
        small=small(story),
    )


def return_label_ends(story: Story, language: str) -> Letter:
    """The label ends soon and nothing was sent."""
    label = _of(story)
    first = phrase("No carrier has scanned your parcel yet. Please hand it in before the label ends.")
    return Letter(
        headline=phrase("Your return label works until {day}", day=Day(label.until))
        if label.until
        else phrase("Your return label ends soon"),
        over=over(story),
        preview=first,
        words=(first, phrase("Have you sent it already? Then you need not do anything.")),
        button=Button(OPEN, story.link),
        facts=(*_number(label), *facts(story)),
        small=small(story),
    )


def _number(label: LabelFacts) -> tuple[Fact, ...]:
    named = f"{label.carrier} {label.number}".strip() if label.carrier else label.number
    return (Fact(phrase("Parcel number"), named),) if label.number else ()


def _of(story: Story) -> LabelFacts:
    if story.label is None:
        raise LookupError("this mail speaks of a label, and there is none")
    return story.label
