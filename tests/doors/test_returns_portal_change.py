"""Ada changes her return on its own page: filled in as it stands, shown to the cent before it holds, held once."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from portal import Shopper
from returns_counter import Counter, open_counter, opened
from settling import approve, receive, steps, theirs, with_credit, work
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from shopify_app.db import Database
from shopify_app.orders.access import link_token
from shopify_app.pages.return_links import status_path
from shopify_app.returns.models import Return, ReturnEntry, ReturnQuote
from shopify_app.returns.states import Source
from wire import application

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """A shop in which Ada's return of one shirt for a refund was approved by Mara."""
    return opened("a shirt that comes back", database, database_url, lambda: _asked_back(database, database_url))


def _asked_back(database: Database, url: str) -> Counter:
    counter = with_credit(open_counter(database, url))
    ada = Shopper(application(counter.wire.adapters).test_client(), counter.wire)
    with counter.database.write() as session:
        link = link_token(session, counter.order(session), counter.now())
    key = counter.desk.sent().rpartition("/")[2]
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"}).send(**{f"reason-{key}": "size-too-small"})
    ada.send(outcome="refund")
    if ada.step == "better":
        ada.send(0, 1)
    ada.send(method="own_carrier").send(len(ada.forms) - 1)
    approve(counter, the_return(counter))
    return counter


@pytest.fixture
def ada(client: FlaskClient, counter: Counter) -> Shopper:
    """Ada, on the page of that return."""
    path = status_path(counter.database.keyring, counter.shop_id, the_return(counter).id)
    return Shopper(client, counter.wire).open(f"/{path}")


def the_return(counter: Counter) -> Return:
    with counter.database.read() as session:
        return session.scalars(select(Return).options(selectinload(Return.lines))).one()


def outcome_of(counter: Counter) -> str:
    return the_return(counter).lines[0].outcome


def begin(ada: Shopper) -> Shopper:
    """To the items of a change."""
    return ada.send(next(n for n, form in enumerate(ada.forms) if form.action.endswith("/change")))


def to_review(ada: Shopper, outcome: str = "store_credit", **more: str) -> Shopper:
    """Through the pages as they are filled in, to the last one."""
    begin(ada).send().send().send(outcome=outcome, **more)
    if ada.step == "better":
        ada.send(0, 1)
    if ada.step == "method":
        ada.send()
    assert ada.step == "review", ada.words
    return ada


def confirm(ada: Shopper) -> Shopper:
    return ada.send(len(ada.forms) - 1)


def test_what_it_makes_different_is_shown_before_it_holds(ada: Shopper, counter: Counter) -> None:
    to_review(ada)
    assert "Change of your return for order" in ada.words
    table = ada.html[ada.html.index("pl-compared") : ada.html.index("</table>")]
    cells = [re.sub(r"\s", " ", each) for each in re.findall(r'<td class="pl-num">([^<]*)</td>', table)]
    assert cells == ["1 item", "1 item", "€48.60", "€0.00", "€0.00", "€48.60", "€0.00", "€4.50"]
    assert outcome_of(counter) == "refund"
    with counter.database.read() as session:
        assert session.scalar(select(func.count()).where(ReturnEntry.kind == "changed")) == 0


def test_the_change_keeps_the_number_and_is_paid(ada: Shopper, counter: Counter) -> None:
    rma = the_return(counter).rma
    confirm(to_review(ada))
    assert "Your return is changed." in ada.words
    assert rma in ada.words
    assert "Return changed" in ada.words
    work(counter)
    receive(counter, the_return(counter))
    assert theirs(counter) == [("store_credit", "4.50"), ("store_credit_refund", "48.60")]


def test_a_swap_makes_shopifys_return_anew(ada: Shopper, counter: Counter) -> None:
    key = counter.desk.sent().rpartition("/")[2]
    confirm(to_review(ada, "variant_exchange", **{f"replacement-{key}": str(counter.desk.variants["M"])}))
    work(counter)
    done = [each for each, phase in steps(counter, the_return(counter)) if phase == "done"]
    assert done == ["create", "remove", "create.2"]
    receive(counter, the_return(counter))
    assert theirs(counter) == [("exchange_sale", "48.60")]


@pytest.mark.asked
def test_a_double_click_is_one_change(ada: Shopper, counter: Counter) -> None:
    to_review(ada)
    form = ada.forms[-1]
    confirm(ada)
    ada.post(form.action, **form.sent())
    assert "Your return is changed." in ada.words
    with counter.database.read() as session:
        assert session.scalar(select(func.count()).where(ReturnEntry.kind == "changed")) == 1


@pytest.mark.asked
def test_of_two_tabs_the_second_sees_it_once_more(ada: Shopper, counter: Counter, client: FlaskClient) -> None:
    other = Shopper(client, counter.wire)
    other.open(ada.path)
    to_review(ada)
    to_review(other)
    confirm(ada)
    confirm(other)
    assert other.status == 409
    assert "Your order has changed meanwhile." in other.words


def test_once_the_parcel_is_on_its_way_it_stays_as_it_is(ada: Shopper, counter: Counter) -> None:
    status = ada.path.partition("?")[0]
    begin(ada)
    items = ada.path
    with counter.database.write() as session:
        counter.ret(session, the_return(counter)).scanned_at = counter.now()

    ada.open(items)
    assert ada.status == 409
    assert "Your parcel is on its way" in ada.words
    ada.open(status)
    assert not [form for form in ada.forms if form.action.endswith("/change")]
    ada.post(f"{status}/change")
    assert ada.status == 409
    assert "Your parcel is on its way" in ada.alerts


def test_an_offer_of_another_return_is_foreign(ada: Shopper, counter: Counter) -> None:
    to_review(ada)
    form = ada.forms[-1]
    other = counter.price(counter.wish(1))
    ada.post(form.action, **(form.sent() | {"quote": other.public_id}))
    assert ada.status == 404
    assert outcome_of(counter) == "refund"


def test_the_offer_of_a_change_is_no_return_of_its_own(ada: Shopper, counter: Counter) -> None:
    to_review(ada)
    quote = ada.forms[-1].sent()["quote"]
    key = counter.desk.sent().rpartition("/")[2]
    with counter.database.write() as session:
        link = link_token(session, counter.order(session), counter.now())
    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    address = ada.path.replace("/reasons", "/review")
    ada.post(address, quote=quote)
    assert ada.step == "outcome"
    with counter.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Return)) == 1


def test_a_return_set_up_in_shopify_is_not_changed_here(ada: Shopper, counter: Counter) -> None:
    with counter.database.write() as session:
        counter.ret(session, the_return(counter)).source = Source.SHOPIFY
    ada.post(f"{ada.path.partition('?')[0]}/change")
    assert ada.status == 409
    assert "set this return up by hand" in ada.alerts


def test_looking_changes_nothing(ada: Shopper, counter: Counter) -> None:
    before = the_return(counter).version
    to_review(ada)
    ada.open(ada.path)
    assert the_return(counter).version == before
    with counter.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ReturnQuote)) >= 2
