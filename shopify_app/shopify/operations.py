"""Our GraphQL documents: one operation a file under ``graphql/``, the file named as the operation.

Each file stands alone, its fragments included, so that any GraphQL tool can check it; what two files say of the same
fragment is the same text (tested). gql parses each document once, so a typing error shows in the first test.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gql import gql
from graphql import OperationDefinitionNode, OperationType

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
    text = (FOLDER / f"{name}.graphql").read_text()
    (definition,) = [node for node in gql(text).document.definitions if isinstance(node, OperationDefinitionNode)]
    if definition.name is None or definition.name.value != name:
        raise ValueError(f"{name}.graphql must hold the operation {name} and no other")
    return Operation(name, text, definition.operation is OperationType.MUTATION)
