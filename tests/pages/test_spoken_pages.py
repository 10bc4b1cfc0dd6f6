"""Page models as JSON in the reader's language: the structure of the model, the words of the pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, time
from typing import NamedTuple

import pytest

from shopify_app.i18n import Day, Languages, Moment, Phrase, phrase, phrase_n
from shopify_app.money import Money
from shopify_app.pages.parts import Item, Mood
from shopify_app.pages.return_page import Flow, FlowStep, ReasonLine
from shopify_app.pages.spoken import MOST_EXACT, WORDS, spoken, words

LANGUAGES = Languages()


class Pair(NamedTuple):
    left: object
    right: object

    @property
    def both(self) -> int:
        return 2


@dataclass(frozen=True)
class Told:
    what: object


def said(what: object, language: str = "en") -> object:
    answer = spoken(Told(what), LANGUAGES.choose([language], "GB"))
    return json.loads(json.dumps(answer))["what"]


@pytest.mark.parametrize(
    ("what", "english"),
    [
        (phrase("Order {name}", name="#7"), "Order #7"),
        (phrase_n("Only {count} of it can still come back.", "Only {count} of them can still come back.", 3),
         "Only 3 of them can still come back."),
        (Moment(Day(date(2026, 11, 24), "yesterday"), time(14, 12)), "yesterday, 14:12"),
        (Mood.JOY, "joy"),
        (None, None),
        (True, True),
        (3, 3),
        ("<b>as it is</b>", "<b>as it is</b>"),
        (("a", phrase("Back")), ["a", "Back"]),
        (Pair(phrase("Back"), 1), {"left": "Back", "right": 1, "both": 2}),
        ((), []),
    ],
)  # fmt: skip
def test_everything_is_said_as_a_page_would_say_it(what: object, english: object) -> None:
    assert said(what) == english


def test_a_sum_is_exact_and_readable() -> None:
    assert said(Money(4860, "EUR"), "de") == {
        "amount": "48.60", "currency": "EUR", "text": "48,60\N{NO-BREAK SPACE}€"}  # fmt: skip
    assert said(Money(486, "JPY"))["amount"] == "486"  # type: ignore[index]


def test_an_id_that_a_browser_would_round_is_sent_as_text() -> None:
    assert said(MOST_EXACT) == MOST_EXACT
    assert said(MOST_EXACT + 2) == str(MOST_EXACT + 2)


def test_a_page_keeps_its_fields_and_what_follows_from_them() -> None:
    line = spoken(ReasonLine(7, Item("Shirt", "S", 1), ()), LANGUAGES.choose(["en"]))
    flow = spoken(Flow("#1", FlowStep.REASONS, "/x", problems=(("note-7", Phrase("Back")),)), LANGUAGES.choose(["sv"]))

    assert (line["key"], line["item"]["title"], line["room"]) == (7, "Shirt", 6)
    assert (flow["step"], flow["problems"]) == ("reasons", [["note-7", "Tillbaka"]])


@pytest.mark.parametrize("language", ["de", "sv", "fr", "es", "nl"])
def test_what_stands_beside_the_models_is_there_in_every_language(language: str) -> None:
    english, here = words(LANGUAGES.choose(["en"])), words(LANGUAGES.choose([language]))

    assert here.keys() == {"colon", *WORDS}
    assert [name for name, text in here.items() if not text] == []
    same = {name for name in here if here[name] == english[name]}
    assert len(same) < len(WORDS) / 8, same
