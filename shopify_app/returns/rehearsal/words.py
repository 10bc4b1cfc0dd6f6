"""A rehearsal in a merchant's words. What changes is a phrase, said in the staff member's language; both sides of an
example, and all that the command line prints, are English. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from shopify_app.i18n import Phrase, phrase
from shopify_app.money import Money
from shopify_app.returns.reasons import (
    FinalSale,
    LineReason,
    NotDeliveredYet,
    OutsideWindow,
    Reason,
    TooEarly,
)
from shopify_app.returns.rehearsal.answer import Direction, LeftOut, Matter, Shift
from shopify_app.returns.verdicts import Promise, Terms, Verdict
from shopify_app.returns.vocabulary import Approval, Outcome

OUTCOMES = {
    Outcome.REFUND: "refund",
    Outcome.STORE_CREDIT: "store credit",
    Outcome.VARIANT_EXCHANGE: "another size or colour",
    Outcome.PRODUCT_EXCHANGE: "exchange for something else",
    Outcome.SHOP_NOW: "shop now",
    Outcome.KEEP_ITEM: "refund and keep the item",
}
LEFT_OUT = {
    LeftOut.BEGUN_AT_SHOPIFY: phrase("begun in Shopify's own pages, so settled by Shopify's figures"),
    LeftOut.WITHDRAWN: phrase("withdrawn from the contract: the law decides that, not a policy"),
    LeftOut.NOTHING_ACCEPTED: phrase("nothing was accepted, so nothing was paid"),
    LeftOut.NOT_UNDER_THE_POLICY_IN_FORCE: phrase("allowed by an older version or by you, not by the policy in force"),
    LeftOut.NOT_ENOUGH_KNOWN: phrase("too little is known of their order"),
}
NOTHING_GUESSED = phrase(
    "Each return is reckoned with what its shopper chose. Nobody knows what they would have chosen under other terms, "
    "so nothing is guessed: only a choice that the draft takes away is counted, as a choice lost."
)
_BETTER, _WORSE, _OTHER = Direction
_SHIFTS: dict[Matter, dict[Direction, Phrase]] = {
    Matter.OUTCOME: {_BETTER: phrase("newly offered"), _WORSE: phrase("no longer offered")},
    Matter.LAST_DAY: {_BETTER: phrase("later last day"), _WORSE: phrase("earlier last day")},
    Matter.FIRST_DAY: {_BETTER: phrase("opens earlier"), _WORSE: phrase("opens later")},
    Matter.RESTOCKING_FEE: {_BETTER: phrase("lower restocking fee"), _WORSE: phrase("higher restocking fee")},
    Matter.SHIPPING_FEE: {_BETTER: phrase("lower return shipping fee"), _WORSE: phrase("higher return shipping fee")},
    Matter.BONUS: {_BETTER: phrase("more bonus"), _WORSE: phrase("less bonus"), _OTHER: phrase("another bonus")},
    Matter.MONEY_EVENT: {_BETTER: phrase("money freed earlier"), _WORSE: phrase("money freed later")},
    Matter.KEEP_BELOW: {_BETTER: phrase("more may be kept"), _WORSE: phrase("less may be kept")},
    Matter.METHODS: {
        _BETTER: phrase("more ways to send back"),
        _WORSE: phrase("fewer ways to send back"),
        _OTHER: phrase("other ways back"),
    },
    Matter.PROOF: {
        _BETTER: phrase("fewer photos or questions"),
        _WORSE: phrase("photos or a question asked for"),
        _OTHER: phrase("another question"),
    },
    Matter.APPROVAL: {_BETTER: phrase("approved at once"), _WORSE: phrase("reviewed by a person")},
    Matter.OTHER_TERMS: {_OTHER: phrase("other terms")},
}
_REASONS = {
    "not_covered": "no rule speaks of it",
    "not_fulfilled_yet": "not sent yet",
    "already_returned": "returned already",
    "withdrawn": "withdrawn from",
    "gift_card_item": "a gift card",
    "order_cancelled": "the order was cancelled",
    "ask_us": "the customer is blocked",
    "not_offered": "not offered",
    "too_dear_to_keep": "too dear to keep",
}


def shift_words(shift: Shift) -> str:
    """``store credit: less bonus``."""
    what = way_of(shift).text
    return f"{OUTCOMES[shift.outcome]}: {what}" if shift.outcome else what


def way_of(shift: Shift) -> Phrase:
    """``less bonus``, of whichever outcome."""
    return _SHIFTS[shift.matter].get(shift.direction, _SHIFTS[Matter.OTHER_TERMS][Direction.OTHER])


def reason_words(reason: Reason | LineReason) -> str:
    """Why something cannot be had, for the shop's own people: ``final sale``, ``closed on 2026-11-20``."""
    match reason:
        case OutsideWindow(last_day=last):
            return f"closed on {last.isoformat()}"
        case TooEarly(first_day):
            return f"not before {first_day.isoformat()}"
        case NotDeliveredYet():
            return "not delivered yet"
        case FinalSale():
            return "final sale"
    return _REASONS.get(reason.kind, "not offered")


def terms_words(matter: Matter, terms: Terms) -> str:
    """One side of a difference in an outcome's terms."""
    match matter:
        case Matter.LAST_DAY:
            return _day(terms.closes)
        case Matter.FIRST_DAY:
            return _day(terms.opens)
        case Matter.RESTOCKING_FEE:
            return _percent(terms.restocking_percent)
        case Matter.SHIPPING_FEE:
            return _amount(terms.shipping_fee) if terms.shipping_fee else "none"
        case Matter.BONUS:
            return _bonus(terms.bonus)
        case Matter.MONEY_EVENT:
            return str(terms.money_event).replace("_", " ")
        case Matter.KEEP_BELOW:
            return f"below {_amount(terms.keep_below)}" if terms.keep_below else "none"
    return "terms of the policy"


def line_words(matter: Matter, verdict: Verdict) -> str:
    """One side of a difference in what holds for a line as a whole."""
    if matter is Matter.METHODS:
        return ", ".join(str(method).replace("_", " ") for method in verdict.methods) or "none"
    if matter is Matter.APPROVAL:
        return "approved at once" if verdict.approval is Approval.AT_ONCE else "reviewed"
    asked = ["photos"] * verdict.needs_photos + ["a question"] * (verdict.question is not None)
    return " and ".join(asked) or "nothing"


def _bonus(promise: Promise | None) -> str:
    if promise is None:
        return "none"
    caps = [(promise.cap_per_order, "an order"), (promise.cap_per_customer, f"a customer in {promise.cap_days} days")]
    return ", ".join(
        [
            _amount(promise.flat) if promise.flat else _percent(promise.percent),
            *(f"at most {_amount(cap)} {per}" for cap, per in caps if cap is not None),
            f"for {promise.expires_months} months",
        ]
    )


def _percent(value: Decimal) -> str:
    return f"{value.normalize():f} %"


def _amount(amount: Money) -> str:
    return f"{amount} {amount.currency}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else "no limit"
