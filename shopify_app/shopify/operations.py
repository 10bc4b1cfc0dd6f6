"""Our GraphQL documents: one operation a file under ``graphql/``, the file named as the operation.

Shared fragments lie in ``graphql/fragments/`` under their fragment's name and are added to every document that spreads
them. gql parses each document once, so a typing error stops the process at its start and not at the first order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gql import gql
from graphql import FragmentSpreadNode, OperationDefinitionNode, OperationType, Visitor, visit

FOLDER = Path(__file__).with_name("graphql")


@dataclass(frozen=True)
class Operation:
    """A document ready to send. A mutation is never sent twice unless it is certain that the first did not arrive."""

    name: str
    text: str
    is_mutation: bool = False


@cache
def operation(name: str) -> Operation:
    """The operation of ``graphql/<name>.graphql``; raises FileNotFoundError for a name that has no file."""
    text = _with_fragments((FOLDER / f"{name}.graphql").read_text())
    document = gql(text).document
    (definition,) = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if definition.name is None or definition.name.value != name:
        raise ValueError(f"{name}.graphql must hold the operation {name} and no other")
    return Operation(name, text, definition.operation is OperationType.MUTATION)


def operation_names() -> tuple[str, ...]:
    """Every operation there is a file for."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.graphql")))


def _with_fragments(text: str) -> str:
    parts, wanted, known = [text], _spreads(text), set()
    while missing := wanted - known:
        for name in sorted(missing):
            fragment = (FOLDER / "fragments" / f"{name}.graphql").read_text()
            parts.append(fragment)
            known.add(name)
            wanted |= _spreads(fragment)
    return "\n".join(parts)


def _spreads(text: str) -> set[str]:
    found: set[str] = set()

    class Collect(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
            found.add(node.name.value)

    visit(gql(text).document, Collect())
    return found
