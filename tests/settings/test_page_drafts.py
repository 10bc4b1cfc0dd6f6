"""The look of the page between changing it and showing it: drafts, publications, the way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from shopify_app.admin.designer import words
from shopify_app.db import Database
from shopify_app.settings import drafting
from shopify_app.settings.branding import Brand
from shopify_app.settings.drafting import DraftMoved, NoSuchPublication, NothingToPublish
from shopify_app.settings.keys import fields_of
from shopify_app.settings.store import WrongSetting, load, note, save
from shopify_app.settings.tracking import Block, Tracking
from shopify_app.shops.models import Shop

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
MARA, OTTO = 1, 2
WINE, PINE = {"brand": {"accent": "#7a1f2b"}}, {"brand": {"accent": "#14532d"}}


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        for shop_id in (MARA, OTTO):
            session.add(Shop(id=shop_id, domain=f"shop-{shop_id}.myshopify.com", installed_at=NOW))
        session.flush()
        yield session


def accent(session: Session, shop_id: int = MARA) -> str:
    return load(session, shop_id, Brand).accent


def test_a_draft_is_seen_in_the_draft_and_nowhere_else(session: Session) -> None:
    drafting.write(session, MARA, WINE, 0, "mara", NOW)

    held = drafting.read(session, MARA)
    assert held.look["brand"]["accent"] == "#7a1f2b"
    assert (held.changed, held.version, held.saved_by) == ((("brand", "accent"),), 1, "mara")
    assert accent(session) == Brand().accent
    assert drafting.read(session, OTTO).changes == {}


def test_what_is_changed_back_is_no_change(session: Session) -> None:
    drafting.write(session, MARA, WINE, 0, "mara", NOW)
    drafting.write(session, MARA, {"brand": {"accent": Brand().accent}}, 1, "mara", NOW)

    assert drafting.read(session, MARA).changes == {}
    with pytest.raises(NothingToPublish):
        drafting.publish(session, MARA, 2, "mara", NOW)


def test_publishing_puts_every_group_in_force_at_once_and_says_who_and_when(session: Session) -> None:
    wanted = WINE | {"tracking": {"blocks": ["order", "support"]}, "support": {"email": "hello@mara.example"}}
    drafting.write(session, MARA, wanted, 0, "mara", NOW)

    made = drafting.publish(session, MARA, 1, "mara", LATER)

    assert accent(session) == "#7a1f2b"
    assert load(session, MARA, Tracking).blocks == (Block.ORDER, Block.SUPPORT)
    assert (made.number, made.published_by, made.published_at) == (2, "mara", LATER)
    assert drafting.read(session, MARA).changes == {}


def test_a_promise_that_is_made_elsewhere_meanwhile_stays(session: Session) -> None:
    drafting.write(session, MARA, {"tracking": {"blocks": ["order"]}}, 0, "mara", NOW)
    save(session, MARA, Tracking(return_window_days=14), "cli", NOW)

    drafting.publish(session, MARA, 1, "mara", NOW)

    assert load(session, MARA, Tracking) == Tracking(blocks=(Block.ORDER,), return_window_days=14)


def test_who_has_not_seen_the_newest_draft_writes_over_nothing(session: Session) -> None:
    drafting.write(session, MARA, WINE, 0, "mara", NOW)

    for late in (
        lambda: drafting.write(session, MARA, PINE, 0, "ada", LATER),
        lambda: drafting.publish(session, MARA, 0, "ada", LATER),
        lambda: drafting.discard(session, MARA, 7, "ada", LATER),
    ):
        with pytest.raises(DraftMoved) as moved:
            late()
        assert (moved.value.by, moved.value.at) == ("mara", NOW)
    assert drafting.read(session, MARA).look["brand"]["accent"] == "#7a1f2b"


def test_rolling_back_shows_an_earlier_look_and_keeps_the_draft(session: Session) -> None:
    drafting.write(session, MARA, WINE, 0, "mara", NOW)
    first = drafting.publish(session, MARA, 1, "mara", NOW)
    drafting.write(session, MARA, PINE, 2, "mara", NOW)
    drafting.publish(session, MARA, 3, "mara", NOW)
    drafting.write(session, MARA, {"support": {"email": "hello@mara.example"}}, 4, "mara", NOW)

    back = drafting.roll_back(session, MARA, first.number, 5, "mara", LATER)

    assert accent(session) == "#7a1f2b"
    assert (back.number, back.back_to) == (4, 2)
    assert drafting.read(session, MARA).changed == (("support", "email"),)


def test_the_way_back_reaches_what_was_there_before_the_designer_and_what_was_set_elsewhere(session: Session) -> None:
    save(session, MARA, Brand(accent="#333333"), "cli", NOW)
    drafting.write(session, MARA, WINE, 0, "mara", NOW)
    drafting.publish(session, MARA, 1, "mara", NOW)
    save(session, MARA, Brand(accent="#444444"), "cli", NOW)
    drafting.write(session, MARA, PINE, 2, "mara", NOW)
    drafting.publish(session, MARA, 3, "mara", NOW)

    known = {each.number: (each.look["brand"]["accent"], each.published_by) for each in
             drafting.publications(session, MARA)}  # fmt: skip

    assert known == {1: ("#333333", ""), 2: ("#7a1f2b", "mara"), 3: ("#444444", ""), 4: ("#14532d", "mara")}
    drafting.roll_back(session, MARA, 3, 4, "mara", NOW)
    assert accent(session) == "#444444"


def test_otto_cannot_roll_back_to_what_mara_published(session: Session) -> None:
    drafting.write(session, MARA, WINE, 0, "mara", NOW)
    drafting.publish(session, MARA, 1, "mara", NOW)

    with pytest.raises(NoSuchPublication):
        drafting.roll_back(session, OTTO, 2, 0, "otto", NOW)


def test_a_look_that_cannot_be_is_not_even_drafted(session: Session) -> None:
    with pytest.raises(WrongSetting, match=r"4\.5:1"):
        drafting.write(session, MARA, {"brand": {"accent": "#ffee88"}}, 0, "mara", NOW)


def test_a_draft_that_no_longer_fits_what_is_in_force_is_not_published(session: Session) -> None:
    drafting.write(session, MARA, {"brand": {"accent": "#757575"}}, 0, "mara", NOW)
    save(session, MARA, Brand(accent="#111111", background="#cccccc"), "cli", NOW)

    with pytest.raises(WrongSetting, match=r"4\.5:1"):
        drafting.publish(session, MARA, 1, "mara", NOW)
    assert accent(session) == "#111111"


def test_a_footer_from_before_it_was_bounded_stands_in_nobodys_way(session: Session) -> None:
    footer = {"en": "x" * 400}
    note(session, MARA, "brand", {"footer": footer}, "mara", NOW)
    assert drafting.read(session, MARA).look["brand"]["footer"] == footer

    drafting.write(session, MARA, WINE, 0, "mara", NOW)
    drafting.publish(session, MARA, 1, "mara", NOW)
    assert (accent(session), load(session, MARA, Brand).footer) == ("#7a1f2b", footer)

    with pytest.raises(WrongSetting, match="at most 300 characters"):
        drafting.write(session, MARA, {"brand": {"footer": {"en": "y" * 400}}}, 2, "mara", NOW)


def test_every_field_of_the_look_exists_and_has_a_name_that_staff_read() -> None:
    of_groups = {(kind, field) for kind in drafting.FIELDS for field in fields_of(kind)}
    named = {(kind, field) for kind, fields in drafting.FIELDS.items() for field in fields}

    assert named <= of_groups
    assert set(words.FIELDS) == named
    assert set(words.BLOCKS) == set(Block)
