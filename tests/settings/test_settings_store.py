"""Settings: defaults, versions, keys as operators write them, sentences for what is wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.db import Database
from shopify_app.settings.branding import SYSTEM_FONTS, Brand, Tone
from shopify_app.settings.contrast import DARK_GROUND, READABLE, contrast, readable_on
from shopify_app.settings.keys import get_key, set_key, set_keys
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.offers import Offer, Offers
from shopify_app.settings.returns import Returns
from shopify_app.settings.schema import settings_schema
from shopify_app.settings.shape import Unfit, web_address
from shopify_app.settings.store import GROUPS, WrongSetting, load, load_as_of, load_many, note, save
from shopify_app.settings.support import Support, Weekday
from shopify_app.settings.tracking import Block, Tracking
from shopify_app.settings.withdrawal import Withdrawal
from shopify_app.shops.models import Shop

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MARA, OTTO = 1, 2


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        for shop_id in (MARA, OTTO):
            session.add(Shop(id=shop_id, domain=f"shop-{shop_id}.myshopify.com", installed_at=NOW))
        session.flush()
        yield session


def test_a_shop_that_never_saved_has_the_defaults(session: Session) -> None:
    assert load(session, MARA, Tracking) == Tracking()
    assert load_many(session, MARA, tuple(GROUPS.values())) == {group: group() for group in GROUPS.values()}


def test_what_mara_saves_is_loaded_again_and_otto_sees_nothing_of_it(session: Session) -> None:
    hours = {"monday": {"opens": "09:00", "closes": "17:00"}}
    set_key(session, MARA, "support.hours", json.dumps(hours), "mara", NOW)
    save(session, MARA, Brand(accent="#7a1f2b", tone=Tone.FORMAL), "mara", NOW)

    assert load(session, MARA, Support).hours[Weekday.MONDAY].opens == time(9)
    assert load(session, MARA, Brand).tone is Tone.FORMAL
    assert load(session, OTTO, Support) == Support()
    assert load(session, OTTO, Brand) == Brand()


def test_every_save_is_a_version_with_who_and_when(session: Session) -> None:
    first = save(session, MARA, Tracking(return_window_days=14), "mara", NOW)
    second = save(session, MARA, Tracking(return_window_days=60), "cli", NOW)

    assert (first.version, second.version) == (1, 2)
    assert (second.saved_by, second.saved_at) == ("cli", NOW)
    assert load(session, MARA, Tracking).return_window_days == 60


def test_what_was_kept_before_a_bound_was_drawn_is_read_whole_and_stays_until_it_is_changed(session: Session) -> None:
    footer, passage, nowhere = {"en": "x" * 400, "de": "Mit Liebe", "norwegian (ny)": "Hei"}, {"sv": "y" * 3000}, ["UK"]
    offer = {"offers": [{"text": {"de": "z" * 400}}]}
    documents = {"brand": {"footer": footer}, "returns": {"instructions": passage}, "offers": offer}
    for kind, document in (documents | {"withdrawal": {"off_in": nowhere}}).items():
        note(session, MARA, kind, document, "mara", NOW)

    assert load(session, MARA, Brand).footer == load_as_of(session, MARA, Brand, NOW).footer == footer
    found = load_many(session, MARA, (Returns, Offers, Withdrawal))
    assert found[Returns].instructions == passage
    assert found[Offers].offers[0].text == {"de": "z" * 400}
    assert found[Withdrawal].off_in == ("UK",)

    set_key(session, MARA, "brand.name", "Hedvall", "cli", NOW)
    set_keys(session, MARA, {"brand.radius": 4}, "cli", NOW)
    set_key(session, MARA, "brand.footer", json.dumps(footer | {"de": "Danke"}), "cli", NOW)
    brand = load(session, MARA, Brand)
    assert (brand.name, brand.radius, brand.footer) == ("Hedvall", 4, footer | {"de": "Danke"})
    with pytest.raises(WrongSetting, match="at most 300 characters"):
        set_key(session, MARA, "brand.footer", json.dumps({"en": "x" * 399}), "cli", NOW)


@pytest.mark.parametrize("key", ["return_window_days", "tracking.return_window_days"])
def test_a_key_may_be_bare_or_with_its_group(session: Session, key: str) -> None:
    assert get_key(session, MARA, key) == 30
    assert set_key(session, MARA, key, "45", "cli", NOW) == 45
    assert get_key(session, MARA, key) == 45


def test_a_value_may_be_json_or_plain_text(session: Session) -> None:
    assert set_key(session, MARA, "brand.name", "Hedvall", "cli", NOW) == "Hedvall"
    assert set_key(session, MARA, "brand.name", '"Hedvall & Co"', "cli", NOW) == "Hedvall & Co"
    assert set_key(session, MARA, "brand.name", "1042", "cli", NOW) == "1042"
    assert set_key(session, MARA, "blocks", '["returns", "order"]', "cli", NOW) == ["returns", "order"]
    assert load(session, MARA, Tracking).blocks == (Block.RETURNS, Block.ORDER)


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_page_without_a_font_of_its_own_has_the_readers(session: Session, blank: str) -> None:
    set_keys(session, MARA, {"brand.font": blank, "brand.heading_font": blank}, "cli", NOW)

    brand = load(session, MARA, Brand)
    assert (brand.body_css, brand.heading_css) == (SYSTEM_FONTS, SYSTEM_FONTS)


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("return_window", "30", "There is no setting “return_window”; did you mean return_window_days?"),
        ("colour.accent", "x", "There is no setting “colour.accent”"),
        ("return_window_days", "soon", "tracking.return_window_days"),
        ("return_window_days", "-3", "tracking.return_window_days: input should be greater than or equal to 0"),
        ("brand.accent", "mint", "brand.accent: “mint” is no colour"),
        ("brand.accent", "#ffe066", "The nearest shade that passes is #"),
        ("brand.logo_url", "javascript:alert(1)", "brand.logo_url: “javascript:alert(1)” is no web address"),
        ("brand.font", "Georgia; } body { color: red", "a font stack is names with commas"),
        ("support.hours", '{"monday": {"opens": "17:00", "closes": "09:00"}}', "a day closes after it opens"),
        ("lookup_fields", "[]", "an order number alone opens nothing"),
        ("blocks", '["returns", "returns"]', "each may be named once"),
        ("brand.footer", '{"en": "%s"}' % ("x" * 301), "should have at most 300 characters"),
        ("brand.footer", '{"english, as we speak it": "With love"}', "should have at most 12 characters"),
        ("offers", '{"offers": [{"text": {"de": "%s"}}]}' % ("x" * 301), "should have at most 300 characters"),
        ("returns.instructions", '{"sv": "%s"}' % ("x" * 2001), "should have at most 2000 characters"),
        ("brand.name", "Mara\0", "brand: a text holds the character NUL"),
        ("brand.footer", '{"en": "\\u0000"}', "brand: a text holds the character NUL"),
        ("offers", '{"offers": [{"text": {"en\\u0000": "Half"}}]}', "offers: a text holds the character NUL"),
        ("support.faq", "[" * 100_000, "valid dictionary"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_is_saved(
    session: Session, key: str, text: str, sentence: str
) -> None:
    before = load_many(session, MARA, tuple(GROUPS.values()))
    with pytest.raises(WrongSetting) as failure:
        set_key(session, MARA, key, text, "cli", NOW)
    assert sentence in str(failure.value)
    assert load_many(session, MARA, tuple(GROUPS.values())) == before


def test_the_shade_proposed_for_a_pale_accent_is_accepted(session: Session) -> None:
    with pytest.raises(WrongSetting) as failure:
        set_key(session, MARA, "brand.accent", "#ffe066", "cli", NOW)
    proposed = str(failure.value).removesuffix(".").rpartition(" ")[2]
    assert set_key(session, MARA, "brand.accent", proposed, "cli", NOW) == proposed


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True), st.sampled_from(["#ffffff", "#f4efe6", DARK_GROUND]))
def test_the_nearest_readable_shade_always_reads(colour: str, ground: str) -> None:
    assert contrast(readable_on(colour, ground), ground) >= READABLE


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_an_offer_lives_on_both_its_days() -> None:
    offer = Offer(text={"en": "Free wax"}, begins=date(2026, 11, 1), ends=date(2026, 11, 30))
    assert offer.is_live(date(2026, 11, 1))
    assert offer.is_live(date(2026, 11, 30))
    assert not offer.is_live(date(2026, 12, 1))


def test_the_published_schema_is_that_of_the_code() -> None:
    published = Path(__file__).parents[2] / "docs" / "settings.schema.json"
    assert json.loads(published.read_text()) == settings_schema()


def test_several_keys_of_a_group_are_one_version(session: Session) -> None:
    wanted = {"brand.name": "Mara", "home.goal": "fewer_refunds", "brand.radius": 4}

    set_keys(session, MARA, wanted, "operator", NOW)

    made = session.scalars(select(SettingsVersion).where(SettingsVersion.shop_id == MARA)).all()
    assert sorted((each.kind, each.version, each.saved_by) for each in made) == [
        ("brand", 1, "operator"), ("home", 1, "operator"),
    ]  # fmt: skip


def at_once(database: Database, *changes: Callable[[Session], object]) -> None:
    """Each in a transaction of its own, all at the same moment."""
    with database.write() as session:
        session.add(Shop(id=MARA, domain="mara.myshopify.com", installed_at=NOW))
    gate = threading.Barrier(len(changes))

    def make(change: Callable[[Session], object]) -> None:
        gate.wait(10)
        with database.write() as session:
            change(session)

    with ThreadPoolExecutor(len(changes)) as pool:
        for saving in [pool.submit(make, change) for change in changes]:
            saving.result(30)


def test_two_who_change_parts_of_a_group_at_once_both_have_their_way(database: Database) -> None:
    at_once(
        database,
        lambda session: set_key(session, MARA, "brand.name", "Mara", "operator", NOW),
        lambda session: set_keys(session, MARA, {"brand.radius": 4}, "operator", NOW),
    )

    with database.read() as session:
        kept = load(session, MARA, Brand)
        assert (kept.name, kept.radius) == ("Mara", 4)


def test_two_who_save_at_once_write_two_versions(database: Database) -> None:
    at_once(
        database,
        lambda session: save(session, MARA, Brand(name="Mara"), "mara", NOW),
        lambda session: save(session, MARA, Brand(name="Otto"), "otto", NOW),
    )

    with database.read() as session:
        assert sorted(session.scalars(select(SettingsVersion.version))) == [1, 2]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("recommendations.pins", "[%s]" % ("9" * 30)),
        ("returns.restock_location_id", "9" * 30),
        ("support.chat_url", "https://["),
    ],
)
def test_what_no_row_and_no_browser_could_hold_is_refused(session: Session, key: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=key):
        set_key(session, MARA, key, value, "mara", NOW)


def test_an_address_with_a_bracket_that_stays_open_has_its_sentence() -> None:
    with pytest.raises(Unfit, match="is no web address"):
        web_address("https://[mara.example")
