"""Mara at an order's page of the admin: the block beside the order and the action in its menu, as they are built, at
two widths.

What Shopify's host would draw is the dev store's stand-in here; what the extension says and does is the product's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect

from running import PATIENCE_MS, Running, until
from trade import Placed, Trade

pytestmark = [pytest.mark.browser, pytest.mark.once]

PHONE, DESKTOP = 360, 1280
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
BLOCK, ACTION = "block", "action"


@dataclass
class Desk:
    """Somebody at the admin, with an order before them."""

    page: Page
    store: str
    problems: list[str]

    def open(self, placed: Placed) -> Desk:
        self.page.goto(f"{self.store}/admin/orders/{placed.id}")
        return self

    def part(self, kind: str) -> FrameLocator:
        return self.page.frame_locator(f"iframe.extension--{kind}")

    def press(self, kind: str, label: str) -> None:
        self.part(kind).get_by_role("button", name=label, exact=True).click()

    def accessible(self, kind: str) -> None:
        """No rule of accessibility is broken in the frame, and nothing in it is wider than the frame is."""
        frame = self.page.locator(f"iframe.extension--{kind}").element_handle().content_frame()
        found = Axe().run(frame, options=WCAG).response["violations"]  # type: ignore[arg-type]
        assert [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found] == []
        assert frame is not None
        assert frame.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture
def mara(chromium: Browser, demo: Running) -> Iterator[Callable[[int], Desk]]:
    """Mara's admin in a window of that width."""
    contexts = []

    def sits(width: int) -> Desk:
        context = chromium.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page, problems = context.new_page(), []
        page.on("pageerror", lambda failure: problems.append(str(failure)))
        return Desk(page, demo.facts["devstore_url"], problems)

    yield sits
    for context in contexts:
        context.close()


@pytest.fixture
def placed(demo: Running, shop: Trade) -> Placed:
    """Two shirts at 50.00 in two sizes to swap for, delivered to Ada."""
    known = shop.graphql("{ customers(first: 50) { nodes { id email } } }")["customers"]["nodes"]
    ada = next(each for each in known if each["email"])
    sizes = [{"title": size, "price": "50.00", "stock": 9} for size in "SM"]
    shirt = demo.post("/products", {"title": "Order shirt", "variants": sizes})
    variant = shirt["variants"][0]["id"]
    until(lambda: demo.rows("SELECT 1 FROM variant WHERE shopify_id = :id", id=variant))
    buyer = {"email": ada["email"], "customer": {"id": int(ada["id"].rpartition("/")[2])}}
    order = shop.order(**buyer, line_items=[{"variant_id": variant, "quantity": 2}], shipping_lines=[])
    shop.says(shop.send(order), "delivered")
    demo.settled()
    return order


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_mara_reads_the_parcel_and_makes_a_return_for_ada_at_the_order(
    mara: Callable[[int], Desk], placed: Placed, width: int
) -> None:
    # given the order's page: the parcel has arrived, and the block says until when the shirts may come back
    desk = mara(width).open(placed)
    block, action = desk.part(BLOCK), desk.part(ACTION)
    expect(block.get_by_text("Can come back")).to_be_visible()
    expect(block.locator("s-badge").first).to_have_text("Delivered")
    desk.accessible(BLOCK)
    # when she opens the action, asks for the sum with too little filled in, and is told beside the fields
    desk.press(BLOCK, "Create return")
    expect(action.get_by_role("heading", name="Create return")).to_be_visible()
    action.get_by_label(re.compile("^Quantity")).fill("1")
    desk.accessible(ACTION)
    desk.press(ACTION, "Work out the sum")
    expect(action.locator("s-select[error]").first).to_be_visible()
    desk.accessible(ACTION)
    # and says the rest; the piece that she typed is still there
    expect(action.get_by_label(re.compile("^Quantity"))).to_have_value("1")
    action.get_by_label("The customer gets").select_option("refund")
    action.get_by_label("Reason").select_option("changed-my-mind")
    desk.press(ACTION, "Work out the sum")
    expect(action.get_by_text(re.compile(r"\b50[.,]00")).last).to_be_visible()
    desk.accessible(ACTION)
    desk.press(ACTION, "Create and approve")
    # then the return has its number, and the block shows it once the action is closed
    made = action.get_by_role("link", name=re.compile("^Open return R-"))
    made.wait_for()
    desk.accessible(ACTION)
    rma = action.locator("s-link").inner_text().removeprefix("Open return ")
    action.locator("s-button").get_by_role("button", name="Close").click()
    expect(block.get_by_role("link", name=rma)).to_be_visible()
    desk.accessible(BLOCK)
    assert desk.problems == []


def test_a_token_that_mara_does_not_get_is_told_in_the_block_and_can_be_asked_for_again(
    mara: Callable[[int], Desk], placed: Placed
) -> None:
    # given an admin that answers nothing where the block asks who sits there
    desk = mara(DESKTOP)
    desk.page.route("**/admin/session-token", lambda route: route.abort())
    block = desk.open(placed).part(BLOCK)
    # then the block says so
    expect(block.get_by_text("Postlude does not answer just now.")).to_be_visible()
    # and goes on once there is an answer
    desk.page.unroute("**/admin/session-token")
    desk.press(BLOCK, "Try again")
    expect(block.locator("s-badge").first).to_have_text("Delivered")
