"""Mara's day with the app, in a browser at her desk and on her phone: she installs it, sets it up, writes her policy,
handles ten returns, changes her brand, reads the figures, lets a rule watch her parcels and looks at her plan. Each of
the pages is held against what all of them promise: readable by everybody, calm, no wider than her screen, and silent
in the console."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from again import slow_but
from databases import Databases
from in_the_admin import Seat, in_the_admin, inside, seated
from playwright.sync_api import Browser
from shoppers_returns import count, read_the_past, wanted_back, work

from devstore.tokens import COLLEAGUE
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.once]

SIZES = {"desktop": (1280, 720), "phone": (360, 640)}
DAY_SECONDS = 300
"""Some twenty pages, each read by axe; photographed, and on a busy machine, they take their time."""
SHARPNESS = {"desktop": 1.25, "phone": 2.5}
"""Pictures of the App Store are 1600 by 900 and 900 by 1600 pixels."""
NAMES = {"desktop": "Not in the sale", "phone": "Sale goods stay"}
"""What she calls a rule: the second day in the same shop has to change something too."""
PAPERS = Path(__file__).resolve().parents[2] / "docs" / "app-store"
WATCHES = {"desktop": "Parcel without news", "phone": "Still without news"}
"""What she calls an automation."""
PALE = {"desktop": "#ffd24d", "phone": "#ffb3c7"}
"""Accents that nobody could read."""
HURRIED = """() => {
  const later = window.setTimeout, ask = window.fetch;
  window.setTimeout = (act, after, ...rest) => later(act, Math.max(after, 1000), ...rest);
  window.fetch = async (...asked) => {
    const answer = await ask(...asked);
    if (String(asked[0]).includes('/preview/')) await new Promise(go => later(go, 2000));
    return answer;
  };
}"""
"""Somebody quicker than the page: what waits for a pause in typing waits a second, and a preview takes two."""


@pytest.fixture(scope="module")
def stage(all_databases: Databases, keyring: Keyring) -> Iterator[Wire]:
    """Mara's shop with its past at Shopify; the app was granted and never opened."""
    url = all_databases.apart()
    database = Database(url, keyring)
    with in_the_admin(database, url, seed=1, bought="scale") as found:
        yield found
    database.engine.dispose()


@pytest.mark.timeout(DAY_SECONDS)
@pytest.mark.parametrize("size", slow_but("phone", of=list(SIZES)))
def test_she_sets_up_publishes_a_policy_handles_ten_returns_changes_the_brand_and_reads_the_figures(
    browser: Browser, stage: Wire, size: str
) -> None:
    pictures = pictures_of(size)
    sharpness = SHARPNESS[size] if pictures else 1
    with seated(browser, stage, *SIZES[size], pictures, device_scale_factor=sharpness) as mara:
        sets_up(mara)
        writes_the_policy(mara, NAMES[size])
        handles_ten_returns(mara, wanted_back(stage, 10))
        changes_the_brand(mara, PALE[size])
        reads_the_figures(mara)
        lets_a_rule_watch(mara, WATCHES[size])
        looks_at_her_plan(mara)

    assert mara.faults == []


def pictures_of(size: str) -> Path | None:
    """Where the day's pictures go when POSTLUDE_SCREENSHOTS is set: the click-through of the App Store's papers."""
    return PAPERS / size if os.environ.get("POSTLUDE_SCREENSHOTS") else None


def sets_up(mara: Seat) -> None:
    """Opening the app installs it. She says what matters to her; the rest is read from Shopify."""
    frame = mara.open("")
    if frame.get_by_text("Getting to know your shop").count():
        mara.look("home on the first day")
        read_the_past(mara.stage)
        frame = mara.open("")
    if frame.get_by_role("button", name="Fewer refunds").count():
        frame.get_by_role("button", name="Fewer refunds").click()
        mara.page.locator("#toasts").get_by_text("Saved.").wait_for()
    frame.get_by_text("Everything is in:").wait_for()
    mara.look("home")
    frame.get_by_role("link", name="See all figures").wait_for()


def writes_the_policy(mara: Seat, name: str) -> None:
    """A preset becomes her draft. One rule is refused beside its field, mended, and moved; the draft is rehearsed over
    the past, looked over, and published with a word why."""
    frame = mara.open("returns/policy/presets")
    mara.look("presets")
    frame.get_by_role("button", name="Take “Fashion” as the draft").click()
    frame.get_by_role("link", name="Edit “Final sale”").click()
    frame.locator('[name="name"] input').fill(name)
    frame.locator('[name="then.bonus.any.percent"] input').fill("400")
    mara.look("rule")
    mara.save()
    frame.locator('[name="then.bonus.any.kind"][error]').wait_for()
    mara.look("rule refused")
    assert frame.locator('[name="name"] input').input_value() == name
    frame.locator('[name="then.bonus.any.percent"] input').fill("")
    mara.save()
    frame.get_by_role("button", name=f"Move “{name}” up").click()
    frame.get_by_text(f"“{name}” is number 1 of").wait_for()
    mara.look("policy")
    frame.get_by_role("link", name="Rehearse").click()
    frame.get_by_role("button", name="Rehearse").click()
    frame.get_by_text("items judged").wait_for()
    mara.look("rehearsal")
    frame.get_by_role("link", name="Look over and publish").first.click()
    frame.locator('[name="note"] textarea').fill("The longer they wait, the more stays.")
    mara.look("publish")
    frame.get_by_role("button", name="Publish as version").click()
    frame.get_by_role("heading", name="In force: version").wait_for()


def handles_ten_returns(mara: Seat, rmas: list[str]) -> None:
    """Nine at once, the first by the keyboard, with a result for each; one in detail, up to the money."""
    frame = mara.open("returns")
    mara.look("desk")
    frame.get_by_role("link", name=rmas[1]).focus()
    for key in ("x", "a"):
        mara.page.keyboard.press(key)
    assert inside(mara.page).evaluate("document.activeElement.id") == "do-many"
    assert frame.get_by_label(f"Choose {rmas[1]}").is_checked()
    for rma in rmas[2:]:
        frame.get_by_label(f"Choose {rma}").check()
    frame.locator("#do-many").click()
    frame.get_by_role("heading", name="Approve: 9 returns").wait_for()
    mara.look("many asked")
    frame.get_by_role("button", name="Approve").click()
    frame.locator("#progress").wait_for()
    work(mara.stage)
    frame.get_by_text("9 returns are").wait_for()
    mara.look("many done")
    frame.get_by_role("link", name="Returns").first.click()
    frame.get_by_role("link", name=rmas[0]).click()
    frame.get_by_role("button", name="Approve").click()
    frame.get_by_role("button", name="Note it").first.wait_for()
    work(mara.stage)
    frame = mara.open(f"returns/{rmas[0]}")
    mara.look("return")
    frame.get_by_role("button", name="Note it").first.click()
    frame.get_by_role("heading", name="Where the goods go").wait_for()
    work(mara.stage)
    frame = mara.open(f"returns/{rmas[0]}")
    frame.get_by_text("Settled").first.wait_for()
    mara.look("return settled")


def changes_the_brand(mara: Seat, pale: str) -> None:
    """A pale colour is refused with one that can be read; the preview follows; shoppers see it when she publishes."""
    frame = mara.open("designer")
    frame.locator('[name="preview-language"] select').select_option("en")
    frame.frame_locator(".stage iframe").locator("html[lang^=en] h1").wait_for()
    mara.look("designer")
    frame.locator('[name="accent"] input').fill(pale)
    mara.save()
    frame.get_by_role("button", name="Use #").click()
    readable = frame.locator('[name="accent"] input').input_value()
    frame.get_by_role("button", name="Desktop").click()
    assert readable != pale
    mara.save()
    frame.get_by_role("button", name="Publish").click()
    frame.get_by_text("Shoppers see this page as it is here.").wait_for()
    assert readable in mara.shown_in_preview()
    mara.look("designer published")


def reads_the_figures(mara: Seat) -> None:
    """What came of it, each figure with its table."""
    count(mara.stage)
    frame = mara.open("insights")
    frame.get_by_role("heading", name="Which products come back, and why?").wait_for()
    mara.look("insights")
    frame.get_by_role("link", name="Reasons").click()
    frame.get_by_role("heading", name=re.compile("Reasons|reason")).first.wait_for()
    mara.look("table")


def lets_a_rule_watch(mara: Seat, name: str) -> None:
    """What shall happen by itself, written in a form and read as a sentence; in force once it is published."""
    frame = mara.open("automations/rule")
    frame.locator('[name="name"] input').fill(name)
    frame.locator('[name="on"] select').select_option("ParcelQuiet")
    frame.locator('[name="if.quiet_days"] input').fill("3")
    frame.locator('[name="add"] select').select_option("mail_team")
    frame.get_by_role("button", name="Add").click()
    frame.locator('[name="then.1.words"] textarea').fill("Please ask the carrier where {order} is.")
    mara.look("automation")
    mara.save()
    frame.get_by_role("link", name=f"Edit “{name}”").wait_for()
    mara.look("automations")
    frame = mara.open("automations/publish")
    frame.locator('[name="note"] textarea').fill("Nobody should have to ask us first.")
    frame.get_by_role("button", name="Publish as version").click()
    frame.get_by_role("heading", name="In force: version").wait_for()


def looks_at_her_plan(mara: Seat) -> None:
    """What she has, what each plan adds, and what stays if she leaves it."""
    frame = mara.open("plans")
    frame.get_by_role("heading", name="What each plan includes").wait_for()
    mara.look("plans")


def test_a_preview_is_shown_to_somebody_who_saves_before_the_one_of_her_typing_was_asked_for(
    browser: Browser, stage: Wire
) -> None:
    with seated(browser, stage, *SIZES["desktop"]) as mara:
        frame = mara.open("designer")
        frame.locator('[name="accent"] input').wait_for()
        inside(mara.page).evaluate(HURRIED)
        frame.locator('[name="accent"] input').fill("#1d4ed8")

        with mara.page.expect_response(lambda answer: "did=saved" in answer.url):
            mara.save()
        mara.page.wait_for_timeout(1500)

        assert "#1d4ed8" in mara.shown_in_preview()
        assert mara.faults == []


def test_the_first_preview_of_a_page_that_was_just_loaded_has_what_the_form_says(browser: Browser, stage: Wire) -> None:
    """A select has nothing to send before its options are there, and the page was drawn without a font."""
    with seated(browser, stage, *SIZES["desktop"]) as mara:
        mara.open("designer/brand")

        shown = mara.shown_in_preview()

    assert "--f:system-ui" in shown
    assert "--f:;" not in shown


def test_two_people_on_one_return_see_each_others_change_and_lose_nothing(browser: Browser, stage: Wire) -> None:
    with seated(browser, stage, *SIZES["desktop"]) as mara, seated(browser, stage, *SIZES["desktop"]) as jonas:
        jonas.sits_as(COLLEAGUE["id"])
        (rma,) = wanted_back(mara.stage, 1)
        hers, his = mara.open(f"returns/{rma}"), jonas.open(f"returns/{rma}")
        his.locator('[name="note"] textarea').first.fill("Skriver just nu")
        his.locator("#changed").evaluate("part => part.dataset.every = '200'")

        hers.get_by_role("button", name="Approve").click()
        hers.get_by_role("button", name="Note it").first.wait_for()

        his.locator("#changed").get_by_text("Mara Lind").wait_for()
        assert his.locator('[name="note"] textarea').first.input_value() == "Skriver just nu"
        his.locator("#changed s-link").click()
        his.locator('[name^="quantity-"]').first.wait_for()
        jonas.look("the return as it is now")
        assert mara.faults + jonas.faults == []
