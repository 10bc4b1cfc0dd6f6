"""What is said of an exchange of which not everything was accepted, and which goes on: what the goods count, what goes
back, and never a sum that nobody pays out."""

from __future__ import annotations

import pytest
from cart_cases import asked, in_force, new_product, policy
from counter_cases import SWAP, Sold, buys, terms
from inspecting import mail
from portal import Shopper
from returns_counter import Counter, open_counter
from settling import approve, judge, receive, with_credit

from shopify_app.db import Database
from shopify_app.messages.plan import MailKind
from shopify_app.pages.return_links import status_path
from shopify_app.returns import dossier as dossiers
from shopify_app.returns.models import Return
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.vocabulary import MoneyEvent
from wire import SHOP, application

GOES_ON = "As it stands, the exchange goes on for what we accepted, and "


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Mara pays once she has inspected."""
    found = with_credit(open_counter(database, database_url))
    in_force(found, policy(MoneyEvent.INSPECTION))
    return found


def half_refused(counter: Counter, price: str) -> Return:
    """Two shirts at 48.60 for one new coat; one of them is refused."""
    coat = new_product(counter, coat=price)["coat"]
    ret = asked(counter, {coat: 1}, quantity=2)
    approve(counter, ret)
    receive(counter, ret)
    judge(counter, ret, UnitDecision.REFUSED, 1)
    judge(counter, ret, UnitDecision.ACCEPTED, 1)
    return ret


@pytest.mark.again
@pytest.mark.parametrize(("price", "back"), [("40.00", "you get €5.40 back."), ("45.00", "nothing is due.")])
def test_a_mail_says_what_goes_back_beside_the_exchange(counter: Counter, price: str, back: str) -> None:
    ret = half_refused(counter, price)

    for kind in (MailKind.INSPECTION_ASKED, MailKind.INSPECTION_REMINDER):
        text = mail(counter, ret, kind)

        assert f"{GOES_ON}{back}" in text
        assert "was agreed" not in text


@pytest.mark.again
def test_a_bonus_that_lapses_is_not_told_to_mara_as_what_the_goods_count(counter: Counter) -> None:
    ret = half_refused(counter, "40.00")  # nothing of the 9.00, later 4.50, of bonus is needed for it
    with counter.database.read() as session:
        (told,) = dossiers.read(session, counter.ret(session, ret)).questions
    assert str(told.gets) == "48.60"


@pytest.mark.again
def test_a_mail_says_what_refused_goods_had_counted_towards_the_exchange(counter: Counter) -> None:
    coat = new_product(counter, coat="40.00")["coat"]
    ret = asked(counter, {coat: 1})
    approve(counter, ret)
    receive(counter, ret)
    judge(counter, ret, UnitDecision.REFUSED, 1)

    text = mail(counter, ret, MailKind.INSPECTION_ASKED)

    assert "Your items were to count €48.60 towards the exchange. As it stands, they count €0.00." in text
    assert "was agreed" not in text


@pytest.mark.again
def test_the_page_says_what_the_goods_count_and_that_the_exchange_goes_on(
    counter: Counter,
) -> None:
    ret = half_refused(counter, "40.00")

    ada = Shopper(application(counter.wire.adapters).test_client(), counter.wire, customer="501")
    ada.open("/" + status_path(counter.database.keyring, counter.shop_id, ret.id))

    assert "Your items were to count €97.20 towards the exchange. As it stands, they count €48.60." in ada.words
    assert "If we hear nothing by then, the exchange goes on as it stands." in ada.words
    assert "you get €48.60" not in ada.words
    assert "Agreed was" not in ada.words


@pytest.mark.again
def test_goods_that_were_all_checked_are_not_said_to_be_checked_yet_while_their_exchange_is_to_be_paid(
    counter: Counter,
) -> None:
    coat = new_product(counter, coat="80.00")["coat"]
    ret = asked(counter, {coat: 1})
    approve(counter, ret)
    receive(counter, ret)
    ada = Shopper(application(counter.wire.adapters).test_client(), counter.wire, customer="501")
    page = "/" + status_path(counter.database.keyring, counter.shop_id, ret.id)
    ada.open(page)
    assert "We check them within" in ada.words

    judge(counter, ret, UnitDecision.ACCEPTED)
    ada.open(page)

    assert "Please pay €32.94 by" in ada.words
    assert "We check them within" not in ada.words


def test_a_fee_that_was_agreed_for_a_swap_is_left_to_pay_and_is_no_sum_she_gets(counter: Counter) -> None:
    fee = terms(MoneyEvent.INSPECTION, shipping_fee="5.00")
    bought = buys(counter, fee, Sold("60.00", 2, swap="60.00"), taxes_included=True)
    ret = bought.asks((1, 2, SWAP))
    approve(counter, ret)
    receive(counter, ret)
    judge(counter, ret, UnitDecision.REFUSED, 1)
    judge(counter, ret, UnitDecision.ACCEPTED, 1)

    assert f"{GOES_ON}€5.00 is left to pay." in mail(counter, ret, MailKind.INSPECTION_ASKED)


@pytest.mark.again
def test_mara_reads_what_the_goods_count(counter: Counter) -> None:
    ret = half_refused(counter, "40.00")

    asks = {"shop": SHOP, "id_token": counter.wire.session_token()}
    page = application(counter.wire.adapters).test_client().get(f"/app/returns/{ret.rma}", query_string=asks)

    assert "As it stands their items count €48.60 towards the exchange, with any bonus." in page.text  # 4.50 lapses
