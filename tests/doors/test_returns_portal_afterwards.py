"""After a return was sent in: its page, what Mara does to it, and what Ada can still do."""

from __future__ import annotations

import re

import pytest
from in_account import Account
from portal import Shopper
from returns_counter import Counter, sell
from settling import approve, receive
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shopify_app.orders.access import Access, link_token
from shopify_app.orders.models import OneTimeCode
from shopify_app.pages.return_links import status_path
from shopify_app.returns import requests, review
from shopify_app.returns.models import Return, ReturnDraft
from shopify_app.returns.presets import FORGIVING
from shopify_app.returns.states import Actor, Source
from shopify_app.returns.vocabulary import Outcome
from shopify_app.settings.keys import set_key

pytestmark = pytest.mark.again


@pytest.fixture
def key(counter: Counter) -> str:
    return counter.desk.sent().rpartition("/")[2]


def sent_in(ada: Shopper, link: str, key: str, outcome: str = "store_credit", **more: str) -> Shopper:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    ada.send(**{f"reason-{key}": "size-too-small"}).send(outcome=outcome, **more)
    if ada.step == "better":
        ada.send(0, 1)
    ada.send(method="own_carrier")
    assert ada.step == "review", ada.words
    ada.send(len(ada.forms) - 1)
    assert "/returns/r/" in ada.path, ada.words
    return ada


def the_return(counter: Counter) -> Return:
    with counter.database.read() as session:
        wanted = select(Return).options(selectinload(Return.lines)).order_by(Return.id.desc()).limit(1)
        return session.scalars(wanted).one()


def form_to(ada: Shopper, verb: str) -> int:
    return next(n for n, form in enumerate(ada.forms) if form.action.endswith(f"/{verb}"))


def test_the_day_that_ada_agreed_to_is_the_day_that_her_returns_page_tells_at_once(
    ada: Shopper, counter: Counter, link: str, key: str
) -> None:
    counter.publish(FORGIVING)
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    ada.send(**{f"reason-{key}": "size-too-small"}).send(outcome="store_credit").send(method="own_carrier")
    (agreed,) = set(re.findall(r"about ([^.]+)\.", ada.words))

    ada.send(len(ada.forms) - 1)

    assert the_return(counter).state == "requested", "the worker has not approved it yet"
    assert set(re.findall(r"about ([^.]+)\.", ada.words)) == {agreed}

    with counter.database.write() as session:  # begun in Shopify's own pages, it waits for a person
        counter.ret(session, the_return(counter)).source = Source.SHOPIFY
    ada.open(ada.path.removeprefix("/apps/order-care"))
    (later,) = set(re.findall(r"about ([^.]+)\.", ada.words))
    assert later != agreed


@pytest.mark.asked
def test_ada_may_cancel_until_it_has_moved_on(ada: Shopper, counter: Counter, link: str, key: str) -> None:
    sent_in(ada, link, key)
    ada.send(form_to(ada, "cancel"))
    assert "This return was cancelled" in ada.words
    assert the_return(counter).state == "cancelled"
    with pytest.raises(StopIteration):
        form_to(ada, "cancel")


def test_a_cancel_that_comes_too_late_says_how_it_stands(ada: Shopper, counter: Counter, link: str, key: str) -> None:
    sent_in(ada, link, key)
    address = ada.forms[form_to(ada, "cancel")].action
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, the_return(counter)), Actor.MERCHANT, counter.now())
    ada.post(address)
    assert ada.status == 409
    assert "not possible any more" in ada.alerts


def test_a_change_is_filled_in_and_keeps_the_number(ada: Shopper, counter: Counter, link: str, key: str) -> None:
    sent_in(ada, link, key)
    first = the_return(counter)
    ada.send(form_to(ada, "change"))
    assert ada.step == "items"
    (select_field,) = [each for each in ada.forms[0].fields if each.name == f"quantity-{key}"]
    assert select_field.value == "1"
    ada.send(**{f"quantity-{key}": "2"})
    assert ada.forms[0].sent()[f"reason-{key}"] == "size-too-small"
    ada.send()
    ada.send(outcome="store_credit").send(method="own_carrier")
    assert "What changes" in ada.words
    ada.send(len(ada.forms) - 1)
    with counter.database.read() as session:
        states = {ret.id: (ret.state, ret.lines[0].quantity) for ret in session.scalars(select(Return))}
    assert states == {first.id: ("requested", 2)}
    assert "Your return is changed." in ada.words


def test_a_question_of_maras_is_answered_on_the_page(ada: Shopper, counter: Counter, link: str, key: str) -> None:
    sent_in(ada, link, key)
    with counter.database.write() as session:
        ret = counter.ret(session, the_return(counter))
        review.ask_more(session, ret, "Is it the <b>left</b> sleeve?", Actor.MERCHANT, counter.now())
    ada.open(ada.path)
    assert "We need something from you" in ada.words
    assert "Is it the <b>left</b> sleeve?" in ada.words
    assert "<b>left</b>" not in ada.html
    ada.send(form_to(ada, "answer"), answer="  ")
    assert ada.status == 422
    ada.send(form_to(ada, "answer"), answer="The right one.")
    assert "Thank you." in ada.words
    assert the_return(counter).state == "requested"
    assert "The right one." in ada.words


def test_a_decline_says_why(ada: Shopper, counter: Counter, link: str, key: str) -> None:
    sent_in(ada, link, key)
    with counter.database.write() as session:
        set_key(session, counter.shop_id, "support.email", "care@goods.example", "Mara", counter.now())
        ret = counter.ret(session, the_return(counter))
        rma = ret.rma
        review.decline(session, ret, "other", "It has been worn.", Actor.MERCHANT, counter.now())
    ada.open(ada.path)
    assert "We could not accept this return" in ada.words
    assert "It has been worn." in ada.words
    assert f'href="mailto:care@goods.example?subject={rma}"' in ada.html


def test_whoever_needs_nobody_is_not_sent_to_the_shop(ada: Shopper, counter: Counter, link: str, key: str) -> None:
    with counter.database.write() as session:
        set_key(session, counter.shop_id, "support.email", "care@goods.example", "Mara", counter.now())
    sent_in(ada, link, key)
    assert "mailto:" not in ada.html


@pytest.mark.asked
def test_whoever_brings_it_to_the_counter_packs_nothing(ada: Shopper, counter: Counter, link: str, key: str) -> None:
    sent_in(ada, link, key)
    with counter.database.write() as session:
        ret = counter.ret(session, the_return(counter))
        for line in ret.lines:
            line.method = "in_store"
        review.approve(session, ret, Actor.MERCHANT, counter.now())
        rma = ret.rma
    ada.open(ada.path)
    assert "Please bring it to our store" in ada.words
    assert f"At the counter, name the number {rma}." in ada.words
    assert "Pack the items" not in ada.words


def test_once_approved_the_page_says_how_to_send_it_back(ada: Shopper, counter: Counter, link: str, key: str) -> None:
    sent_in(ada, link, key)
    with counter.database.write() as session:
        review.approve(session, counter.ret(session, the_return(counter)), Actor.MERCHANT, counter.now())
    ada.open(ada.path)
    assert "Please send it back" in ada.words
    assert "With a carrier of your choice" in ada.words
    ada.send(form_to(ada, "parcel"), number="RR123456789SE")
    assert "We follow your parcel" in ada.words


def test_the_tracking_page_leads_in_and_then_tells_how_it_stands(
    ada: Shopper, counter: Counter, link: str, key: str
) -> None:
    ada.open(f"/t/{link}")
    assert f"/returns/t/{link}" in ada.html
    assert "Return or exchange until" in ada.words
    sent_in(ada, link, key)
    rma = the_return(counter).rma
    ada.open(f"/t/{link}")
    assert f"{rma}: We have your request" in ada.words


@pytest.mark.asked
def test_a_swap_shows_live_stock_and_asks_for_a_code_before_the_address(
    ada: Shopper, counter: Counter, link: str, key: str
) -> None:
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    ada.send(**{f"reason-{key}": "size-too-small"})
    (swap,) = [each for each in ada.forms[0].fields if each.name == f"replacement-{key}"]
    medium = str(counter.desk.variants["M"])
    assert medium in swap.options
    assert str(counter.desk.variants["S"]) not in swap.options
    ada.send(outcome="variant_exchange", **{f"replacement-{key}": medium}).send(method="own_carrier")
    assert ada.step == "review"
    assert "we send a code to your e-mail address first" in ada.words
    ada.send(next(n for n, form in enumerate(ada.forms) if form.action.endswith("review/code")))
    with counter.database.read() as session:
        code = session.scalars(select(OneTimeCode)).one().code
    ada.send(code=code)
    assert ada.step == "review"
    number = next(n for n, form in enumerate(ada.forms) if form.action.endswith("review/address"))
    ada.send(number, last_name="", address1="", city="Göteborg")
    assert ada.status == 422
    assert "Please enter the last name. Please enter the street and number." in ada.alerts
    number = next(n for n, form in enumerate(ada.forms) if form.action.endswith("review/address"))
    ada.send(number, address1="Nygatan 2", city="Borås", last_name="Lindholm", country_code="SE")
    assert "Nygatan 2" in ada.words
    ada.send(len(ada.forms) - 1)
    assert "/returns/r/" in ada.path
    with counter.database.read() as session:
        assert "Nygatan 2" in (session.scalars(select(ReturnDraft)).one().delivery or "")
        assert the_return(counter).lines[0].replacement_variant_id == int(medium)


def test_an_even_swap_is_told_without_a_sum_as_if_money_had_been_paid(ada: Shopper, counter: Counter) -> None:
    medium = counter.desk.variants["M"]
    ret = counter.asked(outcome=Outcome.VARIANT_EXCHANGE, replacement_variant_id=medium)
    approve(counter, ret)
    receive(counter, ret)
    ada.open("/" + status_path(counter.database.keyring, ret.shop_id, ret.id))
    assert "Your return is complete" in ada.words
    assert "in all." not in ada.words


def test_an_exchange_without_an_address_is_not_sent_in_until_there_is_one(
    ada: Shopper, counter: Counter, link: str, key: str
) -> None:
    with counter.database.write() as session:
        counter.order(session).shipping_address = None
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    ada.send(**{f"reason-{key}": "size-too-small"})
    medium = str(counter.desk.variants["M"])
    ada.send(outcome="variant_exchange", **{f"replacement-{key}": medium}).send(method="own_carrier")
    assert "To the address of your order." not in ada.words

    ada.send(len(ada.forms) - 1)

    assert (ada.status, ada.step) == (422, "review")
    assert "Please enter the address that we send the exchange to." in ada.alerts
    with counter.database.write() as session:
        assert session.scalars(select(Return)).all() == []
        session.scalars(select(ReturnDraft)).one().access = Access.OWNER
    ada.open(ada.path)
    number = next(n for n, form in enumerate(ada.forms) if form.action.endswith("review/address"))
    ada.send(number, address1="Nygatan 2", city="Borås", last_name="Lindholm", country_code="SE")
    ada.send(len(ada.forms) - 1)
    assert "/returns/r/" in ada.path
    assert the_return(counter).lines[0].outcome == "variant_exchange"


def test_an_address_is_not_changed_without_the_code(ada: Shopper, counter: Counter, link: str, key: str) -> None:
    ada.open(f"/returns/t/{link}")
    base = ada.path.partition("/items")[0]
    ada.post(f"{base}/review/address", address1="Elsewhere 1", city="Rome", last_name="X")
    assert ada.status == 403
    with counter.database.read() as session:
        assert session.scalars(select(ReturnDraft)).one().delivery is None


def test_a_replacement_that_sold_out_is_chosen_anew_and_never_becomes_a_refund(
    ada: Shopper, counter: Counter, link: str, key: str
) -> None:
    medium, cheaper = str(counter.desk.variants["M"]), str(counter.desk.variants["cheaper"])
    sent_in(ada, link, key, "variant_exchange", **{f"replacement-{key}": medium})
    live = dict(counter.api.variant_stock([int(medium)]))
    with counter.database.write() as session:
        ret = counter.ret(session, the_return(counter))
        gone = {id: type(each)(id, each.price, 0, False, True) for id, each in live.items()}
        assert review.approve(session, ret, Actor.MERCHANT, counter.now(), live=gone).gone
    ada.open(ada.path)
    assert "Please choose another replacement" in ada.words
    ours = Account(ada.client, counter)
    assert ours.listed() == ["Please choose again"]
    number = form_to(ada, "replacement")
    ada.send(number)
    assert ada.status == 422
    ada.send(form_to(ada, "replacement"), **{f"replacement-{key}": cheaper})
    assert "We keep your new choice aside" in ada.words
    assert ours.listed() == ["We have your request"]
    assert the_return(counter).lines[0].replacement_variant_id == int(cheaper)


def test_half_a_year_after_its_end_the_link_has_ended(ada: Shopper, counter: Counter, link: str, key: str) -> None:
    sent_in(ada, link, key)
    ada.send(form_to(ada, "cancel"))
    address = ada.path
    counter.wire.advance(days=179)
    assert ada.open(address).status == 200
    counter.wire.advance(days=2)
    assert ada.open(address).status == 410


@pytest.mark.asked
def test_each_item_may_have_its_own_outcome(ada: Shopper, counter: Counter) -> None:
    goods = [{"variant_id": counter.desk.variants[name], "quantity": 1} for name in ("S", "cheaper")]
    desk = sell(counter.stage, goods, counter.desk.variants, taxes_included=False)
    counter.stage.post("/events", {"fulfillment_id": desk.parcel_id, "status": "delivered"})
    counter.learn(desk)
    with counter.database.write() as session:
        link = link_token(session, counter.order(session, desk), counter.now())
    one, two = (desk.sent(place).rpartition("/")[2] for place in (1, 2))
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{one}": "1", f"quantity-{two}": "1"})
    ada.send(**{f"reason-{one}": "size-too-small", f"reason-{two}": "other"})
    alone = ada.forms[0].choices(f"outcome-{two}")
    assert alone["store_credit"].facts["data-amount"] == "47.20"
    assert alone[""].is_on

    ada.send(outcome="store_credit", **{f"outcome-{one}": "refund"})
    assert ada.step == "better"
    ada.send(0, 1).send(method="own_carrier")
    assert ada.step == "review"
    assert "€54.00" in ada.words
    assert "€47.20" in ada.words
    ada.send(len(ada.forms) - 1)

    assert [line.outcome for line in the_return(counter).lines] == ["refund", "store_credit"]
