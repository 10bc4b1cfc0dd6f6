"""How the home page tells what needs a hand: how many of what, since when, and the way to them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.insights.today import Hand, Waiting

Count = Callable[[int], Phrase]
TOLD: Mapping[Hand, tuple[Count, Phrase]] = {
    Hand.NEEDS_LOOK: (
        lambda count: phrase_n("{count} return needs a look", "{count} returns need a look", count),
        phrase("Look into it"),
    ),
    Hand.WITHDRAWALS: (
        lambda count: phrase_n("{count} withdrawal needs a look", "{count} withdrawals need a look", count),
        phrase("Look into it"),
    ),
    Hand.ENDS_SOON: (
        lambda count: phrase_n("{count} answer is due within a day", "{count} answers are due within a day", count),
        phrase("Answer them"),
    ),
    Hand.NOT_HANDED_OVER: (
        lambda count: phrase_n(
            "{count} order was not handed over in time", "{count} orders were not handed over in time", count
        ),
        phrase("See orders"),
    ),
    Hand.PARCELS_LATE: (
        lambda count: phrase_n("{count} parcel is late", "{count} parcels are late", count),
        phrase("See parcels"),
    ),
    Hand.PARCELS_STUCK: (
        lambda count: phrase_n("{count} parcel is stuck", "{count} parcels are stuck", count),
        phrase("See parcels"),
    ),
    Hand.TO_APPROVE: (
        lambda count: phrase_n("{count} request waits for an answer", "{count} requests wait for an answer", count),
        phrase("Answer them"),
    ),
    Hand.NO_RECEIPT: (
        lambda count: phrase_n(
            "{count} request without an order number waits",
            "{count} requests without an order number wait",
            count,
        ),
        phrase("Answer them"),
    ),
    Hand.TO_INSPECT: (
        lambda count: phrase_n("{count} return is to be inspected", "{count} returns are to be inspected", count),
        phrase("Inspect"),
    ),
    Hand.TO_SETTLE: (
        lambda count: phrase_n("{count} return is to be settled", "{count} returns are to be settled", count),
        phrase("Settle"),
    ),
    Hand.UNPAID: (
        lambda count: phrase_n("{count} exchange waits for payment", "{count} exchanges wait for payment", count),
        phrase("See returns"),
    ),
}
"""What is said of each kind, and what its link is called."""


@dataclass(frozen=True)
class HandRow:
    """One line. `since` is the oldest; `is_due`: it is an end that comes up instead, `is_over`: or has passed. `path`
    is None where nothing lists them; one that begins with ``shopify:`` is Shopify's own list."""

    said: Phrase
    action: Phrase
    since: datetime | None
    is_due: bool
    is_over: bool
    path: str | None
    query: Mapping[str, str]

    @property
    def is_shopifys(self) -> bool:
        return bool(self.path and self.path.startswith("shopify:"))


def rows(waits: Iterable[Waiting], now: datetime) -> tuple[HandRow, ...]:
    """In the order in which they press."""
    return tuple(_row(each, now) for each in waits)


def _row(each: Waiting, now: datetime) -> HandRow:
    say, action = TOLD[each.hand]
    is_due = each.hand is Hand.ENDS_SOON
    is_over = is_due and each.oldest is not None and each.oldest <= now
    return HandRow(say(each.count), action, each.oldest, is_due, is_over, each.path, dict(each.query))
