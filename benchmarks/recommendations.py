"""Our counts in SQL beside EASE^R and popularity: one product of each later basket hidden, is it among the ten best?

    .venv/bin/python -m benchmarks.recommendations            # 6,000 questions, about four minutes
    .venv/bin/python -m benchmarks.recommendations --quick    # 1,500 questions, commoner products only

The orders of a year (benchmarks/groceries.py), learnt from the first four fifths by time. Ours is what a guest's page
computes: `recommendations.learn` on SQLite, lists of fifty, `ranking`. Then each of a thousand later orders is learnt
and asked for its cards, one at a time, the transaction and its commit included. Gates: five milliseconds for an order
learnt, at the median (nobody waits for it, and every so often one pays for SQLite's checkpoint), and for cards at the
99th percentile (somebody waits). They are on the processor's time, which a busy neighbour leaves alone; that of the
clock on the wall stands beside it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import recommendations_peers as peers
from benchmarks.groceries import Basket, Split, baskets, install, questions, split
from benchmarks.recommending_shop import RecommendingShop, Taken

LEAST_OF_EASE, MOST_MS = 0.90, 5.0
EARLIER_ORDERS = 10
SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    install()
    parts = split(baskets(), share=0.8, least_orders=200 if quick else 60)
    print(f"{len(parts.past)} orders to learn from, {len(parts.products)} products", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        shop = RecommendingShop.open(Path(folder), parts.products)
        shop.count_all(parts.past)
        is_good = [compare(shop, parts, 1_500 if quick else 6_000), time_it(shop, parts, 200 if quick else 1_000)]
        shop.database.engine.dispose()
    sys.exit(0 if all(is_good) else 1)


def compare(shop: RecommendingShop, parts: Split, count: int) -> bool:
    """HR@10 of the three, side by side; whether ours reaches the gate."""
    asked = questions(parts.later, count, SEED)
    ours = shop.hits(asked)
    ease = peers.ease_hits(parts, asked)
    popular = peers.popularity_hits(parts, asked)
    strength = max(ease, key=lambda each: ease[each])
    best = ease[strength]
    print(f"\n{'HR@10':28} {'share':>7} {'hits':>7} {'of EASE^R':>10}")
    for name, hits in (("ours", ours), (f"EASE^R (lambda {strength:.0f})", best), ("popularity", popular)):
        print(f"{name:28} {hits / len(asked):>7.4f} {hits:>7} {hits / best:>10.3f}")
    return ours >= LEAST_OF_EASE * best


def time_it(shop: RecommendingShop, parts: Split, count: int) -> bool:
    """Learning and asking, order by order; whether both keep to five milliseconds, at the median and the 99th
    percentile."""
    some = parts.later[:count]
    guests = [shop.place(replace(basket), is_guest=True) for basket in some]
    regulars = [_regular(shop, basket, parts.later) for basket in some[: count // 4]]
    print(f"\n{'milliseconds':28} {'median':>7} {'p99':>7} {'on a wall':>9} {'p99':>7}")
    learning, _ = report("learning an order", shop.time_learning(guests))
    _, cards = report("cards for a guest", shop.time_cards(guests))
    _, loyal = report(f"cards, {EARLIER_ORDERS} earlier orders", shop.time_cards(regulars))
    return max(learning, cards, loyal) <= MOST_MS


def report(name: str, taken: Sequence[Taken]) -> tuple[float, float]:
    """Prints one line; median and 99th percentile of the processor's time."""
    busy, wall = sorted(each.busy for each in taken), sorted(each.wall for each in taken)
    half, last = len(taken) // 2, len(taken) * 99 // 100
    print(f"{name:28} {busy[half]:>7.2f} {busy[last]:>7.2f} {wall[half]:>9.2f} {wall[last]:>7.2f}", flush=True)
    return busy[half], busy[last]


def _regular(shop: RecommendingShop, basket: Basket, later: Sequence[Basket]) -> int:
    """The order of a shopper who bought ten other baskets of the data before."""
    start = later.index(basket)
    for days, earlier in enumerate(later[start + 1 : start + 1 + EARLIER_ORDERS], 1):
        shop.place(Basket(basket.household, earlier.products), days_ago=20 * days)
    return shop.place(basket)


if __name__ == "__main__":
    main()
