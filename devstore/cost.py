"""What a query costs and the bucket it is paid from.

By shopify.dev "GraphQL Admin API rate limits": scalar and enum 0, object 1, interface and union as their dearest
branch, mutation 10 (what it returns is included up to that), connections sized by `first` or `last`. How size enters is
not documented; the factor here, ``ceil(1.5 * log2(n))``, reproduces a published answer (`product { variants(first: 250)
{ nodes { inventoryItem } } }` costs 25, community.shopify.dev thread 23101) and is otherwise a guess.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    value_from_ast_untyped,
)

from devstore.admin.engine import Prepared
from devstore.schema import admin_schema

MUTATION_COST = 10
LIMITS = {"shopify_plus": (20_000, 1000), "advanced": (4000, 200)}
STANDARD = (2000, 100)
"""Bucket and points restored a second, by plan."""
MOST_PER_QUERY = 1000
CONNECTION_PARTS = frozenset({"edges", "nodes"})


@lru_cache(maxsize=512)
def size_factor(count: int) -> int:
    """How often a connection's node is charged for `count` nodes."""
    return 0 if count <= 0 else max(1, min(count, math.ceil(1.5 * math.log2(count)) if count > 1 else 1))


def requested(prepared: Prepared, variables: dict[str, Any]) -> int:
    """Points the query asks for before it runs."""
    return _requested(prepared, frozenset(each for each in variables.items() if isinstance(each[1], int)))


@lru_cache(maxsize=1024)
def _requested(prepared: Prepared, numbers: frozenset[tuple[str, int]]) -> int:
    """Of its variables, only numbers can be the size of a connection."""
    return _Scale(prepared, dict(numbers)).of_request()


def actual(prepared: Prepared, variables: dict[str, Any], answer: dict[str, Any] | None) -> int:
    """Points of what really came back."""
    return _Scale(prepared, variables).of_answer(answer)


class _Scale:
    def __init__(self, prepared: Prepared, variables: dict[str, Any]) -> None:
        self.schema = admin_schema()
        self.variables = variables
        self.operation = prepared.operation
        self.fragments = {
            node.name.value: node for node in prepared.document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.root = self.schema.get_root_type(prepared.operation.operation)
        self.base = MUTATION_COST * len(self.operation.selection_set.selections) if prepared.is_mutation else 0

    def of_request(self) -> int:
        return max(self.base, self._selection(self.operation.selection_set, self.root, None, measured=False))

    def of_answer(self, answer: dict[str, Any] | None) -> int:
        return max(self.base, self._selection(self.operation.selection_set, self.root, answer or {}, measured=True))

    def _selection(self, selections: SelectionSetNode, parent: Any, answer: Any, *, measured: bool) -> int:
        own, branches = 0, [0]
        for node in selections.selections:
            if isinstance(node, FieldNode):
                own += self._field(node, parent, answer, measured=measured)
                continue
            fragment = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            assert isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode)
            condition = getattr(fragment, "type_condition", None)
            inner = self.schema.type_map[condition.name.value] if condition else parent
            cost = self._selection(fragment.selection_set, inner, answer, measured=measured)
            narrower = isinstance(node, InlineFragmentNode | FragmentSpreadNode) and inner is not parent
            if narrower:
                branches.append(cost)
            else:
                own += cost
        return own + max(branches)

    def _field(self, node: FieldNode, parent: Any, answer: Any, *, measured: bool) -> int:
        fields = getattr(parent, "fields", {})
        definition = fields.get(node.name.value)
        if definition is None or node.selection_set is None:
            return 0
        returned = get_named_type(definition.type)
        if not is_composite_type(returned):
            return 0
        value = answer.get(node.alias.value if node.alias else node.name.value) if isinstance(answer, dict) else None
        if measured and value is None:
            return 0
        if isinstance(returned, GraphQLObjectType) and returned.name.endswith("Connection"):
            return self._connection(node, returned, value, measured=measured)
        if measured and isinstance(value, list):
            return self._listed(node.selection_set, returned, value)
        inner = self._selection(node.selection_set, returned, value, measured=measured)
        free = returned.name == "PageInfo" or parent is self.schema.mutation_type
        times = size_factor(self._size(node)) if not measured and self._size(node) is not None else 1
        return (inner + (0 if free else 1)) * times

    def _listed(self, selections: SelectionSetNode, returned: Any, values: list[Any]) -> int:
        present = [each for each in values if each is not None]
        return sum(1 + self._selection(selections, returned, each, measured=True) for each in present)

    def _connection(self, node: FieldNode, connection: GraphQLObjectType, value: Any, *, measured: bool) -> int:
        """One node's cost (for an answer: the average one), times the size factor."""
        per_node, count = 0.0, self._size(node) or 0
        assert node.selection_set is not None
        for part, part_node in self._parts(node.selection_set):
            returned = get_named_type(connection.fields[part].type)
            assert part_node.selection_set is not None
            inner = part_node.selection_set
            if not measured:
                per_node += self._node(inner, part, returned, None, measured=False)
                continue
            found = (value or {}).get(part_node.alias.value if part_node.alias else part) or []
            count = len(found)
            costs = [self._node(inner, part, returned, each, measured=True) for each in found]
            per_node += sum(costs) / len(costs) if costs else 0
        return math.ceil(per_node * size_factor(count))

    def _node(self, selections: SelectionSetNode, part: str, returned: Any, value: Any, *, measured: bool) -> int:
        if part == "nodes":
            return 1 + self._selection(selections, returned, value, measured=measured)
        return self._selection(selections, returned, value, measured=measured)

    def _parts(self, selections: SelectionSetNode) -> list[tuple[str, FieldNode]]:
        found = []
        for node in selections.selections:
            if isinstance(node, FieldNode):
                if node.name.value in CONNECTION_PARTS and node.selection_set is not None:
                    found.append((node.name.value, node))
                continue
            fragment = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            found += self._parts(fragment.selection_set)  # type: ignore[union-attr]
        return found

    def _size(self, node: FieldNode) -> int | None:
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                size = value_from_ast_untyped(argument.value, self.variables)
                return size if isinstance(size, int) else None
        return None


@dataclass(frozen=True)
class Status:
    """The bucket as it is now, and what the call would have waited for."""

    maximum: int
    available: int
    restore_rate: int

    def written(self) -> dict[str, Any]:
        """`throttleStatus` as answers carry it."""
        return {
            "maximumAvailable": float(self.maximum),
            "currentlyAvailable": self.available,
            "restoreRate": float(self.restore_rate),
        }


class Bucket:
    """A leaky bucket per app and shop: full at the start, restored in real time.

    The plan sets the limits; `maximum` and `restore_rate` replace them one by one.
    """

    def __init__(self, plan: str, maximum: int | None = None, restore_rate: int | None = None) -> None:
        usual = LIMITS.get(plan, STANDARD)
        self.maximum = maximum or usual[0]
        self.restore_rate = restore_rate or usual[1]
        self._level = float(self.maximum)
        self._at = time.monotonic()
        self._lock = threading.Lock()

    def take(self, points: float) -> bool:
        """Takes the points if they are there; a negative number gives points back."""
        with self._lock:
            now = time.monotonic()
            self._level = min(self.maximum, self._level + (now - self._at) * self.restore_rate)
            self._at = now
            if points > self._level:
                return False
            self._level = min(self.maximum, self._level - points)
            return True

    def status(self) -> Status:
        self.take(0)
        return Status(self.maximum, int(self._level), self.restore_rate)
