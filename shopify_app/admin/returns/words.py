"""The words of returns for the merchant: states, what was done, and what could not be."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from shopify_app.admin.returns.money_words import ACCOUNTS, CAUSES, EVENTS, GROUPS, TENDERS
from shopify_app.admin.returns.step_words import DECISIONS, GRADES, RECEPTIONS, STEP_KINDS, STEPS
from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.badges import OF_RETURN, Badge
from shopify_app.pages.return_items import REASON_WORDS
from shopify_app.returns.states import Disposition

DISPOSITIONS: Mapping[str, Phrase] = MappingProxyType(
    {
        Disposition.RESTOCKED: phrase("Back into stock"),
        Disposition.NOT_RESTOCKED: phrase("Not into stock"),
        Disposition.PROCESSING_REQUIRED: phrase("Needs work first"),
        Disposition.MISSING: phrase("Missing"),
        Disposition.SENT_BACK: phrase("Goes back to the shopper"),
    }
)
SOURCES: Mapping[str, Phrase] = MappingProxyType(
    {
        "shopper": phrase("By the shopper"),
        "merchant": phrase("By your team"),
        "shopify": phrase("Begun in Shopify"),
    }
)
ACTORS: Mapping[str, Phrase] = MappingProxyType(
    {
        "shopper": phrase("Shopper"),
        "merchant": phrase("Your team"),
        "rule": phrase("Your policy"),
        "shopify": phrase("Shopify"),
        "clock": phrase("Postlude, by itself"),
        "carrier": phrase("The carrier"),
    }
)
DECLINE_REASONS: Mapping[str, Phrase] = MappingProxyType(
    {
        "return_period_ended": phrase("The return period has ended"),
        "final_sale": phrase("The item was sold as final sale"),
        "other": phrase("Another reason"),
    }
)
"""Shopify's `ReturnDeclineReason`, in lower case."""
ENTRIES: Mapping[str, Phrase] = MappingProxyType(
    {
        "requested": phrase("Return requested"),
        "withdrawn": phrase("Withdrew from the contract"),
        "delivery_refunded": phrase("Delivery paid back"),
        "order_cancelled": phrase("Order cancelled at Shopify"),
        "approved": phrase("Approved"),
        "declined": phrase("Declined"),
        "more_wanted": phrase("Asked the shopper for more"),
        "answered": phrase("The shopper answered"),
        "changed": phrase("Return changed"),
        "cancelled": phrase("Cancelled"),
        "reopened": phrase("Reopened"),
        "received": phrase("Goods received"),
        "missing": phrase("Goods missing"),
        "inspected": phrase("Goods inspected"),
        "disposed": phrase("Decided where the goods go"),
        "released": phrase("Money released"),
        "settled": phrase("Settled"),
        "balance_due": phrase("A balance fell due"),
        "balance_reminded": phrase("Reminded of the balance"),
        "balance_extended": phrase("More time to pay the balance"),
        "balance_paid": phrase("Balance paid"),
        "balance_waived": phrase("Balance waived"),
        "balance_overpaid": phrase("More was paid than was due"),
        "drop_wanted": phrase("Exchange to be taken off"),
        "exchange_dropped": phrase("Exchange taken off"),
        "bonus_issued": phrase("Bonus given"),
        "bonus_failed": phrase("Bonus could not be given"),
        "needs_look": phrase("Needs a look"),
        "fell_away": phrase("Fell away: nothing was accepted"),
        "closed": phrase("Closed"),
        "note": phrase("Note"),
        "message": phrase("Wrote to the shopper"),
        "changed_at_shopify": phrase("Changed in Shopify"),
        "refund_elsewhere": phrase("Refunded outside Postlude"),
        "replacement_gone": phrase("The replacement is out of stock"),
        "replacement_chosen": phrase("Another replacement chosen"),
        "delivery_added": phrase("Return delivery added"),
        "label_added": phrase("Label ready"),
        "label_withdrawn": phrase("Label taken back"),
        "label_ends": phrase("Label about to end; the shopper was told"),
        "label_failed": phrase("No label could be bought"),
        "label_wanted": phrase("The shopper asks for a new label"),
        "label_anew": phrase("A new label is to be bought"),
        "label_voided": phrase("Unused label given back to the provider"),
        "label_not_refunded": phrase("Unused label: the provider gives no postage back"),
        "label_no_code": phrase("The carrier gives no code: the label has to be printed"),
        "first_scan": phrase("First scan by the carrier"),
        "parcels_delivered": phrase("Delivered to you by the carrier"),
        "inspection_asked": phrase("The shopper was asked about what you found"),
        "inspection_reminded": phrase("The shopper was reminded to answer"),
        "inspection_answered": phrase("What becomes of it was chosen"),
        "inspection_appealed": phrase("The shopper asks for a second look"),
        "inspection_decided": phrase("You looked a second time"),
        "goods_sent_back": phrase("Goods sent back to the shopper"),
        "automated": phrase("An automation acted"),
    }
)
BY_HAND: Mapping[str, Phrase] = MappingProxyType(
    {
        "settle_now": phrase("Money released by hand"),
        "retry": phrase("Tried again"),
        "take_back": phrase("Bonus to be taken back, as far as it is unspent"),
        "ask_inspection": phrase("The shopper is to be asked about what you found"),
    }
)
"""What a note says that nobody typed: by the verb in its facts."""
PARCELS: Mapping[str, Phrase] = MappingProxyType(
    {
        "awaiting_data": phrase("The carrier has not seen it"),
        "label_created": phrase("Label made, not handed in"),
        "accepted": phrase("With the carrier"),
        "in_transit": phrase("On its way to you"),
        "in_customs": phrase("In customs"),
        "out_for_delivery": phrase("Being delivered to you"),
        "ready_for_pickup": phrase("Waits to be collected"),
        "delivery_attempted": phrase("Delivery was tried"),
        "delayed": phrase("Delayed"),
        "action_required": phrase("The carrier needs something"),
        "delivered": phrase("Delivered to you"),
        "returning": phrase("Going back to the shopper"),
        "returned": phrase("Back with the shopper"),
        "lost_or_destroyed": phrase("Lost, says the carrier"),
        "cancelled": phrase("Label cancelled"),
        "unknown": phrase("The carrier has not seen it"),
    }
)
MAILS: Mapping[str, Phrase] = MappingProxyType(
    {
        "code_wanted": phrase("One-time code"),
        "return_requested": phrase("Request received"),
        "return_more_wanted": phrase("Your question"),
        "return_message": phrase("Your message"),
        "team_new_return": phrase("To your team: a new return"),
        "team_answered": phrase("To your team: the shopper has answered"),
        "team_look": phrase("To your team: needs a look"),
        "team_appeal": phrase("To your team: a second look is wanted"),
        "team_send_back": phrase("To your team: goods to send back"),
        "team_automation": phrase("To your team: from an automation"),
        "automated": phrase("From an automation"),
        "return_approved": phrase("Approved, and where to send it"),
        "return_declined": phrase("Declined"),
        "return_changed": phrase("Changed"),
        "return_cancelled": phrase("Cancelled"),
        "goods_received": phrase("Goods received"),
        "inspection_asked": phrase("Your verdict, and what they can choose"),
        "inspection_reminder": phrase("Reminder to choose"),
        "inspection_decided": phrase("Accepted in full after all"),
        "goods_sent_back": phrase("Goods sent back to them"),
        "balance_due": phrase("Balance due, with the way to pay"),
        "balance_reminder": phrase("Reminder of the balance"),
        "group_settled": phrase("Settled, with the sums"),
        "replacement_gone": phrase("Another replacement wanted"),
        "return_label": phrase("Return label ready"),
        "return_label_ends": phrase("Return label about to end"),
        "withdrawal_received": phrase("Withdrawal acknowledged"),
        "withdrawal_opened": phrase("Withdrawal: how to send it back"),
    }
)
MESSAGES: Mapping[str, Badge] = MappingProxyType(
    {
        "planned": (phrase("To be sent"), "info"),
        "attempted": (phrase("Being sent"), "info"),
        "sent": (phrase("Sent"), "success"),
        "uncertain": (phrase("Perhaps sent"), "warning"),
        "refused": (phrase("Not taken by the mail server"), "critical"),
        "unsent": (phrase("Not sent: overtaken, or nobody to write to"), "neutral"),
    }
)
DONE: Mapping[str, Phrase] = MappingProxyType(
    {
        "approve": phrase("Approved. Shopify's return is being made; the shopper is told by e-mail."),
        "decline": phrase("Declined. The shopper is told by e-mail, with your words."),
        "ask_more": phrase("Asked. The request waits for the shopper's answer."),
        "receive": phrase("Noted what arrived."),
        "missing": phrase("Noted what is missing."),
        "take_back_receipt": phrase("The receipt was taken back."),
        "inspect": phrase("Your verdict is noted."),
        "dispose": phrase("Noted where the goods go."),
        "deliver": phrase("The parcel's number is kept and told to Shopify."),
        "label": phrase("The label is kept; the shopper is told by e-mail."),
        "label_off": phrase("The label is not shown any more."),
        "label_anew": phrase("A new label is being bought; the shopper is told by e-mail when it is there."),
        "change": phrase("Changed. The shopper is told by e-mail, with your words and the sums before and after."),
        "take_back": phrase("The bonus is being taken back, as far as it is unspent."),
        "ask_inspection": phrase("The shopper is being asked; the money waits for their answer."),
        "decide_appeal": phrase("Decided. The shopper is told by e-mail, with your words."),
        "sent_back": phrase("Noted. The shopper is told by e-mail."),
        "waive": phrase("Waived. The new items are let go."),
        "remind": phrase("Reminded, by one e-mail."),
        "extend": phrase("They have more time to pay."),
        "drop_exchange": phrase("The exchange is being taken off; the shopper's own money follows."),
        "settle": phrase("The money is released; it moves in the next moments."),
        "retry": phrase("Trying again."),
        "resolve": phrase("Noted as dealt with."),
        "cancel": phrase("Cancelled. Nothing will move."),
        "reopen": phrase("Reopened."),
        "case_assign": phrase("Noted whose it is."),
        "case_answer_by": phrase("The day is set."),
        "case_tag": phrase("The tag is on."),
        "case_untag": phrase("The tag is off."),
        "case_write": phrase("Sent. It is on the page of their return, too."),
        "view_kept": phrase("The view is kept."),
        "view_dropped": phrase("The view is gone."),
        "reply_kept": phrase("The reply is kept."),
        "reply_gone": phrase("The reply is gone."),
        "note": phrase("The note is kept; shoppers never see it."),
        "answer": phrase("The answer is kept; the request waits for your decision."),
        "block": phrase("The customer is blocked from bonuses and instant approval, as your policy says."),
        "allow": phrase("The customer is on your list of trusted people."),
        "unlist": phrase("The customer is on neither list any more."),
        "create": phrase("The return is made and approved."),
        "publish": phrase(
            "Published. It applies to orders from now on; to earlier ones where it is better for the shopper."
        ),
        "save": phrase("Saved."),
    }
)
"""What the page says after a change, by the verb that was carried out."""


def plain(handle: str | None) -> str:
    """A handle in words: ``size-too-small`` -> ``Size too small``."""
    return (handle or "").replace("-", " ").replace("_", " ").capitalize()


def entry_said(kind: str, facts: Mapping[str, Any]) -> Phrase | str:
    """What happened, by an entry of the timeline."""
    return BY_HAND.get(str(facts.get("verb"))) or ENTRIES.get(kind) or plain(kind)


WORDS = {
    "STATES": OF_RETURN, "GROUPS": GROUPS, "STEPS": STEPS, "RECEPTIONS": RECEPTIONS, "DECISIONS": DECISIONS,
    "DISPOSITIONS": DISPOSITIONS, "SOURCES": SOURCES, "ACTORS": ACTORS, "DECLINE_REASONS": DECLINE_REASONS,
    "EVENTS": EVENTS, "entry_said": entry_said, "MESSAGES": MESSAGES, "ACCOUNTS": ACCOUNTS, "CAUSES": CAUSES,
    "TENDERS": TENDERS, "MAILS": MAILS, "PARCELS": PARCELS, "STEP_KINDS": STEP_KINDS, "GRADES": GRADES,
    "REASONS": REASON_WORDS, "plain": plain,
}  # fmt: skip
"""All of them, for a template."""
WRONG: Mapping[str, Phrase] = MappingProxyType(
    {
        "reason": phrase("Choose a reason."),
        "words": phrase("Write a sentence."),
        "too_long": phrase("At most 2,000 characters."),
    }
)
"""What is wrong with a field of a form, beside it."""
