"""A rule out of its form, or every field that is wrong. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from shopify_app.admin.policy.rule_fields import (
    AMOUNTS,
    ASKED,
    COUNTS,
    DECIDED,
    EARNING,
    LISTED,
    NUMBERS,
    OTHER,
    OTHERS,
    PICKED,
    RULE,
    SCOPES,
    SOME,
    SUMS,
    Values,
    apart,
    in_own_currency,
)
from shopify_app.admin.policy.rule_refusals import said_of
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.amounts import SHOP
from shopify_app.returns.rules import Rule
from shopify_app.returns.vocabulary import Scope

_UNDECIDED = phrase("You filled in more for this: choose what holds, or empty it.")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a form, beside the field that it is about."""

    fields: Mapping[str, Phrase | str]


def rule_of(values: Values, currency: str, is_off: bool = False) -> Rule | Wrong:
    """The rule that a form describes in a shop with that currency, or every field that is wrong."""
    form = _Form(values, currency)
    document = {"name": form.text("name"), "when": form.conditions(), "then": form.effects(), "is_off": is_off}
    says = {name[5:]: form.text(name) for name in values if name.startswith("says.") and form.text(name)}
    try:
        rule = RULE.validate_python(document | {"says": says})
    except ValidationError as failure:
        return Wrong(
            {field: said for error in reversed(failure.errors()) for field, said in said_of(error)} | form.wrong
        )
    return Wrong(form.wrong) if form.wrong else rule


class _Form:
    """Reads fields into a document; what cannot be read at all is noted in `wrong`."""

    def __init__(self, values: Values, currency: str) -> None:
        self.values = in_own_currency(values, currency)
        self.currency = currency
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
        for part in apart(self.text(f"{name}{OTHERS}")):
            written = OTHER.fullmatch(part)
            if written is None:
                self.wrong[f"{name}{OTHERS}"] = phrase("Write it like this: SEK 549, USD 50")
            elif written[1].upper() == self.currency:
                self.wrong[f"{name}{OTHERS}"] = phrase("{currency} has a field of its own.", currency=self.currency)
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
        latest, earliest = (self._number(f"{name}.{each}") for each in ("latest_day", "earliest_day"))
        if not kind:
            if latest is not None or earliest not in (None, "0"):
                self.wrong[f"{name}.kind"] = _UNDECIDED
            return None
        if kind == "days" and latest is None:
            self.wrong[f"{name}.latest_day"] = phrase("Write a number of days.")
        return {
            "counted_from": self.text(f"{name}.counted_from") or "delivery",
            "earliest_day": earliest or 0,
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
        proof, cap = self.text(f"{name}.proof"), self._cap(f"{name}.cap_per_person")
        numbers = {each: self._number(f"{name}.{each}") for each in ("lowest_of_days", "percent", "credit_months")}
        if not proof:
            if cap is not None or any(numbers.values()):
                self.wrong[f"{name}.proof"] = _UNDECIDED
            return None
        more = {"price": self.text(f"{name}.price") or None, "cap_per_person": cap} | numbers
        return {"proof": proof} | {key: value for key, value in more.items() if value is not None}


def amount_of(values: Values, field: str, currency: str, wrong: dict[str, Phrase | str]) -> dict[str, str] | None:
    """The amount that its two fields say, None for nothing; what cannot be read is added to `wrong`."""
    form = _Form(values, currency)
    found = form.amount(field)
    wrong.update(form.wrong)
    return found
