"""Who is signed in chooses among their own orders, whether they return or withdraw; nobody else's are there."""

from __future__ import annotations

import re
from html import unescape

import pytest
from portal import Shopper
from returns_counter import Counter, open_counter
from withdrawing import buys

from shopify_app.db import Database
from wire import application

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Ada, customer 501, has bought three times."""
    found = open_counter(database, database_url)
    buys(found, "S", "M", sent=2)
    buys(found, "cheaper", sent=1)
    return found


@pytest.mark.parametrize("door", ["returns", "withdraw"])
def test_ada_sees_what_she_bought_and_begins_with_one_of_them(counter: Counter, door: str) -> None:
    client = application(counter.wire.adapters).test_client()
    ada = Shopper(client, counter.wire, customer="501").open(f"/{door}")

    links = re.findall(rf'href="([^"]*/{door}/o\?[^"]*)"', ada.html)

    assert len(links) == 3
    assert "Wool shirt" in ada.words
    ada.open("/" + links[0].split("order-care/")[1])
    assert f"/{door}/" in ada.path


@pytest.mark.parametrize("customer", ["", "777"])
@pytest.mark.parametrize("door", ["returns", "withdraw"])
def test_ben_and_guests_are_asked_for_a_number_instead(counter: Counter, door: str, customer: str) -> None:
    client = application(counter.wire.adapters).test_client()

    page = Shopper(client, counter.wire, customer=customer).open(f"/{door}")

    assert f"/{door}/o?" not in page.html
    assert "Order number" in page.words


@pytest.mark.asked
def test_the_language_that_ada_chose_stays_on_the_way(counter: Counter) -> None:
    client = application(counter.wire.adapters).test_client()
    ada = Shopper(client, counter.wire, customer="501").open("/withdraw?lang=fr")

    link = unescape(re.findall(r'href="([^"]*/withdraw/o\?[^"]*)"', ada.html)[0])
    ada.open("/" + link.split("order-care/")[1])

    assert "Se rétracter du contrat" in ada.words
    assert "Wool shirt" in ada.words
