"""What a mail says when a replacement is sold out before it could be put aside. Pure."""

from __future__ import annotations

from shopify_app.i18n import phrase
from shopify_app.messages.items import new_goods, swaps
from shopify_app.messages.letters import Button, Item, Letter
from shopify_app.messages.passages import facts, over, small
from shopify_app.messages.story import Story
from shopify_app.returns.dossier import LineFacts
from shopify_app.returns.looks import Look


def replacement_gone(story: Story, language: str) -> Letter:
    """The replacement is sold out; nothing is decided over the shopper's head."""
    nothing = phrase("We change nothing until you have chosen.")
    return Letter(
        headline=phrase("Your replacement is sold out"),
        over=over(story),
        preview=nothing,
        words=(
            phrase("We are sorry: what you chose has sold out before we could put it aside. Please choose again."),
            nothing,
        ),
        items=_gone(story),
        button=Button(phrase("Choose again"), story.link),
        facts=facts(story),
        small=small(story),
    )


def _gone(story: Story) -> tuple[Item, ...]:
    """What cannot be had, among it whatever else was chosen from the shop with it."""
    lines = _sold_out(story)
    chosen = new_goods(story, {line.group for line in lines}, phrase("Please choose again"))
    return (*(swap.gone for swap in swaps(story, lines)), *chosen)


def _sold_out(story: Story) -> list[LineFacts]:
    """The lines of the part that waits; where the whole request does, all of them."""
    waiting = parts_that_wait(story)
    return [line for line in story.of_return.lines if not waiting or line.group in waiting]


def parts_that_wait(story: Story) -> set[int]:
    """Release groups, by their position, whose shopper is asked to choose anew."""
    return {group.position for group in story.of_return.groups if group.look == Look.REPLACEMENT_GONE}
