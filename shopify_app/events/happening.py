"""What every event is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Happening:
    """A fact in the past tense. Its class name is its kind."""
