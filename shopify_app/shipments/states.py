"""Where a parcel is and why: the canonical states, and how scans become one state.

State answers "where is it", reason answers "why". The state is always recomputed from the whole list of scans, so that
a scan that arrives late, arrives twice or is taken back by the carrier needs no special path.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ParcelState(StrEnum):
    """Fifteen places a parcel can be; `UNKNOWN` marks a word we cannot read and is never shown to a shopper."""

    AWAITING_DATA = "awaiting_data"
    LABEL_CREATED = "label_created"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    IN_CUSTOMS = "in_customs"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERY_ATTEMPTED = "delivery_attempted"
    DELAYED = "delayed"
    ACTION_REQUIRED = "action_required"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST_OR_DESTROYED = "lost_or_destroyed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a parcel is where it is; only set where a source says so."""

    # what is done before it is handed over
    BEING_PREPARED = "being_prepared"
    # how it was handed over
    PERSON = "person"
    SAFE_PLACE = "safe_place"
    NEIGHBOUR = "neighbour"
    LOCKER = "locker"
    COLLECTED = "collected"
    # what somebody must bring or settle
    ADDRESS = "address"
    DUTY = "duty"
    PAPERS = "papers"
    BUYER = "buyer"
    # why it did not go as planned
    NOBODY_THERE = "nobody_there"
    CLOSED = "closed"
    REFUSED = "refused"
    NOT_COLLECTED = "not_collected"
    WEATHER = "weather"
    CUSTOMS = "customs"
    DAMAGED = "damaged"
    LOST = "lost"
    LABEL_VOIDED = "label_voided"
    CARRIER_EXCEPTION = "carrier_exception"


TERMINAL = frozenset(
    {ParcelState.DELIVERED, ParcelState.RETURNED, ParcelState.LOST_OR_DESTROYED, ParcelState.CANCELLED}
)
NOT_COMING = TERMINAL | {ParcelState.RETURNING, ParcelState.READY_FOR_PICKUP}
"""States in which no van is on its way to the shopper: no arrival date, and nothing to be late for."""
RETURN_SCANS = frozenset({ParcelState.RETURNING, ParcelState.RETURNED})
BEFORE_MOVING = (ParcelState.AWAITING_DATA, ParcelState.LABEL_CREATED, ParcelState.ACCEPTED)
# A parcel on its way back is still scanned in depots; those scans do not turn it round again.
ENDS_A_RETURN = frozenset({ParcelState.RETURNED, ParcelState.DELIVERED, ParcelState.LOST_OR_DESTROYED})


@dataclass(frozen=True)
class ScanFact:
    """One thing a source said about a parcel.

    `at` is UTC and orders the scans; a date-only scan stands at its placeholder midnight (it may order the events of
    a day, it never proves lateness). `sequence` is the source's own order and settles equal times. `key` is the
    source's identity of the scan. `state` UNKNOWN with reason CARRIER_EXCEPTION is a generic exception.
    `is_correction` marks the merchant's own word, which may leave a terminal state.
    """

    key: str
    state: ParcelState
    at: datetime
    reason: Reason | None = None
    code: str = ""
    place: str = ""
    sequence: int = 0
    is_correction: bool = False


@dataclass(frozen=True)
class ParcelStatus:
    """The state of a parcel, the reason, since when (UTC, None before the first scan) and the scan that last spoke."""

    state: ParcelState = ParcelState.AWAITING_DATA
    reason: Reason | None = None
    at: datetime | None = None
    scan: ScanFact | None = None

    @property
    def is_terminal(self) -> bool:
        """True when only a return scan, a deleted event or the merchant can change the state again."""
        return self.state in TERMINAL


def state_from_scans(scans: Iterable[ScanFact]) -> ParcelStatus:
    """The parcel's status after all its scans, whatever order they came in and however often each was repeated."""
    status = ParcelStatus()
    for scan in in_order(scans):
        status = merge(status, scan)
    return status


def merge(current: ParcelStatus, incoming: ScanFact) -> ParcelStatus:
    """`current` after one more scan; unchanged when the scan is older, unreadable or not allowed to move the parcel."""
    if current.scan is not None and _order(incoming) < _order(current.scan):
        return current
    if incoming.is_correction:
        return _moved(incoming)
    if incoming.state is ParcelState.UNKNOWN:
        return _with_exception(current, incoming)
    if not may_follow(current.state, incoming.state):
        return current
    return _moved(incoming) if incoming.state is not current.state else _repeated(current, incoming)


def may_follow(current: ParcelState, incoming: ParcelState) -> bool:
    """May a newer carrier scan `incoming` move a parcel that is `current`?

    Terminal states are left by return scans only; a returning parcel ignores depot scans; label and hand-over scans
    that come after the parcel moved are late paperwork.
    """
    if current in TERMINAL:
        return current is ParcelState.DELIVERED and incoming in RETURN_SCANS
    if current is ParcelState.RETURNING:
        return incoming in ENDS_A_RETURN or incoming is ParcelState.RETURNING
    if incoming in BEFORE_MOVING:
        return current in BEFORE_MOVING and BEFORE_MOVING.index(incoming) >= BEFORE_MOVING.index(current)
    return True


def in_order(scans: Iterable[ScanFact]) -> list[ScanFact]:
    """Scans by time, then by the source's order; the same minute, code, state and place is one fact and kept once."""
    kept: dict[tuple[object, ...], ScanFact] = {}
    for scan in sorted(scans, key=_order):
        kept.setdefault(_identity(scan), scan)
    return list(kept.values())


def _order(scan: ScanFact) -> tuple[object, ...]:
    # Everything after `sequence` only makes the order total, so that a shuffled list always sorts the same way.
    rank = list(ParcelState).index(scan.state)
    return (scan.at, scan.sequence, scan.is_correction, rank, scan.key, scan.code, scan.reason or "", scan.place)


def _identity(scan: ScanFact) -> tuple[object, ...]:
    minute = scan.at.replace(second=0, microsecond=0)
    return (minute, scan.code, scan.state, scan.place.casefold(), scan.is_correction)


def _moved(scan: ScanFact) -> ParcelStatus:
    return ParcelStatus(scan.state, scan.reason, scan.at, scan)


def _repeated(current: ParcelStatus, scan: ScanFact) -> ParcelStatus:
    # "In transit" again: the state began with the first scan; a carrier exception is over once it is scanned again.
    kept = None if current.reason is Reason.CARRIER_EXCEPTION else current.reason
    return ParcelStatus(current.state, scan.reason or kept, current.at, scan)


def _with_exception(current: ParcelStatus, scan: ScanFact) -> ParcelStatus:
    if current.is_terminal or scan.reason is None:
        return current
    return ParcelStatus(current.state, scan.reason, current.at, scan)
