"""What an item is worth to somebody without an order number, under the policy now in force. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from shopify_app.money import Money
from shopify_app.returns.amounts import Rates
from shopify_app.returns.effects import NoReceipt
from shopify_app.returns.rules import PolicyVersion
from shopify_app.returns.subjects import LineFacts, Notice, OrderFacts, Subject
from shopify_app.returns.vocabulary import PriceBasis, ProofLevel


@dataclass(frozen=True)
class Wanted:
    """What is to come back: `line` holds what is known of the product, `price` is today's for one, `lately` the lowest
    that one was sold for within the policy's days (None: nobody knows)."""

    line: LineFacts
    quantity: int
    reason: str | None
    price: Money
    lately: Money | None = None
    has_paper: bool = False


@dataclass(frozen=True)
class Worth:
    """The credit for `quantity` at `unit_price`, `percent` of it; `full` before the person's cap, `amount` after it.
    `rule` decided under policy version `version`."""

    unit_price: Money
    percent: Decimal
    full: Money
    amount: Money
    months: int
    rule: str
    version: int


class NothingWithout(Exception):
    """The policy gives nothing for it without an order; `why` says which of these it is."""

    SILENT = "silent"  # no rule speaks of it
    ORDER = "order"  # it asks for an order
    PAPER = "paper"  # it asks for a paper, and none was sent
    CAP = "cap"  # this person was given as much as there is
    WORTHLESS = "worthless"  # nothing of the price is left

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def decided(version: PolicyVersion, line: LineFacts, reason: str | None) -> tuple[str, NoReceipt] | None:
    """The first rule about the product that speaks of it, by name, and what it says."""
    order = OrderFacts(version.published_at, Money.zero(line.price_paid.currency), _rates(line.price_paid.currency))
    subject = Subject(line, order, None, Notice(version.published_at, reason))
    for rule in version.policy.rules:
        if rule.then.no_receipt is not None and rule.when.hold(subject, 0):
            return rule.name, rule.then.no_receipt
    return None


def worth(version: PolicyVersion, wanted: Wanted, given: Money) -> Worth:
    """The credit, half up; `given` is what the same person was granted within the cap's days. Raises NothingWithout."""
    found = decided(version, wanted.line, wanted.reason)
    if found is None:
        raise NothingWithout(NothingWithout.SILENT)
    rule, then = found
    if then.proof is ProofLevel.ORDER:
        raise NothingWithout(NothingWithout.ORDER)
    if then.proof is ProofLevel.GIFT and not wanted.has_paper:
        raise NothingWithout(NothingWithout.PAPER)
    price = _price(then, wanted)
    exact = Decimal(price.amount * wanted.quantity) * then.percent / 100
    full = Money(int(exact.to_integral_value(ROUND_HALF_UP)), price.currency)
    left = _left(then, given)
    if not full:
        raise NothingWithout(NothingWithout.WORTHLESS)
    amount = full if left is None else min(full, left)
    if amount.amount <= 0:
        raise NothingWithout(NothingWithout.CAP)
    return Worth(price, then.percent, full, amount, then.credit_months, rule, version.number)


def counted_since(then: NoReceipt | None, now: datetime) -> datetime | None:
    """From when on credits count towards the cap; None: there is no cap."""
    cap = then.cap_per_person if then else None
    return None if cap is None else now - timedelta(days=cap.days)


def _price(then: NoReceipt, wanted: Wanted) -> Money:
    if then.price is PriceBasis.LOWEST and wanted.lately is not None:
        return min(wanted.price, wanted.lately)
    return wanted.price


def _left(then: NoReceipt, given: Money) -> Money | None:
    """What the cap leaves; a cap that is written in no currency of the shop's gives nothing."""
    if then.cap_per_person is None:
        return None
    most = _rates(given.currency).amount(then.cap_per_person.amount)
    return Money.zero(given.currency) if most is None else most - given


def _rates(currency: str) -> Rates:
    return Rates(currency, currency)
