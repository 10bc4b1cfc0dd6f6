"""Which products to show beside an order: scores from counts, exclusions, slots. Pure.

``score(a -> b) = (n_ab + m * p_b) / (n_a + m) / n_b ** alpha`` with p_b = n_b / N: with no data on *a* it is damped
popularity, with much data the damped conditional. Measured against EASE^R in `benchmarks/recommendations.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

PRIOR_ORDERS = 10  # m: so many orders' worth of popularity stand behind every pair
SMALL_SHOP_ALPHA, LARGE_SHOP_ALPHA, LARGE_SHOP_ORDERS = 0.15, 0.30, 10_000
RETURN_PRIOR_ORDERS = 20
HISTORY_WEIGHT = 0.5  # what a kept earlier purchase counts beside this order, when it was made today
HISTORY_HALF_LIFE = timedelta(days=120)
SLOTS = 4
SHORT_LIST, SPARE_POPULAR = 20, 8  # so many are looked at closely: four are shown, the rest makes good for exclusions
NEW_FOR = timedelta(days=60)


class Why(StrEnum):
    """What a card says about itself."""

    GOES_WITH = "goes_with"  # often bought with a product of this order (or an earlier one)
    NEW = "new"
    PINNED = "pinned"
    POPULAR = "popular"


@dataclass(frozen=True)
class Candidate:
    """What the filters must know of a product. `orders` and `returned` are its (decayed) counts."""

    product_id: int
    is_shown: bool  # published, not a gift card, not deleted
    is_buyable: bool  # in stock and above price 0
    is_consumable: bool = False
    created_at: datetime | None = None
    product_type: str = ""
    orders: float = 0.0
    returned: float = 0.0


@dataclass(frozen=True)
class Shopper:
    """What this order and this shopper's past rule out and speak for."""

    ordered: frozenset[int]  # products of this order
    bought: Mapping[int, datetime]  # earlier purchases, newest time each
    returned: frozenset[int]


class Choice(NamedTuple):
    """One card: the product, why, and which product it goes with."""

    product_id: int
    why: Why
    because_of: int | None = None


def score(n_ab: float, n_a: float, n_b: float, orders: float) -> float:
    """How well *b* follows *a*; counts in (decayed) orders, `orders` the shop's total. Zero when *b* was never sold."""
    if n_b <= 0 or orders <= 0:
        return 0.0
    alpha = SMALL_SHOP_ALPHA if orders < LARGE_SHOP_ORDERS else LARGE_SHOP_ALPHA
    return (n_ab + PRIOR_ORDERS * n_b / orders) / (n_a + PRIOR_ORDERS) / n_b**alpha


def weights(shopper: Shopper, now: datetime) -> dict[int, float]:
    """How much each product speaks: this order's fully, kept earlier purchases less, fading by half in 120 days."""
    spoken = {
        product: HISTORY_WEIGHT * 0.5 ** (max(now - at, timedelta()) / HISTORY_HALF_LIFE)
        for product, at in shopper.bought.items()
        if product not in shopper.returned
    }
    return spoken | dict.fromkeys(shopper.ordered, 1.0)


def allowed(
    candidate: Candidate, shopper: Shopper, exclusions: frozenset[int], repeat_days: int, now: datetime
) -> bool:
    """The hard filters: never what is in this order, was ever returned, was just bought, or cannot be bought."""
    product = candidate.product_id
    if product in shopper.ordered or product in shopper.returned or product in exclusions:
        return False
    if not (candidate.is_shown and candidate.is_buyable):
        return False
    bought_at = shopper.bought.get(product)
    is_recent = bought_at is not None and now - bought_at < timedelta(days=repeat_days)
    return not is_recent or candidate.is_consumable


def shortlist(companions: Iterable[tuple[int, int, float]], shopper: Shopper, now: datetime) -> set[int]:
    """The companions that may come to be shown: the twenty best by points, and the eight most bought."""
    spoken, ruled_out = weights(shopper, now), shopper.ordered | shopper.returned
    sums: dict[int, float] = defaultdict(float)
    popular: list[tuple[float, int]] = []
    for product, other, points in companions:
        if other in ruled_out:
            continue
        if product == 0:
            popular.append((-points, other))
        elif product in spoken:
            sums[other] += points * spoken[product]
    best = sorted(sums, key=lambda other: (-sums[other], other))[:SHORT_LIST]
    return {*best, *(other for _, other in sorted(popular)[:SPARE_POPULAR])}


def choose(
    shopper: Shopper,
    companions: Iterable[tuple[int, int, float]],
    candidates: Mapping[int, Candidate],
    types: frozenset[str],
    pins: Sequence[int],
    exclusions: frozenset[int],
    repeat_days: int,
    now: datetime,
) -> list[Choice]:
    """At most four cards. Pins lead; then what the counts say, keeping one place for a new product of the same type;
    then popularity (companions of product 0); else nothing."""
    able = {
        product: candidate
        for product, candidate in candidates.items()
        if allowed(candidate, shopper, exclusions, repeat_days, now)
    }
    learned, popular = by_score(companions, able, weights(shopper, now), most=2 * SLOTS + len(pins))
    newest = _newest(able, types, now)
    chosen = {pin: Choice(pin, Why.PINNED) for pin in pins if pin in able}
    room_for_learned = SLOTS - (1 if newest else 0)
    for choice in learned:
        if len(chosen) < room_for_learned:
            chosen.setdefault(choice.product_id, choice)
    for choice in [*newest[:1], *learned, *popular]:
        if len(chosen) < SLOTS:
            chosen.setdefault(choice.product_id, choice)
    return list(chosen.values())[:SLOTS]


def by_score(
    companions: Iterable[tuple[int, int, float]],
    able: Mapping[int, Candidate],
    spoken: Mapping[int, float],
    most: int | None = None,
) -> tuple[list[Choice], list[Choice]]:
    """(learned, popular), best first, at most so many of each; a learned one names the product that spoke loudest for
    it."""
    sums: dict[int, float] = defaultdict(float)
    loudest: dict[int, tuple[float, int]] = {}
    popular: list[tuple[float, int]] = []
    kept = {product: _kept_share(candidate) for product, candidate in able.items()}
    for product, other, points in companions:
        if other not in kept:
            continue
        damped = points * kept[other]
        if product == 0:
            popular.append((damped, other))
            continue
        part = damped * spoken.get(product, 0.0)
        sums[other] += part
        loudest[other] = max(loudest.get(other, (0.0, 0)), (part, product))
    ranked = sorted(sums, key=lambda other: (-sums[other], other))
    learned = [Choice(other, Why.GOES_WITH, loudest[other][1]) for other in ranked[:most] if sums[other] > 0]
    popular.sort(key=lambda pair: (-pair[0], pair[1]))
    return learned, [Choice(other, Why.POPULAR) for _, other in popular[:most]]


def _kept_share(candidate: Candidate) -> float:
    """The share of orders that kept the product, careful with little evidence."""
    return 1.0 - min(candidate.returned / (candidate.orders + RETURN_PRIOR_ORDERS), 1.0)


def _newest(able: Mapping[int, Candidate], types: frozenset[str], now: datetime) -> list[Choice]:
    fresh = [
        candidate
        for candidate in able.values()
        if candidate.product_type in types and candidate.created_at and now - candidate.created_at < NEW_FOR
    ]
    fresh.sort(key=lambda candidate: (candidate.created_at or now, candidate.product_id), reverse=True)
    return [Choice(candidate.product_id, Why.NEW) for candidate in fresh]
