"""What a policy says of one line, as facts: terms per outcome, or reasons. The quotes reckon with terms alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shopify_app.i18n import Phrase
from shopify_app.money import Money
from shopify_app.returns.reasons import LineReason
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome
from shopify_app.settings.shape import PerLanguage


class Aspect(StrEnum):
    """One thing a policy decides; some per outcome, `method` per method."""

    OUTCOME = "outcome"
    WINDOW = "window"
    RESTOCKING = "restocking"
    SHIPPING = "shipping"
    BONUS = "bonus"
    MONEY_EVENT = "money_event"
    METHOD = "method"
    AT_FAULT = "at_fault"
    KEEP_BELOW = "keep_below"
    PHOTOS = "photos"
    QUESTION = "question"
    APPROVAL = "approval"


@dataclass(frozen=True)
class Promise:
    """A bonus in the order's currency: `percent` of the base, or `flat` once per order. Caps None: no cap.

    `cap_days` is the period of the cap per customer.
    """

    percent: Decimal = Decimal(0)
    flat: Money | None = None
    cap_per_order: Money | None = None
    cap_per_customer: Money | None = None
    cap_days: int = 0
    expires_months: int = 12


@dataclass(frozen=True)
class Terms:
    """One outcome for one line. `closes` None: no limit. `shipping_fee` None: none, or waived for this outcome.

    `keep_below` only for keep_item: what is kept on the order must stay below it.
    """

    outcome: Outcome
    opens: date
    closes: date | None
    money_event: MoneyEvent = MoneyEvent.RECEIPT
    restocking_percent: Decimal = Decimal(0)
    shipping_fee: Money | None = None
    bonus: Promise | None = None
    keep_below: Money | None = None


@dataclass(frozen=True)
class Decision:
    """What was decided, by which rule of which policy version, and what to tell the shopper.

    `rule` empty: no rule spoke, the product's default holds. `own_words` (per language) go before `sentence`.
    """

    aspect: Aspect
    part: str
    rule: str
    version: int
    sentence: Phrase | None
    own_words: PerLanguage = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """`terms` empty: the line cannot come back, `reasons` say why. `refused`: outcomes that others of the shop's
    lines may have, with why not this one. `version` is the policy version in force at purchase."""

    line_id: int
    version: int
    terms: tuple[Terms, ...] = ()
    refused: tuple[tuple[Outcome, LineReason], ...] = ()
    reasons: tuple[LineReason, ...] = ()
    methods: tuple[Method, ...] = ()
    needs_photos: bool = False
    question: PerLanguage | None = None
    approval: Approval = Approval.REVIEW
    merchant_at_fault: bool = False
    decisions: tuple[Decision, ...] = ()

    @property
    def is_eligible(self) -> bool:
        """Whether anything may be chosen for the line."""
        return bool(self.terms)

    def terms_for(self, outcome: Outcome) -> Terms | None:
        """The terms of `outcome`, None where it is refused."""
        return next((terms for terms in self.terms if terms.outcome is outcome), None)

    def why_not(self, outcome: Outcome) -> LineReason | None:
        """Why `outcome` is refused; None where it is not."""
        refusal = next((reason for refused, reason in self.refused if refused is outcome), None)
        return refusal or next(iter(self.reasons), None)

    @property
    def last_day(self) -> date | None:
        """The last day on which anything may be chosen; None: no limit."""
        closings = [terms.closes for terms in self.terms]
        return None if None in closings or not closings else max(day for day in closings if day)
