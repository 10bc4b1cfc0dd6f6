"""What is counted for each day, before anything is divided by anything. Pure.

`measures` makes figures of these; the names are stored (`DayFigure.measure`), so they do not change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Count(StrEnum):
    """What a stored number counts. After the dash: what `key` breaks it down by, and whether it is money."""

    # the day an order was placed; without tests, cancelled and deleted orders
    ORDERS = "orders"
    SALES = "sales"  # money: goods after discounts, without shipping
    UNITS = "units"
    ORDERS_AGAIN = "orders_again"  # by customers who had bought before
    SALES_AGAIN = "sales_again"  # money
    HANDED_OVER = "handed_over"  # hours until the first parcel was with its carrier
    HAND_OVER_PROMISED = "hand_over_promised"
    HAND_OVER_KEPT = "hand_over_kept"
    CARD_SALES = "card_sales"  # product|strict, product|broad, offer|... ; money
    CARD_REFUNDED = "card_refunded"  # the same; money
    # the day a parcel was delivered
    DELIVERED = "delivered"  # carrier|country
    DELIVERED_PROMISED = "delivered_promised"  # carrier|country
    DELIVERED_KEPT = "delivered_kept"  # carrier|country
    TRANSIT_PARCELS = "transit_parcels"  # carrier|country: those whose way was seen from acceptance on
    TRANSIT_DAYS = "transit_days"  # carrier|country: their working days
    # the day a return was asked for; without cancelled and declined ones unless it says so
    RETURNS = "returns"
    RETURNED_UNITS = "returned_units"
    BY_REASON = "by_reason"  # reason: units
    BY_PRODUCT = "by_product"  # product|reason: units
    BY_VARIANT = "by_variant"  # product|variant: units
    BY_VENDOR = "by_vendor"  # vendor: units
    BY_OUTCOME = "by_outcome"  # outcome: units
    DECLINED = "declined"
    DECIDED = "decided"  # hours until a person said yes or no
    DECIDED_BY_RULE = "decided_by_rule"
    ANSWER_PROMISED = "answer_promised"
    ANSWER_KEPT = "answer_kept"
    # the day money moved, by the ledger; all money but REFUNDED_AFTER
    VALUE_BACK = "value_back"
    REFUNDED = "refunded"
    CREDITED = "credited"
    EXCHANGED = "exchanged"
    FEES = "fees"
    BONUS = "bonus"
    PAID_ON_TOP = "paid_on_top"
    ELSEWHERE = "elsewhere"
    REFUNDED_AFTER = "refunded_after"  # hours from the request to the confirmed refund
    # the day a page was seen
    VIEWS = "views"  # surface
    OPENED = "opened"  # orders whose page was seen
    WENT_ON = "went_on"  # of these, those from which somebody went on to the shop
    CLICKS = "clicks"  # product, offer
    LOOKUPS_ANSWERED = "lookups_answered"
    LOOKUPS_MISSED = "lookups_missed"


BROKEN_DOWN = frozenset({Count.BY_PRODUCT, Count.BY_VARIANT, Count.BY_VENDOR})
"""Those with so many keys that they are read only where they are shown."""
HOURS = (1, 2, 4, 8, 12, 24, 36, 48, 72, 96, 120, 168, 240, 336, 504, 720)
"""Upper ends of the spans that durations are counted in; what took longer is counted under LONGER."""
LONGER = 100_000

Key = tuple[Count, str, str]
"""(count, key, currency)."""


def hours_key(took: timedelta) -> str:
    """Under which span of HOURS a duration is counted, padded so that text sorts as numbers do."""
    hours = max(timedelta(0), took) / timedelta(hours=1)
    return f"{next((edge for edge in HOURS if hours <= edge), LONGER):06d}"


@dataclass
class Tally:
    """Numbers under (count, key, currency), while a day is counted."""

    numbers: Counter[Key] = field(default_factory=Counter)

    def add(self, count: Count, number: int = 1, *, key: str = "", currency: str = "") -> None:
        if number:
            self.numbers[count, key[:255], currency] += number


@dataclass(frozen=True)
class Sums:
    """The numbers of a range of days, added up."""

    numbers: Mapping[Key, int]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str, int]]) -> Sums:
        """From (count, key, currency, number); numbers under one name are added."""
        found: Counter[Key] = Counter()
        for count, key, currency, number in rows:
            found[Count(count), key, currency] += int(number)
        return cls(found)

    def total(self, count: Count, currency: str = "") -> int:
        """Over all keys."""
        return sum(number for (name, _, code), number in self.numbers.items() if name == count and code == currency)

    def keys(self, count: Count, currency: str = "") -> dict[str, int]:
        """By key, the largest first."""
        found = {key: number for (name, key, code), number in self.numbers.items() if (name, code) == (count, currency)}
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def currencies(self, count: Count) -> dict[str, int]:
        """By currency, over all keys."""
        found: Counter[str] = Counter()
        for (name, _, code), number in self.numbers.items():
            if name == count:
                found[code] += number
        return dict(sorted(found.items()))

    def median_hours(self, count: Count) -> int | None:
        """The span's upper end (hours) within which half of all durations lie; LONGER beyond the last one; None when
        nothing was counted."""
        spans = sorted((int(key), number) for key, number in self.keys(count).items())
        half, seen = self.total(count) / 2, 0
        for edge, number in spans:
            seen += number
            if seen >= half:
                return edge
        return None
