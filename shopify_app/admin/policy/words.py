"""What the parts of a policy are called on the merchant's pages. Pure: phrases, said in the staff member's language."""

from __future__ import annotations

from collections.abc import Mapping

from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.vocabulary import (
    Approval,
    BlockedMay,
    LeftoverTo,
    Method,
    MoneyEvent,
    Outcome,
    PriceBasis,
    ProofLevel,
    Scope,
    Standing,
    Start,
    TenderOrder,
)

OUTCOMES: Mapping[Outcome, Phrase] = {
    Outcome.REFUND: phrase("refund"),
    Outcome.STORE_CREDIT: phrase("store credit"),
    Outcome.VARIANT_EXCHANGE: phrase("another size or colour"),
    Outcome.PRODUCT_EXCHANGE: phrase("exchange for something else"),
    Outcome.SHOP_NOW: phrase("shop now"),
    Outcome.KEEP_ITEM: phrase("refund and keep the item"),
}
SCOPES: Mapping[Scope, Phrase] = {
    Scope.ANY: phrase("everything else"),
    **{Scope(outcome): words for outcome, words in OUTCOMES.items()},
}
METHODS: Mapping[Method, Phrase] = {
    Method.LABEL: phrase("your label"),
    Method.QR: phrase("code for the parcel shop"),
    Method.OWN_CARRIER: phrase("carrier of their choice"),
    Method.PICK_UP: phrase("pick-up"),
    Method.IN_STORE: phrase("in your store"),
    Method.NONE: phrase("nothing to send back"),
}
EVENTS: Mapping[MoneyEvent, Phrase] = {
    MoneyEvent.APPROVAL: phrase("at approval"),
    MoneyEvent.FIRST_SCAN: phrase("when the carrier has scanned the parcel"),
    MoneyEvent.DELIVERY: phrase("when the parcel has been delivered to you"),
    MoneyEvent.RECEIPT: phrase("when you have received the goods"),
    MoneyEvent.INSPECTION: phrase("when you have checked the goods"),
    MoneyEvent.BY_HAND: phrase("by hand"),
}
STARTS: Mapping[Start, Phrase] = {
    Start.ORDER: phrase("the order"),
    Start.FULFILMENT: phrase("dispatch"),
    Start.DELIVERY: phrase("delivery"),
}
APPROVALS: Mapping[Approval, Phrase] = {
    Approval.AT_ONCE: phrase("approved at once"),
    Approval.REVIEW: phrase("looked at by a person first"),
}
STANDINGS: Mapping[Standing, Phrase] = {
    Standing.BLOCKED: phrase("blocked"),
    Standing.ALLOWED: phrase("trusted"),
    Standing.NEITHER: phrase("on neither list"),
}
PROOFS: Mapping[ProofLevel, Phrase] = {
    ProofLevel.ORDER: phrase("Nothing, unless you find the order"),
    ProofLevel.GIFT: phrase("Store credit, with a gift receipt or another proof"),
    ProofLevel.NONE: phrase("Store credit, without any proof"),
}
PRICES: Mapping[PriceBasis, Phrase] = {
    PriceBasis.CURRENT: phrase("today's price"),
    PriceBasis.LOWEST: phrase("the lowest price of late"),
}
TENDERS: Mapping[TenderOrder, Phrase] = {
    TenderOrder.ORIGINAL_FIRST: phrase("To the card or account first, then to gift cards and credit"),
    TenderOrder.GIFT_CARD_FIRST: phrase("To gift cards and credit first, then to the card or account"),
    TenderOrder.PROPORTIONAL: phrase("To each in proportion"),
}
LEFTOVERS: Mapping[LeftoverTo, Phrase] = {
    LeftoverTo.ORIGINAL: phrase("Goes back to how it was paid"),
    LeftoverTo.STORE_CREDIT: phrase("Becomes store credit"),
}
BLOCKED: Mapping[BlockedMay, Phrase] = {
    BlockedMay.RETURN_WITHOUT_BONUS: phrase("Ask for returns that a person looks at, without a bonus"),
    BlockedMay.ASK_ONLY: phrase("Only write to you"),
}
CHANNELS: Mapping[str, Phrase] = {"web": phrase("your online shop"), "pos": phrase("your store (POS)")}
CONDITIONS: Mapping[str, Phrase] = {
    "product_ids": phrase("Products"),
    "variant_ids": phrase("Variants"),
    "product_tags": phrase("Product tags"),
    "collection_ids": phrase("Collections"),
    "product_types": phrase("Product types"),
    "vendors": phrase("Vendors"),
    "price_paid": phrase("Price of one piece, after discounts"),
    "discounted": phrase("Bought at a reduced price"),
    "discount_codes": phrase("Discount codes"),
    "final_sale": phrase("Tagged as final sale"),
    "order_date": phrase("Placed"),
    "countries": phrase("Countries"),
    "markets": phrase("Markets"),
    "channels": phrase("Sold through"),
    "company": phrase("Bought by a company"),
    "order_value": phrase("Value of the order"),
    "customer_tags": phrase("Customer tags"),
    "customer_lists": phrase("Your lists"),
    "order_count": phrase("Orders so far"),
    "return_count": phrase("Returns so far"),
    "return_value": phrase("Returned so far, in money"),
    "bonus_received": phrase("Bonuses received so far"),
    "reasons": phrase("Reason for the return"),
    "methods": phrase("Way back"),
    "days_since_order": phrase("Days since the order"),
    "days_since_fulfilment": phrase("Days since dispatch"),
    "days_since_delivery": phrase("Days since delivery"),
}
EFFECTS: Mapping[str, Phrase] = {
    "windows": phrase("Time to return"),
    "outcomes": phrase("What may be chosen"),
    "methods": phrase("Ways back"),
    "restocking_percent": phrase("Restocking fee"),
    "shipping_fee": phrase("Return shipping"),
    "waive_restocking_for": phrase("No restocking fee for"),
    "waive_shipping_for": phrase("No return shipping for"),
    "merchant_at_fault": phrase("Your mistake"),
    "bonus": phrase("Bonus"),
    "bonus_cap_per_order": phrase("Most bonus per order"),
    "bonus_cap_per_customer": phrase("Most bonus per customer"),
    "bonus_expires_months": phrase("Life of the bonus"),
    "bonus_on_exchanged": phrase("Bonus on exchanged items"),
    "bonus_when_at_fault": phrase("Bonus where it was your mistake"),
    "keep_item_below": phrase("Refund without sending back"),
    "photos": phrase("Photos"),
    "question": phrase("A question"),
    "approval": phrase("Approval"),
    "money_events": phrase("When the money moves"),
    "no_receipt": phrase("Without an order number"),
}
SETTINGS: Mapping[str, Phrase] = {
    "assumed_transit_days": phrase("How long a parcel is taken to travel"),
    "assumed_transit_by_country": phrase("How long a parcel is taken to travel, by country"),
    "tender_order": phrase("Where a refund goes"),
    "leftover_to": phrase("What an exchange leaves over"),
    "waive_balance_up_to": phrase("What need not be paid for an exchange"),
    "blocked_may": phrase("What blocked customers may do"),
}
