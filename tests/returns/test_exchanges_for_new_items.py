"""Exchanges for new items carried to their end through the dev store: its ledger and ours agree to the cent."""

from __future__ import annotations

import pytest
from cart_cases import asked, in_force, new_product, policy, priced, shop_now, sums
from portal import Shopper
from returns_counter import Counter, open_counter
from settling import approve, grant, groups, ours, receive, state, states, steps, theirs, with_credit

from shopify_app.db import Database
from shopify_app.pages.return_links import status_path
from shopify_app.papers import evidence
from shopify_app.papers.evidence_paper import evidence_html
from shopify_app.returns.desk import DeskQuery, open_desk
from shopify_app.shops.models import Shop
from wire import application

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    found = with_credit(open_counter(database, database_url))
    in_force(found, policy())
    return found


def why(counter: Counter, ret: object) -> object:
    return steps(counter, ret), [(g.look, g.look_facts) for g in groups(counter, ret)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("price", "used", "lapses", "total", "due", "back"),
    [
        ("60.00", "4.50", "0.00", "59.94", "11.34", "0.00"),
        ("47.00", "2.00", "2.50", "48.60", "0.00", "0.00"),
        ("40.00", "0.00", "4.50", "43.20", "0.00", "5.40"),
    ],
)
def test_the_worked_example_is_quoted_with_shopifys_own_tax(
    counter: Counter, price: str, used: str, lapses: str, total: str, due: str, back: str
) -> None:
    new = new_product(counter, S=price)

    quote = priced(counter, shop_now(counter, {new["S"]: 1}))

    assert sums(quote) == {
        "own": "48.60", "bonus": "4.50", "bonus_used": used, "bonus_lapses": lapses, "new_total": total, "due": due,
        "back": back,
    }  # fmt: skip


def test_a_bonus_that_is_partly_needed_is_consumed_and_the_rest_lapses(counter: Counter) -> None:
    new = new_product(counter, S="47.00")
    ret = asked(counter, {new["S"]: 1})
    approve(counter, ret)
    assert states(counter, ret) == ["open"], why(counter, ret)

    receive(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert state(counter, ret) == "closed"
    assert theirs(counter) == [("exchange_sale", "48.60")]
    assert ours(counter, ret) == theirs(counter)
    given = grant(counter, ret)
    assert (given.state, given.amount) == ("consumed", 200)


def test_a_leftover_goes_back_to_the_payment_and_the_bonus_lapses(counter: Counter) -> None:
    new = new_product(counter, S="40.00")
    ret = asked(counter, {new["S"]: 1})
    approve(counter, ret)

    receive(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("exchange_sale", "43.20"), ("refund", "5.40")]
    assert ours(counter, ret) == theirs(counter)
    assert grant(counter, ret).state == "lapsed"


def test_what_lapsed_of_a_bonus_is_told_to_nobody_as_given(counter: Counter) -> None:
    new = new_product(counter, S="40.00")
    ret = asked(counter, {new["S"]: 1})
    approve(counter, ret)
    receive(counter, ret)
    keyring, now = counter.database.keyring, counter.now()

    page = Shopper(application(counter.wire.adapters).test_client(), counter.wire)
    page.open("/" + status_path(keyring, ret.shop_id, ret.id))
    with counter.database.read() as session:
        (row,) = open_desk(session, session.get_one(Shop, ret.shop_id), DeskQuery(), now).rows
        data_dir = counter.wire.adapters.config.data_dir
        paper = evidence_html(evidence.read(session, counter.ret(session, ret), keyring, data_dir, now))

    assert "You got €48.60 in all." in page.words  # 43.20 as goods, 5.40 back; 4.50 of bonus was not needed
    assert str(row.gets) == "48.60"
    assert ("€53.10" in paper, "€48.60" in paper) == (False, True)


def test_a_balance_is_left_at_shopify_and_nothing_else_moves(counter: Counter) -> None:
    new = new_product(counter, S="60.00")
    ret = asked(counter, {new["S"]: 1})
    approve(counter, ret)

    receive(counter, ret)

    order = counter.desk.order()
    assert order["totalOutstandingSet"]["presentmentMoney"]["amount"] == "11.34", why(counter, ret)
    assert theirs(counter) == [("exchange_sale", "59.94")]
    assert ours(counter, ret) == theirs(counter)
    assert (grant(counter, ret).state, grant(counter, ret).amount) == ("consumed", 450)
