"""What each language owes its reader: the right plural, one tone throughout, days that fit every sentence."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

import pytest
from babel.messages.pofile import read_po

from shopify_app.i18n import LOCALES, Day, Days, Languages, Moment, day_near, phrase
from shopify_app.pages.return_items import REASON_WORDS

FAMILIAR = {
    "de": r"du|dein\w*|dir|dich|euch|schick|schreib|such|gib|frag|bring|füg",
    "es": r"tú|tus?|te|ti|tuy[oa]s?|contigo|escríbenos|busca|abre|espera unos|puedes|tienes|quieres|prefieras|añade",
    "fr": r"tu|te|toi|ton|ta|tes|écris|cherche",
    "nl": r"jij|je|jou|jouw|alsjeblieft",
}
"""What would be heard as familiar by someone the brand speaks to formally."""


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages()


def _said(*names: str) -> list[str]:
    """Every sentence of the catalogues `names` in every plural form; where several have it, the last one's."""
    said: dict[Any, Any] = {}
    for name in names:
        path = LOCALES / f"{name}.po"
        if path.exists():
            with path.open("rb") as file:
                said |= {message.id: message.string for message in read_po(file) if message.id}
    return [form for words in said.values() for form in (words if isinstance(words, tuple) else (words,))]


def test_six_languages_are_spoken(languages: Languages) -> None:
    names = [languages.choose([code]).language_name() for code in languages.codes]
    assert names == ["English", "Deutsch", "Español", "Français", "Nederlands", "Svenska"]


@pytest.mark.parametrize("code", FAMILIAR)
def test_a_formal_brand_never_slips_into_the_familiar_tone(code: str) -> None:
    familiar = re.compile(rf"\b(?:{FAMILIAR[code]})\b", re.IGNORECASE)
    assert [text for text in _said(code, f"{code}@formal") if familiar.search(text)] == []


@pytest.mark.parametrize(
    ("code", "msgid", "tomorrow", "later"),
    [
        ("de", "Your return label ended on {day}.", "ist morgen abgelaufen", "ist am Samstag, 28. November abgelaufen"),
        ("en", "Your return label ended on {day}.", "ended tomorrow.", "ended on Saturday, November 28."),
        ("es", "Please choose by {moment}.", "antes de mañana, 10:30.", "antes del sábado, 28 de noviembre, 10:30."),
        ("es", "You get your money by {day}.", "a más tardar mañana.", "a más tardar el sábado, 28 de noviembre."),
        ("fr", "Please choose by {moment}.", "avant demain", "avant le samedi 28 novembre"),
        ("fr", "You can use it until {day}.", "jusqu’à demain.", "jusqu’au samedi 28 novembre."),
        ("nl", "Your return label ended on {day}.", "is morgen verlopen", "is op zaterdag 28 november verlopen"),
    ],
)
def test_tomorrow_has_no_article_before_it(
    languages: Languages, code: str, msgid: str, tomorrow: str, later: str
) -> None:
    language, today = languages.choose([code]), date(2026, 11, 24)

    def said(day: date) -> str:
        near = day_near(day, today)
        return language.say(phrase(msgid, day=near, moment=Moment(near, time(10, 30))))

    assert tomorrow in said(date(2026, 11, 25))
    assert later in said(date(2026, 11, 28))


@pytest.mark.parametrize(
    ("code", "none", "one", "many"),
    [
        ("sv", "0 dagar från leveransen", "1 dag från leveransen", "30 dagar från leveransen"),
        ("fr", "0 jour après la livraison", "1 jour après la livraison", "30 jours après la livraison"),
        ("es", "0 días desde la entrega", "1 día desde la entrega", "30 días desde la entrega"),
        ("nl", "0 dagen na bezorging", "1 dag na bezorging", "30 dagen na bezorging"),
    ],
)
def test_each_language_counts_its_own_way(languages: Languages, code: str, none: str, one: str, many: str) -> None:
    language = languages.choose([code])
    counted = [language.plural("{count} day from delivery", "{count} days from delivery", n) for n in (0, 1, 30)]
    assert counted == [none, one, many]


@pytest.mark.parametrize(
    ("code", "today", "dated"),
    [
        ("de", "Kommt heute", "Kommt Freitag, 4. Dezember"),
        ("es", "Entrega prevista: hoy", "Entrega prevista: viernes, 4 de diciembre"),
        ("fr", "Chez vous aujourd’hui", "Chez vous vendredi 4 décembre"),
        ("nl", "Komt vandaag aan", "Komt vrijdag 4 december aan"),
        ("sv", "Kommer i\xa0dag", "Kommer fredag 4 december"),
    ],
)
def test_one_sentence_fits_today_and_a_date(languages: Languages, code: str, today: str, dated: str) -> None:
    language, day = languages.choose([code]), date(2026, 12, 4)
    assert language.text("Arriving {when}", when=day_near(day, day)) == today
    assert language.text("Arriving {when}", when=Day(day)) == dated


def test_the_first_of_a_month_is_an_ordinal_in_french_and_no_other_day_is(languages: Languages) -> None:
    french, first, eleventh = languages.choose(["fr"]), date(2026, 12, 1), date(2026, 12, 11)
    assert french.day(Day(first)) == "mardi 1er décembre"
    assert french.day(Day(eleventh)) == "vendredi 11 décembre"
    assert (french.month_day(first), french.full_day(first)) == ("1er déc.", "1er déc. 2026")
    assert french.short_day(first) == "mar. 1er déc."
    assert french.show(Days(date(2026, 11, 30), first)).endswith("mar. 1er déc.")
    assert "1er" in french.show(Days(first, date(2026, 12, 3)))
    assert languages.choose(["es"]).day(Day(first)) == "martes, 1 de diciembre"


def test_french_keeps_its_marks_with_the_word_before_them() -> None:
    assert [text for text in _said("fr") if re.search(r" [:;?!»%]", text)] == []


@pytest.mark.parametrize("code", ["de", "es", "fr", "nl", "sv", "de@formal", "es@formal", "nl@formal"])
def test_an_apostrophe_is_a_printers_and_not_a_typewriters(code: str) -> None:
    assert [text for text in _said(code) if re.search(r"\w'\w", text)] == []


@pytest.mark.parametrize("code", ["en", "de", "es", "fr", "nl", "sv"])
def test_no_two_reasons_for_a_return_are_said_alike(languages: Languages, code: str) -> None:
    said = [languages.choose([code]).say(words) for words in REASON_WORDS.values()]

    assert [words for words in said if said.count(words) > 1] == []
