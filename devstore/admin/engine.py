"""Executes a GraphQL request on Shopify's schema: parse, validate, weigh, resolve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    get_named_type,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from devstore.admin.connections import Edge, Page
from devstore.admin.fields import TABLE, Ask, Typed, refused
from devstore.admin.idempotency import guarded
from devstore.refusals import Refusal
from devstore.schema import access_scopes, admin_schema

CACHED_DOCUMENTS = 256


@dataclass(frozen=True, eq=False)
class Prepared:
    """A document that is valid on the schema, with the operation to run and how the log calls it. It equals itself
    alone: to compare documents is to walk through them."""

    document: DocumentNode
    operation: OperationDefinitionNode
    label: str

    @property
    def is_mutation(self) -> bool:
        return self.operation.operation is OperationType.MUTATION


@dataclass(frozen=True)
class Answer:
    """What the API answers: the body without cost, and whether documents may have changed."""

    body: dict[str, Any]


def prepare(query: str, operation_name: str | None) -> Prepared | list[GraphQLError]:
    """The request ready to run, or why Shopify would refuse it."""
    return _prepared(query, operation_name or None)


@lru_cache(maxsize=CACHED_DOCUMENTS)
def _prepared(query: str, operation_name: str | None) -> Prepared | list[GraphQLError]:
    try:
        document = parse(query)
    except GraphQLError as failure:
        return [failure]
    errors = validate(admin_schema(), document)
    if errors:
        return errors
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        return [GraphQLError(f"No operation named {operation_name!r}." if operation_name else "No operation to run.")]
    roots = [each.name.value for each in operation.selection_set.selections if isinstance(each, FieldNode)]
    name = operation.name.value if operation.name else ""
    return Prepared(document, operation, " ".join(part for part in (name, *roots) if part))


def coerced(prepared: Prepared, variables: dict[str, Any]) -> list[GraphQLError]:
    """What is wrong with the variables."""
    values = get_variable_values(admin_schema(), prepared.operation.variable_definitions or (), variables)
    return values if isinstance(values, list) else []


def execute(prepared: Prepared, variables: dict[str, Any], ask: Ask) -> dict[str, Any]:
    """Runs the operation with the store locked; a mutation is one transaction per root field."""
    with ask.store.transaction():
        result = execute_sync(
            admin_schema(),
            prepared.document,
            variable_values=variables,
            operation_name=prepared.operation.name.value if prepared.operation.name else None,
            context_value=ask,
            field_resolver=resolve_field,
            type_resolver=resolve_type,  # type: ignore[arg-type]
        )
    assert isinstance(result, ExecutionResult)
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [formatted(error) for error in result.errors]
    return body


def formatted(error: GraphQLError) -> dict[str, Any]:
    """An error as the API writes it; the sentence of a refusal, never a stack."""
    written: dict[str, Any] = dict(error.formatted)
    if isinstance(error.original_error, Refusal):
        written["extensions"] = {"code": "NOT_FOUND"}
    return written


def resolve_type(value: Any, info: GraphQLResolveInfo[Any], abstract: Any) -> str:
    """The object type of a value behind an interface or union."""
    if isinstance(value, Typed):
        return value.type_name
    raise GraphQLError(f"The dev store cannot tell which {abstract.name} this is.")


def resolve_field(source: Any, info: GraphQLResolveInfo, **args: Any) -> Any:
    """Any field of any type: from the table of implemented fields, after the token's scopes were checked."""
    ask: Ask = info.context
    if isinstance(source, Typed):
        source = source.document
    if isinstance(source, Page):
        return _of_page(source, info.field_name)
    if isinstance(source, Edge):
        return source.cursor if info.field_name == "cursor" else source.node
    key = (info.parent_type.name, info.field_name)
    function = TABLE.get(key)
    if function is None:
        raise refused(f"The dev store does not implement {key[0]}.{key[1]}.", "NOT_IMPLEMENTED")
    _check_access(ask, key, info)
    if key[0] == "Mutation":
        return guarded(function, source, ask, args, info)
    return function(source, ask, args)


def _of_page(source: Page, name: str) -> Any:
    if name == "pageInfo":
        ends = [edge.cursor for edge in source.edges]
        return {
            "hasNextPage": source.has_next,
            "hasPreviousPage": source.has_previous,
            "startCursor": ends[0] if ends else None,
            "endCursor": ends[-1] if ends else None,
        }
    return source.edges if name == "edges" else source.nodes


def _check_access(ask: Ask, key: tuple[str, str], info: GraphQLResolveInfo) -> None:
    allowed = ask.notes.get(("access", key))
    if allowed is None:
        allowed = ask.notes["access", key] = _missing_scopes(ask, key, get_named_type(info.return_type)) or ()
    if allowed:
        wanted = " or ".join(f"`{scope}`" for scope in allowed)
        raise refused(
            f"Access denied for {key[1]} field. Required access: {wanted} access scope.",
            "ACCESS_DENIED",
        )


def _missing_scopes(ask: Ask, key: tuple[str, str], returned: Any) -> tuple[str, ...] | None:
    wanted = access_scopes().get(f"{key[0]}.{key[1]}")
    if wanted is None and isinstance(returned, GraphQLObjectType):
        wanted = access_scopes().get(returned.name)
    if wanted is None or "*" in ask.scopes:
        return None
    return None if any(_covers(ask.scopes, scope) for scope in wanted) else wanted


def _covers(scopes: frozenset[str], wanted: str) -> bool:
    return wanted in scopes or wanted.replace("read_", "write_", 1) in scopes


for _name in ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor"):
    TABLE["PageInfo", _name] = lambda document, ask, args, name=_name: document[name]
