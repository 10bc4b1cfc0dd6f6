"""Somebody who sends something back, page by page, as a browser without script would: forms read from the page,
filled in by name, sent; pages that lead on are followed."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from running import Shopper, words


@dataclass
class Form:
    """A form as the page has it: what would be sent if nobody touched it, and what may be chosen by name."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    amounts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Outcome -> (data-amount, data-bonus)."""


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select, self._area = "", ""

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in given}
        if tag == "form" and has.get("method", "").lower() == "post":
            self.found.append(Form(has.get("action", "")))
        elif not self.found:
            return
        elif tag == "input":
            self._input(self.found[-1], has)
        elif tag == "select":
            self._select = has["name"]
            self.found[-1].values[self._select] = ""
        elif tag == "textarea":
            self._area = has["name"]
            self.found[-1].values[self._area] = ""
        elif tag == "option" and self._select:
            self.found[-1].choices.setdefault(self._select, []).append(has.get("value", ""))
            if "selected" in has:
                self.found[-1].values[self._select] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, text: str) -> None:
        if self._area and self.found:
            self.found[-1].values[self._area] += text

    def _input(self, form: Form, has: dict[str, str]) -> None:
        name, kind = has.get("name", ""), has.get("type", "text")
        if not name or kind in ("submit", "file"):
            return
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(has.get("value", "on"))
            if "data-amount" in has:
                form.amounts[has["value"]] = (has["data-amount"], has["data-bonus"])
            if "checked" not in has:
                return
        form.values[name] = has.get("value", "")


@dataclass
class Walk:
    """Ada on her way through the return's pages. `address` and `page` are where she is."""

    ada: Shopper
    address: str = ""
    page: str = ""

    def open(self, address: str) -> Walk:
        """Goes there, and on to where the page leads."""
        self._arrive(self.ada.open(address), address)
        return self

    def send(self, action: str = "", **typed: str) -> Walk:
        """Sends the form whose action ends with `action` (the first one otherwise) with these fields changed."""
        form = self.form(action)
        answer = self.ada.client.post(form.action, data=form.values | typed, follow_redirects=True)
        self._arrive(answer, form.action)
        return self

    def form(self, action: str = "") -> Form:
        """The form of the page that is sent there."""
        reader = _Forms()
        reader.feed(self.page)
        chosen = [form for form in reader.found if form.action.partition("?")[0].endswith(action)]
        assert chosen, f"no form for {action or 'anything'} at {self.address}: {self.reads[:400]}"
        return chosen[0]

    @property
    def reads(self) -> str:
        return words(self.page)

    @property
    def step(self) -> str:
        """The last part of the address: items, reasons, outcome, better, method, review, or a status page's key."""
        return self.address.partition("?")[0].rstrip("/").rpartition("/")[2]

    def choose(self, **quantities: int) -> Walk:
        """The item step: so many of the nth thing that may go back (`first=1, second=2`)."""
        names = [name for name in self.form("items").choices if name.startswith("quantity-")]
        picked = {names[place]: str(count) for place, count in _placed(quantities)}
        return self.send("items", **picked)

    def because(self, reason: str = "unwanted") -> Walk:
        """The reasons step: the same for everything, or the first there is; a question gets an answer."""
        form = self.form("reasons")
        named = {name: _one_of(choices, reason) for name, choices in form.choices.items() if name.startswith("reason-")}
        asked = {name: "It was a little tight." for name in form.values if name.startswith("answer-")}
        return self.send("reasons", **named, **asked)

    def wants(self, outcome: str, **more: str) -> Walk:
        """The outcome step, its second thought declined, and the method, up to the review."""
        form = self.form("outcome")
        swaps = {name: next(each for each in choices if each) for name, choices in form.choices.items()
                 if name.startswith("replacement-")}  # fmt: skip
        self.send("outcome", outcome=outcome, **(swaps if outcome == "variant_exchange" else {}), **more)
        if self.step == "better":
            self.send("better", decision="keep")
        if self.step == "method":
            ways = self.form("method").choices["method"]
            self.send("method", method=_one_of(ways, "own_carrier"))
        assert self.step == "review", f"{self.address}: {self.reads[:500]}"
        return self

    def confirms(self) -> Walk:
        """The review is sent in; on the return's own page after that."""
        return self.send("review")

    @property
    def rma(self) -> str:
        """The number on the status page."""
        found = re.search(r"\bR-[\w-]+-\d+\b", self.reads)
        assert found, self.reads[:500]
        return found[0]

    def _arrive(self, answer: Any, address: str) -> None:
        for _ in range(5):
            self.page, self.address = answer.text, str(answer.url.path)
            onward = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', self.page)
            if onward is None:
                return
            address = html.unescape(onward[1])
            answer = self.ada.open(address)
            self.address = address.partition("?")[0]
        raise AssertionError(f"led round in circles at {address}")


def _placed(quantities: dict[str, int]) -> list[tuple[int, int]]:
    order = ("first", "second", "third", "fourth")
    return [(order.index(name), count) for name, count in quantities.items()]


def _one_of(choices: list[str], wished: str) -> str:
    return wished if wished in choices else next(choice for choice in choices if choice)
