"""The storefront as Ada meets it: pages, cart, checkout, and the app behind the proxy."""

import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from flask import Blueprint, Flask, Response, jsonify, redirect, request
from werkzeug.serving import make_server

from devstore import proxy, storefront
from devstore.config import DevStoreConfig
from devstore.store import Store
from devstore.theme import AppExtension

SECRET = "hush"
SEEN: list[dict] = []


def _shop(store: Store) -> None:
    store.put("shop", {"id": 1, "name": "Fjordmark", "email": "hej@fjordmark.example", "currency": "EUR"})
    store.put("collection", {"id": 5, "title": "Footwear", "handle": "footwear", "_product_ids": [10]})
    variants = [
        {"id": 101, "title": "42", "price": "189.00", "compare_at_price": None, "inventory_quantity": 3,
         "inventory_management": "shopify", "inventory_policy": "deny", "image_id": 900},
        {"id": 102, "title": "43", "price": "189.00", "compare_at_price": None, "inventory_quantity": 0,
         "inventory_management": "shopify", "inventory_policy": "deny", "image_id": 900},
    ]  # fmt: skip
    store.put(
        "product",
        {"id": 10, "title": "Boots <b>Skare</b>", "handle": "skare-boots", "body_html": "<p>Resoled for life.</p>",
         "vendor": "Hedvall", "product_type": "Boots", "tags": "leather", "status": "active",
         "published_at": "2026-01-01T00:00:00Z", "variants": variants, "options": [],
         "images": [{"id": 900, "src": "http://elsewhere:1/cdn/products/skare-boots.svg", "alt": "Boots"}],
         "_collections": [5]},
    )  # fmt: skip
    store.put("product", {"id": 11, "title": "Secret", "handle": "secret", "status": "draft", "published_at": None})
    store.put("customer", {"id": 77, "first_name": "Ada", "last_name": "Ek", "email": "ada@example.com"})
    store.put("page", {"id": 3, "title": "FAQ", "handle": "faq", "body_html": "<p>Ask us.</p>"})
    store.put("policy", {"id": 4, "title": "Refunds", "handle": "refund-policy", "body": "<p>30 days.</p>"})
    terms = {"code": "WELCOME10", "value_type": "percentage", "value": 10}
    store.put("discount", {"id": 6, "title": "WELCOME10", "_terms": terms})


def _control(store: Store) -> Blueprint:
    """A control API that places orders and says no to an empty one, as the real one does."""
    door = Blueprint("control", __name__)

    @door.post("/control/orders")
    def orders() -> Response | tuple[Response, int]:
        body = request.get_json()
        if body["email"] == "nobody@example.com":
            return jsonify(error="This customer is blocked."), 422
        order = {"id": store.next_id("order"), "name": "#1001", "token": "tok1", "total_price": "189.00", **body}
        store.put("order", order)
        return jsonify(id=order["id"], name=order["name"])

    return door


def _app() -> Flask:
    app = Flask("app")

    @app.route("/proxy/<path:what>", methods=["GET", "POST"])
    def answer(what: str) -> Response:
        raw = request.environ["RAW_URI"].partition("?")[0]
        SEEN.append({"what": what, "raw": raw, "query": request.query_string.decode(), "headers": dict(request.headers),
                     "body": request.get_data().decode("latin-1"), "method": request.method})  # fmt: skip
        if what == "posted":
            return redirect("/proxy/json?step=2", 303)  # type: ignore[return-value]
        if what == "redirected":
            return redirect("/proxy/json")  # type: ignore[return-value]
        if what == "round":
            return redirect("/proxy/round")  # type: ignore[return-value]
        if what == "broken":
            return Response("{{ 'x' | ", content_type="application/liquid")
        if what == "bare":
            return Response("{% layout none %}only {{ shop.name }}", content_type="application/liquid")
        if what == "fails":
            return Response("traceback", 500)
        if what == "json":
            headers = {"Set-Cookie": "a=b", "X-Powered-By": "us", "P3P": "x", "X-Kept": "yes"}
            return Response('{"ok": true}', 201, headers, content_type="application/json")
        body = "<h1>{{ 'here' | upcase }}, {{ shop.name }}</h1>{% raw %}{{ not liquid }}{% endraw %}"
        return Response(body, 404 if what == "unknown" else 200, content_type="application/liquid; charset=utf-8")

    return app


@pytest.fixture(scope="module")
def app_url() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, _app(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def shop(app_url: str, tmp_path: Path) -> Flask:
    SEEN.clear()
    store = Store(None)
    _shop(store)
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks" / "promise.liquid").write_text(
        '<p>{{ block.settings.words }} {{ product.title | escape }}</p>{% schema %}{"name": "Promise", "target":'
        ' "section", "enabled_on": {"templates": ["product"]}, "settings": [{"id": "words", "type": "text",'
        ' "default": "Home on Tuesday"}]}{% endschema %}'
    )
    config = DevStoreConfig(shop="shop-name.myshopify.com", app_url=app_url, api_secret=SECRET)
    flask = Flask("shop")
    flask.config["store"] = store
    flask.register_blueprint(storefront.blueprint(store, config, AppExtension(tmp_path)))
    flask.register_blueprint(_control(store))
    return flask


VECTOR = (
    "extra=1&extra=2&shop=shop-name.myshopify.com&logged_in_customer_id={}"
    "&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555"
)


@pytest.mark.parametrize(
    ("customer", "documented"),
    [
        ("1", "4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb"),
        ("", "e072b6d7e6622d85912a5214b860d3100dc1e73d9bc29f43796ac8c9ff8093cb"),
    ],
)
def test_the_signature_is_the_documented_one(customer: str, documented: str) -> None:
    assert proxy.signature(VECTOR.format(customer), "hush") == documented


def test_what_reaches_the_app_is_signed_and_carries_no_cookie(shop: Flask) -> None:
    ada = shop.test_client()
    ada.post("/account/login", data={"customer_id": "77"})

    ada.get("/apps/order-care/track/it?order=1042&shop=evil.myshopify.com&tag=a&tag=b", headers={"X-Mine": "1"})

    seen = SEEN[-1]
    told = parse_qs(seen["query"], keep_blank_values=True)
    assert told["shop"] == ["shop-name.myshopify.com"]
    assert told["logged_in_customer_id"] == ["77"]
    assert told["path_prefix"] == ["/apps/order-care"]
    assert told["tag"] == ["a", "b"]
    assert told["signature"] == [proxy.signature(seen["query"], SECRET)]
    assert "Cookie" not in seen["headers"]
    assert seen["headers"]["X-Forwarded-Host"] == "localhost"
    assert seen["headers"]["X-Forwarded-For"] == "127.0.0.1"
    assert seen["headers"]["X-Mine"] == "1"


def test_a_path_reaches_the_app_byte_for_byte(shop: Flask) -> None:
    for path in ("t/%00", "t/a%3Fb%25", "t/l%C3%A4nk"):
        assert shop.test_client().get(f"/apps/order-care/{path}").status_code == 200
        assert SEEN[-1]["raw"] == f"/proxy/{path}"


def test_a_stranger_is_told_to_the_app_as_an_empty_customer(shop: Flask) -> None:
    shop.test_client().get("/apps/order-care/track")

    assert parse_qs(SEEN[-1]["query"], keep_blank_values=True)["logged_in_customer_id"] == [""]


def test_method_and_body_are_forwarded(shop: Flask) -> None:
    shop.test_client().post("/apps/order-care/track", data={"order": "#1042", "contact": "90403"})

    assert SEEN[-1]["method"] == "POST"
    assert SEEN[-1]["body"] == "order=%231042&contact=90403"


def test_liquid_is_rendered_inside_the_theme_and_keeps_its_status(shop: Flask) -> None:
    answer = shop.test_client().get("/apps/order-care/unknown")

    assert answer.status_code == 404
    assert answer.content_type == "text/html; charset=utf-8"
    assert "<h1>HERE, Fjordmark</h1>{{ not liquid }}" in answer.text
    assert "site-header" in answer.text


def test_liquid_with_layout_none_comes_bare(shop: Flask) -> None:
    assert shop.test_client().get("/apps/order-care/bare").text == "only Fjordmark"


def test_a_liquid_syntax_error_is_shown_where_the_page_would_be(shop: Flask) -> None:
    answer = shop.test_client().get("/apps/order-care/broken")

    assert "Liquid syntax error (line 1)" in answer.text
    assert "site-header" in answer.text


def test_other_answers_pass_through_without_the_headers_that_may_not_cross(shop: Flask) -> None:
    answer = shop.test_client().get("/apps/order-care/json")

    assert (answer.status_code, answer.get_json()) == (201, {"ok": True})
    assert answer.headers["X-Kept"] == "yes"
    assert not {"Set-Cookie", "X-Powered-By", "P3P"} & set(answer.headers.keys())


def test_cookies_of_the_app_do_not_come_back_on_the_next_request(shop: Flask) -> None:
    ada = shop.test_client()
    ada.get("/apps/order-care/json")
    ada.get("/apps/order-care/json")

    assert "Cookie" not in SEEN[-1]["headers"]


def test_a_photo_of_twelve_megabytes_reaches_the_app_as_it_was_sent(shop: Flask) -> None:
    photo = bytes(range(256)) * (12 * 4096)

    sent = {"token": "abc", "photo": (BytesIO(photo), "boots.jpg", "image/jpeg")}
    answer = shop.test_client().post("/apps/order-care/photos", data=sent, content_type="multipart/form-data")

    assert answer.status_code == 200
    arrived = SEEN[0]["body"].encode("latin-1")
    assert photo in arrived
    assert SEEN[0]["headers"]["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'filename="boots.jpg"' in arrived


def test_a_form_answered_with_see_other_is_followed_as_a_get(shop: Flask) -> None:
    answer = shop.test_client().post("/apps/order-care/posted", data={"a": "1"})

    assert answer.status_code == 201
    assert [(seen["what"], seen["method"]) for seen in SEEN] == [("posted", "POST"), ("json", "GET")]


def test_a_customer_sees_their_store_credit_and_until_when_it_is_good(shop: Flask) -> None:
    credits = [
        {"id": 1, "kind": "credit", "amount": "48.60", "remaining": "48.60", "expires_at": None},
        {"id": 2, "kind": "credit", "amount": "4.50", "remaining": "4.50", "expires_at": "2099-11-22T09:30:17Z"},
    ]
    transactions = [{**each, "created_at": "2026-11-20T09:00:00Z"} for each in credits]
    account = {"id": 8, "customer_id": 77, "currency": "EUR", "balance": "53.10", "transactions": transactions}
    shop.config["store"].put("store_credit_account", account)
    ada = shop.test_client()
    ada.post("/account/login", data={"customer_id": "77"})

    page = ada.get("/account").text

    for shown in ("53.10", "48.60", "4.50", "22 November 2099", "without an end"):
        assert shown in page


def test_redirects_are_followed_on_the_shoppers_behalf(shop: Flask) -> None:
    answer = shop.test_client().get("/apps/order-care/redirected")

    assert answer.status_code == 201
    assert [seen["what"] for seen in SEEN] == ["redirected", "json"]


@pytest.mark.parametrize("place", ["fails", "round"])
def test_a_failing_app_shows_the_shops_error_page(shop: Flask, place: str) -> None:
    answer = shop.test_client().get(f"/apps/order-care/{place}")

    assert answer.status_code == 502
    assert "not answering" in answer.text
    assert "traceback" not in answer.text


def test_an_app_that_is_not_there_shows_the_shops_error_page() -> None:
    store = Store(None)
    _shop(store)
    flask = Flask("shop")
    flask.register_blueprint(storefront.blueprint(store, DevStoreConfig(app_url="http://127.0.0.1:1")))

    assert flask.test_client().get("/apps/order-care/x").status_code == 502


def test_a_renamed_proxy_answers_at_its_new_place_only(shop: Flask) -> None:
    proxy.rename(shop.config["store"], "tools", "parcels")

    assert shop.test_client().get("/apps/order-care/json").status_code == 404
    assert shop.test_client().get("/tools/parcels/json").status_code == 201
    assert parse_qs(SEEN[-1]["query"])["path_prefix"] == ["/tools/parcels"]


@pytest.mark.parametrize(("prefix", "subpath"), [("shop", "a"), ("apps", "admin"), ("apps", "a/b"), ("apps", "x" * 31)])
def test_a_proxy_is_not_renamed_to_what_shopify_refuses(prefix: str, subpath: str) -> None:
    with pytest.raises(ValueError):
        proxy.rename(Store(None), prefix, subpath)


@pytest.mark.parametrize(
    "path", ["/", "/collections/all", "/collections/footwear", "/search?q=boots", "/cart", "/account/login",
             "/pages/faq", "/policies/refund-policy", "/pages/track-your-order", "/products/skare-boots"],
)  # fmt: skip
def test_every_page_renders_without_a_liquid_error(shop: Flask, path: str) -> None:
    answer = shop.test_client().get(path)

    assert answer.status_code == 200
    assert "Liquid error" not in answer.text
    assert "Liquid syntax error" not in answer.text


def test_a_product_page_shows_stock_escaped_names_and_the_app_block(shop: Flask) -> None:
    text = shop.test_client().get("/products/skare-boots").text

    assert "Boots &lt;b&gt;Skare&lt;/b&gt;" in text
    assert "<b>Skare" not in text
    assert "Only 3 left" in text
    assert "43 · sold out" in text
    assert "Home on Tuesday Boots" in text
    assert 'src="/cdn/products/skare-boots.svg"' in text


@pytest.mark.parametrize("path", ["/products/secret", "/products/none", "/nowhere", "/cart/x:y"])
def test_what_is_not_for_shoppers_is_not_found_in_the_theme(shop: Flask, path: str) -> None:
    answer = shop.test_client().get(path)

    assert answer.status_code == 404
    assert "We cannot find that page" in answer.text


ADDRESS = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Ek", "address1": "Storgatan 1",
           "zip": "411 01", "city": "Göteborg", "country_code": "SE", "locale": "sv"}  # fmt: skip


def test_a_permalink_leads_through_the_checkout_to_a_real_order(shop: Flask) -> None:
    ada = shop.test_client()
    ada.get("/cart/101:1?attributes[postlude]=click-7&discount=welcome10")
    assert "€189.00" in ada.get("/cart").text

    placed = ada.post("/checkout", data=ADDRESS)

    assert placed.headers["Location"] == "/orders/tok1?thanks=1"
    order = shop.config["store"].all("order")[0]
    assert order["line_items"][0]["variant_id"] == 101
    assert order["note_attributes"] == [{"name": "postlude", "value": "click-7"}]
    assert order["line_items"][0]["discount_allocations"] == [{"amount": "18.90", "discount_application_index": 0}]
    assert order["shipping_address"]["country_code"] == "SE"
    thanks = ada.get(placed.headers["Location"]).text
    assert "Thank you, Ada" in thanks
    assert 'action="/apps/order-care/track"' in thanks
    assert "It is empty" in ada.get("/cart").text


def test_a_checkout_says_what_is_missing_beside_the_field(shop: Flask) -> None:
    ada = shop.test_client()
    ada.post("/cart/add", data={"id": "101"})

    answer = ada.post("/checkout", data=ADDRESS | {"zip": "", "email": "ada"})

    assert answer.status_code == 422
    assert "Enter your postcode." in answer.text
    assert "does not look like an e-mail" in answer.text
    assert shop.config["store"].all("order") == []


def test_a_refused_order_is_explained_in_the_checkout(shop: Flask) -> None:
    ben = shop.test_client()
    ben.post("/cart/add", data={"id": "101"})

    answer = ben.post("/checkout", data=ADDRESS | {"email": "nobody@example.com"})

    assert answer.status_code == 422
    assert "This customer is blocked." in answer.text


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_signing_in_leads_to_no_other_site(shop: Flask, elsewhere: str) -> None:
    answer = shop.test_client().post("/account/login", data={"customer_id": "77", "return_to": elsewhere})

    assert answer.headers["Location"] == "/account"


def test_an_unreadable_cart_cookie_is_an_empty_cart(shop: Flask) -> None:
    ada = shop.test_client()
    ada.set_cookie("cart", "[[[")

    assert "It is empty" in ada.get("/cart").text
