"""Ada sends something back, in her own words: through the shop's pages, the workers and Shopify, to the last cent."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from walk import Walk

from running import Running, Shopper, until
from trade import Placed, Trade

_people = count(20)
OUT = ("refund", "store_credit_refund", "store_credit", "gift_card")


@dataclass
class Desk:
    """Ada's order at the shop, delivered, and the shop's own hands on her return."""

    demo: Running
    shop: Trade
    order: Placed
    customer_id: int

    @property
    def name(self) -> str:
        return self.demo.facts["shop"]

    def begin(self, ada: Shopper) -> Walk:
        """From the link in a mail."""
        return Walk(ada).open(self.demo.link(self.order.name).replace("/t/", "/returns/t/"))

    def does(self, verb: str, rma: str, *more: str) -> dict[str, Any]:
        """`postlude return <verb>`, as Mara's agent types it."""
        return json.loads(self.demo.postlude("return", verb, "--shop", self.name, "--rma", rma, *more, "--json"))

    def shopifys_book(self) -> dict[str, Decimal]:
        """What Shopify moved for this customer, by kind."""
        rows = self.demo.control("GET", "/ledger")["rows"]
        own = [row for row in rows if row["customer_id"] == self.customer_id and row["kind"] in OUT]
        kinds = {row["kind"] for row in own}
        return {kind: sum((Decimal(row["amount"]) for row in own if row["kind"] == kind), Decimal(0)) for kind in kinds}

    def our_book(self, rma: str) -> dict[str, Decimal]:
        """The same from the product's own ledger; it has to come to zero."""
        rows = json.loads(self.demo.postlude("ledger", "--shop", self.name, "--rma", rma, "--json"))["rows"]
        names = {"refund": "refund", "store_credit_refund": "store_credit_refund", "bonus_issued": "store_credit"}
        booked: dict[str, Decimal] = {}
        for row in rows:
            if row["account"] in names:
                kind = names[row["account"]]
                booked[kind] = booked.get(kind, Decimal(0)) - Decimal(row["amount"])
        return booked

    def is_settled(self, rma: str) -> None:
        """Waits until the money has moved, and holds both books against each other."""
        until(lambda: self.does("show", rma)["state"] == "closed")
        assert self.our_book(rma) == self.shopifys_book()


@pytest.fixture
def desk(demo: Running, shop: Trade) -> Desk:
    """Two shirts at 50.00 with a 10 % code and 8 % tax on top, delivered today."""
    sizes = [{"title": size, "price": "50.00", "stock": 20} for size in ("S", "M")]
    shirt = demo.post("/products", {"title": "Worked shirt", "variants": sizes, "tax_rate": 0.08})
    variant = shirt["variants"][0]["id"]
    until(lambda: demo.rows("SELECT 1 FROM variant WHERE shopify_id = :id", id=shirt["variants"][1]["id"]))
    code = {"type": "discount_code", "code": "TEN", "value": "10.0", "value_type": "percentage",
            "target_type": "line_item", "target_selection": "all", "allocation_method": "across"}  # fmt: skip
    line = {
        "variant_id": variant,
        "quantity": 2,
        "discount_allocations": [{"amount": "10.00", "discount_application_index": 0}],
    }
    buyer = somebody(shop)
    body = {"line_items": [line], "discount_applications": [code], "shipping_lines": [], "taxes_included": False}
    order = shop.order(email=buyer["email"], customer={"id": int(buyer["id"].rpartition("/")[2])}, **body)
    parcel = shop.send(order)
    shop.says(parcel, "delivered")
    demo.settled()
    return Desk(demo, shop, order, int(buyer["id"].rpartition("/")[2]))


def somebody(shop: Trade) -> dict[str, str]:
    """A customer of the shop who is in no other story: each has money of their own."""
    known = shop.graphql("{ customers(first: 200) { nodes { id email } } }")["customers"]["nodes"]
    rows = shop.demo.control("GET", "/ledger")["rows"]
    busy = {f"gid://shopify/Customer/{row['customer_id']}" for row in rows if row["kind"] in OUT}
    return [each for each in known if each["email"] and each["id"] not in busy][next(_people)]


def test_a_shirt_comes_back_for_credit_and_its_bonus(desk: Desk, ada: Shopper) -> None:
    # given Ada at the outcomes of one shirt, side by side
    walk = desk.begin(ada).choose(first=1).because()
    assert walk.form("outcome").amounts["refund"] == ("43.70", "0.00")  # the shop keeps 4.90 of the postage
    assert walk.form("outcome").amounts["store_credit"] == ("53.10", "4.50")
    # when she takes credit, and the shirt arrives
    rma = walk.wants("store_credit").confirms().rma
    desk.does("approve", rma)
    until(lambda: desk.does("show", rma)["groups"][0]["state"] == "open")
    desk.does("receive", rma)
    # then 48.60 are hers for good and 4.50 are on top
    desk.is_settled(rma)
    assert desk.shopifys_book() == {"store_credit_refund": Decimal("48.60"), "store_credit": Decimal("4.50")}


def test_of_two_shirts_one_is_refused_and_the_other_refunded(desk: Desk, ada: Shopper) -> None:
    rma = desk.begin(ada).choose(first=2).because().wants("refund").confirms().rma
    desk.does("approve", rma)
    until(lambda: desk.does("show", rma)["groups"][0]["state"] == "open")
    line = str(desk.does("show", rma)["lines"][0]["id"])
    desk.does("inspect", rma, "--line", line, "--quantity", "1", "--refuse")
    desk.does("receive", rma)
    # Ada is asked; Mara has her word on the phone, and settles by hand
    until(lambda: desk.does("show", rma)["questions"])
    assert desk.shopifys_book() == {}
    desk.does("settle", rma)

    desk.is_settled(rma)
    assert desk.shopifys_book() == {"refund": Decimal("48.60") - Decimal("4.90")}


def test_another_size_costs_nothing_and_gives_nothing_back(desk: Desk, ada: Shopper) -> None:
    walk = desk.begin(ada).choose(first=1).because("size-too-small")
    assert walk.form("outcome").amounts["variant_exchange"][1] == "0.00"
    rma = walk.wants("variant_exchange").confirms().rma
    desk.does("approve", rma)
    until(lambda: desk.does("show", rma)["groups"][0]["state"] == "open")
    desk.does("receive", rma)

    desk.is_settled(rma)
    assert desk.shopifys_book() == {}


def test_ada_calls_it_off_and_nothing_moves(desk: Desk, ada: Shopper) -> None:
    walk = desk.begin(ada).choose(first=1).because().wants("refund").confirms()
    rma = walk.rma
    walk.send("cancel")

    until(lambda: desk.does("show", rma)["state"] == "cancelled")
    assert desk.shopifys_book() == {}


def test_two_tabs_that_confirm_the_same_offer_make_one_return(desk: Desk, ada: Shopper) -> None:
    walk = desk.begin(ada).choose(first=1).because().wants("refund")
    form = walk.form("review")

    with ThreadPoolExecutor(2) as tabs:
        list(tabs.map(lambda _: ada.client.post(form.action, data=form.values), range(2)))

    order = desk.order.name.removeprefix("#")
    found = desk.demo.rows('SELECT rma FROM "return" WHERE rma LIKE :rma', rma=f"R-{order}-%")
    assert len(found) == 1


def test_a_refund_by_mara_in_shopifys_admin_meanwhile_is_not_paid_a_second_time(desk: Desk, ada: Shopper) -> None:
    # given Ada's return of both shirts on its way
    rma = desk.begin(ada).choose(first=2).because().wants("refund").confirms().rma
    desk.does("approve", rma)
    until(lambda: desk.does("show", rma)["groups"][0]["state"] == "open")
    # when Mara refunds most of the order by hand, and the shirts arrive
    payment = desk.shop.graphql("query($id: ID!) { order(id: $id) { transactions(first: 5) { id gateway } } }",
                                id=f"gid://shopify/Order/{desk.order.id}")["order"]["transactions"][0]  # fmt: skip
    back = {"orderId": f"gid://shopify/Order/{desk.order.id}", "amount": "60.00", "kind": "REFUND",
            "gateway": payment["gateway"], "parentId": payment["id"]}  # fmt: skip
    refund = 'mutation($in: RefundInput!) { refundCreate(input: $in) @idempotent(key: "by hand")'
    desk.shop.graphql(refund + " { userErrors { message } } }",
                      **{"in": {"orderId": back["orderId"], "transactions": [back]}})  # fmt: skip
    desk.demo.settled()
    desk.does("receive", rma)
    # then a person is asked, and no more than was paid has gone back
    until(lambda: desk.does("show", rma)["groups"][0]["look"])
    assert desk.shopifys_book()["refund"] <= Decimal("97.20")
    assert desk.our_book(rma) == {}
