"""Storing metafields. Of all owners only the app's own installation is served here: app-data metafields, which the app
alone may write and every theme block of the app may read (shopify.dev, "App-data metafields")."""

from __future__ import annotations

import json
from typing import Any

from devstore.admin.fields import Ask, plain, refused, resolver
from devstore.admin.shop import APP_METAFIELD, INSTALLATION_ID
from devstore.gids import split
from devstore.refusals import Refusal
from devstore.store import Document

MOST_AT_ONCE = 25
TEXT_TYPES = ("single_line_text_field", "multi_line_text_field")

plain("MetafieldsSetPayload", metafields="metafields", userErrors="userErrors")
plain("MetafieldsSetUserError", code="code", field="field", message="message")
plain("MetafieldsSetUserError", elementIndex=lambda error, ask, args: _index(error))


@resolver("Mutation", "metafieldsSet")
def _set(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    given = args["metafields"]
    if len(given) > MOST_AT_ONCE:
        raise Refusal(
            f"Exceeded the maximum metafields input limit of {MOST_AT_ONCE}.", ("metafields",), "LESS_THAN_OR_EQUAL_TO"
        )
    kept = [_kept(ask, entry, ("metafields", str(place))) for place, entry in enumerate(given)]
    return {"metafields": [{**document, "_owner": INSTALLATION_ID} for document in kept], "userErrors": []}


def _kept(ask: Ask, entry: dict[str, Any], place: tuple[str, ...]) -> Document:
    """One metafield checked and stored; one refusal undoes the whole call, as at Shopify."""
    kind, owner = split(entry["ownerId"])
    if kind != "AppInstallation":
        raise refused(f"The dev store does not implement metafieldsSet for {kind}.", "NOT_IMPLEMENTED")
    if owner != INSTALLATION_ID:
        raise Refusal(
            "Access to this namespace and key on Metafields for this resource type is not allowed.",
            (*place, "ownerId"),
            "APP_NOT_AUTHORIZED",
        )
    if entry.get("compareDigest") is not None:
        raise refused("The dev store does not implement compareDigest.", "NOT_IMPLEMENTED")
    namespace = entry.get("namespace")
    if not namespace:
        raise refused("The dev store does not know the app's default namespace: name one.", "NOT_IMPLEMENTED")
    found = ask.store.find(APP_METAFIELD, namespace=namespace, key=entry["key"])
    written = entry.get("type") or (found[0]["type"] if found else None)
    if not written:
        raise Refusal("Type can't be blank", (*place, "type"), "BLANK")
    _check(written, entry["value"], place)
    number = found[0]["id"] if found else ask.store.next_id(APP_METAFIELD)
    document = {"id": number, "namespace": namespace, "key": entry["key"], "type": written, "value": entry["value"]}
    return ask.store.put(APP_METAFIELD, document)


def _check(written: str, value: str, place: tuple[str, ...]) -> None:
    if not value:
        raise Refusal("Value can't be blank.", (*place, "value"), "BLANK")
    if written in TEXT_TYPES:
        return
    if written != "json":
        raise refused(f"The dev store does not implement metafields of the type {written}.", "NOT_IMPLEMENTED")
    try:
        json.loads(value)
    except ValueError as failure:
        raise Refusal(f"Value is invalid JSON: {failure}.", (*place, "value"), "INVALID_VALUE") from failure


def _index(error: Document) -> int | None:
    """Which entry of the input an error speaks of; None for the whole."""
    field = error.get("field") or []
    return int(field[1]) if len(field) > 1 else None
