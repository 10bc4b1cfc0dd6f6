"""Ranges, comparisons, definitions: what is pure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shopify_app.insights.counts import LONGER, Count, Sums, hours_key
from shopify_app.insights.goals import LEADING, Goal
from shopify_app.insights.measures import BY_NAME, MEASURES, Unit, Value
from shopify_app.insights.periods import Comparison, Span, bounds, buckets, chosen, compared, latest
from shopify_app.insights.portraits import top_tenth
from shopify_app.insights.report import figures

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("how", "first", "last"),
    [
        (Comparison.BEFORE, date(2026, 9, 26), date(2026, 10, 25)),
        (Comparison.YEAR, date(2025, 10, 26), date(2025, 11, 24)),
        (Comparison.BASELINE, date(2026, 3, 2), date(2026, 4, 30)),
    ],
)
def test_a_range_is_compared_with_other_days(how: Comparison, first: date, last: date) -> None:
    assert compared(latest(30, TODAY), how, date(2026, 5, 1)) == Span(first, last)


def test_the_leap_day_a_year_earlier_is_the_last_of_february() -> None:
    assert compared(Span(date(2028, 2, 29), date(2028, 2, 29)), Comparison.YEAR, TODAY) == Span(
        date(2027, 2, 28), date(2027, 2, 28)
    )


def test_days_typed_the_wrong_way_round_ahead_or_without_end_are_put_right() -> None:
    assert chosen(date(2026, 11, 20), date(2026, 11, 1), TODAY) == Span(date(2026, 11, 1), date(2026, 11, 20))
    assert chosen(date(2027, 1, 1), date(2027, 2, 1), TODAY) == Span(TODAY, TODAY)
    assert chosen(date(2001, 1, 1), TODAY, TODAY).days == 731


@pytest.mark.parametrize("days", [1, 7, 62, 63, 365])
def test_buckets_cover_a_range_without_gap_or_overlap(days: int) -> None:
    parts = buckets(latest(days, TODAY))

    assert [part.first for part in parts[1:]] == [part.last + timedelta(days=1) for part in parts[:-1]]
    assert (parts[0].first, parts[-1].last) == (latest(days, TODAY).first, TODAY)
    assert len(parts) <= 62


def test_a_day_on_which_clocks_change_has_another_length() -> None:
    start, end = bounds(date(2026, 10, 25), "Europe/Stockholm")

    assert end - start == timedelta(hours=25)


@pytest.mark.parametrize(
    ("took", "key"),
    [
        (timedelta(0), 1),
        (timedelta(hours=1), 1),
        (timedelta(hours=1, seconds=1), 2),
        (timedelta(days=30), 720),
        (timedelta(days=31), LONGER),
        (timedelta(hours=-1), 1),
    ],
)
def test_durations_are_counted_in_spans(took: timedelta, key: int) -> None:
    assert int(hours_key(took)) == key


def test_half_of_all_durations_lie_within_the_median_span() -> None:
    spans = Sums.of([("decided", "000001", "", 4), ("decided", "000024", "", 3), ("decided", "000048", "", 2)])

    assert spans.median_hours(Count.DECIDED) == 24
    assert Sums({}).median_hours(Count.DECIDED) is None


def test_no_figure_is_known_without_anything_to_reckon_it_from() -> None:
    for measure in MEASURES:
        value = measure.of(Sums({}), "EUR")
        assert value.number in (None, 0), measure.name
        if measure.unit in (Unit.PERCENT, Unit.EACH, Unit.DAYS, Unit.HOURS):
            assert value.number is None, measure.name


def test_each_figure_is_named_once_and_says_what_it_is_and_is_not() -> None:
    assert len(BY_NAME) == len(MEASURES)
    for measure in MEASURES:
        for words in (measure.title, measure.means, measure.is_not):
            assert words.text.strip(), measure.name


def test_each_goal_is_led_by_figures_that_exist() -> None:
    for goal in Goal:
        assert set(LEADING[goal]) <= set(BY_NAME)


def test_a_figure_against_nothing_has_no_change_and_a_share_moves_in_points() -> None:
    now = Sums.of([("orders", "", "", 10), ("orders_again", "", "", 5)])
    before = Sums.of([("orders", "", "", 8), ("orders_again", "", "", 2)])

    orders, again = figures(now, before, "EUR", ("orders", "again_orders"))
    (alone,) = figures(now, Sums({}), "EUR", ("orders",))

    assert (orders.change, again.points, alone.change) == (0.25, 25.0, None)


def test_broad_sales_contain_the_strict_ones_and_net_takes_refunds_off() -> None:
    sums = Sums.of(
        [
            ("card_sales", "product|strict", "EUR", 5000),
            ("card_sales", "offer|broad", "EUR", 3000),
            ("card_refunded", "offer|broad", "EUR", 1000),
            ("card_sales", "product|strict", "SEK", 99),
        ]
    )

    strict, broad, net = (BY_NAME[f"card_sales_{name}"].of(sums, "EUR") for name in ("strict", "broad", "net"))

    assert (strict, broad, net) == (Value(5000), Value(8000), Value(7000))


def test_the_top_tenth_is_measured_by_units_and_by_sales_apart() -> None:
    top = top_tenth([50, *[1] * 14], [10, *[100] * 14])

    assert (top.products, top.counted) == (15, 2)
    assert (top.units, top.all_units) == (51, 64)
    assert (top.sales, top.all_sales) == (200, 1410)
