"""What a call of the control API brings."""

from __future__ import annotations

from typing import Any

from flask import request

from devstore.refusals import Refusal

Body = dict[str, Any]


def body_of() -> Body:
    """The JSON object of this request; nothing sent is an empty one. Raises Refusal."""
    if not request.get_data():
        return {}
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refusal("The body must be a JSON object.")
    return body


def id_in(given: Body, key: str) -> int:
    """The number under `key`, plain or at the end of a global id. Raises Refusal."""
    try:
        return int(str(given.get(key)).rpartition("/")[2])
    except ValueError as failure:
        raise Refusal(f"{key} is missing or not a number.", (key,)) from failure
