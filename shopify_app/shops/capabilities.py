"""What a shop has granted and switched on, and what cannot work without it. Sentences for merchants and operators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shopify_app.i18n import Phrase, phrase
from shopify_app.shopify.scopes import missing_scopes

NEW_ACCOUNTS = "new_customer_accounts"
RETURNS_NEED: Mapping[str, str] = {
    "write_returns": "approving, receiving and settling returns",
    "write_orders": "refunds",
    "read_fulfillments": "knowing what was sent and when it arrived",
    "read_products": "offering another size or colour",
    "read_inventory": "offering what is in stock",
    "read_locations": "taking goods back into stock",
    "read_customers": "store credit and caps per customer",
    "read_store_credit_accounts": "showing a balance of store credit",
    "write_store_credit_account_transactions": "store credit and its bonus",
    "write_gift_cards": "a bonus as a gift card",
    "write_order_edits": "changing an order after its return was processed",
    "write_merchant_managed_fulfillment_orders": "sending the replacement of an exchange",
}
"""Each scope that returns cannot do without (Admin API 2026-10, "access scopes"), and what it is for."""


def credit_bar(profile: Mapping[str, Any]) -> Phrase | None:
    """Why this shop cannot give store credit, with what to do; None where it can or nobody knows yet."""
    accounts, enabled = profile.get("customer_accounts"), profile.get("store_credit")
    if accounts and accounts != NEW_ACCOUNTS:
        return phrase(
            "Store credit lives in Shopify’s new customer accounts, and the shop uses the older ones: switch in "
            "Shopify under Settings > Customer accounts. Until then shoppers are offered refunds and exchanges only."
        )
    if enabled is False:
        return phrase(
            "Store credit is switched off: switch it on in Shopify under Settings > Customer accounts > Store credit. "
            "Until then shoppers are offered refunds and exchanges only."
        )
    return None


def credit_limits(bonus_is_card: bool) -> tuple[Phrase, ...]:
    """Who gets no store credit even where it can be given, and what a bonus is, in sentences."""
    return (
        phrase(
            "Company orders, and orders without a customer, get no store credit: Shopify has no account to put it into."
        ),
        phrase("Bonuses are given as gift cards; the shopper’s own money never is.")
        if bonus_is_card
        else phrase("A bonus is a credit of its own."),
        phrase(
            "A bonus expires, after 12 months where your policy says nothing else; the shopper’s own money as credit "
            "does not."
        ),
    )


def missing_for_returns(granted: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The scopes that returns lack, each with what cannot work without it."""
    return tuple((scope, RETURNS_NEED[scope]) for scope in missing_scopes(granted, RETURNS_NEED))
