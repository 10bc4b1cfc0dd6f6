"""What a request brings as JSON."""

from __future__ import annotations

from typing import Any

from flask import Request


def object_in(incoming: Request) -> dict[str, Any] | None:
    """The JSON object of the request; None for everything else that can be sent, however deep it is nested."""
    try:
        body = incoming.get_json(silent=True)
    except RecursionError:
        return None
    return body if isinstance(body, dict) else None
