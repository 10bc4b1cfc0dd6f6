"""`postlude return ask-inspection | decide-appeal | sent-back | evidence`: what they do, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from inspecting import appeal, send_back, the_question
from returns_counter import Counter, open_counter
from settling import approve, judge, receive, theirs, with_credit, work

from shopify_app.cli import main
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.returns import published
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.models import Return
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from wire import SHOP

KEY = b"test key, thirty-two bytes long!"


@pytest.fixture
def counter(environ: dict[str, str]) -> Iterator[Counter]:
    """The commands and the counter speak of one database; SQLite, as a command's own process opens it."""
    base = Database(environ["DATABASE_URL"], Keyring((KEY,)))
    found = with_credit(open_counter(base, environ["DATABASE_URL"]))
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=(Outcome.REFUND,),
        methods=(Method.OWN_CARRIER,),
        money_events={Scope.ANY: MoneyEvent.INSPECTION},
        approval=Approval.REVIEW,
    )
    policy = Policy(rules=(Rule(name="All", then=then),))
    with found.database.write() as session:
        published.publish(session, found.shop_id, policy, "mara", found.now() - timedelta(days=90))
    yield found
    base.engine.dispose()


@pytest.fixture
def ret(counter: Counter) -> Return:
    """A shirt that came back and counts for half."""
    made = counter.asked()
    approve(counter, made)
    receive(counter, made)
    judge(counter, made, UnitDecision.ACCEPTED, 1, "50")
    return made


def types(environ: dict[str, str], verb: str, ret: Return, *more: str) -> Result:
    """What an operator types."""
    named = ("return", verb, "--shop", SHOP, "--rma", ret.rma)
    return CliRunner().invoke(main, [*named, *more], env=environ)


def told(done: Result) -> dict[str, Any]:
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_an_appeal_is_decided_once(environ: dict[str, str], counter: Counter, ret: Return) -> None:
    refused = types(environ, "decide-appeal", ret, "--keep", "--reply", "No.")
    assert (refused.exit_code, "Nobody asks for a second look" in refused.stderr) == (1, True)
    appeal(counter, ret)
    assert types(environ, "decide-appeal", ret, "--reply", "Which?").exit_code == 2
    worse = types(environ, "decide-appeal", ret, "--accept-percent", "20", "--reply", "Less.")
    assert (worse.exit_code, worse.stdout) == (1, "")

    shown = told(types(environ, "decide-appeal", ret, "--accept-percent", "100", "--json"))

    assert shown["questions"][0]["verdict"] == "full"
    work(counter)
    assert theirs(counter) == [("refund", "48.60")]


def test_goods_that_go_back_are_noted_once(environ: dict[str, str], counter: Counter, ret: Return) -> None:
    assert types(environ, "sent-back", ret, "--tracking", "JD1").exit_code == 1
    send_back(counter, ret)

    shown = told(types(environ, "sent-back", ret, "--tracking", "JD1", "--carrier", "DHL", "--json"))

    assert (shown["sent_back"][0]["number"], shown["sent_back"][0]["carrier"]) == ("JD1", "DHL")
    assert types(environ, "sent-back", ret, "--tracking", "JD1").exit_code == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--tracking", " "), "Type the parcel's number."),
        (("--tracking", "JD1", "--url", "javascript:alert(1)"), "The parcel's page begins with https://."),
        (("--tracking", "JD1", "--url", "https://"), "The parcel's page begins with https://."),
        (
            ("--tracking", "JD1", "--url", "https://parcels.example/" + "x" * 500),
            "The parcel's page begins with https://.",
        ),
    ],
)
def test_what_is_no_parcel_is_told_to_nobody(
    environ: dict[str, str], counter: Counter, ret: Return, typed: tuple[str, ...], said: str
) -> None:
    send_back(counter, ret)

    refused = types(environ, "sent-back", ret, *typed)

    assert (refused.exit_code, said in refused.stderr) == (1, True)
    assert types(environ, "sent-back", ret, "--tracking", "JD1").exit_code == 0


def test_nothing_more_can_be_asked_while_a_question_is_open(
    environ: dict[str, str], counter: Counter, ret: Return
) -> None:
    assert the_question(counter, ret).round == 1
    refused = types(environ, "ask-inspection", ret)
    assert (refused.exit_code, refused.stdout) == (1, "")


def test_the_evidence_is_written_to_a_file_and_never_another_shops(
    environ: dict[str, str], counter: Counter, ret: Return, tmp_path: Path
) -> None:
    out = tmp_path / "evidence.pdf"

    done = types(environ, "evidence", ret, "--out", str(out))

    assert done.exit_code == 0, done.stderr
    assert out.read_bytes()[:5] in (b"%PDF-", b"<!doc")
    named = ["return", "evidence", "--shop", "ottos-outlet.myshopify.com", "--rma", ret.rma, "--out", str(out)]
    assert CliRunner().invoke(main, named, env=environ).exit_code != 0
