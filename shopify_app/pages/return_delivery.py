"""Where an exchange is sent: the order's address, and its correction within the country. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from babel import Locale

from shopify_app.i18n import Phrase, phrase
from shopify_app.i18n.countries import COUNTRIES, named_in
from shopify_app.orders.models import Order
from shopify_app.pages.return_page import AddressForm
from shopify_app.pages.texts import plain

FIELDS: tuple[tuple[str, Phrase, str], ...] = (
    ("first_name", phrase("First name"), "given-name"),
    ("last_name", phrase("Last name"), "family-name"),
    ("address1", phrase("Street and number"), "address-line1"),
    ("address2", phrase("Addition, care of"), "address-line2"),
    ("zip", phrase("Postcode"), "postal-code"),
    ("city", phrase("City"), "address-level2"),
)
"""(Shopify's key, label, autocomplete); the country stays as it is, where there is one (`COUNTRY`)."""
COUNTRY = "country_code"
NEEDED: Mapping[str, Phrase] = {
    "last_name": phrase("Please enter the last name."),
    "address1": phrase("Please enter the street and number."),
    "city": phrase("Please enter the city."),
    COUNTRY: phrase("Please choose the country."),
}
"""What an address cannot do without, and the sentence where it is missing."""


def address_of(order: Order, correction: Mapping[str, str] | None) -> dict[str, str]:
    """The address with Shopify's keys: the correction, else the order's own."""
    known: Mapping[str, str | None] = correction or json.loads(order.shipping_address or "{}")
    return {key: value for key, value in known.items() if value}


def typed_in(form: Mapping[str, str], order: Order) -> dict[str, str]:
    """The address as it was typed into `form`. A country is taken only for an order without an address, and only one
    that there is."""
    found = {name: plain(form.get(name), 120) for name, _, _ in FIELDS}
    chosen = form.get(COUNTRY, "")
    return found | {COUNTRY: address_of(order, None).get(COUNTRY) or (chosen if chosen in COUNTRIES else "")}


def corrected(typed: Mapping[str, str]) -> list[tuple[str, Phrase]]:
    """What is wrong with an address as it was typed."""
    return [(f"address-{name}", missing) for name, missing in NEEDED.items() if not typed.get(name)]


def address_form(
    order: Order, correction: Mapping[str, str] | None, typed: Mapping[str, str] | None, language: str
) -> AddressForm:
    """The address as it is, and the form to correct it, filled in with what was typed last; the country by its name in
    `language` (``de``)."""
    known, is_fixed = address_of(order, correction), COUNTRY in address_of(order, None)
    name = " ".join(part for part in (known.get("first_name"), known.get("last_name")) if part)
    town = " ".join(part for part in (known.get("zip"), known.get("city")) if part)
    code = known.get(COUNTRY, "")
    country = Locale(language).territories.get(code, code)
    shown = (name, known.get("company"), known.get("address1"), known.get("address2"), town, country)
    values = typed if typed is not None else known
    return AddressForm(
        shown=tuple(plain(line, 120) for line in shown if line),
        country=plain(country, 120) if is_fixed else values.get(COUNTRY, ""),
        countries=() if is_fixed else named_in(language),
        fields=tuple((name, label, plain(values.get(name), 120), complete) for name, label, complete in FIELDS),
    )
