"""Why a quote cannot be accepted any more, or a request not made: facts for the sentence that a door says."""

from __future__ import annotations

from enum import StrEnum


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
