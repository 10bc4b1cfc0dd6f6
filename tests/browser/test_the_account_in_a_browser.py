"""Ada sends something back from her customer account: the built extension in the dev store's account, at two widths.

What Shopify's host would draw is the dev store's stand-in here; what the extension says and does is the product's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from again import slow_but
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, FrameLocator, Page, Route, expect

from running import PATIENCE_MS, Running, until
from trade import Placed, Trade

pytestmark = [pytest.mark.browser, pytest.mark.once]

PHONE, DESKTOP = 360, 1280
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@dataclass
class Account:
    """Somebody signed in at the shop, in their account."""

    page: Page
    store: str
    problems: list[str]

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe.extension").first

    def open(self, placed: Placed) -> Account:
        self.page.goto(f"{self.store}/customer-account/pages/return-page/{placed.id}")
        return self

    def heading(self, words: str) -> None:
        """A new page has come, and the account around it has heard that it is read from its top: what is clicked while
        the frame is moved on the screen is lost."""
        expect(self.frame.get_by_role("heading", level=1)).to_have_text(re.compile(words))
        self.inner().evaluate("shopify.storage.read('asked after all that it told before')")

    def inner(self) -> Frame:
        """The extension's own document."""
        return next(frame for frame in self.page.frames if "/frame/" in frame.url)

    def submit(self, label: str) -> None:
        self.frame.get_by_role("button", name=label, exact=True).click()

    def accessible(self) -> None:
        """No rule of accessibility is broken, and nothing is wider than the screen."""
        frame = self.inner()
        found = Axe().run(frame, options=WCAG).response["violations"]  # type: ignore[arg-type]
        assert [rule["id"] for rule in found] == []
        assert frame.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture
def signed_in(chromium: Browser, demo: Running) -> Iterator[Callable[[int, int], Account]]:
    """A customer's account in a window of that width."""
    contexts = []

    def enter(customer: int, width: int) -> Account:
        context = chromium.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        store = demo.facts["devstore_url"]
        names = {"storefront_customer": str(customer), "account_language": "en"}
        context.add_cookies([{"name": name, "value": value, "url": store} for name, value in names.items()])
        page, problems = context.new_page(), []
        page.on("pageerror", lambda failure: problems.append(str(failure)))
        return Account(page, store, problems)

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture
def buyers(shop: Trade) -> list[int]:
    """Customers of the shop: Ada and Ben."""
    known = shop.graphql("{ customers(first: 50) { nodes { id email } } }")["customers"]["nodes"]
    return [int(each["id"].rpartition("/")[2]) for each in known if each["email"]][-2:]


@pytest.fixture
def placed(demo: Running, shop: Trade, buyers: list[int]) -> Placed:
    """Two shirts at 50.00 in two sizes to swap for, delivered."""
    known = shop.graphql("{ customers(first: 50) { nodes { id email } } }")["customers"]["nodes"]
    email = next(each["email"] for each in known if each["id"].endswith(f"/{buyers[0]}"))
    sizes = [{"title": size, "price": "50.00", "stock": 9} for size in "SM"]
    shirt = demo.post("/products", {"title": "Account shirt", "variants": sizes})
    variant = shirt["variants"][0]["id"]
    until(lambda: demo.rows("SELECT 1 FROM variant WHERE shopify_id = :id", id=variant))
    lines = [{"variant_id": variant, "quantity": 2}]
    order = shop.order(email=email, customer={"id": buyers[0]}, line_items=lines, shipping_lines=[])
    shop.says(shop.send(order), "delivered")
    demo.settled()
    return order


def _sums(text: str) -> set[Decimal]:
    """Every amount of money that a text names."""
    return {Decimal(found.replace(",", ".")) for found in re.findall(r"\d+[.,]\d\d", text)}


@pytest.mark.parametrize("width", slow_but(PHONE, of=[PHONE, DESKTOP]))
def test_ada_sends_a_shirt_back_from_her_account_and_calls_it_off(
    signed_in: Callable[[int, int], Account], placed: Placed, buyers: list[int], width: int
) -> None:
    ada = signed_in(buyers[0], width)
    # given the order's page, with the item in its menu
    ada.page.goto(f"{ada.store}/customer-account/orders/{placed.id}")
    ada.frame.get_by_role("link", name="Return or exchange").press("Enter")  # a click misses a frame that is moved
    # when she chooses one of two shirts, says why, and looks at what she can have
    ada.heading("What would you like to send back")
    ada.accessible()
    ada.frame.get_by_label("How many?").select_option("1")
    ada.submit("Continue")
    ada.heading("Why are you sending it back")
    ada.accessible()
    ada.frame.get_by_label("Reason").select_option("changed-my-mind")
    ada.submit("Continue")
    ada.heading("What would you like instead")
    assert ada.frame.get_by_role("radio", checked=True).count() == 0
    ada.submit("Continue")
    expect(ada.frame.get_by_role("listitem")).to_have_text(["Please choose what you would like."])
    credit = ada.frame.locator("s-choice[value=store_credit]")
    amount = max(_sums(credit.inner_text()))
    ada.frame.get_by_role("radio", name="Store credit").check()
    ada.accessible()
    ada.submit("Continue")
    # and takes credit, her own parcel, and confirms
    ada.heading("How will you send it back")
    ada.frame.get_by_role("radio").last.check()
    ada.submit("Continue")
    ada.heading("Is everything right")
    ada.accessible()
    assert amount in _sums(ada.frame.locator("s-page").inner_text())
    ada.submit("Confirm the return")
    # then the return has its number, the same sum, and can be called off
    ada.heading(r"Return R-")
    ada.accessible()
    assert amount in _sums(ada.frame.locator("s-page").inner_text())
    ada.frame.get_by_text("Change or cancel this return").click()
    ada.submit("Cancel the return")
    expect(ada.frame.get_by_role("status").first).to_contain_text("The return is cancelled.")
    assert ada.problems == []


def test_nothing_is_typed_again_when_the_session_ends_on_the_way_or_the_page_is_reloaded(
    signed_in: Callable[[int, int], Account], placed: Placed, buyers: list[int], demo: Running
) -> None:
    ada = signed_in(buyers[0], PHONE)
    ada.open(placed).heading("What would you like to send back")
    refused: list[str] = []

    def stale(route: Route) -> None:
        """The first answer after a pause: the token that the page held has run out."""
        if route.request.method == "POST" and not refused:
            refused.append(route.request.headers["authorization"])
            headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"}
            route.fulfill(status=401, headers=headers, body='{"error": "The session has ended."}')
        else:
            route.continue_()

    ada.page.route(f"{demo.facts['app_url']}/account/returns/**/items*", stale)
    ada.frame.get_by_label("How many?").select_option("2")
    ada.submit("Continue")
    ada.heading("Why are you sending it back")
    assert len(refused) == 1

    ada.page.reload()
    ada.heading("Why are you sending it back")
    ada.frame.get_by_role("button", name="Back").first.click()
    ada.heading("What would you like to send back")
    expect(ada.frame.get_by_label("How many?")).to_have_value("2")


def test_ben_is_shown_nothing_of_adas_order(
    signed_in: Callable[[int, int], Account], placed: Placed, buyers: list[int], demo: Running
) -> None:
    ben = signed_in(buyers[1], DESKTOP)
    answer = ben.page.goto(f"{ben.store}/customer-account/orders/{placed.id}")
    assert answer
    assert answer.status == 404

    ben.page.goto(f"{ben.store}/customer-account")
    told = ben.page.evaluate(
        """async ([app, order]) => {
          const {token} = await (await fetch('/customer-account/session-token')).json();
          const headers = {Authorization: `Bearer ${token}`};
          const answer = await fetch(`${app}/account/returns?order=${order}`, {headers});
          return [answer.status, Object.keys(await answer.json())];
        }""",
        [demo.facts["app_url"], placed.id],
    )
    assert told == [404, ["error"]]
