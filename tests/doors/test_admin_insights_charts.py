"""Shapes of the charts, and how figures and their changes are written."""

from __future__ import annotations

from datetime import date

import pytest

from shopify_app.admin.insights import charts
from shopify_app.admin.insights.drawing import scale_around
from shopify_app.admin.insights.drawn import money_table, sales_table
from shopify_app.admin.insights.tables import exact
from shopify_app.admin.insights.words import UNKNOWN, Change, Writer
from shopify_app.i18n import STAFF, Languages
from shopify_app.insights.counts import LONGER, Sums
from shopify_app.insights.measures import BY_NAME, Unit, Value
from shopify_app.insights.periods import Span
from shopify_app.insights.report import Figure, figures

ENGLISH = Writer(Languages(first=STAFF).choose(["en-GB"]), "EUR")


def test_the_parts_of_a_bar_share_its_width_and_leave_nothing_out_but_nothing() -> None:
    parts = charts.split([(1, 30, "a"), (2, 0, "b"), (3, 10, "c")], 80)

    assert [(part.ink, part.x, part.width) for part in parts] == [(1, 0.0, 37.5), (3, 37.5, 12.5)]
    assert charts.split([(1, 5, "a")], 0) == ()


def test_columns_stand_on_the_ground_and_the_largest_reaches_the_top() -> None:
    low, high, none, less = charts.columns([5, 10, 0, -3], ["a", "b", "c", "d"])

    assert (high.y, high.height) == (0.0, charts.HEIGHT)
    assert low.y + low.height == charts.HEIGHT
    assert (none.height, less.height) == (0.0, 0.0)


def test_a_table_has_what_its_bars_show_and_evens_out_the_days_before() -> None:
    now = Sums.of([("value_back", "", "EUR", 900), ("exchanged", "", "EUR", 600), ("refunded", "", "EUR", 300)])
    before = Sums.of([("value_back", "", "EUR", 400), ("refunded", "", "EUR", 400)])

    table = money_table(now, before, ENGLISH, (30, 60))

    assert [[cell.plain or cell.text for cell in row] for row in table.rows] == [
        ["New items", "6.00", "0.00"],
        ["Store credit", "0.00", "0.00"],
        ["Fees", "0.00", "0.00"],
        ["Refunded", "3.00", "2.00"],
    ]
    assert money_table(Sums.of([]), before, ENGLISH, (30, 60)).rows == ()


def test_sales_of_weeks_are_written_with_their_days() -> None:
    week = Span(date(2026, 11, 9), date(2026, 11, 15))
    sold = Sums.of([("card_sales", "", "EUR", 4860)])

    (row,) = sales_table([(week, sold)], ENGLISH).rows

    assert [cell.plain for cell in row] == ["2026-11-09 – 2026-11-15", "48.60"]
    assert sales_table([(week, Sums.of([]))], ENGLISH).rows == ()


def test_a_line_breaks_where_nothing_is_known() -> None:
    paths, dots = charts.line([0.0, 0.5, None, 1.0], ["a", "b", "c", "d"], 0.0, 1.0)

    assert paths == ("0.0,160.0 200.0,80.0",)
    assert [words for _, _, words in dots] == ["a", "b", "d"]


@pytest.mark.parametrize(
    ("least", "most", "scale"),
    [(0.42, 0.71, (0.4, 0.8)), (0.5, 0.5, (0.4, 0.6)), (0.0, 0.0, (0.0, 0.1)), (1.0, 1.0, (0.9, 1.0))],
)
def test_a_scale_is_never_without_height(least: float, most: float, scale: tuple[float, float]) -> None:
    assert scale_around(least, most) == scale


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (Value(1234567), Unit.COUNT, "1,234,567"),
        (Value(1, 3, is_ratio=True), Unit.PERCENT, "33.3 %"),
        (Value(7, 2, is_ratio=True), Unit.EACH, "3.50"),
        (Value(7, 2, is_ratio=True), Unit.DAYS, "3.5 days"),
        (Value(1), Unit.HOURS, "1 hour"),
        (Value(72), Unit.HOURS, "3 days"),
        (Value(LONGER), Unit.HOURS, "more than 30 days"),
        (Value(None), Unit.HOURS, UNKNOWN),
        (Value(0, 0, is_ratio=True), Unit.PERCENT, UNKNOWN),
    ],
)
def test_values_are_written_with_their_unit(value: Value, unit: Unit, written: str) -> None:
    assert ENGLISH.value(value, unit) == written


@pytest.mark.parametrize(
    ("value", "unit", "plain"),
    [
        (Value(1, 3, is_ratio=True), Unit.PERCENT, "33.3"),
        (Value(7, 2, is_ratio=True), Unit.EACH, "3.5"),
        (Value(72), Unit.HOURS, "72"),
        (Value(LONGER), Unit.HOURS, ">720"),
        (Value(4860), Unit.MONEY, "48.60"),
        (Value(None), Unit.HOURS, ""),
    ],
)
def test_a_spreadsheet_is_told_numbers_in_the_unit_of_their_heading(value: Value, unit: Unit, plain: str) -> None:
    assert exact(value, unit, ENGLISH) == plain


@pytest.mark.parametrize(
    ("name", "now", "before", "change"),
    [
        ("orders", Value(12), Value(10), Change("+20.0 %, before: 10", "success")),
        ("returns", Value(12), Value(10), Change("+20.0 %, before: 10", "critical")),
        ("delivered", Value(8), Value(10), Change("−20.0 %, before: 10", None)),
        ("orders", Value(10), Value(10), Change("as before: 10", None)),
        ("orders", Value(10), Value(0), Change("before: 0", None)),
        (
            "exchange_share",
            Value(1, 2, is_ratio=True),
            Value(1, 4, is_ratio=True),
            Change("+25.0 points, before: 25.0 %", "success"),
        ),
    ],
)
def test_a_change_says_what_it_was_and_whether_that_is_good(
    name: str, now: Value, before: Value, change: Change
) -> None:
    assert ENGLISH.change(Figure(BY_NAME[name], now, before)) == change


def test_nothing_is_said_of_a_change_from_nothing_known() -> None:
    unknown = Value(0, 0, is_ratio=True)

    assert ENGLISH.change(Figure(BY_NAME["return_rate"], Value(1, 4, is_ratio=True), unknown)) is None
    assert ENGLISH.change(Figure(BY_NAME["orders"], Value(1), None)) is None


def test_a_longer_range_is_reckoned_for_as_many_days_and_shares_stay_as_they_are() -> None:
    now = Sums.of([("orders", "", "", 30), ("orders_again", "", "", 3)])
    before = Sums.of([("orders", "", "", 80), ("orders_again", "", "", 20)])

    orders, again = figures(now, before, "EUR", ("orders", "again_orders"), (30, 60))

    assert orders.before == Value(40)
    assert again.before == Value(20, 80, is_ratio=True)
