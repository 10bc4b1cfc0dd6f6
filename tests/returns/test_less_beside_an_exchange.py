"""What the shop keeps of goods that count for less is its own: an exchange of the same order is not paid with it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from balance_desk import balance, left_to_pay, look, pays
from returns_counter import Counter
from settling import approve, decide, looks, ours, receive, states, steps, theirs
from two_parts import open_shop

from shopify_app.db import Database
from shopify_app.returns import published
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.models import Return
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start

pytestmark = pytest.mark.again

FEE = Effects(
    windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
    outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE),
    methods=(Method.OWN_CARRIER,),
    money_events={Scope.ANY: MoneyEvent.INSPECTION},
    approval=Approval.REVIEW,
    restocking_percent=Decimal(20),
    waive_restocking_for=(Outcome.REFUND, Outcome.STORE_CREDIT),
)
WHOLE, HALF = (UnitDecision.ACCEPTED, 1, None), (UnitDecision.ACCEPTED, 1, "50")


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Two shirts at 48.60; the swap of one costs a fee of 9.00."""
    found = open_shop(database, database_url)
    with database.write() as session:
        policy = Policy(rules=(Rule(name="All", then=FEE),))
        published.publish(session, found.shop_id, policy, "mara", found.now() - timedelta(days=90))
    return found


def here(counter: Counter, ret: Return) -> Return:
    approve(counter, ret)
    receive(counter, ret)
    return ret


@pytest.mark.parametrize(
    ("outcome", "moved"), [(Outcome.REFUND, "refund"), (Outcome.STORE_CREDIT, "store_credit_refund")]
)
def test_what_goods_count_for_less_pays_for_no_exchange_that_waits_for_its_balance(
    counter: Counter, outcome: Outcome, moved: str
) -> None:
    # given a swap that waits for its fee
    other = here(counter, counter.asked(1, outcome, 1))
    wanted = {"replacement_variant_id": counter.desk.variants["M"]}
    swapped = here(counter, counter.asked(1, Outcome.VARIANT_EXCHANGE, 2, **wanted))
    decide(counter, swapped, *WHOLE)
    assert (states(counter, swapped), str(left_to_pay(counter))) == (["awaiting_payment"], "9.00")

    # when another shirt is accepted at half its value
    decide(counter, other, *HALF)

    # then Shopify asks for the whole fee, and all that is due is paid
    assert states(counter, other) == ["settled"], (steps(counter, other), looks(counter, other))
    assert (str(left_to_pay(counter)), str(balance(counter, swapped).rest)) == ("9.00", "9.00")
    pays(counter)
    look(counter)
    assert balance(counter, swapped).state == "paid"
    assert theirs(counter) == sorted([("exchange_sale", "48.60"), (moved, "24.30")])
    assert sorted(ours(counter, other) + ours(counter, swapped)) == theirs(counter)


def test_without_an_exchange_shopify_s_return_stays_as_it_was_made(counter: Counter) -> None:
    ret = here(counter, counter.asked(1, Outcome.REFUND, 1))

    decide(counter, ret, *HALF)

    assert [key for key, _ in steps(counter, ret)] == ["create", "process"]
    assert theirs(counter) == [("refund", "24.30")]
