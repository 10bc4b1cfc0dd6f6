"""The new items of an exchange as a page shows them: names and pictures from the catalogue, sums from a settlement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import Product, Variant
from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.money import Money, total
from shopify_app.pages.parts import Item, Picture
from shopify_app.pages.return_goods import item
from shopify_app.pages.return_page import SumRow
from shopify_app.pages.texts import followable, plain
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.vocabulary import Outcome

Named = Mapping[int, Item]
"""One piece of a variant, by its id."""


def named(session: Session, shop_id: int, variant_ids: Collection[int]) -> dict[int, Item]:
    """The variants as we know them; those that we do not know are left out. One statement."""
    if not variant_ids:
        return {}
    wanted = (
        select(Variant.shopify_id, Variant.title, Variant.image_url.label("own"), Product.title.label("product"),
               Product.image_url, Product.image_alt)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.shop_id == shop_id, Variant.shopify_id.in_(variant_ids))
    )  # fmt: skip
    return {row.shopify_id: item(row.product, row.title, 1, _picture(row)) for row in session.execute(wanted)}


def variants_of(settlements: Sequence[Settlement]) -> set[int]:
    """The variants in the carts of settlements."""
    return {item.variant_id for each in settlements if each.cart for item in each.cart.items}


def new_items(settlement: Settlement, known: Named) -> tuple[Item, ...]:
    """The items of the settlement's cart with their prices before the bonus; none where it has no cart."""
    items = settlement.cart.items if settlement.cart else ()
    found = ((each, known.get(each.variant_id)) for each in items)
    return tuple(
        Item(shown.title if shown else "·", shown.variant if shown else "", each.quantity,
             shown.picture if shown else None, price=each.price)
        for each, shown in found
    )  # fmt: skip


def bill(settlement: Settlement) -> tuple[SumRow, ...]:
    """The running total of a cart: its price, the bonus, tax that comes on top, and what one's own items are worth."""
    if settlement.cart is None:
        return ()
    currency = settlement.own.currency
    price = settlement.cart.price(currency)
    tax = settlement.new_total + settlement.bonus_used - price
    rows = [
        SumRow(phrase("Your new items"), price),
        SumRow(phrase("Bonus, taken off your new items"), -settlement.bonus_used),
        SumRow(phrase("Tax on your new items"), tax),
        SumRow(phrase("What you send back"), -settlement.own),
        SumRow(phrase("Small difference that we do not charge"), -settlement.waived),
    ]
    return tuple(row for place, row in enumerate(rows) if row.amount or place in (0, 3))


def bottom_line(settled: Sequence[Settlement]) -> Phrase:
    """What an exchange comes to."""
    currency = settled[0].own.currency
    due, back = total([each.due for each in settled], currency), total([each.back for each in settled], currency)
    if back and not due:
        return phrase("{amount} back", amount=back)
    return phrase("{amount} to pay", amount=due)


def told_of_cart(settled: Sequence[Settlement], is_paid: bool = False) -> list[Phrase]:
    """What a person wants to know of an exchange for new items: before any is chosen what there is to spend, then what
    became of it. Where a leftover goes is said by `return_settlement`; how a balance is paid, until it `is_paid`."""
    used = _sum(settled, "bonus_used")
    if not used or any(each.is_open for each in settled):
        return told_below_bill(settled, is_paid)
    return [phrase("{amount} bonus, taken off your new items.", amount=used), *told_below_bill(settled, is_paid)]


def told_below_bill(settled: Sequence[Settlement], is_paid: bool = False) -> list[Phrase]:
    """The same where a bill stands above it, which says the bonus used."""
    if any(each.is_open for each in settled):
        return [_to_spend(_sum(settled, "own"), _sum(settled, "bonus")), *_pieces(settled)]
    said = []
    if lapses := _sum(settled, "bonus_lapses"):
        said.append(phrase("{amount} of the bonus is not needed and lapses.", amount=lapses))
    if _sum(settled, "due") and not is_paid:
        said.append(phrase("You pay at the shop's checkout. We send you the link when it is time."))
    return said


def _sum(settled: Sequence[Settlement], name: str) -> Money:
    return total([getattr(each, name) for each in settled], settled[0].own.currency)


def _pieces(settled: Sequence[Settlement]) -> list[Phrase]:
    """A product exchange gives one piece for each that comes back."""
    if settled[0].outcome is not Outcome.PRODUCT_EXCHANGE:
        return []
    units = sum(len(line.accepted.asked) for each in settled for line in each.lines)
    return [phrase_n("Choose {count} item for it.", "Choose up to {count} items for it.", units)]


def _to_spend(own: Money, bonus: Money) -> Phrase:
    if bonus:
        return phrase("{own} to spend, and up to {bonus} off the new items.", own=own, bonus=bonus)
    return phrase("{own} to spend.", own=own)


def _picture(row: object) -> Picture | None:
    own, product = followable(getattr(row, "own", None)), followable(getattr(row, "image_url", None))
    if own:
        return Picture(own)
    return Picture(product, alt=plain(getattr(row, "image_alt", None), 255)) if product else None
