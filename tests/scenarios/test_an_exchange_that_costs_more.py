"""Ada swaps a shirt and owes the fee: she pays, pays twice, would rather not, or the shop lets it go. Through the
shop's pages, the workers and Shopify; what Shopify moved is what the product's books say."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from walk import Walk

from running import Running, Shopper, until
from trade import Placed, Trade

CODE = "FEE20"
FEE = {
    "name": "Swaps of this sale cost a fifth",
    "when": {"discount_codes": [CODE]},
    "then": {"restocking_percent": "20", "waive_restocking_for": []},
}
_people = count(60)


@dataclass
class Desk:
    """Ada's order, delivered, and the shop's own hands on her return."""

    demo: Running
    shop: Trade
    order: Placed

    def does(self, verb: str, rma: str, *more: str) -> dict[str, Any]:
        named = ("--shop", self.demo.facts["shop"], "--rma", rma)
        return json.loads(self.demo.postlude("return", verb, *named, *more, "--json"))

    def swapped(self, ada: Shopper) -> Walk:
        """Ada has sent her shirt back for another size; now the fee is due."""
        link = self.demo.link(self.order.name).replace("/t/", "/returns/t/")
        walk = Walk(ada).open(link).choose(first=1).because("size-too-small").wants("variant_exchange").confirms()
        self.does("approve", walk.rma)
        until(lambda: self.does("show", walk.rma)["groups"][0]["state"] == "open")
        self.does("receive", walk.rma)
        until(lambda: self.does("show", walk.rma)["groups"][0]["state"] == "awaiting_payment")
        return walk

    def pays(self, amount: str) -> None:
        self.demo.post("/payments", {"order_id": self.order.id, "amount": amount})

    def is_closed(self, rma: str) -> dict[str, Any]:
        until(lambda: self.does("show", rma)["state"] == "closed")
        return self.does("show", rma)

    def theirs(self) -> dict[str, Decimal]:
        """What Shopify moved for the order after it was paid, by kind."""
        rows = self.demo.control("GET", "/ledger")["rows"]
        own = [row for row in rows if row["order_id"] == self.order.id]
        sums: dict[str, Decimal] = {}
        for row in own[1:]:
            sums[row["kind"]] = sums.get(row["kind"], Decimal(0)) + Decimal(row["amount"])
        return sums

    def ours(self, rma: str) -> dict[str, Decimal]:
        named = ("--shop", self.demo.facts["shop"], "--rma", rma)
        rows = json.loads(self.demo.postlude("ledger", *named, "--json"))["rows"]
        sums: dict[str, Decimal] = {}
        for row in rows:
            sums[row["account"]] = sums.get(row["account"], Decimal(0)) + Decimal(row["amount"])
        return sums


@pytest.fixture(scope="module")
def shirts(demo: Running, tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """The policy has a fee for orders with the code; there are shirts in two sizes."""
    shop = demo.facts["shop"]
    policy = json.loads(demo.postlude("policy", "show", "--shop", shop))
    file: Path = tmp_path_factory.mktemp("policy") / "policy.json"
    file.write_text(
        json.dumps(policy | {"rules": [FEE, *(rule for rule in policy["rules"] if rule["name"] != FEE["name"])]})
    )
    demo.postlude("policy", "publish", "--shop", shop, str(file))
    time.sleep(1.1)  # orders tell their second only: one of the same would be from before it was published
    sizes = [{"title": size, "price": "50.00", "stock": 40} for size in ("S", "M")]
    made = demo.post("/products", {"title": "Sale shirt", "variants": sizes, "tax_rate": 0.08})["variants"]
    until(lambda: demo.rows("SELECT 1 FROM variant WHERE shopify_id = :id", id=made[1]["id"]))
    return [each["id"] for each in made]


@pytest.fixture
def desk(demo: Running, shop: Trade, shirts: list[int]) -> Desk:
    """Two shirts at 50.00 with the code that takes 10 % off, 8 % tax on top, delivered today."""
    known = shop.graphql("{ customers(first: 200) { nodes { id email } } }")["customers"]["nodes"]
    buyer = [each for each in known if each["email"]][next(_people)]
    code = {"type": "discount_code", "code": CODE, "value": "10.0", "value_type": "percentage",
            "target_type": "line_item", "target_selection": "all", "allocation_method": "across"}  # fmt: skip
    cut = [{"amount": "10.00", "discount_application_index": 0}]
    line = {"variant_id": shirts[0], "quantity": 2, "discount_allocations": cut}
    body = {"line_items": [line], "discount_applications": [code], "discount_codes": [{"code": CODE}]}
    who = {"email": buyer["email"], "customer": {"id": int(buyer["id"].rpartition("/")[2])}}
    order = shop.order(**who, **body, shipping_lines=[], taxes_included=False)
    shop.says(shop.send(order), "delivered")
    demo.settled()
    return Desk(demo, shop, order)


def test_ada_pays_on_shopifys_page_and_the_exchange_goes_on(desk: Desk, ada: Shopper) -> None:
    walk = desk.swapped(ada)
    until(lambda: "pay=1" in walk.open(f"{walk.address}?lang=en").page)  # Shopify's page, asked for there and then
    assert "Please pay 9,00 € by" in walk.reads.replace("\u00a0", " ")

    desk.pays("9.00")

    shown = desk.is_closed(walk.rma)
    assert shown["groups"][0]["balance"]["state"] == "paid"
    assert desk.theirs() == {"exchange_sale": Decimal("48.60"), "charge": Decimal("9.00")}
    assert desk.ours(walk.rma)["balance_due"] == 0
    assert desk.ours(walk.rma)["balance_paid"] == Decimal("9.00")


def test_what_is_paid_twice_waits_for_a_person(desk: Desk, ada: Shopper) -> None:
    walk = desk.swapped(ada)
    desk.pays("9.00")
    desk.is_closed(walk.rma)

    desk.pays("9.00")

    until(lambda: desk.does("show", walk.rma)["groups"][0]["look"] == "overpaid")
    assert desk.does("show", walk.rma)["groups"][0]["balance"]["over"] == "9.00"


def test_ada_would_rather_have_credit_and_pays_too_late(desk: Desk, ada: Shopper) -> None:
    walk = desk.swapped(ada)
    walk.open(f"{walk.address}/instead?lang=en")
    assert "Drop the exchange?" in walk.reads
    walk.send("instead")

    shown = desk.is_closed(walk.rma)
    assert shown["groups"][0]["outcome"] == "store_credit"
    moved = desk.theirs()
    assert (moved["exchange_sale"], moved["store_credit_refund"]) == (Decimal("48.60"), Decimal("39.60"))
    assert "refund" not in moved
    assert desk.ours(walk.rma)["exchange_sale"] == 0

    desk.pays("9.00")
    until(lambda: desk.does("show", walk.rma)["groups"][0]["look"] == "overpaid")
    assert desk.theirs()["store_credit_refund"] == Decimal("39.60")


def test_the_shop_lets_it_go(desk: Desk, ada: Shopper) -> None:
    walk = desk.swapped(ada)

    desk.does("waive", walk.rma)

    desk.is_closed(walk.rma)
    holds = "query($id: ID!) { order(id: $id) { fulfillmentOrders(first: 5) { nodes { fulfillmentHolds { id } } } } }"
    order = f"gid://shopify/Order/{desk.order.id}"
    until(
        lambda: (
            not any(
                each["fulfillmentHolds"]
                for each in desk.shop.graphql(holds, id=order)["order"]["fulfillmentOrders"]["nodes"]
            )
        )
    )
    assert desk.ours(walk.rma)["waived"] == Decimal("9.00")
