"""The shopper's way from a delivered order to a return that was sent in, page by page, as forms without script."""

from __future__ import annotations

import re

import pytest
from portal import Shopper
from returns_counter import Counter
from sqlalchemy import select

from jobs.mail_plans import plan_mail
from shopify_app.events import Reaction
from shopify_app.messages.models import Message
from shopify_app.orders.models import OneTimeCode
from shopify_app.returns.models import Return


def key(counter: Counter) -> str:
    return counter.desk.sent().rpartition("/")[2]


def at_outcomes(ada: Shopper, counter: Counter, link: str, quantity: int = 1) -> Shopper:
    ada.open(f"/returns/t/{link}")
    ada.send(**{f"quantity-{key(counter)}": str(quantity)})
    return ada.send(**{f"reason-{key(counter)}": "size-too-small"})


@pytest.mark.again
def test_a_link_opens_the_item_step_without_a_code(ada: Shopper, link: str) -> None:
    ada.open(f"/returns/t/{link}")

    assert ada.status == 200
    assert ada.step == "items"
    assert "What would you like to send back?" in ada.words
    assert "Wool shirt" in ada.words
    assert "Return until" in ada.words


@pytest.mark.again
def test_the_outcomes_stand_side_by_side_with_the_quotes_own_figures(ada: Shopper, counter: Counter, link: str) -> None:
    at_outcomes(ada, counter, link)

    assert ada.step == "outcome"
    choices = ada.forms[0].choices("outcome")
    shown = {value: (each.facts["data-amount"], each.facts["data-bonus"]) for value, each in choices.items()}
    assert shown == {
        "shop_now": ("53.10", "4.50"),
        "store_credit": ("53.10", "4.50"),
        "variant_exchange": ("48.60", "0.00"),
        "refund": ("48.60", "0.00"),
    }
    assert not any(each.is_on for each in choices.values())
    assert "you paid €45.00 (€50.00 − €5.00 discount) + €3.60 tax" in ada.words


@pytest.mark.again
def test_ada_sends_a_shirt_back_for_credit_with_a_bonus(ada: Shopper, counter: Counter, link: str) -> None:
    at_outcomes(ada, counter, link)
    ada.send(outcome="store_credit")
    assert ada.step == "method", ada.words
    ada.send(method="own_carrier")
    assert ada.step == "review", ada.words
    assert "€53.10" in ada.words
    assert re.search(rf"The bonus can be used until [\w ,]+ {counter.now().year + 1}\.", ada.words)
    ada.send(len(ada.forms) - 1)

    assert "/returns/r/" in ada.path
    assert "We answer by" in ada.words
    with counter.database.read() as session:
        made = session.scalars(select(Return)).one()
        assert made.rma in ada.words
        assert [(line.outcome, line.quantity, line.reason) for line in made.lines] == [
            ("store_credit", 1, "size-too-small")
        ]


def test_mails_about_the_return_come_in_the_language_of_the_portal(ada: Shopper, counter: Counter, link: str) -> None:
    counter.database.followers = {"ReturnRequested": ("mail_shopper",)}
    ada.open(f"/returns/t/{link}?lang=de")
    ada.send(**{f"quantity-{key(counter)}": "1"})
    ada.send(**{f"reason-{key(counter)}": "size-too-small"})
    ada.send(outcome="store_credit")
    ada.send(method="own_carrier")
    ada.send(len(ada.forms) - 1)

    with counter.database.write() as session:
        made = session.scalars(select(Return)).one()
        plan_mail(session, session.scalars(select(Reaction.id)).one(), counter.now())
        mail = session.scalars(select(Message)).one()
        assert counter.order(session).locale != "de"
        assert (made.locale, mail.locale) == ("de", "de")


@pytest.mark.again
@pytest.mark.parametrize(
    ("quantity", "language", "said"),
    [
        (1, "en", "Until you hear from us, please keep the item."),
        (2, "en", "Until you hear from us, please keep the items."),
        (1, "sv", "Behåll varan så länge."),
        (2, "sv", "Behåll varorna så länge."),
    ],
)
def test_one_item_is_kept_and_several_items_are(
    ada: Shopper, counter: Counter, link: str, quantity: int, language: str, said: str
) -> None:
    at_outcomes(ada, counter, f"{link}?lang={language}", quantity)
    ada.send(outcome="store_credit")
    ada.send(method="own_carrier")
    ada.send(len(ada.forms) - 1)

    assert said in ada.words


@pytest.mark.again
def test_whoever_picked_a_refund_sees_the_better_offer_once_and_may_keep_the_refund(
    ada: Shopper, counter: Counter, link: str
) -> None:
    at_outcomes(ada, counter, link)
    ada.send(outcome="refund")
    assert ada.step == "better"
    assert "€53.10" in ada.words
    assert "€48.60" in ada.words
    ada.send(0, 1)
    assert ada.step == "method"
    ada.send(method="own_carrier")
    ada.send(len(ada.forms) - 1)
    with counter.database.read() as session:
        assert session.scalars(select(Return)).one().lines[0].outcome == "refund"


def test_a_guest_needs_the_code_that_was_mailed(ada: Shopper, counter: Counter) -> None:
    with counter.database.read() as session:
        number = counter.order(session).name
    ada.open("/returns")
    ada.send(order=number, contact="ada@example.com")
    assert ada.path.split("?")[0].rpartition("/")[0].endswith("/returns/code")
    assert "€" not in ada.words
    assert "Wool shirt" not in ada.words
    ada.send(code="000000x")
    assert ada.status == 422
    with counter.database.read() as session:
        code = session.scalars(select(OneTimeCode)).one().code
    ada.send(code=code)
    assert ada.status == 200
    assert ada.step == "items"
