"""Figures of a range, read from counted days: a statement for a range, whatever the shop has sold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import func, literal, select, union_all

from shopify_app.db import Session
from shopify_app.insights.counts import BROKEN_DOWN, Count, Sums
from shopify_app.insights.measures import BY_NAME, Measure, Unit, Value
from shopify_app.insights.models import DayFigure, FiguresProgress, StaleDay
from shopify_app.insights.periods import Span

SMALL = tuple(sorted(set(Count) - BROKEN_DOWN))
"""What every range is read with: a few dozen numbers a day."""


@dataclass(frozen=True)
class Figure:
    """A measure over a range; `before` over the range it is compared with, None where there is none."""

    measure: Measure
    now: Value
    before: Value | None

    @property
    def change(self) -> float | None:
        """By how much it grew, as a share of what it was; None where that cannot be told."""
        was = self.before.number if self.before else None
        return (self.now.number - was) / abs(was) if was and self.now.number is not None else None

    @property
    def points(self) -> float | None:
        """By how many percentage points a share moved."""
        was = self.before.number if self.before else None
        return (self.now.number - was) * 100 if was is not None and self.now.number is not None else None


@dataclass(frozen=True)
class Freshness:
    """When days were last counted (None: never), and how many wait to be counted again."""

    counted_at: datetime | None
    waiting: int


def sums(session: Session, shop_id: int, span: Span, counts: Collection[Count] = SMALL) -> Sums:
    """The numbers of the range; one statement."""
    figure = DayFigure
    wanted = (
        select(figure.measure, figure.key, figure.currency, func.sum(figure.number))
        .where(figure.shop_id == shop_id, figure.measure.in_(counts), figure.day.between(span.first, span.last))
        .group_by(figure.measure, figure.key, figure.currency)
    )
    return Sums.of((measure, key, currency, number) for measure, key, currency, number in session.execute(wanted))


def two_sums(session: Session, shop_id: int, span: Span, before: Span | None) -> tuple[Sums, Sums | None]:
    """The numbers of a range and of the one it is compared with; one statement for both."""
    if before is None:
        return sums(session, shop_id, span), None
    figure = DayFigure
    parts = [
        select(literal(place), figure.measure, figure.key, figure.currency, func.sum(figure.number))
        .where(figure.shop_id == shop_id, figure.measure.in_(SMALL), figure.day.between(each.first, each.last))
        .group_by(figure.measure, figure.key, figure.currency)
        for place, each in enumerate((span, before))
    ]
    rows = session.execute(union_all(*parts)).all()
    return tuple(Sums.of(tuple(row[1:]) for row in rows if row[0] == place) for place in (0, 1))  # type: ignore[return-value]


def figures(
    now: Sums, before: Sums | None, currency: str, names: Iterable[str], lengths: tuple[int, int] = (1, 1)
) -> tuple[Figure, ...]:
    """These measures over both ranges. `lengths` are their days: counts and amounts of a range that is not as long are
    reckoned for as many days, or a quarter would always beat a month."""
    chosen = (BY_NAME[name] for name in names)
    return tuple(
        Figure(each, each.of(now, currency), _evened(each, each.of(before, currency), lengths) if before else None)
        for each in chosen
    )


def _evened(measure: Measure, value: Value, lengths: tuple[int, int]) -> Value:
    if measure.unit not in (Unit.COUNT, Unit.MONEY) or value.top is None or lengths[0] == lengths[1]:
        return value
    return Value(round(Fraction(value.top * lengths[0], lengths[1])))


def series(
    session: Session, shop_id: int, parts: Sequence[Span], counts: Collection[Count]
) -> tuple[tuple[Span, Sums], ...]:
    """The numbers of each part of a range, the parts being in order and without gaps; one statement."""
    if not parts:
        return ()
    figure = DayFigure
    wanted = (
        select(figure.day, figure.measure, figure.currency, func.sum(figure.number))
        .where(figure.shop_id == shop_id, figure.measure.in_(counts))
        .where(figure.day.between(parts[0].first, parts[-1].last))
        .group_by(figure.day, figure.measure, figure.currency)
    )
    found: dict[date, list[tuple[str, str, str, int]]] = {}
    for day, measure, currency, number in session.execute(wanted):
        found.setdefault(day, []).append((measure, "", currency, number))
    return tuple((part, Sums.of(row for day in found if day in part for row in found[day])) for part in parts)


def freshness(session: Session, shop_id: int) -> Freshness:
    """How new the figures are."""
    waiting = select(func.count()).select_from(StaleDay).where(StaleDay.shop_id == shop_id).scalar_subquery()
    wanted = select(FiguresProgress.counted_at, waiting).where(FiguresProgress.shop_id == shop_id)
    row = session.execute(wanted).first()
    return Freshness(row[0], int(row[1])) if row else Freshness(None, 0)
