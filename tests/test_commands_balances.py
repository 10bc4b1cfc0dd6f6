"""`postlude return waive | drop-exchange`: an operator's hand on what a shopper owes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from balance_desk import balance, owing
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from returns_counter import Counter, open_counter
from settling import states, with_credit

from shopify_app.cli import main
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.returns.models import Return
from wire import SHOP

KEY = b"test key, thirty-two bytes long!"
SCHEMA = Path(__file__).resolve().parents[1] / "docs" / "return.schema.json"


@pytest.fixture
def counter(environ: dict[str, str]) -> Iterator[Counter]:
    url = environ["DATABASE_URL"]
    opened = Database(url, Keyring((KEY,)))
    yield with_credit(open_counter(opened, url))
    opened.engine.dispose()


def run(environ: dict[str, str], verb: str, ret: Return, *more: str) -> Result:
    return CliRunner().invoke(main, ["return", verb, "--shop", SHOP, "--rma", ret.rma, *more], env=environ)


def test_a_balance_is_waived_once(counter: Counter, environ: dict[str, str]) -> None:
    ret = owing(counter)

    first, second = run(environ, "waive", ret), run(environ, "waive", ret)

    assert (first.exit_code, first.stdout) == (0, "Waived 9.00 EUR.\n")
    assert (second.exit_code, f"Nothing is due for {ret.rma}." in second.stderr) == (1, True)
    assert states(counter, ret) == ["settled"]


def test_an_exchange_is_dropped_and_the_answer_is_the_return_as_it_stands(
    counter: Counter, environ: dict[str, str]
) -> None:
    ret = owing(counter)

    answer = run(environ, "drop-exchange", ret, "--json")

    assert answer.exit_code == 0, answer.stderr
    told = json.loads(answer.stdout)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(told)
    assert told["groups"][0]["balance"]["rest"] == "9.00"
    assert told["groups"][0]["balance"]["instead"] == "store_credit"
    assert balance(counter, ret).drop_wanted_at is not None


def test_whoever_waits_for_the_money_is_told_that_the_shopper_has_to_pay(
    counter: Counter, environ: dict[str, str]
) -> None:
    ret = owing(counter)

    answer = run(environ, "settle", ret, "--wait", "5")

    assert (answer.exit_code, "waits for its shopper to pay" in answer.stderr) == (1, True)
