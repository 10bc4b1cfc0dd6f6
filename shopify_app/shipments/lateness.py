"""Is a parcel late, and which rule says so; and when a date we showed has to be moved. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shopify_app.shipments.calendar import Calendar
from shopify_app.shipments.estimate import EVENING, Arrival, Basis, Because, Parcel
from shopify_app.shipments.states import NOT_COMING, ParcelState

UNLIKELY = 0.5
NO_FIRST_SCAN_DAYS = 2
SILENT_DAYS = 4
STALE_DAYS = 30
"""Calendar days without a word after which nobody should expect a scan any more (AfterShip and 17TRACK: Expired)."""
CUSTOMS_DAYS = 3


class LateRisk(StrEnum):
    """Whether the parcel misses the date we showed: no sign of it, perhaps, surely."""

    NONE = "none"
    POSSIBLE = "possible"
    LATE = "late"


class LateRule(StrEnum):
    """What fired."""

    STALE = "stale"
    CARRIER_SAYS = "carrier_says"
    DATE_PASSED = "date_passed"
    NOT_DELIVERED_TODAY = "not_delivered_today"
    DATE_UNLIKELY = "date_unlikely"
    NO_FIRST_SCAN = "no_first_scan"
    LONG_IN_CUSTOMS = "long_in_customs"
    SILENT = "silent"


@dataclass(frozen=True)
class Lateness:
    """The risk and the one rule behind it (None with no risk)."""

    risk: LateRisk = LateRisk.NONE
    rule: LateRule | None = None


@dataclass(frozen=True)
class Signs:
    """What lateness is judged by, all at the destination.

    `first_by` is the first date we ever showed, `chance` the chance that the date shown now is kept (None: unknown),
    `state_since` and `last_scan` are local days, None when there was no scan or its day is not proven.
    """

    shipped: date
    first_by: date | None = None
    chance: float | None = None
    state_since: date | None = None
    last_scan: date | None = None


def lateness(parcel: Parcel, signs: Signs, calendar: Calendar) -> Lateness:
    """The gravest thing that is true of the parcel; nothing once it has ended, waits at a counter or goes back."""
    if parcel.state in NOT_COMING:
        return Lateness()
    for rule, risk in _RULES.items():
        if _fires(rule, parcel, signs, calendar):
            return Lateness(risk, rule)
    return Lateness()


_RULES = {
    LateRule.STALE: LateRisk.LATE,
    LateRule.CARRIER_SAYS: LateRisk.LATE,
    LateRule.DATE_PASSED: LateRisk.LATE,
    LateRule.NOT_DELIVERED_TODAY: LateRisk.POSSIBLE,
    LateRule.DATE_UNLIKELY: LateRisk.POSSIBLE,
    LateRule.NO_FIRST_SCAN: LateRisk.POSSIBLE,
    LateRule.LONG_IN_CUSTOMS: LateRisk.POSSIBLE,
    LateRule.SILENT: LateRisk.POSSIBLE,
}


def _fires(rule: LateRule, parcel: Parcel, signs: Signs, calendar: Calendar) -> bool:
    today, state = parcel.today, parcel.state
    match rule:
        case LateRule.STALE:
            return (today - (signs.last_scan or signs.shipped)).days > STALE_DAYS
        case LateRule.CARRIER_SAYS:
            return state is ParcelState.DELAYED
        case LateRule.DATE_PASSED:
            return signs.first_by is not None and today > signs.first_by
        case LateRule.NOT_DELIVERED_TODAY:
            return state is ParcelState.OUT_FOR_DELIVERY and _is_over(signs.state_since, parcel)
        case LateRule.DATE_UNLIKELY:
            return signs.chance is not None and signs.chance < UNLIKELY
        case LateRule.NO_FIRST_SCAN:
            is_waiting = state in (ParcelState.AWAITING_DATA, ParcelState.LABEL_CREATED)
            return is_waiting and calendar.between(signs.shipped, today) > NO_FIRST_SCAN_DAYS
        case LateRule.LONG_IN_CUSTOMS:
            return state is ParcelState.IN_CUSTOMS and _longer(signs.state_since, CUSTOMS_DAYS, parcel, calendar)
        case LateRule.SILENT:
            return _longer(signs.last_scan, SILENT_DAYS, parcel, calendar)


def _is_over(day: date | None, parcel: Parcel) -> bool:
    return day is not None and (parcel.today > day or (parcel.today == day and parcel.hour >= EVENING))


def _longer(since: date | None, days: int, parcel: Parcel, calendar: Calendar) -> bool:
    return since is not None and calendar.between(since, parcel.today) > days


def why_moved(shown: Arrival, fresh: Arrival, parcel: Parcel, chance: float | None) -> Because | None:
    """Why the date we show should now be `fresh`; None to leave what we said alone.

    A date is not nudged every day: it moves when the carrier says so, when the parcel is on the vehicle, or when the
    date we showed has passed or become unlikely.
    """
    if fresh.by is None or fresh.by == shown.by or shown.by is None:
        return None
    if parcel.is_on_vehicle_today:
        return Because.PROGRESS
    if fresh.by > shown.by and parcel.state in _TOLD:
        return _TOLD[parcel.state]
    if fresh.basis is Basis.CARRIER:
        return Because.CARRIER_DATE
    is_unlikely = fresh.by > shown.by and chance is not None and chance < UNLIKELY
    return Because.LATE if shown.by < parcel.today or is_unlikely else None


_TOLD = {
    ParcelState.DELAYED: Because.CARRIER_DELAY,
    ParcelState.DELIVERY_ATTEMPTED: Because.ATTEMPTED,
}
