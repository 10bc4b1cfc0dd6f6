"""Ada owes something for her exchange: her return's page says how much, until when, where, and what else she can do."""

from __future__ import annotations

import pytest
from balance_desk import balance, left_to_pay, owing, pays
from in_account import Account
from portal import Shopper
from returns_counter import Counter, open_counter
from settling import MARA, states, theirs, with_credit, work

from shopify_app.db import Database
from shopify_app.pages.return_links import status_path
from shopify_app.returns.balances import verbs as balance_verbs
from shopify_app.returns.models import Return
from shopify_app.returns.vocabulary import Outcome
from wire import application

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


@pytest.fixture
def ada(counter: Counter) -> Shopper:
    return Shopper(application(counter.wire.adapters).test_client(), counter.wire)


def see(ada: Shopper, counter: Counter, ret: Return) -> Shopper:
    return ada.open("/" + status_path(counter.database.keyring, ret.shop_id, ret.id))


def test_the_page_leads_to_shopifys_own_payment_page(counter: Counter, ada: Shopper) -> None:
    ret = owing(counter)

    see(ada, counter, ret)

    assert "Please pay €9.00 by" in ada.words
    assert "Pay €9.00" in ada.words
    assert "pay=1" in ada.html
    assert "After that we take the exchange off and give you store credit." in ada.words


def test_where_no_credit_can_be_given_the_page_promises_none(counter: Counter, ada: Shopper) -> None:
    store = counter.wire.world.store
    store.put("order", store.get("order", counter.desk.order_id) | {"_company": {"id": 1, "name": "Otto AB"}})
    ret = owing(counter)

    see(ada, counter, ret)

    assert "After that we take the exchange off and give you your money back." in ada.words


def test_lists_say_that_a_payment_is_open(counter: Counter, ada: Shopper) -> None:
    ret = owing(counter)
    ours = Account(ada.client, counter)
    assert ours.listed() == ["A payment for your exchange is open"]

    ada.open(f"{see(ada, counter, ret).path}/instead")
    ada.send(len(ada.forms) - 1)
    assert ours.listed() == ["Your return is approved"]


def test_the_page_does_without_shopify(counter: Counter, ada: Shopper) -> None:
    ret = owing(counter)
    counter.stage.control("POST", "/faults", {"kind": "5xx", "match": "OrderBalance", "count": 9})

    see(ada, counter, ret)

    assert "Please pay €9.00 by" in ada.words
    assert "The payment page cannot be opened just now." in ada.words


def test_ada_drops_the_exchange_for_what_the_page_shows_to_the_cent(counter: Counter, ada: Shopper) -> None:
    ret = owing(counter)
    path = see(ada, counter, ret).path

    ada.open(f"{path}/instead")
    assert "€43.20" in ada.words  # 39.60 of her own and 3.60 bonus
    assert "including €3.60 bonus" in ada.words
    ada.send(len(ada.forms) - 1)
    assert "We take the exchange off" in ada.words
    work(counter)

    assert states(counter, ret) == ["settled"]
    assert theirs(counter) == [("exchange_sale", "48.60"), ("store_credit", "3.60"), ("store_credit_refund", "39.60")]
    assert "You got €43.20 in all." in see(ada, counter, ret).words


def test_what_was_paid_while_ada_decided_is_exchanged_after_all(counter: Counter, ada: Shopper) -> None:
    ret = owing(counter)
    ada.open(see(ada, counter, ret).path + "/instead")
    pays(counter)

    ada.send(len(ada.forms) - 1)
    work(counter)

    assert (states(counter, ret), balance(counter, ret).state) == (["settled"], "paid")
    assert theirs(counter) == [("exchange_sale", "48.60")]
    assert not left_to_pay(counter)
    see(ada, counter, ret)
    assert "€9.00 paid" in ada.words
    assert "to pay" not in ada.words
    assert "at the shop's checkout" not in ada.words


def test_what_the_shop_asks_for_no_more_is_not_to_be_paid(counter: Counter, ada: Shopper) -> None:
    ret = owing(counter)
    with counter.database.write() as session:
        held, group_id = counter.ret(session, ret), balance(counter, ret).group_id
        balance_verbs.waive(session, held, group_id, MARA, counter.now())
    work(counter)

    see(ada, counter, ret)

    assert states(counter, ret) == ["settled"]
    assert "€0.00 to pay" in ada.words
    assert "€9.00 to pay" not in ada.words
    assert "at the shop's checkout" not in ada.words


@pytest.mark.asked
def test_nothing_is_dropped_that_is_not_owed(counter: Counter, ada: Shopper) -> None:
    ret = owing(counter, instead=Outcome.REFUND)
    path = see(ada, counter, ret).path
    ada.post(f"{path}/instead")
    work(counter)

    ada.post(f"{path}/instead")

    assert ada.status == 409
    assert theirs(counter) == [("exchange_sale", "48.60"), ("refund", "39.60")]


def test_otto_sees_nothing_of_it(counter: Counter, ada: Shopper) -> None:
    ret = owing(counter)

    ada.open(f"/returns/r/{'x' * 30}/instead")

    assert ada.status == 404
    assert states(counter, ret) == ["awaiting_payment"]
