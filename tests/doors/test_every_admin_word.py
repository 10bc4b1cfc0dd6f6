"""Every page of the admin in a language that marks each of its words: what is not marked was never given to the
catalogue, and a member of staff would read it in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from admin_pages import House, furnished
from babel import Locale

from shopify_app.admin.rendering import SPOKEN
from shopify_app.db import Database
from shopify_app.i18n import AnyOf, Language, Languages, Moment, Phrase
from shopify_app.returns.withdrawing.law import LAWS
from shopify_app.shipments.directory import all_carriers

pytestmark = pytest.mark.again

SAID = ("label", "details", "heading", "accessibilitylabel", "placeholder", "alt", "title", "aria-label", "suffix")
"""Attributes that a person reads or hears."""
UNREAD = {"script", "style", "code", "pre", "svg", "kbd"}
OPEN, SHUT = "⟦", "⟧"
SHOPPERS = "/app/preview/"
HERS = (
    *("Ada Lindholm", "ada@example.com", "Mara Lind", "Jonas Ek", "Wool shirt", "Linen shirt", "mauve ribbon"),
    *("As a present, last spring", "Without a receipt", "Our mistake", "Final sale", "Exchanges cost nothing"),
    *(
        "30 days",
        "Only Mara knows of the ",
        " twice",
        "mara@example.com",
        "cheaper",
        "We have your return request",
        "order-care",
        "mara-goods",
        "Growth",
        "mara",
    ),
)
"""What Mara's shop calls its things: nobody's to translate. Rules of a policy have the names that she gave them."""
PLANS = ("Starter", "Growth", "Scale", "Everything")
NAMES = (
    *PLANS,
    "Postlude",
    "Shopify",
    "Instagram",
    "EasyPost",
    "Enter",
    "EUR",
    "SEK",
    "RMA",
    "CSV",
    "PDF",
    "API",
    "DHL",
)
PLACES = re.compile(r"https?://\S*|app\.test\S*|\S+\.myshopify\.com\S*|\{\w+\}")
"""Addresses, and places that a merchant's own text may have."""


class Marked(Language):
    """English with every word of a catalogue in brackets, and dates, lists and names of the locale too."""

    def find(self, msgid: str, many: str | None = None, count: int | None = None) -> str:
        return re.sub(r"([^{}]+)(?=\{|$)", rf"{OPEN}\1{SHUT}", super().find(msgid, many, count))

    def show(self, fact: Any) -> str:
        shown = super().show(fact)
        return shown if isinstance(fact, str | Phrase | AnyOf | Moment) else f"{OPEN}{shown}{SHUT}"

    def full_day(self, day: date) -> str:
        return f"{OPEN}{super().full_day(day)}{SHUT}"

    def time(self, at: time) -> str:
        return f"{OPEN}{super().time(at)}{SHUT}"


class Read(HTMLParser):
    """Everything that a person reads on a page, piece by piece."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in SAID and value]
        if tag in UNREAD:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.found.append(data)


class MarkedLanguages(Languages):
    """Nothing else is spoken here."""

    def choose(self, *_wanted: Any, **_more: Any) -> Language:
        return Marked("en", Locale.parse("en"), "formal", ())


@pytest.fixture
def house(database: Database, database_url: str, tmp_path: Path) -> House:
    house = furnished(database, database_url, tmp_path)
    house.app.extensions[SPOKEN] = MarkedLanguages()
    return house


def known(house: House) -> re.Pattern[str]:
    """What is said in the reader's language without a catalogue, or in nobody's."""
    locale, shop = Locale.parse("en"), house.counter.wire.adapters.admin(house.counter.shop_id)
    laws = [part for law in LAWS.values() for part in law.source.split("; ")]
    languages = [each for code in Languages().codes for each in (locale.languages[code], _own_name(code))]
    reasons = [reason.name for reason in shop.return_reasons()]
    carriers = [each.name for each in all_carriers()]
    told = {*HERS, *NAMES, *laws, *languages, *reasons, *carriers, *locale.territories.values()}
    return re.compile("|".join(re.escape(each) for each in sorted(told, key=len, reverse=True) if each))


def _own_name(code: str) -> str:
    return (Locale.parse(code).get_language_name(code) or code).capitalize()


def unsaid(html: str, said_anyway: re.Pattern[str]) -> Iterator[str]:
    """Pieces with an English word outside the brackets."""
    for piece in Read(html).found:
        left = re.sub(rf"{OPEN}[^{SHUT}]*{SHUT}", " ", piece)
        left = said_anyway.sub(" ", PLACES.sub(" ", left))
        if set(re.findall(r"[A-Za-z][a-z’']{2,}", left)) - {"and"}:  # between the last two of a list
            yield " ".join(piece.split())


def test_every_word_of_every_page_is_given_to_the_catalogue(house: House) -> None:
    anyway, pages, unknown = known(house), 0, {}
    for route in house.routes():
        answer = house.ask(route.path, route.method) if route.method == "GET" else None
        if answer is None or answer.mimetype != "text/html" or route.path.startswith(SHOPPERS):
            continue
        pages += 1
        if found := list(dict.fromkeys(unsaid(answer.text, anyway))):
            unknown[route.path] = found

    assert pages > 30
    assert unknown == {}


def test_a_word_beside_the_catalogue_is_found() -> None:
    page = f"<s-page heading='{OPEN}Returns{SHUT}'><s-button>Approve</s-button>Wool shirt</s-page>"

    assert list(unsaid(page, re.compile("Wool shirt"))) == ["Approve"]
