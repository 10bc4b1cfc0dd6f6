"""`postlude policy`, `postlude return` and `postlude ledger`: what they print, what they refuse, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from returned import placed, wanted
from sqlalchemy import select

from shopify_app.cli import main
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.money import Money
from shopify_app.returns import dossier, ledger
from shopify_app.returns.document import to_document
from shopify_app.returns.ledger import Account, Entry
from shopify_app.returns.models import PublishedPolicy, Return, ReturnUnit
from shopify_app.returns.money_models import LedgerRow, ReleaseGroup
from shopify_app.returns.presets import FORGIVING
from shopify_app.shops.models import Shop

ROOT = Path(__file__).resolve().parents[1]
MARA, OTTO = "mara-goods.myshopify.com", "ottos-outlet.myshopify.com"
KEY = b"test key, thirty-two bytes long!"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
RMA = ("--shop", MARA, "--rma", "R-1042-1")


@pytest.fixture
def base(environ: dict[str, str]) -> Iterator[Database]:
    opened = Database(environ["DATABASE_URL"], Keyring((KEY,)))
    with opened.write() as session:
        session.add_all(
            [Shop(domain=MARA, name="Mara's", installed_at=NOW), Shop(domain=OTTO, name="Otto's", installed_at=NOW)]
        )
    yield opened
    opened.engine.dispose()


@pytest.fixture
def asked(base: Database) -> Return:
    """Ada asks for credit for two shirts."""
    return returned(base)


def returned(base: Database, **states: Any) -> Return:
    with base.write() as session:
        shop = session.scalars(select(Shop).where(Shop.domain == MARA)).one()
        return wanted(session, placed(session, shop.id), NOW, **states)


@pytest.fixture
def run(environ: dict[str, str], base: Database) -> Any:
    def command(*words: str, **more: Any) -> Result:
        return CliRunner().invoke(main, list(words), env=environ, **more)

    return command


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((ROOT / f"docs/{name}.schema.json").read_text()))


def pieces(base: Database) -> list[tuple[str, str, str]]:
    with base.read() as session:
        return [
            (unit.reception, unit.decision, f"{unit.percent.normalize():f}" if unit.percent is not None else "")
            for unit in session.scalars(select(ReturnUnit).order_by(ReturnUnit.id))
        ]


class TestPolicy:
    @pytest.fixture
    def file(self, tmp_path: Path) -> str:
        path = tmp_path / "policy.json"
        path.write_text(json.dumps(to_document(FORGIVING)))
        return str(path)

    def test_the_policy_in_force_is_printed_in_the_form_that_can_be_published(self, run: Any) -> None:
        answer = run("policy", "show", "--shop", MARA)

        document = json.loads(answer.stdout)
        assert answer.exit_code == 0
        schema("policy").validate(document)
        assert [rule["name"] for rule in document["rules"]][-1] == "30 days"

    def test_a_good_document_is_checked_and_published_once(self, run: Any, base: Database, file: str) -> None:
        checked = run("policy", "check", "--shop", MARA, file)
        first, second = (run("policy", "publish", "--shop", MARA, file) for _ in range(2))

        assert "This can be published" in checked.stdout
        assert first.stdout == "Published as version 2.\n"
        assert (second.exit_code, "Version 2 says this already" in second.stdout) == (0, True)
        with base.read() as session:
            assert session.scalars(select(PublishedPolicy.published_by)).all() == ["preset", "operator"]

    def test_a_document_on_standard_input_is_one_too(self, run: Any) -> None:
        answer = run("policy", "publish", "--shop", MARA, "--json", "-", input=json.dumps(to_document(FORGIVING)))

        assert json.loads(answer.stdout) == {"number": 2, "shadowed": []}

    def test_a_rule_on_a_market_that_is_not_there_is_doubted_and_can_be_published(
        self, run: Any, tmp_path: Path
    ) -> None:
        path = tmp_path / "markets.json"
        path.write_text('{"rules": [{"name": "North", "when": {"markets": ["nordics"]}}, {"name": "All"}]}')

        checked, made = (run("policy", verb, "--shop", MARA, str(path)) for verb in ("check", "publish"))

        assert (checked.exit_code, made.exit_code) == (0, 0)
        for answer in (checked, made):
            assert "We do not know the shop's markets" in answer.stdout

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("{", "not JSON"),
            ('{"rules": []}', "at least one rule"),
            ('{"rules": [{"name": "A", "then": {"restocking_percent": -5}}]}', "then.restocking_percent"),
        ],
    )
    def test_a_bad_document_is_refused_with_what_is_wrong_and_where(
        self, run: Any, base: Database, tmp_path: Path, text: str, why: str
    ) -> None:
        (tmp_path / "bad.json").write_text(text)

        answers = [run("policy", verb, "--shop", MARA, str(tmp_path / "bad.json")) for verb in ("check", "publish")]

        assert [answer.exit_code for answer in answers] == [1, 1]
        assert why in answers[0].stderr
        with base.read() as session:
            assert session.scalars(select(PublishedPolicy)).all() == []

    def test_dead_rules_are_told_and_do_not_stop_it(self, run: Any, tmp_path: Path) -> None:
        rules = [{"name": name, "then": {"photos": True}} for name in ("First", "Second")]
        (tmp_path / "two.json").write_text(json.dumps({"rules": rules}))

        answer = run("policy", "check", "--shop", MARA, str(tmp_path / "two.json"))

        assert (answer.exit_code, "“Second” never decides photos" in answer.stdout) == (0, True)

    def test_a_file_that_is_not_there_is_wrong_usage(self, run: Any) -> None:
        assert run("policy", "check", "--shop", MARA, "nowhere.json").exit_code == 2


class TestLooking:
    def test_the_list_counts_what_waits_and_names_nobody(self, run: Any, asked: Return) -> None:
        document = json.loads(run("return", "list", "--shop", MARA, "--json").stdout)

        (row,) = document["returns"]
        assert (row["rma"], row["state"], row["tab"], row["gets"], row["currency"]) == (
            "R-1042-1", "requested", "to_approve", "106.20", "EUR",
        )  # fmt: skip
        assert document["counts"]["to_approve"] == 1
        assert "Ada" not in json.dumps(document)

    def test_the_list_can_be_searched_by_order_and_narrowed_to_a_tab(self, run: Any, asked: Return) -> None:
        found = [
            json.loads(run("return", "list", "--shop", MARA, "--json", *more).stdout)["returns"]
            for more in (("--search", "#1042"), ("--search", "1043"), ("--tab", "done"))
        ]

        assert [len(rows) for rows in found] == [1, 0, 0]

    def test_one_return_is_shown_in_the_published_form(self, run: Any, asked: Return) -> None:
        document = json.loads(run("return", "show", *RMA, "--json").stdout)

        schema("return").validate(document)
        (group,) = document["groups"]
        assert (group["accepted"]["gets"], group["accepted"]["own"], group["accepted"]["bonus"]) == (
            "106.20", "97.20", "9.00",
        )  # fmt: skip
        assert document["lines"][0]["note"] == "The sleeves are <b>short</b>"

    def test_the_published_form_is_the_one_that_the_code_writes(self) -> None:
        assert json.loads((ROOT / "docs/return.schema.json").read_text()) == dossier.return_schema()
        assert json.loads((ROOT / "docs/ledger.schema.json").read_text()) == dossier.ledger_schema()

    def test_a_person_reads_the_same(self, run: Any, asked: Return) -> None:
        text = run("return", "show", *RMA).stdout

        assert "2 x Linen shirt, store_credit, too-small" in text
        assert "gets 106.20 EUR" in text


class TestDeciding:
    def test_a_verb_says_what_was_done_or_shows_the_return_afterwards(self, run: Any, asked: Return) -> None:
        approved = run("return", "approve", *RMA, "--json")
        declined = run("return", "decline", *RMA, "--note", "Too late")

        assert json.loads(approved.stdout)["state"] == "approved"
        assert declined.exit_code == 1
        assert "The return is approved and cannot become declined." in declined.stderr

    def test_a_declined_request_is_opened_again(self, run: Any, asked: Return) -> None:
        said = [
            run("return", "decline", *RMA, "--reason", "final_sale", "--note", "Sold as final sale").stdout,
            run("return", "reopen", *RMA).stdout,
            run("return", "cancel", *RMA, "--note", "Asked by telephone").stdout,
        ]

        assert said == ["Declined.\n", "Reopened.\n", "Cancelled.\n"]

    def test_pieces_arrive_and_each_gets_its_verdict(self, run: Any, base: Database) -> None:
        returned(base, state="approved", group="open")

        received = run("return", "receive", *RMA, "--line", "9001", "--quantity", "2")
        run("return", "inspect", *RMA, "--quantity", "1", "--accept-percent", "62.5", "--grade", "C")
        refused = run("return", "inspect", *RMA, "--refuse", "--note", "Worn", "--json")

        assert received.stdout == "2 piece(s) have arrived.\n"
        assert pieces(base) == [("received", "accepted", "62.5"), ("received", "refused", "")]
        schema("return").validate(json.loads(refused.stdout))

    def test_a_verdict_is_corrected_until_the_money_moves(self, run: Any, base: Database) -> None:
        returned(base, state="approved", group="open")
        run("return", "receive", *RMA)
        run("return", "inspect", *RMA, "--refuse")

        again = run("return", "inspect", *RMA, "--again", "--quantity", "1", "--accept-percent", "50")
        named = run("return", "inspect", *RMA, "--line", "9001", "--piece", "1", "--accept-percent", "80")
        beyond = run("return", "inspect", *RMA, "--line", "9001", "--piece", "3")

        assert (again.stdout, named.stdout) == ("1 piece(s) accepted at 50 %.\n", "1 piece(s) accepted at 80 %.\n")
        assert pieces(base) == [("received", "accepted", "80"), ("received", "accepted", "50")]
        assert (beyond.exit_code, "has no piece 3; it has 2" in beyond.stderr) == (1, True)
        assert run("return", "inspect", *RMA, "--piece", "1").exit_code == 2

    @pytest.mark.parametrize("part", ["0", "0.00", "0%"])
    def test_accepting_at_nothing_is_a_refusal(self, run: Any, base: Database, part: str) -> None:
        returned(base, state="approved", group="open")
        run("return", "receive", *RMA)

        answer = run("return", "inspect", *RMA, "--accept-percent", part)

        assert answer.exit_code == 0
        assert {piece[1] for piece in pieces(base)} == {"refused"}

    def test_a_receipt_can_be_taken_back_and_a_piece_be_missing(self, run: Any, base: Database) -> None:
        returned(base, state="approved", group="open")
        run("return", "receive", *RMA)

        run("return", "receive", *RMA, "--line", "9001", "--quantity", "1", "--take-back")
        run("return", "receive", *RMA, "--missing")

        assert [piece[0] for piece in pieces(base)] == ["received", "missing"]

    def test_settling_by_hand_releases_and_does_not_wait(self, run: Any, base: Database) -> None:
        returned(base, state="approved", group="open")

        answer = run("return", "settle", *RMA)

        assert answer.stdout == "Released 1 part(s).\n"
        with base.read() as session:
            assert session.scalars(select(ReleaseGroup.state)).one() == "released"

    def test_settling_twice_is_no_mistake(self, run: Any, base: Database) -> None:
        returned(base, state="approved", group="open")
        run("return", "settle", *RMA)

        again = run("return", "settle", *RMA)

        assert (again.exit_code, "the money is on its way" in again.stdout) == (0, True)

    def test_who_waits_and_sees_nothing_happen_is_told(self, run: Any, base: Database) -> None:
        returned(base, state="approved", group="open")

        answer = run("return", "settle", *RMA, "--wait", "0.1")

        assert (answer.exit_code, "not settled after 0.1 s" in answer.stderr) == (1, True)


class TestRefusals:
    @pytest.mark.parametrize(
        ("words", "why"),
        [
            (("receive", "--line", "4711"), "has no line 4711; its lines are"),
            (("receive", "--quantity", "3"), "3 piece(s) were named, and 2 can be"),
            (("inspect", "--quantity", "9"), "9 piece(s) were named, and 2 can be"),
        ],
    )
    def test_what_the_return_does_not_have_is_refused_and_nothing_moves(
        self, run: Any, base: Database, words: tuple[str, ...], why: str
    ) -> None:
        returned(base, state="approved", group="open")
        before = pieces(base)

        answer = run("return", words[0], *RMA, *words[1:])

        assert (answer.exit_code, pieces(base)) == (1, before)
        assert why in answer.stderr

    @pytest.mark.parametrize(
        "words",
        [
            ("return", "receive", *RMA, "--quantity", "-1"),
            ("return", "receive", *RMA, "--quantity", "0"),
            ("return", "receive", *RMA, "--take-back"),
            ("return", "inspect", *RMA, "--accept-percent", "101"),
            ("return", "inspect", *RMA, "--accept-percent", "nan"),
            ("return", "decline", *RMA),
            ("return", "decline", *RMA, "--reason", "spite", "--note", "No"),
            ("return", "show", "--shop", MARA),
            ("ledger", "--shop", MARA, "--json", "--csv"),
        ],
    )
    def test_wrong_usage_ends_with_two(self, run: Any, asked: Return, words: tuple[str, ...]) -> None:
        assert run(*words).exit_code == 2

    def test_otto_finds_nothing_of_maras(self, run: Any, asked: Return) -> None:
        shown = run("return", "show", "--shop", OTTO, "--rma", "R-1042-1")
        approved = run("return", "approve", "--shop", OTTO, "--rma", "R-1042-1")
        listed = json.loads(run("return", "list", "--shop", OTTO, "--json").stdout)

        assert [shown.exit_code, approved.exit_code] == [1, 1]
        assert f"{OTTO} has no return R-1042-1." in shown.stderr
        assert (listed["returns"], listed["counts"]["to_approve"]) == ([], 0)

    def test_a_shop_that_is_not_here_is_named(self, run: Any) -> None:
        answer = run("return", "list", "--shop", "nobody.myshopify.com")

        assert "No shop nobody.myshopify.com has installed the app here." in answer.stderr

    def test_the_process_ends_with_the_same_status(self, environ: dict[str, str], asked: Return) -> None:
        command = [sys.executable, "-m", "shopify_app.cli", "return", "settle", *RMA]

        answer = subprocess.run(
            command, env=os.environ | environ, capture_output=True, text=True, cwd=ROOT, check=False
        )

        assert answer.returncode == 1
        assert answer.stdout == ""
        assert "The return is requested and cannot become settled." in answer.stderr


class TestLedger:
    @pytest.fixture
    def booked(self, base: Database) -> Return:
        ret = returned(base, state="approved", group="open")
        with base.write() as session:
            entries = [
                Entry(Account.GOODS, Money(10000, "EUR"), line_id=9001),
                Entry(Account.DISCOUNT, Money(-1000, "EUR"), line_id=9001),
                Entry(
                    Account.STORE_CREDIT_REFUND, Money(-9000, "EUR"), cause="=1+1", shopify_id="gid://shopify/Refund/1"
                ),
            ]
            ledger.post(session, session.get_one(Return, ret.id), "g1.process", entries, NOW)
        return ret

    def test_the_rows_are_printed_in_the_published_form_and_sum_to_zero(self, run: Any, booked: Return) -> None:
        document = json.loads(run("ledger", *RMA, "--json").stdout)

        schema("ledger").validate(document)
        assert [(row["account"], row["amount"]) for row in document["rows"]] == [
            ("goods", "100.00"),
            ("discount", "-10.00"),
            ("store_credit_refund", "-90.00"),
        ]
        assert document["alarms"] == []
        assert json.loads(run("ledger", "--shop", OTTO, "--json").stdout)["rows"] == []

    def test_a_person_reads_a_row_a_line(self, run: Any, booked: Return) -> None:
        first, *rest = run("ledger", "--shop", MARA).stdout.splitlines()

        assert first.split() == ["2026-11-24", "12:00", "R-1042-1", "g1.process", "goods", "100.00", "EUR"]
        assert len(rest) == 2

    def test_a_table_for_a_spreadsheet_carries_no_formula(self, run: Any, booked: Return) -> None:
        heading, *rows = run("ledger", "--shop", MARA, "--csv").stdout.splitlines()

        assert heading.startswith("\ufeffid,at,rma,posting,account,amount")
        assert len(rows) == 3
        assert "'=1+1" in rows[2]

    def test_books_that_do_not_add_up_raise_an_alarm(self, run: Any, base: Database, booked: Return) -> None:
        with base.write() as session:
            session.scalars(select(LedgerRow)).first().amount += 1  # type: ignore[union-attr]

        answer = run("ledger", "--shop", MARA, "--json")

        assert (answer.exit_code, "do not add up: R-1042-1 g1.process" in answer.stderr) == (1, True)
        assert json.loads(answer.stdout)["alarms"][0]["rma"] == "R-1042-1"


class TestLimits:
    def test_somebody_is_blocked_listed_with_the_reason_and_taken_off_again(self, run: Any) -> None:
        blocked = run(
            *("limits", "put", "--shop", MARA, "--customer", "ben@example.com"),
            *("--standing", "blocked", "--reason", "worn shoes"),
        )
        (listed,) = json.loads(run("limits", "list", "--shop", MARA, "--json").output)
        shown = run("limits", "list", "--shop", MARA).output
        run("limits", "put", "--shop", MARA, "--customer", "ben@example.com", "--standing", "neither")

        assert blocked.exit_code == 0
        facts = {name: listed[name] for name in ("standing", "email", "reason", "by")}
        assert facts == {"standing": "blocked", "email": "ben@example.com", "reason": "worn shoes", "by": "operator"}
        assert "ben@example.com" in shown
        assert json.loads(run("limits", "list", "--shop", MARA, "--json").output) == []

    def test_somebody_nobody_can_recognise_is_refused(self, run: Any) -> None:
        refused = run("limits", "put", "--shop", MARA, "--customer", "Ben", "--standing", "blocked")

        assert refused.exit_code == 1
        assert "neither an e-mail address" in refused.output
