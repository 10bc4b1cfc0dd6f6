"""How plain values are written: instants in UTC, decimals without padding, enum words, metafields, pictures."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from html import unescape
from typing import Any

from devstore.admin.connections import page
from devstore.admin.fields import Ask, Resolver, plain, resolver
from devstore.store import Document


@lru_cache(maxsize=50_000)
def instant(written: str | None) -> str | None:
    """A payload's time with offset as GraphQL's `DateTime`: UTC, ``Z``."""
    if not written:
        return None
    return datetime.fromisoformat(written.replace("Z", "+00:00")).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=50_000)
def decimal(written: Any) -> str:
    """`Decimal` as the Admin API writes it: at least one digit behind the point, no padding (``"48.6"``)."""
    plain_text = format(Decimal(str(written)).normalize(), "f")
    return plain_text if "." in plain_text else plain_text + ".0"


def at(key: str) -> Resolver:
    """A `DateTime` field."""
    return lambda document, ask, args: instant(document.get(key))


def word(key: str) -> Resolver:
    """An enum field from a payload's lower-case word; nothing stays null."""
    return lambda document, ask, args: document[key].upper() if document.get(key) else None


def money(key: str) -> Resolver:
    """A `Money` scalar field, in shop currency."""
    return lambda document, ask, args: None if document.get(key) is None else str(document[key])


def tags(document: Document) -> list[str]:
    """Tags as a list; payloads carry one comma-separated text."""
    return sorted({part.strip() for part in (document.get("tags") or "").split(",") if part.strip()})


def plain_text(html: str | None) -> str:
    """HTML without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html or "")).split())


def in_currency(amount: Any, currency: str) -> Document:
    """A `MoneyV2` source."""
    return {"amount": str(amount), "currency_code": currency}


plain(
    "MoneyV2",
    amount=lambda document, ask, args: decimal(document["amount"]),
    currencyCode=lambda document, ask, args: document.get("currency_code") or document["currency"],
)
plain("MoneyBag", shopMoney="shop_money", presentmentMoney="presentment_money")
plain("UserError", field="field", message="message")
plain("Count", count="count", precision=lambda document, ask, args: "EXACT")
plain("Attribute", key="name", value=lambda document, ask, args: str(document.get("value", "")))
plain("Weight", unit="unit", value="value")

plain(
    "MailingAddress",
    id=lambda document, ask, args: f"gid://shopify/MailingAddress/{address_id(document)}?model_name=Address",
    address1="address1",
    address2="address2",
    city="city",
    company="company",
    country="country",
    countryCode="country_code",
    countryCodeV2="country_code",
    firstName="first_name",
    lastName="last_name",
    name="name",
    phone="phone",
    province="province",
    provinceCode="province_code",
    latitude="latitude",
    longitude="longitude",
    zip="zip",
    coordinatesValidated=lambda document, ask, args: document.get("latitude") is not None,
    formattedArea=lambda document, ask, args: ", ".join(
        part for part in (document.get("city"), document.get("country")) if part
    ),
)


@resolver("MailingAddress", "formatted")
def _formatted(document: Document, ask: Ask, args: dict[str, Any]) -> list[str]:
    name = document.get("name") if args.get("withName") else None
    company = document.get("company") if args.get("withCompany", True) else None
    place = " ".join(part for part in (document.get("zip"), document.get("city")) if part)
    rows = (name, company, document.get("address1"), document.get("address2"), place, document.get("country"))
    return [row for row in rows if row]


def address_id(document: Document) -> int:
    """The address's own id, or a number that stays the same as long as the address does."""
    if document.get("id"):
        return document["id"]
    return int(hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:12], 16)


plain(
    "Metafield",
    id=lambda document, ask, args: f"gid://shopify/Metafield/{_metafield_id(document)}",
    legacyResourceId=lambda document, ask, args: _metafield_id(document),
    namespace="namespace",
    key="key",
    type="type",
    value=lambda document, ask, args: _metafield_text(document),
    jsonValue=lambda document, ask, args: _metafield_json(document),
)


def metafield(document: Document, ask: Ask, args: dict[str, Any]) -> Document | None:
    """The owner's metafield of the namespace and key, or null."""
    for each in document.get("_metafields") or []:
        if each["key"] == args["key"] and args.get("namespace") in (None, each["namespace"]):
            return {**each, "_owner": document.get("id")}
    return None


def metafields(document: Document, ask: Ask, args: dict[str, Any]) -> Any:
    """The owner's metafields; `keys` are ``namespace.key``."""
    keys = set(args.get("keys") or ())
    found = [
        {**each, "_owner": document.get("id")}
        for each in document.get("_metafields") or []
        if args.get("namespace") in (None, each["namespace"])
        and (not keys or f"{each['namespace']}.{each['key']}" in keys)
    ]
    return page(found, args)


def _metafield_id(document: Document) -> int:
    spelled = f"{document.get('_owner')}/{document['namespace']}/{document['key']}"
    return document.get("id") or int(hashlib.sha256(spelled.encode()).hexdigest()[:12], 16)


def _metafield_text(document: Document) -> str:
    value = document["value"]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _metafield_json(document: Document) -> Any:
    value = document["value"]
    return json.loads(value) if isinstance(value, str) and document.get("type") == "json" else value


plain("Image", altText="alt", height="height", width="width", src="src", originalSrc="src")
plain("Image", url=lambda document, ask, args: document["src"])
plain(
    "Image",
    id=lambda document, ask, args: f"gid://shopify/ImageSource/{document['id']}" if document.get("id") else None,
)
