"""The door the app knocks at: Admin GraphQL API and token endpoint, with Shopify's limits and the ordered faults."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Request, Response, jsonify, request
from graphql import GraphQLError

from devstore import faults, lost_answers
from devstore.admin import engine
from devstore.admin.fields import Ask
from devstore.calls import CallLog
from devstore.config import API_VERSION, DevStoreConfig
from devstore.cost import MOST_PER_QUERY, Bucket, actual, requested
from devstore.json_bodies import object_in
from devstore.store import Document, Store
from devstore.tokens import EXCHANGE_GRANT, TokenDesk, TokenRefused
from devstore.world import World


@dataclass(frozen=True)
class Desk:
    """What the door needs besides the world."""

    world: World
    tokens: TokenDesk
    bucket: Bucket
    calls: CallLog


def blueprint(store: Store, config: DevStoreConfig, desk: Desk) -> Blueprint:
    """Routes under ``/admin``: ``/admin/api/<version>/graphql.json`` and ``/admin/oauth/access_token``."""
    door = Blueprint("admin_api", __name__)

    @door.post("/admin/api/<version>/graphql.json")
    def graphql(version: str) -> Response:
        return _graphql(desk, request, version)

    @door.post("/admin/oauth/access_token")
    def access_token() -> Response:
        return _access_token(desk, request)

    return door


GRAPHQL_BODY = {"query": str, "variables": (dict, type(None)), "operationName": (str, type(None))}


def run(
    world: World, scopes: frozenset[str], query: str, variables: dict[str, Any], name: str | None
) -> dict[str, Any]:
    """Executes a request without limits or faults (the merchant's own hands)."""
    prepared = engine.prepare(query, name)
    if isinstance(prepared, list):
        return {"errors": [_written(error) for error in prepared]}
    wrong = engine.coerced(prepared, variables)
    if wrong:
        return {"errors": [_written(error) for error in wrong]}
    return engine.execute(prepared, variables, _ask(world, scopes, prepared))


def _graphql(desk: Desk, incoming: Request, version: str) -> Response:
    body = object_in(incoming) or {}
    wrong = next((key for key, kinds in GRAPHQL_BODY.items() if not isinstance(body.get(key), kinds)), None)
    if wrong:
        return _refused(400, {"errors": {wrong: "Required parameter missing or invalid"}}, version)
    prepared = engine.prepare(body["query"], body.get("operationName"))
    label = prepared.label if isinstance(prepared, engine.Prepared) else "invalid document"
    variables = body.get("variables") or {}
    token = desk.tokens.check(incoming.headers.get("X-Shopify-Access-Token", ""), desk.world.now())
    fault = faults.take(desk.world.store, faults.API_KINDS, label)
    if fault and fault["kind"] == "revoked" and token:
        desk.tokens.revoke(token, with_refresh=fault["deep"])
        token = None
    answer = _answer(desk, prepared, variables, token, fault, version)
    _log(desk, label, body["query"], variables, answer, fault)
    if fault and fault["kind"] == "answer_lost":
        return lost_answers.cut(answer)
    return answer


def _answer(
    desk: Desk,
    prepared: engine.Prepared | list[GraphQLError],
    variables: dict[str, Any],
    token: Document | None,
    fault: Document | None,
    version: str,
) -> Response:
    refusal = _refusal(desk, token, fault, version)
    if refusal is not None:
        return refusal
    if isinstance(prepared, list):
        return _ok({"errors": [_written(error) for error in prepared]}, version)
    wrong = engine.coerced(prepared, variables)
    if wrong:
        return _ok({"errors": [_written(error) for error in wrong]}, version)
    if fault and fault["kind"] == "slow":
        time.sleep(fault["seconds"])
    assert token is not None
    return _ok(_paid(desk, prepared, variables, token, throttled=bool(fault and fault["kind"] == "throttled")), version)


def _refusal(desk: Desk, token: Document | None, fault: Document | None, version: str) -> Response | None:
    kind = fault["kind"] if fault else None
    if kind == "429":
        return _refused(429, {"errors": "Exceeded 2 calls per second for api client."}, version, {"Retry-After": "2.0"})
    if kind == "5xx":
        return _refused(503, {"errors": "Service Unavailable"}, version)
    if desk.world.installed_scopes() is None or token is None:
        words = "[API] Invalid API key or access token (unrecognized login or wrong password)"
        return _refused(401, {"errors": words}, version)
    if token["expires_at"] is None:
        words = "Non-expiring access tokens are no longer accepted for the Admin API. Use an expiring offline token."
        return _refused(403, {"errors": words}, version)
    return None


def _paid(
    desk: Desk, prepared: engine.Prepared, variables: dict[str, Any], token: Document, *, throttled: bool
) -> dict[str, Any]:
    """Runs the query if the bucket has the points; gives back what it did not need."""
    asked = requested(prepared, variables)
    if asked > MOST_PER_QUERY:
        message = f"Query cost is {asked}, which exceeds the single query max cost limit ({MOST_PER_QUERY})."
        extensions = {"code": "MAX_COST_EXCEEDED", "cost": asked, "maxCost": MOST_PER_QUERY}
        return {"errors": [{"message": message, "extensions": extensions}]}
    if throttled or not desk.bucket.take(asked):
        error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
        return {"errors": [error], "extensions": {"cost": _cost(desk, asked, None)}}
    body = engine.execute(prepared, variables, _ask(desk.world, frozenset(token["scope"].split(",")), prepared))
    spent = min(asked, actual(prepared, variables, body.get("data")))
    desk.bucket.take(spent - asked)
    return body | {"extensions": {"cost": _cost(desk, asked, spent)}}


def _cost(desk: Desk, asked: int, spent: int | None) -> dict[str, Any]:
    return {
        "requestedQueryCost": asked,
        "actualQueryCost": spent,
        "throttleStatus": desk.bucket.status().written(),
    }


def _ask(world: World, scopes: frozenset[str], prepared: engine.Prepared) -> Ask:
    return Ask(world, scopes, {"writes": True} if prepared.is_mutation else {})


def _access_token(desk: Desk, incoming: Request) -> Response:
    body = object_in(incoming) or incoming.form.to_dict()
    label = "token:exchange" if body.get("grant_type") == EXCHANGE_GRANT else "token:refresh"
    fault = faults.take(desk.world.store, faults.API_KINDS - {"throttled", "revoked"}, label, named_only=True)
    kind = fault["kind"] if fault else None
    if kind in ("429", "5xx"):
        headers = {"Retry-After": "2.0"} if kind == "429" else {}
        return _refused(429 if kind == "429" else 503, {"errors": "Try again later."}, API_VERSION, headers)
    if kind == "slow" and fault:
        time.sleep(fault["seconds"])
    try:
        answer = jsonify(desk.tokens.grant(body, desk.world.installed_scopes(), desk.world.now()))
    except TokenRefused as refused:
        answer = jsonify({"error": refused.error, "error_description": refused.description})
        answer.status_code = refused.status
    _log(desk, label, "", {"grant_type": body.get("grant_type")}, None, fault, status=answer.status_code)
    return lost_answers.cut(answer) if kind == "answer_lost" else answer


def _ok(body: dict[str, Any], version: str) -> Response:
    return _refused(200, body, version)


def _refused(status: int, body: dict[str, Any], version: str, headers: dict[str, str] | None = None) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    answer.headers["X-Shopify-API-Version"] = version if version == API_VERSION else API_VERSION
    answer.headers["X-Request-Id"] = str(uuid.uuid4())
    answer.headers.update(headers or {})
    return answer


def _written(error: GraphQLError) -> dict[str, Any]:
    return engine.formatted(error)


def _log(
    desk: Desk,
    label: str,
    query: str,
    variables: dict[str, Any],
    answer: Response | None,
    fault: Document | None,
    status: int | None = None,
) -> None:
    desk.calls.add(
        {
            "at": desk.world.now().isoformat(),
            "operation": label,
            "query": query,
            "variables": variables,
            "status": answer.status_code if answer is not None else status,
            "answer": answer.get_data() if answer is not None else b"null",
            "fault": fault["kind"] if fault else None,
        }
    )
