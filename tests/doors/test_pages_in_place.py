"""Pages of the admin that arrive in place, and answers that come late, in the wrong order or not at all: each is held
back on purpose, and let go when the page has moved on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from databases import Databases
from in_the_admin import PATIENCE_MS, Seat, in_the_admin, inside, seated
from playwright.sync_api import Browser, Route, expect

from shopify_app.crypto import Keyring
from shopify_app.db import Database
from wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.once]

SCREEN = (1280, 720)
FOLLOWED = """path => {
  const link = Object.assign(document.createElement('a'), {href: path});
  document.getElementById('page').append(link);
  link.click();
}"""
"""A link of the page that is shown, pressed."""
KEPT_TIMERS = """() => {
  const later = window.setTimeout;
  window.kept = [];
  window.setTimeout = (act, after, ...rest) =>
    after >= 2000 && after <= 3000 ? window.kept.push(act) : later(act, after, ...rest);
}"""
"""What would run in two or three seconds runs when the test says so."""


FIELD = '[name="decide_within_days"] input'


@pytest.fixture(scope="module")
def stage(all_databases: Databases, keyring: Keyring) -> Iterator[Wire]:
    """Mara's shop without a past."""
    url = all_databases.apart()
    database = Database(url, keyring)
    with in_the_admin(database, url) as found:
        yield found
    database.engine.dispose()


@pytest.fixture
def mara(browser: Browser, stage: Wire) -> Iterator[Seat]:
    with seated(browser, stage, *SCREEN) as found:
        yield found


def held_back(mara: Seat, path: str, method: str = "GET") -> list[Route]:
    """Requests for a page below `/app/`, as they come; none is answered before `continue_()`."""
    held: list[Route] = []

    def take(route: Route) -> None:
        held.append(route) if route.request.method == method else route.continue_()

    mara.page.route(lambda url: url.split("?")[0].endswith(f"/app/{path}"), take)
    return held


def heading(mara: Seat, words: str) -> None:
    expect(mara.frame.locator("s-page")).to_have_attribute("heading", words, timeout=PATIENCE_MS)


def the_one_of(mara: Seat, held: list[Route]) -> Route:
    """The request that is held back, once it has come."""
    for _ in range(1600):
        if held:
            return held.pop()
        mara.page.wait_for_timeout(25)
    raise AssertionError("nobody asked")


@contextmanager
def arriving(mara: Seat) -> Iterator[None]:
    """What is done here puts another page in the place of the one that is shown."""
    inside(mara.page).evaluate("document.getElementById('page').dataset.isOld = '1'")
    yield
    inside(mara.page).wait_for_function("!document.querySelector('#page[data-is-old]')")


def let_go(mara: Seat, route: Route) -> None:
    """Its answer has reached the page, which has had the time to do something with it."""
    with mara.page.expect_event("requestfinished", lambda request: request == route.request):
        route.continue_()
    mara.page.wait_for_timeout(150)


def sends_settings(mara: Seat, days: str) -> Route:
    """The form is on its way, and has not been answered yet."""
    frame = mara.open("returns/settings")
    held = held_back(mara, "returns/settings", "POST")
    frame.locator(FIELD).fill(days)
    mara.save()
    return the_one_of(mara, held)


def test_of_two_pages_the_one_that_was_asked_for_last_is_shown(mara: Seat) -> None:
    mara.open("settings")
    held = held_back(mara, "settings/sender")
    inside(mara.page).evaluate(FOLLOWED, "/app/settings/sender")
    late = the_one_of(mara, held)
    inside(mara.page).evaluate(FOLLOWED, "/app/settings/staff")
    heading(mara, "Staff")

    let_go(mara, late)

    heading(mara, "Staff")
    assert inside(mara.page).evaluate("location.pathname") == "/app/settings/staff"


def test_whoever_leaves_while_a_form_is_sent_stays_where_they_went_and_is_told(mara: Seat) -> None:
    late = sends_settings(mara, "3")
    inside(mara.page).evaluate("""() => {
      const link = document.querySelector('#page [slot=breadcrumb-actions]');
      link.shadowRoot.querySelector('a').click();
    }""")
    heading(mara, "Settings")

    let_go(mara, late)

    mara.page.locator("#toasts").get_by_text("Saved.").wait_for()
    heading(mara, "Settings")
    assert mara.faults == []


def test_a_form_that_is_refused_stays_before_the_page_that_was_asked_for_meanwhile(mara: Seat) -> None:
    late = sends_settings(mara, "77")
    held = held_back(mara, "settings")
    inside(mara.page).evaluate(FOLLOWED, "/app/settings")
    other = the_one_of(mara, held)

    with arriving(mara):
        let_go(mara, late)
    let_go(mara, other)

    assert mara.frame.locator(FIELD).input_value() == "77"
    mara.page.locator("#save-bar").wait_for()


def test_a_form_can_be_sent_after_whoever_was_asked_about_another_one_said_nothing(mara: Seat) -> None:
    """App Bridge promises an answer where one may leave, and none where one stays."""
    frame = mara.open("designer")
    frame.locator('[name="accent"] input').fill("#14532d")
    with arriving(mara):
        mara.save()
    inside(mara.page).evaluate("""() => {
      const plain = shopify.saveBar.leaveConfirmation;
      shopify.saveBar.leaveConfirmation = () => new Promise(() => {});
      document.querySelector('#page form[action*="/designer/publish"]').requestSubmit();
      shopify.saveBar.leaveConfirmation = plain;
    }""")

    frame.get_by_role("button", name="Publish").click()

    frame.get_by_text("Shoppers see this page as it is here.").wait_for()


def test_nothing_is_typed_into_a_form_that_is_on_its_way(mara: Seat) -> None:
    late = sends_settings(mara, "4")

    mara.frame.locator(FIELD).evaluate("field => field.focus()")
    mara.page.keyboard.type("9")

    assert mara.frame.locator(FIELD).input_value() == "4"
    let_go(mara, late)
    mara.page.locator("#toasts").get_by_text("Saved.").wait_for()
    assert mara.frame.locator(FIELD).input_value() == "4"


def test_a_form_that_did_not_get_through_is_as_it_was_and_typed_into_where_one_was(mara: Seat) -> None:
    frame = mara.open("returns/settings")
    held = held_back(mara, "returns/settings", "POST")
    frame.locator(FIELD).fill("5")
    frame.locator(FIELD).press("Enter")

    the_one_of(mara, held).abort()
    mara.page.locator("#toasts").get_by_text("That did not get through").wait_for()
    mara.page.keyboard.type("5")

    assert frame.locator(FIELD).input_value() == "55"
    mara.page.locator("#save-bar").wait_for()


REFUSED = """
<form method="post" action="/app/settings/refused"><input type="hidden" name="verb" value="inspect">
  <input type="hidden" name="version" value="{version}">
  <s-select name="decision" label="Verdict"><s-option value="" selected>Not yet</s-option>
    <s-option value="reduce">Reduce</s-option></s-select>
  <s-text-field name="told" label="Told"></s-text-field><s-text-area name="note" label="Note"></s-text-area>
  <s-choice-list name="where" label="Where"><s-choice value="here" selected>Here</s-choice>
    <s-choice value="gone">Gone</s-choice></s-choice-list>
  <s-checkbox name="sure" value="on" label="Sure"></s-checkbox><input type="file" name="photo" aria-label="Picture">
  <s-button type="submit">Note it</s-button></form>
<form method="post" action="/app/settings/refused"><input type="hidden" name="verb" value="cancel">
  <s-text-field name="other" label="Other"></s-text-field></form>"""
"""A page of ours that brings nothing back of what was typed."""


def test_what_was_typed_stands_in_a_form_that_is_refused_beside_the_version_of_now(mara: Seat) -> None:
    frame = mara.open("settings")
    page = "<div id='page'><div id='said'>No.</div>{form}</div>"
    inside(mara.page).evaluate("html => { part('page').innerHTML = html; }", REFUSED.replace("{version}", "1"))
    answer = {"status": 409, "content_type": "text/html"}
    body = page.replace("{form}", REFUSED.replace("{version}", "2"))
    mara.page.route(lambda url: "/app/settings/refused" in url, lambda route: route.fulfill(body=body, **answer))
    frame.get_by_label("Verdict").select_option("reduce")
    for field in ("Told", "Note", "Other"):
        frame.get_by_label(field).fill(f"{field} them")
    frame.get_by_text("Gone", exact=True).click()
    frame.get_by_label("Sure").check()
    frame.get_by_label("Picture").set_input_files({"name": "stain.png", "mimeType": "image/png", "buffer": b"stain"})

    with arriving(mara):
        frame.get_by_role("button", name="Note it").click()
    mara.page.wait_for_timeout(150)

    told = inside(mara.page).evaluate(
        "[...new FormData(document.querySelector('#page form'))].map(([name, value]) => [name, value.name ?? value])"
    )
    assert told == [
        ["verb", "inspect"], ["version", "2"], ["decision", "reduce"], ["told", "Told them"], ["note", "Note them"],
        ["where", "gone"], ["sure", "on"], ["photo", "stain.png"],
    ]  # fmt: skip
    assert frame.get_by_label("Other").input_value() == ""


ALIKE = """
<form method="post" action="/app/settings/refused"><input type="hidden" name="verb" value="resolve">
  <input type="hidden" name="version" value="{version}"><input type="hidden" name="group" value="1">
  <s-text-field name="text" label="Part 1"></s-text-field></form>
<details><summary>More</summary>
<form method="post" action="/app/settings/refused"><input type="hidden" name="verb" value="resolve">
  <input type="hidden" name="version" value="{version}"><input type="hidden" name="group" value="2">
  <s-text-field name="text" label="Part 2"></s-text-field><s-button type="submit">Dealt with</s-button></form>
</details>"""
"""The same to say of two parts, the second folded away."""


def test_what_was_typed_of_one_part_is_brought_back_there_for_all_to_see_and_at_no_other(mara: Seat) -> None:
    frame = mara.open("settings")
    page = "<div id='page'><div id='said'>No.</div>{form}</div>"
    inside(mara.page).evaluate("html => { part('page').innerHTML = html; }", ALIKE.replace("{version}", "1"))
    answer = {"status": 409, "content_type": "text/html"}
    body = page.replace("{form}", ALIKE.replace("{version}", "2"))
    mara.page.route(lambda url: "/app/settings/refused" in url, lambda route: route.fulfill(body=body, **answer))
    frame.get_by_text("More", exact=True).click()
    frame.get_by_label("Part 2").fill("Paid by hand")

    with arriving(mara):
        frame.get_by_role("button", name="Dealt with").click()

    expect(frame.get_by_label("Part 2")).to_have_value("Paid by hand")
    assert frame.get_by_label("Part 2").is_visible()
    assert frame.get_by_label("Part 1").input_value() == ""


def test_a_page_that_only_a_form_is_answered_with_leaves_the_address_that_can_be_asked_for_again(mara: Seat) -> None:
    frame = mara.open("settings")
    inside(mara.page).evaluate("html => { part('page').innerHTML = html; }", REFUSED)
    sure = {"status": 200, "content_type": "text/html", "body": "<div id='page'>Are you sure?</div>"}
    mara.page.route(lambda url: "/app/settings/refused" in url, lambda route: route.fulfill(**sure))  # type: ignore[arg-type]

    with arriving(mara):
        frame.get_by_role("button", name="Note it").click()

    frame.get_by_text("Are you sure?").wait_for()
    assert inside(mara.page).evaluate("location.pathname") == "/app/settings"


def test_a_form_beside_one_that_is_not_saved_waits_until_it_is(mara: Seat) -> None:
    """A draft that is published without what was just typed would be published, and the words gone."""
    frame = mara.open("designer")
    frame.locator('[name="accent"] input').fill("#1d4ed8")
    with arriving(mara):
        mara.save()
    frame.locator('[name="accent"] input').fill("#7c2d12")

    frame.get_by_role("button", name="Publish").click()
    mara.page.locator("#save-bar.save-bar--shake").wait_for()

    assert frame.locator('[name="accent"] input').input_value() == "#7c2d12"
    with arriving(mara):
        mara.save()
    frame.get_by_role("button", name="Publish").click()
    frame.get_by_text("Shoppers see this page as it is here.").wait_for()
    assert frame.locator('[name="accent"] input').input_value() == "#7c2d12"


def test_going_back_asks_before_what_is_not_saved_is_gone(mara: Seat) -> None:
    mara.open("settings")
    inside(mara.page).evaluate(FOLLOWED, "/app/returns/settings")
    mara.frame.locator(FIELD).fill("6")
    with arriving(mara):
        mara.save()
    mara.frame.locator(FIELD).fill("7")

    inside(mara.page).evaluate("history.back()")
    mara.page.locator("#save-bar.save-bar--shake").wait_for()

    inside(mara.page).wait_for_function("location.pathname === '/app/returns/settings'")
    assert "did=" not in inside(mara.page).evaluate("location.search")
    assert mara.frame.locator(FIELD).input_value() == "7"
    mara.page.get_by_role("button", name="Discard").click()
    mara.page.locator("#save-bar").wait_for(state="hidden")
    inside(mara.page).evaluate("history.back()")
    heading(mara, "Settings")


def test_a_file_that_nobody_answers_for_is_told(mara: Seat) -> None:
    mara.open("settings")
    mara.page.route("**/app/settings/history.csv*", lambda route: route.abort())

    inside(mara.page).evaluate("""() => {
      const link = Object.assign(document.createElement('a'), {href: '/app/settings/history.csv'});
      link.setAttribute('data-download', '');
      document.getElementById('page').append(link);
      link.click();
    }""")

    mara.page.locator("#toasts").get_by_text("The file could not be read").wait_for()


def test_a_home_that_was_left_asks_for_no_more_progress(mara: Seat) -> None:
    mara.open("settings")
    inside(mara.page).evaluate(KEPT_TIMERS)
    for _ in range(2):
        inside(mara.page).evaluate(FOLLOWED, "/app")
        mara.frame.locator("#progress").wait_for()
        inside(mara.page).evaluate("history.back()")
        heading(mara, "Settings")
    inside(mara.page).evaluate(FOLLOWED, "/app")
    mara.frame.locator("#progress").wait_for()
    asked: list[str] = []
    mara.page.on("request", lambda request: asked.append(request.url) if "/app/progress" in request.url else None)

    with mara.page.expect_request("**/app/progress*"):
        inside(mara.page).evaluate("window.kept.splice(0).forEach(act => act())")
    mara.page.wait_for_timeout(300)

    assert len(asked) == 1


def test_the_set_up_list_is_as_things_are_once_the_past_is_read(mara: Seat) -> None:
    mara.open("settings")
    inside(mara.page).evaluate(KEPT_TIMERS)
    inside(mara.page).evaluate("shopify.app = {extensions: async () => null}")  # nothing is told of the theme yet
    mara.page.route("**/app/progress*", lambda route: route.fulfill(body="<p data-done>Everything is in.</p>"))
    inside(mara.page).evaluate(FOLLOWED, "/app")
    mara.frame.locator("#progress").wait_for()
    inside(mara.page).evaluate("shopify.app = {extensions: async () => []}")

    with mara.page.expect_request("**/app/home/blocks*", timeout=PATIENCE_MS):
        inside(mara.page).evaluate("window.kept.splice(0).forEach(act => act())")


def test_a_preview_that_nobody_answered_for_is_asked_for_again(mara: Seat) -> None:
    mara.open("settings")
    lost: list[Route] = []

    def lose_one(route: Route) -> None:
        route.continue_() if lost else (lost.append(route), route.abort())

    mara.page.route("**/app/preview/**", lose_one)
    errors: list[str] = []
    mara.page.on("pageerror", lambda error: errors.append(str(error)))
    inside(mara.page).evaluate(KEPT_TIMERS)

    inside(mara.page).evaluate(FOLLOWED, "/app/designer")
    inside(mara.page).wait_for_function("window.kept.length")
    inside(mara.page).evaluate("window.kept.splice(0).forEach(act => act())")

    assert "<html" in mara.shown_in_preview()
    assert (len(lost), errors) == (1, [])


def test_whoever_is_at_a_link_stays_there_while_its_part_of_the_page_is_kept_fresh(mara: Seat) -> None:
    mara.open("settings")

    with arriving(mara):
        inside(mara.page).evaluate("""() => {
          document.querySelector('#page a[href^="/app/settings/staff"]').focus();
          const fresh = location.pathname + location.search;
          Object.assign(document.getElementById('page').dataset, {fresh, every: '0'});
        }""")

    assert "/app/settings/staff" in inside(mara.page).evaluate("document.activeElement.getAttribute('href') ?? ''")
