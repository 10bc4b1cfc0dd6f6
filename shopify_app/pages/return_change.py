"""What a change of a return makes different, side by side. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.money import Money
from shopify_app.pages.messages import MessagePage
from shopify_app.pages.parts import Link
from shopify_app.returns.changing.sums import NAMES, Compared
from shopify_app.returns.refusals import Bar

WHY_NOT: dict[Bar, Phrase] = {
    Bar.OVER: phrase("This return is over, so there is nothing left to change."),
    Bar.ON_ITS_WAY: phrase("Your parcel is on its way, so it can no longer be changed here. Please write to us."),
    Bar.HERE: phrase("Your items are with us already, so it can no longer be changed here. Please write to us."),
    Bar.PIECES_HERE: phrase("Some of these pieces are with us already, so they cannot be left out."),
    Bar.PAID: phrase("It is being paid out already, so it can no longer be changed. For other items, start a new one."),
    Bar.WITHDRAWN: phrase("You withdrew from the contract, so the money comes back by law. Please write to us."),
    Bar.AT_SHOPIFY: phrase("Our team set this return up by hand. Please write to us to change it."),
    Bar.LOOKED_AT: phrase("Our team is looking at this return right now. Please write to us to change it."),
    Bar.BEING_TOLD: phrase("We are just carrying out a step of this return. Please try again in a minute."),
}
"""Why a return cannot be changed, to its shopper, and what they can do."""


@dataclass(frozen=True)
class ChangeRow:
    """One sum, or how many items, as it is and as it would be."""

    label: Phrase
    before: Money | Phrase
    after: Money | Phrase

    @property
    def differs(self) -> bool:
        """Whether the change is about it."""
        return self.before != self.after


@dataclass(frozen=True)
class ReviewChange:
    """The return that is changed, where it stands, and what the change makes different."""

    rma: str
    status_url: str
    rows: tuple[ChangeRow, ...]


def change_rows(compared: Compared) -> tuple[ChangeRow, ...]:
    """How many items, then every sum that is there before or after."""
    before, after = compared.before, compared.after
    rows = [ChangeRow(phrase("Items"), _pieces(before.pieces), _pieces(after.pieces))]
    for name, label in NAMES.items():
        was, becomes = getattr(before, name), getattr(after, name)
        if was or becomes:
            rows.append(ChangeRow(label, was, becomes))
    return tuple(rows)


def not_changeable(why: Bar, status_url: str) -> MessagePage:
    """The page that says so, and leads back to the return."""
    back = Link(phrase("To your return"), status_url)
    return MessagePage(phrase("This return cannot be changed now"), (WHY_NOT[why],), back, icon="box")


def _pieces(count: int) -> Phrase:
    return phrase_n("{count} item", "{count} items", count)
