"""The control API reached from inside the same process: what a person clicks is what a test would post."""

import json
from dataclasses import dataclass
from typing import Any

from flask import current_app
from werkzeug.test import Client


class Refused(Exception):
    """The control API said no; `sentence` is fit for a person, `status` is the HTTP status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


@dataclass(frozen=True)
class ControlDoor:
    """Calls `/control/...` of the running application without a socket, so that it works under any server."""

    base_url: str

    def get(self, path: str, **query: str) -> Any:
        """The JSON answer of a GET. Raises Refused."""
        return self._call("GET", path, None, query)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON answer of a POST. Raises Refused."""
        return self._call("POST", path, body or {}, {})

    def delete(self, path: str) -> Any:
        """The JSON answer of a DELETE. Raises Refused."""
        return self._call("DELETE", path, None, {})

    def _call(self, method: str, path: str, body: dict[str, Any] | None, query: dict[str, str]) -> Any:
        application = current_app._get_current_object()  # type: ignore[attr-defined]
        answer = Client(application).open(
            f"/control{path}",
            method=method,
            base_url=self.base_url,
            query_string=query,
            data=None if body is None else json.dumps(body),
            content_type=None if body is None else "application/json",
        )
        content = answer.get_json(silent=True)
        if answer.status_code >= 400:
            sentence = content.get("error") if isinstance(content, dict) else None
            raise Refused(sentence or f"The dev store answered {answer.status_code}.", answer.status_code)
        return content
