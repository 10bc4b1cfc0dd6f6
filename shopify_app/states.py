"""What may follow what: transition tables for rows that live through states."""

from __future__ import annotations

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)


class IllegalMove(Exception):
    """Somebody asked a thing to go where its present state does not lead; a door says so and changes nothing."""

    def __init__(self, thing: str, current: str, wanted: str) -> None:
        super().__init__(f"{thing} is {current} and cannot become {wanted}")
        self.thing, self.current, self.wanted = thing, current, wanted


class Transitions(Generic[S]):
    """The moves of one kind of thing: for each state, the states that may follow."""

    def __init__(self, thing: str, table: Mapping[S, Set[S]]) -> None:
        self.thing, self.table = thing, table

    def allows(self, current: S, wanted: S) -> bool:
        return wanted in self.table.get(current, frozenset())

    def check(self, current: S, wanted: S) -> S:
        """`wanted`, or IllegalMove."""
        if not self.allows(current, wanted):
            raise IllegalMove(self.thing, current, wanted)
        return wanted
