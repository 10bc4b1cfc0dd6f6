"""Ada sends something back on her phone with nothing but a keyboard: no script, no pointer, no dead end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page

from running import PATIENCE_MS, Running, until
from trade import Placed, Trade

pytestmark = [pytest.mark.browser, pytest.mark.once]

MOST_STOPS = 120
"""Tab stops on the longest page with its theme; whoever needs more never gets there."""
CODE = re.compile(r"\d{6}(?= is your code)")


@dataclass
class Keyboard:
    """Somebody at a page who presses keys and nothing else."""

    page: Page

    def reach(self, selector: str) -> Keyboard:
        """Tab by Tab to what the selector names."""
        for _ in range(MOST_STOPS):
            if self.page.locator(f"{selector}:focus").count():
                return self
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no way by keyboard to {selector} at {self.page.url}")

    def type(self, selector: str, text: str) -> Keyboard:
        self.reach(selector).page.keyboard.type(text)
        return self

    def press(self, selector: str, key: str, then: str) -> Keyboard:
        """Presses a key there and waits for what comes next."""
        self.reach(selector).page.keyboard.press(key)
        self.page.locator(then).first.wait_for(state="attached")
        return self

    def pick(self, name: str, value: str) -> Keyboard:
        """A radio button: Space where the group is entered, arrows from there on."""
        self.reach(f"input[type=radio][name={name}]").page.keyboard.press("Space")
        for _ in range(8):
            if self.page.locator(f"input[name={name}][value={value}]:checked").count():
                return self
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} of {name} is not to be had by keyboard")

    def select(self, selector: str, value: str) -> Keyboard:
        """An option of a list: arrow by arrow."""
        self.reach(selector)
        for _ in range(20):
            if self.page.locator(selector).input_value() == value:
                return self
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} of {selector} is not to be had by keyboard")


@pytest.fixture
def order(demo: Running, shop: Trade) -> Placed:
    """Two shirts of one kind at 50.00, delivered; bought by a customer of the shop."""
    known = shop.graphql("{ customers(first: 50) { nodes { id email } } }")["customers"]["nodes"]
    buyer = [each for each in known if each["email"]][-1]
    shirt = demo.post("/products", {"title": "Portal shirt", "variants": [{"title": "M", "price": "50.00"}]})
    variant = shirt["variants"][0]["id"]
    until(lambda: demo.rows("SELECT 1 FROM variant WHERE shopify_id = :id", id=variant))
    customer = {"id": int(buyer["id"].rpartition("/")[2])}
    lines = [{"variant_id": variant, "quantity": 2}]
    placed = shop.order(email=buyer["email"], customer=customer, line_items=lines, shipping_lines=[])
    shop.says(shop.send(placed), "delivered")
    demo.settled()
    return placed


@pytest.fixture
def keyboard(chromium: Browser) -> Iterator[Keyboard]:
    context = chromium.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=False, reduced_motion="reduce", locale="en-GB"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield Keyboard(context.new_page())
    context.close()


def _mailed_code(demo: Running, email: str, after: int) -> str:
    """The code of the first letter to this address, after so many, that has one."""

    def found() -> list[str]:
        letters = demo.control("GET", f"/mails?to={email}")["mails"][after:]
        return [code for letter in letters for code in CODE.findall(letter["subject"])]

    return until(found)[0]


def _sums(text: str) -> set[Decimal]:
    """Every amount of money that a text names."""
    return {Decimal(found.replace(",", ".")) for found in re.findall(r"\d+[.,]\d\d", text)}


def test_from_order_number_and_mailed_code_to_store_credit_by_keyboard_alone(
    keyboard: Keyboard, demo: Running, order: Placed
) -> None:
    page, proxy = keyboard.page, f"{demo.facts['devstore_url']}{demo.proxy_path}"
    had = len(demo.control("GET", f"/mails?to={order.email}")["mails"])
    # given Ada at the start page, known by number, address and the code in her inbox
    page.goto(f"{proxy}/returns?lang=en")
    keyboard.type("#pl-order", order.name).type("#pl-contact", order.email)
    page.keyboard.press("Enter")
    page.locator("#pl-code").wait_for()
    keyboard.type("#pl-code", _mailed_code(demo, order.email, had))
    page.keyboard.press("Enter")
    # when she chooses one of two shirts, says why, and looks at the outcomes
    page.locator("select[id^=quantity-]").wait_for()
    keyboard.select("select[id^=quantity-]", "1").press(".pl-act button", "Enter", "select[id^=reason-]")
    keyboard.select("select[id^=reason-]", "changed-my-mind").press(".pl-act button", "Enter", "#outcome")
    credit = page.locator("#outcome input[value=store_credit]")
    amount, bonus = credit.get_attribute("data-amount"), credit.get_attribute("data-bonus")
    assert page.locator("#outcome input:checked").count() == 0
    # and takes store credit, her own parcel, and confirms
    keyboard.pick("outcome", "store_credit").press(".pl-act button", "Enter", "[name=method]")
    way = page.locator("[name=method]").first.get_attribute("value")
    assert way
    keyboard.pick("method", way).press(".pl-act button", "Enter", "input[name=quote] ~ .pl-act")
    reviewed = page.locator(".pl-parts").inner_text()
    keyboard.press(".pl-act button", "Enter", ".pl-hero")
    # then the same sums stand at every place, to the cent
    assert amount
    assert bonus
    assert Decimal(amount) > Decimal(bonus) > 0
    for text in (reviewed, page.locator(".pl-parts").inner_text()):
        assert {Decimal(amount), Decimal(bonus)} <= _sums(text), text
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_tracking_page_leads_to_the_items_by_keyboard_alone(
    keyboard: Keyboard, demo: Running, order: Placed
) -> None:
    keyboard.page.goto(f"{demo.facts['devstore_url']}{demo.link(order.name)}?lang=en")

    keyboard.press("#returns .pl-btn", "Enter", "select[id^=quantity-]")

    assert "Portal shirt" in keyboard.page.locator(".pl-choose").inner_text()
