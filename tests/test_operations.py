"""What monitoring asks of the web process: is it alive, may traffic come, what is waiting."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from shopify_app.crypto import Keyring
from shopify_app.db import Database
from wire import application, wire


def test_a_process_whose_database_answers_takes_traffic(database: Database, database_url: str) -> None:
    web = application(wire(database, database_url).adapters).test_client()

    assert web.get("/healthz").json == {"status": "ok"}
    assert (web.get("/readyz").status_code, web.get("/readyz").json) == (200, {"status": "ready"})
    assert "postlude_inbox_pending 0.0" in web.get("/metrics").text


@pytest.mark.again
def test_a_process_whose_keys_open_nothing_of_what_is_stored_takes_no_traffic_and_says_why(
    database: Database, database_url: str
) -> None:
    stage = wire(database, database_url)
    stage.install()
    other = Database(database_url, Keyring((b"k" * 32,)))
    web = application(replace(stage.adapters, database=other)).test_client()

    with capture_logs() as logged:
        refused = web.get("/readyz")
    other.engine.dispose()

    assert refused.status_code == 503
    assert refused.json == {
        "status": "unavailable",
        "why": "POSTLUDE_ENCRYPTION_KEYS lacks a key that stored data was encrypted with",
    }
    assert [(each["event"], each["error"]) for each in logged] == [("not_ready", "CannotDecrypt")]
    assert application(stage.adapters).test_client().get("/readyz").status_code == 200


def test_while_no_database_answers_it_lives_takes_no_traffic_and_still_tells_what_it_counted(
    database: Database, database_url: str, keyring: Keyring
) -> None:
    away = Database("sqlite:////nowhere/at/all.sqlite3", keyring)
    web = application(replace(wire(database, database_url).adapters, database=away)).test_client()

    refused, told = web.get("/readyz"), web.get("/metrics")

    assert refused.status_code == 503
    assert refused.json == {"status": "unavailable", "why": "the database does not answer or is not migrated"}
    assert web.get("/healthz").status_code == 200
    assert told.status_code == 200
    assert "postlude_webhooks_received_total" in told.text
    assert "postlude_inbox_pending" not in told.text
