"""When a parcel arrives: two dates, the share of parcels that keep them, and what they are read from. Pure.

T is the number of working days from acceptance to delivery. Own histories of a lane are blended with those of wider
lanes (shrinkage, weight k = 30), conditioned on the days already gone, and read at levels that past parcels confirmed
(conformal): of the parcels like this one, nine in ten really came by the "by" date.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shopify_app.shipments.calendar import Calendar
from shopify_app.shipments.states import NOT_COMING, ParcelState

LIKELY, BY = 0.5, 0.9
ENOUGH_DELIVERIES = 50
SHRINKAGE = 30
BEYOND_EXPERIENCE = 0.02
"""When fewer parcels than this share ever took so long, our history has nothing to say about the rest of the way."""
LONGEST = 60
"""Working days; slower parcels count as this slow."""
# Before the first own parcels: wide on purpose, a weight of 30 parcels that real ones soon outvote.
_UNINFORMED = tuple(0.8**day * 0.2 / (1 - 0.8 ** (LONGEST + 1)) for day in range(LONGEST + 1))


class Basis(StrEnum):
    """What a date is read from."""

    CARRIER = "carrier"
    SHOP_HISTORY = "shop_history"
    SERVICE_PRIOR = "service_prior"
    MERCHANT_TEXT = "merchant_text"


class Because(StrEnum):
    """Why a date we showed was moved."""

    CARRIER_DATE = "carrier_date"
    CARRIER_DELAY = "carrier_delay"
    ATTEMPTED = "attempted"
    PROGRESS = "progress"
    LATE = "late"


class LaneKind(StrEnum):
    """Which parcels are "parcels like this": the narrowest lane that is not thinly travelled."""

    SERVICE = "service"
    CARRIER = "carrier"
    COUNTRY = "country"


@dataclass(frozen=True)
class Arrival:
    """Dates at the destination. `by` is None only on the basis of the merchant's text, which names none.

    `share_percent` of parcels arrive by `by` (None where nobody states a share); `parcels` is how many of `kind` it is
    read from. A revised date tells `because` of what.
    """

    likely: date | None
    by: date | None
    basis: Basis
    share_percent: int | None = None
    parcels: int | None = None
    kind: LaneKind | None = None
    because: Because | None = None


@dataclass(frozen=True)
class Published:
    """A carrier's published service: within `working_days` for `share_percent` of parcels."""

    working_days: int
    share_percent: int


@dataclass(frozen=True)
class Lane:
    """How many parcels took how many working days (index = days) on one kind of lane."""

    kind: LaneKind
    counts: tuple[int, ...]

    @property
    def parcels(self) -> int:
        """All parcels of the lane."""
        return sum(self.counts)


@dataclass(frozen=True)
class Experience:
    """What a shop knows about parcels like this one.

    `lanes` from narrow to wide; `ranks` are `Transit.rank`s of lately delivered parcels; `is_carrier_better` says
    whether the carrier's dates have beaten ours (None: nobody has measured).
    """

    lanes: tuple[Lane, ...] = ()
    ranks: tuple[float, ...] = ()
    is_carrier_better: bool | None = None
    published: Published | None = None

    @property
    def deliveries(self) -> int:
        """Parcels of the widest lane: what we need fifty of before we show a date of our own."""
        return self.lanes[-1].parcels if self.lanes else 0


@dataclass(frozen=True)
class Parcel:
    """What is known of one parcel, at its destination: day zero, today and the hour there, its state, whether it was
    put on the vehicle today, and the date its carrier gives."""

    day_zero: date
    today: date
    hour: int
    state: ParcelState
    is_on_vehicle_today: bool = False
    carrier_date: date | None = None


@dataclass(frozen=True)
class Transit:
    """The distribution of T: `chances[d]` is P(T = d)."""

    chances: tuple[float, ...] = field(default=_UNINFORMED)

    def within(self, days: int, gone: int = -1) -> float:
        """P(T <= days | T > gone); 1 where everything we ever saw was faster than `gone`."""
        left = sum(self.chances[gone + 1 :])
        return min(1.0, sum(self.chances[gone + 1 : days + 1]) / left) if left > 1e-12 else 1.0

    def days_for(self, share: float, gone: int = -1) -> int:
        """The fewest days d > gone with P(T <= d | T > gone) >= share."""
        return next((d for d in range(gone + 1, LONGEST) if self.within(d, gone) >= share - 1e-9), LONGEST)

    def rank(self, days: int) -> float:
        """P(T < days): the share of parcels expected to be faster than one that took `days`."""
        return sum(self.chances[: min(days, LONGEST)])


def blend(lanes: Sequence[Lane]) -> Transit:
    """One distribution out of lanes from narrow to wide; each leans on the next wider one with the weight of 30."""
    chances: Sequence[float] = _UNINFORMED
    for lane in reversed(lanes):
        total = lane.parcels + SHRINKAGE
        counts = lane.counts + (0,) * (LONGEST + 1 - len(lane.counts))
        chances = [(n + SHRINKAGE * chance) / total for n, chance in zip(counts, chances, strict=True)]
    return Transit(tuple(chances))


def level_for(share: float, ranks: Sequence[float]) -> float:
    """The level to read distributions at so that `share` of recent parcels would have kept the date.

    A parcel keeps the date read at level x when its rank is below x. Whole days make coverage jump: the level whose
    coverage comes closest is taken, the upper one of two. Below fifty parcels the share itself is the level.
    """
    if len(ranks) < ENOUGH_DELIVERIES:
        return share
    ordered = sorted(ranks)
    place = min(len(ordered) - 1, round(share * len(ordered)))
    edge = ordered[place]
    below, upto = _count_below(ordered, edge), sum(rank <= edge for rank in ordered)
    keeps_fewer = share * len(ordered) - below < upto - share * len(ordered)
    return edge if keeps_fewer and below else min(1.0, edge + 1e-6)


def arrival(parcel: Parcel, experience: Experience, calendar: Calendar) -> Arrival | None:
    """When the parcel arrives, None when it will not (it has, it waits at a counter, or it goes back)."""
    if parcel.state in NOT_COMING:
        return None
    if parcel.is_on_vehicle_today:
        return Arrival(parcel.today, parcel.today, Basis.CARRIER)
    if parcel.carrier_date and _takes_carrier_date(parcel, experience):
        return Arrival(parcel.carrier_date, parcel.carrier_date, Basis.CARRIER)
    if experience.deliveries >= ENOUGH_DELIVERIES:
        return _from_history(parcel, experience, calendar)
    if experience.published:
        day = calendar.add(parcel.day_zero, experience.published.working_days)
        if day >= parcel.today:
            return Arrival(None, day, Basis.SERVICE_PRIOR, experience.published.share_percent)
    if parcel.carrier_date:
        return Arrival(parcel.carrier_date, parcel.carrier_date, Basis.CARRIER)
    return Arrival(None, None, Basis.MERCHANT_TEXT)


def chance_of(shown: date, parcel: Parcel, experience: Experience, calendar: Calendar) -> float | None:
    """P(the parcel comes by `shown`, given that it has not come yet); None without enough history."""
    if experience.deliveries < ENOUGH_DELIVERIES:
        return None
    days = calendar.between(parcel.day_zero, shown)
    gone = days_gone(parcel, calendar)
    return blend(experience.lanes).within(days, gone) if days > gone else 0.0


def days_gone(parcel: Parcel, calendar: Calendar) -> int:
    """The working days that are surely over: the parcel took more than these. Today counts once vans are back."""
    if parcel.today < parcel.day_zero:
        return -1
    passed = calendar.between(parcel.day_zero, parcel.today)
    is_over = parcel.hour >= EVENING or not calendar.is_working(parcel.today)
    return passed if is_over else passed - 1


EVENING = 21
"""The local hour after which nothing is delivered any more."""


def pinball(error_days: float, share: float = BY) -> float:
    """The price of a date that was `error_days` too early (positive) or too late (negative), for a promised share."""
    return error_days * share if error_days > 0 else -error_days * (1 - share)


def is_carrier_better(ours: Sequence[int], carriers: Sequence[int]) -> bool | None:
    """Have the carrier's dates been the better promise? Errors in working days; None below thirty parcels."""
    if len(carriers) < SHRINKAGE or len(ours) < SHRINKAGE:
        return None
    return sum(map(pinball, carriers)) / len(carriers) < sum(map(pinball, ours)) / len(ours)


def _takes_carrier_date(parcel: Parcel, experience: Experience) -> bool:
    if parcel.carrier_date is None or parcel.carrier_date < parcel.today:
        return False
    has_own = experience.deliveries >= ENOUGH_DELIVERIES
    # A carrier that reports a delay knows something our history does not.
    return not has_own or experience.is_carrier_better is not False or parcel.state is ParcelState.DELAYED


def _from_history(parcel: Parcel, experience: Experience, calendar: Calendar) -> Arrival:
    transit, gone = blend(experience.lanes), days_gone(parcel, calendar)
    if 1 - transit.rank(gone + 1) < BEYOND_EXPERIENCE:
        return Arrival(None, None, Basis.MERCHANT_TEXT)
    likely, by = (transit.days_for(level_for(share, experience.ranks), gone) for share in (LIKELY, BY))
    lane = next((lane for lane in experience.lanes if lane.parcels >= SHRINKAGE), experience.lanes[-1])
    return Arrival(
        likely=max(parcel.today, calendar.add(parcel.day_zero, likely)),
        by=max(parcel.today, calendar.add(parcel.day_zero, max(likely, by))),
        basis=Basis.SHOP_HISTORY,
        share_percent=round(BY * 100),
        parcels=lane.parcels,
        kind=lane.kind,
    )


def _count_below(ordered: Sequence[float], edge: float) -> int:
    return sum(rank < edge for rank in ordered)
