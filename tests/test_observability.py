"""Logs and metrics: enough to run the app by, nothing about people."""

from __future__ import annotations

from shopify_app.db import Database
from shopify_app.observability import metrics_text, name_the_failure, strike_out_personal


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


def test_metrics_name_what_is_waiting(database: Database):
    text = metrics_text(database).decode()

    for name in (
        "postlude_inbox_pending",
        "postlude_inbox_parked",
        "postlude_events_pending",
        "postlude_steps_unknown",
    ):
        assert f"{name} 0.0" in text
