"""Seven policies to begin with (`returns.md`, section 3). Each is a document a merchant can edit, nothing more.

All say first what final sale and the shop's own mistakes mean, and waive fees for exchanges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effects import Bonus, CustomerCap, Effects, NoReceipt, Window
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, ProofLevel, Scope, Start
from shopify_app.returns.withdrawing.law import LAWS

EXCHANGE = (Outcome.VARIANT_EXCHANGE, Outcome.PRODUCT_EXCHANGE, Outcome.SHOP_NOW)
WITHOUT_REFUND = (*EXCHANGE, Outcome.STORE_CREDIT)
EVERYTHING = (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE, Outcome.SHOP_NOW)
"""What presets offer. A product exchange is shop now with one piece for each: worth the same, so both side by side
would be one choice twice. A merchant's own rule may still offer it."""
FAULTS = ("damaged", "defective", "wrong-item", "not-as-described", "missing-parts")
"""Handles of return reasons that are the shop's mistake."""
EU = tuple(LAWS)
"""Where the right of withdrawal holds, parts with a country code of their own among them."""


@dataclass(frozen=True)
class Preset:
    """A policy under its name, with a sentence for the merchant who chooses."""

    title: str
    summary: str
    policy: Policy


def _days(latest: int | None, earliest: int = 0) -> dict[Scope, Window]:
    return {Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=earliest, latest_day=latest)}


def _our_mistake() -> Rule:
    """Two years, as EU law grants for goods that were not as agreed; kinder than most ask for elsewhere."""
    then = Effects(
        windows=_days(730),
        outcomes=EVERYTHING,
        methods=(Method.LABEL, Method.QR, Method.PICK_UP),
        merchant_at_fault=True,
        photos=True,
        approval=Approval.REVIEW,
        money_events={Scope.ANY: MoneyEvent.FIRST_SCAN},
    )
    return Rule(name="Our mistake", when=Conditions(reasons=FAULTS), then=then)


def _final_sale(no_receipt: NoReceipt | None = None) -> Rule:
    return Rule(name="Final sale", when=Conditions(final_sale=True), then=Effects(outcomes=(), no_receipt=no_receipt))


def _waived() -> Rule:
    return Rule(
        name="Exchanges cost nothing", then=Effects(waive_restocking_for=EXCHANGE, waive_shipping_for=WITHOUT_REFUND)
    )


def _policy(*rules: Rule) -> Policy:
    return Policy(rules=(_our_mistake(), _final_sale(), _waived(), *rules))


_BONUS = {Scope.ANY: Bonus(percent=Decimal(10))}
_PARCEL = (Method.LABEL, Method.OWN_CARRIER)


def standard(days: int) -> Policy:
    """Everything for so many days after delivery; its last rule is called as with thirty."""
    then = Effects(windows=_days(days), outcomes=EVERYTHING, methods=_PARCEL, bonus=_BONUS)
    return _policy(Rule(name="30 days", then=then))


STANDARD = standard(30)
FORGIVING = Policy(
    rules=(
        _our_mistake(),
        _final_sale(NoReceipt(proof=ProofLevel.ORDER)),
        _waived(),
        Rule(
            name="No time limit, no receipt needed",
            then=Effects(
                windows=_days(None),
                outcomes=EVERYTHING,
                methods=_PARCEL,
                bonus=_BONUS,
                approval=Approval.AT_ONCE,
                no_receipt=NoReceipt(cap_per_person=CustomerCap(amount={"shop": Decimal(300)}, days=365)),
            ),
        ),
    )
)
BULKY = _policy(
    Rule(
        name="Notice within 30 days, we pick it up",
        then=Effects(
            windows=_days(30),
            outcomes=EVERYTHING,
            methods=(Method.PICK_UP, Method.LABEL),
            money_events={Scope.ANY: MoneyEvent.INSPECTION},
        ),
    )
)
TRIAL = _policy(
    Rule(
        name="100 nights, 30 at least",
        then=Effects(
            windows=_days(100, earliest=30),
            outcomes=EVERYTHING,
            methods=(Method.PICK_UP, Method.NONE),
            question={"en": "What did not suit you?", "de": "Was hat nicht gepasst?"},
            money_events={Scope.ANY: MoneyEvent.APPROVAL},
        ),
    )
)
FASHION = _policy(
    Rule(
        name="14 days refund, 30 exchange, 45 credit",
        then=Effects(
            windows={
                Scope.REFUND: Window(latest_day=14),
                Scope.STORE_CREDIT: Window(latest_day=45),
                Scope.ANY: Window(latest_day=30),
            },
            outcomes=EVERYTHING,
            methods=_PARCEL,
            bonus=_BONUS,
        ),
    )
)
OUTLET = Policy(
    rules=(_our_mistake(), Rule(name="Everything is final sale", then=Effects(outcomes=()))),
)
EU_CONSUMER = Policy(
    rules=(
        _our_mistake(),
        Rule(
            name="Consumers in the EU",
            when=Conditions(countries=EU, company=False),
            then=Effects(
                windows=_days(14),
                outcomes=EVERYTHING,
                methods=_PARCEL,
                restocking_percent=Decimal(0),
                bonus=_BONUS,
                money_events={Scope.ANY: MoneyEvent.FIRST_SCAN},
            ),
        ),
        _final_sale(),
        _waived(),
        Rule(
            name="Everyone else: 30 days",
            then=Effects(windows=_days(30), outcomes=EVERYTHING, methods=_PARCEL, bonus=_BONUS),
        ),
    )
)

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "standard": Preset(
            "Standard 30 days", "Everything for 30 days after delivery, 10 % bonus on credit.", STANDARD
        ),
        "forgiving": Preset(
            "Forgiving", "No time limit, approved at once; without a receipt credit at today's price.", FORGIVING
        ),
        "bulky": Preset("Bulky goods", "Notice within 30 days of delivery; you pay the pick-up; full refund.", BULKY),
        "trial": Preset("Trial", "100 nights, at least 30; free pick-up, or the item is given away.", TRIAL),
        "fashion": Preset("Fashion", "14 days for a refund, 30 for an exchange, 45 for store credit.", FASHION),
        "outlet": Preset("Final sale outlet", "Nothing comes back but what was your mistake.", OUTLET),
        "eu_consumer": Preset(
            "EU consumer", "14 days without fees for consumers in the EU, 30 for others.", EU_CONSUMER
        ),
    }
)
