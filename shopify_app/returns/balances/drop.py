"""What an exchange turns into when its balance is not paid: the next best outcome that the shopper agreed to, with the
fees as they were charged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from shopify_app.money import Money, total
from shopify_app.orders.models import Order
from shopify_app.returns import apart, ledger
from shopify_app.returns.balances import rows, rules
from shopify_app.returns.balances.models import BalanceDue
from shopify_app.returns.booking import Dropped
from shopify_app.returns.facts import paid_order
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.offers import manner_of
from shopify_app.returns.outgoing import NeedsLook
from shopify_app.returns.paid import PaidOrder, Request
from shopify_app.returns.tenders import Part
from shopify_app.returns.unpaid import INSTEAD, without_exchange
from shopify_app.returns.verdicts import Terms
from shopify_app.returns.vocabulary import Outcome, TenderKind
from shopify_app.returns.wishes import from_json
from shopify_app.shopify.return_snapshots import ReturnableOrder


def reckon_drop(
    session: Session, row: Order, returnable: ReturnableOrder, balance: BalanceDue, now: datetime
) -> Dropped:
    """What goes back for the group without its exchange, under the terms that were quoted. Raises NeedsLook where no
    tender can take it."""
    group = session.get_one(ReleaseGroup, balance.group_id)
    agreed = rows.settlement_of(group)
    order = _without(paid_order(session, row, returnable, without_group=group.id), balance)
    into, terms = outcome_instead(session, group, may_credit=order.may_credit)
    request, manner = Request(agreed.lines[0].accepted.request_id, now), manner_of(session, row, order)
    final = without_exchange(order, agreed, terms, into, request, manner)
    if final.own != agreed.own or final.unplaced:
        raise NeedsLook(Look.TOO_LITTLE_LEFT, ours=agreed.own.amount, maximum=(final.own - final.unplaced).amount)
    back = tuple(
        Part(TenderKind.BALANCE, Money(each["amount"], group.currency), each["id"])
        for each in balance.payments
        if each["amount"]
    )
    return Dropped(final, agreed.new_total, balance.rest, back)


def outcome_instead(
    session: Session, group: ReleaseGroup, *, may_credit: bool = True
) -> tuple[Outcome, dict[int, Terms]]:
    """The outcome that takes the exchange's place, and its terms by Shopify's line id as far as they were quoted."""
    quote = _quote(session, group)
    agreed = rows.settlement_of(group)
    wanted = {line.accepted.line_id for line in agreed.lines}
    terms = {outcome: apart.terms_of(quote, outcome) for outcome in INSTEAD}
    offered = frozenset(outcome for outcome, known in terms.items() if wanted <= set(known))
    instead = from_json(quote.wish).instead if quote is not None else None
    into = rules.next_best(instead, offered, may_credit)
    return into, terms[into]


@dataclass(frozen=True)
class Expected:
    """What goes back in all, and what else is in the sum that Shopify suggests, in minor units: `withheld`, what
    earlier settlements of the order left with the shop, less what other exchanges still cost (`owed`, zero or less)."""

    back: Money
    withheld: int
    owed: int


def expected(session: Session, order: Order, group_id: int, dropped: Dropped) -> Expected:
    """What dropping the group's exchange comes to."""
    currency = dropped.sold.currency
    back = dropped.final.back + total([part.amount for part in dropped.paid_back], currency)
    withheld = ledger.withheld(session, order.id, 0) + dropped.rest.amount
    return Expected(back, withheld, ledger.owed(session, order.id, group_id))


def _without(order: PaidOrder, balance: BalanceDue) -> PaidOrder:
    """What was paid towards this balance goes back on its own: nothing of the shopper's earlier money is sent there."""
    paid = {each["id"] for each in balance.payments}
    return replace(order, tenders=tuple(each for each in order.tenders if each.tender_id not in paid))


def _quote(session: Session, group: ReleaseGroup) -> ReturnQuote | None:
    quote_id = group.quote_id or session.get_one(Return, group.return_id).quote_id
    return session.get(ReturnQuote, quote_id) if quote_id is not None else None
