"""Which payment is for which balance, when people are reminded, and what an exchange turns into."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from shopify_app.returns.balances.rules import Share, Waiting, allotted, next_best, next_look, pay_by, reminder_at
from shopify_app.returns.vocabulary import Outcome

SINCE = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
CREDIT, REFUND = Outcome.STORE_CREDIT, Outcome.REFUND


def waiting(id: int, rest: int, *, closed: bool = False, known: tuple[str, ...] = ("first",), **had: int) -> Waiting:
    return Waiting(id, rest, closed, frozenset(known), had)


@pytest.mark.parametrize(
    ("payments", "balances", "shares"),
    [
        pytest.param([("first", 9720)], [waiting(1, 900)], [], id="what was paid before it fell due"),
        pytest.param([("b", 900)], [waiting(1, 900)], [Share(1, "b", 900)], id="all of it"),
        pytest.param([("b", 400)], [waiting(1, 900)], [Share(1, "b", 400)], id="a part"),
        pytest.param([("b", 400), ("c", 500)], [waiting(1, 900)], [Share(1, "b", 400), Share(1, "c", 500)], id="parts"),
        pytest.param([("b", 900)], [waiting(1, 0, closed=True, b=900)], [], id="what is written down already"),
        pytest.param(
            [("b", 900), ("c", 900)], [waiting(1, 0, closed=True, b=900)], [Share(1, "c", 0, 900)], id="paid twice"
        ),
        pytest.param([("b", 1000)], [waiting(1, 900)], [Share(1, "b", 900), Share(1, "b", 0, 100)], id="too much"),
        pytest.param([("b", 900)], [waiting(1, 900, closed=True)], [Share(1, "b", 0, 900)], id="after it was dropped"),
        pytest.param(
            [("b", 1400)],
            [waiting(1, 900), waiting(2, 500)],
            [Share(1, "b", 900), Share(2, "b", 500)],
            id="two balances at once, the earlier first",
        ),
        pytest.param(
            [("b", 900)],
            [waiting(1, 900), waiting(2, 500, known=("first", "b"))],
            [Share(1, "b", 900)],
            id="a payment from before the later one",
        ),
    ],
)
def test_each_payment_is_counted_once_and_none_is_lost(
    payments: list[tuple[str, int]], balances: list[Waiting], shares: list[Share]
) -> None:
    assert list(allotted(payments, balances)) == shares


def test_the_last_day_ends_by_the_shops_clock() -> None:
    assert pay_by(SINCE, 7, STOCKHOLM).astimezone(STOCKHOLM) == datetime(2026, 12, 1, 23, 59, 59, tzinfo=STOCKHOLM)
    assert pay_by(datetime(2026, 11, 24, 23, 30, tzinfo=UTC), 7, STOCKHOLM).astimezone(STOCKHOLM).day == 2


@pytest.mark.parametrize(
    ("days", "times"), [(7, 2), (3, 1), (2, 1), (1, 0)], ids=["a week", "three days", "two days", "a day"]
)
def test_reminders_are_a_day_apart_and_never_on_the_last_moment(days: int, times: int) -> None:
    until, told, sent = SINCE + timedelta(days=days), None, []
    while (at := reminder_at(SINCE, until, told)) is not None:
        sent.append(at)
        told = at

    assert len(sent) == times
    assert all(later - earlier >= timedelta(days=1) for earlier, later in pairwise(sent))
    assert all(SINCE < at < until for at in sent)


def test_the_clock_looks_at_the_next_thing_that_is_to_be_done() -> None:
    until = SINCE + timedelta(days=7)

    soon = timedelta(minutes=59)
    for told, then in ((None, 2), (SINCE + timedelta(days=2), 6), (SINCE + timedelta(days=6), 7)):
        due = SINCE + timedelta(days=then)
        assert next_look(SINCE, until, told, due - soon) == due
        assert next_look(SINCE, until, told, due - timedelta(hours=5)) == due - timedelta(hours=4)  # was it paid?


@pytest.mark.parametrize(
    ("agreed", "offered", "may_credit", "into"),
    [
        (None, {CREDIT, REFUND}, True, CREDIT),
        (None, {CREDIT, REFUND}, False, REFUND),
        (None, {REFUND}, True, REFUND),
        (None, set(), True, REFUND),
        (REFUND, {CREDIT, REFUND}, True, REFUND),
        (CREDIT, {REFUND, CREDIT}, True, CREDIT),
        (CREDIT, {REFUND, CREDIT}, False, REFUND),
    ],
)
def test_what_was_agreed_to_comes_first_then_the_best_that_was_offered(
    agreed: Outcome | None, offered: set[Outcome], may_credit: bool, into: Outcome
) -> None:
    assert next_best(agreed, frozenset(offered), may_credit) is into
