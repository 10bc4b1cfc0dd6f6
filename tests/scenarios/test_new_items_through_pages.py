"""The worked example of an exchange for new items, through the pages of the running product: a product made a moment
ago is found, chosen, agreed to, and sold; what is due or left over is what the page said."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from walk import Walk

from running import Running, Shopper, until
from trade import Placed, Trade

TEN = {"type": "discount_code", "code": "TEN", "value": "10.0", "value_type": "percentage",
       "target_type": "line_item", "target_selection": "all", "allocation_method": "across"}  # fmt: skip


def made(demo: Running, title: str, price: str) -> dict[str, Any]:
    """A product of the shop at 8 % tax on top."""
    return demo.post("/products", {"title": title, "variants": [{"title": "M", "price": price, "stock": 9}],
                                   "tax_rate": 0.08})  # fmt: skip


@pytest.fixture
def bought(demo: Running, shop: Trade) -> Placed:
    """Two shirts at 50.00 with a 10 % code and 8 % tax on top, delivered today."""
    variant = made(demo, "Wool shirt", "50.00")["variants"][0]["id"]
    until(lambda: demo.rows("SELECT 1 FROM variant WHERE shopify_id = :id", id=variant))
    cut = {"amount": "10.00", "discount_application_index": 0}
    order = shop.order(
        line_items=[{"variant_id": variant, "quantity": 2, "discount_allocations": [cut]}],
        discount_applications=[TEN], shipping_lines=[], taxes_included=False,
    )  # fmt: skip
    shop.says(shop.send(order), "delivered")
    demo.settled()
    return order


def does(demo: Running, verb: str, rma: str) -> dict[str, Any]:
    """`postlude return <verb>`."""
    return json.loads(demo.postlude("return", verb, "--shop", demo.facts["shop"], "--rma", rma, "--json"))


def choose(walk: Walk, title: str) -> Walk:
    """Searches the shop inside the return and puts what is found into the cart."""
    base = walk.address.partition("?")[0]
    walk.open(f"{base}?q={title.replace(' ', '+')}")
    found = walk.page.partition('class="pl-cards')[2].partition('href="')[2].partition('"')[0]
    assert found, walk.reads
    walk.open(found.replace("&amp;", "&"))
    assert title in walk.reads
    return walk.send("/shop/add", quantity="1")


@pytest.mark.parametrize(
    ("price", "said", "rows", "state"),
    [
        ("60.00", "11,34 € to pay", [("exchange_sale", "59.94")], "awaiting_payment"),
        ("47.00", "0,00 € to pay", [("exchange_sale", "48.60")], "settled"),
        ("40.00", "5,40 € back", [("exchange_sale", "43.20"), ("refund", "5.40")], "settled"),
    ],
)
def test_a_shirt_for_something_new(
    demo: Running, ada: Shopper, bought: Placed, price: str, said: str, rows: list[tuple[str, str]], state: str
) -> None:
    # given a product that Mara has just made
    title = f"Worked coat {price}"
    made(demo, title, price)
    until(lambda: demo.rows("SELECT 1 FROM product WHERE title = :title", title=title))

    # when Ada takes it for one of her shirts
    walk = Walk(ada).open(demo.link(bought.name).replace("/t/", "/returns/t/")).choose(first=1).because()
    assert walk.form("outcome").amounts["shop_now"] == ("53.10", "4.50")
    walk.send("outcome", outcome="shop_now")
    assert walk.step == "shop", walk.reads
    choose(walk, title)
    assert said in walk.reads
    walk.send("/shop").send("method", method="own_carrier")
    assert walk.step == "review", walk.reads
    assert said in walk.reads
    rma = walk.confirms().rma
    assert title in walk.reads

    # and the shirt arrives
    does(demo, "approve", rma)
    until(lambda: does(demo, "show", rma)["groups"][0]["state"] == "open")
    does(demo, "receive", rma)
    until(lambda: does(demo, "show", rma)["groups"][0]["state"] == state)

    # then what moved at Shopify is what was said, and our book has the same
    moved = [row for row in demo.control("GET", "/ledger")["rows"] if row["order_id"] == bought.id]
    assert sorted((row["kind"], row["amount"]) for row in moved if row["kind"] != "charge") == rows
    ledger = json.loads(demo.postlude("ledger", "--shop", demo.facts["shop"], "--rma", rma, "--json"))["rows"]
    assert sum(Decimal(row["amount"]) for row in ledger) == 0
    ours = [(row["account"], str(-Decimal(row["amount"]))) for row in ledger]
    assert sorted(row for row in ours if row[0] in ("exchange_sale", "refund")) == rows
