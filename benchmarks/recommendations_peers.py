"""What our recommendations are measured against: EASE^R and popularity, on dense matrices (numpy).

EASE^R: H. Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019: B = I - P diag(1/P), where P is the
inverse of the item-by-item Gram matrix plus lambda on its diagonal. It sees every pair of every basket.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.groceries import Basket, Question, Split

LAMBDAS = (30.0, 100.0, 300.0)
"""Tried in turn; the best of them on the very questions counts, in the peer's favour."""
PAIRS_AT_ONCE = 2_000_000


def ease_hits(split: Split, asked: Sequence[Question], best: int = 10) -> dict[float, int]:
    """Hidden products among the `best` of EASE^R, for each lambda."""
    numpy = _numpy()
    places = {product: place for place, product in enumerate(split.products)}
    gram = _gram(split.past, places)
    found = {}
    for strength in LAMBDAS:
        inverse = numpy.linalg.inv(gram + strength * numpy.eye(len(places), dtype=numpy.float32))
        weights = inverse / -numpy.diag(inverse)[None, :]
        numpy.fill_diagonal(weights, 0)
        found[strength] = sum(_is_hit(weights, question, places, best) for question in asked)
    return found


def popularity_hits(split: Split, asked: Sequence[Question], best: int = 10) -> int:
    """Hidden products among the `best` sold that are not in the basket already."""
    counts: dict[int, int] = dict.fromkeys(split.products, 0)
    for basket in split.past:
        for product in basket.products:
            counts[product] += 1
    ranked = sorted(counts, key=lambda product: -counts[product])
    longest = max((len(question.shown) for question in asked), default=0)
    return sum(
        question.hidden in [product for product in ranked[: best + longest] if product not in question.shown][:best]
        for question in asked
    )


def _gram(past: Sequence[Basket], places: dict[int, int]) -> Any:
    """In how many baskets two products were together."""
    numpy, size = _numpy(), len(places)
    counted, waiting, pairs = numpy.zeros(size * size, dtype=numpy.float32), [], 0
    for basket in past:
        row = numpy.array([places[product] for product in basket.products])
        waiting.append((row[:, None] * size + row[None, :]).ravel())
        pairs += len(waiting[-1])
        if pairs > PAIRS_AT_ONCE:
            numpy.add.at(counted, numpy.concatenate(waiting), numpy.float32(1))
            waiting, pairs = [], 0
    if waiting:
        numpy.add.at(counted, numpy.concatenate(waiting), numpy.float32(1))
    return counted.reshape(size, size)


def _is_hit(weights: Any, question: Question, places: dict[int, int], best: int) -> bool:
    shown = [places[product] for product in question.shown]
    scores = weights[shown].sum(0)
    scores[shown] = -float("inf")
    return bool((scores > scores[places[question.hidden]]).sum() < best)


def _numpy() -> Any:
    import numpy  # type: ignore[import-not-found]

    return numpy
