"""An `orders/create` payload of the published shape and of the size that shops really send: 12.8 KB."""

from __future__ import annotations

import json
from typing import Any

BODY_BYTES = 12_800
WHEN = "2026-11-24T12:59:57+01:00"


def order_body() -> bytes:
    """Five lines with taxes and discounts, two addresses, a customer; filled up to size in its note."""
    order = {
        **{"id": 6100000001042, "admin_graphql_api_id": "gid://shopify/Order/6100000001042", "name": "#1042"},
        **{"number": 42, "order_number": 1042, "token": "c0ffee42", "confirmed": True, "test": False},
        **{"created_at": WHEN, "processed_at": WHEN, "updated_at": WHEN, "cancelled_at": None, "closed_at": None},
        **{"currency": "EUR", "presentment_currency": "EUR", "taxes_included": True, "customer_locale": "sv-SE"},
        **{"email": "ada@example.com", "contact_email": "ada@example.com", "phone": None, "source_name": "web"},
        **{"financial_status": "paid", "fulfillment_status": None, "payment_gateway_names": ["shopify_payments"]},
        **{"tags": "", "note": "", "fulfillments": [], "refunds": [], "discount_codes": [{"code": "WINTER"}]},
        **money("total_price", "450.00"),
        **money("subtotal_price", "450.00"),
        **money("total_tax", "90.00"),
        **money("total_discounts", "50.00"),
        "total_shipping_price_set": money_set("0.00"),
        "discount_applications": [{"type": "discount_code", "allocation_method": "across", "target_selection": "all"}],
        "line_items": [line(number) for number in range(5)],
        "shipping_address": address(),
        "billing_address": address(),
        "customer": {"id": 7100000000501, "email": "ada@example.com", "default_address": address(), "updated_at": WHEN},
    }
    missing = BODY_BYTES - len(json.dumps(order).encode())
    return json.dumps(order | {"note": "x" * missing}).encode()


def line(number: int) -> dict[str, Any]:
    return {
        **{"id": 15100000009001 + number, "product_id": 8100000000701 + number, "variant_id": 45100000000801 + number},
        **{"title": "Fell boots", "variant_title": "42 / Brown", "name": "Fell boots - 42 / Brown", "quantity": 1},
        **{"current_quantity": 1, "fulfillable_quantity": 1, "sku": f"FELL-{number}", "vendor": "Nordkant"},
        **{"requires_shipping": True, "gift_card": False, "taxable": True, "grams": 1400, "properties": []},
        **money("price", "100.00"),
        **money("total_discount", "10.00"),
        "tax_lines": [{"title": "VAT", "rate": 0.25, **money("price", "18.00")}],
        "discount_allocations": [{"discount_application_index": 0, **money("amount", "10.00")}],
    }


def address() -> dict[str, Any]:
    return {
        **{"first_name": "Ada", "last_name": "Lindholm", "name": "Ada Lindholm", "company": None, "phone": None},
        **{"address1": "Storgatan 1", "address2": None, "city": "Göteborg", "zip": "411 24", "province": None},
        **{"country": "Sweden", "country_code": "SE", "province_code": None, "latitude": 57.7, "longitude": 11.97},
    }


def money(name: str, amount: str) -> dict[str, Any]:
    return {name: amount, f"{name}_set": money_set(amount)}


def money_set(amount: str) -> dict[str, Any]:
    one = {"amount": amount, "currency_code": "EUR"}
    return {"shop_money": one, "presentment_money": one}
