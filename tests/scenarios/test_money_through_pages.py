"""Two returns of one order in kronor while answers get lost: page, ledger and Shopify agree to the öre."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from walk import Walk

from running import Running, Shopper, until
from trade import Placed, Trade

OUT = ("refund", "store_credit_refund", "store_credit", "gift_card")


@dataclass
class Counter:
    """Ada's order and the shop's hands on its returns."""

    demo: Running
    order: Placed
    customer_id: int

    @property
    def name(self) -> str:
        return self.demo.facts["shop"]

    def begin(self, ada: Shopper) -> Walk:
        """From the link in a mail."""
        return Walk(ada).open(self.demo.link(self.order.name).replace("/t/", "/returns/t/"))

    def does(self, verb: str, rma: str, *more: str) -> dict[str, Any]:
        """`postlude return <verb>`."""
        return json.loads(self.demo.postlude("return", verb, "--shop", self.name, "--rma", rma, *more, "--json"))

    def arrives(self, rma: str) -> None:
        """Approved, here, and settled."""
        self.does("approve", rma)
        until(lambda: self.does("show", rma)["groups"][0]["state"] == "open", 90)
        self.does("receive", rma)
        until(lambda: self.does("show", rma)["state"] == "closed", 120)

    def shopifys_book(self) -> list[tuple[str, Decimal]]:
        """What Shopify moved for the order and its customer."""
        rows = self.demo.control("GET", "/ledger")["rows"]
        own = [row for row in rows if row["customer_id"] == self.customer_id and row["kind"] in OUT]
        return sorted((row["kind"], Decimal(row["amount"])) for row in own)

    def our_book(self, *rmas: str) -> list[tuple[str, Decimal]]:
        """The same by `postlude ledger`, whose postings come to zero."""
        names = {"refund": "refund", "store_credit_refund": "store_credit_refund", "bonus_issued": "store_credit"}
        moved = []
        for rma in rmas:
            rows = json.loads(self.demo.postlude("ledger", "--shop", self.name, "--rma", rma, "--json"))["rows"]
            assert sum(Decimal(row["amount"]) for row in rows) == 0
            moved += [(names[row["account"]], -Decimal(row["amount"])) for row in rows if row["account"] in names]
        return sorted(moved)


@pytest.fixture
def counter(demo: Running, shop: Trade) -> Counter:
    """Three lamps at 373.10 kronor, 100.00 off the order, 25 % tax inside, delivered today."""
    made = demo.post(
        "/products", {"title": "Kronor lamp", "variants": [{"title": "One", "price": "33.30", "stock": 9}]}
    )
    variant = made["variants"][0]["id"]
    until(lambda: demo.rows("SELECT 1 FROM variant WHERE shopify_id = :id", id=variant))
    line = {
        "variant_id": variant, "quantity": 3, "price_set": both("33.30", "373.10"),
        "discount_allocations": [{"amount_set": both("8.93", "100.00"), "discount_application_index": 0}],
        "tax_lines": [{"title": "Moms", "rate": 0.25, "price_set": both("18.19", "203.86")}],
    }  # fmt: skip
    code = {"type": "discount_code", "code": "HUNDRED", "value": "100.0", "value_type": "fixed_amount",
            "target_type": "line_item", "target_selection": "all", "allocation_method": "across"}  # fmt: skip
    buyer = somebody(shop)
    order = shop.order(
        email=buyer["email"], customer={"id": int(buyer["id"].rpartition("/")[2])}, line_items=[line],
        discount_applications=[code], shipping_lines=[], presentment_currency="SEK", taxes_included=True,
    )  # fmt: skip
    shop.says(shop.send(order), "delivered")
    demo.settled()
    return Counter(demo, order, int(buyer["id"].rpartition("/")[2]))


def both(shop: str, shown: str) -> dict[str, Any]:
    """An amount in the shop's currency and in the shopper's."""
    return {
        "shop_money": {"amount": shop, "currency_code": "EUR"},
        "presentment_money": {"amount": shown, "currency_code": "SEK"},
    }


def somebody(shop: Trade) -> dict[str, str]:
    """A customer of the shop to whom no money has gone yet; from the far end of the list, away from other stories."""
    known = shop.graphql("{ customers(first: 200) { nodes { id email } } }")["customers"]["nodes"]
    rows = shop.demo.control("GET", "/ledger")["rows"]
    busy = {f"gid://shopify/Customer/{row['customer_id']}" for row in rows if row["kind"] in OUT}
    return [each for each in known if each["email"] and each["id"] not in busy][-1]


def test_two_returns_in_kronor_with_answers_lost_between(counter: Counter, ada: Shopper) -> None:
    # given Ada at the outcomes of two lamps: units 339.76, 339.77, 339.77 with 67.95, 67.96, 67.95 tax inside
    walk = counter.begin(ada).choose(first=2).because()
    amounts = walk.form("outcome").amounts
    # 679.53 and 10 % of 543.62; the refund less 4.90 euros of postage, which are 54.90 kronor at this order's rate
    assert amounts["store_credit"] == ("733.89", "54.36")
    assert amounts["refund"] == ("624.63", "0.00")

    # when she takes credit, and Shopify's answers to both payments are lost after they were made
    rma = walk.wants("store_credit").confirms().rma
    counter.demo.post("/faults", {"kind": "answer_lost", "match": "returnProcess"})
    counter.demo.post("/faults", {"kind": "answer_lost", "match": "storeCreditAccountCredit"})
    counter.arrives(rma)

    # then each went once
    first = sorted([("store_credit_refund", Decimal("679.53")), ("store_credit", Decimal("54.36"))])
    assert counter.shopifys_book() == first == counter.our_book(rma)

    # and when the last lamp follows for a refund while Shopify stumbles, the order is worth what was paid, to the öre
    counter.demo.settled()
    counter.demo.post("/faults", {"kind": "5xx", "match": "returnProcess"})
    again = counter.begin(ada).choose(first=1).because().wants("refund").confirms().rma
    counter.arrives(again)
    last = ("refund", Decimal("339.77") - Decimal("54.90"))
    assert counter.shopifys_book() == sorted([*first, last]) == counter.our_book(rma, again)
