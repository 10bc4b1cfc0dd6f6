"""Packing slips: what stands on them, who gets one, and who may see whose parcel it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from portal import Shopper
from returns_counter import Counter

from shopify_app.i18n import Languages
from shopify_app.pages.return_links import status_key
from shopify_app.papers import slip
from shopify_app.papers.links import slip_path
from shopify_app.papers.printing import Paper, paper_of, slip_html, slip_paper
from shopify_app.returns import reception, requests
from shopify_app.returns.models import Return
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import By
from shopify_app.returns.vocabulary import Method
from shopify_app.settings.keys import set_key
from shopify_app.shops.models import Shop

pytestmark = pytest.mark.again

APP = "http://app.test"
BORAS = '[{"recipient": "Hedvall", "street": "Lagergatan 4", "postcode": "504 30", "city": "Borås", "country": "SE"}]'


@pytest.fixture
def ret(counter: Counter) -> Return:
    """Two shirts of Ada's, approved."""
    wanted = counter.asked(2)
    with counter.database.write() as session:
        set_key(session, counter.shop_id, "parcels.addresses", BORAS, "mara", counter.now())
        requests.approve(session, counter.ret(session, wanted), Actor.MERCHANT, counter.now())
    return wanted


def page(counter: Counter, ret: Return) -> str:
    return f"/returns/r/{status_key(counter.database.keyring, ret.shop_id, ret.id)}"


def made(counter: Counter, ret: Return, with_sender: bool) -> slip.Slip:
    with counter.database.read() as session:
        return slip.read(session, counter.ret(session, ret), APP, with_sender)


def test_ada_finds_the_slip_on_the_page_of_her_return(ada: Shopper, counter: Counter, ret: Return) -> None:
    ada.open(page(counter, ret))

    assert "Print the packing slip (PDF)" in ada.words
    assert "504 30 Borås" in ada.words
    assert f"{page(counter, ret)}/slip.pdf" in ada.html


def test_what_is_brought_to_the_store_is_offered_no_slip_for_a_parcel(
    ada: Shopper, counter: Counter, ret: Return
) -> None:
    with counter.database.write() as session:
        for line in counter.ret(session, ret).lines:
            line.method = Method.IN_STORE

    ada.open(page(counter, ret))

    assert "Please bring them to our store" in ada.words
    assert "packing slip" not in ada.words


def test_the_slip_is_a_pdf_that_nobody_in_between_may_keep(
    client: FlaskClient, ada: Shopper, counter: Counter, ret: Return
) -> None:
    answer = client.get(f"/proxy{page(counter, ret)}/slip.pdf?{ada.signed()}")

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-1.")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.data == slip_paper(made(counter, ret, with_sender=False), Languages().choose(["en"])).body


def test_a_machine_that_sets_no_pages_gives_the_slip_to_the_browser_to_print() -> None:
    assert paper_of("<p>Packzettel für Åsa</p>", None) == Paper("<p>Packzettel für Åsa</p>".encode(), "text/html")


def test_the_slip_says_what_travels_where_to_and_nobodys_name(counter: Counter, ret: Return) -> None:
    found = made(counter, ret, with_sender=False)

    words = slip_html(found, Languages().choose(["de"]))
    for said in (ret.rma, "Borås", "SCHWEDEN", "Zu klein", "Packzettel", "http://app.test/app/returns/"):
        assert said in words or said in found.link
    assert [(sheet.pieces, len(sheet.items)) for sheet in found.sheets] == [(2, 1)]
    assert "Lindholm" not in words
    assert "@" not in words.partition("<body>")[2]


def test_who_is_signed_in_as_the_buyer_finds_their_own_address_on_it(
    client: FlaskClient, ada: Shopper, counter: Counter, ret: Return
) -> None:
    with counter.database.write() as session:
        order = counter.order(session)
        order.shipping_address = '{"first_name": "Ada", "last_name": "Lindholm", "address1": "Torstraße 1"}'
    path = f"/proxy{page(counter, ret)}/slip.pdf"

    by_link = client.get(f"{path}?{ada.signed()}").data
    ada.customer = "501"
    signed_in = client.get(f"{path}?{ada.signed()}").data

    assert made(counter, ret, with_sender=True).sender == ("Ada Lindholm", "Torstraße 1")
    assert signed_in == slip_paper(made(counter, ret, with_sender=True), Languages().choose(["en"])).body
    assert by_link != signed_in


def test_there_is_no_slip_before_a_yes_nor_after_everything_arrived(ada: Shopper, counter: Counter) -> None:
    asked = counter.asked(1)
    assert "packing slip" not in ada.open(page(counter, asked)).words
    ada.open(f"{page(counter, asked)}/slip.pdf")
    assert (ada.status, "nothing to print" in ada.alerts) == (404, True)

    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, asked), Actor.MERCHANT, counter.now())
    assert "packing slip" in ada.open(page(counter, asked)).words

    with counter.database.write() as session:
        reception.receive(session, counter.ret(session, asked), None, None, By(Actor.MERCHANT), counter.now())
    assert "packing slip" not in ada.open(page(counter, asked)).words


def test_mara_may_keep_slips_off_her_shoppers_pages(ada: Shopper, counter: Counter, ret: Return) -> None:
    with counter.database.write() as session:
        set_key(session, counter.shop_id, "parcels.packing_slip", "false", "mara", counter.now())

    assert "packing slip" not in ada.open(page(counter, ret)).words


def test_maras_address_of_a_slip_opens_by_itself_and_only_for_half_an_hour(
    client: FlaskClient, counter: Counter, ret: Return
) -> None:
    path = slip_path(counter.database.keyring, ret, counter.now())

    answer = client.get(path)
    counter.wire.advance(minutes=31)
    late = client.get(path)

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert late.status_code == 410
    assert client.get(path[:-2] + "xx").status_code == 404


def test_a_shoppers_key_opens_no_slip_of_the_merchants(client: FlaskClient, counter: Counter, ret: Return) -> None:
    key = status_key(counter.database.keyring, ret.shop_id, ret.id)

    assert client.get(f"/papers/{key}").status_code == 404


def test_ottos_proxy_opens_no_slip_of_maras_shop(
    client: FlaskClient, ada: Shopper, counter: Counter, ret: Return
) -> None:
    with counter.database.write() as session:
        session.add(Shop(domain="otto.myshopify.com", name="Otto", installed_at=counter.now() - timedelta(days=1)))
    ada.shop = "otto.myshopify.com"

    assert client.get(f"/proxy{page(counter, ret)}/slip.pdf?{ada.signed()}").status_code == 404
