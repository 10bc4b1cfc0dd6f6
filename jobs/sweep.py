"""Finding what a lost message left behind: rows are the truth, the broker only a wake-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from jobs import catch_up
from shopify_app.automations.firing import TASK as CARRY_EFFECT
from shopify_app.automations.kept_dry_run import TASK as DRY_RUN
from shopify_app.automations.models import DryRun, Effect
from shopify_app.casework.bulk import TASK as CARRY_MANY
from shopify_app.casework.models import BulkAction
from shopify_app.events import Reaction
from shopify_app.leases import due
from shopify_app.messages.models import Message
from shopify_app.queue import send
from shopify_app.returns.money_models import Step
from shopify_app.returns.steps import TASK as CARRY_OUT
from shopify_app.wiring import Adapters
from webhooks.inbox import Delivery

GRACE = timedelta(seconds=3)
"""A row this young has its own message on the way."""

PATIENCE = timedelta(seconds=30)
"""How long a row that was sent for is left to the workers before it is sent for again."""

PER_MESSAGE = 20


class Sweep:
    """Sends workers for what is due and held by nobody: deliveries, reactions, steps, mails, bulk work, dry runs,
    catching-up.

    It remembers for half a minute what it has sent for, so that a backlog is not swept into the queue again and again.
    """

    def __init__(self, send: Callable[..., bool] = send) -> None:
        self._send = send
        self._sent_at: dict[tuple[str, int], datetime] = {}

    def __call__(self, adapters: Adapters, now: datetime) -> bool:
        """One pass; False when the broker is away."""
        with adapters.database.read() as session:
            deliveries = due(session, Delivery, now - GRACE)
            reactions = due(session, Reaction, now - GRACE)
            steps = due(session, Step, now - GRACE)
            mails = due(session, Message, now - GRACE)
            many = due(session, BulkAction, now - GRACE)
            effects = due(session, Effect, now - GRACE)
            dry_runs = due(session, DryRun, now - GRACE)
            shops = catch_up.unfinished(session)
        self._forget(now)
        sent = [
            self._send_for("webhooks.handle", deliveries, now, PER_MESSAGE),
            self._send_for("jobs.react", reactions, now, PER_MESSAGE),
            self._send_for(CARRY_OUT, steps, now, 1),
            self._send_for("jobs.send_mail", mails, now, 1),
            self._send_for(CARRY_MANY, many, now, 1),
            self._send_for(CARRY_EFFECT, effects, now, PER_MESSAGE),
            self._send_for(DRY_RUN, dry_runs, now, 1),
            self._send_for("jobs.catch_up", shops, now, 1),
        ]
        return all(sent)

    def _send_for(self, task: str, ids: Iterable[int], now: datetime, most: int) -> bool:
        fresh = [row_id for row_id in ids if (task, row_id) not in self._sent_at]
        for start in range(0, len(fresh), most):
            some = fresh[start : start + most]
            if not self._send(task, *some):
                return False
            self._sent_at.update({(task, row_id): now for row_id in some})
        return True

    def _forget(self, now: datetime) -> None:
        self._sent_at = {key: at for key, at in self._sent_at.items() if now - PATIENCE < at <= now}
