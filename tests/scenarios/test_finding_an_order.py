"""Who may look: numbers and proofs, links and their end, and those who guess."""

from __future__ import annotations

import pytest

from running import Running, Shopper, ask, words
from shopify_app.orders.access import WINDOW_SECONDS
from trade import Trade

pytestmark = pytest.mark.once

WHILE_ONE_GUESSES = 300
"""Seconds that two dozen look-ups may take where much else runs."""


@pytest.fixture
def one_window(demo: Running, shop: Trade) -> None:
    """The quarter of an hour for which look-ups are counted does not end while somebody guesses."""
    left = WINDOW_SECONDS - int(shop.now().timestamp()) % WINDOW_SECONDS
    if left < WHILE_ONE_GUESSES:
        demo.advance(left)


def test_a_postcode_shows_no_price_and_no_tracking_number(demo: Running, shop: Trade, ada: Shopper) -> None:
    order = shop.order("Kettle")
    shop.send(order, number="00340434161094042557")
    ada.learns(order.name, order.email, "00340434161094042557")

    said = ada.reads(order.name, "10119")

    assert "Kettle" in said
    assert "00340434161094042557" not in said
    assert "49,00" not in said
    assert "look the order up with your e\N{NON-BREAKING HYPHEN}mail address" in said


def test_nobody_reads_a_name_or_an_address_on_the_page(demo: Running, shop: Trade, ada: Shopper) -> None:
    order = shop.order("Kettle")

    page = ada.look_up(order.name, order.email).text

    for secret in ("Berg", "Torstraße", "10119", order.email):
        assert secret not in page


def test_a_wrong_e_mail_and_an_unknown_order_get_the_same_answer(demo: Running, shop: Trade, ada: Shopper) -> None:
    order = shop.order("Kettle")

    wrong = ada.look_up(order.name, "somebody@example.com")
    unknown = ada.look_up("#99999999", "somebody@example.com")

    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert words(wrong.text) == words(unknown.text)
    assert "We find no order that fits both entries" in words(wrong.text)


def test_an_empty_form_says_beside_each_field_what_is_missing(demo: Running, ada: Shopper) -> None:
    answer = ada.look_up("", "")

    assert answer.status_code == 422
    assert "Please enter the order number" in words(answer.text)
    assert "Please enter what you gave when you ordered" in words(answer.text)


@pytest.mark.usefixtures("one_window")
def test_whoever_guesses_is_stopped_whatever_address_they_come_from(demo: Running, shop: Trade) -> None:
    order = shop.order("Kettle")

    answers = [demo.shopper().look_up(order.name, f"guess{each}@example.com") for each in range(11)]

    assert [answer.status_code for answer in answers] == [404] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) <= 15 * 60
    assert "Please wait a few minutes" in words(answers[-1].text)


@pytest.mark.usefixtures("one_window")
def test_whoever_tries_many_orders_from_one_address_is_stopped(demo: Running, ada: Shopper) -> None:
    answers = [ada.look_up(f"#88{each:05}", "10119").status_code for each in range(21)]

    assert answers == [404] * 20 + [429]


def test_a_link_opens_the_page_in_the_theme_and_alone_and_says_when_it_was_ended(
    demo: Running, shop: Trade, ada: Shopper
) -> None:
    order = shop.order("Kettle")
    path = demo.link(order.name)
    alone = demo.facts["app_url"] + "/t/" + path.rpartition("/")[2]
    assert "Kettle" in words(ada.open(path).text)
    assert "Kettle" in words(ada.open(alone).text)

    demo.postlude("link", "--shop", demo.facts["shop"], "--order", order.name, "--revoke")

    themed, standing = ada.open(path), ada.open(alone)
    assert (themed.status_code, standing.status_code) == (410, 410)
    assert "This link has ended" in words(themed.text)
    assert "This link has ended" in words(standing.text)
    assert "Kettle" not in themed.text + standing.text


def test_a_forged_link_says_that_there_is_nothing_here(demo: Running, ada: Shopper) -> None:
    answer = ada.open(f"{demo.proxy_path}/t/{'A' * 28}")

    assert answer.status_code == 404
    assert "There is nothing at this address" in words(answer.text)


def test_pages_are_kept_by_nobody_and_found_by_no_search_engine(demo: Running, shop: Trade, ada: Shopper) -> None:
    path = demo.link(shop.order("Kettle").name)

    for answer in (ada.open(path), ada.open(demo.facts["app_url"] + "/t/" + path.rpartition("/")[2])):
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/proxy/track", "/proxy/t/abc", "/proxy/order?key=x", "/proxy/"])
def test_what_shopify_did_not_sign_is_answered_with_a_sentence(demo: Running, path: str) -> None:
    answer = ask("GET", demo.facts["app_url"] + path)

    assert answer.status_code == 401
    assert "Please open this page from the shop" in words(answer.text)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing-here"), ("GET", "/t/x"), ("GET", "/c/x"), ("GET", "/h/x"), ("POST", "/t/x")]
)
def test_every_wrong_address_is_answered_with_a_sentence(demo: Running, method: str, path: str) -> None:
    answer = ask(method, demo.facts["app_url"] + path, headers={"Accept": "text/html"})

    assert answer.status_code in (404, 405)
    assert "Traceback" not in answer.text
    assert len(words(answer.text).split()) >= 5
