"""Two parts of one order settle at the same moment: what is half of the other's movement is never taken for a fact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from returns_counter import Counter
from settling import approve, looks, receive, states, theirs, work
from sqlalchemy import select, update
from two_parts import asked, open_shop

from jobs.steps import carry_out_step, ground_of
from shopify_app.db import Database
from shopify_app.fault_points import ProcessCrashed
from shopify_app.returns import published
from shopify_app.returns.carry import carry_out
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.steps import StepKind
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start

FEE = Effects(
    windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
    outcomes=(Outcome.REFUND, Outcome.VARIANT_EXCHANGE),
    methods=(Method.OWN_CARRIER,),
    money_events={Scope.ANY: MoneyEvent.RECEIPT},
    approval=Approval.REVIEW,
    restocking_percent=Decimal(20),
    waive_restocking_for=(),
)


class Interrupted:
    """The Admin API to a worker during whose question something else happens, once."""

    def __init__(self, admin: Any, meanwhile: Callable[[], Any]) -> None:
        self._admin, self._meanwhile = admin, [meanwhile]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._admin, name)

    def suggested_outcome(self, *given: Any) -> Any:
        while self._meanwhile:
            self._meanwhile.pop()()
        return self._admin.suggested_outcome(*given)


def paying_step(counter: Counter, ret: Return, outcome: Outcome) -> int:
    with counter.database.read() as session:
        wanted = select(Step.id).join(ReleaseGroup, ReleaseGroup.id == Step.group_id)
        mine = (Step.return_id == ret.id, Step.kind == StepKind.PROCESS, ReleaseGroup.outcome == outcome)
        return session.scalars(wanted.where(*mine)).one()


def test_a_part_taken_up_while_another_was_being_booked_reads_everything_again(
    database: Database, database_url: str, dying: Callable[[str], None]
) -> None:
    # given a refund and a swap that costs a fee of 9.00, both here
    counter = open_shop(database, database_url)
    with database.write() as session:
        policy = Policy(rules=(Rule(name="All", then=FEE),))
        published.publish(session, counter.shop_id, policy, "mara", counter.now() - timedelta(days=90))
    ret = asked(counter, Outcome.REFUND)
    approve(counter, ret)
    receive(counter, ret, then_work=False)
    refund, swap = (paying_step(counter, ret, each) for each in (Outcome.REFUND, Outcome.VARIANT_EXCHANGE))

    # when the swap has happened at Shopify and is not booked yet, and the refund is reckoned from books without it
    dying("carry.after_answer")
    with pytest.raises(ProcessCrashed):
        carry_out_step(counter.wire.adapters, swap)
    with database.write() as session:
        session.execute(update(Step).where(Step.lease_until.is_not(None)).values(lease_until=1))
    ground = ground_of(counter.wire.adapters)
    admin = Interrupted(ground.admin_of(counter.shop_id), lambda: carry_out_step(counter.wire.adapters, swap))
    ended = carry_out(replace(ground, admin_of=lambda _: admin), refund)

    # then nobody is asked about the half that was seen, and a moment later the refund is paid
    assert ended == "waits", looks(counter, ret)
    work(counter)
    assert (states(counter, ret), looks(counter, ret)) == (["settled", "awaiting_payment"], [None, None])
    assert theirs(counter) == sorted([("exchange_sale", "48.60"), ("refund", "39.60")])
