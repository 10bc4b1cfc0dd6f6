from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.money import CurrencyMismatch, Money, decimals, total


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("48.60", "EUR", 4860), ("486", "JPY", 486), ("4.860", "KWD", 4860), (None, "EUR", 0), ("0.005", "EUR", 1)],
)
def test_amounts_are_read_in_the_minor_units_of_their_currency(text: str | None, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize("text", ["", "12,50", "NaN", "Infinity", "a lot"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Money.parse(text, "EUR")


def test_an_amount_is_written_with_the_decimals_of_its_currency() -> None:
    assert [str(Money(4860, c)) for c in ("EUR", "JPY", "KWD")] == ["48.60", "4860", "4.860"]
    assert str(Money(-5, "EUR")) == "-0.05"


def test_percentages_round_half_up() -> None:
    assert Money(4500, "EUR").percent(10) == Money(450, "EUR")
    assert Money(5, "EUR").percent(Decimal("50")) == Money(3, "EUR")


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") + Money(1, "SEK")


def test_ten_euro_over_three_units_gives_the_odd_cent_to_the_first() -> None:
    assert [part.amount for part in Money(1000, "EUR").split([1, 1, 1])] == [334, 333, 333]


@given(
    amount=st.integers(-(10**12), 10**12),
    weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=40),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_parts_always_sum_to_the_whole_and_stay_within_one_unit_of_their_share(
    amount: int, weights: list[int], currency: str
) -> None:
    parts = Money(amount, currency).split(weights)
    assert total(parts, currency) == Money(amount, currency)
    if sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part.amount * sum(weights) - amount * weight) < sum(weights)


@given(st.integers(-(10**9), 10**9), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_writing_and_reading_gives_the_same_amount(minor: int, currency: str) -> None:
    assert Money.parse(str(Money(minor, currency)), currency).amount == minor
    assert decimals(currency) in (0, 2, 3)
