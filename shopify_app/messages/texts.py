"""Texts that others wrote, made fit for a mail: no control characters, nothing that turns a line round."""

from __future__ import annotations

import re

_CONTROLS = re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")


def one_line(text: str | None, limit: int = 200) -> str:
    """`text` on one line, at most `limit` characters."""
    words = " ".join(_CONTROLS.sub(" ", text or "").split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def several_lines(text: str | None, limit: int) -> tuple[str, ...]:
    """The lines of `text` that say something, at most `limit` characters in all."""
    lines = [one_line(line, limit) for line in (text or "")[: limit * 2].splitlines()]
    kept: list[str] = []
    for line in filter(None, lines):
        room = limit - sum(map(len, kept))
        if room <= 1:
            break
        kept.append(one_line(line, room))
    return tuple(kept)
