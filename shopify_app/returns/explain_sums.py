"""The rows of “how is this worked out?” in words. Msgids with facts; the amount of a row is shown beside them."""

from __future__ import annotations

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.returns.explain import number
from shopify_app.returns.settlements import Row, RowKind

_PLAIN: dict[RowKind, Phrase] = {
    RowKind.DISCOUNT: phrase("Discounts, this item's share"),
    RowKind.TAX: phrase("Tax"),
    RowKind.CONTAINED_TAX: phrase("Tax contained in the price"),
    RowKind.SHIPPING: phrase("Return shipping"),
    RowKind.FORGONE: phrase("Part of the fee that we do not charge"),
    RowKind.NEW_ITEMS: phrase("Your new items"),
    RowKind.BONUS_USED: phrase("Bonus, taken off your new items"),
    RowKind.NEW_TAX: phrase("Tax on your new items"),
    RowKind.BONUS_LAPSES: phrase("Bonus that is not needed and lapses"),
    RowKind.WAIVED: phrase("Small difference that we do not charge"),
    RowKind.DUE: phrase("You pay"),
    RowKind.BACK: phrase("You get back"),
    RowKind.CREDIT: phrase("Store credit, your own money"),
    RowKind.UNPLACED: phrase("Part that we look at by hand before we pay it"),
}


def row(said: Row) -> Phrase:
    """What a row of a line or a settlement stands for."""
    match said.kind:
        case RowKind.PRICE:
            return phrase_n("Price of {count} item", "Price of {count} items", said.count)
        case RowKind.REDUCED:
            return phrase_n("{count} item accepted at less", "{count} items accepted at less", said.count)
        case RowKind.RESTOCKING:
            return phrase("Restocking fee, {percent} % of {base}", percent=number(said.percent), base=said.base)
        case RowKind.BONUS if said.percent:
            return phrase("Bonus, {percent} % of {base}", percent=number(said.percent), base=said.base)
        case RowKind.BONUS_ON_OWN if said.percent:
            return phrase(
                "Bonus, {percent} % of {base}: what an earlier bonus paid for earns none",
                percent=number(said.percent),
                base=said.base,
            )
        case RowKind.BONUS | RowKind.BONUS_ON_OWN:
            return phrase("Bonus")
    return _PLAIN[said.kind]
