"""What a shopper may choose between after an inspection, to the cent: the sum at the verdicts, and, where an exchange
would now cost more than was agreed, what it could become instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.returns import apart, reckoning
from shopify_app.returns.inspecting import asking
from shopify_app.returns.inspecting.verdicts import reckoned
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.outgoing import Workbench
from shopify_app.returns.paid import Pick
from shopify_app.returns.pricing import price
from shopify_app.returns.reckoning import Basis
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.stored import settlement_to_stored
from shopify_app.returns.units import WHOLE
from shopify_app.returns.verdicts import Terms
from shopify_app.returns.vocabulary import WITH_CART, MoneyEvent, Outcome
from shopify_app.returns.wishes import from_json
from shopify_app.shopify.return_snapshots import ReturnableOrder

NEXT_BEST = (Outcome.REFUND, Outcome.STORE_CREDIT)
"""What an exchange may become. Nobody is steered to credit: it comes second, unless the shopper named it before."""


@dataclass(frozen=True)
class Instead:
    """An outcome in an exchange's place: `agreed` as if all units were accepted in full, `final` at the verdicts."""

    outcome: Outcome
    agreed: Settlement
    final: Settlement


@dataclass(frozen=True)
class Offers:
    """`offer` is None where nothing was accepted; `rest` what is left if what was asked about goes back, None for
    nothing; `instead` the best-suited first, empty where nothing becomes due."""

    offer: Settlement | None
    rest: Settlement | None
    instead: tuple[Instead, ...] = ()

    def as_stored(self) -> dict[str, Any]:
        """As a question keeps them."""
        instead = [
            {
                "outcome": str(each.outcome),
                "agreed": settlement_to_stored(each.agreed),
                "final": settlement_to_stored(each.final),
            }
            for each in self.instead
        ]
        offer, rest = (settlement_to_stored(each) if each else None for each in (self.offer, self.rest))
        return {"offer": offer, "rest": rest, "instead": instead}


def offers(session: Session, bench: Workbench, returnable: ReturnableOrder) -> Offers:
    """Under the terms that were agreed. Raises NeedsLook where units were refunded elsewhere."""
    basis = reckoning.basis(session, bench, returnable)
    final, _ = reckoning.at_verdicts(basis, bench)
    if final is None or final.due <= basis.agreed.due:
        return Offers(final, _rest(bench, basis))
    found = [_instead(session, bench, basis, outcome) for outcome in _preferred(session, bench.ret)]
    return Offers(final, None, tuple(each for each in found if each))


def _rest(bench: Workbench, basis: Basis) -> Settlement | None:
    """An exchange for new goods stands or falls as a whole (`inspecting.dialogue.goes_back`)."""
    if bench.group.outcome in WITH_CART:
        return None
    back = frozenset(unit.id for unit in asking.less(bench.ret, bench.group))
    return reckoning.at_verdicts(basis, bench, back)[0]


def _preferred(session: Session, ret: Return) -> tuple[Outcome, ...]:
    """What the shopper named when they asked for the exchange comes first."""
    quote = session.get(ReturnQuote, ret.quote_id) if ret.quote_id else None
    named = from_json(quote.wish).instead if quote is not None and quote.wish else None
    return tuple(sorted(NEXT_BEST, key=lambda outcome: outcome is not named))


def _instead(session: Session, bench: Workbench, basis: Basis, outcome: Outcome) -> Instead | None:
    """None where the policy did not offer the outcome for every line, or where no tender can take it."""
    terms = _terms(session, bench.ret, bench.group, outcome)
    needed = {line.accepted.line_id for line in basis.agreed.lines}
    if needed - terms.keys() or (outcome is Outcome.STORE_CREDIT and not basis.order.may_credit):
        return None
    picks = [
        Pick(line.accepted.line_id, (WHOLE,) * len(line.units), terms[line.accepted.line_id], len(line.accepted.asked))
        for line in basis.agreed.lines
    ]
    agreed = price(basis.order, picks, basis.request, basis.manner)[0]
    final, _ = reckoned(basis.order, bench.ret, bench.group, agreed, basis.request, basis.manner)
    return Instead(outcome, agreed, final) if final is not None and not final.unplaced else None


def _terms(session: Session, ret: Return, group: ReleaseGroup, outcome: Outcome) -> dict[int, Terms]:
    """What the quote offered for an outcome, by order line; the goods are here, so that the money waits for nothing
    that it does not wait for now."""
    quote = session.get(ReturnQuote, ret.quote_id) if ret.quote_id else None
    event = MoneyEvent(group.money_event)
    return {line_id: replace(each, money_event=event) for line_id, each in apart.terms_of(quote, outcome).items()}
