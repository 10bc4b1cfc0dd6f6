"""A return is never larger than what one read of Shopify's return takes in: what it does not tell cannot be settled."""

from __future__ import annotations

import pytest

from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import Wish, WishLine, Wrong, WrongWish, check_shape
from shopify_app.shopify.operations import operation
from shopify_app.shopify.return_facts import MOST_LINES


def wish(lines: int, pieces: int = 1, outcome: Outcome = Outcome.REFUND) -> Wish:
    return Wish(tuple(WishLine(number, 1000 + number, pieces, outcome=outcome) for number in range(1, lines + 1)))


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        (wish(MOST_LINES + 1), Wrong.TOO_MANY_LINES),
        (wish(1, MOST_LINES + 1, Outcome.VARIANT_EXCHANGE), Wrong.TOO_MANY_SWAPPED),
        (wish(3, 20, Outcome.VARIANT_EXCHANGE), Wrong.TOO_MANY_SWAPPED),
    ],
)
def test_more_than_one_return_can_hold_is_refused(asked: Wish, wrong: Wrong) -> None:
    with pytest.raises(WrongWish) as refused:
        check_shape(asked)

    assert (refused.value.wrong, refused.value.left) == (wrong, MOST_LINES)


@pytest.mark.parametrize(
    "asked", [wish(MOST_LINES), wish(2, 500), wish(1, MOST_LINES, Outcome.VARIANT_EXCHANGE), wish(1, 1)]
)
def test_as_much_as_it_can_hold_is_taken(asked: Wish) -> None:
    check_shape(asked)


@pytest.mark.parametrize(
    "name", ["ReturnCreate", "ReturnFacts", "ReturnProcess", "RemoveFromReturn", "SuggestedOutcome"]
)
def test_every_read_of_a_return_takes_in_as_many_lines(name: str) -> None:
    text = operation(name).text

    assert f"returnLineItems(first: {MOST_LINES})" in text
    assert f"exchangeLineItems(first: {MOST_LINES})" in text
