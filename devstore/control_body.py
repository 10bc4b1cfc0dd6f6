"""What a call of the control API brings."""

from __future__ import annotations

from typing import Any

from flask import request

from devstore.control_shapes import Fields, check
from devstore.json_bodies import object_in
from devstore.refusals import Refusal

Body = dict[str, Any]


def body_of(fields: Fields) -> Body:
    """The JSON object of this request, in which `fields` are what they must be; nothing sent is an empty one. Raises
    Refusal."""
    body = object_in(request) if request.get_data() else {}
    if body is None:
        raise Refusal("The body must be a JSON object.")
    check(body, fields)
    return body


def id_in(given: Body, key: str) -> int:
    """The number under `key`, plain or at the end of a global id. Raises Refusal."""
    try:
        return int(str(given.get(key)).rpartition("/")[2])
    except ValueError as failure:
        raise Refusal(f"{key} is missing or not a number.", (key,)) from failure
