"""The merchant makes a return for Ada, sees which rules decide, and takes the ledger as a file."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from returns_counter import Counter
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from devstore.tokens import COLLEAGUE, STAFF, id_token
from shopify_app.money import Money
from shopify_app.returns import ledger
from shopify_app.returns.ledger import Account, Entry
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.presets import OUTLET, TRIAL
from shopify_app.returns.rules import Policy
from shopify_app.shops import staff
from shopify_app.shops.models import Shop
from shopify_app.shops.staff import NEWCOMERS, Right
from wire import SHOP, application

MARA, JONAS = int(STAFF["id"]), int(COLLEAGUE["id"])


@pytest.fixture
def desk_door(counter: Counter) -> FlaskClient:
    return application(counter.wire.adapters).test_client()


def see(door: FlaskClient, counter: Counter, path: str, **query: Any) -> TestResponse:
    return door.get(f"{path}?{urlencode({'shop': SHOP, 'id_token': counter.wire.session_token()} | query)}")


def send(door: FlaskClient, counter: Counter, who: int = MARA, /, **form: Any) -> TestResponse:
    token = id_token(counter.wire.config, who, counter.now())
    return door.post("/app/returns/new", data=form, headers={"Authorization": f"Bearer {token}"})


def reserve_money(door: FlaskClient, counter: Counter) -> None:
    """Mara, who owns the shop, keeps moving money from everybody who comes later."""
    see(door, counter, "/app/returns/new")
    with counter.database.write() as session:
        owner = staff.known(session, counter.shop_id, str(MARA))
        assert owner is not None
        version = staff.team(session, counter.shop_id).version
        staff.restrict(session, counter.shop_id, {NEWCOMERS: [Right.SETTLE]}, owner, version, counter.now())


def in_force_at_purchase(counter: Counter, policy: Policy) -> None:
    with counter.database.write() as session:
        session.get_one(Shop, counter.shop_id).installed_at = counter.now()
    counter.publish(policy)
    with counter.database.write() as session:
        counter.order(session).placed_at = counter.now()


def name_of(counter: Counter) -> str:
    with counter.database.read() as session:
        return counter.order(session).name


def credit(counter: Counter, quantity: str = "1", **more: str) -> dict[str, str]:
    sent = counter.desk.sent().rpartition("/")[2]
    return {
        "order": name_of(counter),
        f"quantity-{sent}": quantity,
        f"outcome-{sent}": "store_credit",
        f"method-{sent}": "own_carrier",
    } | more


def rows(counter: Counter, model: type[Any]) -> int:
    with counter.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def quote_of(counter: Counter) -> str:
    with counter.database.read() as session:
        return session.scalars(select(ReturnQuote.public_id).order_by(ReturnQuote.id.desc())).first() or ""


@pytest.mark.again
class TestANewReturn:
    def test_the_order_shows_what_can_come_back(self, desk_door: FlaskClient, counter: Counter) -> None:
        text = see(desk_door, counter, "/app/returns/new", order=name_of(counter)).text

        assert "of 2" in text
        assert ">Store credit</s-option>" in text
        assert ">Size too small</s-option>" in text or "too small" in text.lower()

    def test_ways_back_are_said_to_staff_and_not_to_the_shopper(self, desk_door: FlaskClient, counter: Counter) -> None:
        text = see(desk_door, counter, "/app/returns/new", order=name_of(counter)).text

        assert ">With a carrier of their choice</s-option>" in text
        assert "your choice" not in text

    def test_the_sum_is_shown_before_anything_is_made(self, desk_door: FlaskClient, counter: Counter) -> None:
        answer = send(desk_door, counter, verb="price", **credit(counter))

        assert answer.status_code == 200
        assert "53.10" in answer.text
        assert rows(counter, Return) == 0

    def test_what_was_shown_is_made_and_approved_once(self, desk_door: FlaskClient, counter: Counter) -> None:
        send(desk_door, counter, verb="price", **credit(counter))
        form = {"verb": "create", "order": name_of(counter), "quote": quote_of(counter)}

        answers = [send(desk_door, counter, **form) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [303, 303]
        assert answers[0].location == answers[1].location
        with counter.database.read() as session:
            (ret,) = session.scalars(select(Return))
            assert (ret.state, ret.source, ret.lines[0].outcome) == ("approved", "merchant", "store_credit")

    @pytest.mark.parametrize("quantity", ["3", "0", "-1", "9" * 20, "two"])
    def test_no_number_of_pieces_or_too_many_make_nothing(
        self, desk_door: FlaskClient, counter: Counter, quantity: str
    ) -> None:
        answer = send(desk_door, counter, verb="price", **credit(counter, quantity))

        assert answer.status_code == 422
        assert rows(counter, ReturnQuote) == 0

    @pytest.mark.parametrize("size", ["", "²", "9" * 19, "small"])
    def test_a_replacement_that_is_none_is_refused_in_a_sentence(
        self, desk_door: FlaskClient, counter: Counter, size: str
    ) -> None:
        sent = counter.desk.sent().rpartition("/")[2]
        swap = {f"outcome-{sent}": "variant_exchange", f"size-{sent}": size}

        answer = send(desk_door, counter, verb="price", **credit(counter, **swap))

        assert answer.status_code == 422
        assert rows(counter, ReturnQuote) == 0

    def test_a_line_without_an_outcome_is_asked_about(self, desk_door: FlaskClient, counter: Counter) -> None:
        form = {name: value for name, value in credit(counter).items() if not name.startswith("outcome")}

        assert "Choose what the customer gets" in send(desk_door, counter, verb="price", **form).text

    def test_an_order_that_is_not_here_is_named(self, desk_door: FlaskClient, counter: Counter) -> None:
        answer = see(desk_door, counter, "/app/returns/new", order="#9999")

        assert (answer.status_code, "There is no order #9999" in answer.text) == (422, True)

    def test_a_quote_of_nobodys_is_refused(self, desk_door: FlaskClient, counter: Counter) -> None:
        answer = send(desk_door, counter, verb="create", order=name_of(counter), quote="made-up")

        assert answer.status_code == 422
        assert "There is no such offer for this order." in answer.text

    def test_what_the_policy_excludes_is_shown_with_the_reason(self, desk_door: FlaskClient, counter: Counter) -> None:
        in_force_at_purchase(counter, OUTLET)

        text = see(desk_door, counter, "/app/returns/new", order=name_of(counter)).text

        assert "final sale" in text

    def test_while_shopify_is_away_the_page_says_so(self, desk_door: FlaskClient, counter: Counter) -> None:
        see(desk_door, counter, "/app/returns/new")
        counter.wire.line.cut_before = 20

        answer = see(desk_door, counter, "/app/returns/new", order=name_of(counter))

        assert (answer.status_code, "Shopify does not answer just now" in answer.text) == (503, True)


class TestWhoMay:
    def test_who_may_not_move_money_makes_no_return_that_is_paid_at_once(
        self, desk_door: FlaskClient, counter: Counter
    ) -> None:
        in_force_at_purchase(counter, TRIAL)
        reserve_money(desk_door, counter)
        counter.wire.advance(days=40)
        sent = counter.desk.sent().rpartition("/")[2]
        refund = {"order": name_of(counter), f"quantity-{sent}": "1", f"outcome-{sent}": "refund"}

        shown = send(desk_door, counter, JONAS, verb="price", **refund)
        form = {"verb": "create", "order": name_of(counter), "quote": quote_of(counter)}
        answer = send(desk_door, counter, JONAS, **form)

        assert "the owner of the shop has reserved moving money" in shown.text
        assert re.search(r'type="submit" variant="primary" disabled>\s*Create and approve', shown.text)
        assert (answer.status_code, rows(counter, Return)) == (403, 0)
        assert "you are not among them" in answer.text
        assert send(desk_door, counter, **form).status_code == 303

    @pytest.mark.again
    def test_who_may_not_move_money_still_makes_returns_that_are_paid_later(
        self, desk_door: FlaskClient, counter: Counter
    ) -> None:
        reserve_money(desk_door, counter)

        shown = send(desk_door, counter, JONAS, verb="price", **credit(counter))
        answer = send(desk_door, counter, JONAS, verb="create", order=name_of(counter), quote=quote_of(counter))

        assert "has reserved moving money" not in shown.text
        assert answer.status_code == 303


@pytest.mark.again
class TestWhoDecided:
    def test_each_decision_names_its_rule(self, desk_door: FlaskClient, counter: Counter) -> None:
        ret = counter.asked()

        text = see(desk_door, counter, f"/app/returns/{ret.rma}/eligibility").text

        assert "Policy version 1 was in force at purchase." in text
        assert ">30 days</td>" in text

    def test_the_ledger_is_a_file_of_this_return_alone(self, desk_door: FlaskClient, counter: Counter) -> None:
        ret = counter.asked()
        with counter.database.write() as session:
            entries = [Entry(Account.GOODS, Money(5000, "EUR")), Entry(Account.REFUND, Money(-5000, "EUR"))]
            ledger.post(session, counter.ret(session, ret), "g1.process", entries, counter.now())

        table, document = (see(desk_door, counter, f"/app/returns/{ret.rma}/ledger.{kind}") for kind in ("csv", "json"))

        assert table.headers["Content-Disposition"] == f'attachment; filename="{ret.rma}.csv"'
        assert table.data.startswith(b"\xef\xbb\xbfid,at,")
        assert len(table.text.splitlines()) == 3
        assert [row["amount"] for row in document.json or []] == ["50.00", "-50.00"]
        assert see(desk_door, counter, "/app/returns/R-1-1/ledger.csv").status_code == 404

    def test_the_rules_can_be_read_when_shopifys_return_exists_too(
        self, desk_door: FlaskClient, counter: Counter
    ) -> None:
        ret = counter.asked(quantity=2)
        counter.desk.create(counter.desk.line(2))

        text = see(desk_door, counter, f"/app/returns/{ret.rma}/eligibility").text

        assert "already been returned" not in text
        assert ">30 days</td>" in text

    @pytest.mark.asked
    def test_they_can_be_read_where_shopify_did_not_say_which_parcel_the_items_came_in(
        self, desk_door: FlaskClient, counter: Counter
    ) -> None:
        ret = counter.asked(quantity=2)
        counter.desk.create(counter.desk.line(2))
        with counter.database.write() as session:
            counter.ret(session, ret).lines[0].fulfillment_id = None

        text = see(desk_door, counter, f"/app/returns/{ret.rma}/eligibility").text

        assert "Not sent yet" not in text
        assert ">30 days</td>" in text
