"""Balances due at the dev store: an exchange that costs more than came back, payments, the clock, both books."""

from __future__ import annotations

from collections import Counter as Sums
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from returns_counter import Counter
from settling import approve, receive, work
from sqlalchemy import select

from jobs.balances import collect_shop, look_at_order
from shopify_app.money import Money
from shopify_app.returns import ledger, published
from shopify_app.returns.balances.models import BalanceDue
from shopify_app.returns.effects import Bonus, Effects, Window
from shopify_app.returns.models import Return
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start

FEE = Decimal(20)
ALL = (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE)


def policy(outcomes: tuple[Outcome, ...] = ALL, **effects: Any) -> Policy:
    """A restocking fee of a fifth that exchanges pay too: an even swap of the worked example costs 9.00."""
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=outcomes,
        methods=(Method.OWN_CARRIER,),
        bonus={Scope.ANY: Bonus(percent=Decimal(10))},
        money_events={Scope.ANY: MoneyEvent.RECEIPT},
        restocking_percent=FEE,
        waive_restocking_for=(),
        approval=Approval.REVIEW,
        **effects,
    )
    return Policy(rules=(Rule(name="All", then=then),))


def policy_with_waiver() -> Policy:
    """Up to 10.00 is not worth the asking."""
    return replace(policy(), waive_balance_up_to={"EUR": Decimal(10)})


def owing(counter: Counter, wanted: Policy | None = None, quantity: int = 1, **wish: Any) -> Return:
    """Ada swaps a shirt for another size, and owes the fee."""
    with counter.database.write() as session:
        published.publish(session, counter.shop_id, wanted or policy(), "mara", counter.now() - timedelta(days=90))
    wish = {"replacement_variant_id": counter.desk.variants["M"]} | wish
    instead = wish.pop("instead", None)
    wished = replace(counter.wish(quantity, Outcome.VARIANT_EXCHANGE, **wish), instead=instead)
    ret = counter.submit(counter.price(wished))
    approve(counter, ret)
    receive(counter, ret)
    return ret


def pays(counter: Counter, amount: str | None = None) -> None:
    """By Shopify's own page."""
    body: dict[str, Any] = {"order_id": counter.desk.order_id}
    counter.stage.post("/payments", body | ({"amount": amount} if amount else {}))


def look(counter: Counter) -> None:
    """What a webhook of the order leads to; then the workers."""
    counter.wire.advance(seconds=1)
    with counter.database.read() as session:
        order_id = counter.order(session).id
    look_at_order(counter.wire.adapters, counter.shop_id, order_id)
    work(counter)


def clock(counter: Counter, **later: float) -> None:
    """Time goes by, the schedule's pass is made, workers work."""
    counter.wire.advance(seconds=timedelta(**later).total_seconds())
    collect_shop(counter.wire.adapters, counter.shop_id)
    work(counter)


def balance(counter: Counter, ret: Return) -> BalanceDue:
    with counter.database.read() as session:
        return session.scalars(select(BalanceDue).where(BalanceDue.return_id == ret.id)).one()


def left_to_pay(counter: Counter) -> Money:
    """By Shopify's word."""
    told = counter.api.order_balance(counter.desk.order_id)
    assert told is not None
    return told.outstanding


def seen_books(counter: Counter, ret: Return) -> Sums[str]:
    """The ledger's accounts, summed, in minor units."""
    found: Sums[str] = Sums()
    with counter.database.read() as session:
        assert ledger.check(session, counter.ret(session, ret)) == ()
        for row in ledger.rows(session, counter.ret(session, ret)):
            found[row.account] += row.amount
    return found
