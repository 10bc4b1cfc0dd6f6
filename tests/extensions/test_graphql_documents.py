"""Every GraphQL document, held against Shopify's own validator and against the scopes we ask for.

The validator reads the schema anew for each document. That each is valid on that schema, quicker tests show as well.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = str(ROOT / "scripts" / "check_graphql.mjs")
DOCUMENTS = ROOT / "shopify_app" / "shopify" / "graphql"


SCOPES = tomllib.loads((ROOT / "shopify.app.toml").read_text())["access_scopes"]


def granted_scopes() -> set[str]:
    """What the shop has granted us from the first day; a write scope includes reading."""
    scopes = SCOPES["scopes"].split(",")
    held = set(scopes) | {scope.replace("write_", "read_") for scope in scopes}
    # The validator names only the market places' twin for `returnableFulfillments`; either scope opens it.
    return held | ({"read_marketplace_returns"} if "read_returns" in held else set())


def not_granted(needs: list[list[str]]) -> list[list[str]]:
    """The needs none of whose alternatives we hold."""
    return [alternatives for alternatives in needs if not granted_scopes() & set(alternatives)]


@pytest.fixture(scope="module")
def verdict(node_tool):
    """Validates the documents of a folder; returns the exit status and the report."""

    def run(folder: Path) -> tuple[int, list[dict]]:
        answer = node_tool(SCRIPT, str(folder))
        assert answer.returncode in (0, 1), answer.stderr
        return answer.returncode, json.loads(answer.stdout)["documents"]

    return run


@pytest.fixture(scope="module")
def ours(verdict) -> tuple[int, list[dict]]:
    """What the validator says of the product's documents; asked once, for it takes its time."""
    return verdict(DOCUMENTS)


@pytest.mark.slow
def test_every_document_is_valid_and_needs_no_scope_we_do_not_ask_for(ours):
    status, documents = ours

    assert {document["file"] for document in documents} == {file.name for file in DOCUMENTS.glob("*.graphql")}
    assert [f"{document['file']}: {document['problem']}" for document in documents if not document["valid"]] == []
    assert status == 0
    missing = {document["file"]: not_granted(document["needs"]) for document in documents}
    # asked only after the merchant has said yes to it: an optional scope
    assert {file: needs for file, needs in missing.items() if needs} == {
        "ThemePicture.graphql": [["read_files", "read_images", "read_themes"]],  # one of them is enough
        "ThemeSettings.graphql": [["read_themes"]],
    }
    assert "read_themes" in SCOPES["optional_scopes"]


@pytest.mark.slow
def test_our_reading_of_the_scopes_agrees_with_the_validators(ours):
    _, documents = ours

    read = {each["file"]: (sorted({scope for group in each["needs"] for scope in group}), each) for each in documents}
    differing = {file: (scopes, each["scopes"]) for file, (scopes, each) in read.items() if scopes != each["scopes"]}
    # of `refundCreate` the validator names no scope at all, though what it answers with has a note in the schema
    # and of markets it names what only their mutations need
    assert differing == {
        "RefundCreate.graphql": (["read_marketplace_orders", "read_orders"], []),
        "MarketRegions.graphql": (["read_markets"], ["read_markets", "write_markets"]),
        "MarketsPage.graphql": (["read_markets"], ["read_markets", "write_markets"]),
    }


def test_a_wrong_field_and_a_scope_nobody_granted_are_found(verdict, tmp_path):
    (tmp_path / "Wrong.graphql").write_text("query Wrong { shop { nam } }")
    (tmp_path / "Themes.graphql").write_text("query Themes { themes(first: 1) { nodes { id } } }")

    status, documents = verdict(tmp_path)

    wrong = next(document for document in documents if document["file"] == "Wrong.graphql")
    themes = next(document for document in documents if document["file"] == "Themes.graphql")
    assert status == 1
    assert "nam" in wrong["problem"]
    assert not_granted(themes["needs"]) == [["read_themes"]]


def test_a_fragment_is_added_where_it_is_spread(verdict, tmp_path):
    (tmp_path / "fragments").mkdir()
    (tmp_path / "fragments" / "Facts.graphql").write_text("fragment Facts on Shop { ...Name }")
    (tmp_path / "fragments" / "Name.graphql").write_text("fragment Name on Shop { name }")
    (tmp_path / "Shop.graphql").write_text("query Shop { shop { ...Facts } }")

    status, documents = verdict(tmp_path)

    assert (status, documents[0]["valid"]) == (0, True)
