"""What the running app says about itself: one-line JSON logs without personal data, and Prometheus metrics.

Logs carry shop and row ids. A failure is told by its type and the places it passed through, never by its message: that
may quote a row or a request. Values under names that could be personal or secret are struck out, whoever logs them.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shopify_app.db import Base, Database
from shopify_app.events import Reaction
from shopify_app.leases import WorkState
from shopify_app.messages.models import Message
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.states import StepState
from shopify_app.shops.models import Backfill
from webhooks.inbox import Delivery

STRUCK_OUT = frozenset(
    {
        *("access_token", "authorization", "refresh_token", "secret", "session_token", "token"),
        *("address", "address1", "address2", "city", "postcode", "zip", "tracking_number"),
        *("body", "customer", "email", "first_name", "last_name", "name", "note", "payload", "phone"),
    }
)

registry = CollectorRegistry()
deliveries_received = Counter(
    "postlude_webhooks_received", "Webhook requests by what became of them", ["outcome"], registry=registry
)
deliveries_handled = Counter(
    "postlude_webhooks_handled", "Deliveries carried out, by topic and outcome", ["topic", "outcome"], registry=registry
)
reactions_done = Counter(
    "postlude_reactions", "Reactions to events, by follower and outcome", ["follower", "outcome"], registry=registry
)
mails_sent = Counter("postlude_mails", "Mails, by kind and what became of them", ["kind", "outcome"], registry=registry)
steps_carried = Counter(
    "postlude_steps", "Stretches of outgoing steps of returns, by how they ended", ["outcome"], registry=registry
)
pushes_received = Counter(
    "postlude_pushes", "Pushes of carriers' scans, by what became of them", ["provider", "outcome"], registry=registry
)
commit_size = Histogram(
    "postlude_intake_commit_rows",
    "Deliveries per transaction of the intake",
    buckets=(1, 2, 4, 8, 16, 32, 64),
    registry=registry,
)


def set_up_logging(level: str = "INFO") -> None:
    """One JSON object a line on standard output, for our own events and for what libraries log."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        strike_out_personal,
        name_the_failure,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level, logging.INFO)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "gql", "celery", "kombu"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def strike_out_personal(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replaces values whose names could hold something personal or secret, one level deep."""
    for key in STRUCK_OUT.intersection(event):
        event[key] = "[struck out]"
    return event


def name_the_failure(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """`exc_info` as the failure's type and the places it passed, innermost last; its message is not for the log."""
    failure = event.pop("exc_info", None)
    failure = failure[1] if isinstance(failure, tuple) else failure
    if isinstance(failure, BaseException):
        frames = traceback.extract_tb(failure.__traceback__)[-8:]
        _forget_what_it_said(event)
        event["failure"] = type(failure).__name__
        event["at"] = [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno}" for frame in frames]
    return event


def _forget_what_it_said(event: MutableMapping[str, Any]) -> None:
    """Libraries write the failure's message, or the address that was asked for, into their own sentence: of theirs only
    the pattern is kept, and which task it was."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and not event.get("_from_structlog"):
        is_pattern = isinstance(record.msg, str) and record.msg != event.get("event")
        event["event"] = record.msg if is_pattern else "failure"
        told = getattr(record, "data", None)
        if isinstance(told, Mapping) and "name" in told:
            event["task"] = str(told["name"])


class Waiting(Collector):
    """What is waiting, read from the rows themselves when Prometheus asks."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def collect(self) -> Iterable[GaugeMetricFamily]:
        with self.database.read() as session:
            for name, model in (("inbox", Delivery), ("events", Reaction), ("mails", Message)):
                for state in (WorkState.PENDING, WorkState.PARKED):
                    count = session.scalar(select(func.count()).select_from(model).where(model.state == state))
                    yield GaugeMetricFamily(f"postlude_{name}_{state}", f"Rows of {name} that are {state}", count or 0)
            unread = session.scalar(select(func.count()).select_from(Backfill).where(Backfill.finished_at.is_(None)))
            yield GaugeMetricFamily("postlude_backfill_unfinished", "Parts of the past still being read", unread or 0)
            yield GaugeMetricFamily(
                "postlude_steps_unknown",
                "Outgoing effects whose outcome is not known yet",
                _count(session, Step, Step.phase.in_((StepState.ATTEMPTED, StepState.UNKNOWN))),
            )
            is_waiting = Step.state == WorkState.PENDING
            yield GaugeMetricFamily("postlude_steps_pending", "Steps still to do", _count(session, Step, is_waiting))
            looked_for = ReleaseGroup.look.is_not(None)
            yield GaugeMetricFamily(
                "postlude_groups_needing_look",
                "Parts of returns in which nothing moves until a person looks",
                _count(session, ReleaseGroup, looked_for),
            )


def _count(session: Session, model: type[Base], *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def metrics_text(database: Database) -> bytes:
    """The answer of ``/metrics``: this process's counters and what waits in the database. Where that does not answer,
    the counters alone: they tell what is refused meanwhile, and the missing names tell the rest."""
    waiting = CollectorRegistry()
    waiting.register(Waiting(database))
    try:
        return generate_latest(registry) + generate_latest(waiting)
    except SQLAlchemyError as failure:
        structlog.get_logger(__name__).warning("nothing_counted", error=type(failure).__name__)
        return generate_latest(registry)
