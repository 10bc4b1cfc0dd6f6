"""Who chose a language reads every page that follows in it, whatever the order was placed in."""

from __future__ import annotations

import re

import pytest
from portal import Shopper
from returns_counter import Counter
from withdrawing import buys

from shopify_app.orders.access import link_token


def onward(page: str) -> dict[str, str]:
    """Where our own pages lead from here: the room of each address -> what is asked of it; how-to pages, which are in
    one language each, and the choice of languages left out."""
    led = re.findall(r'href="[^"]*/apps/order-care/((?:returns|withdraw|t)/[^"?]*)(?:\?([^"]*))?"(?! lang=)', page)
    return {"/".join(path.split("/")[:2]): asked for path, asked in led}


@pytest.mark.again
def test_every_way_on_from_a_tracking_page_keeps_the_language_that_was_chosen(ada: Shopper, link: str) -> None:
    page = ada.open(f"/t/{link}?lang=fr").html

    assert onward(page) == {"returns/t": "lang=fr", "returns/policy": "lang=fr"}


@pytest.mark.again
def test_so_does_the_way_to_withdraw_from_the_contract(ada: Shopper, counter: Counter) -> None:
    desk = buys(counter, "S")
    with counter.database.write() as session:
        link = link_token(session, counter.order(session, desk), counter.now())

    assert onward(ada.open(f"/t/{link}?lang=fr").html)["withdraw/t"] == "lang=fr"


@pytest.mark.again
def test_who_chose_none_is_answered_in_the_orders_own(ada: Shopper, link: str) -> None:
    page = ada.open(f"/t/{link}").html

    assert set(onward(page).values()) == {""}


def test_a_return_begun_on_a_french_page_speaks_french_to_its_end_and_back(
    ada: Shopper, counter: Counter, link: str
) -> None:
    key = counter.desk.sent().rpartition("/")[2]
    ada.open(f"/t/{link}?lang=fr")
    ada.open(re.findall(r'href="[^"]*/apps/order-care(/returns/t/[^"]*)"', ada.html)[0])
    assert "Nos retours en bref" in ada.words

    ada.send(**{f"quantity-{key}": "1"}).send(**{f"reason-{key}": "size-too-small"}).send(outcome="store_credit")
    if ada.step == "better":
        ada.send(0, 1)
    ada.send(method="own_carrier").send(-1)
    assert "Retour" in ada.words
    (home,) = re.findall(r'href="[^"]*/apps/order-care(/t/[^"]*)"', ada.html)

    assert home.endswith("?lang=fr")
    assert onward(ada.open(home).html)["returns/r"] == "lang=fr"
