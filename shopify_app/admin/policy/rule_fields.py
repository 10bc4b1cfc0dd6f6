"""The fields of a rule's form, and what stands in them for a rule. Pure.

A field is named as the document names its value: ``then.windows.refund.latest_day``. What is not decided, what is
decided to be nothing, and what is decided to be something are told apart by a field ending in ``.kind``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

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
RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
OTHERS = ".others"
"""Beside an amount in the shop's currency: the same in other currencies, in one text."""
OTHER = re.compile(r"\s*([A-Za-z]{3})\s+([0-9]+(?:[.,][0-9]{1,3})?)\s*")


def values_of(rule: Rule) -> dict[str, list[str]]:
    """What stands in the fields for `rule`."""
    document = RULE.dump_python(rule, mode="json", exclude_none=True)
    when, then = document["when"], document["then"]
    found: dict[str, list[str]] = {"name": [rule.name]}
    for name, value in when.items():
        found |= _condition(f"when.{name}", name, value)
    for name, value in then.items():
        found |= _effect(f"then.{name}", name, value)
    return found | {f"says.{code}": [text] for code, text in rule.says.items()}


def in_own_currency(values: Values, currency: str) -> dict[str, list[str]]:
    """The form with what is written out in the shop's own currency in the field for it: a policy may name that by its
    three letters too. Where both say something, both stay, for only a person knows which is meant."""
    found = {name: list(texts) for name, texts in values.items()}
    for name in [name for name in found if name.endswith(OTHERS)]:
        own, parts = name.removesuffix(OTHERS), apart("".join(found[name][:1]))
        mine = [written[2] for part in parts if (written := OTHER.fullmatch(part)) and written[1].upper() == currency]
        if len(mine) == 1 and not any(map(str.strip, found.get(own, []))):
            rest = [part for part in parts if not part.strip().upper().startswith(f"{currency} ")]
            found |= {own: mine, name: [", ".join(map(str.strip, rest))]}
    return found


def apart(text: str) -> list[str]:
    """The amounts of a text; a comma within a number parts nothing."""
    return [part for part in re.split(r",(?!\d)|;", text) if part.strip()]


def is_same(one: Rule, other: Rule, currency: str) -> bool:
    """Whether both rules say the same in a shop with that currency, however they name it."""
    return in_own_currency(values_of(one), currency) == in_own_currency(values_of(other), currency)


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
    written = {field: str(amount.get(SHOP, "")), f"{field}{OTHERS}": others}
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


def amount_values(field: str, amount: Mapping[str, Any] | None) -> dict[str, str]:
    """What stands in an amount's two fields."""
    return {name: text for name, (text,) in _amount(field, {k: str(v) for k, v in (amount or {}).items()})}
