"""Relay connections: sorted, sliced by keyset cursors that stay true while documents change."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from devstore.admin.fields import Typed, refused
from devstore.store import Document

MOST_PER_PAGE = 250
Key = Callable[[Document], Any]


@dataclass(frozen=True)
class Edge:
    """A node with its cursor."""

    cursor: str
    node: Any


@dataclass(frozen=True)
class Page:
    """One page of a connection."""

    edges: list[Edge]
    has_next: bool
    has_previous: bool

    @property
    def nodes(self) -> list[Any]:
        return [edge.node for edge in self.edges]


def page(items: Iterable[Any], args: dict[str, Any], key: Key | None = None, type_name: str | None = None) -> Page:
    """The page the arguments ask for.

    `key` gives the sort value (ids break ties); without it the given order counts. `type_name` wraps nodes for
    interfaces. Raises the errors Shopify answers for missing, double or oversized `first`/`last`.
    """
    size = _size(args)
    ordered = _ordered(list(items), key, bool(args.get("reverse")))
    marks = [mark for mark, _ in ordered]
    start, stop = 0, len(ordered)
    if args.get("after"):
        start = _behind(marks, _decoded(args["after"]), bool(args.get("reverse")) and key is not None)
    if args.get("before"):
        stop = marks.index(_decoded(args["before"])) if _decoded(args["before"]) in marks else stop
    if args.get("first") is not None:
        chosen = ordered[start : min(stop, start + size)]
        after, before = start + size < stop, start > 0
    else:
        first = max(start, stop - size)
        chosen, after, before = ordered[first:stop], stop < len(ordered), first > 0
    edges = [Edge(_encoded(mark), Typed(type_name, item) if type_name else item) for mark, item in chosen]
    return Page(edges, after, before)


def _size(args: dict[str, Any]) -> int:
    first, last = args.get("first"), args.get("last")
    if first is None and last is None:
        raise refused("you must provide one of first or last", "BAD_REQUEST")
    if first is not None and last is not None:
        raise refused("providing both first and last is not supported", "BAD_REQUEST")
    size = int(first if first is not None else last or 0)
    if size < 0 or size > MOST_PER_PAGE:
        raise refused(f"Page size must be between 0 and {MOST_PER_PAGE}, got {size}", "BAD_REQUEST")
    return size


def _ordered(items: list[Any], key: Key | None, reverse: bool) -> list[tuple[list[Any], Any]]:
    if key is None:
        numbered = [([position], item) for position, item in enumerate(items)]
        return numbered[::-1] if reverse else numbered
    keyed = [([key(item), item["id"]], item) for item in items]
    keyed.sort(key=lambda pair: (pair[0][0] is not None, pair[0][0] if pair[0][0] is not None else 0, pair[0][1]))
    return keyed[::-1] if reverse else keyed


def _behind(marks: list[list[Any]], mark: list[Any], reverse: bool) -> int:
    """How many marks are not behind the cursor's: the cursor's own item may have moved or gone meanwhile."""
    if mark in marks:
        return marks.index(mark) + 1
    return sum(1 for each in marks if (each >= mark if reverse else each <= mark))


def _encoded(mark: list[Any]) -> str:
    return base64.b64encode(json.dumps(mark).encode()).decode()


def _decoded(cursor: str) -> list[Any]:
    try:
        return json.loads(base64.b64decode(cursor))
    except ValueError as failure:
        raise refused(f"Invalid cursor for current pagination sort: {cursor}", "BAD_REQUEST") from failure
