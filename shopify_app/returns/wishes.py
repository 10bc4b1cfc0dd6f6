"""What a shopper is putting together: which units, why, and what they want for them. Pure.

A wish travels as encrypted JSON (`ReturnDraft.wish`, `ReturnQuote.wish`): it holds the shopper's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import TypeAdapter

from shopify_app.returns.vocabulary import WITH_CART, Method, Outcome
from shopify_app.shopify.return_facts import MOST_LINES

MOST_UNITS = 10_000
MOST_NEW_ITEMS = 25
"""Different variants in one cart."""
MOST_OF_ONE = 99
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
class NewGoods:
    """Pieces of one variant in the cart of an exchange: each outcome of `WITH_CART` has a cart of its own, which all
    lines with that outcome share."""

    variant_id: int
    quantity: int
    outcome: Outcome = Outcome.SHOP_NOW


@dataclass(frozen=True)
class Wish:
    """One entry a fulfilment line, in the order in which they were chosen. `cart`: the new items of exchanges;
    `instead`: what the shopper takes if a balance that an exchange leaves is not paid in time."""

    lines: tuple[WishLine, ...] = ()
    cart: tuple[NewGoods, ...] = ()
    instead: Outcome | None = None

    @property
    def is_decided(self) -> bool:
        """Whether every line has an outcome, every even swap its replacement, and every exchange for new items some."""
        return bool(self.lines) and all(_is_decided(line) for line in self.lines) and not self.empty_carts

    @property
    def shopping(self) -> tuple[Outcome, ...]:
        """The outcomes of its lines that have a cart, in the order in which they were chosen."""
        return tuple(dict.fromkeys(line.outcome for line in self.lines if line.outcome in WITH_CART))  # type: ignore[misc]

    @property
    def empty_carts(self) -> tuple[Outcome, ...]:
        """Of `shopping` those for which nothing has been chosen yet."""
        return tuple(outcome for outcome in self.shopping if not self.cart_of(outcome))

    def cart_of(self, outcome: Outcome) -> tuple[NewGoods, ...]:
        """The new items of an outcome."""
        return tuple(each for each in self.cart if each.outcome is outcome)

    def with_cart(self, outcome: Outcome, goods: Iterable[NewGoods]) -> Wish:
        """The same with `goods` as the outcome's cart; those of which there are none are left out."""
        others = tuple(each for each in self.cart if each.outcome is not outcome)
        return replace(self, cart=others + tuple(each for each in goods if each.quantity > 0))

    def only(self, outcome: Outcome) -> Wish:
        """The lines with this outcome, and its cart."""
        lines = tuple(line for line in self.lines if line.outcome is outcome)
        return replace(self, lines=lines, cart=self.cart_of(outcome))

    def line(self, fulfillment_line_id: int) -> WishLine | None:
        """The entry of a fulfilment line, None where it is not chosen."""
        return next((line for line in self.lines if line.fulfillment_line_id == fulfillment_line_id), None)

    def changed(self, change: Callable[[WishLine], WishLine]) -> Wish:
        """Every line after `change`."""
        return replace(self, lines=tuple(change(line) for line in self.lines))


class Wrong(StrEnum):
    """What a wish got wrong, of a line or as a whole."""

    NOTHING_CHOSEN = "nothing_chosen"
    TOO_MANY_LINES = "too_many_lines"  # more than one read of Shopify's return takes in
    TOO_MANY_SWAPPED = "too_many_swapped"  # likewise: each piece of an even swap is a new line there
    CHOSEN_TWICE = "chosen_twice"
    NOT_A_QUANTITY = "not_a_quantity"  # zero, negative, or beyond any order
    FOREIGN_LINE = "foreign_line"  # not of this order, or nothing of it can come back
    TOO_MANY_UNITS = "too_many_units"
    FOREIGN_VARIANT = "foreign_variant"  # the replacement is not a variant of the same product
    TWO_REPLACEMENTS = "two_replacements"  # units of one order line, sent apart, with different replacements
    NOT_FOR_SALE = "not_for_sale"  # a new item that the shop does not sell (any more)
    TOO_MANY_NEW = "too_many_new"  # more new pieces than a cart holds, or than come back in a product exchange


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
    CART = "cart"


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
    swapped = sum(line.quantity for line in wish.lines if line.outcome is Outcome.VARIANT_EXCHANGE)
    if swapped > MOST_LINES:
        raise WrongWish(Wrong.TOO_MANY_SWAPPED, asked=swapped, left=MOST_LINES)
    for line in wish.lines:
        if ids.count(line.fulfillment_line_id) > 1:
            raise WrongWish(Wrong.CHOSEN_TWICE, line.fulfillment_line_id)
        if not 0 < line.quantity <= MOST_UNITS:
            raise WrongWish(Wrong.NOT_A_QUANTITY, line.fulfillment_line_id, line.quantity)
    for outcome in wish.shopping:
        _check_cart(wish, outcome)


def most_new(wish: Wish, outcome: Outcome) -> int:
    """How many new pieces the outcome's cart may hold: a product exchange gives one for each that comes back."""
    coming = sum(line.quantity for line in wish.lines if line.outcome is outcome)
    return coming if outcome is Outcome.PRODUCT_EXCHANGE else MOST_NEW_ITEMS * MOST_OF_ONE


def _check_cart(wish: Wish, outcome: Outcome) -> None:
    cart, most = wish.cart_of(outcome), most_new(wish, outcome)
    variants = {each.variant_id for each in cart}
    if len(variants) < len(cart) or any(not 0 < each.quantity <= MOST_OF_ONE for each in cart):
        raise WrongWish(Wrong.NOT_A_QUANTITY)
    pieces = sum(each.quantity for each in cart)
    if pieces > most or len(cart) > MOST_NEW_ITEMS:
        raise WrongWish(Wrong.TOO_MANY_NEW, asked=pieces, left=most)


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
