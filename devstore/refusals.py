"""Why the dev store says no, as sentences."""

from __future__ import annotations


class Refusal(Exception):
    """What was asked is not possible; `field` names the offending input when there is one (for `userErrors`)."""

    def __init__(self, sentence: str, field: tuple[str, ...] | None = None, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.code = code


class Unknown(Refusal):
    """The thing asked for does not exist."""
