"""A replacement that sold out while the rest of the return went on: Ada chooses for that part on the return's page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from in_account import Account
from portal import Shopper
from returns_counter import Counter
from settling import ours, receive, states, theirs, work
from sqlalchemy import select
from two_parts import TwoParts, stuck_shop

from shopify_app.db import Database
from shopify_app.orders.models import OneTimeCode
from shopify_app.pages.return_links import status_path
from shopify_app.returns import settle
from shopify_app.returns.models import ReturnQuote
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import By

pytestmark = pytest.mark.again

CREDIT = [("store_credit", "4.50"), ("store_credit_refund", "48.60")]


@pytest.fixture
def parts(database: Database, database_url: str) -> TwoParts:
    return stuck_shop(database, database_url)


@pytest.fixture
def counter(parts: TwoParts) -> Counter:
    return parts.counter


@pytest.fixture
def signed_in(client: FlaskClient, counter: Counter, parts: TwoParts) -> Shopper:
    """Ada's return, signed in at the shop."""
    return Shopper(client, counter.wire, customer="501").open(address(counter, parts))


def address(counter: Counter, parts: TwoParts) -> str:
    return "/" + status_path(counter.database.keyring, counter.shop_id, parts.ret.id)


def form_to(ada: Shopper, verb: str) -> int:
    return next(n for n, form in enumerate(ada.forms) if form.action.rpartition("/")[2] == verb)


def code(counter: Counter) -> str:
    with counter.database.read() as session:
        newest = select(OneTimeCode).order_by(OneTimeCode.id.desc()).limit(1)
        return session.scalars(newest).one().code or ""


def test_every_way_is_shown_side_by_side_and_none_is_chosen(signed_in: Shopper, counter: Counter) -> None:
    assert "Please choose again for a part of your return" in signed_in.words
    assert Account(signed_in.client, counter).listed() == ["Please choose again"]
    choices = signed_in.forms[form_to(signed_in, "anew")].choices("outcome")
    told = {value: (each.facts["data-amount"], each.facts["data-bonus"]) for value, each in choices.items()}
    assert told == {
        "store_credit": ("53.10", "4.50"), "refund": ("48.60", "0.00"), "variant_exchange": ("48.60", "0.00"),
    }  # fmt: skip
    assert not any(each.is_on for each in choices.values())
    assert "In exchange: M Sold out" in signed_in.words


def test_the_owner_chooses_sees_it_to_the_cent_and_confirms(
    signed_in: Shopper, counter: Counter, parts: TwoParts
) -> None:
    signed_in.send(form_to(signed_in, "anew"), outcome="store_credit")
    assert "Is everything right?" in signed_in.words
    assert "53.10" in signed_in.words
    assert parts.swap.state == "needs_look"

    signed_in.send()

    assert "Your new choice holds" in signed_in.words
    assert "You chose store credit instead" in signed_in.words
    assert Account(signed_in.client, counter).listed() == ["Your return is approved"]
    work(counter)
    receive(counter, parts.ret)
    assert theirs(counter) == sorted(CREDIT * 2)
    assert ours(counter, parts.ret) == theirs(counter)


def test_whoever_came_by_the_link_alone_needs_the_code(client: FlaskClient, counter: Counter, parts: TwoParts) -> None:
    ada = Shopper(client, counter.wire).open(address(counter, parts))
    ada.send(form_to(ada, "anew"), outcome="refund").send()
    assert "Enter your code" in ada.words
    assert parts.swap.state == "needs_look"

    ada.send(code="000000" if code(counter) != "000000" else "111111")
    assert (ada.status, parts.swap.state) == (422, "needs_look")
    form, given = ada.forms[0], code(counter)
    ada.send(code=given)

    assert "Your new choice holds" in ada.words
    again = ada.post(form.action, code=given)
    assert "Your new choice holds" in again.words
    work(counter)
    receive(counter, parts.ret)
    assert theirs(counter) == sorted([*CREDIT, ("refund", "48.60")])


def test_ben_may_not_confirm_with_his_own_account(client: FlaskClient, counter: Counter, parts: TwoParts) -> None:
    ben = Shopper(client, counter.wire, customer="777").open(address(counter, parts))
    ben.send(form_to(ben, "anew"), outcome="refund").send()
    assert "Enter your code" in ben.words
    assert parts.swap.state == "needs_look"


def test_another_size_needs_to_be_named_and_is_made(signed_in: Shopper, counter: Counter, parts: TwoParts) -> None:
    signed_in.send(form_to(signed_in, "anew"), outcome="variant_exchange")
    assert signed_in.status == 422
    assert "choose a size or colour" in signed_in.words
    key = counter.desk.sent(2).rpartition("/")[2]
    signed_in.send(form_to(signed_in, "anew"), outcome="variant_exchange", **{
        f"replacement-{key}": str(counter.desk.variants["cheaper"])})  # fmt: skip
    assert "5.40" in signed_in.words
    signed_in.send()
    work(counter)
    receive(counter, parts.ret)
    assert theirs(counter) == sorted([*CREDIT, ("exchange_sale", "43.20"), ("refund", "5.40")])


def test_nothing_chosen_or_something_that_is_not_offered_is_told(signed_in: Shopper, parts: TwoParts) -> None:
    signed_in.send(form_to(signed_in, "anew"))
    assert signed_in.status == 422
    assert "Please choose what you would like." in signed_in.words
    signed_in.send(form_to(signed_in, "anew"), outcome="keep_item")
    assert signed_in.status == 422
    assert parts.swap.state == "needs_look"


@pytest.mark.asked
def test_the_second_tab_sees_how_the_return_stands(signed_in: Shopper, client: FlaskClient, counter: Counter) -> None:
    other = Shopper(client, counter.wire, customer="501").open(signed_in.path)
    chosen = form_to(other, "anew")
    signed_in.send(form_to(signed_in, "anew"), outcome="refund")
    other.send(chosen, outcome="store_credit")
    signed_in.send()

    other.send()

    assert other.status == 409
    assert "not possible any more" in other.alerts
    assert "You chose a refund instead" in other.words


@pytest.mark.asked
def test_a_double_click_on_confirm_is_one_choice(signed_in: Shopper, counter: Counter, parts: TwoParts) -> None:
    signed_in.send(form_to(signed_in, "anew"), outcome="store_credit")
    action = signed_in.forms[0].action
    signed_in.post(action)
    signed_in.post(action)
    assert "Your new choice holds" in signed_in.words
    work(counter)
    receive(counter, parts.ret)
    assert theirs(counter) == sorted(CREDIT * 2)


def test_mara_was_faster(signed_in: Shopper, counter: Counter, parts: TwoParts) -> None:
    signed_in.send(form_to(signed_in, "anew"), outcome="refund")
    parts.restock("M", 3)
    with counter.database.write() as session:
        ret = counter.ret(session, parts.ret)
        settle.retry(session, ret, parts.swap.id, By(Actor.MERCHANT, "mara"), counter.now())
    work(counter)

    signed_in.send()

    assert signed_in.status == 409
    assert "not possible any more" in signed_in.alerts
    assert states(counter, parts.ret) == ["open", "open"]


def test_an_offer_of_another_return_is_foreign(signed_in: Shopper, counter: Counter, parts: TwoParts) -> None:
    other = counter.price(counter.wish(1, None, 2), without_return=parts.ret.id)
    signed_in.open(f"{signed_in.path}/anew/{other.public_id}")
    assert signed_in.status == 404
    signed_in.open(f"{address(counter, parts)}/anew/nothing")
    assert signed_in.status == 404


def test_while_shopify_is_away_the_page_says_so_and_shows_the_return(
    client: FlaskClient, counter: Counter, parts: TwoParts
) -> None:
    counter.wire.fault("5xx", "", 50)
    ada = Shopper(client, counter.wire, customer="501").open(address(counter, parts))
    assert ada.status == 200
    assert "We cannot look into your order right now" in ada.words
    assert "You send back" in ada.words


@pytest.mark.asked
def test_looking_stores_nothing(signed_in: Shopper, counter: Counter) -> None:
    with counter.database.read() as session:
        before = session.scalars(select(ReturnQuote.id)).all()
    signed_in.open(signed_in.path)
    with counter.database.read() as session:
        assert session.scalars(select(ReturnQuote.id)).all() == before
