"""What a shop's own rule says in a mail, as it lies in the planned message."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """What a rule says: its subject and words by language, as filled in when it fired. `rma`: the return that it is
    about."""

    subject: dict[str, str]
    words: dict[str, str]
    rma: str = ""


def said_of(facts: str | None) -> Said | None:
    """What a planned mail says; None where its facts are blanked."""
    return Said(**json.loads(facts)) if facts else None
