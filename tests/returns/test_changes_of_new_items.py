"""A change from, to and between new items of the shop: own money first, the bonus last, paid once to the cent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cart_cases import asked, in_force, new_product, policy
from changing import accepted, as_it_stands
from returns_counter import Counter, open_counter
from settling import approve, groups, ours, receive, states, steps, theirs, with_credit, work
from sqlalchemy import select

from shopify_app.db import Database
from shopify_app.returns.changing import priced as changes_priced
from shopify_app.returns.models import Return, StockHold
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import NewGoods, Wish

pytestmark = pytest.mark.again

CREDITED = [("store_credit", "4.50"), ("store_credit_refund", "48.60")]


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    found = with_credit(open_counter(database, database_url))
    in_force(found, policy())
    return found


def changed(counter: Counter, ret: Return, wish: Wish) -> None:
    """Ada changes it, with Shopify's word on her cart."""
    adapters = counter.wire.adapters
    quote = changes_priced.quote_of(adapters.database, counter.api, ret.id, wish, Actor.SHOPPER, counter.now())
    accepted(counter, quote)


def for_new(counter: Counter, ret: Return, *variants: int) -> Wish:
    wish = as_it_stands(counter, ret).changed(lambda line: replace(line, outcome=Outcome.SHOP_NOW))
    return replace(wish, cart=tuple(NewGoods(variant, 1) for variant in variants))


def held(counter: Counter) -> list[int]:
    with counter.database.read() as session:
        return list(session.scalars(select(StockHold.variant_id).where(StockHold.released_at.is_(None))))


def is_settled(counter: Counter, ret: Return) -> None:
    work(counter)
    receive(counter, ret)
    looked = [(group.look, group.look_facts) for group in groups(counter, ret)]
    assert set(states(counter, ret)) == {"settled"}, (steps(counter, ret), looked)
    assert ours(counter, ret) == theirs(counter)


@pytest.mark.parametrize("approved", [False, True], ids=["waiting", "approved"])
def test_a_refund_becomes_new_items(counter: Counter, approved: bool) -> None:
    new = new_product(counter, S="47.00")
    ret = counter.asked(1, Outcome.REFUND)
    if approved:
        approve(counter, ret)
    changed(counter, ret, for_new(counter, ret, new["S"]))
    if not approved:
        approve(counter, ret)
    assert held(counter) == [new["S"]]
    is_settled(counter, ret)
    assert theirs(counter) == [("exchange_sale", "48.60")]


@pytest.mark.parametrize("approved", [False, True], ids=["waiting", "approved"])
def test_new_items_become_store_credit(counter: Counter, approved: bool) -> None:
    new = new_product(counter, S="40.00")
    ret = asked(counter, {new["S"]: 1})
    if approved:
        approve(counter, ret)
    wish = as_it_stands(counter, ret).changed(lambda line: replace(line, outcome=Outcome.STORE_CREDIT))
    changed(counter, ret, replace(wish, cart=()))
    if not approved:
        approve(counter, ret)
    assert held(counter) == []
    is_settled(counter, ret)
    assert theirs(counter) == CREDITED


def test_another_item_is_chosen(counter: Counter) -> None:
    new = new_product(counter, S="47.00", M="40.00")
    ret = asked(counter, {new["S"]: 1})
    approve(counter, ret)
    changed(counter, ret, for_new(counter, ret, new["M"]))
    assert held(counter) == [new["M"]]
    is_settled(counter, ret)
    assert theirs(counter) == [("exchange_sale", "43.20"), ("refund", "5.40")]


def test_a_piece_less_comes_back_for_the_same_new_item(counter: Counter) -> None:
    new = new_product(counter, S="40.00")
    ret = asked(counter, {new["S"]: 1}, quantity=2)
    approve(counter, ret)
    wish = as_it_stands(counter, ret).changed(lambda line: replace(line, quantity=1))
    changed(counter, ret, wish)
    is_settled(counter, ret)
    assert theirs(counter) == [("exchange_sale", "43.20"), ("refund", "5.40")]
