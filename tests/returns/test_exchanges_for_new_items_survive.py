"""Exchanges for new items while workers die and answers get lost, and in odd money: everything happens once."""

from __future__ import annotations

from typing import Any

import pytest
from again import slow_but
from cart_cases import asked, in_force, new_product, policy
from returns_counter import Counter, goods, open_counter, sell
from settling import approve, grant, groups, ours, receive, states, steps, theirs, with_credit, work
from sqlalchemy import update

from shopify_app import fault_points
from shopify_app.db import Database
from shopify_app.fault_points import ProcessCrashed
from shopify_app.returns.money_models import Step

pytestmark = pytest.mark.again

CARRYING = [point for point in fault_points.POINTS if point.startswith("carry.")]


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    found = with_credit(open_counter(database, database_url))
    in_force(found, policy())
    return found


def why(counter: Counter, ret: object) -> object:
    return steps(counter, ret), [(g.look, g.look_facts) for g in groups(counter, ret)]  # type: ignore[arg-type]


def after_a_crash(counter: Counter, work_on: Any) -> None:
    """What was begun, and whoever comes after a worker that died."""
    try:
        work_on()
    except ProcessCrashed:
        with counter.database.write() as session:
            session.execute(update(Step).where(Step.lease_until.is_not(None)).values(lease_until=1))
        work(counter)


@pytest.mark.parametrize("nth", slow_but(1, of=[1, 2]))
@pytest.mark.parametrize("point", slow_but("carry.after_lease", "carry.after_attempted", of=CARRYING))
def test_a_worker_that_dies_sells_nothing_twice(counter: Counter, dying: Any, point: str, nth: int) -> None:
    new = new_product(counter, S="40.00")
    ret = asked(counter, {new["S"]: 1})
    dying(point, nth=nth)

    after_a_crash(counter, lambda: approve(counter, ret))
    after_a_crash(counter, lambda: receive(counter, ret))

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("exchange_sale", "43.20"), ("refund", "5.40")]
    assert ours(counter, ret) == theirs(counter)


@pytest.mark.parametrize("lost", ["returnCreate", "returnProcess"])
def test_an_answer_that_is_lost_is_looked_up(counter: Counter, lost: str) -> None:
    new = new_product(counter, S="47.00")
    ret = asked(counter, {new["S"]: 1})
    counter.wire.fault("answer_lost", lost)
    approve(counter, ret)

    receive(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("exchange_sale", "48.60")]
    assert grant(counter, ret).state == "consumed"


@pytest.mark.parametrize(("price", "pieces"), [("50.00", 1), ("33.33", 2), ("0.07", 3), ("52.00", 1), ("70.00", 1)])
def test_where_prices_include_tax_the_bonus_comes_off_the_shown_price(
    counter: Counter, price: str, pieces: int
) -> None:
    with_tax_inside(counter)
    new = new_product(counter, title="Lamp", tax_rate=0.25, S=price)

    ret = asked(counter, {new["S"]: pieces})
    approve(counter, ret)
    receive(counter, ret)

    assert states(counter, ret) in (["settled"], ["awaiting_payment"]), why(counter, ret)
    assert ours(counter, ret) == theirs(counter)


def with_tax_inside(counter: Counter) -> None:
    """Ada bought two shirts at 49.90 with 25 % tax inside."""
    variants = goods(counter.stage, 0.25, S="49.90")
    line = {"variant_id": variants["S"], "quantity": 2}
    counter.desk = sell(counter.stage, [line], variants, taxes_included=True)
    counter.stage.post("/events", {"fulfillment_id": counter.desk.parcel_id, "status": "delivered"})
    counter.learn()
