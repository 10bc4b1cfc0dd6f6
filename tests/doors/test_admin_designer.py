"""The designer of the shopper's page: drafts, what does not fit, publishing, the way back, who sees what."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shopify_app.admin.designer.readings import MOST_NEVER, MOST_ROWS
from shopify_app.settings import drafting
from shopify_app.settings.branding import Brand
from shopify_app.settings.store import load
from shopify_app.settings.support import Support
from shopify_app.settings.tracking import Block, Tracking
from shopify_app.shops.models import Shop
from wire import SCOPES, SHOP, Wire, application

pytestmark = pytest.mark.again

BRAND = {
    "name": "Mara's Goods", "accent": "#7a1f2b", "background": "#ffffff", "font": "Georgia, serif", "heading_font": "",
    "radius": "4", "tone": "formal", "scheme": "auto", "footer-en": "With love from Göteborg", "version": "0",
}  # fmt: skip


@pytest.fixture
def mara(stage: Wire) -> Shop:
    return stage.install()


@pytest.fixture
def door(stage: Wire, mara: Shop) -> FlaskClient:
    return application(stage.adapters).test_client()


def see(door: FlaskClient, stage: Wire, path: str, **query: Any) -> TestResponse:
    return door.get(f"/app/{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}")


def send(door: FlaskClient, stage: Wire, path: str, form: dict[str, Any]) -> TestResponse:
    return door.post(f"/app/{path}", data=form, headers={"Authorization": f"Bearer {stage.session_token()}"})


def draft(stage: Wire, shop: Shop) -> drafting.Draft:
    with stage.adapters.database.read() as session:
        return drafting.read(session, shop.id)


def in_force(stage: Wire, shop: Shop, group: type[Any]) -> Any:
    with stage.adapters.database.read() as session:
        return load(session, shop.id, group)


@pytest.mark.parametrize("section", ["brand", "blocks", "support", "questions", "recommendations", "offers", "history"])
def test_every_section_shows_its_form_beside_the_preview(door: FlaskClient, stage: Wire, section: str) -> None:
    answer = see(door, stage, f"designer/{section}")

    assert answer.status_code == 200
    assert "data-preview=" in answer.text
    assert "Shoppers see this page as it is here." in answer.text


def test_a_section_that_does_not_exist_is_not_found(door: FlaskClient, stage: Wire) -> None:
    assert see(door, stage, "designer/otto").status_code == 404


def test_a_brand_is_drafted_and_shoppers_see_nothing_of_it(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    answer = send(door, stage, "designer/brand", BRAND)

    assert answer.status_code == 303
    held = draft(stage, mara).look["brand"]
    assert (held["accent"], held["radius"], held["tone"]) == ("#7a1f2b", 4, "formal")
    assert held["footer"] == {"en": "With love from Göteborg"}
    assert in_force(stage, mara, Brand) == Brand()
    assert "6 changes that shoppers do not see yet" in see(door, stage, "designer/brand").text


def test_a_published_draft_is_what_shoppers_see_and_can_be_taken_back(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    send(door, stage, "designer/brand", BRAND)

    answer = send(door, stage, "designer/publish", {"version": 1})

    assert answer.status_code == 303
    assert in_force(stage, mara, Brand).accent == "#7a1f2b"
    kept = see(door, stage, "designer/history").text
    assert "Version 2" in kept
    assert "how it looked before the first publication" in kept
    assert "set outside the designer" not in kept
    assert send(door, stage, "designer/history", {"version": 2, "number": 1}).status_code == 303
    assert in_force(stage, mara, Brand) == Brand()


def test_a_draft_can_be_thrown_away(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, "designer/brand", BRAND)

    send(door, stage, "designer/discard", {"version": 1})

    assert draft(stage, mara).changes == {}


def test_a_pale_accent_is_refused_with_the_nearest_shade_to_take(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    answer = send(door, stage, "designer/brand", BRAND | {"accent": "#ffcc33", "name": "Kept as typed"})

    assert answer.status_code == 422
    assert "too pale to read on #ffffff" in answer.text
    assert 'data-take="accent" data-value="#' in answer.text
    assert "Kept as typed" in answer.text
    assert draft(stage, mara).changes == {}


def test_every_wrong_field_has_its_sentence_at_once(door: FlaskClient, stage: Wire) -> None:
    wrong = {"accent": "mint", "background": "#12", "font_own": "Georgia; }", "radius": "lots", "name": "x" * 130,
             "footer-de": "x" * 301}  # fmt: skip

    text = send(door, stage, "designer/brand", BRAND | wrong).text

    for said in ("“mint” is no colour", "“#12” is no colour", "names with commas", "Write a number from 0 to 28",
                 "120 characters at most", "300 characters at most"):  # fmt: skip
        assert said in text
    assert "6 entries need another look" in text
    assert re.findall(r'name="(footer-\w+)"[^>]* error=', text) == ["footer-de"]
    assert re.findall(r'name="(\w*font\w*)"[^>]* error=', text) == ["font_own"], "what was typed is refused beside it"
    assert re.search(r"<form [^>]*data-save-bar data-unsaved>", text), "nobody leaves what is not kept unasked"


def test_who_saves_over_a_newer_draft_is_told_and_loses_nothing(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, "designer/brand", BRAND)

    answer = send(door, stage, "designer/support", {"email": "hello@mara.example", "version": "0"})

    assert answer.status_code == 409
    assert "the draft has changed meanwhile" in answer.text
    assert 'value="hello@mara.example"' in answer.text
    assert '<input type="hidden" name="version" value="1">' in answer.text
    assert ("brand", "name") in draft(stage, mara).changed
    again = send(door, stage, "designer/support", {"email": "hello@mara.example", "version": "1"})
    assert again.status_code == 303
    assert ("support", "email") in draft(stage, mara).changed


@pytest.mark.parametrize("verb", ["publish", "discard"])
def test_a_draft_that_moved_is_neither_published_nor_thrown_away(
    door: FlaskClient, stage: Wire, mara: Shop, verb: str
) -> None:
    send(door, stage, "designer/brand", BRAND)
    send(door, stage, "designer/brand", BRAND | {"version": "1", "radius": "20"})

    assert send(door, stage, f"designer/{verb}", {"version": 1}).status_code == 409
    assert draft(stage, mara).look["brand"]["radius"] == 20
    assert in_force(stage, mara, Brand) == Brand()


def test_parts_of_the_page_are_moved_and_switched_off(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    order = [str(each) for each in Block]
    form = {"order": order, "on": order[:-1], "lookup_fields": ["email"], "version": 0, "verb": "up:offer"}

    send(door, stage, "designer/blocks", form)

    assert draft(stage, mara).look["tracking"]["blocks"] == [
        "next", "how_to", "offer", "recommendations", "returns", "support",
    ]  # fmt: skip
    assert in_force(stage, mara, Tracking) == Tracking()


def test_a_look_up_that_nothing_opens_is_refused(door: FlaskClient, stage: Wire) -> None:
    answer = send(door, stage, "designer/blocks", {"order": ["order"], "on": ["order"], "version": 0})

    assert answer.status_code == 422
    assert "An order number alone opens nothing" in answer.text


def test_ways_hours_and_links_of_support_are_kept(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    form = {
        "email": "hello@mara.example", "phone": "+46 8 123 45 67", "chat_url": "https://chat.mara.example",
        "opens-monday": "9:00", "closes-monday": "17:30", "closed_on": "2026-12-24, 2026-12-25",
        "social_name": ["Instagram", ""], "social_url": ["https://instagram.com/mara", ""], "version": 0,
    }  # fmt: skip
    form["opens-monday"] = "09:00"

    send(door, stage, "designer/support", form)
    send(door, stage, "designer/publish", {"version": 1})

    kept: Support = in_force(stage, mara, Support)
    assert (kept.email, kept.phone, len(kept.hours), len(kept.closed_on)) == (form["email"], form["phone"], 1, 2)
    assert kept.social[0].name == "Instagram"


def test_everything_wrong_about_support_is_said_beside_its_field(door: FlaskClient, stage: Wire) -> None:
    form = {
        "email": "nobody", "phone": "call me", "chat_url": "chat", "opens-monday": "17:00", "closes-monday": "09:00",
        "opens-friday": "early", "closes-friday": "09:00", "closed_on": "Christmas", "social_name": "Instagram",
        "social_url": "", "version": 0,
    }  # fmt: skip

    text = send(door, stage, "designer/support", form).text

    for said in ("“nobody” is no e-mail address", "“call me” is no phone number", "“chat” is no web address",
                 "A day closes after it opens", "Write a time", "Write a day", "Write where the link"):  # fmt: skip
        assert said in text


def test_questions_are_kept_for_each_language(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    for version, (language, question) in enumerate((("en", "When?"), ("de", "Wann?"))):
        form = {"language": language, "question": [question, ""], "answer": ["Soon.", ""], "version": version}
        send(door, stage, "designer/questions", form)

    faq = draft(stage, mara).look["support"]["faq"]
    assert {code: [row["question"] for row in rows] for code, rows in faq.items()} == {"en": ["When?"], "de": ["Wann?"]}


def test_a_question_without_an_answer_is_not_kept(door: FlaskClient, stage: Wire) -> None:
    answer = send(
        door, stage, "designer/questions", {"language": "en", "question": "When?", "answer": "", "version": 0}
    )

    assert (answer.status_code, "This cannot be empty." in answer.text) == (422, True)


def test_one_question_more_than_there_is_room_for_is_refused_and_kept_in_its_field(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    asked = [f"When {place}?" for place in range(MOST_ROWS + 1)]
    form = {"language": "en", "question": asked, "answer": ["Soon."] * len(asked), "version": 0}

    answer = send(door, stage, "designer/questions", form)

    assert (answer.status_code, "At most 40 questions. Remove one first." in answer.text) == (422, True)
    assert f'value="{asked[-1]}"' in answer.text
    assert draft(stage, mara).changed == ()


def test_a_language_that_nobody_reads_has_no_questions(door: FlaskClient, stage: Wire) -> None:
    shown = see(door, stage, "designer/questions", language="xx").text

    assert '<input type="hidden" name="language" value="en">' in shown


@pytest.mark.again
def test_questions_in_a_language_that_nobody_reads_are_refused_in_words(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    form = {"language": "xx", "question": "When?", "answer": "Soon.", "version": 0}

    answer = send(door, stage, "designer/questions", form)

    assert (answer.status_code, "Choose one of the languages in the list." in answer.text) == (422, True)
    assert '<input type="hidden" name="language" value="en">' in answer.text
    assert 'value="When?"' not in answer.text
    assert draft(stage, mara).changed == ()


@pytest.mark.again
@pytest.mark.parametrize(("verb", "most"), [("pin", MOST_ROWS), ("never", MOST_NEVER)])
def test_one_product_more_than_there_is_room_for_is_refused_in_words(
    door: FlaskClient, stage: Wire, mara: Shop, verb: str, most: int
) -> None:
    held = {"pin": "pins", "never": "exclusions"}[verb]
    full = {held: [str(number) for number in range(1, most + 1)], "version": 0}

    answer = send(door, stage, "designer/recommendations", full | {"verb": f"{verb}:9999"})

    assert (answer.status_code, f"At most {most} products. Remove one first." in answer.text) == (422, True)
    assert draft(stage, mara).changed == ()
    moved = send(door, stage, "designer/recommendations", full | {"verb": f"{verb}:1"})
    assert moved.status_code in (200, 303)


def test_a_code_that_is_none_is_refused_in_words(door: FlaskClient, stage: Wire) -> None:
    form = {"place": "0", "text-en": "10 % off", "code": "two words", "find": "zzz", "version": 0}

    text = send(door, stage, "designer/offers", form).text

    assert "A code is one word of letters, digits, dots, hyphens and underscores" in text
    assert "should match pattern" not in text
    assert "No product on sale has these words." in text


def test_offers_are_listed_in_the_language_of_who_reads(door: FlaskClient, stage: Wire) -> None:
    send(door, stage, "designer/offers", {"place": "0", "text-en": "Socks", "text-sv": "Strumpor", "version": 0})

    assert "Strumpor" in see(door, stage, "designer/offers", locale="sv").text
    assert "Socks" in see(door, stage, "designer/offers", locale="de").text


@pytest.mark.parametrize(
    ("path", "form"),
    [("recommendations", {"verb": "pin:1001"}), ("offers", {"verb": "drop:0"}), ("publish", {}), ("discard", {})],
)
def test_of_a_button_pressed_too_late_nothing_typed_is_promised(
    door: FlaskClient, stage: Wire, path: str, form: dict[str, str]
) -> None:
    send(door, stage, "designer/brand", BRAND)

    answer = send(door, stage, f"designer/{path}", form | {"version": "0"})

    assert answer.status_code == 409
    assert "This is how it stands now: look at it, and do it again" in answer.text
    assert "What you typed" not in answer.text


def test_an_offer_is_written_changed_and_removed(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    offer = {"place": "0", "text-en": "10 % off", "code": "AGAIN", "begins": "2026-11-01", "ends": "2026-12-01"}

    send(door, stage, "designer/offers", offer | {"version": 0})
    wrong = send(door, stage, "designer/offers", offer | {"version": 1, "ends": "2026-10-01", "code": "not a code"})
    send(door, stage, "designer/offers", offer | {"version": 1, "text-de": "10 % weniger"})

    long = send(door, stage, "designer/offers", offer | {"version": 2, "text-de": "x" * 301})
    assert "300 characters at most" in long.text
    assert "An offer ends after it begins" in wrong.text or wrong.status_code == 422
    (kept,) = draft(stage, mara).look["offers"]["offers"]
    assert kept["text"] == {"en": "10 % off", "de": "10 % weniger"}
    send(door, stage, "designer/offers", {"verb": "drop:0", "version": 2})
    assert draft(stage, mara).look["offers"]["offers"] == []


def test_the_themes_colours_are_proposed_where_themes_may_be_read(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    refused = send(door, stage, "designer/theme", {"version": 0})
    stage.grant(scopes=f"{SCOPES},read_themes")

    taken = send(door, stage, "designer/theme", {"version": 0})

    assert (refused.status_code, "Allow access to your themes" in refused.text) == (422, True)
    assert taken.status_code == 303
    brand = draft(stage, mara).look["brand"]
    assert (brand["accent"], brand["logo_url"].rpartition("/")[2]) == ("#2f5d4a", "logo.svg")


def test_a_logo_of_her_own_stays_when_the_theme_is_taken(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    stage.grant(scopes=f"{SCOPES},read_themes")
    own = "https://mara.example/logo.png"
    with stage.adapters.database.write() as session:
        drafting.write(session, mara.id, {"brand": {"logo_url": own}}, 0, "mara", stage.now())

    taken = send(door, stage, "designer/theme", {"version": 1})

    assert taken.status_code == 303
    assert draft(stage, mara).look["brand"]["logo_url"] == own
