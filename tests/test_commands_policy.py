"""`postlude policy versions` and `back`: what was published and why, and an old version in force again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typed_commands import typed

from shopify_app.returns.document import to_document
from shopify_app.returns.presets import FORGIVING
from shopify_app.returns.writing import edits


@pytest.fixture
def run(environ: dict[str, str]) -> Iterator[Any]:
    with typed(environ, "policy") as command:
        yield command


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
