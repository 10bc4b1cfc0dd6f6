"""Of several policy versions, aspect by aspect, what is better for the shopper.

`returns.md`, Dates: the version in force at purchase holds; a later version applies where it is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shopify_app.returns.reading import Decided, Reading
from shopify_app.returns.verdicts import Aspect, Promise
from shopify_app.returns.vocabulary import Approval, MoneyEvent

_EVENTS = list(MoneyEvent)


def best(readings: Sequence[Reading], aspect: Aspect, part: str) -> Decided:
    """The decision with the best value; the version in force at purchase, which comes first, wins when equal.

    Each aspect is chosen by itself, as each effect of a policy is decided by itself.
    """
    stamped, *later = readings
    chosen = stamped.of(aspect, part)
    if not later:
        return chosen
    rank = _rank(stamped, aspect, chosen.value)
    for reading in later:
        found = reading.of(aspect, part)
        if _rank(reading, aspect, found.value) > rank:
            chosen, rank = found, _rank(reading, aspect, found.value)
    return chosen


def _rank(reading: Reading, aspect: Aspect, value: Any) -> Any:
    """Greater is better for the shopper."""
    match aspect:
        case Aspect.WINDOW:
            return _days(reading, value)
        case Aspect.RESTOCKING:
            return -value
        case Aspect.SHIPPING:
            return -value.amount if value else 0
        case Aspect.BONUS:
            return _worth(reading, value)
        case Aspect.MONEY_EVENT:
            return -_EVENTS.index(value)
        case Aspect.KEEP_BELOW:
            return value.amount if value else 0
        case Aspect.APPROVAL:
            return value is Approval.AT_ONCE
        case Aspect.PHOTOS:
            return not value
        case Aspect.QUESTION:
            return value is None
    return bool(value)


def _days(reading: Reading, window: Any) -> tuple[bool, int, int]:
    """Open on the day of notice before closed, then the later end, then the earlier beginning."""
    span = reading.span(window)
    if span is None:
        return (False, 0, 0)
    last = span.last or date.max
    return (span.has(reading.today()), last.toordinal(), -span.first.toordinal())


def _worth(reading: Reading, promise: Promise | None) -> tuple[int, Decimal, int]:
    """What the bonus would be on one unit of the line, then its percentage, then its life."""
    if promise is None:
        return (0, Decimal(0), 0)
    price = reading.subject.line.price_paid
    worth = promise.flat if promise.flat else price.percent(promise.percent)
    caps = [cap.amount for cap in (promise.cap_per_order, promise.cap_per_customer) if cap is not None]
    return (min([worth.amount, *caps]), promise.percent, promise.expires_months)
