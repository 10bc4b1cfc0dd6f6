"""`@idempotent(key:)` and the frame of every mutation: one transaction, refusals become `userErrors`.

As documented: same key and same input within 24 hours give the first result again, rebuilt from current data; another
input under the same key is refused; the mutations named here refuse to run without the directive.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from graphql import GraphQLResolveInfo, value_from_ast_untyped

from devstore.admin.fields import Ask, Resolver, refused
from devstore.refusals import Refusal

REQUIRED = frozenset({"refundCreate"})
KEPT = timedelta(hours=24)


def guarded(function: Resolver, source: Any, ask: Ask, args: dict[str, Any], info: GraphQLResolveInfo) -> Any:
    """Runs the mutation in a transaction of its own, at most once per idempotency key."""
    key = _key(info)
    if key is None and info.field_name in REQUIRED:
        raise refused(f"The @idempotent directive is required for {info.field_name}.", "BAD_REQUEST")
    if key is not None and info.field_name not in REQUIRED:
        raise refused(f"The @idempotent directive is not supported on {info.field_name}.", "BAD_REQUEST")
    try:
        with ask.store.transaction():
            return (
                function(source, ask, args) if key is None else _once(function, source, ask, args, key, info.field_name)
            )
    except Refusal as refusal:
        return {"userErrors": [user_error(refusal)], "_failed": True}


def user_error(refusal: Refusal) -> dict[str, Any]:
    """One entry of `userErrors`."""
    field = list(refusal.field) if refusal.field else None
    return {"field": field, "message": refusal.sentence, "code": refusal.code}


def _once(function: Resolver, source: Any, ask: Ask, args: dict[str, Any], key: str, name: str) -> Any:
    digest = hashlib.sha256(json.dumps(args, sort_keys=True, default=str).encode()).hexdigest()
    now = ask.world.now()
    for earlier in ask.store.find("idempotency", key=key, mutation=name):
        if datetime.fromisoformat(earlier["at"]) + KEPT <= now:
            continue
        if earlier["digest"] != digest:
            raise Refusal(
                "The idempotency key was already used with different parameters.",
                None,
                "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
            )
        return _rebuilt(ask, earlier)
    answer = function(source, ask, args)
    kept = {name: value["id"] for name, value in answer.items() if isinstance(value, dict) and "id" in value}
    entry = {"id": ask.store.next_id("idempotency"), "key": key, "mutation": name, "digest": digest}
    ask.store.put("idempotency", entry | {"at": now.isoformat(), "parts": kept})
    return answer


def _rebuilt(ask: Ask, earlier: dict[str, Any]) -> dict[str, Any]:
    parts = {kind: ask.store.peek(kind, id) for kind, id in earlier["parts"].items()}
    return {**parts, "userErrors": []}


def _key(info: GraphQLResolveInfo) -> str | None:
    for node in info.field_nodes:
        for directive in node.directives or ():
            if directive.name.value != "idempotent":
                continue
            values = {each.name.value: _value(each.value, info) for each in directive.arguments or ()}
            key = str(values.get("key") or "").strip()
            if not key:
                raise refused("The idempotency key must not be blank.", "BAD_REQUEST")
            return key
    return None


def _value(node: Any, info: GraphQLResolveInfo) -> Any:
    variables = info.variable_values
    values: dict[str, Any] = getattr(variables, "coerced", variables)  # type: ignore[assignment]
    return value_from_ast_untyped(node, values)
