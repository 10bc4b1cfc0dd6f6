"""The customer-account extension as a whole: Shopify's own tools on it, its size, its words, and the demo's copy."""

from __future__ import annotations

import gzip
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from ui_extensions import EXTENSIONS, ROOT, Tool, is_valid, own_tests, stale_bundles, texts, types, validated

from shopify_app.pages.spoken import WORDS

pytestmark = pytest.mark.once

EXTENSION = EXTENSIONS / "customer-account"
DEMOS = ROOT / "devstore" / "static" / "account"
LOCALES = ("en.default", "de", "sv", "fr", "es", "nl")
TOLD = tomllib.loads((EXTENSION / "shopify.extension.toml").read_text())
MODULES = {each["target"]: Path(each["module"]).name for one in TOLD["extensions"] for each in one["targeting"]}
PAGE = "customer-account.order.page.render"
HANDLES = {"returns", "return-page"}
MOST_BYTES = {
    "customer-account": {"returns": 64 * 1024, "return-page": 128 * 1024},
    "admin-order": {"order-parcels": 64 * 1024, "create-return": 64 * 1024},
}
"""Shopify's limits of a compressed bundle by folder and handle; a full page may have twice as much."""

HEADINGS = {"items", "reasons", "outcome", "better", "method", "review"}
"""Words that the page asks for by its own name."""


@pytest.fixture
def app_copy(tmp_path: Path) -> Path:
    """The app as the tools see it, where they may write what they like."""
    copy = tmp_path / "app"
    copy.mkdir()
    for name in ("shopify.app.toml", "shopify.web.toml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, copy)
    for name in MOST_BYTES:
        shutil.copytree(EXTENSIONS / name, copy / "extensions" / name, ignore=shutil.ignore_patterns("dist"))
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    return copy


def test_the_shopify_cli_builds_every_extension_within_its_limit(shopify: Tool, app_copy: Path) -> None:
    answer = shopify("app", "build", "--skip-dependencies-installation", cwd=app_copy)

    assert answer.returncode == 0, answer.stdout + answer.stderr
    for folder, limits in MOST_BYTES.items():
        built = {file.stem: file for file in (app_copy / "extensions" / folder / "dist").glob("*.js")}
        assert built.keys() == limits.keys()
        sizes = {handle: len(gzip.compress(file.read_bytes())) for handle, file in built.items()}
        assert {handle: size for handle, size in sizes.items() if size > limits[handle]} == {}


def test_a_target_that_does_not_exist_stops_the_build(shopify: Tool, app_copy: Path) -> None:
    told = app_copy / "extensions/customer-account/shopify.extension.toml"
    told.write_text(told.read_text().replace("customer-account.order-status.block.render", "customer-account.nowhere"))

    assert shopify("app", "build", "--skip-dependencies-installation", cwd=app_copy).returncode != 0


def test_every_type_holds(node_tool: Tool) -> None:
    answer = types(node_tool, EXTENSION)

    assert answer.returncode == 0, answer.stdout


def test_an_attribute_that_a_part_does_not_have_is_found(node_tool: Tool, app_copy: Path) -> None:
    page = app_copy / "extensions/customer-account/src/ReturnPage.jsx"
    page.write_text(page.read_text().replace('variant="primary"', 'variant="nope"'))

    assert '"nope"' in types(node_tool, app_copy / "extensions/customer-account").stdout


@pytest.mark.slow
def test_shopifys_validator_knows_every_part_for_its_target(tmp_path: Path) -> None:
    others = {MODULES[target] for target in MODULES if target != PAGE}
    files = {target: [str(EXTENSION / "src" / module)] for target, module in MODULES.items() if target != PAGE}
    files[PAGE] = [str(file) for file in sorted((EXTENSION / "src").glob("*.jsx")) if file.name not in others]

    said = validated(files, tmp_path)

    assert len(said) == len(list((EXTENSION / "src").glob("*.jsx")))
    assert {what: words for what, words in said.items() if not is_valid(words)} == {}


@pytest.mark.slow
def test_the_validator_finds_a_part_that_does_not_exist(tmp_path: Path) -> None:
    wrong = tmp_path / "Wrong.jsx"
    wrong.write_text("export default function wrong() { return <s-nowhere>Hello</s-nowhere>; }")

    assert "INVALID" in next(iter(validated({PAGE: [str(wrong)]}, tmp_path).values()))


def test_its_own_tests_pass(node_tool: Tool) -> None:
    answer = own_tests(node_tool, "customer-account")

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_demo_shows_what_is_built_now(node_tool: Tool, tmp_path: Path) -> None:
    stale = stale_bundles(node_tool, "customer-account", DEMOS, tmp_path)

    assert stale == [], "the demo's copy is old: npm run bundle-account"
    assert {file.stem for file in tmp_path.glob("*.js")} == HANDLES


def test_a_full_page_stands_alone_and_may_call_the_app() -> None:
    assert {one["handle"] for one in TOLD["extensions"]} == HANDLES
    targets = {one["handle"]: [each["target"] for each in one["targeting"]] for one in TOLD["extensions"]}
    assert targets["return-page"] == [PAGE]
    assert all(one["capabilities"] == {"network_access": True} for one in TOLD["extensions"])
    assert TOLD["api_version"] == "2026-07"


def test_without_an_address_put_in_it_calls_the_apps_own() -> None:
    address = tomllib.loads((ROOT / "shopify.app.toml").read_text())["application_url"]

    assert (EXTENSION / "src/address.js").read_text().count(f"'{address}'") == 2


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_says_everything_with_the_same_facts(locale: str) -> None:
    english, here = texts(EXTENSION, "en.default"), texts(EXTENSION, locale)

    assert here.keys() == english.keys()
    assert [key for key, text in here.items() if not text.strip()] == []
    for key, text in here.items():
        assert set(re.findall(r"\{\{(\w+)\}\}", text)) == set(re.findall(r"\{\{(\w+)\}\}", english[key])), key
    assert {file.stem for file in (EXTENSION / "locales").iterdir()} == set(LOCALES)


def test_every_word_that_is_said_is_there_and_every_word_there_is_said() -> None:
    source = "".join(file.read_text() for file in (EXTENSION / "src").iterdir())
    source += (EXTENSION / "shopify.extension.toml").read_text()
    known = {re.sub(r"\.(one|other)$", "", key) for key in texts(EXTENSION, "en.default")}

    said = {key for key in known if f"'{key}'" in source or f'"t:{key}"' in source}
    assert said == known
    asked = set(re.findall(r"(?:translate|text)\('([\w.]+)'", source))
    assert asked <= known


def test_the_words_of_the_apps_pages_are_those_that_are_asked_for() -> None:
    source = "".join(file.read_text() for file in (EXTENSION / "src").iterdir())

    said = re.findall(r"\bsay\((?:[^'()]|\([^()]*\))*'(\w+)'(?: : '(\w+)')?", source)
    assert {word for found in said for word in found if word} | HEADINGS == {"colon", *WORDS}
