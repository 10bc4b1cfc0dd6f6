"""Every form of settings: all that is wrong said at once, nobody's save lost, what changed and by whom written down."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from devstore.tokens import COLLEAGUE, id_token
from shopify_app.admin.settings.index import AREAS
from shopify_app.admin.settings.labels import FIELDS, KINDS
from shopify_app.carriers.accounts import HISTORY, PROVIDERS
from shopify_app.settings.branding import Brand, Tone
from shopify_app.settings.keys import fields_of
from shopify_app.settings.languages import ShopLanguages
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.privacy import Privacy
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import GROUPS, load, save
from shopify_app.settings.tracking import Tracking
from shopify_app.shops.models import Shop
from wire import Wire

pytestmark = pytest.mark.again

LONG = "x" * 301
CHOICES = {"offered", "fallback", "tone"}
"""Fields of which nothing can be typed."""


@dataclass(frozen=True)
class Form:
    """A page that is a form: every field of it wrong, and right."""

    path: str
    wrong: dict[str, Any]
    right: dict[str, Any]
    beside: dict[str, str] = field(default_factory=dict)
    """The sentence beside a field, where it is worth reading."""


FORMS = (
    Form(
        "/app/settings/arrival",
        {"handover_days": "soon", "handover_cut_off": "noon", "arrival_text-en": LONG, "arrival_text-nl": LONG},
        {
            "handover_days": "2",
            "handover_cut_off": "14:30",
            "arrival_text-en": "Usually within a week",
            "arrival_text-nl": "Meestal binnen een week",
        },
        {
            "handover_days": "Write a number from 0 to 60.",
            "handover_cut_off": "Write a time, as in 14:30.",
            "arrival_text-en": "That is too long: 300 characters at most.",
            "arrival_text-nl": "That is too long: 300 characters at most.",
        },
    ),
    Form(
        "/app/settings/languages",
        {"offered": ["", "tlh"], "fallback": "tlh", "tone": "rude"},
        {"offered": ["", "de", "sv"], "fallback": "sv", "tone": "formal"},
        {"tone": "Choose one from the list."},
    ),
    Form(
        "/app/settings/team",
        {"team_mail": "nobody", "new_returns_to": "a@b.example, me", "looks_to": "two words"},
        {"team_mail": "team@mara.example", "new_returns_to": "a@b.example\nc@d.example", "mail_looks": "on"},
        {"new_returns_to": "“me” is no e-mail address."},
    ),
    Form(
        "/app/settings/sender",
        {"sender_name": "x" * 81, "sender_address": "nobody", "reply_to": "two words@x.example"},
        {"sender_name": "Mara", "sender_address": "hello@mara.example", "return_mails": "on"},
    ),
    Form(
        "/app/settings/privacy",
        {"forget_after_days": "30"},
        {"forget_after_days": "730"},
        {"forget_after_days": "Write a number from 180 to 3,650."},
    ),
    Form(
        "/app/returns/addresses",
        {
            **{"recipient-0": "", "street-0": "x" * 101, "street2-0": "x" * 102, "postcode-0": "x" * 21, "city-0": ""},
            **{"province-0": "x" * 41, "country-0": "Sweden", "phone-0": "x" * 42, "for_countries-0": "XQ"},
        },
        {"recipient-0": "Mara", "street-0": "Lagergatan 4", "city-0": "Borås", "country-0": "SE"},
        {"street-0": "That is too long: 100 characters at most.", "city-0": "This cannot be empty."},
    ),
    Form(
        "/app/returns/carriers",
        {
            **{"item_grams": "0", "box_grams": "light", "label_valid_days": "366"},
            **{"length_cm": "", "width_cm": "1.5", "height_cm": "201"},
        },
        {"item_grams": "900"},
        {"item_grams": "Write a number from 1 to 70,000."},
    ),
    Form(
        "/app/returns/withdrawals",
        {"standard_delivery_cost": "a lot", "exempt_tags": "x" * 256},
        {"standard_delivery_cost": "4.90", "exempt_tags": "bespoke", "on-DE": "on"},
        {"standard_delivery_cost": "Write a number, 0 or more."},
    ),
)


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    return stage.install()


@pytest.fixture(params=FORMS, ids=lambda form: form.path.rpartition("/")[2])
def form(request: pytest.FixtureRequest) -> Form:
    return request.param


def send(door: FlaskClient, stage: Wire, path: str, person: int | None = None, **data: Any) -> TestResponse:
    token = stage.session_token() if person is None else id_token(stage.config, person, stage.now())
    return door.post(path, data=data, headers={"Authorization": f"Bearer {token}"})


def see(door: FlaskClient, stage: Wire, path: str) -> str:
    return door.get(path, headers={"Authorization": f"Bearer {stage.session_token()}"}).text


def beside(html: str) -> dict[str, str]:
    fields = re.findall(r"<s-[\w-]+ name=\"([\w-]+)\"[^>]*? error=\"([^\"]*)\"", html)
    return {name: unescape(words) for name, words in fields}


def versions(stage: Wire) -> list[tuple[int, str, str]]:
    with stage.adapters.database.read() as session:
        rows = select(SettingsVersion.shop_id, SettingsVersion.kind, SettingsVersion.saved_by)
        return [(shop, kind, by) for shop, kind, by in session.execute(rows.order_by(SettingsVersion.id))]


def held(stage: Wire, shop: Shop, group: Any) -> Any:
    with stage.adapters.database.read() as session:
        return load(session, shop.id, group)


def _shown(html: str) -> str:
    """The page's text, addresses apart as they are typed with commas."""
    return unescape(html).replace("@b.example\n", "@b.example, ")


class TestEveryForm:
    def test_raises_the_save_bar_and_says_nothing_is_wrong(self, door: FlaskClient, stage: Wire, form: Form) -> None:
        html = see(door, stage, form.path)
        fields = {name.partition("-")[0] for name in form.wrong}
        forms = re.findall(r"<form [^>]*data-save-bar[^>]*>(.*?)</form>", html, re.S)
        found = [inside for inside in forms if fields <= set(re.findall(r' name="(\w+)', inside))]

        assert len(found) == 1
        assert 'type="submit"' not in found[0]
        assert beside(html) == {}

    def test_says_everything_that_is_wrong_at_once_and_keeps_what_was_typed(
        self, door: FlaskClient, stage: Wire, form: Form
    ) -> None:
        answer = send(door, stage, form.path, version=0, **form.wrong)
        told = beside(answer.text)

        assert answer.status_code == 422
        assert set(told) == set(form.wrong)
        assert {name: told[name] for name in form.beside} == form.beside
        assert "data-unsaved" in answer.text
        typed = {value for name, value in form.wrong.items() if name not in CHOICES}
        assert {value for value in typed if value not in _shown(answer.text)} == set()
        assert versions(stage) == []

    @pytest.mark.asked
    def test_keeps_what_was_typed_when_somebody_else_was_first(
        self, door: FlaskClient, stage: Wire, mara: Shop, other_shop: Shop, form: Form
    ) -> None:
        first = send(door, stage, form.path, int(COLLEAGUE["id"]), version=0, **form.right)
        late = send(door, stage, form.path, version=0, **form.right)

        assert (first.status_code, late.status_code) == (303, 409)
        assert "Jonas Ek saved these settings while you were changing them." in late.text
        assert {(shop, by) for shop, _, by in versions(stage)} == {(mara.id, "4243")}
        assert "Last saved by Jonas Ek" in see(door, stage, form.path)


def test_every_page_of_settings_that_is_a_form_is_held_here() -> None:
    """A new row of the table has to say what is wrong with each of its fields."""
    from shopify_app.admin.settings.table import FORMS as ROWS

    assert {row.path for row in ROWS} <= {form.path for form in FORMS}


def test_the_index_leads_everywhere_and_says_what_is_set(
    door: FlaskClient, stage: Wire, mara: Shop, database: Any
) -> None:
    with database.write() as session:
        save(session, mara.id, Tracking(handover_days=2), "4242", stage.now())
        save(session, mara.id, Returns(team_mail="team@mara.example"), "4242", stage.now())
    html = see(door, stage, "/app/settings")

    for _, entries in AREAS:
        for entry in entries:
            assert f'href="{entry.path}?' in html
    assert re.search(r"With the carrier within 2 working days, if ordered until 12[:.]00", html)
    assert "To 1 address." in html
    assert "Last by Mara Lind" in html or "Last on" in html


def test_languages_and_tone_are_saved_apart_and_stand_in_the_shops_row(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    send(door, stage, "/app/settings/languages", version=0, **FORMS[1].right)

    assert held(stage, mara, ShopLanguages) == ShopLanguages(("de", "sv"), "sv")
    assert held(stage, mara, Brand).tone is Tone.FORMAL
    assert stage.shop().languages == ["sv", "de"]


def test_a_language_that_is_not_offered_is_nobodys_fallback(door: FlaskClient, stage: Wire) -> None:
    answer = send(door, stage, "/app/settings/languages", version=0, offered=["", "de"], fallback="fr", tone="formal")
    none = send(door, stage, "/app/settings/languages", version=0, offered=[""], fallback="", tone="formal")

    assert beside(answer.text) == {"fallback": "Choose one of the languages that you offer."}
    assert beside(none.text) == {"offered": "Choose at least one language."}


def test_addresses_of_the_team_are_read_a_line_each(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, "/app/settings/team", version=0, **FORMS[2].right)

    saved = held(stage, mara, Returns)
    assert (saved.new_returns_to, saved.mail_new_returns) == (("a@b.example", "c@d.example"), False)
    assert 'value="a@b.example\nc@d.example"' in see(door, stage, "/app/settings/team")


class TestTheHistory:
    def test_names_who_changed_what_from_what_to_what(self, door: FlaskClient, stage: Wire) -> None:
        send(door, stage, "/app/settings/arrival", version=0, handover_days="2", handover_cut_off="14:30")
        send(door, stage, "/app/settings/arrival", version=1, handover_days="", handover_cut_off="14:30")
        said = " ".join(re.sub(r"<[^>]+>", " ", see(door, stage, "/app/settings/history")).split())

        assert "Tracking page Mara Lind, " in said
        assert "An order is with the carrier within 2 –" in said
        assert "Orders placed until 12:00 14:30" in said

    @pytest.mark.asked
    def test_shows_one_group_and_pages_back(self, door: FlaskClient, stage: Wire, mara: Shop, database: Any) -> None:
        with database.write() as session:
            for day in range(31):
                save(session, mara.id, Tracking(handover_days=day), "4242", stage.now())
            save(session, mara.id, Privacy(365), "4242", stage.now())
        html = see(door, stage, "/app/settings/history?group=tracking")
        before = re.search(r"before=(\d+)", html)

        assert before
        assert "Forget customers after" not in html
        assert "Forget customers after" in see(door, stage, "/app/settings/history")
        assert "Earlier changes" not in see(door, stage, f"/app/settings/history?group=tracking&before={before[1]}")

    def test_has_a_name_for_every_group_and_field_there_is(self) -> None:
        fields = {(kind, name) for kind in GROUPS for name in fields_of(kind)}
        of_accounts = {(HISTORY, name) for name in (*PROVIDERS, "sells", "api_key", "push_secret")}

        assert set(KINDS) == {*GROUPS, HISTORY}
        assert set(FIELDS) == fields | of_accounts

    def test_shows_nothing_of_another_shop(
        self, door: FlaskClient, stage: Wire, other_shop: Shop, database: Any
    ) -> None:
        with database.write() as session:
            save(session, other_shop.id, Privacy(365), "9001", stage.now())

        assert "Nothing was saved yet." in see(door, stage, "/app/settings/history")


def test_domains_are_told_as_shopify_said_them(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    html = see(door, stage, "/app/settings/domains")

    assert mara.domain in html
    assert f"{mara.storefront_url}{mara.proxy_path}/returns/policy" in html
