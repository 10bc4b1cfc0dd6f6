"""What a step belongs to: a release group of a return, or a request without a receipt.

The engine (`carry`) is one. Whose step it is decides what is locked, what else must not move meanwhile, which effect
carries it out, and who hears of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.orders.models import Order
from shopify_app.returns import parked, steps
from shopify_app.returns.effects_at_shopify import effect_of
from shopify_app.returns.holding import held
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.no_receipt import credit as no_receipt_credit
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.outgoing import Answer, Bench, Ground, NeedsLook, Ready, Workbench
from shopify_app.returns.release import wake
from shopify_app.shopify.return_snapshots import OrderTooLarge


class Owner(Protocol):
    """What the engine asks of whoever a step belongs to. `bench` is always one that `bench` has made."""

    def bench(self, session: Session, ground: Ground, step: Step, lease: str, now: datetime) -> Bench:
        """The step with all its effect will read: the bench outlives the session."""
        ...

    def prepare(self, bench: Any) -> Ready: ...

    def send(self, bench: Any, input: Mapping[str, Any]) -> Answer: ...

    def look_back(self, bench: Any) -> Answer | None: ...

    def moves(self, session: Session, bench: Any) -> int:
        """Counts up with everything that makes what was read before stale."""
        ...

    def is_free(self, session: Session, bench: Any) -> bool:
        """Takes hold of what may have one step at a time; whether nothing else of it may be happening."""
        ...

    def happened(self, session: Session, bench: Any, answer: Answer, now: datetime) -> None:
        """The step is done: writes down what follows and plans what is next."""
        ...

    def refused(self, session: Session, bench: Any, step: Step, words: str, codes: Sequence[str]) -> None: ...

    def stopped(self, session: Session, bench: Any, step: Step, look: Look, facts: Mapping[str, Any]) -> None: ...

    def hold(self, session: Session, bench: Any) -> None:
        """Takes hold of the rows that `refused`, `stopped` and `woken` change."""
        ...

    def woken(self, session: Session, bench: Any) -> None:
        """The step fell away: what is next is planned."""
        ...


class OfReturn:
    """Steps of a release group: one of an order's at a time, since its money is one pool."""

    def bench(self, session: Session, ground: Ground, step: Step, lease: str, now: datetime) -> Workbench:
        group = session.get_one(ReleaseGroup, step.group_id)
        ret = session.get_one(Return, step.return_id)
        order = session.get_one(Order, ret.order_id)
        for line in ret.lines:
            _ = line.units, order.lines  # read now: the bench outlives the session
        return Workbench(ground, step, lease, now, group, ret, order)

    def prepare(self, bench: Workbench) -> Ready:
        try:
            return effect_of(bench.step).prepare(bench)
        except OrderTooLarge as large:
            raise NeedsLook(Look.ORDER_TOO_LARGE) from large

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        return effect_of(bench.step).send(bench, input)

    def look_back(self, bench: Workbench) -> Answer | None:
        try:
            return effect_of(bench.step).look_back(bench)
        except OrderTooLarge as large:  # it may be in what we were not told: it is never taken for undone
            raise NeedsLook(Look.OUTCOME_UNKNOWN) from large

    def moves(self, session: Session, bench: Workbench) -> int:
        return steps.moves_so_far(session, bench.order.id)

    def is_free(self, session: Session, bench: Workbench) -> bool:
        session.scalar(select(Order.id).where(Order.id == bench.order.id).with_for_update())
        self.hold(session, bench)
        return not steps.others_in_flight(session, bench.order.id, bench.step.id)

    def happened(self, session: Session, bench: Workbench, answer: Answer, now: datetime) -> None:
        group = session.get_one(ReleaseGroup, bench.group.id)
        effect_of(bench.step).happened(session, bench, group, answer)
        wake(session, session.get_one(Return, bench.ret.id), now)

    def refused(self, session: Session, bench: Workbench, step: Step, words: str, codes: Sequence[str]) -> None:
        ret, group = session.get_one(Return, bench.ret.id), session.get_one(ReleaseGroup, bench.group.id)
        parked.after_refusal(session, ret, group, step, words, codes, bench.now)

    def stopped(self, session: Session, bench: Workbench, step: Step, look: Look, facts: Mapping[str, Any]) -> None:
        ret, group = session.get_one(Return, bench.ret.id), session.get_one(ReleaseGroup, bench.group.id)
        parked.stopped(session, ret, group, step, look, facts, bench.now)

    def hold(self, session: Session, bench: Workbench) -> None:
        held(session, bench.ret.id)

    def woken(self, session: Session, bench: Workbench) -> None:
        wake(session, session.get_one(Return, bench.ret.id), bench.now)


class OfRequest:
    """The credit of a request without a receipt: it has one step, and no order whose money could move beside it."""

    def bench(
        self, session: Session, ground: Ground, step: Step, lease: str, now: datetime
    ) -> no_receipt_credit.RequestBench:
        request = session.get_one(NoReceiptRequest, step.no_receipt_id)
        return no_receipt_credit.RequestBench(ground, step, lease, now, request)

    def prepare(self, bench: no_receipt_credit.RequestBench) -> Ready:
        return no_receipt_credit.prepare(bench)

    def send(self, bench: no_receipt_credit.RequestBench, input: Mapping[str, Any]) -> Answer:
        return no_receipt_credit.send(bench, input)

    def look_back(self, bench: no_receipt_credit.RequestBench) -> Answer | None:
        return no_receipt_credit.look_back(bench)

    def moves(self, session: Session, bench: no_receipt_credit.RequestBench) -> int:
        return 0

    def is_free(self, session: Session, bench: no_receipt_credit.RequestBench) -> bool:
        self.hold(session, bench)
        return True

    def happened(self, session: Session, bench: no_receipt_credit.RequestBench, answer: Answer, now: datetime) -> None:
        no_receipt_credit.happened(session, bench, answer, now)

    def refused(
        self, session: Session, bench: no_receipt_credit.RequestBench, step: Step, words: str, codes: Sequence[str]
    ) -> None:
        facts = {"words": words, "codes": list(codes)}
        no_receipt_credit.stopped(session, bench, Look.CREDIT_FAILED, facts)

    def stopped(
        self,
        session: Session,
        bench: no_receipt_credit.RequestBench,
        step: Step,
        look: Look,
        facts: Mapping[str, Any],
    ) -> None:
        no_receipt_credit.stopped(session, bench, look, facts)

    def hold(self, session: Session, bench: no_receipt_credit.RequestBench) -> None:
        no_receipt_credit.locked(session, bench.request.id)

    def woken(self, session: Session, bench: no_receipt_credit.RequestBench) -> None:
        """Nothing comes after it."""


OF_RETURN, OF_REQUEST = OfReturn(), OfRequest()


def owner_of(step: Step) -> Owner:
    """Whose step it is."""
    return OF_RETURN if step.no_receipt_id is None else OF_REQUEST
