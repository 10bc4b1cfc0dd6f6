"""Shopify's search syntax: ``updated_at:>='2026-11-01' AND (tag:vip OR -financial_status:paid) jacket``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from devstore.admin.fields import refused
from devstore.store import Document

Reader = Callable[[Document], Any]
Test = Callable[[Document], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<paren>[()])|(?P<neg>-)?(?:(?P<field>[A-Za-z_.]+):)?(?P<op>>=|<=|>|<)?(?:'(?P<sq>(?:[^'\\]|\\.)*)'|"(?P<dq>(?:[^"\\]|\\.)*)"|(?P<word>[^\s()'"]+)))"""
)


def matching(query: str | None, documents: Iterable[Document], readers: Mapping[str, Reader]) -> list[Document]:
    """The documents the query names. `readers` give a field's value (text, number, list or None); ``""`` reads the
    texts a bare word looks through. A field nobody wrote a reader for is an error, not silence."""
    if not query or not query.strip():
        return list(documents)
    test = _Parser(query, readers).parse()
    return [document for document in documents if test(document)]


class _Parser:
    def __init__(self, query: str, readers: Mapping[str, Reader]) -> None:
        self.readers = readers
        self.tokens = [match for match in _TOKEN.finditer(query) if match.group().strip()]
        self.at = 0

    def parse(self) -> Test:
        return self._either()

    def _either(self) -> Test:
        tests = [self._both()]
        while self._keyword("OR"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda document: any(test(document) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self.at < len(self.tokens) and self._peek() not in (")", "OR"):
            self._keyword("AND")
            tests.append(self._one())
        return lambda document: all(test(document) for test in tests)

    def _one(self) -> Test:
        if self._keyword("NOT"):
            inner = self._one()
            return lambda document: not inner(document)
        if self.at >= len(self.tokens):
            return lambda document: True
        token = self.tokens[self.at]
        self.at += 1
        if token["paren"] == "(":
            inner = self._either()
            self.at += 1
            return inner
        return self._term(token)

    def _term(self, token: re.Match[str]) -> Test:
        name = (token["field"] or "").lower()
        value = next(part for part in (token["sq"], token["dq"], token["word"], "") if part is not None)
        if name not in self.readers:
            raise refused(f"The dev store does not implement the search field '{name}'.", "BAD_REQUEST")
        read, operator = self.readers[name], token["op"] or ""
        test = (lambda document: compare(read(document), operator, value)) if name else _bare(read, value)
        return (lambda document: not test(document)) if token["neg"] else test

    def _peek(self) -> str:
        token = self.tokens[self.at]
        return token["paren"] or (token["word"] or "" if not token["field"] else "")

    def _keyword(self, word: str) -> bool:
        if self.at < len(self.tokens) and self._peek() == word:
            self.at += 1
            return True
        return False


def compare(value: Any, operator: str, wanted: str) -> bool:
    """One field against one value; ``*`` at the end matches beginnings, dates compare as instants."""
    if isinstance(value, list | tuple):
        return any(compare(each, operator, wanted) for each in value)
    if value is None:
        return False
    if wanted == "*":
        return True
    left, right = _comparable(value, wanted)
    if operator:
        return {">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[operator]
    if isinstance(left, str) and isinstance(right, str):
        return left.startswith(right[:-1]) if right.endswith("*") else left == right
    if isinstance(left, datetime) and isinstance(right, datetime) and len(wanted) == len("2026-11-22"):
        return right <= left < right + timedelta(days=1)
    return left == right


def _comparable(value: Any, wanted: str) -> tuple[Any, Any]:
    if isinstance(value, bool):
        return value, wanted.lower() == "true"
    if isinstance(value, int | float):
        try:
            return float(value), float(wanted)
        except ValueError:
            return str(value), wanted
    instant = _instant(str(value))
    other = _instant(wanted) if instant else None
    if instant and other:
        return instant, other
    return str(value).casefold(), wanted.casefold()


def _instant(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else datetime.fromisoformat(moment.isoformat() + "+00:00")


def _bare(read: Reader, value: str) -> Test:
    wanted = value.casefold().rstrip("*")
    return lambda document: any(wanted in str(each).casefold() for each in read(document) if each is not None)
