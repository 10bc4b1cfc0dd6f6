"""What a shopper is putting together: which units, why, and what they want for them. Pure.

A wish travels as encrypted JSON (`ReturnDraft.wish`, `ReturnQuote.wish`): it holds the shopper's own words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import TypeAdapter

from shopify_app.returns.vocabulary import Method, Outcome

MOST_LINES = 100
MOST_UNITS = 10_000
LONGEST_NOTE = 300
"""Characters; Shopify's own limit for a customer's note."""


@dataclass(frozen=True)
class WishLine:
    """Units of one fulfilment line. What has not been asked yet is None; `photos` are ids of `ReturnPhoto` rows;
    `fulfillment_id` is filled in when the wish is priced."""

    line_id: int
    fulfillment_line_id: int
    quantity: int
    reason: str | None = None
    note: str | None = None
    answer: str | None = None
    photos: tuple[int, ...] = ()
    outcome: Outcome | None = None
    replacement_variant_id: int | None = None
    method: Method | None = None
    fulfillment_id: int | None = None


@dataclass(frozen=True)
class Wish:
    """One entry a fulfilment line, in the order in which they were chosen."""

    lines: tuple[WishLine, ...] = ()

    @property
    def is_decided(self) -> bool:
        """Whether every line has an outcome, and every even swap its replacement."""
        return bool(self.lines) and all(_is_decided(line) for line in self.lines)

    def line(self, fulfillment_line_id: int) -> WishLine | None:
        """The entry of a fulfilment line, None where it is not chosen."""
        return next((line for line in self.lines if line.fulfillment_line_id == fulfillment_line_id), None)

    def changed(self, change: Callable[[WishLine], WishLine]) -> Wish:
        """Every line after `change`."""
        return replace(self, lines=tuple(change(line) for line in self.lines))


class Wrong(StrEnum):
    """What a wish got wrong, of a line or as a whole."""

    NOTHING_CHOSEN = "nothing_chosen"
    TOO_MANY_LINES = "too_many_lines"
    CHOSEN_TWICE = "chosen_twice"
    NOT_A_QUANTITY = "not_a_quantity"  # zero, negative, or beyond any order
    FOREIGN_LINE = "foreign_line"  # not of this order, or nothing of it can come back
    TOO_MANY_UNITS = "too_many_units"
    FOREIGN_VARIANT = "foreign_variant"  # the replacement is not a variant of the same product
    TWO_REPLACEMENTS = "two_replacements"  # units of one order line, sent apart, with different replacements


class WrongWish(Exception):
    """A wish that cannot be priced. `left`: how many units of the line there are."""

    def __init__(self, wrong: Wrong, fulfillment_line_id: int | None = None, asked: int = 0, left: int = 0) -> None:
        super().__init__(f"{wrong}: line {fulfillment_line_id}, {asked} asked for, {left} left")
        self.wrong, self.fulfillment_line_id, self.asked, self.left = wrong, fulfillment_line_id, asked, left


class Missing(StrEnum):
    """What the policy wants to know of a line before it can be sent in."""

    REASON = "reason"
    ANSWER = "answer"
    PHOTOS = "photos"
    METHOD = "method"
    OUTCOME = "outcome"
    REPLACEMENT = "replacement"


@dataclass(frozen=True)
class Lack:
    """`what` is missing of a line."""

    fulfillment_line_id: int
    what: Missing


class WishIncomplete(Exception):
    """Something has to be said before the wish can be sent in."""

    def __init__(self, lacks: tuple[Lack, ...]) -> None:
        super().__init__(", ".join(f"{lack.what} of line {lack.fulfillment_line_id}" for lack in lacks))
        self.lacks = lacks


def check_shape(wish: Wish) -> None:
    """Raises WrongWish for what no order could mean."""
    ids = [line.fulfillment_line_id for line in wish.lines]
    if not ids:
        raise WrongWish(Wrong.NOTHING_CHOSEN)
    if len(ids) > MOST_LINES:
        raise WrongWish(Wrong.TOO_MANY_LINES, asked=len(ids), left=MOST_LINES)
    for line in wish.lines:
        if ids.count(line.fulfillment_line_id) > 1:
            raise WrongWish(Wrong.CHOSEN_TWICE, line.fulfillment_line_id)
        if not 0 < line.quantity <= MOST_UNITS:
            raise WrongWish(Wrong.NOT_A_QUANTITY, line.fulfillment_line_id, line.quantity)


_STORED: TypeAdapter[Wish] = TypeAdapter(Wish)


def to_json(wish: Wish) -> str:
    """`wish` as text for an encrypted column."""
    return _STORED.dump_json(wish, exclude_defaults=True).decode()


def from_json(text: str | None) -> Wish:
    """The wish that `to_json` wrote; an empty one for nothing."""
    return _STORED.validate_json(text) if text else Wish()


def _is_decided(line: WishLine) -> bool:
    is_swap = line.outcome is Outcome.VARIANT_EXCHANGE
    return line.outcome is not None and (not is_swap or line.replacement_variant_id is not None)
