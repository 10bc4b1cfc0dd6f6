"""The words of returns for the merchant: states, tabs, what was done, and what could not be."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shopify_app.returns.desk import Tab
from shopify_app.returns.states import Disposition, GroupState, Reception, ReturnState, StepState, UnitDecision

TABS: Mapping[Tab, str] = MappingProxyType(
    {
        Tab.TO_APPROVE: "To approve",
        Tab.NEEDS_LOOK: "Needs a look",
        Tab.TO_INSPECT: "To inspect",
        Tab.WAITING: "Waiting for the shopper",
        Tab.TO_SETTLE: "To settle",
        Tab.DONE: "Done",
    }
)
NOTHING: Mapping[Tab, str] = MappingProxyType(
    {
        Tab.TO_APPROVE: "No request waits for you.",
        Tab.NEEDS_LOOK: "Nothing is stuck.",
        Tab.TO_INSPECT: "Nothing has arrived that you have not looked at.",
        Tab.WAITING: "No parcel is on its way back.",
        Tab.TO_SETTLE: "Nothing waits for its money.",
        Tab.DONE: "No return is finished yet.",
    }
)
STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        ReturnState.REQUESTED: ("Requested", "caution"),
        ReturnState.MORE_WANTED: ("Asked the shopper", "info"),
        ReturnState.APPROVED: ("Approved", "info"),
        ReturnState.DECLINED: ("Declined", "neutral"),
        ReturnState.CANCELLED: ("Cancelled", "neutral"),
        ReturnState.CLOSED: ("Closed", "success"),
    }
)
"""The badge's word and Polaris's tone."""
GROUPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        GroupState.WAITING: ("Waits for approval", "neutral"),
        GroupState.OPENING: ("Being opened at Shopify", "info"),
        GroupState.OPEN: ("Open at Shopify", "info"),
        GroupState.RELEASED: ("Being settled", "info"),
        GroupState.AWAITING_PAYMENT: ("Waits for payment", "caution"),
        GroupState.SETTLED: ("Settled", "success"),
        GroupState.FELL_AWAY: ("Fell away", "neutral"),
        GroupState.CANCELLED: ("Cancelled", "neutral"),
        GroupState.NEEDS_LOOK: ("Needs a look", "critical"),
    }
)
STEPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        StepState.PLANNED: ("Planned", "neutral"),
        StepState.ATTEMPTED: ("Sent, no answer yet", "info"),
        StepState.DONE: ("Done", "success"),
        StepState.REFUSED: ("Refused by Shopify", "critical"),
        StepState.UNKNOWN: ("Answer lost, being looked up", "warning"),
        StepState.DROPPED: ("No longer wanted", "neutral"),
    }
)
RECEPTIONS: Mapping[str, str] = MappingProxyType(
    {
        Reception.EXPECTED: "Expected",
        Reception.RECEIVED: "Received",
        Reception.MISSING: "Missing",
        Reception.KEPT: "Stays with the shopper",
    }
)
DECISIONS: Mapping[str, str] = MappingProxyType(
    {
        UnitDecision.PENDING: "Not decided",
        UnitDecision.ACCEPTED: "Accepted",
        UnitDecision.REFUSED: "Refused",
    }
)
DISPOSITIONS: Mapping[str, str] = MappingProxyType(
    {
        Disposition.RESTOCKED: "Back into stock",
        Disposition.NOT_RESTOCKED: "Not into stock",
        Disposition.PROCESSING_REQUIRED: "Needs work first",
        Disposition.MISSING: "Missing",
        Disposition.SENT_BACK: "Goes back to the shopper",
    }
)
SOURCES: Mapping[str, str] = MappingProxyType(
    {"shopper": "By the shopper", "merchant": "By your team", "shopify": "Begun in Shopify"}
)
ACTORS: Mapping[str, str] = MappingProxyType(
    {
        "shopper": "Shopper",
        "merchant": "Your team",
        "rule": "Your policy",
        "shopify": "Shopify",
        "clock": "Postlude, on time",
        "carrier": "The carrier",
    }
)
DECLINE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "return_period_ended": "The return period has ended",
        "final_sale": "The item was sold as final sale",
        "other": "Another reason",
    }
)
"""Shopify's `ReturnDeclineReason`, in lower case."""
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "approval": "on approval",
        "first_scan": "on the carrier's first scan",
        "delivery": "when the parcel is delivered to you",
        "receipt": "when the goods are received",
        "inspection": "when the goods are inspected",
        "by_hand": "when you say so",
    }
)
ENTRIES: Mapping[str, str] = MappingProxyType(
    {
        "requested": "Return requested",
        "withdrawn": "Withdrew from the contract",
        "delivery_refunded": "Delivery paid back",
        "order_cancelled": "Order cancelled at Shopify",
        "approved": "Approved",
        "declined": "Declined",
        "more_wanted": "Asked the shopper for more",
        "answered": "The shopper answered",
        "changed": "Return changed",
        "cancelled": "Cancelled",
        "reopened": "Reopened",
        "received": "Goods received",
        "missing": "Goods missing",
        "inspected": "Goods inspected",
        "disposed": "Decided where the goods go",
        "released": "Money released",
        "settled": "Settled",
        "balance_due": "A balance fell due",
        "balance_reminded": "Reminded of the balance",
        "balance_extended": "More time to pay the balance",
        "balance_paid": "Balance paid",
        "balance_waived": "Balance waived",
        "balance_overpaid": "More was paid than was due",
        "drop_wanted": "Exchange to be taken off",
        "exchange_dropped": "Exchange taken off",
        "bonus_issued": "Bonus given",
        "bonus_failed": "Bonus could not be given",
        "needs_look": "Needs a look",
        "fell_away": "Fell away: nothing was accepted",
        "closed": "Closed",
        "note": "Note",
        "message": "Wrote to the shopper",
        "changed_at_shopify": "Changed in Shopify",
        "refund_elsewhere": "Refunded outside Postlude",
        "replacement_gone": "The replacement is out of stock",
        "replacement_chosen": "Another replacement chosen",
        "delivery_added": "Return delivery added",
        "label_added": "Label ready",
        "label_withdrawn": "Label taken back",
        "label_ends": "Label about to end; the shopper was told",
        "label_failed": "No label could be bought",
        "label_voided": "Unused label given back to the provider",
        "label_not_refunded": "Unused label: the provider gives no postage back",
        "label_no_code": "The carrier gives no code: the label has to be printed",
        "first_scan": "First scan by the carrier",
        "parcels_delivered": "Delivered to you by the carrier",
        "inspection_asked": "The shopper was asked about what you found",
        "inspection_reminded": "The shopper was reminded to answer",
        "inspection_answered": "What becomes of it was chosen",
        "inspection_appealed": "The shopper asks for a second look",
        "inspection_decided": "You looked a second time",
        "goods_sent_back": "Goods sent back to the shopper",
    }
)
PARCELS: Mapping[str, str] = MappingProxyType(
    {
        "awaiting_data": "The carrier has not seen it",
        "label_created": "Label made, not handed in",
        "accepted": "With the carrier",
        "in_transit": "On its way to you",
        "in_customs": "In customs",
        "out_for_delivery": "Being delivered to you",
        "ready_for_pickup": "Waits to be collected",
        "delivery_attempted": "Delivery was tried",
        "delayed": "Delayed",
        "action_required": "The carrier needs something",
        "delivered": "Delivered to you",
        "returning": "Going back to the shopper",
        "returned": "Back with the shopper",
        "lost_or_destroyed": "Lost, says the carrier",
        "cancelled": "Label cancelled",
        "unknown": "The carrier has not seen it",
    }
)
TENDERS: Mapping[str, str] = MappingProxyType(
    {
        "payment": "back to the payment",
        "gift_card": "back to the gift card",
        "store_credit": "back to the store credit it was paid with",
        "balance": "back to the balance paid later",
    }
)
ACCOUNTS: Mapping[str, str] = MappingProxyType(
    {
        "goods": "Goods at list price",
        "discount": "Their discounts",
        "tax": "Their tax",
        "reduction": "Accepted at less",
        "restocking_fee": "Restocking fee",
        "shipping_fee": "Return shipping",
        "delivery": "Delivery, paid back",
        "exchange_sale": "New items",
        "balance_due": "Owed by the shopper",
        "balance_paid": "Paid by the shopper",
        "waived": "Not charged",
        "refund": "Refunded",
        "store_credit_refund": "Refunded as store credit",
        "gift_card_refund": "Refunded to the gift card",
        "bonus_expense": "Bonus, your expense",
        "bonus_issued": "Bonus given",
        "bonus_taken_back": "Bonus taken back",
        "bonus_consumed": "Bonus, taken off new items",
        "bonus_promised": "Bonus promised and not needed",
        "bonus_lapsed": "Bonus lapsed",
        "suggested": "For comparison: Shopify suggested",
        "difference": "For comparison: explained difference",
        "moved": "For comparison: Shopify moved",
    }
)
MAILS: Mapping[str, str] = MappingProxyType(
    {
        "code_wanted": "One-time code",
        "return_requested": "Request received",
        "return_more_wanted": "Your question",
        "return_message": "Your message",
        "team_new_return": "To your team: a new return",
        "team_look": "To your team: needs a look",
        "return_approved": "Approved, and where to send it",
        "return_declined": "Declined",
        "return_changed": "Changed",
        "return_cancelled": "Cancelled",
        "goods_received": "Goods received",
        "inspection_asked": "Your verdict, and what they can choose",
        "inspection_reminder": "Reminder to choose",
        "inspection_decided": "Accepted in full after all",
        "goods_sent_back": "Goods sent back to them",
        "balance_due": "Balance due, with the way to pay",
        "balance_reminder": "Reminder of the balance",
        "group_settled": "Settled, with the sums",
        "replacement_gone": "Another replacement wanted",
        "return_label": "Return label ready",
        "return_label_ends": "Return label about to end",
        "withdrawal_received": "Withdrawal acknowledged",
        "withdrawal_opened": "Withdrawal: how to send it back",
    }
)
MESSAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "planned": ("To be sent", "info"),
        "attempted": ("Being sent", "info"),
        "sent": ("Sent", "success"),
        "uncertain": ("Perhaps sent", "warning"),
        "refused": ("Not taken by the mail server", "critical"),
        "unsent": ("Not sent: overtaken, or nobody to write to", "neutral"),
    }
)
DONE: Mapping[str, str] = MappingProxyType(
    {
        "approve": "Approved. Shopify's return is being made; the shopper is told by e-mail.",
        "decline": "Declined. The shopper is told by e-mail, with your words.",
        "ask_more": "Asked. The request waits for the shopper's answer.",
        "receive": "Noted what arrived.",
        "missing": "Noted what is missing.",
        "take_back_receipt": "The receipt was taken back.",
        "inspect": "Your verdict is noted.",
        "dispose": "Noted where the goods go.",
        "deliver": "The parcel's number is kept and told to Shopify.",
        "label": "The label is kept; the shopper is told by e-mail.",
        "label_off": "The label is not shown any more.",
        "change": "Changed. The shopper is told by e-mail, with your words and the sums before and after.",
        "take_back": "The bonus is being taken back, as far as it is unspent.",
        "ask_inspection": "The shopper is being asked; the money waits for their answer.",
        "decide_appeal": "Decided. The shopper is told by e-mail, with your words.",
        "sent_back": "Noted. The shopper is told by e-mail.",
        "waive": "Waived. The new items are let go.",
        "remind": "Reminded, by one e-mail.",
        "extend": "They have more time to pay.",
        "drop_exchange": "The exchange is being taken off; the shopper's own money follows.",
        "settle": "The money is released; it moves in the next moments.",
        "retry": "Trying again.",
        "resolve": "Noted as dealt with.",
        "cancel": "Cancelled. Nothing will move.",
        "reopen": "Reopened.",
        "case_assign": "Noted whose it is.",
        "case_answer_by": "The day is set.",
        "case_tag": "The tag is on.",
        "case_untag": "The tag is off.",
        "case_write": "Sent. It is on the page of their return, too.",
        "view_kept": "The view is kept.",
        "view_dropped": "The view is gone.",
        "reply_kept": "The reply is kept.",
        "reply_gone": "The reply is gone.",
        "note": "The note is kept; shoppers never see it.",
        "answer": "The answer is kept; the request waits for your decision.",
        "block": "The customer is blocked from bonuses and instant approval, as your policy says.",
        "allow": "The customer is on your list of trusted people.",
        "unlist": "The customer is on neither list any more.",
        "create": "The return is made and approved.",
        "publish": "Published. It applies to orders from now on; to earlier ones where it is better for the shopper.",
        "save": "Saved.",
    }
)
"""What the page says after a change, by the verb that was carried out."""


def plain(handle: str | None) -> str:
    """A handle in words: ``size-too-small`` -> ``Size too small``."""
    return (handle or "").replace("-", " ").replace("_", " ").capitalize()


WORDS = {
    "TABS": TABS, "STATES": STATES, "GROUPS": GROUPS, "STEPS": STEPS, "RECEPTIONS": RECEPTIONS, "DECISIONS": DECISIONS,
    "DISPOSITIONS": DISPOSITIONS, "SOURCES": SOURCES, "ACTORS": ACTORS, "DECLINE_REASONS": DECLINE_REASONS,
    "EVENTS": EVENTS, "ENTRIES": ENTRIES, "MESSAGES": MESSAGES, "ACCOUNTS": ACCOUNTS, "TENDERS": TENDERS,
    "MAILS": MAILS, "PARCELS": PARCELS, "plain": plain,
}  # fmt: skip
"""All of them, for a template."""
