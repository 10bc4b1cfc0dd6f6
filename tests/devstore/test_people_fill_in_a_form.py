"""The admin's frame in a real browser, the product inside it: the save bar, what was typed when a session ends, and
what the owner reserves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from in_the_admin import in_the_admin, inside, visit
from playwright.sync_api import Page, Route, expect

from devstore.tokens import COLLEAGUE, STAFF, id_token
from shopify_app.db import Database
from shopify_app.returns.presets import EU
from shopify_app.settings.parcels import Parcels, ReturnAddress
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load, save
from wire import Wire

pytestmark = pytest.mark.browser
FIELD = '[name="decide_within_days"] input'


@pytest.fixture
def stage(database: Database, database_url: str) -> Iterator[Wire]:
    with in_the_admin(database, database_url) as found:
        found.install()
        yield found


def days(stage: Wire) -> int:
    with stage.adapters.database.read() as session:
        return load(session, stage.shop().id, Returns).decide_within_days


def test_the_save_bar_keeps_from_leaving_saves_and_says_so_once(page: Page, stage: Wire) -> None:
    frame = visit(page, stage, "returns/settings")
    frame.locator(FIELD).fill("5")
    expect(page.locator("#save-bar")).to_be_visible()

    frame.get_by_text("Labels and carriers").click()
    assert "/app/returns/settings" in inside(page).url
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#toasts")).to_contain_text("Saved.")
    expect(page.locator("#save-bar")).to_be_hidden()
    assert days(stage) == 5
    assert "did=" not in inside(page).url
    frame.get_by_text("Labels and carriers").click()
    frame.get_by_role("heading", name="Labels and carriers").wait_for()


def test_what_is_wrong_stands_beside_its_field_and_discarding_shows_what_is_in_force(page: Page, stage: Wire) -> None:
    frame = visit(page, stage, "returns/settings")
    frame.locator(FIELD).fill("99")
    page.get_by_role("button", name="Save").click()

    expect(frame.locator('[name="decide_within_days"]')).to_have_attribute("error", "Write a number from 0 to 30.")
    expect(page.locator("#save-bar")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(frame.locator(FIELD)).to_have_value("2")
    expect(page.locator("#save-bar")).to_be_hidden()


def test_a_token_that_ran_out_is_renewed_on_the_way_and_nothing_typed_is_lost(page: Page, stage: Wire) -> None:
    frame = visit(page, stage, "returns/settings")
    frame.locator(FIELD).fill("6")
    old = id_token(stage.config, int(STAFF["id"]), stage.now() - timedelta(minutes=5))
    sent: list[str] = []
    page.route("**/app/returns/settings**", lambda route: _with_old_token(route, sent, old))

    page.get_by_role("button", name="Save").click()

    expect(page.locator("#toasts")).to_contain_text("Saved.")
    assert sent[:2] == ["POST", "POST"]
    assert days(stage) == 6


def _with_old_token(route: Route, sent: list[str], old: str) -> None:
    """The first form leaves with a token that has run out."""
    sent.append(route.request.method)
    route.continue_(headers={**route.request.headers, "authorization": f"Bearer {old}"} if len(sent) == 1 else None)


def test_without_any_answer_the_form_stays_as_it_was_typed_with_its_save_bar(page: Page, stage: Wire) -> None:
    frame = visit(page, stage, "returns/settings")
    frame.locator(FIELD).fill("7")
    page.route("**/app/returns/settings**", lambda route: route.abort())

    page.get_by_role("button", name="Save").click()

    expect(page.locator("#toasts")).to_contain_text("Nothing is lost")
    expect(frame.locator(FIELD)).to_have_value("7")
    expect(page.locator("#save-bar")).to_be_visible()


def test_countries_are_added_by_name_and_discarded_or_saved(page: Page, stage: Wire) -> None:
    home = ReturnAddress("Mara", "Lagergatan 4", "Borås", "SE", for_countries=("NO",))
    with stage.adapters.database.write() as session:
        save(session, stage.shop().id, Parcels(addresses=(home,)), "mara", stage.now())
    frame = visit(page, stage, "returns/addresses")
    ticks = frame.locator('s-checkbox[name="for_countries-0"]')
    part = frame.get_by_role("group", name="For shoppers in").first

    part.get_by_label("Add a country").select_option(label="Iceland")
    part.get_by_role("button", name="Add").click()
    expect(ticks).to_have_count(2)
    page.get_by_role("button", name="Discard").click()
    expect(ticks).to_have_count(1)

    part.get_by_label("Add a country").select_option(label="All of the European Union")
    part.get_by_role("button", name="Add").click()
    frame.get_by_label("Norway", exact=True).uncheck()
    part.get_by_label("Add a country").select_option(label="Iceland")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#toasts")).to_contain_text("Saved.")
    with stage.adapters.database.read() as session:
        (kept,) = load(session, stage.shop().id, Parcels).addresses
    assert {*kept.for_countries} == {"IS", *EU}


def test_jonas_sits_down_reads_swedish_dates_and_decides_nothing_about_others(page: Page, stage: Wire) -> None:
    visit(page, stage, "settings/staff")
    with page.expect_navigation():  # to the same address, once the seat is taken
        page.locator("#top-staff").select_option(str(COLLEAGUE["id"]))

    frame = visit(page, stage, "settings/staff")

    expect(frame.get_by_role("heading", name="Jonas Ek")).to_be_visible()
    assert inside(page).evaluate("document.documentElement.lang").startswith("sv")
    assert frame.locator("s-checkbox:not([disabled])").count() == 0
    assert frame.locator("form[data-save-bar]").count() == 0
