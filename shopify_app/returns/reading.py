"""One policy version read for one line: each effect from the first rule that matches and names it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from shopify_app.returns.amounts import Amount
from shopify_app.returns.effects import Bonus, Effects, Window
from shopify_app.returns.rules import PolicyVersion
from shopify_app.returns.subjects import Subject
from shopify_app.returns.verdicts import Aspect, Promise
from shopify_app.returns.vocabulary import BONUS_OUTCOMES, Approval, Method, MoneyEvent, Outcome, Scope, Standing, Start
from shopify_app.returns.windows import Span, notice_day, start_day
from shopify_app.settings.shape import PerLanguage

OFFERED = (Method.OWN_CARRIER,)
"""How goods travel where no rule says so."""
_NO_LIMIT = Window(latest_day=None)


_NO_WORDS: PerLanguage = {}


class Decided(NamedTuple):
    """A value and the rule it comes from; `rule` empty: nobody spoke, the value is the default."""

    value: Any
    version: int
    rule: str = ""
    says: PerLanguage = _NO_WORDS


class Reading:
    """What `version` decides for `subject`. Amounts come out in the order's currency."""

    def __init__(self, version: PolicyVersion, subject: Subject) -> None:
        self.version, self.subject = version.number, subject
        self.transit_days = version.policy.transit_days(subject.order.country)
        self._today = notice_day(subject)
        self._starts: dict[Start, date | None] = {}
        self._spans: dict[int, Span | None] = {}
        self._rules = [rule for rule in version.policy.rules if rule.when.hold(subject, self.transit_days)]
        self._names = tuple(rule.name for rule in self._rules)
        self._offers = version.offers

    @property
    def offers(self) -> dict[Any, Any]:
        """Kept with the version for the rules that apply to this line."""
        return self._offers.setdefault(self._names, {})

    @property
    def alike(self) -> tuple[Any, ...]:
        """What the days of a line hang on, beside its order and the notice: readings with equal ones have the same."""
        line = self.subject.line
        return self.version, self._names, line.fulfilled_at, line.delivered_at, line.delivery_known_at

    def of(self, aspect: Aspect, part: str) -> Decided:
        """The decision on one aspect for one outcome or method (`part`), else the default."""
        return _READERS[aspect](self, part)

    def first(self, ask: Callable[[Effects], Any], default: Any = None) -> Decided:
        """The first matching rule's answer that is not None."""
        for rule in self._rules:
            value = ask(rule.then)
            if value is not None:
                return Decided(value, self.version, rule.name, rule.says)
        return Decided(default, self.version)

    def is_at_fault(self) -> bool:
        """Whether a rule says that this was the shop's mistake."""
        return bool(self.first(lambda then: then.merchant_at_fault).value)

    def is_free_of_fees(self) -> bool:
        """The shop's mistake and a statutory withdrawal cost nothing."""
        return self.is_at_fault() or self.subject.notice.is_withdrawal

    def span(self, window: Window) -> Span | None:
        """The window's days for this line; None while day 0 has not come."""
        key = id(window)  # the policy holds it, and outcomes share it
        if key not in self._spans:
            begun = self._begun(window.counted_from)
            self._spans[key] = begun and Span.after(begun, window.earliest_day, window.latest_day)
        return self._spans[key]

    def delivery(self) -> date | None:
        """The day on which the line was delivered, or is taken to be."""
        return self._begun(Start.DELIVERY)

    def today(self) -> date:
        """The day of the shopper's notice."""
        return self._today

    def _begun(self, start: Start) -> date | None:
        """Day 0 of windows counted from `start`, reckoned once: each outcome asks for it."""
        if start not in self._starts:
            self._starts[start] = start_day(self.subject, start, self.transit_days)
        return self._starts[start]


def _outcome(reading: Reading, part: str) -> Decided:
    found = reading.first(lambda then: then.outcomes, ())
    return Decided(part in found.value, reading.version, found.rule, found.says)


def _method(reading: Reading, part: str) -> Decided:
    found = reading.first(lambda then: then.methods, OFFERED)
    return Decided(part in found.value, reading.version, found.rule, found.says)


def _window(reading: Reading, part: str) -> Decided:
    return reading.first(lambda then: _scoped(then.windows, part), _NO_LIMIT)


def _restocking(reading: Reading, part: str) -> Decided:
    waived = reading.first(lambda then: _listed(then.waive_restocking_for, part), False)
    if waived.value or reading.is_free_of_fees():
        return Decided(Decimal(0), reading.version, waived.rule, waived.says)
    return reading.first(lambda then: then.restocking_percent, Decimal(0))


def _shipping(reading: Reading, part: str) -> Decided:
    """A fee that cannot be expressed in the order's currency is not charged."""
    waived = reading.first(lambda then: _listed(then.waive_shipping_for, part), False)
    if waived.value or reading.is_free_of_fees():
        return Decided(None, reading.version, waived.rule, waived.says)
    found = reading.first(lambda then: then.shipping_fee)
    fee = _money(reading, found.value)
    return Decided(fee if fee else None, reading.version, found.rule, found.says)


def _bonus(reading: Reading, part: str) -> Decided:
    """None where there is no bonus: not for this outcome, anti-ladder, merchant at fault and a refund owed, customer
    blocked, or an amount that cannot be expressed in the order's currency."""
    found = reading.first(lambda then: _scoped(then.bonus, part) if part in BONUS_OUTCOMES else None)
    promise = _promise(reading, found.value) if found.value and _may_earn(reading) else None
    return Decided(promise, reading.version, found.rule, found.says)


def _may_earn(reading: Reading) -> bool:
    customer, line = reading.subject.customer, reading.subject.line
    is_blocked = customer is not None and customer.standing is Standing.BLOCKED
    is_ladder = line.is_exchange and not reading.first(lambda then: then.bonus_on_exchanged).value
    is_cash_owed = reading.is_at_fault() and reading.of(Aspect.OUTCOME, Outcome.REFUND).value
    may_at_fault = reading.first(lambda then: then.bonus_when_at_fault).value
    return not is_blocked and not is_ladder and not (is_cash_owed and not may_at_fault)


def _promise(reading: Reading, bonus: Bonus) -> Promise | None:
    customer = reading.subject.customer
    per_order = reading.first(lambda then: then.bonus_cap_per_order).value
    per_customer = reading.first(lambda then: then.bonus_cap_per_customer).value
    if customer is not None and customer.standing is Standing.ALLOWED:
        per_customer = None
    amounts = [bonus.flat, per_order, per_customer and per_customer.amount]
    flat, order_cap, customer_cap = (_money(reading, amount) for amount in amounts)
    is_unsayable = any(a is not None and _money(reading, a) is None for a in amounts)
    if is_unsayable or not (bonus.percent or flat):
        return None
    return Promise(
        percent=bonus.percent or Decimal(0),
        flat=flat,
        cap_per_order=order_cap,
        cap_per_customer=customer_cap,
        cap_days=per_customer.days if per_customer else 0,
        expires_months=reading.first(lambda then: then.bonus_expires_months, 12).value,
    )


def _keep_below(reading: Reading, _: str) -> Decided:
    found = reading.first(lambda then: then.keep_item_below)
    return Decided(_money(reading, found.value) or None, reading.version, found.rule, found.says)


def _money(reading: Reading, amount: Amount | None) -> Any:
    return None if amount is None else reading.subject.order.rates.amount(amount)


def _scoped(values: Mapping[Scope, Any] | None, part: str) -> Any:
    return None if values is None else values.get(Scope(part), values.get(Scope.ANY))


def _listed(values: tuple[Outcome, ...] | None, part: str) -> bool | None:
    return None if values is None else part in values


_READERS: dict[Aspect, Callable[[Reading, str], Decided]] = {
    Aspect.OUTCOME: _outcome,
    Aspect.METHOD: _method,
    Aspect.WINDOW: _window,
    Aspect.RESTOCKING: _restocking,
    Aspect.SHIPPING: _shipping,
    Aspect.BONUS: _bonus,
    Aspect.KEEP_BELOW: _keep_below,
    Aspect.MONEY_EVENT: lambda r, part: r.first(lambda then: _scoped(then.money_events, part), MoneyEvent.RECEIPT),
    Aspect.AT_FAULT: lambda r, _: r.first(lambda then: then.merchant_at_fault, False),
    Aspect.PHOTOS: lambda r, _: r.first(lambda then: then.photos, False),
    Aspect.QUESTION: lambda r, _: r.first(lambda then: then.question),
    Aspect.APPROVAL: lambda r, _: r.first(lambda then: then.approval, Approval.REVIEW),
}
