"""The cart of the storefront and the order a checkout makes of it. Pure but for reading the catalogue."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from devstore.drops import collections_of, find_variant, is_on_sale_here, product_drop, variant_drop
from devstore.store import Document, Store

COUNTRIES = {
    "DE": "Germany",
    "SE": "Sweden",
    "FR": "France",
    "NL": "Netherlands",
    "ES": "Spain",
    "GB": "United Kingdom",
    "US": "United States",
}
LANGUAGES = {"en": "English", "de": "Deutsch", "sv": "Svenska", "fr": "Français", "es": "Español", "nl": "Nederlands"}
FREE_SHIPPING_FROM_CENTS = 12000  # within the EU, as the shop's shipping policy says
SHIPPING_CENTS = {"DE": 590, "SE": 490, "GB": 990, "US": 1490}
OTHER_SHIPPING_CENTS = 790
MOST_OF_ONE = 99
_PERMALINK = re.compile(r"^(\d+:\d+)(,\d+:\d+)*$")
_ATTRIBUTE = re.compile(r"^attributes\[(.+)\]$")


@dataclass(frozen=True)
class Cart:
    """Quantities by variant id, with what a permalink or theme said about the order to come."""

    quantities: tuple[tuple[int, int], ...] = ()
    discount: str = ""
    note: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    landing_site: str = field(default="/")

    @classmethod
    def from_cookie(cls, text: str | None) -> "Cart":
        """The cart in the cookie; an unreadable cookie is an empty cart."""
        try:
            stored = json.loads(text or "{}")
            pairs = [(int(variant), int(quantity)) for variant, quantity in stored.get("items", [])]
            attributes = tuple((str(key), str(value)) for key, value in stored.get("attributes", []))
            told = {name: str(stored[name]) for name in ("discount", "note", "landing_site") if name in stored}
        except (ValueError, TypeError, AttributeError):
            return cls()
        return cls(_clean(pairs), attributes=attributes, **told)

    def to_cookie(self) -> str:
        """What `from_cookie` reads."""
        stored = {"items": self.quantities, "discount": self.discount, "note": self.note}
        return json.dumps(stored | {"attributes": self.attributes, "landing_site": self.landing_site})

    def plus(self, variant_id: int, quantity: int) -> "Cart":
        """The cart with `quantity` more of the variant."""
        now = dict(self.quantities)
        return replace(self, quantities=_clean((now | {variant_id: now.get(variant_id, 0) + quantity}).items()))

    def holding(self, variant_id: int, quantity: int) -> "Cart":
        """The cart with exactly `quantity` of the variant; 0 takes it out."""
        return replace(self, quantities=_clean((dict(self.quantities) | {variant_id: quantity}).items()))

    @property
    def count(self) -> int:
        """Pieces in the cart."""
        return sum(quantity for _, quantity in self.quantities)


def _clean(pairs: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    return tuple((variant, min(quantity, MOST_OF_ONE)) for variant, quantity in pairs if quantity > 0)


def from_permalink(text: str, query: Mapping[str, str]) -> Cart | None:
    """The cart of `/cart/<variant>:<quantity>[,...]?discount=&note=&attributes[key]=value`; None if malformed."""
    if not _PERMALINK.match(text):
        return None
    pairs = [tuple(int(number) for number in pair.split(":")) for pair in text.split(",")]
    attributes = [(found.group(1), value) for key, value in query.items() if (found := _ATTRIBUTE.match(key))]
    return Cart(
        _clean((variant, quantity) for variant, quantity in pairs),
        discount=query.get("discount", ""),
        note=query.get("note", ""),
        attributes=tuple(attributes),
    )


def cart_drop(store: Store, cart: Cart, country: str = "DE") -> dict[str, Any]:
    """The `cart` object: lines that are for sale with their totals, shipping to `country`, prices in minor units."""
    items = [item for pair in cart.quantities if (item := _item(store, *pair)) is not None]
    subtotal = sum(item["line_price"] for item in items)
    saved = _discount_cents(store, cart.discount, subtotal)
    shipping = shipping_cents(country, subtotal - saved) if items else 0
    return {
        "items": items,
        "item_count": sum(item["quantity"] for item in items),
        "subtotal": subtotal,
        "discount_code": cart.discount if saved else "",
        "discount": saved,
        "shipping": shipping,
        "total_price": subtotal - saved + shipping,
    }


def _item(store: Store, variant_id: int, quantity: int) -> dict | None:
    found = find_variant(store, variant_id)
    if found is None or not is_on_sale_here(found[0]):
        return None
    product, variant = found
    images = {
        image["id"]: {"src": image["src"], "alt": image.get("alt") or ""} for image in product.get("images") or []
    }
    drop = variant_drop(product, variant, images)
    price = drop["price"] or 0
    title = "" if drop["title"] == "Default Title" else drop["title"]
    own = product_drop(product, collections_of(store, product))
    return {**drop, "title": title, "quantity": quantity, "line_price": price * quantity, "product": own}


def shipping_cents(country: str, subtotal: int) -> int:
    """What the shop takes for sending goods worth `subtotal` to `country`."""
    free = subtotal >= FREE_SHIPPING_FROM_CENTS and country not in {"GB", "US"}
    return 0 if free else SHIPPING_CENTS.get(country, OTHER_SHIPPING_CENTS)


def discount_named(store: Store, code: str) -> Document | None:
    """The terms (`code, value_type, value`) of the discount with this code, whatever its case."""
    wanted = code.strip().casefold()
    terms = (discount.get("_terms") or {} for discount in store.all("discount"))
    return next((each for each in terms if each.get("code") and each["code"].casefold() == wanted), None)


def _discount_cents(store: Store, code: str, subtotal: int) -> int:
    discount = discount_named(store, code) if code else None
    if discount is None:
        return 0
    value = abs(float(discount.get("value") or 0))
    saved = subtotal * value / 100 if discount.get("value_type") == "percentage" else value * 100
    return min(subtotal, round(saved))


def order_body(store: Store, cart: Cart, form: Mapping[str, str], customer: Mapping | None, now: datetime) -> Document:
    """What the checkout posts to the control API: a sparse order in the shape of the `orders/create` payload."""
    address = _address(form)
    drop = cart_drop(store, cart, address["country_code"])
    email = form["email"].strip()
    buyer = {"id": customer["id"]} if customer else {}
    body: Document = {
        "email": email,
        "contact_email": email,
        "phone": form.get("phone", "").strip() or None,
        "customer": buyer | {"email": email, "first_name": address["first_name"], "last_name": address["last_name"]},
        "line_items": [{"variant_id": item["id"], "quantity": item["quantity"]} for item in drop["items"]],
        "shipping_address": address,
        "billing_address": address,
        "shipping_lines": [{"title": "Standard", "code": "standard", "price": _amount(drop["shipping"])}],
        "customer_locale": form.get("locale", "en"),
        "financial_status": "paid",
        "payment_gateway_names": [form.get("payment", "visa")],
        "source_name": "web",
        "landing_site": cart.landing_site,
        "note": cart.note or None,
        "note_attributes": [{"name": name, "value": value} for name, value in cart.attributes],
        "processed_at": now.isoformat(timespec="seconds"),
    }
    if drop["discount"]:
        _discounted(body, drop, discount_named(store, cart.discount) or {})
    return body


def _discounted(body: Document, cart: Mapping, discount: Mapping) -> None:
    """Adds the code and its share on every line; the last line takes what rounding left."""
    body["discount_codes"] = [
        {"code": cart["discount_code"], "amount": _amount(cart["discount"]), "type": discount.get("value_type")}
    ]
    body["discount_applications"] = [
        {
            "type": "discount_code",
            "code": cart["discount_code"],
            "value": str(abs(float(discount.get("value") or 0))),
            "value_type": discount.get("value_type", "percentage"),
            "allocation_method": "across",
            "target_selection": "all",
            "target_type": "line_item",
        }
    ]
    left = cart["discount"]
    for place, (line, item) in enumerate(zip(body["line_items"], cart["items"], strict=True)):
        last = place == len(cart["items"]) - 1
        share = left if last else cart["discount"] * item["line_price"] // max(cart["subtotal"], 1)
        left -= share
        line["discount_allocations"] = [{"amount": _amount(share), "discount_application_index": 0}]


def _address(form: Mapping[str, str]) -> dict[str, Any]:
    country = form.get("country_code", "DE")
    first, last = form.get("first_name", "").strip(), form.get("last_name", "").strip()
    return {
        "first_name": first,
        "last_name": last,
        "name": f"{first} {last}".strip(),
        "company": form.get("company", "").strip() or None,
        "address1": form.get("address1", "").strip(),
        "address2": form.get("address2", "").strip() or None,
        "zip": form.get("zip", "").strip(),
        "city": form.get("city", "").strip(),
        "province": form.get("province", "").strip() or None,
        "phone": form.get("phone", "").strip() or None,
        "country": COUNTRIES.get(country, country),
        "country_code": country,
    }


def missing_fields(form: Mapping[str, str]) -> dict[str, str]:
    """A sentence for every field the checkout still needs, by field name."""
    needed = {
        "email": "Enter your e-mail address.",
        "last_name": "Enter your last name.",
        "address1": "Enter your street and number.",
        "zip": "Enter your postcode.",
        "city": "Enter your city.",
    }
    missing = {name: sentence for name, sentence in needed.items() if not form.get(name, "").strip()}
    email = form.get("email", "")
    if email and ("@" not in email or " " in email.strip()):
        missing["email"] = "That does not look like an e-mail address."
    if form.get("country_code", "DE") not in COUNTRIES:
        missing["country_code"] = "We do not ship there yet."
    return missing


def _amount(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
