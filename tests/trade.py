"""What happens in the shop of a story: orders, parcels, and what carriers say about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from running import Running, until

BERLIN = {
    "first_name": "Ada",
    "last_name": "Berg",
    "address1": "Torstraße 1",
    "city": "Berlin",
    "zip": "10119",
    "country": "Germany",
    "country_code": "DE",
}
_people = count(1)
_numbers = count(1)


@dataclass(frozen=True)
class Placed:
    """An order as its buyer knows it."""

    id: int
    name: str
    email: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Trade:
    """The shop's hands: each verb does what Mara, a buyer or a carrier would do, and the app hears of it."""

    demo: Running

    def now(self) -> datetime:
        """The shop's time."""
        return datetime.fromisoformat(self.demo.control("GET", "/health")["now"].replace("Z", "+00:00"))

    def ago(self, **delta: float) -> str:
        return (self.now() - timedelta(**delta)).isoformat()

    def order(self, *titles: str, email: str | None = None, heard: bool = True, **fields: Any) -> Placed:
        """An order of plain things for a stranger in Berlin; `fields` as in the orders/create payload. Waits until the
        app has it, unless `heard` is False."""
        email = email if email is not None else f"ada.{next(_people)}.{self.now():%H%M%S}@example.com"
        lines = [{"title": title, "price": "49.00", "quantity": 1} for title in titles]
        body = {
            "email": email,
            "line_items": lines,
            "shipping_address": BERLIN,
            "shipping_lines": [{"title": "Standard", "price": "5.90"}],
        } | fields
        made = self.demo.post("/orders", body)
        kept = self.demo.control("GET", f"/orders/{made['id']}")
        if heard:
            until(lambda: self.demo.rows('SELECT 1 FROM "order" WHERE shopify_id = :id', id=made["id"]))
        return Placed(made["id"], made["name"], email, tuple(line["id"] for line in kept["line_items"]))

    def buy(self, *variants: int, email: str, **fields: Any) -> Placed:
        """An order of things from the catalogue."""
        lines = [{"variant_id": variant, "quantity": 1} for variant in variants]
        return self.order(email=email, line_items=lines, **fields)

    def send(self, order: Placed, *lines: int, company: str = "DHL", number: str | None = None) -> int:
        """A parcel with these lines (all that is open when none is named); its fulfilment's id."""
        chosen = [{"id": order.lines[line]} for line in lines] or None
        number = number or f"0034043{next(_numbers):04}{self.now():%H%M%S}789"
        body = {"order_id": order.id, "lines": chosen, "tracking_number": number, "company": company}
        return self.demo.post("/fulfillments", body)["id"]

    def says(self, parcel: int, status: str, **event: Any) -> int:
        """The carrier's word about a parcel; the event's id."""
        return self.demo.post("/events", {"fulfillment_id": parcel, "status": status} | event)["id"]

    def fault(self, kind: str, match: str, count: int = 1, **more: Any) -> None:
        self.demo.post("/faults", {"kind": kind, "match": match, "count": count} | more)

    def variants(self, handles: list[str]) -> list[tuple[int, int]]:
        """(product, a variant in stock) of the products with these handles."""
        wanted = "id variants(first: 30) {nodes {id inventoryQuantity}}"
        query = f"query($q: String!) {{products(first: 1, query: $q) {{nodes {{{wanted}}}}}}}"
        found = []
        for handle in handles:
            answer = self.graphql(query, q=f"handle:{handle}")
            product = answer["products"]["nodes"][0]
            variant = max(product["variants"]["nodes"], key=lambda each: each["inventoryQuantity"])
            found.append((_number(product["id"]), _number(variant["id"])))
        return found

    def graphql(self, query: str, **variables: Any) -> Any:
        answer = self.demo.post("/merchant/graphql", {"query": query, "variables": variables})
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


def _number(gid: str) -> int:
    return int(gid.rpartition("/")[2])
