"""What the extension's form asks for: lines of an order, checked one by one, each field with its own sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.for_customer import Sizes
from shopify_app.returns.vocabulary import WITH_CART, Method, Outcome
from shopify_app.returns.wishes import LONGEST_NOTE, Wish, WishLine

NO_NUMBER = phrase("Type a number of pieces.")
TOO_MANY = phrase("{left} can come back.")
NO_OUTCOME = phrase("Choose what the customer gets.")
NOT_HERE = phrase("This cannot be had for this item.")
NO_SIZE = phrase("Choose the replacement.")
NO_REASON = phrase("Choose a reason of the list.")
NO_WAY = phrase("Choose a way of the list.")


class WrongFields(Exception):
    """What is wrong, by line (Shopify's fulfilment line item) and field."""

    def __init__(self, fields: Mapping[int, Mapping[str, Phrase]]) -> None:
        super().__init__(", ".join(f"{key}: {', '.join(found)}" for key, found in fields.items()))
        self.fields = fields


def outcomes_of(line: EligibleLine, sizes: Sizes) -> tuple[Outcome, ...]:
    """What can be chosen in the extension: exchanges for other products are put together in the app."""
    offered = tuple(terms.outcome for terms in line.verdict.terms if terms.outcome not in WITH_CART)
    has_sizes = len(sizes.get(line.product_id or 0, ())) > 1
    return tuple(each for each in offered if each is not Outcome.VARIANT_EXCHANGE or has_sizes)


def wish_of(body: Any, lines: Iterable[EligibleLine], sizes: Sizes, reasons: Iterable[str]) -> Wish:
    """The wish that ``{"lines": [{"key", "pieces", "outcome", "reason", "size", "method", "note"}]}`` asks for; lines
    without pieces are left out. Raises WrongFields with everything that is wrong."""
    asked = {str(each.get("key")): each for each in _listed(body)}
    known, handles = {str(line.fulfillment_line_id): line for line in lines if _is_open(line)}, set(reasons)
    wished, wrong = [], {}
    for key, line in known.items():
        fields = _Fields(asked.get(key, {}), line, sizes, handles)
        if not fields.text("pieces").strip("0"):
            continue
        found = fields.read()
        if fields.wrong:
            wrong[int(key)] = fields.wrong
        wished.append(found)
    if wrong:
        raise WrongFields(wrong)
    return Wish(tuple(wished))


def _listed(body: Any) -> list[dict[str, Any]]:
    lines = body.get("lines") if isinstance(body, dict) else None
    return [each for each in lines if isinstance(each, dict)] if isinstance(lines, list) else []


def _is_open(line: EligibleLine) -> bool:
    return line.verdict.is_eligible and line.fulfillment_line_id is not None


class _Fields:
    """One line of the form; what is wrong of it is gathered in `wrong`."""

    def __init__(self, typed: dict[str, Any], line: EligibleLine, sizes: Sizes, reasons: set[str]) -> None:
        self.typed, self.line, self.sizes, self.reasons = typed, line, sizes, reasons
        self.wrong: dict[str, Phrase] = {}

    def text(self, name: str) -> str:
        found = self.typed.get(name)
        return str(found).strip() if isinstance(found, str | int) else ""

    def read(self) -> WishLine:
        outcome = self._outcome()
        return WishLine(
            line_id=self.line.line_id,
            fulfillment_line_id=self.line.fulfillment_line_id or 0,
            quantity=self._pieces(),
            reason=self._reason(),
            note=self.text("note")[:LONGEST_NOTE] or None,
            outcome=outcome,
            replacement_variant_id=self._size(outcome),
            method=None if outcome is Outcome.KEEP_ITEM else self._method(),
        )

    def _pieces(self) -> int:
        text = self.text("pieces")
        if not (text.isascii() and text.isdecimal() and len(text) <= 6):
            self.wrong["pieces"] = NO_NUMBER
            return 0
        if int(text) > self.line.quantity:
            self.wrong["pieces"] = phrase(TOO_MANY.text, left=self.line.quantity)
        return int(text)

    def _outcome(self) -> Outcome | None:
        text = self.text("outcome")
        if text in outcomes_of(self.line, self.sizes):
            return Outcome(text)
        self.wrong["outcome"] = NOT_HERE if text else NO_OUTCOME
        return None

    def _reason(self) -> str | None:
        text = self.text("reason")
        if text and text not in self.reasons:
            self.wrong["reason"] = NO_REASON
        return text or None

    def _size(self, outcome: Outcome | None) -> int | None:
        if outcome is not Outcome.VARIANT_EXCHANGE:
            return None
        known = {str(variant): variant for variant, _ in self.sizes.get(self.line.product_id or 0, ())}
        if self.text("size") not in known:
            self.wrong["size"] = NO_SIZE
        return known.get(self.text("size"))

    def _method(self) -> Method | None:
        text = self.text("method")
        if text and text not in self.line.verdict.methods:
            self.wrong["method"] = NO_WAY
        return Method(text) if text in self.line.verdict.methods else None
