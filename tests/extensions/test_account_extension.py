"""The customer-account extension as a whole: Shopify's own tools on it, its size, its words, and the demo's copy."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shopify_app.pages.spoken import WORDS

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "extensions" / "customer-account"
DEMOS = ROOT / "devstore" / "static" / "account"
LOCALES = ("en.default", "de", "sv", "fr", "es", "nl")
TOLD = tomllib.loads((EXTENSION / "shopify.extension.toml").read_text())
MODULES = {each["target"]: Path(each["module"]).name for one in TOLD["extensions"] for each in one["targeting"]}
PAGE = "customer-account.order.page.render"
MOST_BYTES = {"returns": 64 * 1024, "return-page": 128 * 1024}
"""Shopify's limits of a compressed bundle; the second is a full page's."""

HEADINGS = {"items", "reasons", "outcome", "better", "method", "review"}
"""Words that the page asks for by its own name."""

Tool = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def app_copy(tmp_path: Path) -> Path:
    """The app as the tools see it, where they may write what they like."""
    copy = tmp_path / "app"
    copy.mkdir()
    for name in ("shopify.app.toml", "shopify.web.toml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(EXTENSION, copy / "extensions" / "customer-account", ignore=shutil.ignore_patterns("dist"))
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    return copy


def types(node_tool: Tool, extension: Path) -> subprocess.CompletedProcess[str]:
    return node_tool("node_modules/typescript/bin/tsc", "--noEmit", "--project", str(extension / "tsconfig.json"))


def texts(locale: str) -> dict[str, str]:
    return _leaves(json.loads((EXTENSION / "locales" / f"{locale}.json").read_text()))


def _leaves(tree: dict[str, Any], path: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        flat |= _leaves(value, f"{path}{key}.") if isinstance(value, dict) else {f"{path}{key}": value}
    return flat


def test_the_shopify_cli_builds_both_extensions_within_their_limits(shopify: Tool, app_copy: Path) -> None:
    answer = shopify("app", "build", "--skip-dependencies-installation", cwd=app_copy)

    assert answer.returncode == 0, answer.stdout + answer.stderr
    built = {file.stem: file for file in (app_copy / "extensions/customer-account/dist").glob("*.js")}
    assert built.keys() == MOST_BYTES.keys()
    sizes = {handle: len(gzip.compress(file.read_bytes())) for handle, file in built.items()}
    assert {handle: size for handle, size in sizes.items() if size > MOST_BYTES[handle]} == {}


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


def validated(files: dict[str, list[str]], node_tool_home: Path) -> dict[str, str]:
    """What Shopify's validator says of each file for each target; runs outside the fixture, for it reads its input."""
    answer = subprocess.run(
        ["node", "scripts/check_extension.mjs"], cwd=ROOT, input=json.dumps(files), capture_output=True, text=True,
        timeout=100, env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(node_tool_home),
                          "OPT_OUT_INSTRUMENTATION": "true"},
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_shopifys_validator_knows_every_part_for_its_target(tmp_path: Path) -> None:
    others = {MODULES[target] for target in MODULES if target != PAGE}
    files = {target: [str(EXTENSION / "src" / module)] for target, module in MODULES.items() if target != PAGE}
    files[PAGE] = [str(file) for file in sorted((EXTENSION / "src").glob("*.jsx")) if file.name not in others]

    said = validated(files, tmp_path)

    assert len(said) == len(list((EXTENSION / "src").glob("*.jsx")))
    assert {what: words for what, words in said.items() if "INVALID" in words or "VALID" not in words} == {}


def test_the_validator_finds_a_part_that_does_not_exist(tmp_path: Path) -> None:
    wrong = tmp_path / "Wrong.jsx"
    wrong.write_text("export default function wrong() { return <s-nowhere>Hello</s-nowhere>; }")

    assert "INVALID" in next(iter(validated({PAGE: [str(wrong)]}, tmp_path).values()))


def test_its_own_tests_pass(node_tool: Tool) -> None:
    answer = node_tool(
        "node_modules/vitest/vitest.mjs", "run", "--config", "extensions/customer-account/vitest.config.mjs"
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_demo_shows_what_is_built_now(node_tool: Tool, tmp_path: Path) -> None:
    answer = node_tool("scripts/bundle_extension.mjs", "customer-account", str(tmp_path))

    assert answer.returncode == 0, answer.stderr
    stale = [file.name for file in tmp_path.glob("*.js") if (DEMOS / file.name).read_bytes() != file.read_bytes()]
    assert stale == [], "the demo's copy is old: npm run bundle-account"
    assert {file.stem for file in tmp_path.glob("*.js")} == MOST_BYTES.keys()


def test_a_full_page_stands_alone_and_may_call_the_app() -> None:
    assert {one["handle"] for one in TOLD["extensions"]} == MOST_BYTES.keys()
    targets = {one["handle"]: [each["target"] for each in one["targeting"]] for one in TOLD["extensions"]}
    assert targets["return-page"] == [PAGE]
    assert all(one["capabilities"] == {"network_access": True} for one in TOLD["extensions"])
    assert TOLD["api_version"] == "2026-07"


def test_without_an_address_put_in_it_calls_the_apps_own() -> None:
    address = tomllib.loads((ROOT / "shopify.app.toml").read_text())["application_url"]

    assert (EXTENSION / "src/address.js").read_text().count(f"'{address}'") == 2


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_says_everything_with_the_same_facts(locale: str) -> None:
    english, here = texts("en.default"), texts(locale)

    assert here.keys() == english.keys()
    assert [key for key, text in here.items() if not text.strip()] == []
    for key, text in here.items():
        assert set(re.findall(r"\{\{(\w+)\}\}", text)) == set(re.findall(r"\{\{(\w+)\}\}", english[key])), key
    assert {file.stem for file in (EXTENSION / "locales").iterdir()} == set(LOCALES)


def test_every_word_that_is_said_is_there_and_every_word_there_is_said() -> None:
    source = "".join(file.read_text() for file in (EXTENSION / "src").iterdir())
    source += (EXTENSION / "shopify.extension.toml").read_text()
    known = {re.sub(r"\.(one|other)$", "", key) for key in texts("en.default")}

    said = {key for key in known if f"'{key}'" in source or f'"t:{key}"' in source}
    assert said == known
    asked = set(re.findall(r"(?:translate|text)\('([\w.]+)'", source))
    assert asked <= known


def test_the_words_of_the_apps_pages_are_those_that_are_asked_for() -> None:
    source = "".join(file.read_text() for file in (EXTENSION / "src").iterdir())

    said = re.findall(r"\bsay\((?:[^'()]|\([^()]*\))*'(\w+)'(?: : '(\w+)')?", source)
    assert {word for found in said for word in found if word} | HEADINGS == {"colon", *WORDS}
