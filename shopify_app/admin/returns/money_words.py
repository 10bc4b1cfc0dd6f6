"""A return's money in the staff's words: when it moves, how far it is, where it goes, and what each sum stands for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.badges import NEEDS_LOOK, Badge
from shopify_app.returns.states import GroupState

GROUPS: Mapping[str, Badge] = MappingProxyType(
    {
        GroupState.WAITING: (phrase("Waits for approval"), "neutral"),
        GroupState.OPENING: (phrase("Being opened at Shopify"), "info"),
        GroupState.OPEN: (phrase("Open at Shopify"), "info"),
        GroupState.RELEASED: (phrase("Being settled"), "info"),
        GroupState.AWAITING_PAYMENT: (phrase("Waits for payment"), "caution"),
        GroupState.SETTLED: (phrase("Settled"), "success"),
        GroupState.FELL_AWAY: (phrase("Fell away"), "neutral"),
        GroupState.CANCELLED: (phrase("Cancelled"), "neutral"),
        GroupState.NEEDS_LOOK: NEEDS_LOOK,
    }
)
EVENTS: Mapping[str, Phrase] = MappingProxyType(
    {
        "approval": phrase("on approval"),
        "first_scan": phrase("on the carrier's first scan"),
        "delivery": phrase("when the parcel is delivered to you"),
        "receipt": phrase("when the goods are received"),
        "inspection": phrase("when the goods are inspected"),
        "by_hand": phrase("when you say so"),
    }
)
TENDERS: Mapping[str, Phrase] = MappingProxyType(
    {
        "payment": phrase("back to the payment"),
        "gift_card": phrase("back to the gift card"),
        "store_credit": phrase("back to the store credit it was paid with"),
        "balance": phrase("back to the balance paid later"),
    }
)
ACCOUNTS: Mapping[str, Phrase] = MappingProxyType(
    {
        "goods": phrase("Goods at list price"),
        "discount": phrase("Their discounts"),
        "tax": phrase("Their tax"),
        "reduction": phrase("Accepted at less"),
        "restocking_fee": phrase("Restocking fee"),
        "shipping_fee": phrase("Return shipping"),
        "delivery": phrase("Delivery, paid back"),
        "exchange_sale": phrase("New items"),
        "balance_due": phrase("Owed by the shopper"),
        "balance_paid": phrase("Paid by the shopper"),
        "waived": phrase("Not charged"),
        "refund": phrase("Refunded"),
        "store_credit_refund": phrase("Refunded as store credit"),
        "gift_card_refund": phrase("Refunded to the gift card"),
        "elsewhere": phrase("Settled in Shopify's own pages"),
        "bonus_expense": phrase("Bonus, your expense"),
        "bonus_issued": phrase("Bonus given"),
        "bonus_taken_back": phrase("Bonus taken back"),
        "bonus_consumed": phrase("Bonus, taken off new items"),
        "bonus_promised": phrase("Bonus promised and not needed"),
        "bonus_lapsed": phrase("Bonus lapsed"),
        "suggested": phrase("For comparison: Shopify suggested"),
        "difference": phrase("For comparison: explained difference"),
        "moved": phrase("For comparison: Shopify moved"),
    }
)
CAUSES: Mapping[str, Phrase] = MappingProxyType(
    {
        "reduction": phrase("accepted at less"),
        "rounding": phrase("rounding"),
        "withheld_earlier": phrase("kept or given by an earlier return of this order"),
        "paid_too_much": phrase("paid too much by the shopper, waits for you"),
        "at_shopify": phrase("not asked for by Shopify any more"),
    }
)
"""Why a sum is not Shopify's, or why nobody is asked for it."""
