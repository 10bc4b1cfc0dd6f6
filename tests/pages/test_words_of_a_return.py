"""What the pages of a return say, in words and signs: corrected verdicts, sums, the ends of a request without order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopify_app.i18n import Languages, phrase
from shopify_app.money import Money
from shopify_app.pages.no_receipt import standing
from shopify_app.pages.parts import Mood
from shopify_app.pages.return_delivery import corrected
from shopify_app.pages.return_items import by_item
from shopify_app.pages.return_words import entry
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.no_receipt.models import NoReceiptRequest, RequestState
from shopify_app.returns.verdicts import Verdict

LANGUAGES = Languages()
EN, DE = LANGUAGES.choose(["en"], "DE"), LANGUAGES.choose(["de"], "DE")
BEFORE = [{"decision": "accepted", "percent": "50", "grade": None, "units": 1}]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"units": 1, "was": []}, "1 item checked"),
        ({"units": 2, "decision": "refused", "was": []}, "2 items checked"),
        ({"units": 1, "decision": "accepted", "percent": None}, "1 item checked again: accepted in full"),
        ({"units": 1, "decision": "accepted", "percent": "100"}, "1 item checked again: accepted in full"),
        ({"units": 2, "decision": "accepted", "percent": "12.5"}, "2 items checked again: accepted at 12,5 %"),
        ({"units": 1, "decision": "refused", "percent": None}, "1 item checked again: not accepted"),
        ({"units": 1, "decision": "pending", "percent": None}, "1 item is checked again"),
    ],
)
def test_a_corrected_verdict_says_what_it_is_now(facts: dict[str, Any], said: str) -> None:
    assert EN.say(entry("inspected", {"was": BEFORE} | facts)) == said


def test_a_sum_below_zero_has_a_real_minus_in_every_language() -> None:
    for code in LANGUAGES.codes:
        written = LANGUAGES.choose([code], None).money(Money(-450, "EUR"))
        assert "\N{MINUS SIGN}" in written, code
        assert "-" not in written, code
    assert DE.money(Money(-450, "EUR")) == "−4,50\N{NO-BREAK SPACE}€"
    assert "-" not in EN.money(Money(-5, "JPY"))


@pytest.mark.parametrize(
    ("state", "mood", "icon"),
    [
        (RequestState.RECEIVED, Mood.CALM, "clock"),
        (RequestState.MATCHED, Mood.JOY, "check"),
        (RequestState.ACCOUNT_WANTED, Mood.LOOK, "clock"),
        (RequestState.ACCEPTED, Mood.CALM, "clock"),
        (RequestState.CREDITED, Mood.JOY, "check"),
        (RequestState.HANDLED, Mood.CALM, "check"),
        (RequestState.DECLINED, Mood.LOOK, "alert"),
    ],
)
def test_a_clock_stands_only_where_something_is_waited_for(state: RequestState, mood: Mood, icon: str) -> None:
    request = NoReceiptRequest(
        number="N-1001", state=state, title="Shirt", quantity=1, amount=4860, currency="EUR", email="ada@example.com",
        credit_expires_at=datetime(2028, 11, 24, tzinfo=UTC),
    )  # fmt: skip

    page = standing(request, None, ZoneInfo("Europe/Stockholm"), account="https://mara.example/account", found=None)

    assert (page.mood, page.icon) == (mood, icon)


def test_what_is_wrong_with_several_items_alike_names_each_and_else_stays_short() -> None:
    lines = [_line(7, "Wool shirt", "S"), _line(8, "Wool shirt", "M"), _line(9, "Cap", "Default Title")]
    missing, picture = phrase("Please choose a reason."), phrase("Please add a picture.")

    said = by_item([("reason-7", missing), ("reason-8", missing), ("photos-8", picture), ("reason-9", missing)], lines)
    of_swaps = by_item([("replacement-7-own", missing), ("replacement-8", missing)], lines)

    assert [(field, EN.say(sentence)) for field, sentence in said] == [
        ("reason-7", "Wool shirt, S: Please choose a reason."),
        ("reason-8", "Wool shirt, M: Please choose a reason."),
        ("photos-8", "Please add a picture."),
        ("reason-9", "Cap: Please choose a reason."),
    ]
    assert [DE.say(sentence) for _, sentence in of_swaps] == [
        "Wool shirt, S: Bitte wähle einen Grund.",
        "Wool shirt, M: Bitte wähle einen Grund.",
    ]
    assert by_item([("reason-7", missing)], lines) == [("reason-7", missing)]


def _line(key: int, title: str, variant: str) -> EligibleLine:
    price = Money(2500, "EUR")
    return EligibleLine(key, key, 1, 1, title, variant, price, None, None, None, Verdict(key, 1))


def test_every_field_that_an_address_needs_has_a_sentence_of_its_own() -> None:
    wrong = corrected({"first_name": "Ada", "zip": "503 30"})

    for code in LANGUAGES.codes:
        assert len({LANGUAGES.choose([code], None).say(sentence) for _, sentence in wrong}) == len(wrong) == 4, code
