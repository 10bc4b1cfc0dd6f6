"""Somebody who works in the shop, at an order's page in the admin: asks our door as the extension there does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from returns_counter import Counter

from devstore.tokens import STAFF, id_token


@dataclass
class Clerk:
    """A member of staff (Mara, unless told otherwise) with Ada's order before them."""

    client: FlaskClient
    counter: Counter
    person: int = int(STAFF["id"])
    lang: str = "en"
    order: str = ""
    status: int = 0
    said: dict[str, Any] = field(default_factory=dict)

    def token(self) -> str:
        return id_token(self.counter.wire.config, self.person, self.counter.now())

    def ask(self, path: str, body: Any = None, token: str = "", /) -> Clerk:
        """`path` below ``/account/staff/``; with a body it is sent, bytes as they are, else read."""
        headers = {"Authorization": f"Bearer {token or self.token()}", "Origin": "null"}
        order = self.order or f"gid://shopify/Order/{self.counter.desk.order_id}"
        address = f"/account/staff/{path}?order={order}&lang={self.lang}"
        said: dict[str, Any] = {"data": body, "content_type": "application/json"} if isinstance(body, bytes) else {}
        said = said or {"json": body}
        answer = self.client.open(address, method="GET" if body is None else "POST", headers=headers, **said)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        self.status, self.said = answer.status_code, answer.get_json()
        return self

    def line(self, **typed: str) -> dict[str, Any]:
        """The form with Ada's shirts; what is not said is as it should be."""
        key = self.counter.desk.sent().rpartition("/")[2]
        sound = {
            "key": key,
            "pieces": "1",
            "outcome": "store_credit",
            "reason": "size-too-small",
            "note": "A bit tight",
        }
        return {"lines": [sound | {"method": "own_carrier"} | typed]}

    def price(self, **typed: str) -> Clerk:
        return self.ask("return/price", self.line(**typed))

    def make(self) -> Clerk:
        """Says yes to the sum that was just shown."""
        return self.ask("return", {"quote": self.said["quote"]})
