"""“Withdraw from contract here”: who it is, from what, confirmed; two pages without script, a receipt, and a mail."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest
from portal import Shopper
from returns_counter import Counter, open_counter
from settling import theirs, with_credit
from sqlalchemy import select
from withdrawing import buys, carry_out

from jobs.reactions import FOLLOWERS
from returns_desk import Desk
from shopify_app.db import Database
from shopify_app.messages.models import Message
from shopify_app.orders.access import Access, link_token, make_pass
from shopify_app.returns.withdrawing import declarations as withdrawals
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.settings import store as settings
from shopify_app.settings.returns import Returns
from shopify_app.settings.withdrawal import Withdrawal as Settings

pytestmark = pytest.mark.again

TIP = {"title": "Tip", "price": "5.00", "quantity": 1, "requires_shipping": False}


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    database.followers = FOLLOWERS
    return with_credit(open_counter(database, database_url))


def name_of(counter: Counter, desk: Desk) -> str:
    with counter.database.read() as session:
        return counter.order(session, desk).name


def link_of(counter: Counter, desk: Desk) -> str:
    with counter.database.write() as session:
        return link_token(session, counter.order(session, desk), counter.now())


def identified(ada: Shopper, counter: Counter, desk: Desk) -> Shopper:
    ada.open("/withdraw")
    return ada.send(order=name_of(counter, desk), contact="ada@example.com")


def declared(counter: Counter) -> list[Withdrawal]:
    with counter.database.read() as session:
        return list(session.scalars(select(Withdrawal).order_by(Withdrawal.id)))


def field_of(counter: Counter, desk: Desk, place: int) -> str:
    with counter.database.read() as session:
        return f"quantity-{counter.order(session, desk).lines[place - 1].shopify_id}"


def test_order_number_and_address_are_enough_and_the_receipt_says_when_it_was_received(
    ada: Shopper, counter: Counter
) -> None:
    desk = buys(counter, "S", "M")

    identified(ada, counter, desk)
    asked = ada.words
    ada.send(name="Ada Lindholm")

    assert "Confirm withdrawal" in asked
    assert "You need no reason." in asked
    assert "a•••@example.com" in asked
    assert "credit" not in asked.lower()
    assert "You have withdrawn from your contract" in ada.words
    (row,) = declared(counter)
    assert row.number in ada.words
    assert "Received" in ada.words
    assert row.is_whole


@pytest.mark.asked
def test_what_was_declared_is_carried_out_to_the_cent(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S", "M")
    identified(ada, counter, desk).send(name="Ada Lindholm")

    carry_out(counter)

    assert theirs(counter) == [("refund", "112.90")]
    receipt = ada.open(ada.path)
    assert "See how it stands" in receipt.words


def test_a_part_may_be_chosen(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S", "M")
    identified(ada, counter, desk)

    ada.send(name="Ada Lindholm", **{field_of(counter, desk, 1): None})

    (row,) = declared(counter)
    assert [each["quantity"] for each in row.lines] == [1]
    assert not row.is_whole


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ({}, "If you withdraw from the whole order, the standard delivery is paid back too."),
        ({"line_items": [TIP]}, "If you withdraw from all that you can choose here, the standard delivery is paid"),
        ({"shipping_lines": []}, None),
    ],
    ids=["all of it", "but a tip", "nothing paid for it"],
)
def test_the_delivery_is_promised_where_it_would_be_paid_back(
    ada: Shopper, counter: Counter, order: dict[str, Any], says: str | None
) -> None:
    goods = [{"variant_id": counter.desk.variants["S"], "quantity": 1}]
    desk = buys(counter, **order | {"line_items": goods + order.get("line_items", [])})

    said = identified(ada, counter, desk).words

    assert "Confirm withdrawal" in said
    assert (says or "nothing") in said
    assert ("delivery is paid back" in said) is (says is not None)


def test_nothing_chosen_and_no_name_are_said_at_their_fields_and_nothing_is_written(
    ada: Shopper, counter: Counter
) -> None:
    desk = buys(counter, "S")
    identified(ada, counter, desk)

    ada.send(name="  ", **{field_of(counter, desk, 1): None})

    assert ada.status == 422
    assert "Please choose what you withdraw from." in ada.alerts
    assert "Please enter your name." in ada.alerts
    assert declared(counter) == []


@pytest.mark.asked
def test_sending_the_form_twice_is_one_declaration(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S")
    identified(ada, counter, desk)
    form = ada.forms[0]

    first = ada.post(form.action, **form.sent() | {"name": "Ada"}).path
    second = ada.post(form.action, **form.sent() | {"name": "Ada"}).path

    assert first == second
    assert len(declared(counter)) == 1


def test_withdrawing_again_shows_what_was_declared(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S")
    identified(ada, counter, desk).send(name="Ada")

    identified(ada, counter, desk)

    assert "Already part of a return or a withdrawal." in ada.words
    assert "/withdraw/done/" in ada.html


def test_on_day_fifteen_the_page_says_when_the_period_ended(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S", sent=1)
    counter.wire.advance(days=18)

    identified(ada, counter, desk)

    assert "The withdrawal period has ended" in ada.words
    assert "14 days" in ada.words
    assert declared(counter) == []


def test_a_form_opened_in_time_and_sent_too_late_writes_nothing(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S", sent=1)
    with counter.database.read() as session:
        last = withdrawals.right_of(session, counter.order(session, desk), counter.now()).last_day
    assert last is not None
    nearly = datetime.combine(last, time(23, 50), UTC) - counter.now()  # the shop keeps UTC
    counter.wire.advance(seconds=nearly.total_seconds())
    identified(ada, counter, desk)
    counter.wire.advance(seconds=1200)

    ada.send(name="Ada")

    assert "The withdrawal period has ended" in ada.words
    assert declared(counter) == []


def test_a_companys_order_is_told_why_not(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S")
    with counter.database.write() as session:
        counter.order(session, desk).is_company = True

    identified(ada, counter, desk)

    assert "placed by a company" in ada.words


def test_wrong_and_unknown_get_one_answer(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S")
    said = []
    for number, contact in ((name_of(counter, desk), "ben@example.com"), ("#99999", "ada@example.com")):
        ada.open("/withdraw").send(order=number, contact=contact)
        said.append((ada.status, ada.alerts))

    assert said[0] == said[1]
    assert said[0][0] == 404


def test_ben_who_knows_the_postcode_alone_does_not_get_in(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S")

    ada.open("/withdraw").send(order=name_of(counter, desk), contact="411 24")

    assert ada.status == 404


def test_a_glance_leads_back_to_the_form_and_a_link_straight_to_the_statement(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S")
    with counter.database.read() as session:
        glance = make_pass(counter.database.keyring, counter.order(session, desk), Access.GLANCE, counter.now())

    ada.open(f"/withdraw/o?key={glance}")
    back = ada.step
    ada.open(f"/withdraw/t/{link_of(counter, desk)}")

    assert back == "withdraw"
    assert "Confirm withdrawal" in ada.words


@pytest.mark.asked
def test_the_tracking_page_leads_there_for_the_whole_period_and_no_longer(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S", sent=1)
    link = link_of(counter, desk)

    before = ada.open(f"/t/{link}").html
    counter.wire.advance(days=18)
    after = ada.open(f"/t/{link}").html

    assert f"/withdraw/t/{link}" in before
    assert "Withdraw from contract here" in before
    assert "/withdraw/" not in after


def test_a_country_that_was_switched_off_is_offered_nothing(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S")
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Settings(off_in=("SE",)), "mara", counter.now())

    page = ada.open(f"/t/{link_of(counter, desk)}").html
    identified(ada, counter, desk)

    assert "/withdraw/" not in page
    assert "countries of the European Union" in ada.words


@pytest.mark.asked
def test_a_guest_without_an_address_says_where_the_confirmation_goes(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S", email=None, phone="+46 70 174 06 05", customer=None)
    ada.open("/withdraw").send(order=name_of(counter, desk), contact="+46701740605")

    ada.send(name="Ada")
    missing = ada.alerts
    ada.send(name="Ada", email="ada@example.org")
    carry_out(counter)

    assert "e-mail address" in missing
    with counter.database.read() as session:
        wanted = select(Message).where(Message.kind == "withdrawal_received")
        (mail,) = session.scalars(wanted)
    assert mail.recipient == "ada@example.org"


LABELS = {
    "en": ("Withdraw from contract here", "Confirm withdrawal"),
    "de": ("Vertrag hier widerrufen", "Widerruf bestätigen"),
    "es": ("Desistir del contrato aquí", "Confirmar desistimiento"),
    "fr": ("Renoncer au contrat ici", "Confirmer la rétractation"),
    "nl": ("Overeenkomst hier herroepen", "Herroeping bevestigen"),
    "sv": ("Frånträd avtalet här", "Bekräfta frånträdande"),
}


@pytest.mark.parametrize("code", LABELS)
def test_the_labels_of_the_directive_stand_on_both_pages_in_every_language(
    ada: Shopper, counter: Counter, code: str
) -> None:
    link = link_of(counter, buys(counter, "S"))

    here = ada.open(f"/t/{link}?lang={code}").words
    there = ada.open(f"/withdraw/t/{link}?lang={code}").words

    assert LABELS[code][0] in here
    assert LABELS[code][1] in there


def test_a_portal_that_is_closed_to_returns_closes_nobodys_right(ada: Shopper, counter: Counter) -> None:
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Returns(portal_open=False), "mara", counter.now())
    desk = buys(counter, "S")

    page = ada.open(f"/t/{link_of(counter, desk)}").words
    identified(ada, counter, desk).send(name="Ada")

    assert "Withdraw from contract here" in page
    assert "You have withdrawn from your contract" in ada.words


def test_forged_and_stale_forms_open_nothing(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S")
    identified(ada, counter, desk)
    own = ada.path
    counter.wire.advance(hours=3)

    stale = ada.open(own).status
    forged = ada.open("/withdraw/say/e30.AAAA").status

    assert (stale, forged) == (410, 410)
    assert ada.open("/withdraw/done/nothing").status == 404
