"""What each call of the control API checks of its body before it does anything: field -> shape."""

from __future__ import annotations

from devstore.control_shapes import (
    Fields,
    amount,
    currency,
    each,
    either,
    flag,
    moment,
    needed,
    number,
    text,
    thing,
    whole,
    word,
    zone,
)  # fmt: skip

_PLACE = ("address1", "address2", "city", "company", "country", "country_code", "first_name", "last_name", "name",
          "phone", "province", "province_code", "zip")  # fmt: skip
ADDRESS: Fields = {key: text for key in _PLACE}
_MONEY = thing({"amount": needed(amount), "currency_code": currency})
MONEY_SET = thing({"shop_money": needed(_MONEY), "presentment_money": needed(_MONEY)})
_TAX = either("price", "price_set", {"title": text, "rate": amount, "price": amount, "price_set": MONEY_SET})
_CUT = either("amount", "amount_set", {"amount": amount, "amount_set": MONEY_SET})
_PAIR = thing({"name": text})
LINE: Fields = {
    **{key: number for key in ("id", "variant_id", "product_id", "quantity", "grams")},
    **{key: text for key in ("title", "name", "variant_title", "vendor", "sku")},
    **{key: flag for key in ("requires_shipping", "taxable", "gift_card")},
    "price": amount, "price_set": MONEY_SET, "tax_lines": each(_TAX), "discount_allocations": each(_CUT),
    "properties": each(_PAIR),
}  # fmt: skip
SHIPPING_LINE: Fields = {
    "id": number, "title": text, "code": text, "price": amount, "price_set": MONEY_SET,
    "tax_lines": each(_TAX), "discount_allocations": each(_CUT),
}  # fmt: skip
ORDER_CHANGE: Fields = {
    **{key: text for key in ("note", "tags", "email", "phone")},
    "shipping_address": thing(ADDRESS), "billing_address": thing(ADDRESS), "note_attributes": each(_PAIR),
}  # fmt: skip
ORDER: Fields = {
    **ORDER_CHANGE,
    **{key: text for key in ("name", "contact_email", "customer_locale", "source_name", "financial_status", "token",
                             "confirmation_number", "delivery")},
    **{key: moment for key in ("created_at", "processed_at", "cancelled_at", "closed_at")},
    **{key: flag for key in ("test", "taxes_included", "tax_exempt")},
    "id": number, "order_number": number, "location_id": number, "collect_at": whole,
    "currency": currency, "presentment_currency": currency,
    "customer": thing({"id": number, "email": text}), "company": thing({}),
    "line_items": each(thing(LINE)), "shipping_lines": each(thing(SHIPPING_LINE)), "tax_lines": each(_TAX),
    "payment_gateway_names": each(text),
    "transactions": each(thing({"gateway": needed(text), "amount": needed(amount)})),
    "discount_codes": each(thing({"code": text, "amount": amount})), "discount_applications": each(thing({})),
}  # fmt: skip
CANCELLING: Fields = {"reason": text, "restock": flag, "refund": flag}
PAYMENT: Fields = {"amount": amount}
_VARIANT: Fields = {
    **{key: text for key in ("title", "sku", "inventory_policy")},
    **{key: flag for key in ("requires_shipping", "taxable")},
    "price": amount, "compare_at_price": amount, "stock": number, "inventory_quantity": number, "grams": number,
}  # fmt: skip
_METAFIELD = thing({"namespace": needed(text), "key": needed(text), "type": text})
PRODUCT: Fields = {
    **{key: text for key in ("title", "body_html", "vendor", "product_type", "tags", "status")},
    "published_at": moment, "price": amount, "tax_rate": amount, "variants": each(thing(_VARIANT)),
    "_metafields": each(_METAFIELD), "_collections": each(word),
}  # fmt: skip
PRODUCT_CHANGE: Fields = {**PRODUCT, "variants": each(thing({**_VARIANT, "id": needed(number)}))}
TRACKING: Fields = {
    "company": text, "tracking_company": text, "tracking_number": word, "tracking_numbers": each(word),
    "tracking_url": text, "tracking_urls": each(text),
}  # fmt: skip
PARCEL: Fields = {
    **TRACKING,
    "lines": each(thing({"id": needed(whole), "quantity": whole})), "location_id": number,
}  # fmt: skip
SCAN: Fields = {
    **{key: text for key in ("status", "message", "address1", "city", "province", "country", "zip", "status_detail")},
    "tracking_number": word, "happened_at": moment, "estimated_delivery_at": moment,
}  # fmt: skip
CUSTOMER: Fields = {
    **{key: text for key in ("email", "phone", "first_name", "last_name", "note", "state", "_locale")},
    "addresses": each(thing(ADDRESS)), "default_address": thing(ADDRESS),
}  # fmt: skip
SCOPES: Fields = {"scopes": text}
SHOP: Fields = {
    **{key: text for key in ("name", "email", "customer_email", "phone", "plan_name", "plan_display_name")},
    "currency": currency, "iana_timezone": zone,
}  # fmt: skip
MARKET: Fields = {"handle": text, "name": text, "status": text, "regions": each(text)}
COMPLIANCE: Fields = {"topic": text, "customer_id": whole, "orders": each(number)}
GRAPHQL: Fields = {"query": needed(text), "variables": thing({}), "operationName": text}
FAULT: Fields = {"kind": text, "match": text, "count": number, "seconds": amount, "deep": flag}
