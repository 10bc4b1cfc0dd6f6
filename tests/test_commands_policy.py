"""`postlude policy versions` and `back`: what was published and why, and an old version in force again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shopify_app.cli import main
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.returns.document import to_document
from shopify_app.returns.presets import FORGIVING
from shopify_app.returns.writing import edits
from shopify_app.shops.models import Shop

MARA = "mara-goods.myshopify.com"


@pytest.fixture
def run(environ: dict[str, str]) -> Iterator[Any]:
    opened = Database(environ["DATABASE_URL"], Keyring((b"test key, thirty-two bytes long!",)))
    with opened.write() as session:
        session.add(Shop(domain=MARA, installed_at=datetime(2026, 11, 24, 12, 0, tzinfo=UTC)))

    def command(verb: str, *words: str, **more: Any) -> Result:
        return CliRunner().invoke(main, ["policy", verb, "--shop", MARA, *words], env=environ, **more)

    yield command
    opened.engine.dispose()


def test_a_version_comes_back_and_the_list_says_why(run: Any) -> None:
    forgiving = json.dumps(to_document(edits.switched(FORGIVING, 1)))

    run("publish", "--note", "Kinder in December", "-", input=forgiving)
    back = run("back", "--note", "December is over", "1")

    assert back.stdout == "Version 1 is published again, as version 3.\n"
    newest, second, first = run("versions").stdout.splitlines()
    assert newest.endswith("version 1 again  December is over")
    assert "operator" in second
    assert second.endswith("Kinder in December")
    assert "preset" in first
    assert json.loads(run("show", "--number", "2").stdout)["rules"][1]["is_off"] is True


@pytest.mark.parametrize(("number", "why"), [("7", "has no version 7"), ("1", "Version 1 says this already")])
def test_what_cannot_come_back_is_said(run: Any, number: str, why: str) -> None:
    answer = run("back", number)

    assert answer.exit_code == 1
    assert why in answer.output
