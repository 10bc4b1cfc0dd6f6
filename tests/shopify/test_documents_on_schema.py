"""Our GraphQL documents against Shopify's own schema, and against each other."""

from __future__ import annotations

import ast
import inspect
from collections import Counter

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)

from devstore.admin import engine
from devstore.cost import MOST_PER_QUERY, requested
from devstore.schema import admin_schema
from shopify_app.shopify import admin
from shopify_app.shopify.admin import PAGE_SIZES
from shopify_app.shopify.operations import FOLDER, operation

NAMES = tuple(sorted(file.stem for file in FOLDER.glob("*.graphql")))
ALLOWED_THOUGH_DEPRECATED = {"ProductVariant.image"}  # its successor `media` costs three times as many points


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_what_shopify_understands(name: str) -> None:
    assert validate(admin_schema(), parse(operation(name).text)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_document_stays_well_under_the_dearest_query(name: str) -> None:
    prepared = engine.prepare(operation(name).text, name)

    assert isinstance(prepared, engine.Prepared)
    assert requested(prepared, {"first": PAGE_SIZES.get(name, 0)}) < MOST_PER_QUERY * 0.9


@pytest.mark.parametrize("name", NAMES)
def test_a_document_asks_for_nothing_that_is_going_away(name: str) -> None:
    types, found = TypeInfo(admin_schema()), set()

    class Deprecated(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            definition, parent = types.get_field_def(), types.get_parent_type()
            if definition is not None and definition.deprecation_reason and parent is not None:
                found.add(f"{parent.name}.{node.name.value}")

    visit(parse(operation(name).text), TypeInfoVisitor(types, Deprecated()))

    assert found <= ALLOWED_THOUGH_DEPRECATED


def test_each_document_is_used_exactly_once() -> None:
    parts = [part for part in admin.AdminAPI.__mro__ if part is not object]
    names = [
        node.value
        for part in parts
        for node in ast.walk(ast.parse(inspect.getsource(part)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value[:1].isupper()
    ]
    used = Counter(name for name in names if " " not in name and name in NAMES)

    assert used == Counter(NAMES)


def test_a_fragment_says_the_same_in_every_file() -> None:
    told: dict[str, set[str]] = {}
    for name in NAMES:
        for node in parse(operation(name).text).definitions:
            if isinstance(node, FragmentDefinitionNode):
                told.setdefault(node.name.value, set()).add(print_ast(node))

    assert {name for name, versions in told.items() if len(versions) > 1} == set()
