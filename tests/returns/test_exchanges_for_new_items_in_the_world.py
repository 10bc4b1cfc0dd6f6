"""What may happen between the choosing of new items and their being sent: prices, stock, units that are refused."""

from __future__ import annotations

from typing import Any

import pytest
from cart_cases import asked, in_force, learn, new_product, policy, priced, shop_now, sums
from returns_counter import Counter, open_counter
from settling import approve, decide, grant, groups, ours, receive, states, steps, theirs, with_credit
from sqlalchemy import select

from shopify_app.db import Database
from shopify_app.returns import stock, timeline
from shopify_app.returns.models import StockHold
from shopify_app.returns.refusals import PricesMoved, StockGone
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.vocabulary import MoneyEvent, Outcome
from shopify_app.returns.wishes import Wrong, WrongWish
from shopify_app.settings import store as settings
from shopify_app.settings.returns import Returns

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    found = with_credit(open_counter(database, database_url))
    in_force(found, policy())
    return found


def why(counter: Counter, ret: object) -> object:
    return steps(counter, ret), [(g.look, g.look_facts) for g in groups(counter, ret)]  # type: ignore[arg-type]


def change(counter: Counter, variant_id: int, is_told: bool = True, **changes: Any) -> None:
    """The merchant changes a product in Shopify's pages: `price` and `inventory_quantity` of a variant, else fields of
    the product; `is_told`: we have heard of it."""
    store = counter.wire.world.store
    product = next(each for each in store.all("product") if any(one["id"] == variant_id for one in each["variants"]))
    of_variant = {name: value for name, value in changes.items() if name in ("price", "inventory_quantity")}
    variants = [{**each, **of_variant} if each["id"] == variant_id else each for each in product["variants"]]
    rest = {name: value for name, value in changes.items() if name not in of_variant}
    counter.wire.advance(seconds=2)
    store.put("product", {**product, **rest, "variants": variants, "updated_at": counter.wire.world.now_text()})
    if is_told:
        learn(counter, product["id"])


def outstanding(counter: Counter) -> str:
    return counter.desk.order()["totalOutstandingSet"]["presentmentMoney"]["amount"]


@pytest.mark.asked
def test_several_items_share_one_bonus(counter: Counter) -> None:
    new = new_product(counter, S="19.99", M="13.33")
    ret = asked(counter, {new["S"]: 2, new["M"]: 1}, quantity=2)
    approve(counter, ret)

    receive(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert ours(counter, ret) == theirs(counter)


def test_an_item_that_has_become_dearer_costs_what_was_agreed(counter: Counter) -> None:
    new = new_product(counter, S="47.00")
    ret = asked(counter, {new["S"]: 1})
    change(counter, new["S"], price="53.00")
    approve(counter, ret)

    receive(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("exchange_sale", "48.60")]
    assert ours(counter, ret) == theirs(counter)


def test_an_item_that_has_become_cheaper_is_charged_at_its_new_price(counter: Counter) -> None:
    new = new_product(counter, S="60.00")
    ret = asked(counter, {new["S"]: 1})
    change(counter, new["S"], price="40.00")
    approve(counter, ret)

    receive(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("exchange_sale", "43.20"), ("refund", "5.40")]
    assert ours(counter, ret) == theirs(counter)
    assert grant(counter, ret).state == "lapsed"


@pytest.mark.asked
def test_a_price_that_moves_before_the_quote_is_accepted_asks_for_a_new_one(counter: Counter) -> None:
    new = new_product(counter, S="60.00")
    quote = priced(counter, shop_now(counter, {new["S"]: 1}))
    change(counter, new["S"], price="65.00")

    with pytest.raises(PricesMoved):
        counter.submit(quote)


def test_an_item_that_is_not_for_sale_cannot_be_chosen(counter: Counter) -> None:
    new = new_product(counter, S="60.00")
    change(counter, new["S"], published_at=None)

    with pytest.raises(WrongWish) as wrong:
        counter.price(shop_now(counter, {new["S"]: 1}))

    assert wrong.value.wrong is Wrong.NOT_FOR_SALE


def test_more_than_there_is_cannot_be_chosen(counter: Counter) -> None:
    new = new_product(counter, S="20.00", stock=2)

    with pytest.raises(StockGone):
        counter.price(shop_now(counter, {new["S"]: 3}))


@pytest.mark.asked
def test_what_ada_chose_is_kept_aside_from_ben(counter: Counter) -> None:
    new = new_product(counter, S="20.00", stock=2)
    ret = asked(counter, {new["S"]: 2})

    with counter.database.read() as session:
        held = session.scalars(select(StockHold).where(StockHold.return_id == ret.id)).all()
        assert [(each.variant_id, each.quantity) for each in held] == [(new["S"], 2)]
        assert stock.missing(session, counter.shop_id, {new["S"]: 1}, counter.now()) == (new["S"],)


def test_an_item_that_was_taken_off_sale_stops_the_approval(counter: Counter) -> None:
    new = new_product(counter, S="60.00")
    ret = asked(counter, {new["S"]: 1})
    change(counter, new["S"], published_at=None)

    approve(counter, ret)

    with counter.database.read() as session:
        assert counter.ret(session, ret).state == "requested"
    assert theirs(counter) == []


@pytest.mark.asked
def test_an_item_that_sells_out_at_the_last_moment_asks_for_another_choice(counter: Counter) -> None:
    new = new_product(counter, S="60.00")
    ret = asked(counter, {new["S"]: 1})
    change(counter, new["S"], is_told=False, inventory_quantity=0)

    approve(counter, ret)

    with counter.database.read() as session:
        assert counter.ret(session, ret).state == "requested"
        assert "replacement_gone" in [entry.kind for entry in timeline.entries(session, ret, with_internal=True)]
    assert theirs(counter) == []


def test_a_refused_unit_takes_its_bonus_with_it_before_anything_is_paid(counter: Counter) -> None:
    in_force(counter, policy(MoneyEvent.INSPECTION))
    new = new_product(counter, S="40.00")
    ret = asked(counter, {new["S"]: 1}, quantity=2)
    approve(counter, ret)
    receive(counter, ret)
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Returns(inspection_dialogue=False), "mara", counter.now())

    decide(counter, ret, UnitDecision.ACCEPTED, 1)
    decide(counter, ret, UnitDecision.REFUSED, 1)

    # 40.00 + 3.20 tax out of 48.60 instead of 97.20: no bonus was needed, and less goes back
    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("exchange_sale", "43.20"), ("refund", "5.40")]
    assert ours(counter, ret) == theirs(counter)


def test_a_refused_unit_has_the_return_made_anew_with_the_bonus_that_is_left(counter: Counter) -> None:
    in_force(counter, policy(MoneyEvent.INSPECTION))
    new = new_product(counter, S="47.00")
    ret = asked(counter, {new["S"]: 1}, quantity=2)
    approve(counter, ret)
    receive(counter, ret)
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Returns(inspection_dialogue=False), "mara", counter.now())

    decide(counter, ret, UnitDecision.ACCEPTED, 1)
    decide(counter, ret, UnitDecision.REFUSED, 1)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("exchange_sale", "48.60")]
    assert ours(counter, ret) == theirs(counter)
    assert (grant(counter, ret).state, grant(counter, ret).amount) == ("consumed", 200)


def test_nothing_accepted_charges_nothing_and_gives_nothing(counter: Counter) -> None:
    in_force(counter, policy(MoneyEvent.INSPECTION))
    new = new_product(counter, S="60.00")
    ret = asked(counter, {new["S"]: 1})
    approve(counter, ret)
    receive(counter, ret)

    decide(counter, ret, UnitDecision.REFUSED)

    assert states(counter, ret) == ["fell_away"], why(counter, ret)
    assert theirs(counter) == []
    assert outstanding(counter) in ("0.0", "0.00")
    assert grant(counter, ret).state == "void"


def test_a_product_exchange_gives_at_most_one_item_for_each(counter: Counter) -> None:
    new = new_product(counter, S="20.00")

    with pytest.raises(WrongWish) as wrong:
        counter.price(shop_now(counter, {new["S"]: 2}, outcome=Outcome.PRODUCT_EXCHANGE))

    assert wrong.value.wrong is Wrong.TOO_MANY_NEW
    quote = priced(counter, shop_now(counter, {new["S"]: 1}, outcome=Outcome.PRODUCT_EXCHANGE))
    assert sums(quote)["back"] == "27.00"
