"""Swaps into variants that bear another tax than what comes back: what they cost is Shopify's to know, and is asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from again import again_but
from counter_cases import SWAP, Bought, Sold, buys, carried, terms, why
from returns_counter import Counter, open_counter
from settling import states, with_credit

from shopify_app.db import Database
from shopify_app.returns import for_customer
from shopify_app.returns.acceptance import settlements_of
from shopify_app.returns.models import ReturnQuote
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.vocabulary import MoneyEvent

pytestmark = pytest.mark.again

CASES: dict[str, tuple[Sold, dict[str, Any], tuple[str, ...], str]] = {
    "cheaper, a lower rate": (Sold("100.00", tax=("25.00",), swap="80.00", rate=0.06), {}, ("84.80",), "40.20"),
    "cheaper, a higher rate": (Sold("100.00", tax=("6.00",), swap="80.00", rate=0.25), {}, ("100.00",), "6.00"),
    "cheaper, but dearer with its tax": (Sold("100.00", tax=("6.00",), swap="95.00", rate=0.25), {}, ("106.00",), ""),
    "the same price, no tax": (Sold("100.00", tax=("25.00",), swap="100.00"), {}, ("100.00",), "25.00"),
    "dearer, but cheaper with its tax": (Sold("100.00", tax=("25.00",), swap="110.00"), {}, ("110.00",), "15.00"),
    "dearer, a lower rate": (Sold("100.00", tax=("25.00",), swap="130.00", rate=0.06), {}, ("125.00",), ""),
    "tax in the price": (
        Sold("100.00", tax=("20.00",), swap="80.00", rate=0.06), {"taxes_included": True}, ("80.00",), "20.00",
    ),
    "two of three for 200.00": (
        Sold("100.00", 3, ("100.00",), tax=("50.00",), swap="70.00"), {}, ("70.00", "70.00"), "26.66",
    ),
    "yen": (
        Sold("10000", tax=("1000",), swap="50.00", rate=0.08), {"presentment_currency": "JPY"}, ("9089",), "1911",
    ),
    "dinars": (
        Sold("30.000", tax=("1.500",), swap="50.00"), {"presentment_currency": "KWD"}, ("16.715",), "14.785",
    ),
}  # fmt: skip


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url), "SEK", "JPY", "KWD", "USD")


def quoted(bought: Bought, units: int) -> ReturnQuote:
    """Priced as every door does it: Shopify is asked what the replacement costs."""
    counter, wish = bought.counter, bought.wish((1, units, SWAP))
    live = for_customer.priced_stock(counter.api, counter.returnable(), wish)
    return counter.price(wish, live=live)


@pytest.mark.parametrize("case", again_but("cheaper, a lower rate", "two of three for 200.00", of=list(CASES)))
def test_what_is_quoted_for_a_swap_under_another_tax_is_what_moves(counter: Counter, case: str) -> None:
    sold, order, new, back = CASES[case]
    bought = buys(counter, terms(), sold, **({"taxes_included": False} | order))

    quote = quoted(bought, len(new))
    (settled,) = settlements_of(quote)
    ret = carried(counter, counter.submit(quote))

    moved = [("exchange_sale", each) for each in new] + ([("refund", back)] if back else [])
    assert (str(settled.back) if settled.back else "", bool(settled.due)) == (back, False)
    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert bought.sums() == moved
    assert Decimal(bought.desk.order()["totalOutstandingSet"]["presentmentMoney"]["amount"]) == 0


@pytest.mark.parametrize(
    ("sold", "promised", "back"),
    [
        (Sold("100.00", tax=("25.00",), swap="80.00", rate=0.06), "25.00", "40.20"),  # a rate that has been lowered
        (Sold("100.00", tax=("6.00",), swap="80.00", rate=0.25), "21.20", "21.20"),  # or raised: the word holds
    ],
)
def test_a_quote_that_could_not_ask_promises_no_more_than_the_shopper_gets(
    counter: Counter, sold: Sold, promised: str, back: str
) -> None:
    bought = buys(counter, terms(), sold, taxes_included=False)
    quote = counter.price(bought.wish((1, 1, SWAP)))
    assert str(settlements_of(quote)[0].back) == promised

    ret = carried(counter, counter.submit(quote))

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert ("refund", back) in bought.sums()


def test_a_unit_accepted_at_less_is_set_against_what_the_new_one_costs(counter: Counter) -> None:
    # given 125.00 paid, and a replacement without tax at 60.00
    sold = Sold("100.00", tax=("25.00",), swap="60.00")
    bought = buys(counter, terms(MoneyEvent.INSPECTION), sold, taxes_included=False)
    ret = counter.submit(quoted(bought, 1))

    # when it is accepted at 60 %, which is 75.00
    carried(counter, ret, (UnitDecision.ACCEPTED, 1, "60"))

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert bought.sums() == [("exchange_sale", "60.00"), ("refund", "15.00")]
