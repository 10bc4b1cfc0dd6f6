"""What the Admin API tells us, read over the wire from the seeded shop and held against its own documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from devstore.store import Store
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.shopify import payloads
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.errors import AccessDenied
from shopify_app.shopify.transport import WEB
from shopify_app.tables import metadata
from wire import SHOP, Wire, wire


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """The seeded shop with plenty of points to spend; nothing here changes it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('reads')}/reads.sqlite3"
    database = Database(url, Keyring((b"test key, thirty-two bytes long!",)))
    metadata.create_all(database.engine)
    found = wire(database, url, Store(None), bucket_size=1_000_000)
    found.install()
    yield found
    database.engine.dispose()


@pytest.fixture
def api(seeded: Wire) -> AdminAPI:
    return seeded.adapters.admin(seeded.shop().id, WEB)


def all_of(page: Any) -> list[Any]:
    """Every node of a paged read, page by page."""
    found, cursor = [], None
    while True:
        answer = page(cursor)
        found += answer.nodes
        cursor = answer.next_cursor
        if cursor is None:
            return found


def visible(seeded: Wire) -> list[dict[str, Any]]:
    """Without `read_all_orders` Shopify shows the orders of the last 60 days."""
    oldest = seeded.now() - timedelta(days=60)
    return [d for d in seeded.world.store.all("order") if datetime.fromisoformat(d["created_at"]) >= oldest]


def test_the_shop_tells_who_it_is(seeded: Wire, api: AdminAPI) -> None:
    shop, document = api.shop_profile(), seeded.world.shop()

    assert (shop.shopify_id, shop.domain, shop.name, shop.currency) == (document["id"], SHOP, document["name"], "EUR")
    assert shop.timezone == document["iana_timezone"]
    assert shop.locales[0] == document["primary_locale"]
    assert {"refund", "shipping", "privacy", "terms"} <= set(shop.policies)


def test_the_granted_scopes_are_named(api: AdminAPI) -> None:
    assert "read_orders" in api.granted_scopes()


def test_every_order_of_the_shop_is_read_once_and_whole(seeded: Wire, api: AdminAPI) -> None:
    orders = all_of(lambda cursor: api.orders_page("", cursor))
    documents = {document["id"]: document for document in visible(seeded)}

    assert sorted(order.shopify_id for order in orders) == sorted(documents)
    assert [order.fact_at for order in orders] == sorted(order.fact_at for order in orders)
    for order in orders:
        assert len(order.lines) == len(documents[order.shopify_id]["line_items"])
    parcels = [parcel for order in orders for parcel in order.fulfillments]
    for read, kind in (
        (parcels, "fulfillment"),
        ([scan for parcel in parcels for scan in parcel.events or ()], "fulfillment_event"),
        ([refund for order in orders for refund in order.refunds], "refund"),
    ):
        known = {d["id"] for d in seeded.world.store.all(kind) if d["order_id"] in documents}
        assert {thing.shopify_id for thing in read} == known


def test_graphql_and_webhooks_tell_the_same_order(seeded: Wire, api: AdminAPI) -> None:
    """The two readers are twins: a projection cannot tell which way a fact came."""
    differences: dict[str, list[int]] = {}
    orders = all_of(lambda cursor: api.orders_page("", cursor))
    documents = {document["id"]: document for document in seeded.world.store.all("order")}
    for order in orders:
        told = payloads.order(documents[order.shopify_id])
        for name in SAME_BOTH_WAYS:
            if getattr(order, name) != getattr(told, name):
                differences.setdefault(name, []).append(order.shopify_id)
        mine, theirs = [_comparable(line) for line in order.lines], [_comparable(line) for line in told.lines]
        if mine != theirs:
            differences.setdefault("lines", []).append(order.shopify_id)

    assert differences == {}


SAME_BOTH_WAYS = (
    *(
        "name",
        "email",
        "phone",
        "currency",
        "shop_currency",
        "taxes_included",
        "subtotal",
        "shipping",
        "discount",
        "tax",
    ),
    *("total", "placed_at", "fact_at", "shipping_address", "locale", "financial_status", "fulfillment_status"),
    *("payment_gateways", "discount_codes", "channel", "is_test", "confirmed", "tags", "cancelled_at", "cancel_reason"),
)


def _comparable(line: Any) -> tuple[Any, ...]:
    taxes = tuple((tax.amount, float(tax.rate), tax.title) for tax in line.taxes)
    return (line.shopify_id, line.product_id, line.variant_id, line.title, line.variant_title, line.sku, line.vendor,
            line.quantity, line.current_quantity, line.unit_price, line.discounts, taxes, line.requires_shipping,
            line.is_gift_card)  # fmt: skip


def test_an_order_of_many_lines_is_completed_beyond_the_first_page(seeded: Wire, api: AdminAPI) -> None:
    longest = max(visible(seeded), key=lambda document: len(document["line_items"]))

    order = api.order(longest["id"])

    assert order is not None
    assert [line.shopify_id for line in order.lines] == [line["id"] for line in longest["line_items"]]


def test_an_order_of_250_lines_is_whole(seeded: Wire, api: AdminAPI) -> None:
    template = visible(seeded)[0]
    line = template["line_items"][0]
    lines = [{**line, "id": 77_000_000 + number} for number in range(250)]
    with seeded.world.store.transaction():
        seeded.world.store.put("order", {**template, "id": 76_000_000, "line_items": lines})
    try:
        order = api.order(76_000_000)
        assert order is not None
        assert [each.shopify_id for each in order.lines] == [each["id"] for each in lines]
    finally:
        seeded.world.store.delete("order", 76_000_000)


def test_a_single_parcel_tells_what_the_page_told(seeded: Wire, api: AdminAPI) -> None:
    theirs = {order["id"] for order in visible(seeded)}
    document = max(
        (parcel for parcel in seeded.world.store.all("fulfillment") if parcel["order_id"] in theirs),
        key=lambda d: len(seeded.world.store.find("fulfillment_event", fulfillment_id=d["id"])),
    )
    order = api.order(document["order_id"])

    parcel = api.fulfillment(document["id"])

    assert parcel is not None
    assert order is not None
    assert parcel in order.fulfillments
    assert parcel.numbers == tuple(document["tracking_numbers"])
    assert [event.status for event in parcel.events or ()]


def test_products_bring_stock_pictures_collections_and_how_to_content(seeded: Wire, api: AdminAPI) -> None:
    products = all_of(lambda cursor: api.products_page(cursor=cursor))
    documents = {document["id"]: document for document in seeded.world.store.all("product")}

    assert sorted(product.shopify_id for product in products) == sorted(documents)
    for product in products:
        document = documents[product.shopify_id]
        assert [variant.shopify_id for variant in product.variants] == [v["id"] for v in document["variants"]]
        assert [str(v.price) for v in product.variants] == [v["price"] for v in document["variants"]]
        assert product.is_published == (document["status"] == "active" and document["published_at"] is not None)
    assert any(product.how_to for product in products)
    assert all(product.collection_ids is not None for product in products)
    assert any(product.picture and product.picture.width for product in products)
    assert api.product(products[0].shopify_id) == products[0]


def test_collections_and_customers_are_read_to_the_last(seeded: Wire, api: AdminAPI) -> None:
    collections = all_of(lambda cursor: api.collections_page(cursor))
    customers = all_of(lambda cursor: api.customers_page(cursor))

    assert len(collections) == len(seeded.world.store.all("collection"))
    assert {c.shopify_id for c in customers} == {d["id"] for d in seeded.world.store.all("customer")}


def test_a_search_reads_only_what_has_changed_since(seeded: Wire, api: AdminAPI) -> None:
    times = {d["id"]: datetime.fromisoformat(d["updated_at"]) for d in visible(seeded)}
    since = sorted(times.values())[-30].astimezone(UTC)

    found = all_of(lambda cursor: api.orders_page(f"updated_at:>='{since:%Y-%m-%dT%H:%M:%SZ}'", cursor))

    assert {order.shopify_id for order in found} == {number for number, at in times.items() if at >= since}
    assert api.orders_count("") == len(times)


def test_a_refund_tells_which_goods_it_covers(seeded: Wire, api: AdminAPI) -> None:
    refund = seeded.world.store.all("refund")[0]

    told = api.refund(refund["id"])

    assert told is not None
    assert told.order_id == refund["order_id"]
    assert [number for number, _ in told.returned] == [line["line_item_id"] for line in refund["refund_line_items"]]


@pytest.mark.parametrize("read", ["order", "product", "fulfillment", "refund"])
def test_what_shopify_does_not_know_is_none(api: AdminAPI, read: str) -> None:
    assert getattr(api, read)(1) is None


def test_a_page_that_is_too_dear_is_asked_for_again_at_half_its_size(seeded: Wire, api: AdminAPI) -> None:
    seeded.adapters.admin_apis.transport.page_sizes["OrdersPage"] = 250

    page = api.orders_page("")

    assert len(page.nodes) == seeded.adapters.admin_apis.transport.page_sizes["OrdersPage"] < 250


def test_a_missing_scope_is_said_so(seeded: Wire, api: AdminAPI) -> None:
    token = next(t for t in seeded.world.store.all("token") if not t["revoked"])
    seeded.world.store.put("token", {**token, "scope": "read_products"})
    try:
        with pytest.raises(AccessDenied):
            api.orders_page("")
    finally:
        seeded.world.store.put("token", token)
