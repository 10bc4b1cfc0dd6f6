"""Why a quote cannot be accepted any more, or a request not made: facts for the sentence that a door says."""

from __future__ import annotations

from enum import StrEnum

from shopify_app.states import IllegalMove


class Over(StrEnum):
    """What ended a quote."""

    EXPIRED = "expired"
    OVERTAKEN = "overtaken"  # the order, its returns or the customer's bonuses changed since


class QuoteForeign(Exception):
    """No such quote in this shop, or it is another order's: deliberately the same."""


class QuoteOver(Exception):
    """The quote can no longer be accepted: ask for a new one. Nothing has moved."""

    def __init__(self, why: Over) -> None:
        super().__init__(f"the quote is over: {why}")
        self.why = why


class PolicyMoved(Exception):
    """The shop published a policy since the quote was made: ask for a new one."""

    def __init__(self, newest: int) -> None:
        super().__init__(f"version {newest} of the policy was published meanwhile")
        self.newest = newest


class PricesMoved(Exception):
    """A replacement's price changed since the quote was made: ask for a new one."""


class StockGone(Exception):
    """`variant_ids` cannot be had any more: something else has to be chosen."""

    def __init__(self, variant_ids: tuple[int, ...]) -> None:
        super().__init__(f"out of stock: {', '.join(map(str, variant_ids))}")
        self.variant_ids = variant_ids


class PaidOut(IllegalMove):
    """A return cannot be opened again when all of it was paid out: a refund cannot be taken back. `has_bonus`: one of
    its bonuses was given, which can, as far as it is unspent."""

    def __init__(self, has_bonus: bool) -> None:
        super().__init__("the return", "settled", "approved")
        self.has_bonus = has_bonus


class Bar(StrEnum):
    """Why a return, or a part of it, cannot be changed (any more)."""

    OVER = "over"
    ON_ITS_WAY = "on its way back"
    HERE = "here already"
    PIECES_HERE = "here in more pieces than would be left"
    PAID = "being paid out"
    WITHDRAWN = "declared as a withdrawal"
    AT_SHOPIFY = "kept in Shopify's own pages"
    LOOKED_AT = "looked at by a person"
    BEING_TOLD = "being told to Shopify"  # in a moment it can be


class NotChangeable(IllegalMove):
    """The return cannot be changed; nothing has moved."""

    def __init__(self, why: Bar) -> None:
        super().__init__("the return", str(why), "changed")
        self.why = why
