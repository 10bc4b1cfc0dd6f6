"""Views of a list that a shop keeps under a name, for everybody who works there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, select

from shopify_app.casework.models import SavedView
from shopify_app.db import Session

LONGEST_NAME = 60
MOST = 20


class Bar(StrEnum):
    """Why a view is not kept."""

    NO_NAME = "no_name"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"


class NotKept(ValueError):
    """The view was not kept; `why` says what is wrong with it."""

    def __init__(self, why: Bar) -> None:
        super().__init__(why)
        self.why = why


def kept(session: Session, shop_id: int, kind: str) -> tuple[SavedView, ...]:
    """The shop's views of one kind, by name."""
    wanted = select(SavedView).where(SavedView.shop_id == shop_id, SavedView.kind == kind)
    return tuple(session.scalars(wanted.order_by(SavedView.name)))


def keep(session: Session, shop_id: int, kind: str, name: str, query: str, by: str, now: datetime) -> SavedView:
    """Keeps `query` under `name`; a view of that name is replaced. Raises NotKept."""
    name = " ".join(name.split())
    if not name:
        raise NotKept(Bar.NO_NAME)
    if len(name) > LONGEST_NAME:
        raise NotKept(Bar.TOO_LONG)
    mine = (SavedView.shop_id == shop_id, SavedView.kind == kind)
    view = session.scalar(select(SavedView).where(*mine, SavedView.name == name))
    if view is None:
        if (session.scalar(select(func.count()).select_from(SavedView).where(*mine)) or 0) >= MOST:
            raise NotKept(Bar.TOO_MANY)
        view = SavedView(shop_id=shop_id, kind=kind, name=name)
        session.add(view)
    view.query, view.made_by, view.made_at = query[:1000], by, now
    session.flush()
    return view


def drop(session: Session, shop_id: int, kind: str, name: str) -> None:
    """Removes a view; one that is not there is gone already."""
    session.execute(
        delete(SavedView).where(SavedView.shop_id == shop_id, SavedView.kind == kind, SavedView.name == name)
    )
