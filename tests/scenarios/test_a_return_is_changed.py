"""Ada changes her mind, and Mara twice for her: one return, one number, one sum paid."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from walk import Walk

from running import Running, Shopper, until
from trade import Placed, Trade

OUT = ("refund", "store_credit_refund", "store_credit", "exchange_sale")


@pytest.fixture
def order(demo: Running, shop: Trade) -> Placed:
    """Two scarves at 50.00, 10 % off, 8 % tax on top, delivered today; there are other colours."""
    wanted = [{"title": name, "price": "50.00", "stock": 9} for name in ("Moss", "Rust")]
    made = demo.post("/products", {"title": "Change scarf", "variants": wanted, "tax_rate": 0.08})
    variant = made["variants"][0]["id"]
    until(lambda: demo.rows("SELECT 1 FROM variant WHERE shopify_id = :id", id=variant))
    known = shop.graphql("{ customers(first: 200) { nodes { id email } } }")["customers"]["nodes"]
    busy = {f"gid://shopify/Customer/{row['customer_id']}" for row in demo.control("GET", "/ledger")["rows"]}
    buyer = next(each for each in known if each["email"] and each["id"] not in busy)
    cut = {"amount": "10.00", "discount_application_index": 0}
    code = {"type": "discount_code", "code": "TEN", "value": "10.0", "value_type": "percentage",
            "target_type": "line_item", "target_selection": "all", "allocation_method": "across"}  # fmt: skip
    placed = shop.order(
        email=buyer["email"], customer={"id": int(buyer["id"].rpartition("/")[2])}, shipping_lines=[],
        line_items=[{"variant_id": variant, "quantity": 2, "discount_allocations": [cut]}],
        discount_applications=[code], taxes_included=False,
    )  # fmt: skip
    shop.says(shop.send(placed), "delivered")
    demo.settled()
    return placed


def does(demo: Running, verb: str, rma: str, *more: str) -> dict[str, Any]:
    return json.loads(demo.postlude("return", verb, "--shop", demo.facts["shop"], "--rma", rma, *more, "--json"))


def group_states(demo: Running, rma: str) -> list[str]:
    return [group["state"] for group in does(demo, "show", rma)["groups"] if group["state"] != "cancelled"]


def change(walk: Walk, outcome: str, **quantities: int) -> Walk:
    """Through the pages of a change; the items as they stand, or so many."""
    walk.send("change")
    walk = walk.choose(**quantities) if quantities else walk.send("items")
    return walk.send("reasons").wants(outcome)


def mails(demo: Running, rma: str) -> list[str]:
    sent = "SELECT m.kind FROM message m JOIN return r ON r.id = m.return_id WHERE r.rma = :rma ORDER BY m.id"
    return [row[0] for row in demo.rows(sent.replace("return r", '"return" r'), rma=rma)]


def test_one_return_is_changed_until_the_parcel_is_here(demo: Running, ada: Shopper, order: Placed) -> None:
    # given one scarf for a refund, approved and made at Shopify
    walk = Walk(ada).open(demo.link(order.name).replace("/t/", "/returns/t/"))
    walk = walk.choose(first=1).because().wants("refund").confirms()
    rma, status = walk.rma, walk.address
    does(demo, "approve", rma)
    until(lambda: group_states(demo, rma) == ["open"])

    # when Ada would rather have it in another colour
    walk = change(walk.open(status), "variant_exchange")
    assert "pl-compared" in walk.page
    walk = walk.confirms()
    assert walk.rma == rma
    assert "changed" in [entry["kind"] for entry in does(demo, "show", rma)["timeline"]]
    until(lambda: group_states(demo, rma) == ["open"] and len(does(demo, "show", rma)["groups"][0]["steps"]) >= 3)

    # and then Mara, on the phone with her, chooses a new item for her, and makes store credit of it after all
    line = str(does(demo, "show", rma)["lines"][0]["id"])
    (rust,) = demo.rows("SELECT shopify_id FROM variant WHERE title = 'Rust' ORDER BY id DESC LIMIT 1")[0]
    new = ("--outcome", "shop_now", "--item", f"{rust}=1", "--note", "The rusty one.")
    assert does(demo, "change", rma, "--line", line, *new)["lines"][0]["outcome"] == "shop_now"
    demo.settled()
    until(lambda: group_states(demo, rma) == ["open"])
    done = does(demo, "change", rma, "--line", line, "--outcome", "store_credit", "--note", "As you said on the phone.")
    assert done["lines"][0]["outcome"] == "store_credit"

    # then both were told to her, her page says what was said, and what is paid is what holds now, once
    demo.settled()
    assert mails(demo, rma).count("return_changed") == 3
    assert "As you said on the phone." in walk.open(status).reads
    until(lambda: group_states(demo, rma) == ["open"])
    does(demo, "receive", rma)
    until(lambda: does(demo, "show", rma)["state"] == "closed")
    rows = [row for row in demo.control("GET", "/ledger")["rows"] if row["order_id"] == order.id]
    credit = [row for row in demo.control("GET", "/ledger")["rows"] if row["kind"] == "store_credit"]
    assert [(row["kind"], row["amount"]) for row in rows if row["kind"] in OUT] == [("store_credit_refund", "48.60")]
    assert "4.50" in [row["amount"] for row in credit]
    book = json.loads(demo.postlude("ledger", "--shop", demo.facts["shop"], "--rma", rma, "--json"))["rows"]
    assert sum(Decimal(row["amount"]) for row in book) == 0

    # and the page lets nobody change it any more
    assert '/change"' not in walk.open(status).page
