"""The shop itself: its own document, its places, policies, pages and discounts."""

from datetime import datetime, timedelta
from typing import Any

from devstore.seed.how_to import film_pages
from devstore.seed.numbering import Numbering, gid
from devstore.seed.texts import table

Document = dict[str, Any]
NAME = "Hedvall & Daughters"
COUNTRIES = {
    "SE": "Sweden",
    "DE": "Germany",
    "FR": "France",
    "NL": "Netherlands",
    "ES": "Spain",
    "GB": "United Kingdom",
    "US": "United States",
    "JP": "Japan",
    "KW": "Kuwait",
}
LOCALES = ["en", "de", "sv", "fr", "es", "nl"]
CURRENCIES = ["EUR", "SEK", "GBP", "USD", "JPY", "KWD"]


def shop_document(numbers: Numbering, now: datetime, shop: str, origin: str, main_location: int) -> Document:
    """The shop as `shop/update` sends it, plus what only GraphQL tells, under `_` keys."""
    return {
        "id": numbers.next("shop"),
        "name": NAME,
        "email": "hej@hedvall.example",
        "customer_email": "hej@hedvall.example",
        "phone": "+46313900612",
        "domain": origin.split("//")[-1],
        "myshopify_domain": shop,
        "shop_owner": "Mara Hedvall",
        **_seat(),
        "created_at": (now - timedelta(days=1240)).isoformat(timespec="seconds"),
        "updated_at": (now - timedelta(days=12)).isoformat(timespec="seconds"),
        "primary_location_id": main_location,
        **_regional(),
        **_plan(),
        "_primary_domain": {"host": origin.split("//")[-1], "url": origin},
        "_locales": [{"locale": code, "primary": code == "en", "published": True} for code in LOCALES],
        "_customer_accounts": "REQUIRED_NEW_CUSTOMER_ACCOUNTS",
    }


def _seat() -> Document:
    seat = table("house")["location"][0]
    return {
        "address1": seat["address1"],
        "address2": None,
        "city": seat["city"],
        "zip": seat["zip"],
        "province": "Västra Götaland",
        "province_code": "O",
        "country": "SE",
        "country_code": "SE",
        "country_name": "Sweden",
        "latitude": seat["latitude"],
        "longitude": seat["longitude"],
    }


def _regional() -> Document:
    return {
        "currency": "EUR",
        "enabled_presentment_currencies": CURRENCIES,
        "money_format": "€{{amount_with_comma_separator}}",
        "money_in_emails_format": "€{{amount_with_comma_separator}}",
        "money_with_currency_format": "€{{amount_with_comma_separator}} EUR",
        "money_with_currency_in_emails_format": "€{{amount_with_comma_separator}} EUR",
        "primary_locale": "en",
        "timezone": "(GMT+01:00) Europe/Stockholm",
        "iana_timezone": "Europe/Stockholm",
        "weight_unit": "kg",
        "taxes_included": True,
        "tax_shipping": True,
        "county_taxes": False,
        "auto_configure_tax_inclusivity": True,
    }


def _plan() -> Document:
    return {
        "plan_name": "shopify_plus",
        "plan_display_name": "Shopify Plus",
        "checkout_api_supported": True,
        "eligible_for_payments": True,
        "finances": True,
        "google_apps_domain": None,
        "google_apps_login_enabled": None,
        "has_discounts": True,
        "has_gift_cards": True,
        "has_storefront": True,
        "marketing_sms_consent_enabled_at_checkout": False,
        "multi_location_enabled": True,
        "password_enabled": False,
        "pre_launch_enabled": False,
        "requires_extra_payments_agreement": False,
        "setup_required": False,
        "source": None,
        "transactional_sms_disabled": False,
    }


def location_documents(numbers: Numbering, now: datetime) -> list[Document]:
    """Warehouse first, then the two stores."""
    opened = (now - timedelta(days=1200)).isoformat(timespec="seconds")
    return [_location(row, numbers.next("location"), opened) for row in table("house")["location"]]


def _location(row: Document, number: int, opened: str) -> Document:
    return {
        "id": number,
        "admin_graphql_api_id": gid("Location", number),
        "name": row["name"],
        "address1": row["address1"],
        "address2": "",
        "city": row["city"],
        "zip": row["zip"],
        "province": "",
        "province_code": "",
        "country": row["country_code"],
        "country_code": row["country_code"],
        "country_name": COUNTRIES[row["country_code"]],
        "phone": row["phone"],
        "active": True,
        "legacy": False,
        "created_at": opened,
        "updated_at": opened,
        "_latitude": row["latitude"],
        "_longitude": row["longitude"],
        "_local_pickup": {"instructions": row["pickup"], "pickup_time": "TWENTY_FOUR_HOURS"}
        if "pickup" in row
        else None,
    }


def market_documents(numbers: Numbering) -> list[Document]:
    """Home, its neighbours, the Union, Great Britain and the rest; one for companies, and one that is only planned.
    Markets lie within one another: Sweden is in three of them."""
    return [
        {
            "id": numbers.next("market"),
            "handle": row["handle"],
            "name": row["name"],
            "status": row.get("status", "ACTIVE"),
            "type": row.get("type", "REGION"),
            "everywhere": False,
            "regions": row["regions"].split(),
        }
        for row in table("house")["market"]
    ]


def policy_documents(numbers: Numbering, now: datetime, origin: str) -> list[Document]:
    """Refund, shipping, privacy and terms; `type` is GraphQL's ShopPolicyType."""
    written = (now - timedelta(days=200)).isoformat(timespec="seconds")
    return [
        {
            "id": numbers.next("policy"),
            "type": row["type"],
            "handle": row["handle"],
            "title": row["title"],
            "body": row["body"].strip(),
            "url": f"{origin}/policies/{row['handle']}",
            "created_at": written,
            "updated_at": written,
        }
        for row in table("house")["policy"]
    ]


def page_documents(numbers: Numbering, now: datetime, origin: str) -> list[Document]:
    """Questions, about, contact, and one page per how-to film; served at `/pages/<handle>`."""
    written = (now - timedelta(days=150)).isoformat(timespec="seconds")
    rows = [(row["handle"], row["title"], row["body"].strip()) for row in table("house")["page"]]
    return [
        {
            "id": numbers.next("page"),
            "handle": handle,
            "title": title,
            "body_html": body,
            "author": "Mara Hedvall",
            "template_suffix": None,
            "published_at": written,
            "created_at": written,
            "updated_at": written,
        }
        for handle, title, body in rows + film_pages(origin)
    ]


def discount_documents(numbers: Numbering, now: datetime) -> list[Document]:
    """Codes and automatic discounts in force; the terms are under `_terms`."""
    begun = (now - timedelta(days=420)).isoformat(timespec="seconds")
    documents = []
    for row in table("house")["discount"]:
        number = numbers.next("discount")
        kind = "DiscountCodeNode" if row["code"] else "DiscountAutomaticNode"
        documents.append(
            {
                "id": number,
                "admin_graphql_api_id": gid(kind, number),
                "title": row["title"],
                "status": "ACTIVE",
                "created_at": begun,
                "updated_at": begun,
                "_terms": row,
            }
        )
    return documents
