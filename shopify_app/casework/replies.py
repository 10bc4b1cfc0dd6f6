"""Ready words for shoppers, with places that are filled in when they are used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, select

from shopify_app.casework.models import SavedReply
from shopify_app.db import Session

PLACES = ("first_name", "order", "number", "shop")
"""What may stand in curly brackets: the shopper's first name, the order, the case's own number, the shop's name."""
LONGEST_NAME = 80
LONGEST_BODY = 2000
MOST = 100
_PLACE = re.compile(r"\{([^{}]*)\}")


class Bar(StrEnum):
    """Why a reply is not kept."""

    NO_NAME = "no_name"
    NAME_TOO_LONG = "name_too_long"
    NAME_TAKEN = "name_taken"
    NO_WORDS = "no_words"
    TOO_LONG = "too_long"
    UNKNOWN_PLACE = "unknown_place"
    TOO_MANY = "too_many"


class NotKept(ValueError):
    """The reply was not kept; `why` says what is wrong with which field (``name`` or ``body``)."""

    def __init__(self, why: Mapping[str, Bar]) -> None:
        super().__init__(", ".join(why.values()))
        self.why = dict(why)


class ChangedMeanwhile(Exception):
    """Somebody saved the reply since it was read; `now` is how it stands."""

    def __init__(self, now: SavedReply) -> None:
        super().__init__(now.name)
        self.now = now


def kept(session: Session, shop_id: int) -> tuple[SavedReply, ...]:
    """The shop's replies, by name."""
    return tuple(session.scalars(select(SavedReply).where(SavedReply.shop_id == shop_id).order_by(SavedReply.name)))


def find(session: Session, shop_id: int, reply_id: int) -> SavedReply | None:
    """The shop's own reply of that id."""
    return session.scalar(select(SavedReply).where(SavedReply.shop_id == shop_id, SavedReply.id == reply_id))


def filled(body: str, facts: Mapping[str, str]) -> str:
    """The words with their places filled in; a place without a fact is left empty, with the space before it."""
    said = _PLACE.sub(lambda place: facts.get(place[1].strip(), "") if place[1].strip() in PLACES else place[0], body)
    return re.sub(r" +([,.!?])", r"\1", said).strip()


def save(
    session: Session, shop_id: int, reply: SavedReply | None, name: str, body: str, version: int, by: str, now: datetime
) -> SavedReply:
    """Keeps a new reply, or changes `reply` where it is still at `version`. Raises NotKept, ChangedMeanwhile."""
    name, body = " ".join(name.split()), body.strip().replace("\r\n", "\n")
    if reply is not None:
        session.refresh(reply, with_for_update=True)
        if reply.version != version:
            raise ChangedMeanwhile(reply)
    wrong = _wrong(session, shop_id, reply, name, body)
    if wrong:
        raise NotKept(wrong)
    row = reply or SavedReply(shop_id=shop_id, version=0)
    row.name, row.body, row.version = name, body, row.version + 1
    row.changed_at, row.changed_by = now, by
    session.add(row)
    session.flush()
    return row


def remove(session: Session, shop_id: int, reply_id: int) -> None:
    """Removes a reply; one that is not there is gone already."""
    session.execute(delete(SavedReply).where(SavedReply.shop_id == shop_id, SavedReply.id == reply_id))


def _wrong(session: Session, shop_id: int, reply: SavedReply | None, name: str, body: str) -> dict[str, Bar]:
    wrong: dict[str, Bar] = {}
    others = select(func.count()).select_from(SavedReply).where(SavedReply.shop_id == shop_id)
    if not name:
        wrong["name"] = Bar.NO_NAME
    elif len(name) > LONGEST_NAME:
        wrong["name"] = Bar.NAME_TOO_LONG
    elif session.scalar(others.where(SavedReply.name == name, SavedReply.id != (reply.id if reply else 0))):
        wrong["name"] = Bar.NAME_TAKEN
    elif reply is None and (session.scalar(others) or 0) >= MOST:
        wrong["name"] = Bar.TOO_MANY
    if not body:
        wrong["body"] = Bar.NO_WORDS
    elif len(body) > LONGEST_BODY:
        wrong["body"] = Bar.TOO_LONG
    elif any(place.strip() not in PLACES for place in _PLACE.findall(body)):
        wrong["body"] = Bar.UNKNOWN_PLACE
    return wrong
