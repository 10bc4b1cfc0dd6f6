"""Logs and metrics: enough to run the app by, nothing about people."""

from __future__ import annotations

import json
import logging
import re

import pytest
import structlog
from celery import Celery
from celery.app.trace import build_tracer

from shopify_app.db import Database
from shopify_app.observability import metrics_text, name_the_failure, set_up_logging, strike_out_personal


def test_what_could_be_personal_or_secret_is_struck_out_of_logs():
    event = strike_out_personal(None, "info", {"email": "ada@example.com", "token": "shpat_1", "shop_id": 7})

    assert event == {"email": "[struck out]", "token": "[struck out]", "shop_id": 7}


def test_a_failure_is_told_by_type_and_place_never_by_its_message():
    try:
        raise ValueError("ada@example.com")
    except ValueError as failure:
        event = name_the_failure(None, "error", {"event": "it_failed", "exc_info": failure})

    assert event["failure"] == "ValueError"
    assert event["at"][0].split(":")[0].endswith("test_observability.py")
    assert "ada@example.com" not in repr(event)


def test_libraries_do_not_tell_what_a_failure_said(capsys: pytest.CaptureFixture[str]):
    root = logging.getLogger()
    before, configured = (root.handlers[:], root.level), structlog.get_config()
    celery = Celery("apart")

    def fail() -> None:
        raise ValueError("ada@example.com")

    try:
        set_up_logging()
        task = celery.task(name="jobs.fail")(fail)
        build_tracer("jobs.fail", task, app=celery, eager=True, propagate=False)("7", (), {}, {})
        logging.getLogger("flask").error("Exception on %s [%s]", "/t/secret", "GET", exc_info=ValueError("Lindholm"))
        logging.getLogger("other").error("Lindholm is not known", exc_info=ValueError("Lindholm"))
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        structlog.configure(**configured)
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]

    assert not re.search("ada@|Lindholm|secret", json.dumps(told))
    assert [(line["failure"], line.get("task")) for line in told] == [
        ("ValueError", "jobs.fail"),
        ("ValueError", None),
        ("ValueError", None),
    ]
    assert [line["event"] for line in told[1:]] == ["Exception on %s [%s]", "failure"]


def test_metrics_name_what_is_waiting(database: Database):
    text = metrics_text(database).decode()

    for name in (
        "postlude_inbox_pending",
        "postlude_inbox_parked",
        "postlude_events_pending",
        "postlude_steps_unknown",
    ):
        assert f"{name} 0.0" in text
