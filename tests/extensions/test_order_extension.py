"""The admin's order extension as a whole: its types, Shopify's validator, its words, its own tests, the demo's copy.

That it builds, and how large it is, is held with the account's (`test_account_extension`): one build for both.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from ui_extensions import (
    EXTENSIONS,
    ROOT,
    Tool,
    is_valid,
    own_tests,
    source,
    stale_bundles,
    texts,
    types,
    validated,
)

from shopify_app.account import blueprint
from shopify_app.i18n import STAFF, Languages

pytestmark = pytest.mark.once

EXTENSION = EXTENSIONS / "admin-order"
TOLD = tomllib.loads((EXTENSION / "shopify.extension.toml").read_text())
HANDLES = {each["target"]: one["handle"] for one in TOLD["extensions"] for each in one["targeting"]}
BLOCK, ACTION = "admin.order-details.block.render", "admin.order-details.action.render"
OF_THE_BLOCK = {"Block.jsx", "glance.jsx"}
LOCALES = ("en.default", "de", "sv")


def test_every_type_holds(node_tool: Tool) -> None:
    answer = types(node_tool, EXTENSION)

    assert answer.returncode == 0, answer.stdout


def test_an_attribute_that_a_part_does_not_have_is_found(node_tool: Tool, tmp_path: Path) -> None:
    copy = shutil.copytree(EXTENSION, tmp_path / "admin-order", ignore=shutil.ignore_patterns("node_modules"))
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    page = copy / "src" / "Action.jsx"
    page.write_text(page.read_text().replace('variant="primary"', 'variant="nope"', 1))

    assert '"nope"' in types(node_tool, copy).stdout


@pytest.mark.slow
def test_shopifys_validator_knows_every_part_for_its_target(tmp_path: Path) -> None:
    files: dict[str, list[str]] = {BLOCK: [], ACTION: []}
    for file in sorted((EXTENSION / "src").glob("*.jsx")):
        files[BLOCK if file.name in OF_THE_BLOCK else ACTION].append(str(file))

    said = validated(files, tmp_path)

    assert len(said) == len(list((EXTENSION / "src").glob("*.jsx")))
    assert {what: words for what, words in said.items() if not is_valid(words)} == {}


def test_its_own_tests_pass(node_tool: Tool) -> None:
    answer = own_tests(node_tool, "admin-order")

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_demo_shows_what_is_built_now(node_tool: Tool, tmp_path: Path) -> None:
    stale = stale_bundles(node_tool, "admin-order", ROOT / "devstore" / "static" / "order", tmp_path)

    assert stale == [], "the demo's copy is old: npm run bundle-order"
    assert {file.stem for file in tmp_path.glob("*.js")} == set(HANDLES.values())


def test_the_block_opens_the_action_by_its_handle() -> None:
    assert set(HANDLES) == {BLOCK, ACTION}
    assert f"'extension://{HANDLES[ACTION]}'" in source(EXTENSION)
    assert TOLD["api_version"] == "2026-07"


def test_what_it_asks_is_what_the_door_answers() -> None:
    asked = set(re.findall(r"ask\('([\w/]+)'", source(EXTENSION)))
    module = (ROOT / "shopify_app/account/staff/order.py").read_text()
    module += (ROOT / "shopify_app/account/staff/returning.py").read_text()

    assert asked == set(re.findall(r'route\("/staff/([\w/]+)"', module))
    assert blueprint.url_prefix == "/account"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_says_everything_with_the_same_facts(locale: str) -> None:
    english, here = texts(EXTENSION, "en.default"), texts(EXTENSION, locale)

    assert here.keys() == english.keys()
    assert [key for key, text in here.items() if not text.strip()] == []
    for key, text in here.items():
        assert set(re.findall(r"\{\{(\w+)\}\}", text)) == set(re.findall(r"\{\{(\w+)\}\}", english[key])), key
    assert {file.stem for file in (EXTENSION / "locales").iterdir()} == set(LOCALES)


def test_it_speaks_the_staffs_languages_and_asks_for_the_apps_words_in_the_same() -> None:
    spoken = {texts(EXTENSION, locale)["language"] for locale in LOCALES}

    assert spoken == {locale.partition(".")[0] for locale in LOCALES} == set(Languages(first=STAFF).codes)


def test_every_word_that_is_said_is_there_and_every_word_there_is_said() -> None:
    said_in = source(EXTENSION) + (EXTENSION / "shopify.extension.toml").read_text()
    known = {re.sub(r"\.(one|other)$", "", key) for key in texts(EXTENSION, "en.default")}

    assert {key for key in known if f"'{key}'" in said_in or f'"t:{key}"' in said_in} == known
    assert set(re.findall(r"translate\('([\w.]+)'", said_in)) <= known
