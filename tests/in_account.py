"""Somebody in their customer account: asks our door as the extension does, goes where its pages lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from returns_counter import Counter

from devstore.tokens import customer_token

ADA, BEN = 501, 502


@dataclass
class Account:
    """Somebody in their customer account: asks our door as the extension does."""

    client: FlaskClient
    counter: Counter
    customer: int | None = ADA
    lang: str = ""
    status: int = 0
    said: dict[str, Any] = field(default_factory=dict)

    def listed(self) -> list[str]:
        """What the order's list says of each of its returns."""
        return [each["title"] for each in self.ask(f"returns?order={self.counter.desk.order_id}").said["returns"]]

    def token(self) -> str:
        return customer_token(self.counter.wire.config, self.customer, self.counter.now())

    def ask(self, path: str, method: str = "GET", token: str = "", /, **form: str) -> Account:
        headers = {"Authorization": f"Bearer {token or self.token()}", "Origin": "null"}
        data = {name: value for name, value in form.items()} if method == "POST" else None
        told = f"{'&' if '?' in path else '?'}lang={self.lang}" if self.lang else ""
        answer = self.client.open(f"/account/{path}{told}", method=method, headers=headers, data=data)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        self.status, self.said = answer.status_code, answer.get_json()
        return self

    def begin(self) -> Account:
        return self.ask(f"returns/begin?order={self.counter.desk.order_id}", "POST")

    def send(self, **form: str) -> Account:
        """The page's form, to where the page says."""
        return self.ask(self.below(self.model["flow"]["action"]), "POST", **form)

    def below(self, address: str) -> str:
        """The door's own address for one of the portal's."""
        return address.removeprefix("/apps/order-care/")

    @property
    def model(self) -> dict[str, Any]:
        return self.said["model"]


def key(counter: Counter) -> str:
    return counter.desk.sent().rpartition("/")[2]


def at_outcomes(ada: Account) -> Account:
    ada.begin()
    ada.send(**{f"quantity-{key(ada.counter)}": "1"})
    return ada.send(**{f"reason-{key(ada.counter)}": "size-too-small"})


def sent_in(ada: Account) -> str:
    """The address of a return that Ada sent in."""
    at_outcomes(ada).send(outcome="store_credit")
    ada.send(method="own_carrier")
    ada.send(quote=ada.model["quote"])
    return ada.said["at"]
