"""`postlude carrier`: keys come from the environment and are never printed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url

from shopify_app.cli import main
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.queue import celery
from shopify_app.shops.models import Shop

pytestmark = pytest.mark.once
KEY = b"commands key, thirty-two bytes!!"
SHOP = "mara-goods.myshopify.com"


@pytest.fixture
def run(tmp_path: Path, migrated: str) -> Iterator[Any]:
    before = celery.conf.broker_url
    file = tmp_path / "postlude.sqlite3"
    shutil.copyfile(make_url(migrated).database or "", file)
    url = f"sqlite:///{file}"
    base = Database(url, Keyring((KEY,)))
    with base.write() as session:
        session.add(Shop(domain=SHOP, name="Mara's", installed_at=datetime(2026, 11, 1, tzinfo=UTC)))
    base.engine.dispose()
    environ = {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "s" * 32,
        "POSTLUDE_ENCRYPTION_KEYS": KEY.hex(),
        "DATABASE_URL": url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "POSTLUDE_DATA_DIR": str(tmp_path),
        "POSTLUDE_CARRIER_KEY": "",
        "POSTLUDE_CARRIER_PUSH_SECRET": "",
    }

    def command(*words: str, **more: str) -> Result:
        return CliRunner().invoke(main, ["carrier", *words, "--shop", SHOP], env=environ | more)

    yield command
    celery.conf.broker_url = before


def told(run: Any) -> list[dict[str, Any]]:
    return json.loads(run("show", "--json").output)


def test_an_account_is_connected_used_and_forgotten_without_a_word_of_its_keys(run: Any) -> None:
    assert "No account" in run("show").output

    connected = run("connect", "easypost", POSTLUDE_CARRIER_KEY="EZTK-mara", POSTLUDE_CARRIER_PUSH_SECRET="s3cr3t")
    (account,) = told(run)

    assert (connected.exit_code, connected.output) == (0, "Connected.\n")
    assert (account["sells_labels"], account["follows_parcels"], account["takes_pushes"]) == (True, True, True)
    assert account["push_address"].endswith(f"/carriers/easypost/push?shop={SHOP}")
    assert not any(secret in run("show").output for secret in ("EZTK-mara", "s3cr3t"))

    assert run("disconnect", "easypost").output == "Disconnected.\n"
    assert told(run) == []


def test_a_key_that_was_given_stays_and_none_at_all_is_refused_in_a_sentence(run: Any) -> None:
    refused = run("connect", "easypost")
    run("connect", "easypost", POSTLUDE_CARRIER_KEY="EZTK-mara")
    kept = run("connect", "easypost", "--only-follow")

    assert (refused.exit_code, "set POSTLUDE_CARRIER_KEY" in refused.output) == (1, True)
    assert kept.exit_code == 0
    assert [(each["sells_labels"], each["follows_parcels"]) for each in told(run)] == [(False, True)]
