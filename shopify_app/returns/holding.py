"""A return, held by whoever changes it: they come one after another, each to what the one before has written."""

from __future__ import annotations

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.returns.models import Return


def held(session: Session, return_id: int) -> Return:
    """The return as it is now, held until the transaction ends. What was changed here is written before, not lost."""
    session.flush()
    wanted = select(Return).where(Return.id == return_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(wanted).one()
