"""A rule as a form: flat names and what stands in their fields, out of a rule and back. Pure.

A field is named as the document names its value: ``then.windows.refund.latest_day``. What is not decided, what is
decided to be nothing, and what is decided to be something are told apart by a field ending in ``.kind``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.amounts import SHOP
from shopify_app.returns.rules import Rule
from shopify_app.returns.vocabulary import BONUS_OUTCOMES, Scope

Values = Mapping[str, list[str]]
"""What stands in the fields, by name; a text is a list of one."""

PICKED = (
    "collection_ids", "product_ids", "variant_ids", "product_tags", "product_types", "vendors", "countries", "markets",
    "channels", "reasons", "methods", "customer_lists",
)  # fmt: skip
"""Conditions that are lists of ticked values."""
LISTED = ("discount_codes", "customer_tags")
"""Conditions that are typed, with commas between them."""
SUMS = ("price_paid", "order_value", "return_value", "bonus_received")
COUNTS = ("order_count", "return_count", "days_since_order", "days_since_fulfilment", "days_since_delivery")
ASKED = ("discounted", "final_sale", "company")
SCOPES = tuple(scope for scope in Scope if scope is not Scope.KEEP_ITEM)
EARNING = tuple(scope for scope in SCOPES if scope is Scope.ANY or scope in BONUS_OUTCOMES)
SOME = ("outcomes", "methods", "waive_restocking_for", "waive_shipping_for")
"""Effects that are a list, which may be empty: that decides too."""
DECIDED = ("merchant_at_fault", "bonus_on_exchanged", "bonus_when_at_fault", "photos")
AMOUNTS = ("shipping_fee", "keep_item_below", "bonus_cap_per_order")
NUMBERS = ("restocking_percent", "bonus_expires_months")
_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
_OTHER = re.compile(r"\s*([A-Za-z]{3})\s+([0-9]+(?:[.,][0-9]{1,3})?)\s*")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a form, beside the field that it is about."""

    fields: Mapping[str, Phrase | str]


def values_of(rule: Rule) -> dict[str, list[str]]:
    """What stands in the fields for `rule`."""
    document = _RULE.dump_python(rule, mode="json", exclude_none=True)
    when, then = document["when"], document["then"]
    found: dict[str, list[str]] = {"name": [rule.name]}
    for name, value in when.items():
        found |= _condition(f"when.{name}", name, value)
    for name, value in then.items():
        found |= _effect(f"then.{name}", name, value)
    return found | {f"says.{code}": [text] for code, text in rule.says.items()}


def _condition(field: str, name: str, value: Any) -> dict[str, list[str]]:
    if name in PICKED:
        return {field: [str(each) for each in value]}
    if name in LISTED:
        return {field: [", ".join(value)]}
    if name in ASKED:
        return {field: ["yes" if value else "no"]}
    if name in SUMS:
        return {key: text for bound, amount in value.items() for key, text in _amount(f"{field}.{bound}", amount)}
    return {f"{field}.{bound}": [str(each)] for bound, each in value.items()}


def _effect(field: str, name: str, value: Any) -> dict[str, list[str]]:
    if name in SOME:
        return {f"{field}.kind": ["some" if value else "none"], field: [str(each) for each in value]}
    if name in DECIDED:
        return {field: ["yes" if value else "no"]}
    if name in AMOUNTS:
        return dict(_amount(field, value))
    if name == "windows":
        return {key: text for scope, each in value.items() for key, text in _window(f"{field}.{scope}", each)}
    if name == "bonus":
        return {key: text for scope, each in value.items() for key, text in _bonus(f"{field}.{scope}", each)}
    if name == "question":
        asked = {f"{field}.{code}": [text] for code, text in value.items()}
        return {f"{field}.kind": ["ask" if value else "none"]} | asked
    if name in ("money_events", "no_receipt", "bonus_cap_per_customer"):
        return dict(_nested(field, value))
    return {field: [str(value)]}


def _amount(field: str, amount: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    others = ", ".join(f"{key} {value}" for key, value in amount.items() if key != SHOP)
    written = {field: str(amount.get(SHOP, "")), f"{field}.others": others}
    return [(name, [text]) for name, text in written.items() if text]


def _window(field: str, value: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    latest = value.get("latest_day")
    said = [
        (f"{field}.kind", ["endless" if latest is None else "days"]),
        (f"{field}.counted_from", [value["counted_from"]]),
        (f"{field}.earliest_day", [str(value["earliest_day"])]),
    ]
    return [*said, *([(f"{field}.latest_day", [str(latest)])] if latest is not None else [])]


def _bonus(field: str, value: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    if "flat" in value:
        return [(f"{field}.kind", ["flat"]), *_amount(f"{field}.flat", value["flat"])]
    percent = str(value["percent"])
    kind = "none" if not percent.strip("0.") else "percent"
    return [(f"{field}.kind", [kind]), (f"{field}.percent", [percent])]


def _nested(field: str, value: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for name, each in value.items():
        if name == "amount":
            found += _amount(f"{field}.amount", each)
        elif isinstance(each, dict):
            found += _nested(f"{field}.{name}", each)
        else:
            found.append((f"{field}.{name}", [str(each)]))
    return found


def rule_of(values: Values, is_off: bool = False) -> Rule | Wrong:
    """The rule that a form describes, or every field that is wrong."""
    form = _Form(values)
    document = {"name": form.text("name"), "when": form.conditions(), "then": form.effects(), "is_off": is_off}
    says = {name[5:]: form.text(name) for name in values if name.startswith("says.") and form.text(name)}
    try:
        rule = _RULE.validate_python(document | {"says": says})
    except ValidationError as failure:
        return Wrong(
            {field: said for error in reversed(failure.errors()) for field, said in said_of(error)} | form.wrong
        )
    return Wrong(form.wrong) if form.wrong else rule


class _Form:
    """Reads fields into a document; what cannot be read at all is noted in `wrong`."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.wrong: dict[str, Phrase | str] = {}

    def text(self, name: str) -> str:
        return next(iter(self.values.get(name, [])), "").strip()

    def many(self, name: str) -> list[str]:
        return list(dict.fromkeys(each.strip() for each in self.values.get(name, []) if each.strip()))

    def conditions(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: self.many(f"when.{name}") for name in PICKED}
        for name in LISTED:
            found[name] = [each.strip() for each in self.text(f"when.{name}").split(",") if each.strip()]
        found |= {name: self._yes_no(f"when.{name}") for name in ASKED}
        for name in SUMS:
            found[name] = self._bounds(f"when.{name}", self.amount)
        for name in COUNTS:
            found[name] = self._bounds(f"when.{name}", self._number)
        days = {name: self.text(f"when.order_date.{name}") for name in ("first", "last")}
        found["order_date"] = {name: day for name, day in days.items() if day}
        return {name: value for name, value in found.items() if value not in (None, [], {})}

    def effects(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: self._some(f"then.{name}") for name in SOME}
        found |= {name: self._yes_no(f"then.{name}") for name in DECIDED}
        found |= {name: self.amount(f"then.{name}") for name in AMOUNTS}
        found |= {name: self._number(f"then.{name}") for name in NUMBERS}
        found["approval"] = self.text("then.approval") or None
        found["windows"] = self._scoped("then.windows", SCOPES, self._window)
        found["bonus"] = self._scoped("then.bonus", EARNING, self._bonus)
        found["money_events"] = self._scoped("then.money_events", SCOPES, lambda name: self.text(name) or None)
        found["bonus_cap_per_customer"] = self._cap("then.bonus_cap_per_customer")
        found["question"] = self._question("then.question")
        found["no_receipt"] = self._no_receipt("then.no_receipt")
        return {name: value for name, value in found.items() if value is not None}

    def _yes_no(self, name: str) -> bool | None:
        return {"yes": True, "no": False}.get(self.text(name))

    def _number(self, name: str) -> str | None:
        written = self.text(name)
        return written.replace(",", ".") or None

    def _bounds(self, name: str, read: Any) -> dict[str, Any]:
        found = {bound: read(f"{name}.{bound}") for bound in ("at_least", "at_most")}
        return {bound: value for bound, value in found.items() if value is not None}

    def amount(self, name: str) -> dict[str, str] | None:
        found = {SHOP: own} if (own := self._number(name)) else {}
        for part in filter(str.strip, re.split(r",(?!\d)|;", self.text(f"{name}.others"))):
            written = _OTHER.fullmatch(part)
            if written is None:
                self.wrong[f"{name}.others"] = phrase("Write it like this: SEK 549, USD 50")
            else:
                found[written[1].upper()] = written[2].replace(",", ".")
        return found or None

    def _some(self, name: str) -> list[str] | None:
        kind, chosen = self.text(f"{name}.kind"), self.many(name)
        if kind == "some" and not chosen:
            self.wrong[name] = phrase("Tick at least one.")
        if not kind and chosen:
            self.wrong[f"{name}.kind"] = _UNDECIDED
        return {"some": chosen, "none": []}.get(kind)

    def _scoped(self, name: str, scopes: tuple[Scope, ...], read: Any) -> dict[str, Any] | None:
        found = {str(scope): read(f"{name}.{scope}") for scope in scopes}
        return {scope: value for scope, value in found.items() if value is not None} or None

    def _window(self, name: str) -> dict[str, Any] | None:
        kind = self.text(f"{name}.kind")
        latest = self._number(f"{name}.latest_day")
        if not kind:
            if latest is not None:
                self.wrong[f"{name}.kind"] = _UNDECIDED
            return None
        if kind == "days" and latest is None:
            self.wrong[f"{name}.latest_day"] = phrase("Write a number of days.")
        return {
            "counted_from": self.text(f"{name}.counted_from") or "delivery",
            "earliest_day": self._number(f"{name}.earliest_day") or 0,
            "latest_day": latest if kind == "days" else None,
        }

    def _bonus(self, name: str) -> dict[str, Any] | None:
        kind = self.text(f"{name}.kind")
        if kind == "none":
            return {"percent": "0"}
        read = {"percent": self._number, "flat": self.amount}.get(kind)
        if read is None:
            if any(self.text(f"{name}.{each}") for each in ("percent", "flat", "flat.others")):
                self.wrong[f"{name}.kind"] = _UNDECIDED
            return None
        value = read(f"{name}.{kind}")
        if value is None:
            self.wrong.setdefault(f"{name}.{kind}", phrase("Write how much."))
            return {"percent": "0"}
        return {kind: value}

    def _cap(self, name: str) -> dict[str, Any] | None:
        amount, days = self.amount(f"{name}.amount"), self._number(f"{name}.days")
        if amount is None and days is None:
            return None
        return {key: value for key, value in (("amount", amount), ("days", days)) if value is not None}

    def _question(self, name: str) -> dict[str, str] | None:
        kind = self.text(f"{name}.kind")
        asked = {key.rpartition(".")[2]: self.text(key) for key in self.values if key.startswith(f"{name}.")}
        texts = {code: text for code, text in asked.items() if text and code != "kind"}
        if kind == "ask" and not texts:
            self.wrong[f"{name}.en"] = phrase("Write the question in at least one language.")
        if not kind and texts:
            self.wrong[f"{name}.kind"] = _UNDECIDED
        return {"ask": texts, "none": {}}.get(kind)

    def _no_receipt(self, name: str) -> dict[str, Any] | None:
        proof = self.text(f"{name}.proof")
        if not proof:
            if any(self.text(f"{name}.{each}") for each in ("lowest_of_days", "percent", "credit_months")):
                self.wrong[f"{name}.proof"] = _UNDECIDED
            return None
        numbers = {each: self._number(f"{name}.{each}") for each in ("lowest_of_days", "percent", "credit_months")}
        cap = self._cap(f"{name}.cap_per_person")
        more = {"price": self.text(f"{name}.price") or None, "cap_per_person": cap} | numbers
        return {"proof": proof} | {key: value for key, value in more.items() if value is not None}


_FIRST = {name: "at_least" for name in (*SUMS, *COUNTS)} | {"order_date": "first"}


def amount_values(field: str, amount: Mapping[str, Any] | None) -> dict[str, str]:
    """What stands in an amount's two fields."""
    return {name: text for name, (text,) in _amount(field, {k: str(v) for k, v in (amount or {}).items()})}


def amount_of(values: Values, field: str, wrong: dict[str, Phrase | str]) -> dict[str, str] | None:
    """The amount that its two fields say, None for nothing; what cannot be read is added to `wrong`."""
    form = _Form(values)
    found = form.amount(field)
    wrong.update(form.wrong)
    return found


def said_of(error: ErrorDetails) -> list[tuple[str, Phrase | str]]:
    """The field that an error is about, and the sentence beside it."""
    path = [str(each) for each in error["loc"] if each != "[key]" and not isinstance(each, int)]
    if not path:
        return [("then.no_receipt.proof", _NO_ORDER)]
    if len(path) == 2 and path[1] in _FIRST:
        path.append(_FIRST[path[1]])
    if path[:2] == ["then", "windows"] and len(path) == 3:
        path.append("latest_day")
    limits = error.get("ctx", {})
    said = _WHY.get(error["type"])
    if said is None:
        return [(".".join(path), _by_value(error))]
    return [(".".join(path), said(limits))]


def _by_value(error: ErrorDetails) -> Phrase | str:
    message = error["msg"].removeprefix("Value error, ")
    if "above" in message:
        return phrase("The first is above the second: nothing lies between them.")
    if "latest day" in message:
        return phrase("The last day lies before the first.")
    if "amount" in message or "billion" in message:
        return phrase("Write an amount, like 50 or 50.00.")
    return message


_UNDECIDED = phrase("You filled in more for this: choose what holds, or empty it.")
_NO_ORDER = phrase("This can depend on the product and the reason alone: without an order nothing else is known.")
_WHOLE = phrase("Write a whole number.")
_NUMBER = phrase("Write a number, like 10 or 12.5.")
_DAY = phrase("Choose a day.")
_CHOOSE = phrase("Choose one of the list.")
_WHY: dict[str, Any] = {
    "int_parsing": lambda _: _WHOLE,
    "int_from_float": lambda _: _WHOLE,
    "decimal_parsing": lambda _: _NUMBER,
    "decimal_max_places": lambda limits: phrase("At most {count} decimals.", count=limits["decimal_places"]),
    "finite_number": lambda _: _NUMBER,
    "greater_than": lambda limits: phrase("More than {number}.", number=str(limits["gt"])),
    "greater_than_equal": lambda limits: phrase("At least {number}.", number=str(limits["ge"])),
    "less_than_equal": lambda limits: phrase("At most {number}.", number=str(limits["le"])),
    "string_too_short": lambda _: phrase("Write something here."),
    "string_too_long": lambda limits: phrase("At most {count} characters.", count=limits["max_length"]),
    "missing": lambda _: phrase("This is missing."),
    "enum": lambda _: _CHOOSE,
    "date_from_datetime_parsing": lambda _: _DAY,
    "date_parsing": lambda _: _DAY,
}
