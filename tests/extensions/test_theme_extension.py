"""The theme extension as a whole: what Shopify's checker says, what the editor reads, the limits of the platform."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest

EXTENSION = Path(__file__).resolve().parents[2] / "extensions" / "tracking-page"
LOCALES = ("en", "de", "sv", "fr", "es", "nl")

# `theme-check:all` holds app blocks against the schema of *theme* blocks: it does not know the attributes that
# only app blocks have, and does not follow a render from a block that no theme section includes.
FALSE_ALARMS = re.compile(
    r"Property (target|stylesheet|javascript|enabled_on) is not allowed\.|This snippet is not referenced"
)


def complaints(answer) -> list[str]:
    return [
        f"{Path(file['path']).name}: {offense['message']}"
        for file in json.loads(answer.stdout)
        for offense in file["offenses"]
        if not FALSE_ALARMS.search(offense["message"])
    ]


@pytest.fixture
def strict_copy(tmp_path):
    copy = shutil.copytree(EXTENSION, tmp_path / "tracking-page")
    (copy / ".theme-check.yml").write_text("extends: theme-check:all\n")
    return copy


def test_shopifys_theme_check_finds_nothing(shopify):
    answer = shopify("theme", "check", "--path", str(EXTENSION), "--fail-level", "suggestion")

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_check_there_is_finds_nothing_but_its_known_false_alarms(shopify, strict_copy):
    assert complaints(shopify("theme", "check", "--path", str(strict_copy), "-o", "json")) == []


def test_a_setting_of_a_type_that_does_not_exist_is_found(shopify, strict_copy):
    block = strict_copy / "blocks" / "promise.liquid"
    block.write_text(block.read_text().replace('"type": "number"', '"type": "nope"'))

    found = complaints(shopify("theme", "check", "--path", str(strict_copy), "-o", "json"))

    assert any(complaint.startswith("promise.liquid") for complaint in found)


def test_the_blocks_under_test_are_all_there_are(blocks):
    assert {block.name for block in blocks} == {file.stem for file in (EXTENSION / "blocks").iterdir()}


def test_every_snippet_is_used_and_every_used_snippet_is_there():
    liquid = "".join(file.read_text() for file in EXTENSION.glob("*/*.liquid"))

    assert set(re.findall(r"render '([\w-]+)'", liquid)) == {file.stem for file in (EXTENSION / "snippets").iterdir()}


@pytest.mark.parametrize("kind", ["", ".schema"])
@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_says_everything_with_the_same_facts(locale_texts, locale, kind):
    english, here = locale_texts("en", kind), locale_texts(locale, kind)

    assert here.keys() == english.keys()
    assert [key for key, text in here.items() if not text.strip()] == []
    for key, text in here.items():
        assert set(re.findall(r"\{\{ (\w+) \}\}", text)) == set(re.findall(r"\{\{ (\w+) \}\}", english[key])), key


def test_there_is_no_language_file_that_nobody_checks():
    wanted = {f"{one}{'.default' if one == 'en' else ''}{kind}.json" for one in LOCALES for kind in ("", ".schema")}

    assert {file.name for file in (EXTENSION / "locales").iterdir()} == wanted


def test_shoppers_texts_hold_no_markup_since_they_are_printed_as_they_are(locale_texts):
    for locale in LOCALES:
        assert [text for text in locale_texts(locale).values() if re.search(r"[<>&\"]", text)] == []


def test_every_text_of_the_editor_is_translated_and_every_translation_is_used(blocks, locale_texts):
    wanted = set(re.findall(r'"t:([\w.]+)"', "".join(block.source for block in blocks)))

    assert wanted == locale_texts("en", ".schema").keys()
    labels = [s.get("label", s.get("content")) for block in blocks for s in block.schema["settings"]]
    assert all(label.startswith("t:") for label in labels)


def test_block_names_fit_into_the_editor_in_every_language(blocks, locale_texts):
    for locale in LOCALES:
        names = [locale_texts(locale, ".schema")[block.schema["name"].removeprefix("t:")] for block in blocks]
        assert all(len(name) <= 25 and "Postlude" not in name for name in names)
        assert len(set(names)) == len(names)


def test_the_extension_stays_far_below_the_limits_of_the_platform(blocks):
    liquid = sum(len(file.read_bytes()) for file in EXTENSION.glob("*/*.liquid"))
    scripts = [gzip.compress(file.read_bytes()) for file in EXTENSION.glob("assets/*.js")]
    styles = [gzip.compress(file.read_bytes()) for file in EXTENSION.glob("assets/*.css")]

    assert liquid <= 100_000
    assert sum(map(len, scripts)) <= 10_000
    assert sum(map(len, styles)) <= 4_000
    assert all(file.stat().st_size <= 15_000 for file in (EXTENSION / "locales").iterdir())
    assert len(blocks) <= 30


def test_the_stylesheet_touches_nothing_of_the_theme():
    css = re.sub(r"/\*.*?\*/", "", (EXTENSION / "assets" / "postlude.css").read_text(), flags=re.S)
    selectors = [rule.strip() for rule in re.findall(r"(?:^|[{};])([^{};@]+)\{", css)]

    assert selectors
    assert [one for rule in selectors for one in rule.split(",\n") if ".postlude" not in one] == []
