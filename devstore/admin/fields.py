"""The table of implemented fields, and what a resolver is handed.

A source object is a document (or part of one). Where the schema has an interface or union, wrap it in `Typed`, which
carries the object type's name. A field that is not in the table is a GraphQL error that names it, never null.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import GraphQLError

from devstore.gids import gid
from devstore.store import Store
from devstore.world import World

Resolver = Callable[[Any, "Ask", dict[str, Any]], Any]


class Typed(NamedTuple):
    """A document with the name of its GraphQL object type."""

    type_name: str
    document: Any


@dataclass
class Ask:
    """One request: the world it reads, the scopes of its token, and what it has found out on the way."""

    world: World
    scopes: frozenset[str]
    notes: dict[Any, Any] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return self.world.store

    def once(self, key: object, make: Callable[[], Any]) -> Any:
        """The value made for this key earlier in the request, or made now."""
        if key not in self.notes:
            self.notes[key] = make()
        return self.notes[key]


TABLE: dict[tuple[str, str], Resolver] = {}


def resolver(type_name: str, *names: str) -> Callable[[Resolver], Resolver]:
    """Registers the function for these fields: ``(document, ask, args)``."""

    def register(function: Resolver) -> Resolver:
        for name in names:
            _add(type_name, name, function)
        return function

    return register


def plain(type_name: str, **sources: str | Resolver) -> None:
    """Registers fields that read one key of the document (None when absent), or a small function."""
    for name, source in sources.items():
        _add(type_name, name, _reading(source) if isinstance(source, str) else source)


def identified(type_name: str) -> None:
    """Registers `id` as the global id of the document's number, and `legacyResourceId` as the number."""
    _add(type_name, "id", lambda document, ask, args: gid(type_name, document["id"]))
    _add(type_name, "legacyResourceId", lambda document, ask, args: document["id"])


def constant(value: Any) -> Resolver:
    """A field with the same value everywhere in this store."""
    return lambda document, ask, args: value


def refused(message: str, code: str) -> GraphQLError:
    """A GraphQL error with Shopify's `extensions.code`."""
    return GraphQLError(message, extensions={"code": code})


def _reading(key: str) -> Resolver:
    return lambda document, ask, args: document.get(key)


def _add(type_name: str, name: str, function: Resolver) -> None:
    if (type_name, name) in TABLE:
        raise ValueError(f"{type_name}.{name} is implemented twice.")
    TABLE[type_name, name] = function
