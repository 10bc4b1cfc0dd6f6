"""App Bridge and Polaris stand-ins in a real browser: an app in the admin's frame finds what Shopify promises."""

import threading
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response, jsonify, redirect, request
from playwright.sync_api import Frame, Page, Route, expect
from werkzeug.serving import BaseWSGIServer, make_server

from devstore.app import create_devstore
from devstore.config import DevStoreConfig

pytestmark = pytest.mark.browser

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}

LATE_SECONDS = 1
"""By then a small app has told what it has to tell."""

# custom-elements.json of @shopify/polaris-types 1.1.0
ELEMENTS = (
    "avatar badge banner box button button-group checkbox chip choice choice-list clickable clickable-chip color-field "
    "color-picker date-field date-picker divider drop-zone email-field empty-state grid grid-item heading icon image "
    "link list-item menu modal money-field number number-field option option-group ordered-list page paragraph "
    "password-field popover press-button progress query-container scroll-box search-field section select spinner stack "
    "switch table table-body table-cell table-header table-header-row table-row text text-area text-field thumbnail "
    "tooltip unordered-list url-field"
)

COUNTS_DRAWING = """let drawn = 0, early;
const field = Object.getPrototypeOf(customElements.get('s-select').prototype), draw = field.draw;
field.draw = function () { drawn += 1; return draw.call(this); };"""

HOME = """<s-app-nav><s-link href="/app" rel="home">Home</s-link>
<s-link href="/app/returns">Returns</s-link></s-app-nav>
<s-page heading="The day"><s-button slot="primary-action" commandfor="sure" command="--show">Erase</s-button>
<s-banner heading="All is well">Nothing is late.</s-banner>
<s-section heading="Parcels"><s-table><s-table-header-row><s-table-header>What</s-table-header>
<s-table-header format="numeric">Count</s-table-header></s-table-header-row><s-table-body><s-table-row>
<s-table-cell>Late</s-table-cell><s-table-cell>3</s-table-cell></s-table-row></s-table-body></s-table></s-section>
<s-section heading="Brand"><form id="brand" data-save-bar><s-text-field label="Name" name="name" value="Hedvall">
</s-text-field><s-select label="Language" name="language" value="de"><s-option value="en">English</s-option>
<s-option value="de">Deutsch</s-option></s-select>
<s-checkbox label="Mails" name="mails" value="yes" checked></s-checkbox>
<s-choice-list
label="Address people as" name="tone"><s-choice value="du" selected>Du</s-choice>
<s-choice value="sie">Sie</s-choice></s-choice-list>
<s-switch label="Offers" name="offers"></s-switch></form></s-section>
</s-page><s-modal id="sure" heading="Erase everything?"><s-button slot="primary-action" commandfor="sure"
command="--hide">Erase now</s-button></s-modal>"""


def _app(devstore_url: str, calls: list[str]) -> Flask:
    app = Flask("app")
    bridge = f'<script data-api-key="key" src="{devstore_url}/static/app-bridge.js"></script>'

    @app.get("/bounce")
    def bounce() -> str:
        return bridge

    @app.get("/app/who")
    def who() -> tuple[Response, int] | Response:
        calls.append(request.headers.get("Authorization", ""))
        if len(calls) == 1:
            return Response(status=401, headers={"X-Shopify-Retry-Invalid-Session-Request": "1"})
        return jsonify(bearer=calls[-1].startswith("Bearer ey"))

    @app.get("/")
    def entrance() -> Response:
        return redirect(f"/app?{request.query_string.decode()}")  # type: ignore[return-value]

    @app.get("/app")
    @app.get("/app/<path:rest>")
    def home(rest: str = "") -> Response | str:
        if "id_token" not in request.args:
            return redirect(f"/bounce?shopify-reload={quote(request.full_path, safe='')}")  # type: ignore[return-value]
        head = (
            f'<meta name="shopify-api-key" content="key">{bridge}<script src="{devstore_url}/static/polaris-stub.js">'
        )
        return f"<!doctype html><html lang=en><title>App</title>{head}</script>{rest or HOME}</html>"

    return app


def _serve(application: Flask) -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def admin_url() -> Iterator[str]:
    # The app has to know the dev store's address and the other way round: the app's door opens first.
    door = _serve(Flask("not yet"))
    config = DevStoreConfig(deliver_webhooks=False, smtp_port=0, app_url=f"http://127.0.0.1:{door.server_port}")
    devstore = _serve(create_devstore(config))
    url = f"http://127.0.0.1:{devstore.server_port}"
    door.app = _app(url, [])
    yield url
    devstore.shutdown()
    door.shutdown()


@pytest.fixture
def frame(page: Page, admin_url: str) -> Frame:
    page.goto(f"{admin_url}/admin/apps/postlude")
    page.frame_locator("#app-frame").get_by_role("heading", name="The day").wait_for()
    return next(found for found in page.frames if found.parent_frame is not None)


def test_what_an_app_tells_at_once_is_heard_by_an_admin_whose_script_comes_late(page: Page, admin_url: str) -> None:
    def late(route: Route) -> None:
        time.sleep(LATE_SECONDS)
        route.continue_()

    page.route("**/static/admin.js", late)

    page.goto(f"{admin_url}/admin/apps/postlude")

    expect(page.locator("#app-nav a")).to_have_text(["Returns"])


def test_every_element_of_polaris_is_there(frame: Frame) -> None:
    tags = [f"s-{name}" for name in ELEMENTS.split()]

    missing = frame.evaluate("tags => tags.filter(tag => !customElements.get(tag))", tags)

    assert len(tags) == 62
    assert missing == []


def test_the_app_has_no_accessibility_violations_because_of_the_stand_in(frame: Frame) -> None:
    found = Axe().run(frame.page, options=WCAG).response["violations"]

    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == []


def test_fields_take_part_in_forms(frame: Frame) -> None:
    told = frame.evaluate("Object.fromEntries(new FormData(document.getElementById('brand')))")

    assert told == {"name": "Hedvall", "language": "de", "mails": "yes", "tone": "du"}


def test_a_select_is_not_drawn_for_each_option_of_the_page_that_brings_it(page: Page, admin_url: str) -> None:
    options = "".join(f'<s-option value="{number}">{number}</s-option>' for number in range(300))
    stub = f'<!doctype html><script src="{admin_url}/static/polaris-stub.js"></script>'
    form = f'<form id="all"><s-select name="one" value="299">{options}</s-select></form>'
    html = f"{stub}<script>{COUNTS_DRAWING}</script>{form}<script>early = document.forms[0].one.value</script>"
    page.route("**/many", lambda route: route.fulfill(body=html, content_type="text/html"))

    page.goto(f"{admin_url}/many")

    assert page.evaluate("[early, new FormData(document.forms[0]).get('one')]") == ["299", "299"]
    assert page.evaluate("drawn") < 5


def test_a_changed_form_raises_the_save_bar_and_discarding_restores_it(frame: Frame) -> None:
    frame.get_by_label("Name").fill("Other")
    frame.get_by_role("radio", name="Sie").check()
    expect(frame.page.locator("#save-bar")).to_be_visible()

    frame.page.get_by_role("button", name="Discard").click()

    expect(frame.page.locator("#save-bar")).to_be_hidden()
    expect(frame.get_by_label("Name")).to_have_value("Hedvall")
    assert frame.evaluate("new FormData(document.getElementById('brand')).get('tone')") == "du"


def test_fetch_carries_a_token_and_tries_again_when_the_app_asks(frame: Frame) -> None:
    assert frame.evaluate("fetch('/app/who').then(answer => answer.json())") == {"bearer": True}


def test_a_document_without_a_token_comes_back_with_one(frame: Frame) -> None:
    frame.evaluate("location.assign('/app/returns')")

    frame.page.wait_for_url("**/admin/apps/postlude/returns")
    assert "id_token" in frame.evaluate("location.search")


def test_the_apps_navigation_stands_in_the_admins_menu(frame: Frame) -> None:
    link = frame.page.locator("#app-nav a")

    expect(link).to_have_text("Returns")
    link.click()
    frame.page.wait_for_url("**/admin/apps/postlude/returns")


def test_toast_and_modal_open_and_close(frame: Frame) -> None:
    frame.evaluate("shopify.toast.show('Saved')")
    expect(frame.page.locator(".toast")).to_contain_text("Saved")

    frame.get_by_role("button", name="Erase").click()
    expect(frame.get_by_role("dialog")).to_be_visible()
    frame.get_by_role("button", name="Erase now").click()
    expect(frame.get_by_role("dialog")).to_be_hidden()


def test_the_resource_picker_returns_what_was_chosen(frame: Frame) -> None:
    frame.evaluate("window.chosen = shopify.resourcePicker({type: 'product', multiple: true}), 0")
    frame.page.locator("#picker-list input").first.check()
    frame.page.get_by_role("button", name="Select").click()

    assert frame.evaluate("window.chosen.then(found => found[0].id.startsWith('gid://shopify/Product/'))")


def test_the_picker_shows_what_was_searched_for_last(frame: Frame) -> None:
    page, held = frame.page, list[Route]()
    page.route("**/admin/picker/product?q=s", lambda route: held.append(route))
    frame.evaluate("shopify.resourcePicker({type: 'product'}), 0")
    page.locator("#picker-list li").first.wait_for()

    with page.expect_request("**/admin/picker/product?q=s"):
        page.locator("#picker-q").fill("s")
    with page.expect_response("**/admin/picker/product?q=nothing%20of%20that%20kind"):
        page.locator("#picker-q").fill("nothing of that kind")
    expect(page.locator("#picker-list li")).to_have_count(0)
    with page.expect_response("**/admin/picker/product?q=s"):
        held.pop().continue_()
    page.wait_for_timeout(100)

    assert page.locator("#picker-list li").count() == 0


def test_outside_the_frame_the_app_moves_into_the_admin(page: Page, frame: Frame, admin_url: str) -> None:
    page.goto(frame.evaluate("location.origin") + "/app/returns?id_token=x")

    page.wait_for_url(f"{admin_url}/admin/apps/postlude/returns")


@pytest.mark.parametrize(
    "path", ["/", "/collections/knitwear", "/checkout", "/admin/orders", "/admin/carriers", "/inbox"]
)
def test_pages_for_people_have_no_accessibility_violations(page: Page, admin_url: str, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"{admin_url}/cart/{_first_variant(page, admin_url)}:1")
    page.goto(admin_url + path)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(page, options=WCAG).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == []


def _first_variant(page: Page, admin_url: str) -> int:
    goods = page.request.get(f"{admin_url}/admin/picker/product").json()
    return int(goods[0]["variants"][0]["id"].rpartition("/")[2])
