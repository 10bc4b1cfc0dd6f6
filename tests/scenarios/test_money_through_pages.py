"""Money played through pages and commands, to the last unit: kronor while answers get lost, a gift card beside a card
while one of two returns is called off."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from walk import Walk

from running import Running, Shopper, until
from trade import Placed, Trade

HUNDRED = {
    "type": "discount_code", "code": "HUNDRED", "value": "100.0", "value_type": "fixed_amount",
    "target_type": "line_item", "target_selection": "all", "allocation_method": "across",
}  # fmt: skip
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
        until(lambda: self.does("show", rma)["groups"][0]["state"] == "open")
        self.does("receive", rma)
        until(lambda: self.does("show", rma)["state"] == "closed")

    def tenders(self) -> list[tuple[str, str]]:
        """What Shopify gave back, and where."""
        rows = self.demo.control("GET", "/ledger")["rows"]
        own = [row for row in rows if row["order_id"] == self.order.id and row["kind"] in OUT]
        return sorted((row["tender"], row["amount"]) for row in own)

    def shopifys_book(self) -> list[tuple[str, Decimal]]:
        """What Shopify moved for the order and its customer."""
        rows = self.demo.control("GET", "/ledger")["rows"]
        own = [row for row in rows if row["customer_id"] == self.customer_id and row["kind"] in OUT]
        return sorted((row["kind"], Decimal(row["amount"])) for row in own)

    def our_book(self, *rmas: str) -> list[tuple[str, Decimal]]:
        """The same by `postlude ledger`, whose postings come to zero."""
        names = {"refund": "refund", "gift_card_refund": "refund", "store_credit_refund": "store_credit_refund",
                 "bonus_issued": "store_credit"}  # fmt: skip
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
    buyer = somebody(shop)
    order = shop.order(
        email=buyer["email"], customer={"id": int(buyer["id"].rpartition("/")[2])}, line_items=[line],
        discount_applications=[HUNDRED], shipping_lines=[], presentment_currency="SEK", taxes_included=True,
    )  # fmt: skip
    shop.says(shop.send(order), "delivered")
    demo.settled()
    return Counter(demo, order, int(buyer["id"].rpartition("/")[2]))


@pytest.fixture
def mixed(demo: Running, shop: Trade) -> Counter:
    """Three cups at 10.00, 10.00 off the order, paid with 5.00 of a gift card and 15.00 by card, delivered today."""
    made = demo.post(
        "/products", {"title": "Gift cup", "tax_rate": 0, "variants": [{"title": "One", "price": "10.00"}]}
    )
    variant = made["variants"][0]["id"]
    until(lambda: demo.rows("SELECT 1 FROM variant WHERE shopify_id = :id", id=variant))
    cut = {"amount": "10.00", "discount_application_index": 0}
    buyer = somebody(shop)
    order = shop.order(
        email=buyer["email"], customer={"id": int(buyer["id"].rpartition("/")[2])}, shipping_lines=[],
        line_items=[{"variant_id": variant, "quantity": 3, "discount_allocations": [cut]}],
        discount_applications=[HUNDRED | {"value": "10.0"}],
        transactions=[{"gateway": "gift_card", "amount": "5.00"}, {"gateway": "visa", "amount": "15.00"}],
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

    # and when the last lamp follows for a refund, the order is worth what was paid, to the öre
    again = counter.begin(ada).choose(first=1).because().wants("refund").confirms().rma
    counter.arrives(again)
    last = ("refund", Decimal("339.77") - Decimal("54.90"))
    assert counter.shopifys_book() == sorted([*first, last]) == counter.our_book(rma, again)


def test_a_gift_card_and_a_card_when_one_of_two_returns_is_called_off(mixed: Counter, ada: Shopper) -> None:
    # given two returns of a cup each: of 6.66, 6.67 and 6.67 they are the first and the second
    first = mixed.begin(ada).choose(first=1).because().wants("store_credit").confirms()
    walk = mixed.begin(ada).choose(first=1).because()
    assert walk.form("outcome").amounts["refund"] == ("1.77", "0.00")  # less 4.90 of postage
    second = walk.wants("refund").confirms().rma

    # when the first is called off, and the second arrives
    first.send("cancel")
    until(lambda: mixed.does("show", first.rma)["state"] == "cancelled")
    mixed.arrives(second)

    # then the second comes to what its page said, on the gift card, and the rest of the order to the rest
    assert mixed.tenders() == [("gift_card", "1.77")]
    walk = mixed.begin(ada).choose(first=2).because()
    assert walk.form("outcome").amounts["store_credit"] == ("14.66", "1.33")
    rest = walk.wants("store_credit").confirms().rma
    mixed.arrives(rest)
    moved = [("refund", Decimal("1.77")), ("store_credit", Decimal("1.33")), ("store_credit_refund", Decimal("13.33"))]
    assert mixed.shopifys_book() == moved == mixed.our_book(second, rest)
