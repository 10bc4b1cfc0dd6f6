"""Ada withdraws from her contract: by number and address, without a reason, and hears at once that it counts. Through
the shop's pages, its mails, the workers and Shopify, to the last cent."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from walk import Walk

from running import Running, Shopper, until
from trade import Placed, Trade

POSTAGE = [{"title": "Standard", "price": "4.90"}]
GOODS, WHOLE = Decimal("50.00"), Decimal("104.90")


@dataclass
class Desk:
    """Orders of two shirts at 50.00 and 4.90 for delivery, and what became of them."""

    demo: Running
    shop: Trade
    variants: tuple[int, int]

    def orders(self, *, sent: tuple[int, ...] | None = None, days_ago: int = 0, **fields: Any) -> Placed:
        """An order; `sent`: the lines (from 0) of its parcel, which arrived so many days ago; None: nothing left."""
        lines = [{"variant_id": variant, "quantity": 1} for variant in self.variants]
        placed = self.shop.order(line_items=lines, shipping_lines=POSTAGE, **fields)
        if sent is not None:
            parcel = self.shop.send(placed, *sent)
            self.shop.says(parcel, "delivered", happened_at=self.shop.ago(days=days_ago))
        self.demo.settled()
        return placed

    def mails(self, order: Placed) -> list[dict[str, Any]]:
        """What reached the order's address, oldest first."""
        found = self.demo.control("GET", f"/mails?to={order.email}")["mails"]
        return sorted(found, key=lambda each: each["id"])

    def does(self, verb: str, rma: str, *more: str) -> dict[str, Any]:
        named = ("--shop", self.demo.facts["shop"], "--rma", rma)
        return json.loads(self.demo.postlude("return", verb, *named, *more, "--json"))

    def rma_of(self, order: Placed) -> str:
        """The return that carries the withdrawal out."""
        query = 'SELECT r.rma FROM "return" r JOIN "order" o ON o.id = r.order_id WHERE o.shopify_id = :id'
        return str(until(lambda: self.demo.rows(query, id=order.id))[0][0])

    def declared(self, order: Placed) -> int:
        query = 'SELECT count(*) FROM withdrawal w JOIN "order" o ON o.id = w.order_id WHERE o.shopify_id = :id'
        return int(self.demo.rows(query, id=order.id)[0][0])

    def back(self, order: Placed) -> Decimal:
        """What Shopify refunded of the order."""
        rows = self.demo.control("GET", "/ledger")["rows"]
        own = [row for row in rows if row["order_id"] == order.id and row["kind"] == "refund"]
        return sum((Decimal(row["amount"]) for row in own), Decimal(0))

    def gives_back(self, order: Placed, amount: Decimal) -> None:
        rma = self.rma_of(order)
        until(lambda: self.does("show", rma)["state"] == "closed")
        assert self.back(order) == amount


@pytest.fixture(scope="module")
def desk(demo: Running) -> Desk:
    sizes = [{"title": size, "price": "50.00", "stock": 50} for size in ("S", "M")]
    shirt = demo.post("/products", {"title": "Linen shirt", "variants": sizes})
    first, second = (each["id"] for each in shirt["variants"])
    until(lambda: demo.rows("SELECT 1 FROM variant WHERE shopify_id = :id", id=second))
    return Desk(demo, Trade(demo), (first, second))


def at_the_form(ada: Shopper, order: Placed) -> Walk:
    """Number and address are all that is asked for."""
    walk = Walk(ada).open(f"{ada.proxy}/withdraw")
    return walk.send("withdraw", order=order.name, contact=order.email)


def test_what_was_not_sent_is_cancelled_and_all_of_it_paid_back_with_its_delivery(desk: Desk, ada: Shopper) -> None:
    order = desk.orders()
    walk = at_the_form(ada, order)
    assert "You need no reason." in walk.reads
    assert "credit" not in walk.reads.lower()

    walk.send(name="Ada Berg")

    assert "You have withdrawn from your contract" in walk.reads
    assert "Received" in walk.reads
    desk.gives_back(order, WHOLE)
    until(lambda: desk.demo.control("GET", f"/orders/{order.id}")["cancelled_at"])  # follows once all is paid
    desk.demo.settled()
    (told,) = (each for each in desk.mails(order) if each["subject"] == "You have withdrawn from your contract")
    moment = re.search(r"Received (.+? \(\w+\))", walk.reads)
    assert moment
    for kept in (order.name, "Linen shirt", moment[1]):  # content and time, on what Ada keeps
        assert kept in " ".join(told["text"].split())


def test_what_was_sent_comes_back_first_and_then_the_whole_is_paid(desk: Desk, ada: Shopper) -> None:
    order = desk.orders(sent=(0, 1))
    at_the_form(ada, order).send(name="Ada Berg")
    rma = desk.rma_of(order)
    until(lambda: desk.does("show", rma)["groups"][0]["state"] == "open")
    assert desk.back(order) == 0

    desk.does("receive", rma)

    desk.gives_back(order, WHOLE)


def test_from_one_of_two_shirts_its_own_price_comes_back_and_no_delivery_and_from_the_other_later_the_rest(
    desk: Desk, ada: Shopper
) -> None:
    order = desk.orders()
    walk = at_the_form(ada, order)
    _, second = (name for name in walk.form().values if name.startswith("quantity-"))
    walk.send(**{"name": "Ada Berg", second: "0"})
    assert "You have withdrawn from your contract" in walk.reads
    desk.gives_back(order, GOODS)

    again = at_the_form(ada, order)
    assert [name for name in again.form().values if name.startswith("quantity-")] == [second]
    again.send(name="Ada Berg")

    until(lambda: desk.back(order) == WHOLE)
    assert desk.declared(order) == 2


def test_the_same_form_sent_twice_is_one_declaration_and_who_comes_again_sees_it(desk: Desk, ada: Shopper) -> None:
    order = desk.orders()
    walk = at_the_form(ada, order)
    form = walk.form()
    for _ in range(2):
        answer = ada.client.post(form.action, data=form.values | {"name": "Ada Berg"}, follow_redirects=True)
        assert answer.status_code == 200
    desk.gives_back(order, WHOLE)

    again = at_the_form(ada, order)

    assert desk.declared(order) == 1
    assert "See your withdrawal" in again.reads


@pytest.mark.parametrize(("days", "answer"), [(13, "Confirm withdrawal"), (20, "The withdrawal period has ended")])
def test_the_period_ends_and_its_last_day_is_said(desk: Desk, ada: Shopper, days: int, answer: str) -> None:
    """Not the fifteenth: an end on a weekend or holiday moves to the next working day (the law's own tests hold it)."""
    order = desk.orders(sent=(0, 1), days_ago=days, created_at=desk.shop.ago(days=days + 3))

    assert answer in at_the_form(ada, order).reads


def test_a_company_is_told_that_the_right_is_one_of_consumers(desk: Desk, ada: Shopper) -> None:
    order = desk.orders(company={"id": 77, "location_id": 78})

    reads = at_the_form(ada, order).reads

    assert "This order was placed by a company. The right of withdrawal is one of consumers." in reads
    assert desk.declared(order) == 0


def test_an_order_that_is_not_hers_is_not_found_and_nothing_is_told(desk: Desk, ada: Shopper) -> None:
    order = desk.orders()

    reads = Walk(ada).open(f"{ada.proxy}/withdraw").send("withdraw", order=order.name, contact="ben@example.org").reads

    assert "We find no order that fits both entries." in reads
    assert "Linen shirt" not in reads
