"""A sparse order made whole: what the caller gave is kept, everything else is filled in as a checkout would."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

from devstore.gids import gid
from devstore.money import NOTHING, Bag, Currencies, bag_of, rate_between, text, total
from devstore.refusals import Refusal
from devstore.store import Document
from devstore.world import World

TAX_RATES = {"SE": "0.25", "DE": "0.19", "FR": "0.20", "NL": "0.21", "ES": "0.21", "GB": "0.20", "AT": "0.20"}
TAX_TITLES = {"SE": "Moms", "DE": "MwSt", "FR": "TVA", "NL": "BTW", "ES": "IVA", "GB": "VAT", "AT": "MwSt"}

PLAIN = {
    **dict.fromkeys(("app_id", "billing_address", "browser_ip", "cancel_reason", "cancelled_at", "cart_token")),
    **dict.fromkeys(("checkout_token", "client_details", "closed_at", "customer", "device_id", "landing_site")),
    **dict.fromkeys(("landing_site_ref", "location_id", "merchant_of_record_app_id", "note", "payment_terms", "phone")),
    **dict.fromkeys(("po_number", "reference", "referring_site", "shipping_address", "source_identifier")),
    **dict.fromkeys(("source_url", "user_id", "company", "customer_locale", "fulfillment_status", "email")),
    **dict.fromkeys(("current_total_additional_fees_set", "current_total_duties_set")),
    **dict.fromkeys(("original_total_additional_fees_set", "original_total_duties_set")),
    **{"buyer_accepts_marketing": False, "confirmed": True, "duties_included": False, "estimated_taxes": False},
    **{"tax_exempt": False, "test": False, "tags": "", "source_name": "web", "taxes_included": True},
    **{"merchant_business_entity_id": "MTYxMjA0MzMyNzAx", "total_tip_received": "0.00"},
}
PLAIN_TAX = {"title": "Tax", "rate": 0.0, "channel_liable": False}
EMPTY_LISTS = (
    *("discount_applications", "discount_codes", "fulfillments", "line_item_groups", "note_attributes", "refunds"),
    *("returns", "shipping_lines", "tax_lines"),
)


def complete(world: World, given: dict[str, Any]) -> Document:
    """The whole order document. Taxes and discount allocations stay as given; totals are always added up anew."""
    if not given.get("line_items"):
        raise Refusal("line_items must name at least one line.")
    order = {**PLAIN, **{key: [] for key in EMPTY_LISTS}, **given}
    order.pop("transactions", None)  # payments are documents of their own
    currencies = _currencies(world, given)
    order |= _identity(world, given) | {"currency": currencies.shop, "presentment_currency": currencies.presentment}
    order |= _buyer(world, given)
    country = ((order.get("shipping_address") or order.get("billing_address") or {}) or {}).get("country_code")
    order["line_items"] = [_line(world, order, line, currencies, country) for line in given["line_items"]]
    order["shipping_lines"] = [_shipping_line(world, line, currencies) for line in order["shipping_lines"] or []]
    return order | original_totals(order, currencies)


def original_totals(order: Document, currencies: Currencies) -> Document:
    """The sums of an order as it was placed, in shop money and as sets."""
    lines, shipping = order["line_items"], order["shipping_lines"]
    goods = total(bag_of(line["price_set"]).times(line["quantity"]) for line in lines)
    line_cuts = total(allocated(line) for line in lines)
    shipping_cuts = total(allocated(line) for line in shipping)
    postage = total(bag_of(line["price_set"]) for line in shipping)
    tax = total(bag_of(tax["price_set"]) for line in [*lines, *shipping] for tax in line["tax_lines"])
    subtotal = goods - line_cuts
    whole = subtotal + postage - shipping_cuts + (NOTHING if order["taxes_included"] else tax)
    sums = {
        "subtotal_price": subtotal,
        "total_price": whole,
        "total_tax": tax,
        "total_discounts": line_cuts + shipping_cuts,
        "total_line_items_price": goods,
    }
    answer: Document = {}
    for name, bag in sums.items():
        answer[name] = text(bag.shop, currencies.shop)
        answer[f"{name}_set"] = currencies.money_set(bag)
    zero = currencies.zero_set()
    return answer | {
        "total_shipping_price_set": currencies.money_set(postage),
        "total_cash_rounding_payment_adjustment_set": zero,
        "total_cash_rounding_refund_adjustment_set": zero,
        "total_weight": sum(line["grams"] * line["quantity"] for line in lines),
        "tax_lines": order["tax_lines"] or _gathered(lines, shipping, currencies),
    }


def allocated(line: Document) -> Bag:
    """What all discounts take off a line, whole quantity."""
    return total(bag_of(each["amount_set"]) for each in line.get("discount_allocations", ()))


def find_variant(world: World, variant_id: int) -> tuple[Document, Document]:
    """The product and its variant; raises Refusal when no product has it."""
    for product in world.store.all("product"):
        for variant in product["variants"]:
            if variant["id"] == variant_id:
                return product, variant
    raise Refusal(f"There is no variant with the id {variant_id}.", field=("line_items", "variant_id"))


def _currencies(world: World, given: dict[str, Any]) -> Currencies:
    shop = given.get("currency") or world.shop()["currency"]
    presentment = given.get("presentment_currency") or shop
    sets = [line["price_set"] for line in given["line_items"] if line.get("price_set")]
    priced = total(bag_of(each) for each in sets)
    rate = priced.presentment / priced.shop if priced.shop else rate_between(shop, presentment)
    return Currencies(shop, presentment, rate)


def _identity(world: World, given: dict[str, Any]) -> Document:
    id = given.get("id") or world.store.next_id("order")
    if world.store.peek("order", id):
        raise Refusal(f"There is already an order with the id {id}.")
    last = max((order["order_number"] for order in world.store.all("order")), default=1000)
    number = given.get("order_number") or last + 1
    token = given.get("token") or secrets.token_hex(16)
    now = given.get("created_at") or world.now_text()
    origin, shop = world.config.public_origin, world.shop()["id"]
    return {
        "id": id,
        "admin_graphql_api_id": gid("Order", id),
        "name": given.get("name") or f"#{number}",
        "number": number - 1000,
        "order_number": number,
        "confirmation_number": given.get("confirmation_number") or secrets.token_hex(5).upper()[:9],
        "token": token,
        "order_status_url": f"{origin}/{shop}/orders/{token}/authenticate?key={secrets.token_hex(16)}",
        "created_at": now,
        "processed_at": given.get("processed_at") or now,
        "updated_at": now,
    }


def _buyer(world: World, given: dict[str, Any]) -> Document:
    wanted = given.get("customer") or {}
    known = world.store.peek("customer", wanted["id"]) if wanted.get("id") else None
    if known is None and wanted.get("email"):
        known = next(iter(world.store.find("customer", email=wanted["email"])), None)
    email = given.get("email") or (known or wanted).get("email")
    customer = None
    if known:
        customer = {key: value for key, value in known.items() if key != "addresses" and not key.startswith("_")}
    shipping = _address(given.get("shipping_address"))
    locale = given.get("customer_locale") or (known or {}).get("_locale")
    return {
        "email": email,
        "contact_email": given.get("contact_email", email),
        "customer": customer,
        "shipping_address": shipping,
        "billing_address": _address(given.get("billing_address")) or shipping,
        "customer_locale": locale,
        "payment_gateway_names": given.get("payment_gateway_names") or _gateways(given) or ["shopify_payments"],
    }


def _gateways(given: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(str(each["gateway"]) for each in given.get("transactions") or ()))


def order_line(world: World, order: Document, given: Document, currencies: Currencies) -> Document:
    """One more line for an order that exists; its ``tax_lines`` must be given."""
    return _line(world, order, given, currencies, None)


def _address(given: Document | None) -> Document | None:
    if not given:
        return None
    keys = ("address1", "address2", "city", "company", "country", "country_code", "first_name", "last_name")
    more = ("latitude", "longitude", "phone", "province", "province_code", "zip")
    whole = dict.fromkeys((*keys, *more)) | given
    whole["name"] = given.get("name") or " ".join(part for part in (whole["first_name"], whole["last_name"]) if part)
    return whole


def _line(world: World, order: Document, given: Document, currencies: Currencies, country: str | None) -> Document:
    quantity = given.get("quantity", 1)
    if not isinstance(quantity, int) or quantity < 1:
        raise Refusal("The quantity of a line must be a whole number of at least 1.", field=("line_items", "quantity"))
    line = {**_of_catalogue(world, given), **given, "quantity": quantity}
    if line.get("price") is None and not line.get("price_set"):
        raise Refusal("A line needs a variant_id, or a title and a price.", field=("line_items", "price"))
    id = given.get("id") or world.store.next_id("line_item")
    price = bag_of(given["price_set"]) if given.get("price_set") else currencies.bag(Decimal(str(line["price"])))
    line |= {
        "id": id,
        "admin_graphql_api_id": gid("LineItem", id),
        "price": text(price.shop, currencies.shop),
        "price_set": given.get("price_set") or currencies.money_set(price),
        "total_discount": given.get("total_discount", text(Decimal(0), currencies.shop)),
        "total_discount_set": given.get("total_discount_set") or currencies.zero_set(),
        "discount_allocations": [
            _with_set(each, "amount", currencies) for each in line.get("discount_allocations") or []
        ],
        "current_quantity": quantity,
        "fulfillable_quantity": quantity,
        "fulfillment_status": None,
    }
    net = price.times(quantity) - allocated(line)
    if given.get("tax_lines") is not None:
        line["tax_lines"] = [_with_set(PLAIN_TAX | each, "price", currencies) for each in given["tax_lines"]]
    else:
        line["tax_lines"] = _taxes(line, net, order, currencies, country)
    line.pop("_tax_rate", None)
    return line


def _of_catalogue(world: World, given: Document) -> Document:
    plain: Document = {
        **dict.fromkeys(("product_id", "variant_id", "variant_title", "vendor", "sales_line_item_group_id")),
        **{"sku": "", "grams": 0, "requires_shipping": True, "taxable": True, "gift_card": False},
        **{"fulfillment_service": "manual", "variant_inventory_management": None, "product_exists": False},
        **{"properties": [], "attributed_staffs": [], "duties": [], "title": "", "name": given.get("title", "")},
    }
    if not given.get("variant_id"):
        return plain
    product, variant = find_variant(world, given["variant_id"])
    shown = None if variant["title"] == "Default Title" else variant["title"]
    return plain | {
        "product_id": product["id"],
        "variant_id": variant["id"],
        "title": product["title"],
        "variant_title": shown,
        "name": product["title"] + (f" - {shown}" if shown else ""),
        "sku": variant.get("sku") or "",
        "vendor": product.get("vendor"),
        "price": variant["price"],
        "grams": variant.get("grams") or 0,
        "requires_shipping": variant.get("requires_shipping", True),
        "taxable": variant.get("taxable", True),
        "gift_card": bool(product.get("_gift_card")),
        "variant_inventory_management": variant.get("inventory_management"),
        "product_exists": True,
        "_tax_rate": product.get("_tax_rate"),
    }


def _taxes(line: Document, net: Bag, order: Document, currencies: Currencies, country: str | None) -> list[Document]:
    own_rate = line.get("_tax_rate")
    rate = Decimal(str(own_rate if own_rate is not None else TAX_RATES.get(country or "", "0")))
    if not rate or not line["taxable"] or order["tax_exempt"]:
        return []
    share = rate / (1 + rate) if order["taxes_included"] else rate
    tax = currencies.round(net.times(share))
    return [
        {
            "title": TAX_TITLES.get(country or "", "Tax"),
            "rate": float(rate),
            "price": text(tax.shop, currencies.shop),
            "price_set": currencies.money_set(tax),
            "channel_liable": False,
        }
    ]


def _shipping_line(world: World, given: Document, currencies: Currencies) -> Document:
    price = (
        bag_of(given["price_set"]) if given.get("price_set") else currencies.bag(Decimal(str(given.get("price") or 0)))
    )
    cuts = [_with_set(each, "amount", currencies) for each in given.get("discount_allocations") or []]
    line = {
        **dict.fromkeys(("carrier_identifier", "phone", "requested_fulfillment_service_id")),
        **{"title": "Standard", "code": given.get("title", "Standard"), "source": "shopify", "is_removed": False},
        **given,
        "id": given.get("id") or world.store.next_id("shipping_line"),
        "price": text(price.shop, currencies.shop),
        "price_set": currencies.money_set(price),
        "discount_allocations": cuts,
        "tax_lines": [_with_set(PLAIN_TAX | each, "price", currencies) for each in given.get("tax_lines") or []],
    }
    net = price - allocated(line)
    line["discounted_price"] = text(net.shop, currencies.shop)
    line["discounted_price_set"] = line["current_discounted_price_set"] = currencies.money_set(net)
    return line


def _with_set(given: Document, key: str, currencies: Currencies) -> Document:
    """An allocation or tax line with both its plain amount and its set."""
    if given.get(f"{key}_set"):
        bag = bag_of(given[f"{key}_set"])
        return {**given, key: given.get(key, text(bag.shop, currencies.shop))}
    bag = currencies.bag(Decimal(str(given[key])))
    return {**given, key: text(bag.shop, currencies.shop), f"{key}_set": currencies.money_set(bag)}


def _gathered(lines: list[Document], shipping: list[Document], currencies: Currencies) -> list[Document]:
    """The order's own tax lines: those of lines and postage, added up by name and rate."""
    sums: dict[tuple[str, float], Bag] = {}
    for tax in (tax for line in [*lines, *shipping] for tax in line["tax_lines"]):
        key = (tax["title"], tax["rate"])
        sums[key] = sums.get(key, NOTHING) + bag_of(tax["price_set"])
    return [
        {
            "title": title,
            "rate": rate,
            "price": text(bag.shop, currencies.shop),
            "price_set": currencies.money_set(bag),
            "channel_liable": False,
        }
        for (title, rate), bag in sums.items()
    ]
