"""After an inspection, on the page of the return: Ada sees what was found, chooses to the cent, and confirms it."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from in_account import Account
from inspecting import appeal
from PIL import Image
from portal import Shopper
from returns_counter import Counter, open_counter
from settling import MARA, approve, judge, open_questions, ours, receive, states, theirs, with_credit, work
from sqlalchemy import select

from shopify_app.db import Database
from shopify_app.orders.models import OneTimeCode
from shopify_app.pages.return_links import status_path
from shopify_app.returns import published
from shopify_app.returns.effects import Bonus, Effects, Window
from shopify_app.returns.inspecting import asking as inspection_asking
from shopify_app.returns.inspecting import dialogue as inspection
from shopify_app.returns.inspecting import sending_back
from shopify_app.returns.inspecting.states import Appealed, QuestionState
from shopify_app.returns.models import Return, ReturnPhoto
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start

ACCEPTED, REFUSED = UnitDecision.ACCEPTED, UnitDecision.REFUSED


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Mara pays once she has inspected."""
    found = with_credit(open_counter(database, database_url))
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE),
        methods=(Method.OWN_CARRIER,),
        bonus={Scope.ANY: Bonus(percent=Decimal(10))},
        money_events={Scope.ANY: MoneyEvent.INSPECTION},
        approval=Approval.REVIEW,
    )
    policy = Policy(rules=(Rule(name="All", then=then),))
    with found.database.write() as session:
        published.publish(session, found.shop_id, policy, "mara", found.now() - timedelta(days=90))
    return found


@pytest.fixture
def ret(counter: Counter) -> Return:
    """Two shirts came back: one counts for half, one is refused."""
    made = counter.asked(quantity=2)
    approve(counter, made)
    receive(counter, made)
    judge(counter, made, ACCEPTED, 1, "50")
    judge(counter, made, REFUSED, 1)
    return made


@pytest.fixture
def ada(client: FlaskClient, counter: Counter, ret: Return) -> Shopper:
    """Ada on her return's page, signed in at the shop."""
    return Shopper(client, counter.wire, customer="501").open(address(counter, ret))


@pytest.fixture
def picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "red").save(drawn, "PNG")
    return drawn.getvalue()


def address(counter: Counter, ret: Return) -> str:
    return "/" + status_path(counter.database.keyring, counter.shop_id, ret.id)


def asking(ada: Shopper) -> int:
    return next(n for n, form in enumerate(ada.forms) if form.action.endswith("/inspection"))


def code(counter: Counter) -> str:
    with counter.database.read() as session:
        newest = select(OneTimeCode).order_by(OneTimeCode.id.desc()).limit(1)
        return session.scalars(newest).one().code or ""


@pytest.mark.again
def test_every_way_is_shown_with_its_sum_and_none_is_chosen(ada: Shopper) -> None:
    assert "Please choose what happens with your items" in ada.words
    assert "Accepted at 50 %" in ada.words
    assert "Not accepted" in ada.words
    choices = ada.forms[asking(ada)].choices("answer")
    assert {value: each.facts.get("data-amount") for value, each in choices.items()} == {
        "take": "24.30", "send_back": "0.00", "appeal": None,
    }  # fmt: skip
    assert not any(each.is_on for each in choices.values())
    assert "If we hear nothing by then, you get" in ada.words
    assert ada.send(asking(ada)).status == 422


@pytest.mark.again
def test_until_the_deadline_is_acted_upon_an_answer_still_counts_and_the_page_says_so(
    ada: Shopper, counter: Counter, ret: Return
) -> None:
    assert "Please choose by" in ada.words
    counter.wire.advance(days=8)  # and no worker has come by since

    said = ada.open(address(counter, ret)).words
    assert "Please choose by" not in said
    assert "Until we go on, which is soon, your answer still counts. If we hear nothing by then, you get" in said

    ada.send(asking(ada), answer="take")
    assert "Leave it at that?" in ada.words


@pytest.mark.again
def test_the_owner_takes_the_sum_and_has_the_refused_shirt_sent_back(
    ada: Shopper, counter: Counter, ret: Return
) -> None:
    ada.send(asking(ada), answer="take")
    assert "Leave it at that?" in ada.words
    assert theirs(counter) == []

    ada.send(
        first_name="Ada", last_name="Lindholm", address1="Storgatan 2", city="Borås", zip="503 30", country_code="SE"
    )  # fmt: skip

    assert "We go on as you chose." in ada.words
    work(counter)
    assert theirs(counter) == [("refund", "24.30")] == ours(counter, ret)
    with counter.database.read() as session:
        (back,) = sending_back.of_return(session, counter.ret(session, ret))
        assert json.loads(back.address or "{}")["address1"] == "Storgatan 2"


def test_an_order_without_an_address_has_its_country_chosen(ada: Shopper, counter: Counter, ret: Return) -> None:
    with counter.database.write() as session:
        counter.order(session).shipping_address = None
    ada.send(asking(ada), answer="send_back")
    assert "For another country" not in ada.words
    ada.send(last_name="Lindholm", address1="Storgatan 2", city="Borås", zip="503 30")
    assert (ada.status, "Please choose the country." in ada.words) == (422, True)
    ada.send(country_code="nowhere")
    assert ada.status == 422

    ada.send(country_code="SE")

    assert "We go on as you chose." in ada.words
    with counter.database.read() as session:
        (back,) = sending_back.of_return(session, counter.ret(session, ret))
        assert sending_back.address_lines(back) == ("Lindholm", "Storgatan 2", "503 30 Borås", "SE")


def test_the_country_of_an_address_stays_whatever_is_sent(ada: Shopper, counter: Counter, ret: Return) -> None:
    with counter.database.write() as session:
        counter.order(session).shipping_address = '{"city": "Berlin", "country_code": "DE"}'
    ada.send(asking(ada), answer="send_back")
    assert "Country: Germany. For another country, please write to us." in ada.words

    ada.send(last_name="Lindholm", address1="Torstraße 1", city="Berlin", country_code="SE")

    with counter.database.read() as session:
        (back,) = sending_back.of_return(session, counter.ret(session, ret))
        assert sending_back.address_lines(back)[-1] == "DE"


def test_whoever_came_by_the_link_alone_sees_no_address_without_the_code(
    client: FlaskClient, counter: Counter, ret: Return
) -> None:
    ada = Shopper(client, counter.wire).open(address(counter, ret))
    ada.send(asking(ada), answer="send_back")
    assert "Enter your code" in ada.words
    ada.send(code="000000" if code(counter) != "000000" else "111111")
    assert (ada.status, len(open_questions(counter, ret))) == (422, 1)

    ada.send(code=code(counter))
    assert "Where shall we send your items?" in ada.words
    ada.send(last_name="", address1="Storgatan 2", city="Borås")
    assert ada.status == 422
    ada.send(last_name="Lindholm", country_code="SE")

    work(counter)
    assert states(counter, ret) == ["fell_away"]
    assert theirs(counter) == []


@pytest.mark.again
def test_a_pass_for_one_answer_gives_no_other(ada: Shopper, counter: Counter, ret: Return) -> None:
    ada.send(asking(ada), answer="take")
    stolen = ada.path.replace("/take/", "/send_back/")
    assert ada.open(stolen).status == 404
    assert ada.post(stolen, last_name="Ben", address1="Elsewhere 1", city="Oslo").status == 404
    counter.wire.advance(seconds=1900)
    assert ada.open(stolen.replace("/send_back/", "/take/")).status == 410
    assert len(open_questions(counter, ret)) == 1


def test_an_appeal_in_words_and_pictures_stops_the_clock_and_comes_once(
    client: FlaskClient, counter: Counter, ret: Return, picture: bytes
) -> None:
    ada = Shopper(client, counter.wire).open(address(counter, ret))
    ada.send(asking(ada), answer="appeal")
    assert ada.send(text="  ").status == 422
    ada.send(text="The stain was there before.", photos=(picture, "stain.png"))

    assert "We look at your items once more" in ada.words
    assert "The stain was there before." in ada.words
    with counter.database.read() as session:
        (question,) = inspection_asking.of_return(session, counter.ret(session, ret))
        kept = session.scalars(select(ReturnPhoto).where(ReturnPhoto.question_id == question.id)).all()
    assert (question.state, len(kept)) == (QuestionState.APPEALED, 1)

    with counter.database.write() as session:
        found = counter.ret(session, ret)
        inspection.decide(session, found, question.id, Appealed.KEPT, None, "It is a cut.", MARA, counter.now())
    work(counter)
    ada.open(address(counter, ret))
    assert "It is a cut." in ada.words
    assert "appeal" not in ada.forms[asking(ada)].choices("answer")


@pytest.mark.again
def test_an_answer_to_a_question_that_is_over_shows_how_things_stand(
    ada: Shopper, counter: Counter, ret: Return
) -> None:
    ada.send(asking(ada), answer="take")
    action = ada.forms[0].action
    (question,) = open_questions(counter, ret)
    with counter.database.write() as session:
        inspection.default(session, counter.ret(session, ret), question.id, counter.now())
    work(counter)

    assert ada.post(action, last_name="L", address1="S", city="B").status == 409
    assert theirs(counter) == [("refund", "24.30")]


@pytest.mark.again
def test_ottos_shop_and_another_return_know_nothing_of_the_question(
    client: FlaskClient, counter: Counter, ret: Return
) -> None:
    (question,) = open_questions(counter, ret)
    path = address(counter, ret).rpartition("/")[0]
    ben = Shopper(client, counter.wire, customer="777")
    assert ben.post(f"{path}/not-a-key/inspection", answer="take", question=str(question.id)).status == 404
    assert ben.post(f"{address(counter, ret)}/inspection", answer="take", question="999").status == 404


def test_pieces_that_count_for_the_same_part_of_their_value_are_told_together(
    client: FlaskClient, counter: Counter
) -> None:
    made = counter.asked(quantity=2)
    approve(counter, made)
    receive(counter, made)
    judge(counter, made, ACCEPTED, 1, "80")
    judge(counter, made, ACCEPTED, 1, "80.0")

    said = Shopper(client, counter.wire, customer="501").open(address(counter, made)).words

    assert "2 accepted at 80 %" in said
    assert "1 accepted at" not in said


def test_lists_say_what_its_page_says_while_an_answer_is_awaited(
    counter: Counter, client: FlaskClient, ret: Return
) -> None:
    ada = Account(client, counter)
    (at,) = [each["at"] for each in ada.ask(f"returns?order={counter.desk.order_id}").said["returns"]]
    assert ada.listed() == [ada.ask(at).model["title"]] == ["Please choose what happens with your items"]
    appeal(counter, ret)
    assert ada.listed() == [ada.ask(at).model["title"]] == ["We look at your items once more"]
