"""The admin frame as Mara uses it: what she clicks is what a test would post."""

import re
from html import unescape
from urllib.parse import urlsplit

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient

from devstore.app import create_devstore
from devstore.config import DevStoreConfig
from devstore.store import Store


@pytest.fixture(scope="module")
def devstore() -> Flask:
    return create_devstore(DevStoreConfig(deliver_webhooks=False, smtp_port=0))


@pytest.fixture
def store(devstore: Flask) -> Store:
    return devstore.extensions["devstore"].store


@pytest.fixture
def mara(devstore: Flask) -> FlaskClient:
    return devstore.test_client()


def _placed(mara: FlaskClient, store: Store) -> dict:
    """An order of two different goods for somebody in Germany."""
    person = next(
        each for each in store.all("customer") if (each.get("default_address") or {}).get("country_code") == "DE"
    )
    variants = [
        variant["id"]
        for product in store.all("product")
        if product["status"] == "active"
        for variant in product["variants"][:1]
        if variant["inventory_quantity"] > 2
    ][:2]
    form = {"customer_id": str(person["id"]), "variant_id": [str(each) for each in variants], "quantity": ["2", "1"]}
    answer = mara.post("/admin/orders/new", data=form)
    number = int(re.search(r"/admin/orders/(\d+)", answer.headers["Location"]).group(1))  # type: ignore[union-attr]
    order = store.get("order", number)
    assert order is not None
    return order


PAGES = (
    "orders orders?state=on+its+way&q=a orders/new carriers products customers clock faults deliveries calls setup "
    "apps/postlude"
)


@pytest.mark.parametrize("path", PAGES.split())
def test_every_page_of_the_admin_opens(mara: FlaskClient, path: str) -> None:
    assert mara.get(f"/admin/{path}").status_code == 200


def test_the_printed_address_of_the_control_api_leads_to_a_page_of_its_calls(mara: FlaskClient) -> None:
    for address in ("/control", "/control/"):
        answer = mara.get(address, follow_redirects=True)

        assert answer.status_code == 200
        assert "POST /control/orders" in unescape(answer.text)
        assert "DELETE /control/faults" in unescape(answer.text)


def test_a_call_that_there_is_not_is_refused_in_a_sentence(mara: FlaskClient) -> None:
    for method, path, status in (("GET", "/control/zzz", 404), ("POST", "/control/health", 405)):
        answer = mara.open(path, method=method)

        assert answer.status_code == status
        assert "no such call" in answer.json["error"]  # type: ignore[index]


def test_every_seeded_order_customer_and_product_has_a_page(mara: FlaskClient, store: Store) -> None:
    places = {"order": "orders", "product": "products", "customer": "customers"}
    for kind, place in places.items():
        for document in store.all(kind)[::7]:
            assert mara.get(f"/admin/{place}/{document['id']}").status_code == 200


def test_what_does_not_exist_is_said_inside_the_frame(mara: FlaskClient) -> None:
    answer = mara.get("/admin/orders/1")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_an_order_goes_out_in_two_parcels(mara: FlaskClient, store: Store) -> None:
    order = _placed(mara, store)
    first, second = order["line_items"]

    mara.post(
        f"/admin/orders/{order['id']}/fulfil",
        data={f"line-{first['id']}": "2", f"line-{second['id']}": "0", "company": "UPS", "make_number": "on"},
    )
    mara.post(
        f"/admin/orders/{order['id']}/fulfil",
        data={f"line-{second['id']}": "1", "company": "DPD", "tracking_number": "111, 222"},
    )

    ups, dpd = store.find("fulfillment", order_id=order["id"])
    assert ups["tracking_number"].startswith("1Z")
    assert [line["quantity"] for line in ups["line_items"]] == [2]
    assert dpd["tracking_numbers"] == ["111", "222"]


def test_a_parcel_walks_its_route_one_click_at_a_time(mara: FlaskClient, store: Store) -> None:
    order = _placed(mara, store)
    counts = {f"line-{line['id']}": str(line["quantity"]) for line in order["line_items"]}
    mara.post(f"/admin/orders/{order['id']}/fulfil", data=counts | {"company": "DHL Express"})
    parcel = store.find("fulfillment", order_id=order["id"])[0]

    for _ in range(6):
        mara.post(f"/admin/parcels/{parcel['id']}/step", data={"now": "2026-11-22T12:00:00+00:00"})

    events = store.find("fulfillment_event", fulfillment_id=parcel["id"])
    said = [event["status"] for event in events]
    assert said == ["confirmed", "carrier_picked_up", "in_transit", "in_transit", "out_for_delivery", "delivered"]
    assert events[-1]["city"] == order["shipping_address"]["city"]
    after = mara.post(f"/admin/parcels/{parcel['id']}/step", data={"now": "2026-11-22T12:00:00+00:00"})
    assert "refused" in after.headers["Location"]


def test_a_detour_and_an_event_in_ones_own_words_are_pushed(mara: FlaskClient, store: Store) -> None:
    order = _placed(mara, store)
    counts = {f"line-{line['id']}": str(line["quantity"]) for line in order["line_items"]}
    mara.post(f"/admin/orders/{order['id']}/fulfil", data=counts)
    parcel = store.find("fulfillment", order_id=order["id"])[0]

    mara.post(f"/admin/parcels/{parcel['id']}/step", data={"now": "2026-11-22T12:00:00+00:00", "status": "delayed"})
    mara.post(
        f"/admin/parcels/{parcel['id']}/event",
        data={"status": "in_transit", "message": "Back on the road", "happened_at": "2026-11-22T13:00"},
    )

    delayed, moving = store.find("fulfillment_event", fulfillment_id=parcel["id"])
    assert delayed["status"] == "delayed"
    assert (moving["message"], moving["happened_at"]) == ("Back on the road", "2026-11-22T13:00:00+00:00")


def test_an_empty_parcel_is_refused_in_a_sentence(mara: FlaskClient, store: Store) -> None:
    order = _placed(mara, store)

    answer = mara.post(f"/admin/orders/{order['id']}/fulfil", data={}, follow_redirects=True)

    assert "Choose at least one piece" in answer.text


@pytest.mark.parametrize("typed", ["x", "🧥", "²", "9" * 40])
def test_what_is_typed_for_a_number_or_a_time_and_is_none_is_refused_in_a_sentence(
    mara: FlaskClient, store: Store, typed: str
) -> None:
    order = _placed(mara, store)
    mara.post(f"/admin/orders/{order['id']}/fulfil", data={f"line-{order['line_items'][0]['id']}": "1"})
    parcel = store.find("fulfillment", order_id=order["id"])[0]
    goods = {"customer_id": str(order["customer"]["id"]), "variant_id": str(order["line_items"][0]["variant_id"])}
    forms = {
        f"/admin/parcels/{parcel['id']}/event": {"status": "in_transit", "happened_at": typed},
        f"/admin/orders/{order['id']}/fulfil": {f"line-{typed}": "1"},
        f"/admin/orders/{order['id']}/pay": {"amount": typed},
        "/admin/orders/new": goods | {"quantity": typed},
        "/admin/clock": {"seconds": typed},
        "/admin/faults": {"kind": "drop", "count": typed},
    }

    for address, form in forms.items():
        assert "refused=" in mara.post(address, data=form).headers["Location"], address


def test_a_refund_is_made_through_the_real_mutation(mara: FlaskClient, store: Store) -> None:
    order = _placed(mara, store)

    answer = mara.post(f"/admin/orders/{order['id']}/refund", data={"amount": "5.00"}, follow_redirects=True)

    assert "The refund is on its way." in answer.text
    refund = store.find("refund", order_id=order["id"])[0]
    assert refund["transactions"][0]["amount"] == "5.00"


def test_an_order_is_cancelled(mara: FlaskClient, store: Store) -> None:
    order = _placed(mara, store)

    mara.post(f"/admin/orders/{order['id']}/cancel", data={"reason": "customer"})

    assert (store.get("order", order["id"]) or {})["cancelled_at"]


def test_a_fault_is_ordered_and_ended(mara: FlaskClient, store: Store) -> None:
    mara.post("/admin/faults", data={"kind": "drop", "match": "orders/create", "count": "2"})
    assert [(fault["kind"], fault["left"]) for fault in store.all("fault")] == [("drop", 2)]

    mara.post("/admin/faults/clear")
    assert store.all("fault") == []


def test_the_clock_is_moved(mara: FlaskClient, devstore: Flask) -> None:
    before = devstore.extensions["devstore"].now()

    mara.post("/admin/clock", data={"seconds": "3600"})

    assert (devstore.extensions["devstore"].now() - before).total_seconds() >= 3600


def test_the_proxy_is_renamed_and_a_wrong_name_explained(mara: FlaskClient) -> None:
    moved = mara.post("/admin/setup/proxy", data={"prefix": "tools", "subpath": "parcels"}, follow_redirects=True)
    wrong = mara.post("/admin/setup/proxy", data={"prefix": "tools", "subpath": "admin"}, follow_redirects=True)
    mara.post("/control/proxy", json={"prefix": "apps", "subpath": "order-care"})

    assert "The app now answers at /tools/parcels." in moved.text
    assert "reserved" in wrong.text


def test_the_app_is_framed_with_a_token_it_can_verify(mara: FlaskClient, devstore: Flask) -> None:
    config = devstore.extensions["devstore"].config

    page = mara.get("/admin/apps/postlude/returns").text

    address = unescape(re.search(r'src="(http[^"]+/app/returns\?[^"]+)"', page).group(1))  # type: ignore[union-attr]
    assert "embedded=1" in address
    token = re.search(r"id_token=([^&]+)", address).group(1)  # type: ignore[union-attr]
    claims = jwt.decode(token, config.api_secret, algorithms=["HS256"], audience=config.api_key)
    assert claims["dest"] == f"https://{config.shop}"
    assert mara.get("/admin/session-token").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("written", "framed"),
    [("app/returns/R-1001-1", "/app/returns/R-1001-1"), ("app", "/app"), ("apple", "/app/apple"), ("", "/")],
)
def test_a_link_of_a_team_mail_opens_the_page_it_names(mara: FlaskClient, written: str, framed: str) -> None:
    page = mara.get(f"/admin/apps/postlude/{written}".rstrip("/")).text

    address = re.search(r'<iframe id="app-frame"[^>]* data-src="(http[^"]+)"', page).group(1)  # type: ignore[union-attr]
    assert urlsplit(unescape(address)).path == framed


def test_a_checkout_in_the_shop_places_an_order_with_the_sum_it_showed(mara: FlaskClient, store: Store) -> None:
    product = next(
        each
        for each in store.all("product")
        if each["status"] == "active" and each["variants"][0]["inventory_quantity"] > 3
    )
    variant = product["variants"][0]
    mara.get(f"/cart/{variant['id']}:1?discount=HEJ5")
    shown = mara.get("/checkout").text
    address = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Ek", "address1": "Storgatan 1",
               "zip": "411 01", "city": "Göteborg", "country_code": "DE", "locale": "sv"}  # fmt: skip

    placed = mara.post("/checkout", data=address)

    order = store.all("order")[-1]
    assert order["line_items"][0]["variant_id"] == variant["id"]
    assert placed.headers["Location"].startswith(f"/orders/{order['token']}")
    assert f"Pay €{float(order['total_price']):,.2f}" in shown
    assert order["financial_status"] == "paid"
