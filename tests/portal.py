"""A shopper without script: opens pages through the shop's proxy, fills in forms, goes where the pages lead."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask.testing import FlaskClient

from wire import SHOP, Wire

PREFIX = "/apps/order-care"


@dataclass
class Field:
    """One control of a form. `options` of a select; `is_on` of a checkbox or radio button."""

    name: str
    kind: str
    value: str = ""
    is_on: bool = True
    options: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)


@dataclass
class Form:
    action: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def sent(self) -> dict[str, Any]:
        """What a browser would send as the form stands."""
        return {each.name: each.value for each in self.fields if each.name and each.is_on and each.kind != "file"}

    def choices(self, name: str) -> dict[str, Field]:
        """The radio buttons of a group by value."""
        return {each.value: each for each in self.fields if each.name == name and each.kind == "radio"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.onward = ""
        self.alerts: list[str] = []
        self._area: Field | None = None
        self._alert: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if facts.get("role") == "alert" or (self._alert and tag == self._alert[0]):
            self._alert.append(tag)
        if tag == "meta" and facts.get("http-equiv") == "refresh":
            self.onward = facts["content"].partition("url=")[2]
        if tag == "form":
            self.forms.append(Form(facts["action"]))
        if self.forms:
            self._control(tag, facts, self.forms[-1])

    def _control(self, tag: str, facts: dict[str, str], form: Form) -> None:
        if tag == "input":
            kind = facts.get("type", "text")
            is_on = kind not in ("radio", "checkbox") or "checked" in facts
            form.fields.append(Field(facts.get("name", ""), kind, facts.get("value", ""), is_on, [], facts))
        elif tag == "button":
            form.buttons.append((facts.get("name", ""), facts.get("value", "")))
        elif tag == "select":
            form.fields.append(Field(facts["name"], "select", facts=facts))
        elif tag == "option":
            chosen = form.fields[-1]
            chosen.options.append(facts.get("value", ""))
            if "selected" in facts or len(chosen.options) == 1:
                chosen.value = facts.get("value", "")
        elif tag == "textarea":
            self._area = Field(facts["name"], "textarea")
            form.fields.append(self._area)

    def handle_data(self, data: str) -> None:
        if self._alert:
            self.alerts.append(data)
        if self._area is not None:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        if self._alert and tag == self._alert[-1]:
            self._alert.pop()
        if tag == "textarea":
            self._area = None


@dataclass
class Shopper:
    """Somebody at the shop's pages; `customer` is who is signed in at the shop."""

    client: FlaskClient
    wire: Wire
    customer: str = ""
    shop: str = SHOP
    status: int = 0
    html: str = ""
    path: str = ""
    hops: list[str] = field(default_factory=list)

    def signed(self, query: str = "") -> str:
        """A query as Shopify's proxy hands it on."""
        own = parse_qsl(query, keep_blank_values=True)
        added = {
            "shop": self.shop,
            "logged_in_customer_id": self.customer,
            "path_prefix": PREFIX,
            "timestamp": str(int(self.wire.now().timestamp())),
        }
        pairs = [*own, *added.items()]
        message = "".join(sorted(f"{key}={value}" for key, value in pairs))
        secret = self.wire.adapters.config.api_secret.encode()
        return urlencode([*pairs, ("signature", hmac.new(secret, message.encode(), hashlib.sha256).hexdigest())])

    def open(self, path: str) -> Shopper:
        """A page below the merchant's path, and on where it leads."""
        return self._take("GET", path, None)

    def send(self, number: int = 0, button: int | None = None, /, **filled: Any) -> Shopper:
        """Sends the page's form with what was filled in; names with underscores stand for those with hyphens."""
        form = self.forms[number]
        data = form.sent()
        if button is not None:
            name, value = form.buttons[button]
            data[name] = value
        data |= {name.replace("__", "-"): value for name, value in filled.items()}
        return self._take("POST", form.action, {name: value for name, value in data.items() if value is not None})

    def post(self, path: str, **data: Any) -> Shopper:
        """Sends something that no form of the page would."""
        return self._take("POST", path, {name.replace("__", "-"): value for name, value in data.items()})

    @property
    def forms(self) -> list[Form]:
        return self._read().forms

    @property
    def step(self) -> str:
        """The last part of the page's address."""
        return self.path.partition("?")[0].rpartition("/")[2]

    @property
    def words(self) -> str:
        """What the page says, without markup."""
        text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", self.html, flags=re.DOTALL)
        return " ".join(unescape(text).split())

    @property
    def alerts(self) -> str:
        """What the page says is wrong."""
        return " ".join(" ".join(self._read().alerts).split())

    def _take(self, method: str, path: str, data: dict[str, Any] | None) -> Shopper:
        for _ in range(4):
            below, _, query = path.removeprefix(PREFIX).partition("?")
            address = f"/proxy{below}?{self.signed(query)}"
            given = {"data": _multipart(data)} if data is not None else {}
            answer = self.client.open(address, method=method, **given)
            self.status, self.html, self.path = answer.status_code, answer.get_data(as_text=True), path
            self.hops.append(path)
            onward = self._read().onward
            if not onward:
                return self
            method, path, data = "GET", onward, None
        raise AssertionError(f"led on and on: {self.hops[-4:]}")

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.html)
        return reader


def _multipart(data: dict[str, Any]) -> dict[str, Any]:
    """Bytes as a file: (content, name)."""

    def one(value: Any) -> Any:
        if isinstance(value, tuple) and isinstance(value[0], bytes):
            return BytesIO(value[0]), value[1]
        return [one(each) for each in value] if isinstance(value, list) else value

    return {name: one(value) for name, value in data.items()}
