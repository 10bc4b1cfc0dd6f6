"""Do arrival dates keep the share they state? Coverage on a simulated stream of parcels that nothing was fitted on.

    .venv/bin/python benchmarks/arrival_dates.py [--seed 1] [--days 240]

Public parcel data may not be shipped with the project (Olist is CC BY-NC-SA, LaDe names no licence), so the stream is
simulated: lanes of very different speed and traffic, skewed transit times, one parcel in twenty-five held up, a slow
drift, and a peak season in which everything takes longer. Each parcel is promised its dates on the day it is accepted,
from parcels delivered before that day only. "plain" reads the lane's own quantiles without blending and calibration.
"""

import argparse
import math
import random
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from shopify_app.shipments.estimate import BY, LIKELY, Experience, Lane, LaneKind, blend, level_for, pinball

WARM_UP_DAYS = 60
WINDOW_DAYS = 21


@dataclass(frozen=True)
class Stream:
    """A simulated shop: parcels of many lanes over some working days; `peak` slows the days inside it."""

    seed: int = 1
    days: int = 240
    per_day: int = 30
    peak: range = range(0)

    def parcels(self) -> Iterator[tuple[int, tuple[str, str, str], int]]:
        """(day accepted, (country, carrier, service), working days taken), in order of acceptance."""
        dice = random.Random(self.seed)
        speed = {}
        for country, base in {"home": 1.3, "near": 2.6, "far": 5.5, "overseas": 9.0}.items():
            for carrier in "ABC":
                for service in ("standard", "express"):
                    factor = dice.uniform(0.7, 1.4) * (0.6 if service == "express" else 1.0)
                    speed[country, carrier, service] = (base * factor, dice.uniform(0.25, 0.5), dice.paretovariate(1.1))
        weights = [busy for _, _, busy in speed.values()]
        for day in range(self.days):
            for lane in dice.choices(list(speed), weights, k=self.per_day):
                mean, spread, _ = speed[lane]
                yield day, lane, self._taken(dice, mean * (1 + 0.1 * day / self.days), spread, day)

    def _taken(self, dice: random.Random, mean: float, spread: float, day: int) -> int:
        held_up = dice.expovariate(1 / 4) if dice.random() < 0.04 else 0.0
        slower = 1.3 if day in self.peak else 1.0
        return max(1, math.ceil(dice.lognormvariate(math.log(mean * slower), spread) + held_up))


@dataclass
class Outcome:
    """Shares of parcels that came by the date of each kind, and the mean pinball price of the "by" date."""

    shown: int = 0
    kept: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    price: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def note(self, name: str, promised: int, taken: int) -> None:
        """Counts one promise of `promised` days for a parcel that took `taken`."""
        self.kept[name] += taken <= promised
        self.price[name] += pinball(taken - promised)

    def share(self, name: str) -> float:
        """Coverage of the dates called `name`."""
        return self.kept[name] / self.shown


@dataclass
class Shop:
    """What the simulated shop has learnt so far."""

    counts: dict[tuple[str, ...], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 61))
    ranks: deque[tuple[int, float]] = field(default_factory=deque)

    def experience(self, lane: tuple[str, str, str], today: int) -> Experience:
        """What the shop knows of a lane on a day."""
        while self.ranks and self.ranks[0][0] < today - WINDOW_DAYS:
            self.ranks.popleft()
        kinds = ((LaneKind.SERVICE, lane), (LaneKind.CARRIER, lane[:2]), (LaneKind.COUNTRY, lane[:1]))
        lanes = tuple(Lane(kind, tuple(self.counts[key])) for kind, key in kinds)
        return Experience(lanes, tuple(rank for _, rank in self.ranks))

    def learn(self, lane: tuple[str, str, str], taken: int, day: int) -> None:
        """Counts a delivered parcel."""
        self.ranks.append((day, blend(self.experience(lane, day).lanes).rank(taken)))
        for key in (lane, lane[:2], lane[:1]):
            self.counts[key][min(taken, 60)] += 1


def run(stream: Stream) -> Outcome:
    """Promises, deliveries and lessons in the order in which a shop would live them."""
    shop, outcome = Shop(), Outcome()
    on_the_way: dict[int, list[tuple[tuple[str, str, str], int]]] = defaultdict(list)
    learnt = -1
    for day, lane, taken in stream.parcels():
        while learnt < day - 1:  # parcels of earlier days are delivered before today's are promised
            learnt += 1
            for past_lane, past in on_the_way.pop(learnt, ()):
                shop.learn(past_lane, past, learnt)
        on_the_way[day + taken].append((lane, taken))
        if day >= WARM_UP_DAYS:
            _promise(outcome, shop.experience(lane, day), taken)
    return outcome


def _promise(outcome: Outcome, experience: Experience, taken: int) -> None:
    outcome.shown += 1
    transit = blend(experience.lanes)
    for name, share in (("likely", LIKELY), ("by", BY)):
        outcome.note(name, transit.days_for(level_for(share, experience.ranks)), taken)
        outcome.note(f"{name}, plain", _plain_quantile(experience.lanes[0].counts, share), taken)


def _plain_quantile(counts: tuple[int, ...], share: float) -> int:
    total, seen = sum(counts), 0
    for days, parcels in enumerate(counts):
        seen += parcels
        if total and seen >= share * total:
            return days
    return 5


def main() -> None:
    """Prints coverage for a steady stream, a small shop and a peak season."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--days", type=int, default=240)
    chosen = options.parse_args()
    streams = {
        "steady": Stream(chosen.seed, chosen.days),
        "small shop": Stream(chosen.seed + 1, chosen.days, per_day=6),
        "with a peak": Stream(chosen.seed + 2, chosen.days, peak=range(chosen.days // 2, chosen.days // 2 + 30)),
    }
    print(f"{'stream':12} {'parcels':>7}  {'likely':>6} {'(plain)':>7}  {'by':>6} {'(plain)':>7}  price of by (plain)")
    for name, stream in streams.items():
        seen = run(stream)
        shares = {kind: f"{seen.share(kind):.3f}" for kind in ("likely", "likely, plain", "by", "by, plain")}
        prices = {kind: seen.price[kind] / seen.shown for kind in ("by", "by, plain")}
        print(
            f"{name:12} {seen.shown:7}  {shares['likely']:>6} {shares['likely, plain']:>7}  {shares['by']:>6}"
            f" {shares['by, plain']:>7}  {prices['by']:9.3f} ({prices['by, plain']:.3f})"
        )
    print("wanted on a steady stream: likely 0.45 to 0.55, by 0.87 to 0.93")


if __name__ == "__main__":
    main()
