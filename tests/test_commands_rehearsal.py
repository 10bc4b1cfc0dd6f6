"""`postlude policy rehearse`: what it tells a person and a program, what it refuses, and that it changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from rehearsed import CREDIT_ONLY, brought_back, sold
from sqlalchemy import select

from shopify_app.cli import main
from shopify_app.clock import SystemClock
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.returns.document import to_document
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.presets import STANDARD
from shopify_app.returns.rehearsal.document import rehearsal_schema
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shops.models import Shop

ROOT = Path(__file__).resolve().parents[1]
MARA, OTTO = "mara-goods.myshopify.com", "ottos-outlet.myshopify.com"
KEY = b"test key, thirty-two bytes long!"
NOW = SystemClock().now()


@pytest.fixture
def base(environ: dict[str, str]) -> Iterator[Database]:
    """Ada bought from Mara twice, and sent back a shirt of each; nobody bought from Otto."""
    opened = Database(environ["DATABASE_URL"], Keyring((KEY,)))
    with opened.write() as session:
        mara, otto = (Shop(domain=domain, installed_at=NOW) for domain in (MARA, OTTO))
        session.add_all([mara, otto])
        session.flush()
        for number, outcome in ((1042, Outcome.STORE_CREDIT), (1043, Outcome.REFUND)):
            brought_back(session, sold(session, mara.id, NOW, number), NOW, outcome)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def run(environ: dict[str, str], base: Database) -> Any:
    def command(*words: str, draft: str = CREDIT_ONLY, shop: str = MARA) -> Result:
        typed = ["policy", "rehearse", "--shop", shop, *words, "-"]
        return CliRunner().invoke(main, typed, env=environ, input=draft)

    return command


def test_a_person_reads_what_would_change_and_what_it_costs(run: Any) -> None:
    answer = run()

    assert answer.exit_code == 0, answer.output
    assert "Lines:  2 judged, 2 would change" in answer.stdout
    assert "2  refund: no longer offered" in answer.stdout
    assert "#1043 Linen shirt: 10 %, for 12 months -> 5 %, for 12 months (rule “Credit only”)" in answer.stdout
    assert "Choice lost: 1 line(s) for refund, worth 48.60 EUR; in neither column." in answer.stdout
    assert "R-1042-1 of #1042 (EUR): fees +9.00, bonus -2.70, retained -9.00" in answer.stdout
    assert "nothing is guessed" in answer.stdout


def test_a_program_reads_the_same_in_the_published_form(run: Any) -> None:
    document = json.loads(run("--json").stdout)

    schema = json.loads((ROOT / "docs/rehearsal.schema.json").read_text())
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(document)
    (sums,) = document["returns"]["sums"]
    assert sums["change"] == {
        "value": "0.00", "restocking_fees": "9.00", "shipping_fees": "0.00", "fees": "9.00", "refunded": "0.00",
        "credited": "-9.00", "exchanged": "0.00", "retained": "-9.00", "bonus": "-2.70",
    }  # fmt: skip
    assert sums["retained_percent"] == ["100", "81.5"]
    assert document["returns"]["choices_lost"] == [
        {"outcome": "refund", "currency": "EUR", "lines": 1, "value": "48.60"}
    ]
    assert (document["version"], document["is_complete"], document["lines"]["orders"]) == (1, True, 2)


def test_the_published_schema_is_the_one_that_is_written() -> None:
    assert json.loads((ROOT / "docs/rehearsal.schema.json").read_text()) == rehearsal_schema()


def test_the_policy_in_force_changes_nothing_and_that_is_said(run: Any) -> None:
    answer = run(draft=json.dumps(to_document(STANDARD)))

    assert answer.stdout.endswith("Nothing would have changed.\n")


def test_nothing_is_published_by_it(run: Any, base: Database) -> None:
    run()

    with base.read() as session:
        assert session.scalars(select(PublishedPolicy.id)).all() == []


def test_an_empty_shop_is_told_so(run: Any) -> None:
    said = run(shop=OTTO).stdout

    assert "No order was placed in that time" in said
    assert "No return was asked for in that time." in said


@pytest.mark.parametrize(
    ("draft", "why"), [("{", "This is not JSON."), ('{"rules": []}', "at least one rule"), ("", "This is not JSON.")]
)
def test_what_is_no_policy_is_refused_with_what_is_wrong(run: Any, draft: str, why: str) -> None:
    answer = run(draft=draft)

    assert (answer.exit_code, why in answer.output) == (1, True)
    assert "Traceback" not in answer.output


@pytest.mark.parametrize("days", ["0", "91", "many"])
def test_it_looks_back_at_most_ninety_days(run: Any, days: str) -> None:
    assert run("--days", days).exit_code == 2


def test_a_shop_that_never_installed_is_a_sentence(run: Any) -> None:
    assert "No shop nobody.myshopify.com" in run(shop="nobody.myshopify.com").output
