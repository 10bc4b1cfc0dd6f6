"""Why nothing moves until a person looks: what is known, and what to do. Msgids with facts; doors make the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shopify_app.i18n import Phrase, phrase
from shopify_app.money import Money
from shopify_app.returns.looks_of_labels import LABEL_WANTED, label_failed


class Look(StrEnum):
    """A reason on the “needs a look” list."""

    AMOUNTS_DIFFER = "amounts_differ"
    TOO_LITTLE_LEFT = "too_little_left"
    REFUND_ELSEWHERE = "refund_elsewhere"
    CHANGED_AT_SHOPIFY = "changed_at_shopify"
    REFUSED = "refused"
    OUTCOME_UNKNOWN = "outcome_unknown"
    NO_ANSWER = "no_answer"
    BONUS_FAILED = "bonus_failed"
    REPLACEMENT_GONE = "replacement_gone"
    EXCHANGE_WOULD_COST = "exchange_would_cost"
    LEDGER_DIFFERS = "ledger_differs"
    ORDER_GONE = "order_gone"
    LABEL_FAILED = "label_failed"
    LABEL_WANTED = "label_wanted"
    LEFT_MEANWHILE = "left_meanwhile"
    CREDIT_FAILED = "credit_failed"
    SENT_UNPAID = "sent_unpaid"
    OVERPAID = "overpaid"
    HOLD_STAYS = "hold_stays"
    ORDER_TOO_LARGE = "order_too_large"


@dataclass(frozen=True)
class Advice:
    """What we know, and what a person can do about it."""

    known: Phrase
    do: Phrase


def advice(look: str, facts: Mapping[str, Any] | None, currency: str) -> Advice:
    """The sentences of `ReleaseGroup.look` with its `look_facts`; amounts in `facts` are minor units of `currency`."""
    given = dict(facts or {})
    return _ADVICE[Look(look)](lambda name: Money(int(given.get(name) or 0), currency), given)


_Sum = Callable[[str], Money]


def _amounts_differ(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase(
            "Our reckoning gives {ours}, Shopify suggests {theirs}; {rest} of the difference has no known cause.",
            ours=sum_of("ours"),
            theirs=sum_of("suggested"),
            rest=sum_of("unexplained"),
        ),
        phrase(
            "Compare the order's refunds and edits in Shopify. Clear the difference there and try again, or pay the "
            "shopper there and mark this part as dealt with."
        ),
    )


def _too_little_left(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase(
            "{ours} is due, but only {left} of this order can still be refunded.",
            ours=sum_of("ours"),
            left=sum_of("maximum"),
        ),
        phrase("See what was refunded in Shopify already. Then try again, or mark this part as dealt with."),
    )


def _refund_elsewhere(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase("A refund of {amount} was made in Shopify while this return was open.", amount=sum_of("amount")),
        phrase(
            "If it was for this return, mark this part as dealt with. If not, try again: we never pay more than "
            "Shopify still allows."
        ),
    )


def _changed_at_shopify(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase("This return was changed in Shopify's own pages, so that it no longer matches what was agreed."),
        phrase(
            "Compare both. Finish it in Shopify and mark this part as dealt with, or cancel the return here and begin "
            "a new one."
        ),
    )


def _refused(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase("Shopify refused a step and said: {words}", words=str(facts.get("words") or "—")),
        phrase("Nothing was moved by it. Clear the cause in Shopify, then try again."),
    )


def _outcome_unknown(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    known = phrase("We could not find out whether a step was carried out by Shopify.")
    if facts.get("words"):
        words = str(facts["words"])
        known = phrase(
            "We could not find out whether a step was carried out by Shopify. The last answer was: {words}", words=words
        )
    return Advice(
        known,
        phrase("Look at the return in Shopify. Try again reads Shopify once more before anything is sent."),
    )


def _no_answer(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase("Shopify could not be reached, or did not let us in, for more than a day."),
        phrase("Open the app from Shopify's admin so that it is let in again, then try again. Nothing is lost."),
    )


def _bonus_failed(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    do = next((_BONUS_DO[code] for code in facts.get("codes") or () if code in _BONUS_DO), _BONUS_DO_ELSE)
    if "NO_CUSTOMER" in (facts.get("codes") or ()):
        known = phrase(
            "The shopper's own money is settled, but nobody could be given the bonus of {bonus}: the order has no "
            "customer.",
            bonus=sum_of("bonus"),
        )
    elif facts.get("words"):
        known = phrase(
            "The shopper's own money is settled, but the bonus of {bonus} was refused. Shopify said: {words}",
            bonus=sum_of("bonus"),
            words=str(facts["words"]),
        )
    else:
        known = phrase(
            "The shopper's own money is settled, but Shopify refused the bonus of {bonus} without saying why.",
            bonus=sum_of("bonus"),
        )
    return Advice(known, do)


_NO_ACCOUNT = phrase(
    "See whether the customer was deleted or merged in Shopify, then try again. If you give the bonus in another way, "
    "mark this part as dealt with."
)
_NO_CURRENCY = phrase(
    "Shopify gives no store credit in this currency. Add the currency to your markets and try again. If you give the "
    "bonus in another way, mark this part as dealt with."
)
_BONUS_DO = {
    "ACCOUNT_NOT_FOUND": _NO_ACCOUNT,
    "OWNER_NOT_FOUND": _NO_ACCOUNT,
    "NO_CUSTOMER": _NO_ACCOUNT,
    "MISMATCHING_CURRENCY": _NO_CURRENCY,
    "UNSUPPORTED_CURRENCY": _NO_CURRENCY,
    "CREDIT_LIMIT_EXCEEDED": phrase(
        "The customer's store credit has reached Shopify's limit. Try again once some of it is spent. If you give the "
        "bonus in another way, mark this part as dealt with."
    ),
    "ACCESS_DENIED": phrase(
        "The app lacks a permission. Open it from Shopify's admin, agree to what it asks for, then try again."
    ),
}
_BONUS_DO_ELSE = phrase(
    "The bonus is still owed, and trying again never gives it twice. Check the customer's store credit in Shopify, "
    "then try again. If you give the bonus in another way, mark this part as dealt with."
)


def _replacement_gone(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase("The replacement is out of stock in Shopify."),
        phrase("The shopper is asked to choose anew. You can also restock it and try again."),
    )


def _exchange_would_cost(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase(
            "After inspection {due} would be due for the replacement, which the shopper has not agreed to.",
            due=sum_of("due"),
        ),
        phrase("Agree with the shopper, or accept the units at their full value, then try again."),
    )


def _ledger_differs(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase(
            "Shopify moved {theirs}, our books say {ours}.",
            theirs=sum_of("theirs"),
            ours=sum_of("ours"),
        ),
        phrase("Compare the return's money ledger with the order's refunds in Shopify."),
    )


def _order_gone(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase("Shopify no longer shows us this order or this return."),
        phrase("If the order is older than 60 days, the app needs access to all orders. Then try again."),
    )


def _left_meanwhile(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase("The shopper withdrew before these items were sent, but they have left since."),
        phrase(
            "Stop the parcel if you still can, cancel its fulfilment in Shopify, then try again. If it has gone, let "
            "it come back: refund the items in Shopify when they arrive, then mark this part as dealt with."
        ),
    )


def _sent_unpaid(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase("The exchange was not paid in time, but its new items have left already; {due} is open.",
               due=sum_of("due")),
        phrase("Collect the balance in Shopify, or waive it on this page. Nothing was refunded."),
    )  # fmt: skip


def _overpaid(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase("The shopper paid {over} more for this order than is due.", over=sum_of("over")),
        phrase("Refund it in Shopify, to the payment that came last. Then try again: this part is finished."),
    )


def _hold_stays(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase("Nothing is due any more, but Shopify still holds the new items back and did not let us release them."),
        phrase("Release the hold on the order's page in Shopify, then try again."),
    )


def _credit_failed(sum_of: _Sum, facts: Mapping[str, Any]) -> Advice:
    return Advice(
        phrase("Shopify did not give the credit. It said: {words}", words=str(facts.get("words") or "—")),
        phrase(
            "Nothing was moved by it. Clear the cause in Shopify, then try again: what was given already is found and "
            "never given twice. If you give it in another way, mark it as dealt with."
        ),
    )


_TOO_LARGE = Advice(
    phrase("This order holds more than Shopify tells us at once, so nothing can be reckoned."),
    phrase("Finish this part in Shopify, then mark it as dealt with."),
)

_ADVICE: dict[Look, Callable[[_Sum, Mapping[str, Any]], Advice]] = {
    Look.AMOUNTS_DIFFER: _amounts_differ,
    Look.TOO_LITTLE_LEFT: _too_little_left,
    Look.REFUND_ELSEWHERE: _refund_elsewhere,
    Look.CHANGED_AT_SHOPIFY: _changed_at_shopify,
    Look.REFUSED: _refused,
    Look.OUTCOME_UNKNOWN: _outcome_unknown,
    Look.NO_ANSWER: _no_answer,
    Look.BONUS_FAILED: _bonus_failed,
    Look.REPLACEMENT_GONE: _replacement_gone,
    Look.EXCHANGE_WOULD_COST: _exchange_would_cost,
    Look.LEDGER_DIFFERS: _ledger_differs,
    Look.ORDER_GONE: _order_gone,
    Look.LABEL_FAILED: lambda _, facts: Advice(*label_failed(facts)),
    Look.LABEL_WANTED: lambda *_: Advice(*LABEL_WANTED),
    Look.LEFT_MEANWHILE: _left_meanwhile,
    Look.CREDIT_FAILED: _credit_failed,
    Look.SENT_UNPAID: _sent_unpaid,
    Look.OVERPAID: _overpaid,
    Look.HOLD_STAYS: _hold_stays,
    Look.ORDER_TOO_LARGE: lambda *_: _TOO_LARGE,
}
