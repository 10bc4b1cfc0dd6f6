"""A form of settings: every wrong field with its sentence at once, nobody's save overwritten, the staff's language."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from devstore.tokens import COLLEAGUE, id_token
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load, save
from shopify_app.shops.models import Shop
from wire import Wire

PATH = "/app/returns/settings"
WRONG = {
    "decide_within_days": "soon",
    "check_within_days": "99",
    "balance_days": "",
    "hold_replacement_days": "1.5",
    "inspection_answer_days": "-1",
    "inspection_default": "shrug",
    "goods_back_paid_by": "nobody",
    "bonus_as": "cash",
    "return_address": "x" * 501,
    "store_addresses": "x" * 1001,
    "restock_location_id": "attic",
    "instructions-fr": "x" * 2001,
    "instructions-nl": "x" * 2001,
}
"""Every field that can be wrong, wrong."""


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    return stage.install()


def send(door: FlaskClient, stage: Wire, path: str = PATH, person: int | None = None, **form: Any) -> TestResponse:
    token = stage.session_token() if person is None else id_token(stage.config, person, stage.now())
    return door.post(path, data=form, headers={"Authorization": f"Bearer {token}"})


def see(door: FlaskClient, stage: Wire, path: str = PATH) -> str:
    return door.get(path, headers={"Authorization": f"Bearer {stage.session_token()}"}).text


def beside(html: str) -> dict[str, str]:
    """The sentence beside each field."""
    fields = re.findall(r"<s-[\w-]+ name=\"([\w-]+)\"[^>]*? error=\"([^\"]*)\"", html)
    return {name: unescape(words) for name, words in fields}


def saved(stage: Wire) -> list[tuple[str, int, str]]:
    with stage.adapters.database.read() as session:
        rows = select(SettingsVersion.kind, SettingsVersion.version, SettingsVersion.saved_by)
        return [tuple(row) for row in session.execute(rows.order_by(SettingsVersion.id))]


def test_every_field_wrong_at_once_gets_every_sentence_and_keeps_what_was_typed(door: FlaskClient, stage: Wire) -> None:
    answer = send(door, stage, version=0, **WRONG)

    told = beside(answer.text)
    assert answer.status_code == 422
    assert set(told) == set(WRONG)
    assert told["decide_within_days"] == "Write a number from 0 to 30."
    assert told["balance_days"] == "Write a number from 1 to 60."
    assert told["bonus_as"] == "Choose one from the list."
    assert told["store_addresses"] == "That is too long: 1,000 characters at most."
    assert "13 fields need another look. Nothing was saved." in answer.text
    assert 'value="soon"' in answer.text
    assert "data-unsaved" in answer.text
    assert saved(stage) == []


def test_words_for_shoppers_are_asked_for_in_languages_called_by_their_own_names(
    door: FlaskClient, stage: Wire
) -> None:
    fields = dict(re.findall(r'name="instructions-(\w\w)" label="([^"]+)"', see(door, stage)))

    assert fields == {
        "en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "nl": "Nederlands", "sv": "Svenska",
    }  # fmt: skip


def test_what_was_saved_is_a_version_with_who_saved_it_and_leaves_other_pages_fields_alone(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    with stage.adapters.database.write() as session:
        save(session, mara.id, Returns(team_mail="team@mara.example", mail_looks=True), "cli", stage.now())

    assert send(door, stage, version=1, portal_open="on", decide_within_days="4").status_code == 303

    assert saved(stage) == [("returns", 1, "cli"), ("returns", 2, "4242")]
    with stage.adapters.database.read() as session:
        now = load(session, mara.id, Returns)
    assert (now.decide_within_days, now.team_mail, now.mail_looks) == (4, "team@mara.example", True)
    assert now.inspection_dialogue is False  # a switch of this page that did not come
    assert "Last saved by Mara Lind" in see(door, stage)


def test_a_form_that_comes_too_late_says_who_was_first_and_keeps_what_was_typed(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    send(door, stage, person=int(COLLEAGUE["id"]), version=0, decide_within_days="5")
    answer = send(door, stage, version=0, decide_within_days="7")

    assert answer.status_code == 409
    assert "Jonas Ek saved these settings while you were changing them." in answer.text
    assert 'value="7"' in answer.text
    assert beside(answer.text)["decide_within_days"] == "Saved meanwhile: 5"
    with stage.adapters.database.read() as session:
        assert load(session, mara.id, Returns).decide_within_days == 5
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version
    assert send(door, stage, version=version[1], decide_within_days="7").status_code == 303


def test_the_page_raises_the_save_bar_and_has_no_button_of_its_own(door: FlaskClient, stage: Wire) -> None:
    html = see(door, stage)
    form = html[html.index("<form") : html.index("</form>")]

    assert "data-save-bar" in form
    assert 'type="submit"' not in form


def test_the_staff_members_language_is_that_of_the_address_and_links_keep_it(door: FlaskClient, stage: Wire) -> None:
    german, american = see(door, stage, f"{PATH}?locale=de"), see(door, stage, f"{PATH}?locale=en-US")

    assert '<html lang="de' in german
    assert "locale=de" in german
    assert '<html lang="en-US"' in american
    assert '<html lang="en' in see(door, stage, f"{PATH}?locale=tlh")
    answer = door.post(
        f"{PATH}?locale=de", data={"version": "0"}, headers={"Authorization": f"Bearer {stage.session_token()}"}
    )
    assert "locale=de" in answer.location


def test_a_shoppers_word_stands_in_for_a_word_of_the_staffs_that_is_missing(door: FlaskClient) -> None:
    from shopify_app.admin.frame import languages

    with door.application.app_context():
        spoken = languages()
    german = spoken.choose(["de"])

    assert spoken.codes == ("en", "de", "sv")
    assert german.text("Tip") == "Tipp"  # of the shoppers' catalogue
    assert german.text("Nobody ever translated this") == "Nobody ever translated this"
