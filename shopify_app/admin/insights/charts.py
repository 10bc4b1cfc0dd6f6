"""Charts as shapes: what a template draws as SVG. Pure; words come in, coordinates go out.

Shapes stretch to the width they are given (their labels do not: those are HTML beside them), so a phone gets the same
chart. No colour stands alone: each series has its words, each chart its table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600.0, 160.0
GAP = 2.0
INKS = 6
"""Colours in the page's style: ``ink-1`` to ``ink-6``; the last is for the rest."""


@dataclass(frozen=True)
class Key:
    """A colour's meaning."""

    ink: int
    words: str


@dataclass(frozen=True)
class Part:
    """A piece of a bar, from `x` on, in percent of the chart's width."""

    ink: int
    x: float
    width: float
    words: str


@dataclass(frozen=True)
class Bar:
    """One row: its label, its number in words, its pieces; `href` to what is behind it."""

    label: str
    number: str
    parts: tuple[Part, ...]
    href: str | None = None


@dataclass(frozen=True)
class Bars:
    """Rows of bars, each split into parts. `title` is what a screen reader says first, `words` the whole in words."""

    title: str
    words: str
    bars: tuple[Bar, ...]
    keys: tuple[Key, ...]
    kind: str = "bars"


@dataclass(frozen=True)
class Column:
    """An upright bar with what it says when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True)
class Columns:
    """Upright bars over time or over spans."""

    title: str
    words: str
    columns: tuple[Column, ...]
    top: str
    first: str
    last: str
    kind: str = "columns"


@dataclass(frozen=True)
class Line:
    """A line over time; `paths` are its unbroken stretches ("x,y x,y"), `dots` single days between gaps. `compared`
    is a level to hold it against."""

    title: str
    words: str
    paths: tuple[str, ...]
    dots: tuple[tuple[float, float, str], ...]
    top: str
    bottom: str
    first: str
    last: str
    compared: float | None = None
    compared_words: str = ""
    kind: str = "line"


def split(numbers: Sequence[tuple[int, int, str]], whole: int) -> tuple[Part, ...]:
    """Pieces from (ink, number, words), in percent of `whole`; pieces of nothing are left out."""
    parts, x = [], 0.0
    for ink, number, words in numbers:
        if number > 0 and whole > 0:
            width = 100 * number / whole
            parts.append(Part(ink, round(x, 2), round(width, 2), words))
            x += width
    return tuple(parts)


def columns(numbers: Sequence[int], words: Sequence[str]) -> tuple[Column, ...]:
    """One for each number, the largest as high as the chart. Negative numbers stand as nothing; their words tell."""
    most = max((*numbers, 1))
    step = WIDTH / max(1, len(numbers))
    gap = min(GAP, step / 4)
    found = []
    for place, (number, told) in enumerate(zip(numbers, words, strict=True)):
        height = HEIGHT * max(0, number) / most
        found.append(
            Column(
                round(place * step + gap / 2, 2),
                round(HEIGHT - height, 2),
                round(step - gap, 2),
                round(height, 2),
                told,
            )
        )
    return tuple(found)


def line(
    numbers: Sequence[float | None], words: Sequence[str], low: float, high: float
) -> tuple[tuple[str, ...], tuple]:
    """Stretches and dots of a line between `low` and `high`; None is a gap, which nothing is drawn across."""
    step = WIDTH / max(1, len(numbers) - 1)
    paths: list[list[tuple[float, float, str]]] = [[]]
    for place, (number, told) in enumerate(zip(numbers, words, strict=True)):
        if number is None:
            paths.append([])
        else:
            paths[-1].append((round(place * step, 2), level(number, low, high), told))
    drawn = tuple(" ".join(f"{x},{y}" for x, y, _ in path) for path in paths if len(path) > 1)
    return drawn, tuple(point for path in paths for point in path)


def level(number: float, low: float, high: float) -> float:
    """How far down a number stands."""
    share = (number - low) / (high - low) if high > low else 0.5
    return round(HEIGHT * (1 - min(1.0, max(0.0, share))), 2)
