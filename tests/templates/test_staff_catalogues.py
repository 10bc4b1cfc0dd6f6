"""The staff's catalogues: nothing of theirs in the shoppers', and the same places in every language."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path

import pytest

from shopify_app.i18n import LOCALES, STAFF, Languages

SCRIPT = Path(__file__).parents[2] / "scripts" / "update_catalogues.py"
_spec = importlib.util.spec_from_file_location("update_catalogues_of_staff", SCRIPT)
assert _spec
assert _spec.loader
catalogues = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(catalogues)

PLACE = re.compile(r"\{\w+\}")
PATHS = sorted(STAFF.glob("*.po"))


@cache
def msgids(mapping: str) -> frozenset[str | tuple[str, ...]]:
    """What is said in the files that a mapping names; reading all of them takes a while."""
    return frozenset(message.id for message in catalogues.extract(mapping) if message.id)


@cache
def said(path: Path) -> frozenset[str | tuple[str, ...]]:
    """What a catalogue has words for."""
    return frozenset(message.id for message in catalogues.read(path) if catalogues.is_said(message))


def test_staff_read_english_german_and_swedish() -> None:
    assert [path.stem for path in PATHS] == ["de", "sv"]


def test_what_only_staff_read_is_not_asked_of_the_shoppers_translators() -> None:
    staffs = msgids(catalogues.STAFF) - msgids(catalogues.SHOPPERS)
    assert "Who may do what" in staffs  # of a template
    assert "Move money" in staffs  # of a door
    assert "Choose one from the list." in staffs  # of a room that speaks to staff alone


def test_the_two_mappings_part_the_house_between_them() -> None:
    """What is read for staff is left out for shoppers, or its words would be in both."""
    staffs = re.findall(r"\[python: (\S+)\]", (LOCALES.parents[1] / catalogues.STAFF).read_text())
    left_out = re.findall(r"\[ignore: (\S+)\]", (LOCALES.parents[1] / catalogues.SHOPPERS).read_text())
    assert set(staffs) == set(left_out)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_catalogue_has_words_for_every_msgid_and_for_nothing_else(path: Path) -> None:
    wanted = msgids(catalogues.STAFF)
    assert wanted - said(path) == set(), "run scripts/update_catalogues.py and translate"
    assert said(path) - wanted == set(), "run scripts/update_catalogues.py"


def test_a_word_that_is_the_same_in_both_languages_is_a_word_of_its_own() -> None:
    """Where staff say as in English, the shoppers' word is not said instead."""
    assert Languages(LOCALES).choose(["sv"]).text("Order {name}", name="#1042") == "Beställning #1042"
    assert Languages(LOCALES, STAFF).choose(["sv"]).text("Order {name}", name="#1042") == "Order #1042"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_translation_has_the_places_of_its_msgid(path: Path) -> None:
    for message in catalogues.read(path):
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(PLACE.findall(message.id[-1] if isinstance(message.id, tuple) else message.id or ""))
        for form in filter(None, forms):
            assert set(PLACE.findall(form)) <= wanted, message.id
        assert not message.id or not forms[-1] or set(PLACE.findall(forms[-1])) == wanted, message.id


def test_a_thing_has_one_word_in_swedish() -> None:
    """That of Shopify's own admin, beside which it is read."""
    other_words = re.compile("etikett|beställning|tillgodohav", re.I)  # fraktsedel, order, butikskredit
    strings = [message.string for message in catalogues.read(STAFF / "sv.po") if message.id]
    forms = [form for said in strings for form in (said if isinstance(said, tuple) else (said,))]

    assert len(forms) > 1000
    assert [form for form in forms if other_words.search(form)] == []
