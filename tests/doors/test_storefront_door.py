"""The shopper's door with the whole application behind it: links, passes, look-up, statements, freshness."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from shopify_app.catalogue.projection import apply_product
from shopify_app.config import ConfigError, own_proxies
from shopify_app.db import Database
from shopify_app.orders.access import LIMITS, link_token, revoke_links
from shopify_app.orders.models import Order, PageView
from shopify_app.orders.projection import apply_order
from shopify_app.settings.keys import set_key
from shopify_app.shipments.projection import apply_event, apply_fulfillment
from shopify_app.shops.models import Shop
from shopify_app.storefront.door import network_address
from shopify_app.storefront.tracking import finished_pages, view_counter
from stage import fulfillment, order, product, scan
from wire import SHOP, Wire, application

pytestmark = pytest.mark.again


@pytest.fixture
def shop(database: Database, now: datetime) -> Shop:
    with database.write() as session:
        mara = Shop(domain=SHOP, name="Mara's Goods", currency="EUR", timezone="Europe/Stockholm", installed_at=now)
        session.add(mara)
    return mara


@pytest.fixture
def adas(database: Database, shop: Shop, stage: Wire) -> Order:
    now = stage.adapters.clock.now()
    with database.write() as session:
        apply_product(session, shop.id, product(), now)
        placed = apply_order(session, shop.id, order(), now)
        apply_fulfillment(session, shop.id, fulfillment(), now)
    return placed


@pytest.fixture
def client(stage: Wire, shop: Shop) -> FlaskClient:
    return application(stage.adapters).test_client()


@pytest.fixture
def token(database: Database, adas: Order, now: datetime) -> str:
    with database.write() as session:
        return link_token(session, adas, now)


def signed(stage: Wire, shop: str = SHOP, **query: str) -> str:
    """A query string as Shopify's proxy signs it."""
    facts = {
        "shop": shop,
        "logged_in_customer_id": "",
        "path_prefix": "/apps/order-care",
        "timestamp": str(int(stage.adapters.clock.now().timestamp())),
    } | query
    message = "".join(sorted(f"{key}={value}" for key, value in facts.items()))
    secret = stage.adapters.config.api_secret.encode()
    return urlencode(facts | {"signature": hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()})


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield said
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_link_opens_the_page_in_the_theme_and_alone(client: FlaskClient, stage: Wire, token: str) -> None:
    in_theme, alone = client.get(f"/proxy/t/{token}?{signed(stage)}"), client.get(f"/t/{token}")
    assert (in_theme.status_code, in_theme.content_type) == (200, "application/liquid")
    assert in_theme.headers["Cache-Control"] == "private, no-store"
    assert (alone.status_code, alone.content_type) == (200, "text/html; charset=utf-8")
    for answer in (in_theme, alone):
        assert "Fell boots" in answer.text
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "Storgatan" not in answer.text
        assert "Lindholm" not in answer.text


def test_a_page_is_read_in_nine_statements_at_most_and_again_in_one(
    client: FlaskClient, stage: Wire, database: Database, token: str
) -> None:
    counts = []
    for _ in range(2):
        with counted(stage.adapters.database) as said:
            assert client.get(f"/proxy/t/{token}?{signed(stage)}").status_code == 200
        counts.append(len([text for text in said if text.lstrip().upper().startswith("SELECT")]))
    assert counts[0] <= 9
    assert counts[1] == 1


@pytest.mark.asked
def test_what_changed_is_seen_at_once_although_the_page_was_kept(
    client: FlaskClient, shop: Shop, adas: Order, database: Database, token: str, stage: Wire
) -> None:
    now = stage.adapters.clock.now()
    before = client.get(f"/t/{token}").text
    with database.write() as session:
        apply_event(session, shop.id, scan(1, "out_for_delivery", 20), now)
    after = client.get(f"/t/{token}").text
    assert before != after
    with database.write() as session:
        set_key(session, shop.id, "brand.accent", "#7a1f5c", "Mara", now)
    assert "#7a1f5c" in client.get(f"/t/{token}").text


def test_a_kept_page_is_shown_for_a_minute_and_another_language_is_another_page(
    client: FlaskClient, token: str, stage: Wire, shop: Shop
) -> None:
    english, german = client.get(f"/t/{token}?lang=en").text, client.get(f"/t/{token}?lang=de").text
    assert 'lang="en' in english
    assert 'lang="de' in german
    with client.application.app_context():
        assert len(finished_pages()._pages) == 2


def test_an_unchanged_page_costs_no_bytes(client: FlaskClient, token: str) -> None:
    first = client.get(f"/t/{token}")
    again = client.get(f"/t/{token}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.asked
def test_a_revoked_link_says_so_even_when_its_page_was_kept(
    client: FlaskClient, shop: Shop, adas: Order, database: Database, token: str, now: datetime, stage: Wire
) -> None:
    assert client.get(f"/t/{token}").status_code == 200
    with database.write() as session:
        revoke_links(session, shop.id, adas.id, now)
    assert client.get(f"/t/{token}").status_code == 410
    assert client.get(f"/proxy/t/{token}?{signed(stage)}").status_code == 410


def test_a_shop_that_has_gone_shows_no_order_even_when_the_page_was_kept(
    client: FlaskClient, shop: Shop, database: Database, token: str, stage: Wire
) -> None:
    addresses = f"/t/{token}", f"/proxy/t/{token}?{signed(stage)}"
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    with database.write() as session:
        session.get_one(Shop, shop.id).state = "uninstalled"
    assert [client.get(address).status_code for address in addresses] == [410, 404]


def test_another_shops_proxy_does_not_open_the_link(client: FlaskClient, token: str, stage: Wire) -> None:
    assert client.get(f"/proxy/t/{token}?{signed(stage)}").status_code == 200
    other = client.get(f"/proxy/t/{token}?{signed(stage, shop='ottos-outlet.myshopify.com')}")
    assert other.status_code == 404
    assert "Fell boots" not in other.text


@pytest.mark.parametrize("query", ["", "shop=mara-goods.myshopify.com", "signature=00&shop=x&timestamp=1"])
def test_what_shopify_did_not_sign_is_refused_with_a_sentence(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/proxy/track?{query}")
    assert answer.status_code == 401
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    ("form", "prices"),
    [
        ({"order": "#1042", "contact": "ada@example.com"}, True),
        ({"order": "1042", "with": "email", "email": "ada@example.com"}, True),
        ({"order": "1042", "with": "postcode", "postcode": "411 24"}, False),
        ({"order": "1042", "with": "phone", "phone": "070-174 06 05"}, True),
    ],
)
def test_our_form_and_the_themes_form_open_what_their_proof_is_worth(
    client: FlaskClient, adas: Order, stage: Wire, form: dict[str, str], prices: bool
) -> None:
    answer = client.post(f"/proxy/track?{signed(stage)}", data=form | {"locale": "en"})
    assert answer.status_code == 200
    assert "Fell boots" in answer.text
    assert ("UA938473619SE" in answer.text) is prices
    assert bool(re.search(r"90[.,]00", answer.text)) is prices


def test_the_pass_inside_the_page_opens_it_again_for_half_an_hour(
    client: FlaskClient, adas: Order, stage: Wire
) -> None:
    page = client.post(f"/proxy/track?{signed(stage)}", data={"order": "1042", "contact": "41124"})
    key = re.search(r"order\?key=([\w.%-]+)", page.text)
    assert key
    again = client.get(f"/proxy/order?{signed(stage, key=key[1], lang='de')}")
    assert again.status_code == 200
    assert "UA938473619SE" not in again.text
    stage.advance(minutes=31)
    over = client.get(f"/proxy/order?{signed(stage, key=key[1])}")
    assert over.status_code == 410
    assert "Fell boots" not in over.text


def test_unknown_and_wrong_are_one_answer_and_guessing_is_stopped(
    client: FlaskClient, adas: Order, stage: Wire
) -> None:
    stage.at_noon()  # tries are counted by quarters of an hour
    forms = [{"order": "1042", "contact": "ben@example.com"}, {"order": "9999", "contact": "ada@example.com"}]
    pages = [client.post(f"/proxy/track?{signed(stage)}", data=form) for form in forms]
    assert [page.status_code for page in pages] == [404, 404]
    texts = [re.sub(r'value="[^"]*"', "", page.text) for page in pages]
    assert texts[0] == texts[1]
    for _ in range(LIMITS["order"]):
        last = client.post(f"/proxy/track?{signed(stage)}", data=forms[0])
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) > 0


def test_whoever_claims_another_address_each_time_is_counted_by_the_one_they_have(
    client: FlaskClient, adas: Order, stage: Wire
) -> None:
    stage.at_noon()  # tries are counted by quarters of an hour
    for number in range(LIMITS["address"] + 1):
        claimed = {"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"}
        form = {"order": f"9{number}", "contact": "ben@example.com"}
        last = client.post(f"/proxy/track?{signed(stage)}", data=form, headers=claimed)
    assert last.status_code == 429
    other = {"X-Forwarded-For": "203.0.113.1, 198.51.100.8"}
    form = {"order": "1042", "contact": "ada@example.com"}
    assert client.post(f"/proxy/track?{signed(stage)}", data=form, headers=other).status_code == 200


@pytest.mark.parametrize(
    ("chain", "proxies", "address"),
    [
        ("198.51.100.7", 0, "198.51.100.7"),
        ("203.0.113.1, 198.51.100.7, 23.227.38.1", 1, "198.51.100.7"),
        ("198.51.100.7", 1, "198.51.100.7"),  # ours replaced the list instead of adding to it
        (" , ", 0, ""),
    ],
)
def test_the_address_is_the_one_before_what_our_own_proxies_added(
    stage: Wire, shop: Shop, chain: str, proxies: int, address: str
) -> None:
    stage.adapters = replace(stage.adapters, config=replace(stage.adapters.config, own_proxies=proxies))
    app = application(stage.adapters)
    with app.test_request_context("/proxy/track", headers={"X-Forwarded-For": chain}):
        assert network_address() == address


def test_how_many_proxies_are_ours_follows_from_https_or_is_said() -> None:
    assert own_proxies({}) == 0
    assert own_proxies({"POSTLUDE_APP_URL": "https://postlude.example"}) == 1
    assert own_proxies({"POSTLUDE_APP_URL": "https://postlude.example", "POSTLUDE_OWN_PROXIES": "2"}) == 2
    with pytest.raises(ConfigError):
        own_proxies({"POSTLUDE_OWN_PROXIES": "two"})


def test_who_chose_a_language_for_the_form_reads_the_order_in_it(client: FlaskClient, adas: Order, stage: Wire) -> None:
    swedish = client.get(f"/proxy/track?{signed(stage, lang='sv')}")
    kept = re.search(r'name="locale" value="(\w+)"', swedish.text)
    assert kept
    wrong = client.post(f"/proxy/track?{signed(stage)}", data={"order": "1", "contact": "x@y.z", "locale": kept[1]})
    assert 'name="locale" value="sv"' in wrong.text
    page = client.post(f"/proxy/track?{signed(stage)}", data={"order": "1042", "contact": "41124", "locale": kept[1]})
    assert 'lang="sv' in page.text


def test_an_incomplete_form_comes_back_with_what_was_typed(client: FlaskClient, shop: Shop, stage: Wire) -> None:
    answer = client.post(f"/proxy/track?{signed(stage)}", data={"order": "<b>1042", "contact": ""})
    assert answer.status_code == 422
    assert "&lt;b&gt;1042" in answer.text
    assert "<b>1042" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "no/such/page", 404, "There is nothing at this address"),
        ("POST", "no/such/page", 404, "There is nothing at this address"),
        ("GET", "returns/r/a-key/cancel", 405, "We could not read that"),
        ("POST", "h/m3asure1", 405, "We could not read that"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_page_in_the_theme_with_the_way_on(
    client: FlaskClient, shop: Shop, stage: Wire, method: str, path: str, status: int, said: str
) -> None:
    answer = client.open(f"/proxy/{path}?{signed(stage)}", method=method)

    assert (answer.status_code, answer.content_type) == (status, "application/liquid")
    assert said in answer.text
    assert 'href="/apps/order-care/track"' in answer.text


def test_an_address_that_leads_nowhere_tells_nothing_to_whom_shopify_did_not_sign(client: FlaskClient) -> None:
    assert client.get("/proxy/no/such/page").status_code == 401


@pytest.mark.asked
def test_views_are_counted_and_written_together(
    client: FlaskClient, database: Database, token: str, stage: Wire
) -> None:
    for _ in range(3):
        client.get(f"/t/{token}")
    with client.application.app_context():
        view_counter().write()
    with database.read() as session:
        assert [(row.surface, row.count) for row in session.scalars(select(PageView))] == [("link", 3)]


def test_a_kept_page_is_made_anew_after_a_minute(client: FlaskClient, token: str, stage: Wire) -> None:
    client.get(f"/t/{token}")
    stage.advance(minutes=1)
    with counted(stage.adapters.database) as said:
        client.get(f"/t/{token}")
    assert len(said) > 3
