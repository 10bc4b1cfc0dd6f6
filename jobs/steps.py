"""Outgoing steps of returns, carried out by workers; rows are the truth, the broker only wakes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from shopify_app.observability import steps_carried
from shopify_app.queue import celery, send_in
from shopify_app.returns import comparing
from shopify_app.returns.carry import carry_out
from shopify_app.returns.money_models import Step
from shopify_app.returns.no_receipt import comparing as no_receipt_comparing
from shopify_app.returns.outgoing import Ground
from shopify_app.returns.steps import TASK
from shopify_app.shopify.transport import Pace
from shopify_app.wiring import Adapters

STEP_PACE = Pace(reserve_share=0.0, longest_wait_seconds=5.0)
"""Money goes first, and waits less than the lease of its step lasts."""
MOST_STRETCHES = 6
"""Stretches of one step that a worker does in a row, where each leaves it due at once."""
COME_BACK = frozenset({"unknown", "waits"})
"""Ends after which the step is due again within seconds: sooner than the sweep would look for it."""
COME_BACK_SECONDS = 5


def ground_of(adapters: Adapters) -> Ground:
    """Where this process carries out steps."""
    return Ground(
        adapters.database,
        lambda shop_id: adapters.admin(shop_id, STEP_PACE),
        adapters.clock,
        adapters.carriers.seller_of,
    )


@celery.task(name="jobs.carry_out", bind=True)
def carry_out_steps(self: Any, *step_ids: int) -> None:
    """Takes the steps with these ids further; those held by others, or not due, are passed."""
    for step_id in step_ids:
        if carry_out_step(self.app.adapters, step_id) in COME_BACK:
            send_in(COME_BACK_SECONDS, TASK, step_id)


@celery.task(name="jobs.compare_bonuses", bind=True)
def compare_bonuses(self: Any) -> None:
    """Holds the bonuses and the credits without an order of the last days against Shopify's accounts."""
    comparing.compare_bonuses(ground_of(self.app.adapters))
    no_receipt_comparing.compare_credits(ground_of(self.app.adapters))


def carry_out_step(adapters: Adapters, step_id: int) -> str:
    """Carries the step out as far as it goes now; says how the last stretch ended."""
    outcome = "passed"
    for _ in range(MOST_STRETCHES):
        if not _is_due(adapters, step_id):
            break
        outcome = carry_out(ground_of(adapters), step_id)
        steps_carried.labels(outcome=outcome).inc()
    return outcome


def _is_due(adapters: Adapters, step_id: int) -> bool:
    wanted = select(Step.id).where(Step.id == step_id, Step.state == "pending", Step.due_at <= adapters.clock.now())
    with adapters.database.read() as session:
        return session.scalar(wanted) is not None
