"""Mara chooses new items for Ada: searched and counted in one form, priced by Shopify before anything holds."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from cart_cases import in_force, new_product, policy
from flask.testing import FlaskClient
from returns_counter import Counter, open_counter
from settling import approve, ours, receive, states, theirs, with_credit, work
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.db import Database
from shopify_app.returns.models import Return, ReturnQuote, StockHold
from shopify_app.returns.vocabulary import Outcome
from wire import SHOP, application

NEW = "/app/returns/new"


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    found = with_credit(open_counter(database, database_url))
    in_force(found, policy())
    return found


@pytest.fixture
def door(counter: Counter) -> FlaskClient:
    return application(counter.wire.adapters).test_client()


def send(door: FlaskClient, counter: Counter, path: str, **form: Any) -> TestResponse:
    return door.post(path, data=form, headers={"Authorization": f"Bearer {counter.wire.session_token()}"})


def see(door: FlaskClient, counter: Counter, path: str) -> str:
    return door.get(f"{path}?{urlencode({'shop': SHOP, 'id_token': counter.wire.session_token()})}").text


def name_of(counter: Counter) -> str:
    with counter.database.read() as session:
        return counter.order(session).name


def shopping(
    counter: Counter, chosen: dict[int, str], outcome: str = "shop_now", quantity: str = "1"
) -> dict[str, str]:
    """The form that asks for a price: one shirt for these pieces by variant."""
    sent = counter.desk.sent().rpartition("/")[2]
    line = {f"quantity-{sent}": quantity, f"outcome-{sent}": outcome, f"method-{sent}": "own_carrier"}
    goods = {f"new-{outcome}-{variant}": pieces for variant, pieces in chosen.items()}
    return {"verb": "price", "order": name_of(counter), **line, **goods}


def last_quote(counter: Counter) -> str:
    with counter.database.read() as session:
        return session.scalars(select(ReturnQuote.public_id).order_by(ReturnQuote.id.desc())).first() or ""


def held(counter: Counter) -> list[int]:
    with counter.database.read() as session:
        return list(session.scalars(select(StockHold.variant_id).where(StockHold.released_at.is_(None))))


def asked_for(counter: Counter) -> Return:
    with counter.database.read() as session:
        return session.scalars(select(Return)).one()


@pytest.mark.again
class TestANewReturn:
    @pytest.mark.asked
    def test_without_items_they_are_asked_for_and_nothing_is_priced(self, door: FlaskClient, counter: Counter) -> None:
        coat = new_product(counter, "Coat", S="40.00")
        answer = send(door, counter, NEW, **shopping(counter, {}))
        assert answer.status_code == 200
        assert "Choose the new items below" in answer.text
        assert f'name="new-shop_now-{coat["S"]}"' in answer.text
        assert last_quote(counter) == ""

    def test_words_narrow_what_is_shown_and_what_was_chosen_stays(self, door: FlaskClient, counter: Counter) -> None:
        coat, scarf = new_product(counter, "Coat", S="40.00"), new_product(counter, "Scarf", one="9.00")
        text = send(door, counter, NEW, **shopping(counter, {coat["S"]: "1"}), words="scarf").text
        assert f'name="new-shop_now-{scarf["one"]}"' in text
        assert text.count(f'name="new-shop_now-{coat["S"]}"') == 1
        assert "Wool shirt, M" not in text

    def test_the_quote_is_shown_first_and_then_it_holds_to_the_cent(self, door: FlaskClient, counter: Counter) -> None:
        coat = new_product(counter, "Coat", S="40.00")
        answer = send(door, counter, NEW, **shopping(counter, {coat["S"]: "1"}))
        assert "Create and approve" in answer.text
        assert "€5.40" in answer.text  # 48.60 came back, 43.20 is the coat
        assert held(counter) == []

        made = send(door, counter, NEW, verb="create", order=name_of(counter), quote=last_quote(counter))

        assert made.status_code == 303, made.text
        assert held(counter) == [coat["S"]]
        ret = asked_for(counter)
        work(counter)
        receive(counter, ret)
        assert states(counter, ret) == ["settled"]
        assert theirs(counter) == [("exchange_sale", "43.20"), ("refund", "5.40")]
        assert ours(counter, ret) == theirs(counter)

    @pytest.mark.parametrize("pieces", ["two", "-1", "9999999"])
    def test_no_number_of_pieces_is_told(self, door: FlaskClient, counter: Counter, pieces: str) -> None:
        coat = new_product(counter, "Coat", S="40.00")
        answer = send(door, counter, NEW, **shopping(counter, {coat["S"]: pieces}))
        assert (answer.status_code, "is no number of pieces" in answer.text) == (422, True)

    def test_what_is_sold_out_or_nobodys_is_told(self, door: FlaskClient, counter: Counter) -> None:
        coat = new_product(counter, "Coat", stock=1, S="40.00")
        short = send(door, counter, NEW, **shopping(counter, {coat["S"]: "2"}))
        foreign = send(door, counter, NEW, **shopping(counter, {4711: "1"}))
        assert (short.status_code, foreign.status_code) == (422, 422)
        assert "out of stock" in short.text
        assert "One of the new items is not for sale" in foreign.text

    @pytest.mark.asked
    def test_a_product_exchange_gives_one_piece_for_each(self, door: FlaskClient, counter: Counter) -> None:
        coat = new_product(counter, "Coat", S="40.00")
        answer = send(door, counter, NEW, **shopping(counter, {coat["S"]: "2"}, "product_exchange"))
        assert (answer.status_code, "2 new pieces were chosen, and 1 can be" in answer.text) == (422, True)


@pytest.mark.again
class TestAChange:
    def test_a_refund_becomes_new_items(self, door: FlaskClient, counter: Counter) -> None:
        coat = new_product(counter, "Coat", S="40.00")
        ret = counter.asked(1, Outcome.REFUND)
        approve(counter, ret)
        path = f"/app/returns/{ret.rma}/change"

        empty = send(door, counter, path, **shopping(counter, {}))
        shown = send(door, counter, path, **shopping(counter, {coat["S"]: "1"}))
        done = send(door, counter, path, verb="change", quote=last_quote(counter), note="As we said.")

        assert "Choose the new items below" in empty.text
        assert "What the change makes different" in shown.text
        assert done.status_code == 303, done.text
        assert held(counter) == [coat["S"]]
        assert f'name="new-shop_now-{coat["S"]}"' in see(door, counter, path)
        work(counter)
        receive(counter, ret)
        assert theirs(counter) == [("exchange_sale", "43.20"), ("refund", "5.40")]
        assert ours(counter, ret) == theirs(counter)

    def test_another_item_takes_the_place_of_the_one_that_stood(self, door: FlaskClient, counter: Counter) -> None:
        coat = new_product(counter, "Coat", S="40.00", M="45.00")
        ret = counter.asked(1, Outcome.REFUND)
        approve(counter, ret)
        path = f"/app/returns/{ret.rma}/change"
        for variants in ({coat["S"]: "1"}, {coat["S"]: "0", coat["M"]: "1"}):
            send(door, counter, path, **shopping(counter, variants))
            send(door, counter, path, verb="change", quote=last_quote(counter), note="As we said.")
            work(counter)
        assert held(counter) == [coat["M"]]
