"""Catalogues: in step with the code, complete, and with the same places in every language."""

from __future__ import annotations

import importlib.util
import re
from datetime import date, time
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from shopify_app.i18n import (
    LOCALES,
    Day,
    Days,
    Language,
    Languages,
    Moment,
    accepted,
    day_near,
    phrase,
    phrase_n,
)
from shopify_app.money import Money

SCRIPT = Path(__file__).parents[2] / "scripts" / "update_catalogues.py"
_spec = importlib.util.spec_from_file_location("update_catalogues", SCRIPT)
assert _spec
assert _spec.loader
catalogues = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(catalogues)

WHOLE = sorted(path for path in LOCALES.glob("*.po") if "@" not in path.stem)
PARTIAL = sorted(path for path in LOCALES.glob("*@*.po"))
PLACE = re.compile(r"\{\w+\}")


@cache
def template() -> Catalog:
    """Every msgid of the product: read by who asks, for reading all sources takes a while."""
    return catalogues.extract()


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_a_catalogue_has_words_for_every_msgid_and_for_nothing_else(path: Path) -> None:
    catalogue = catalogues.read(path)
    wanted = {message.id for message in template() if message.id}
    said = {message.id for message in catalogue if catalogues.is_said(message)}
    assert wanted - said == set(), "run scripts/update_catalogues.py and translate"
    assert {message.id for message in catalogue if message.id} - wanted == set(), "run scripts/update_catalogues.py"


@pytest.mark.parametrize("path", PARTIAL, ids=lambda path: path.stem)
def test_an_overlay_has_only_msgids_that_exist(path: Path) -> None:
    wanted = {message.id for message in template() if message.id}
    assert {message.id for message in catalogues.read(path) if message.id} <= wanted


@pytest.mark.parametrize("path", WHOLE + PARTIAL, ids=lambda path: path.stem)
def test_every_translation_has_the_places_of_its_msgid(path: Path) -> None:
    for message in catalogues.read(path):
        if message.id:
            wanted = set(PLACE.findall(_forms(message.id)[-1]))
            for form in _forms(message.string):
                assert set(PLACE.findall(form)) <= wanted, message.id
            assert set(PLACE.findall(_forms(message.string)[-1])) == wanted, message.id


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_a_catalogue_file_is_written_as_the_script_writes_it(path: Path) -> None:
    assert path.read_bytes() == catalogues.as_bytes(catalogues.updated(catalogues.read(path), template()))


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages()


def _speaking(languages: Languages, tag: str, country: str | None = None, tone: str = "informal") -> Language:
    return languages.choose([tag], country, tone)


def test_the_first_language_we_speak_is_chosen(languages: Languages) -> None:
    assert languages.choose(["xx", None, "de-AT", "en"]).tag == "de-AT"
    assert languages.choose(["tlh"]).code == "en"
    assert languages.choose([]).code == "en"


def test_a_header_is_read_by_weight_and_never_fails() -> None:
    assert accepted("en;q=0.5, de-AT, sv;q=0.8, *, ;;, fr;q=0") == ["de-AT", "sv", "en"]
    assert accepted(None) == []


def test_german_says_du_or_sie_as_the_brand_wishes(languages: Languages) -> None:
    said = phrase("Your parcel is on its way")
    assert _speaking(languages, "de").say(said) == "Dein Paket ist unterwegs"
    assert _speaking(languages, "de", tone="formal").say(said) == "Ihr Paket ist unterwegs"
    assert _speaking(languages, "de", tone="formal").text("Tip") == "Tipp"


def test_plurals_follow_the_language(languages: Languages) -> None:
    german = _speaking(languages, "de")
    assert german.say(phrase_n("{count} minute", "{count} minutes", 1)) == "1 Minute"
    assert german.say(phrase_n("{count} minute", "{count} minutes", 3)) == "3 Minuten"
    assert _speaking(languages, "en").plural("{count} minute", "{count} minutes", 1) == "1 minute"


def test_days_and_times_are_written_as_the_region_does(languages: Languages) -> None:
    moment = Moment(Day(date(2026, 12, 1)), time(14, 12))
    assert _speaking(languages, "en", "SE").moment(moment) == "Tuesday, 1 December, 14:12"
    assert _speaking(languages, "en-US").moment(moment) == "Tuesday, December 1, 2:12\u202fPM"
    assert _speaking(languages, "de").moment(moment) == "Dienstag, 1. Dezember, 14:12"
    assert (
        _speaking(languages, "de").show(Days(date(2026, 12, 1), date(2026, 12, 3)))
        == "Di., 1.\u2009–\u2009Do., 3. Dez."
    )
    assert _speaking(languages, "de").show(day_near(date(2026, 12, 1), date(2026, 12, 2))) == "gestern"


@pytest.mark.parametrize(
    ("amount", "written"),
    [(Money(4860, "EUR"), "48,60\xa0€"), (Money(4860, "JPY"), "4.860\xa0¥"), (Money(4860, "KWD"), "4,860\xa0KWD")],
)
def test_money_is_written_with_its_own_number_of_decimals(languages: Languages, amount: Money, written: str) -> None:
    assert _speaking(languages, "de").money(amount) == written


@pytest.mark.parametrize(
    ("country", "written"),
    [("JP", "JP¥4,860"), ("US", "¥4,860"), ("KW", "JP¥4,860"), ("GR", "4,860\xa0JP¥")],
)
def test_english_money_is_written_as_the_readers_part_of_the_world_does(
    languages: Languages, country: str, written: str
) -> None:
    assert languages.choose(["en"], country).money(Money(4860, "JPY")) == written


def test_letters_of_a_currency_keep_off_the_number(languages: Languages) -> None:
    english = languages.choose(["en"], "KW")

    assert english.money(Money(93_521, "KWD")) == "KWD\xa093.521"
    assert english.money(Money(9_352, "USD")) == "US$93.52"


def test_a_place_without_a_fact_stays_visible_instead_of_failing(languages: Languages) -> None:
    assert _speaking(languages, "en").text("until {day}") == "until {day}"


def test_a_fact_that_looks_like_a_place_is_not_filled_again(languages: Languages) -> None:
    assert (
        _speaking(languages, "en").text("{carrier} has your parcel.", carrier="{carrier}")
        == "{carrier} has your parcel."
    )
