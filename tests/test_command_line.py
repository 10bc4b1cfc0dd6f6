"""`postlude` itself: every command is found, and only the one that is asked for is imported."""

from __future__ import annotations

import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from shopify_app.cli import COMMANDS, main

CONTEXT = click.Context(main)
HEAVY = ("alembic", "celery", "flask", "gql", "shopify_app.returns", "sqlalchemy")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_found_under_its_name_and_says_what_the_list_says(name: str) -> None:
    command = main.get_command(CONTEXT, name)

    assert command is not None
    assert command.name == name
    assert " ".join((command.help or "").partition("\n\n")[0].split()) == COMMANDS[name][1]


def test_a_command_that_nobody_knows_is_refused_with_a_sentence() -> None:
    told = CliRunner().invoke(main, ["returns"])

    assert told.exit_code == 2
    assert "No such command 'returns'" in told.output


def test_the_list_of_commands_names_all_of_them() -> None:
    told = CliRunner().invoke(main, ["--help"]).output

    assert re.findall(r"^  (\w+) ", told.partition("Commands:\n")[2], re.MULTILINE) == sorted(COMMANDS)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("serve --port 99999", "99999 is not in the range 1<=x<=65535"),
        ("serve --host shop.example", "“shop.example” is no IP address"),
        ("serve --workers 0", "0 is not in the range x>=1"),
        ("worker --concurrency 0", "0 is not in the range x>=1"),
        (f"erase --shop a --yes --customer {10**30}", "is not in the range 1<=x<="),
    ],
)
def test_what_no_process_can_be_started_with_is_refused_with_a_sentence(typed: str, sentence: str) -> None:
    told = CliRunner().invoke(main, typed.split())

    assert told.exit_code == 2
    assert sentence in told.output


def test_a_port_of_the_environment_that_is_none_is_refused_with_a_sentence() -> None:
    told = CliRunner().invoke(main, ["serve"], env={"PORT": "http"})

    assert told.exit_code == 2
    assert "'http' is not a valid integer" in told.output


@pytest.mark.once
@pytest.mark.parametrize("typed", ["--help", "doctor --new-key"])
def test_what_needs_no_room_imports_none(typed: str) -> None:
    listing = "import sys; from shopify_app.cli import main; main(standalone_mode=False); print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", listing, *typed.split()], capture_output=True, text=True, check=True)

    assert sorted(set(HEAVY) & set(done.stdout.split())) == []


@pytest.mark.parametrize("typed", ["serve", "worker", "scheduler", "migrate", "settings get --shop x.example tracking"])
def test_where_no_database_answers_a_sentence_says_so(typed: str) -> None:
    environ = {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "s" * 32,
        "POSTLUDE_ENCRYPTION_KEYS": "00" * 32,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }

    told = CliRunner().invoke(main, typed.split(), env=environ)

    assert told.exit_code == 1
    assert "The database does not answer: start it, or correct DATABASE_URL." in told.output


def test_a_folder_that_nothing_can_be_written_to_is_named_before_the_tables_are_made() -> None:
    environ = {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "s" * 32,
        "POSTLUDE_ENCRYPTION_KEYS": "00" * 32,
        "POSTLUDE_DATA_DIR": "/dev/null/files",
        "DATABASE_URL": "",
    }

    told = CliRunner().invoke(main, ["migrate"], env=environ)

    assert told.exit_code == 1
    assert "Nothing can be written to /dev/null/files (Not a directory): correct POSTLUDE_DATA_DIR" in told.output
