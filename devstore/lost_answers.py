"""Answers that are lost on their way: what they would have told has happened all the same."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response

PROMISED = 1_000_000
"""Bytes that the header speaks of: more than any answer has."""


def cut(answer: Response) -> Response:
    """The same answer, but the connection ends after its first byte."""

    def broken() -> Iterator[bytes]:
        yield answer.get_data()[:1]

    lost = Response(broken(), status=answer.status_code, mimetype="application/json")
    lost.headers["Content-Length"] = str(PROMISED)
    return lost
