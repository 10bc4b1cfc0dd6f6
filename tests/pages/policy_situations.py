"""The page of the returns policy, each kind of policy once, without a database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from page_situations import SUPPORT

from shopify_app.pages.moment import Here
from shopify_app.pages.policy_page import CARRIED, page_of
from shopify_app.pages.return_items import REASON_WORDS
from shopify_app.pages.support import support_block
from shopify_app.returns.amounts import Rates
from shopify_app.returns.condition_words import Names
from shopify_app.returns.document import read_policy
from shopify_app.returns.plain_words import Telling
from shopify_app.returns.presets import PRESETS
from shopify_app.returns.rules import Policy, PolicyVersion
from shopify_app.zones import zone_named

SINCE = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
SEEDED = Path(__file__).resolve().parents[2] / "devstore" / "seed" / "policy.json"
MANY_WAYS: dict[str, Any] = {
    "rules": [
        {"name": "Outlet {{ 7 }}", "when": {"collection_ids": [41], "price_paid": {"at_most": "20.00"}},
         "then": {"outcomes": ["store_credit"], "windows": {"any": {"latest_day": 14}}}},
        {"name": "Unnamed <b>", "when": {"product_ids": [99]}, "then": {"outcomes": []},
         "says": {"en": "Made to measure {{ 7 }}<b>.", "de": "Nach Maß gefertigt {{ 7 }}<b>."}},
        {"name": "Far away", "when": {"countries": ["JP", "US", "AU"], "company": False},
         "then": {"windows": {"any": {"earliest_day": 3, "latest_day": 60}}, "keep_item_below": "15.00",
                  "money_events": {"any": "inspection"}}},
        {"name": "Everything", "then": {
            "outcomes": ["refund", "store_credit", "variant_exchange"], "methods": ["own_carrier", "in_store"],
            "windows": {"refund": {"latest_day": 14}, "store_credit": {}, "any": {"latest_day": 30}},
            "restocking_percent": "12.5", "waive_restocking_for": ["store_credit", "variant_exchange"],
            "shipping_fee": {"shop": "4.90", "SEK": "49"}, "bonus": {"any": {"flat": "10.00"}},
            "bonus_cap_per_customer": {"amount": "50.00", "days": 365}, "question": {"en": "What was wrong?"},
            "photos": True, "money_events": {"refund": "inspection", "any": "approval"}},
         "says": {"en": "Unworn, and with its label.", "de": "Ungetragen und mit Etikett."}},
    ],
    "assumed_transit_by_country": {"SE": 1, "JP": 12}, "tender_order": "proportional", "waive_balance_up_to": "0.50",
}  # fmt: skip


def policies() -> dict[str, Policy]:
    """Each by a name."""
    named = {f"policy_{name}": preset.policy for name, preset in PRESETS.items()}
    read = {"policy_seeded": read_policy(SEEDED.read_text()), "policy_many_ways": read_policy(json.dumps(MANY_WAYS))}
    return named | read


def policy_pages(language: str = "en") -> dict[str, tuple[str, dict[str, Any]]]:
    """Name -> (template, what it is rendered with)."""
    zone = zone_named("Europe/Stockholm")
    support = support_block(SUPPORT, None, Here(SINCE, zone, zone))
    names = Names(collections={41: "Outlet {{ 7 }}<b>"}, reasons=REASON_WORDS)
    telling = Telling((Rates("EUR", "EUR"), Rates("SEK", "EUR")), CARRIED, names)
    pages = {}
    for number, (name, policy) in enumerate(policies().items(), 1):
        page = page_of(PolicyVersion(number, SINCE, policy), telling, "Europe/Stockholm", language)
        is_order = name == "policy_many_ways"
        page = replace(page, start="/apps/order-care/returns", order="#1042" if is_order else None)
        pages[name] = ("storefront/return_policy.html", {"page": page, "support": None if is_order else support})
    return pages
