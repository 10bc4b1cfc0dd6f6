"""A return made for Ada from her order's page in Shopify's admin, by whoever may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from at_an_order import Clerk
from flask.testing import FlaskClient
from returns_counter import Counter
from sqlalchemy import func, select

from devstore.tokens import COLLEAGUE, STAFF
from shopify_app.returns.models import Return, ReturnEntry, ReturnQuote
from shopify_app.returns.presets import OUTLET, TRIAL
from shopify_app.returns.rules import Policy
from shopify_app.shops import staff
from shopify_app.shops.models import Shop
from shopify_app.shops.staff import NEWCOMERS, Right

JONAS = int(COLLEAGUE["id"])


@pytest.fixture
def mara(client: FlaskClient, counter: Counter) -> Clerk:
    return Clerk(client, counter)


def rows(counter: Counter, model: type[Any]) -> int:
    with counter.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def withhold(counter: Counter, mara: Clerk, person: int, *rights: Right) -> None:
    """Mara, who has been here, takes rights from somebody."""
    mara.ask("return")
    with counter.database.write() as session:
        owner = staff.known(session, counter.shop_id, str(STAFF["id"]))
        assert owner is not None
        version = staff.team(session, counter.shop_id).version
        staff.restrict(session, counter.shop_id, {person: rights}, owner, version, counter.now())


@pytest.mark.again
class TestAReturn:
    def test_what_can_come_back_is_there_with_its_choices(self, mara: Clerk) -> None:
        (line,) = mara.ask("return").said["lines"]

        assert (line["most"], line["price"], line["why"]) == (2, "€45.00", None)
        assert {"value": "store_credit", "label": "Store credit"} in line["outcomes"]
        assert {each["value"] for each in line["outcomes"]}.isdisjoint({"product_exchange", "shop_now"})
        assert len(line["sizes"]) > 1
        assert any(each["value"] == "size-too-small" for each in mara.said["reasons"])
        assert mara.said["more"].startswith("app/returns/new?order=")

    def test_the_sum_is_shown_before_anything_is_made(self, mara: Clerk, counter: Counter) -> None:
        (part,) = mara.price().said["parts"]

        assert (mara.status, part["title"], part["gets"]) == (200, "Store credit", "€53.10")
        assert part["rows"][0]["label"] == "Price of 1 item"
        assert rows(counter, Return) == 0

    @pytest.mark.asked
    def test_what_was_shown_is_made_and_approved_once(self, mara: Clerk, counter: Counter) -> None:
        quote = mara.price().said["quote"]

        first, second = (mara.ask("return", {"quote": quote}).said for _ in range(2))

        assert first == second
        assert (mara.status, first["approved"], first["path"]) == (200, True, f"app/returns/{first['rma']}")
        with counter.database.read() as session:
            (ret,) = session.scalars(select(Return))
            line = ret.lines[0]
            assert (ret.state, ret.source, line.outcome, line.note) == (
                "approved",
                "merchant",
                "store_credit",
                "A bit tight",
            )

    def test_another_size_is_held_against_shopifys_stock(self, mara: Clerk, counter: Counter) -> None:
        sizes = {each["label"]: each["value"] for each in mara.ask("return").said["lines"][0]["sizes"]}

        mara.price(outcome="variant_exchange", size=sizes["M"])

        assert (mara.status, mara.said["parts"][0]["title"]) == (200, "Another size or colour")
        assert mara.make().said["approved"] is True

    @pytest.mark.asked
    def test_every_field_that_is_wrong_has_its_sentence(self, mara: Clerk, counter: Counter) -> None:
        mara.price(pieces="two", outcome="gold", reason="whim", method="pigeon")

        (fields,) = mara.said["fields"].values()
        assert (mara.status, mara.said["error"]) == (422, "Some fields need another look.")
        assert fields == {
            "pieces": "Type a number of pieces.",
            "outcome": "This cannot be had for this item.",
            "reason": "Choose a reason of the list.",
            "method": "Choose a way of the list.",
        }
        assert rows(counter, ReturnQuote) == 0

    def test_a_wrong_field_is_named(self, mara: Clerk) -> None:
        table = (
            ({"pieces": "3"}, "pieces", "2 can come back."),
            ({"pieces": "9" * 20}, "pieces", "Type a number of pieces."),
            ({"outcome": ""}, "outcome", "Choose what the customer gets."),
            ({"outcome": "shop_now"}, "outcome", "This cannot be had for this item."),
            ({"outcome": "variant_exchange", "size": "1"}, "size", "Choose the replacement."),
        )
        for typed, field, sentence in table:
            mara.price(**typed)

            assert mara.status == 422
            assert next(iter(mara.said["fields"].values())) == {field: sentence}

    def test_nothing_chosen_is_asked_about(self, mara: Clerk) -> None:
        bodies: tuple[Any, ...] = ({}, [], "x", {"lines": "x"}, {"lines": [1]}, {"lines": [{"pieces": "1"}]})
        for body in bodies:
            assert mara.ask("return/price", body).status == 422
            assert mara.said["error"] == "Choose at least one item."

    def test_a_body_that_is_no_form_is_no_mistake_of_ours(self, mara: Clerk) -> None:
        for body in (b"", b"{", b"\xff\xfe", b"[" * 50_000, b'{"lines":' * 9_000, b'{"quote": ' + b"9" * 5_000 + b"}"):
            for path in ("return/price", "return"):
                assert mara.ask(path, body).status == 422, (path, body[:20])

    def test_a_body_larger_than_any_form_is_refused_in_the_same_shape(self, mara: Clerk) -> None:
        assert mara.ask("return/price", b" " * 200_000).status == 413
        assert mara.said == {"error": "That is more than this address accepts. Please send less."}

    def test_what_no_database_keeps_is_left_out_of_what_is_typed(self, mara: Clerk, counter: Counter) -> None:
        assert mara.price(note="A bit\0 tight\ud800").status == 200
        assert mara.make().status == 200
        with counter.database.read() as session:
            (ret,) = session.scalars(select(Return))
            assert ret.lines[0].note == "A bit tight"
        for odd in ("\0", "\ud800"):
            assert mara.ask("return", {"quote": odd}).status == 422

    def test_an_offer_of_nobodys_makes_nothing(self, mara: Clerk, counter: Counter) -> None:
        assert mara.ask("return", {"quote": "made-up"}).status == 422
        assert mara.said["error"] == "There is no such offer for this order."
        assert mara.ask("return", []).status == 422
        assert rows(counter, Return) == 0

    @pytest.mark.asked
    def test_what_the_policy_excludes_says_why(self, mara: Clerk, counter: Counter) -> None:
        in_force_at_purchase(counter, OUTLET)

        (line,) = mara.ask("return").said["lines"]

        assert (line["key"], line["most"]) == (None, 0)
        assert line["why"] == "Sold as final sale."

    def test_while_shopify_is_away_that_is_said_and_nothing_made(self, mara: Clerk, counter: Counter) -> None:
        mara.ask("return")
        counter.wire.line.cut_before = 20

        assert mara.price().status == 503
        assert "try again in a minute" in mara.said["error"]
        assert rows(counter, ReturnQuote) == 0

    def test_dead_tokens_of_the_shop_are_made_anew_with_the_session_token(self, mara: Clerk, counter: Counter) -> None:
        with counter.database.write() as session:
            session.get_one(Shop, counter.shop_id).access_token = None

        assert mara.ask("return").status == 200
        assert counter.wire.shop().access_token


class TestWhoMay:
    def test_who_made_it_is_kept_and_their_name_is_asked_of_shopify(self, mara: Clerk, counter: Counter) -> None:
        jonas = replace(mara, person=JONAS)
        jonas.ask("return")

        jonas.price().make()

        with counter.database.read() as session:
            found = staff.known(session, counter.shop_id, str(JONAS))
            assert found is not None
            assert found.name == "Jonas Ek"
            assert set(session.scalars(select(ReturnEntry.staff))) >= {str(JONAS)}

    @pytest.mark.again
    def test_who_may_not_move_money_makes_no_return_that_is_paid_at_once(self, mara: Clerk, counter: Counter) -> None:
        in_force_at_purchase(counter, TRIAL)
        withhold(counter, mara, NEWCOMERS, Right.SETTLE)
        jonas = replace(mara, person=JONAS)
        counter.wire.advance(days=40)

        assert jonas.price(outcome="refund", method="").said["at_once"] is True
        assert jonas.make().status == 403
        assert "you are not among them" in jonas.said["error"]
        assert rows(counter, Return) == 0
        assert mara.price(outcome="refund", method="").make().status == 200

    @pytest.mark.again
    def test_who_may_not_move_money_still_makes_returns_that_are_paid_later(
        self, mara: Clerk, counter: Counter
    ) -> None:
        withhold(counter, mara, NEWCOMERS, Right.SETTLE)

        assert replace(mara, person=JONAS).price().make().status == 200


def in_force_at_purchase(counter: Counter, policy: Policy) -> None:
    with counter.database.write() as session:
        session.get_one(Shop, counter.shop_id).installed_at = counter.now()
    counter.publish(policy)
    with counter.database.write() as session:
        counter.order(session).placed_at = counter.now()
