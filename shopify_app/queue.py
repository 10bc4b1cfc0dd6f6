"""The Celery application, and the only way the product sends it anything: by task name, after the commit.

The broker is a wake-up call. A message lost with it costs nothing but time: the schedule sweeps the rows
(`jobs.schedule`). Rooms reach tasks by name, so the ground floor never imports a door.
"""

from __future__ import annotations

from typing import Any

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from sqlalchemy import event
from sqlalchemy.orm import Session

log = structlog.get_logger(__name__)

celery = Celery("postlude")
celery.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=2,
    task_publish_retry=False,  # nobody waits for a broker that is away: the sweep finds the row
    broker_transport_options={
        "max_retries": 0,  # else whoever commits waits two seconds for every message to a broker that is away
        "visibility_timeout": 120,
        "unacked_restore_interval": 1,  # without these two, a killed worker's task comes back only after ~100 s
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    },
)


def use_broker(url: str) -> None:
    """Points this process at its broker."""
    celery.conf.update(broker_url=url)


def send(task: str, *args: Any) -> bool:
    """Wakes a worker for `task`; False when the broker is away (logged, and found again by the sweep)."""
    try:
        celery.send_task(task, args=list(args))
    except (OperationalError, RedisError, OSError) as failure:
        log.warning("broker_away", task=task, error=type(failure).__name__)
        return False
    return True


def send_in(seconds: int, task: str, *args: Any) -> bool:
    """As `send`, and the worker is woken only after so many seconds."""
    try:
        celery.send_task(task, args=list(args), countdown=seconds)
    except (OperationalError, RedisError, OSError) as failure:
        log.warning("broker_away", task=task, error=type(failure).__name__)
        return False
    return True


def send_after_commit(session: Session, task: str, *args: Any) -> None:
    """Sends when, and only when, the session's transaction commits."""
    session.info.setdefault("to_send", []).append((task, args))


@event.listens_for(Session, "after_commit")
def _send_waiting(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint was released; nothing is durable yet
    for task, args in session.info.pop("to_send", ()):
        send(task, *args)


@event.listens_for(Session, "after_rollback")
def _forget_waiting(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.info.pop("to_send", None)
