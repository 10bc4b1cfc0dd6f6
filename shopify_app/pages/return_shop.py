"""The shop inside a return: what is in the cart, what it comes to, and what else there is. Facts and phrases; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.money import Money
from shopify_app.pages.parts import Item, Picture
from shopify_app.pages.return_cart import Named, bill, bottom_line, told_below_bill
from shopify_app.pages.return_page import Choice, Flow, SumRow
from shopify_app.pages.return_settlement import where_to
from shopify_app.returns import explain
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import MOST_OF_ONE, NewGoods


@dataclass(frozen=True)
class CartLine:
    """Pieces of one variant; `wrong` says why they cannot be had."""

    variant_id: int
    item: Item
    quantity: int
    price: Money | None = None
    wrong: Phrase | None = None


@dataclass(frozen=True)
class Total:
    """What the exchange comes to, row by row; `instead` are the ways out where a balance is not paid in time."""

    rows: tuple[SumRow, ...]
    headline: Phrase
    lines: tuple[Phrase, ...]
    instead: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Search:
    """What is looked for: words, and a collection of the shop's."""

    words: str = ""
    collections: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class ProductCard:
    """A product that can be had; `price` of its cheapest variant, `has_more` where others cost more."""

    title: str
    url: str
    picture: Picture | None
    price: Money | None
    has_more: bool = False


@dataclass(frozen=True)
class ShopPage:
    """`purpose` is the outcome that is shopped for, as a form says it; `base` the address that the forms of the cart
    are sent below; `lead` what there is to spend; `more_url` the next page of cards."""

    flow: Flow
    purpose: str
    base: str
    lead: tuple[Phrase, ...]
    cart: tuple[CartLine, ...]
    total: Total | None
    search: Search
    cards: tuple[ProductCard, ...]
    more_url: str | None = None
    most: int = MOST_OF_ONE


@dataclass(frozen=True)
class VariantChoice:
    """A variant to choose; `is_there` False: it cannot be had just now."""

    variant_id: int
    label: Phrase | str
    price: Money | None
    is_there: bool
    is_chosen: bool = False


@dataclass(frozen=True)
class ProductPage:
    """One product with its variants; `is_single`: there is nothing to choose."""

    flow: Flow
    purpose: str
    base: str
    title: str
    picture: Picture | None
    variants: tuple[VariantChoice, ...]
    lead: tuple[Phrase, ...]
    product_id: int
    most: int = MOST_OF_ONE

    @property
    def is_single(self) -> bool:
        """Whether the product has one variant only."""
        return len(self.variants) == 1

    @property
    def can_be_had(self) -> bool:
        """Whether any of its variants is there."""
        return any(each.is_there for each in self.variants)


def lead_of(settlement: Settlement, outcome: Outcome, units: int) -> tuple[Phrase, ...]:
    """What there is to spend; in a product exchange also how many pieces may be chosen."""
    currency = settlement.own.currency
    zero = Money.zero(currency)
    said = [_to_spend(settlement.own, settlement.bonus or zero)]
    if outcome is Outcome.PRODUCT_EXCHANGE:
        said.append(_pieces(units))
    return tuple(said)


def cart_lines(
    goods: Sequence[NewGoods], settlement: Settlement | None, known: Named, gone: Sequence[int]
) -> tuple[CartLine, ...]:
    """The cart as it stands; `gone` are variants that cannot be had any more."""
    prices = {item.variant_id: item.price for item in settlement.cart.items} if settlement and settlement.cart else {}
    return tuple(
        CartLine(
            each.variant_id,
            known.get(each.variant_id) or Item("·", "", 1),
            each.quantity,
            prices.get(each.variant_id),
            phrase("Sold out. Please remove it or choose fewer.") if each.variant_id in gone else None,
        )
        for each in goods
    )


def total_of(settlement: Settlement, ways: Mapping[Outcome, Money], chosen: Outcome | None) -> Total:
    """The running total. `ways`: what may be taken in its place, with its worth, where something is due."""
    said = told_below_bill([settlement])
    if settlement.back:
        said += where_to(settlement.parts)
    if settlement.unplaced:
        said.append(phrase("Part of it is looked at by hand before we pay it."))
    taken = chosen if chosen in ways else next(iter(ways), None)
    choices = tuple(
        Choice(way, phrase("{outcome}: {amount}", outcome=explain.OUTCOMES[way], amount=worth), way is taken)
        for way, worth in ways.items()
    )
    return Total(bill(settlement), bottom_line([settlement]), tuple(said), choices)


def best_first(ways: Mapping[Outcome, Money]) -> dict[Outcome, Money]:
    """What may be taken in place of an exchange that is not paid for; the most first."""
    return dict(sorted(ways.items(), key=lambda each: -each[1].amount))


def _to_spend(own: Money, bonus: Money) -> Phrase:
    if bonus:
        return phrase("You have {own} to spend, and up to {bonus} bonus off the new items.", own=own, bonus=bonus)
    return phrase("You have {own} to spend.", own=own)


def _pieces(units: int) -> Phrase:
    return phrase_n("Choose {count} item for it.", "Choose up to {count} items for it.", units)
