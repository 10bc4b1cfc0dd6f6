"""Who a return can be given to: the shop's people by name, and its teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shopify_app.casework import assigning
from shopify_app.casework.assigning import Bar as NotSomebody
from shopify_app.casework.models import CaseKind
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.shops import staff

ASKS: Mapping[NotSomebody, Phrase] = MappingProxyType(
    {
        NotSomebody.NOT_SOMEBODY: phrase("Choose somebody from the list, or nobody."),
        NotSomebody.TEAM_TOO_LONG: phrase("A team's name has at most 40 characters."),
        NotSomebody.NO_TAG: phrase("Write the tag."),
        NotSomebody.TAG_TOO_LONG: phrase("A tag has at most 40 characters."),
        NotSomebody.TOO_MANY_TAGS: phrase("A return carries at most 20 tags."),
    }
)
"""Why a case was not given, or a tag not put on it."""
BY_HAND = frozenset({"operator", "cli"})
"""What rows keep where somebody typed `postlude`."""
COMMAND_LINE = phrase("the command line")


@dataclass(frozen=True)
class People:
    """`staff` are names by Shopify's id, `teams` the names in use."""

    staff: Mapping[str, str]
    teams: tuple[str, ...]

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Keys of `casework.assigning` with their names."""
        persons = ((assigning.person(user_id), name) for user_id, name in self.staff.items())
        return (*sorted(persons, key=lambda each: each[1]), *((assigning.team(name), name) for name in self.teams))

    def said(self, assignee: str | None) -> str | Phrase:
        """Whose it is in words; empty where it is nobody's."""
        kind, _, who = (assignee or "").partition(":")
        if kind != assigning.PERSON:
            return who
        return self.staff.get(who) or phrase("Staff {number}", number=who[-4:])

    def name(self, user_id: str | None) -> str | Phrase:
        """Who did something, by Shopify's id or whoever else a row names."""
        if user_id in BY_HAND:
            return COMMAND_LINE
        return self.said(assigning.person(user_id)) if user_id and user_id.isdigit() else user_id or ""


def people_of(session: Session, shop_id: int) -> People:
    """Everybody, in two statements."""
    return People(staff.names(session, shop_id), assigning.teams(session, shop_id, CaseKind.RETURN))
