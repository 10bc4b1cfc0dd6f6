"""`postlude settings`: one value, and several groups at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from typed_commands import MARA, typed

from shopify_app.cli import main
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.shops.models import Shop

FOOTER = {"en": "Made to last."}


@pytest.fixture
def run(environ: dict[str, str]) -> Iterator[Any]:
    with typed(environ, "settings") as command:
        yield command


def test_one_value_is_set_and_read(run: Any) -> None:
    run("set", "brand.footer", json.dumps(FOOTER))

    assert json.loads(run("get", "brand.footer").stdout) == FOOTER


def test_a_value_may_begin_with_a_minus(run: Any) -> None:
    refused = run("set", "parcels.label_valid_days", "-1")

    assert refused.exit_code == 1
    assert "greater than or equal to 1" in refused.output
    assert run("set", "brand.name", "-20 % for all").exit_code == 0
    assert json.loads(run("get", "brand.name").stdout) == "-20 % for all"


def test_an_option_that_nobody_knows_is_no_setting(run: Any) -> None:
    said = run("set", "--dry-run", "brand.name", "Mara")

    assert said.exit_code == 2
    assert json.loads(run("get", "brand.name").stdout) == ""


def test_several_are_loaded_from_one_file(run: Any) -> None:
    wanted = {"brand": {"footer": FOOTER}, "no_receipt.is_open": True}

    said = run("load", "-", input=json.dumps(wanted))

    assert said.stdout == "Saved: brand, no_receipt.is_open.\n"
    assert json.loads(run("get", "brand.footer").stdout) == FOOTER
    assert json.loads(run("get", "no_receipt.is_open").stdout) is True


def test_one_that_is_wrong_keeps_all_as_they_were(run: Any) -> None:
    said = run("load", "-", input=json.dumps({"brand": {"footer": FOOTER}, "no_receipt": {"is_opn": True}}))

    assert said.exit_code == 1
    assert "is_opn" in said.output
    assert json.loads(run("get", "brand.footer").stdout) == {}


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_file_that_is_no_object_is_said(run: Any, text: str) -> None:
    said = run("load", "-", input=text)

    assert said.exit_code == 1
    assert "The file is no JSON object: write each key with its value." in said.output


def test_settings_that_only_fit_together_are_loaded_in_any_order(run: Any) -> None:
    wanted = {"brand.background": "#1f5c4d", "brand.accent": "#ffffff"}

    assert run("load", "-", input=json.dumps(wanted)).exit_code == 0

    assert json.loads(run("get", "brand.accent").stdout) == "#ffffff"
    assert json.loads(run("get", "brand.background").stdout) == "#1f5c4d"


@pytest.mark.parametrize("wanted", [{"brand.name": None}, {"brand.name": 5}, {"brand": "Mara"}])
def test_a_value_in_a_file_is_taken_as_it_is_or_not_at_all(run: Any, wanted: dict[str, Any]) -> None:
    said = run("load", "-", input=json.dumps({"no_receipt.is_open": True} | wanted))

    assert said.exit_code == 1
    assert "brand" in said.output
    assert json.loads(run("get", "brand.name").stdout) == ""
    assert json.loads(run("get", "no_receipt.is_open").stdout) is False


def test_a_key_that_was_taken_away_is_named_in_a_sentence(environ: dict[str, str]) -> None:
    opened = Database(environ["DATABASE_URL"], Keyring((b"another key of thirty-two bytes!",)))
    with opened.write() as session:
        session.add(Shop(domain=MARA, installed_at=datetime(2026, 11, 24, 12, tzinfo=UTC), access_token="shpat_mara"))
    opened.engine.dispose()

    said = CliRunner().invoke(main, ["settings", "get", "--shop", MARA, "brand.name"], env=environ)

    assert said.exit_code == 1
    assert "POSTLUDE_ENCRYPTION_KEYS lacks a key that stored data was encrypted with" in said.output
