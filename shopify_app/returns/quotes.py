"""Quotes: every outcome for the chosen lines, priced to the cent, explained, stored, expiring.

What is accepted is what is settled: page, mail and settlement read the same stored quote. Fewer or lesser units are
priced under the terms that the quote carries (`inspecting.verdicts.reckoned`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from shopify_app.money import total
from shopify_app.returns.exchanges import Replacement
from shopify_app.returns.paid import Manner, PaidOrder, Pick, Request
from shopify_app.returns.pricing import price
from shopify_app.returns.reasons import (
    CreditNeedsCustomer,
    CreditNotForCompanies,
    CreditNotSetUp,
    NoExchangeWithDuties,
    NotEligible,
    NotOffered,
    Reason,
    TooDearToKeep,
)
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.units import left_of
from shopify_app.returns.verdicts import Verdict
from shopify_app.returns.vocabulary import EXCHANGES, Outcome

LIFE = timedelta(hours=24)


@dataclass(frozen=True)
class Wanted:
    """Units of a line that the shopper chose, with the policy's verdict on it."""

    line_id: int
    quantity: int
    verdict: Verdict
    replacement: Replacement | None = None


@dataclass(frozen=True)
class Option:
    """One outcome for all chosen lines, or why it cannot be had."""

    outcome: Outcome
    settlements: tuple[Settlement, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def is_available(self) -> bool:
        """Whether the outcome can be had."""
        return bool(self.settlements)


@dataclass(frozen=True)
class Quote:
    """`options` in the order of `Outcome`. After `expires_at` it can no longer be accepted."""

    request_id: str
    order_id: int
    currency: str
    policy_version: int
    made_at: datetime
    expires_at: datetime
    options: tuple[Option, ...]

    def option(self, outcome: Outcome) -> Option:
        """Raises NotEligible where the quote does not offer it."""
        found = next((option for option in self.options if option.outcome is outcome), None)
        if found is None or not found.is_available:
            raise NotEligible(found.reasons if found else (NotOffered(),))
        return found

    def is_open(self, now: datetime) -> bool:
        """Whether the quote can still be accepted."""
        return now < self.expires_at


def propose(order: PaidOrder, wanted: Sequence[Wanted], request: Request, manner: Manner) -> Quote:
    """Each outcome for all of `wanted`; per-line choices are priced by `mixed`.

    Raises NotEnoughUnits, KeyError for a foreign line, ValueError when nothing is wanted.
    """
    if not wanted or any(each.quantity < 1 for each in wanted):
        raise ValueError("a return has at least one unit of each chosen line")
    options = tuple(_option(outcome, order, wanted, request, manner) for outcome in Outcome)
    return _quote(order, wanted, request, options)


def mixed(
    order: PaidOrder, chosen: Sequence[tuple[Wanted, Outcome]], request: Request, manner: Manner
) -> tuple[Settlement, ...]:
    """The settlements of a request whose lines have different outcomes. Raises NotEligible with all reasons."""
    outcomes = dict.fromkeys(outcome for _, outcome in chosen)
    reasons = [why for outcome in outcomes for why in _bars(outcome, order, [w for w, o in chosen if o is outcome])]
    if reasons:
        raise NotEligible(tuple(reasons))
    return price(order, [_pick(each, outcome) for each, outcome in chosen], request, manner)


def _option(outcome: Outcome, order: PaidOrder, wanted: Sequence[Wanted], request: Request, manner: Manner) -> Option:
    reasons = _bars(outcome, order, wanted)
    if reasons:
        return Option(outcome, reasons=tuple(dict.fromkeys(reasons)))
    picks = [_pick(each, outcome) for each in wanted]
    return Option(outcome, price(order, picks, request, manner))


def _bars(outcome: Outcome, order: PaidOrder, wanted: Sequence[Wanted]) -> list[Reason]:
    """Why `outcome` cannot be had for all of `wanted`; the order's own reasons first."""
    reasons: list[Reason] = []
    if outcome is Outcome.STORE_CREDIT:
        reasons += _credit_bars(order)
    if outcome in EXCHANGES and order.has_duties:
        reasons.append(NoExchangeWithDuties())
    for each in wanted:
        if each.verdict.terms_for(outcome) is None:
            reasons.append(each.verdict.why_not(outcome) or NotOffered())
    if outcome is Outcome.KEEP_ITEM and not reasons and _is_too_dear(order, wanted):
        reasons.append(TooDearToKeep())
    return reasons


def _credit_bars(order: PaidOrder) -> list[Reason]:
    if order.is_company:
        return [CreditNotForCompanies()]
    if not order.gives_credit:
        return [CreditNotSetUp()]
    return [] if order.has_customer else [CreditNeedsCustomer()]


def _is_too_dear(order: PaidOrder, wanted: Sequence[Wanted]) -> bool:
    """Whether what is kept, with what the order kept before, reaches the lowest value that the policy names: splitting
    an order's lines over several requests keeps no more than one."""
    kept = [past.paid for past in order.earlier if past.outcome is Outcome.KEEP_ITEM]
    for each in wanted:
        units = left_of(order.line(each.line_id), order.taxes_included, order.earlier)[: each.quantity]
        kept += [unit.paid for unit in units]
    terms = [each.verdict.terms_for(Outcome.KEEP_ITEM) for each in wanted]
    below = [found.keep_below for found in terms if found and found.keep_below is not None]
    return not below or total(kept, order.currency) >= min(below)


def _pick(each: Wanted, outcome: Outcome) -> Pick:
    terms = each.verdict.terms_for(outcome)
    if terms is None:
        raise NotEligible((each.verdict.why_not(outcome) or NotOffered(),))
    return Pick.of(each.line_id, each.quantity, terms, each.replacement)


def _quote(order: PaidOrder, wanted: Sequence[Wanted], request: Request, options: tuple[Option, ...]) -> Quote:
    return Quote(
        request_id=request.request_id,
        order_id=order.order_id,
        currency=order.currency,
        policy_version=wanted[0].verdict.version,
        made_at=request.now,
        expires_at=request.now + LIFE,
        options=options,
    )


_STORED: TypeAdapter[Quote] = TypeAdapter(Quote)


def to_stored(quote: Quote) -> dict[str, Any]:
    """`quote` as JSON values, for a row of ours."""
    stored: dict[str, Any] = _STORED.dump_python(quote, mode="json")
    return stored


def from_stored(document: Mapping[str, Any]) -> Quote:
    """The quote that `to_stored` wrote."""
    return _STORED.validate_python(document)
