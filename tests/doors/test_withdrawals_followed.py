"""The page of a withdrawal speaks of a withdrawal: of what is sent back by when, and of the money by when."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from in_account import Account
from portal import Shopper
from returns_counter import Counter, open_counter
from settling import receive
from withdrawing import buys, carry_out, declare, its_return, open_only

from jobs.reactions import FOLLOWERS
from returns_desk import Desk
from shopify_app.db import Database
from shopify_app.orders.access import link_token
from shopify_app.pages.return_links import status_key
from shopify_app.returns import timeline
from shopify_app.returns.models import Return
from shopify_app.returns.states import Actor, ReturnState
from shopify_app.returns.timeline import Told
from shopify_app.returns.withdrawing.travelled import Travelled, travelled
from wire import application


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    database.followers = FOLLOWERS
    return open_counter(database, database_url)


@pytest.fixture
def ada(counter: Counter) -> Shopper:
    return Shopper(application(counter.wire.adapters).test_client(), counter.wire)


def withdrawn(counter: Counter, desk: Desk, *, settled: bool = False) -> Return:
    row = declare(counter, desk)
    (carry_out if settled else open_only)(counter)
    return its_return(counter, row)


def words(ada: Shopper, ret: Return) -> str:
    """What the page says, which never calls a withdrawal a return."""
    key = status_key(ada.wire.adapters.database.keyring, ret.shop_id, ret.id)
    said = ada.open(f"/returns/r/{key}").words
    for wrong in ("Return R-", "approved", "Approved", "Requested", "this return", "Your return"):
        assert wrong not in said
    return said


@pytest.mark.again
def test_what_was_sent_is_to_be_sent_back_by_a_day_and_the_money_comes_by_one(ada: Shopper, counter: Counter) -> None:
    ret = withdrawn(counter, buys(counter, "S", sent=1))

    said = words(ada, ret)

    assert "Withdrawal W-" in said
    assert "Please send the item to us by" in said
    assert "You get your money by" in said
    assert "The standard delivery is paid back too." in said
    assert "You withdrew from the contract" in said
    assert "cancel" not in said  # what was declared is declared


@pytest.mark.again
def test_what_was_never_sent_is_nothing_to_do_and_then_complete(ada: Shopper, counter: Counter) -> None:
    ret = withdrawn(counter, buys(counter, "S", "M"))
    said = words(ada, ret)
    assert "We have your withdrawal" in said
    assert "The standard delivery is paid back too." in said

    carry_out(counter)

    said = words(ada, ret)
    assert "Your withdrawal is complete" in said
    assert "Withdrawal complete" in said


@pytest.mark.parametrize(
    ("bought", "withdrawn_from"), [({}, {1: 1}), ({"shipping_lines": []}, None)], ids=["a part", "nothing paid for it"]
)
@pytest.mark.again
def test_no_delivery_is_promised_where_none_goes_back(
    ada: Shopper, counter: Counter, bought: dict[str, Any], withdrawn_from: dict[int, int] | None
) -> None:
    row = declare(counter, buys(counter, "S", "M", **bought), lines=withdrawn_from)
    open_only(counter)

    said = words(ada, its_return(counter, row))
    assert "We have your withdrawal" in said
    assert "delivery" not in said


def test_lists_call_it_a_withdrawal_by_the_number_of_its_first_mail(
    ada: Shopper, client: FlaskClient, counter: Counter
) -> None:
    desk = buys(counter, "S", "M", sent=1)
    row = declare(counter, desk, lines={1: 1})
    open_only(counter)
    with counter.database.write() as session:
        link = link_token(session, counter.order(session, desk), counter.now())
    account = Account(client, counter)

    def listed() -> tuple[str, str]:
        """By the account, and on the order's page."""
        (told,) = account.ask(f"returns?order={desk.order_id}").said["returns"]
        page = ada.open(f"/t/{link}").words
        assert "R-1" not in page
        assert f"{row.number}: {told['title']}" in page
        return told["rma"], told["title"]

    assert listed() == (row.number, "We have your withdrawal")
    assert f"Withdrawal {row.number} is under way" in ada.open(f"/returns/t/{link}").words
    assert "Return R-" not in ada.words

    receive(counter, its_return(counter, row))
    carry_out(counter)
    assert listed() == (row.number, "Your withdrawal is complete")


def test_one_that_was_called_off_is_said_so(ada: Shopper, counter: Counter) -> None:
    ret = withdrawn(counter, buys(counter, "S", sent=1))
    with counter.database.write() as session:  # the other contract partner may, in Shopify's own pages
        row = counter.ret(session, ret)
        row.state, row.cancelled_at = ReturnState.CANCELLED, counter.now()
        timeline.add(session, row, Told.CANCELLED, Actor.SHOPIFY, counter.now())

    said = words(ada, ret)

    assert "This withdrawal was called off" in said
    assert "Withdrawal called off" in said


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (0, "Nothing of it has been sent yet: there is nothing for you to do."),
        (1, "What has been sent you send back by"),
        (2, "What has been sent you send back by"),
    ],
)
def test_the_receipt_asks_back_only_what_was_sent(ada: Shopper, counter: Counter, sent: int, says: str) -> None:
    row = declare(counter, buys(counter, "S", "M", sent=sent))

    said = ada.open(f"/withdraw/done/{row.token}").words

    assert says in said
    assert ("there is nothing for you to do" in said) is (sent == 0)


@pytest.mark.again
@pytest.mark.parametrize(("sent", "how"), [(0, Travelled.NONE), (1, Travelled.SOME), (2, Travelled.ALL)])
def test_what_was_sent_is_known_by_the_parcels(counter: Counter, sent: int, how: Travelled) -> None:
    desk = buys(counter, "S", "M", sent=sent)
    row = declare(counter, desk)

    with counter.database.read() as session:
        assert travelled(session, row, counter.order(session, desk)) is how


@pytest.mark.again
@pytest.mark.parametrize("sent", [0, 1])
def test_what_she_got_in_all_is_her_goods_and_their_delivery(ada: Shopper, counter: Counter, sent: int) -> None:
    ret = withdrawn(counter, buys(counter, "S", sent=sent), settled=True)
    if sent:
        receive(counter, ret)

    said = words(ada, ret).replace("\N{NO-BREAK SPACE}", " ")

    assert "You got 58,90 € in all." in said
    _, _, got = said.partition("What you got")
    assert "58,90 €" in got.partition("Settled")[0]
    assert "Shipping 4,90 € Together 58,90 €" in got


@pytest.mark.again
@pytest.mark.parametrize("sent", [0, 1])
def test_what_went_to_each_of_her_payments_adds_up_to_what_she_got(ada: Shopper, counter: Counter, sent: int) -> None:
    ways = [{"gateway": "gift_card", "amount": "20.00"}, {"gateway": "shopify_payments", "amount": "38.90"}]
    ret = withdrawn(counter, buys(counter, "S", sent=sent, transactions=ways), settled=True)
    if sent:
        receive(counter, ret)

    said = words(ada, ret).replace("\N{NO-BREAK SPACE}", " ")

    assert "You got 58,90 € in all." in said
    assert "38,90 € goes back to how you paid." in said
    assert "20,00 € goes back to your gift card." in said


def test_where_the_delivery_of_goods_that_cost_nothing_went_is_told(ada: Shopper, counter: Counter) -> None:
    free = [{"variant_id": counter.desk.variants["S"], "quantity": 1, "price": "0.00"}]
    ret = withdrawn(counter, buys(counter, "S", line_items=free), settled=True)

    _, _, got = words(ada, ret).replace("\N{NO-BREAK SPACE}", " ").partition("What you got")

    assert "4,90 € Wool shirt Goes back to how you paid." in got
