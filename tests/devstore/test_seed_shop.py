"""The seeded shop is rich enough to try everything on, the same for the same seed, and shaped as Shopify publishes."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator

from devstore.seed import SeedShop, build
from devstore.seed.pictures import picture
from devstore.seed.pictures.goods import DRAWINGS
from devstore.seed.texts import table
from devstore.seed.tracking_numbers import gs1, mod_37_36, s10, ups

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
SCHEMAS = Path(__file__).parents[2] / ".cache/webhook-schemas/package/schemas/2026-07"


@pytest.fixture(scope="module")
def shop() -> SeedShop:
    return build(7, NOW)


def order_of(shop: SeedShop, key: str) -> dict[str, Any]:
    return next(order for order in shop.orders if order["id"] == shop.showcase[key])


def events_of(shop: SeedShop, order: dict[str, Any]) -> list[dict[str, Any]]:
    return [event for event in shop.fulfillment_events if event["order_id"] == order["id"]]


def test_the_same_seed_gives_the_same_shop_and_another_seed_another() -> None:
    once, again, other = build(3, NOW), build(3, NOW), build(4, NOW)
    assert once == again
    assert once.orders != other.orders


def test_the_shop_is_as_large_as_promised(shop: SeedShop) -> None:
    assert len(shop.products) >= 60
    assert len(shop.collections) >= 7
    assert len(shop.customers) >= 140
    assert len(shop.orders) >= 420
    assert len(shop.returns) >= 25
    recent = [o for o in shop.orders if datetime.fromisoformat(o["created_at"]) > NOW - timedelta(days=58)]
    assert len(recent) >= 360
    assert len(shop.orders) - len(recent) >= 55


def test_with_less_history_all_goods_people_and_orders_worth_a_picture_are_there(shop: SeedShop) -> None:
    small = build(7, NOW, history=0.25)

    assert len(small.orders) < len(shop.orders) / 2
    assert small.showcase.keys() == shop.showcase.keys()
    assert [len(small.products), len(small.customers)] == [len(shop.products), len(shop.customers)]


def test_the_shelves_hold_every_awkward_kind_of_goods(shop: SeedShop) -> None:
    variants = [variant for product in shop.products for variant in product["variants"]]
    assert any(variant["price"] == "0.00" for variant in variants)
    assert any(variant["compare_at_price"] for variant in variants)
    stock = Counter(v["inventory_quantity"] for v in variants if "inventory_management" in v)
    assert stock[0] > 5
    assert stock[1] + stock[2] + stock[3] > 5
    assert any(product["status"] == "draft" and product["published_at"] is None for product in shop.products)
    assert any(product["_gift_card"] for product in shop.products)
    assert len({variant["sku"] for variant in variants}) == len(variants)
    assert len({variant["barcode"] for variant in variants if variant["barcode"]}) == sum(
        bool(variant["barcode"]) for variant in variants
    )


def test_a_variant_is_pictured_in_its_own_colour(shop: SeedShop) -> None:
    jacket = next(product for product in shop.products if product["handle"] == "storsjo-wool-jacket")
    ochre = [variant for variant in jacket["variants"] if variant["option1"] == "Ochre"]
    image = next(image for image in jacket["images"] if image["src"].endswith("-ochre.svg"))
    assert {variant["image_id"] for variant in ochre} == {image["id"]}
    assert image["variant_ids"] == [variant["id"] for variant in ochre]


def test_how_to_content_reaches_fifteen_products_in_english_and_german(shop: SeedShop) -> None:
    taught = 0
    for product in shop.products:
        for metafield in product["_metafields"]:
            entries = json.loads(metafield["value"])
            assert {entry["phase"] for entry in entries} <= {"waiting", "set_up", "care"}
            assert {"en", "de"} <= {entry["language"] for entry in entries}
            assert all("minutes" in e and "url" in e for e in entries if e["type"] == "video")
            taught += 1
    assert taught >= 15


def test_films_lead_to_pages_that_exist(shop: SeedShop) -> None:
    pages = {page["handle"] for page in shop.pages}
    urls = [
        entry["url"]
        for product in shop.products
        for metafield in product["_metafields"]
        for entry in json.loads(metafield["value"])
        if "url" in entry
    ]
    assert urls
    assert all(url.rsplit("/", 1)[1] in pages for url in urls)


def test_nothing_has_happened_after_now(shop: SeedShop) -> None:
    for document in shop.orders + shop.fulfillments + shop.refunds + shop.returns:
        assert datetime.fromisoformat(document["created_at"]) <= NOW
    for event in shop.fulfillment_events:
        assert datetime.fromisoformat(event["happened_at"]) <= NOW


def test_scans_come_in_order_and_never_before_the_order(shop: SeedShop) -> None:
    placed = {order["id"]: datetime.fromisoformat(order["created_at"]) for order in shop.orders}
    last: dict[int, datetime] = {}
    for event in shop.fulfillment_events:
        at, parcel = datetime.fromisoformat(event["happened_at"]), event["fulfillment_id"]
        assert placed[event["order_id"]] <= at
        assert last.get(parcel, at) <= at
        last[parcel] = at


def test_a_scan_is_told_in_the_time_of_its_place(shop: SeedShop) -> None:
    offsets = {event["country"]: set() for event in shop.fulfillment_events}
    for event in shop.fulfillment_events:
        offsets[event["country"]].add(event["happened_at"][-6:])
    assert offsets["Sweden"] <= {"+01:00", "+02:00"}
    assert offsets["United Kingdom"] <= {"+00:00", "+01:00"}
    assert offsets["Japan"] == {"+09:00"}


def test_every_line_is_packed_at_most_once(shop: SeedShop) -> None:
    for order in shop.orders:
        packed: Counter[int] = Counter()
        for fulfilment in order["fulfillments"]:
            for line in fulfilment["line_items"]:
                packed[line["id"]] += line["quantity"]
        for line in order["line_items"]:
            assert packed[line["id"]] <= line["quantity"], order["name"]


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("arriving", "in_transit"),
        ("out_for_delivery", "out_for_delivery"),
        ("delivered", "delivered"),
        ("delayed", "delayed"),
        ("problem", "failure"),
        ("pickup_point", "ready_for_pickup"),
        ("attempted", "attempted_delivery"),
        ("no_first_scan", "label_printed"),
    ],
)
def test_a_showcase_parcel_is_where_its_name_says(shop: SeedShop, key: str, status: str) -> None:
    order = order_of(shop, key)
    assert order["fulfillments"][-1]["shipment_status"] == status
    assert events_of(shop, order)[-1]["status"] == status


def test_a_parcel_that_failed_is_repaid_within_the_week(shop: SeedShop) -> None:
    orders = {order["id"]: order for order in shop.orders}
    for fulfilment in shop.fulfillments:
        failed_at = datetime.fromisoformat(fulfilment["updated_at"])
        if fulfilment["shipment_status"] == "failure" and failed_at < NOW - timedelta(days=6):
            assert orders[fulfilment["order_id"]]["refunds"]


@pytest.mark.parametrize("hour", [0, 5, 11, 23])
def test_out_for_delivery_is_today_at_any_hour(hour: int) -> None:
    now = NOW.replace(hour=hour, minute=10)
    shop = build(1, now)
    order = order_of(shop, "out_for_delivery")
    last = datetime.fromisoformat(events_of(shop, order)[-1]["happened_at"])
    local = now.astimezone(last.tzinfo)
    assert last <= now
    assert local - last < timedelta(hours=24)
    assert last.date() == local.date()


def test_two_parcels_of_one_order_are_in_different_states(shop: SeedShop) -> None:
    order = order_of(shop, "two_parcels")
    assert [f["shipment_status"] for f in order["fulfillments"]] == ["delivered", "in_transit"]


def test_the_unusual_orders_are_all_there(shop: SeedShop) -> None:
    cabin = order_of(shop, "forty_lines")
    assert len(cabin["line_items"]) >= 40
    assert [f["shipment_status"] for f in cabin["fulfillments"]] == ["delivered", "in_transit", "in_transit"]
    assert len(order_of(shop, "two_numbers")["fulfillments"][0]["tracking_numbers"]) == 2
    assert order_of(shop, "waiting")["fulfillments"] == []
    assert not any(line["requires_shipping"] for line in order_of(shop, "digital")["line_items"])
    assert order_of(shop, "pos")["customer"] is None
    assert order_of(shop, "no_email")["email"] == ""
    assert order_of(shop, "b2b")["company"]["id"]
    assert order_of(shop, "test")["test"] is True
    assert order_of(shop, "local_pickup")["shipping_address"] is None
    assert order_of(shop, "partly_fulfilled")["fulfillment_status"] == "partial"
    assert order_of(shop, "tax_on_top")["taxes_included"] is False
    assert order_of(shop, "return_in_progress")["returns"]
    assert order_of(shop, "gift_card_paid")["payment_gateway_names"] == ["gift_card"]


def test_boots_and_wax_are_bought_together_far_more_often_than_chance(shop: SeedShop) -> None:
    handles = {product["id"]: product["handle"] for product in shop.products}
    baskets = [{handles[line["product_id"]] for line in order["line_items"]} for order in shop.orders]
    boots = [basket for basket in baskets if "vandra-leather-boots" in basket]
    with_wax = sum("bi-leather-wax" in basket for basket in boots) / len(boots)
    elsewhere = sum("bi-leather-wax" in basket for basket in baskets) / len(baskets)
    assert with_wax > 3 * elsewhere


def test_transit_times_are_long_enough_to_learn_from(shop: SeedShop) -> None:
    delivered = Counter(
        f["tracking_company"]
        for f in shop.fulfillments
        if f["shipment_status"] == "delivered" and f["tracking_company"]
    )
    assert delivered["PostNord SE"] >= 60
    assert delivered["DHL"] >= 60


def test_tracking_numbers_pass_their_own_check(shop: SeedShop) -> None:
    checks = {
        "DHL": lambda n: n[-1] == gs1(n[:-1]) and len(n) == 20,
        "USPS": lambda n: n[-1] == gs1(n[:-1]) and len(n) == 22,
        "UPS": lambda n: n[-1] == ups(n[2:-1]) and len(n) == 18,
        "DPD UK": lambda n: n[-1] == mod_37_36(n[:-1]) and len(n) == 15,
        "PostNord SE": lambda n: n == s10(n[:2], n[2:10], n[-2:]),
        "DHL Express": lambda n: int(n[:-1]) % 7 == int(n[-1]) and len(n) == 10,
    }
    seen = Counter()
    for fulfilment in shop.fulfillments:
        company = fulfilment["tracking_company"]
        for number in fulfilment["tracking_numbers"]:
            if company in checks:
                assert checks[company](number), (company, number)
                seen[company] += 1
    assert set(seen) == set(checks)


def test_check_digits_agree_with_published_samples() -> None:
    assert s10("RB", "12345678", "GB") == "RB123456785GB"
    assert ups("5R8939035756712") == "7"
    assert mod_37_36("09980000020033") == "F"
    assert gs1("940011120620640626078") == "7"


def test_every_picture_is_well_formed_and_every_product_has_one(shop: SeedShop) -> None:
    sources = [image["src"] for product in shop.products for image in product["images"]]
    assert len(sources) >= 120
    for source in sources:
        drawn = picture(source.split("/cdn/")[1])
        assert drawn is not None, source
        assert ElementTree.fromstring(drawn).attrib["viewBox"] == "0 0 800 1000"
    assert picture("products/../secrets.svg") is None
    assert picture("products/unknown.svg") is None


def test_drawings_are_as_many_and_as_different_as_the_goods() -> None:
    used = {row["drawing"] for row in table("goods")["product"]}
    assert used == set(DRAWINGS)
    assert len({draw.__code__.co_code + repr(draw.__code__.co_consts).encode() for draw in DRAWINGS.values()}) >= 60


def test_scenes_are_drawn_for_every_lesson_that_shows_one() -> None:
    lessons = table("how_to")["lesson"].values()
    shown = {row["picture"] for row in lessons if "picture" in row}
    assert len(shown) >= 6
    for name in shown:
        ElementTree.fromstring(picture(f"how-to/{name}.svg") or "")
    ElementTree.fromstring(picture("hero.svg") or "")
    ElementTree.fromstring(picture("logo.svg") or "")


def bare(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: bare(value) for key, value in document.items() if not key.startswith("_")}
    return [bare(each) for each in document] if isinstance(document, list) else document


def relaxed(schema: Any) -> Any:
    """The published schemas are drawn from samples; where those never showed a documented null,
    a filled list or a fraction, the schema is widened."""
    if isinstance(schema, list):
        return [relaxed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: relaxed(value) for key, value in schema.items() if (key, value) != ("items", False)}
    if "rate" in schema.get("properties", {}):
        schema["properties"]["rate"]["type"] = "number"  # one sample was taxed at a whole 0
    for key in NULLABLE & set(schema.get("properties", {})):
        kind = schema["properties"][key].get("type")
        if isinstance(kind, str):
            schema["properties"][key]["type"] = [kind, "null"]
    return schema


NULLABLE = {
    "customer", "billing_address", "shipping_address", "destination", "tracking_company", "tracking_number",
    "tracking_url", "fulfillment_status", "location_id", "company",
}  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("orders/create", "orders"),
        ("products/create", "products"),
        ("collections/create", "collections"),
        ("customers/update", "customers"),
        ("fulfillments/create", "fulfillments"),
        ("fulfillment_events/create", "fulfillment_events"),
        ("refunds/create", "refunds"),
        ("locations/create", "locations"),
        ("shop/update", "shop"),
    ],
)
def test_documents_have_the_published_shape(shop: SeedShop, topic: str, kind: str) -> None:
    path = SCHEMAS / f"{topic}.json"
    assert path.exists(), "Fetch the published schemas first: .venv/bin/python scripts/fetch_webhook_schemas.py"
    validator = Draft7Validator(relaxed(json.loads(path.read_text())))
    documents = [shop.shop] if kind == "shop" else getattr(shop, kind)
    if kind == "orders":  # the named ones and every sixth of the rest: all would take a quarter of a minute
        documents = [o for i, o in enumerate(documents) if i % 6 == 0 or o["id"] in shop.showcase.values()]
    wrong: Counter[str] = Counter()
    for document in documents:
        for error in validator.iter_errors(bare(document)):
            wrong[f"{error.json_path}: {error.message[:90]}"] += 1
    assert not wrong, wrong.most_common(12)
