"""A shop's dry run as a row: begun, taken further piece by piece, and kept until the next one is begun.

Whoever holds the lease takes it further: the request that began it, then workers. A piece reads with no transaction
open and writes down what it has come to in one; what a killed worker had not written is looked at again.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog
from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.automations import versions
from shopify_app.automations.dry_run import Patience, SoFar, Wanted, at_its_beginning, go_on
from shopify_app.automations.models import DryRun
from shopify_app.automations.rules import Automations
from shopify_app.db import Database, Session
from shopify_app.leases import LeaseLost, WorkState, claim, finish, lay_down, retry_later
from shopify_app.shops.models import Shop, ShopState

log = structlog.get_logger(__name__)

TASK = "jobs.dry_run"
PIECE = Patience(2.0)
"""Somebody watches: so often the page can tell how far it has come."""
LEASE_SECONDS = 30
"""Ten times what a piece takes and more; somebody watches while a killed worker's lease runs out."""
_FOUND: TypeAdapter[SoFar] = TypeAdapter(SoFar)


class Ended(StrEnum):
    """How a dry run came to its end."""

    WHOLE = "whole"
    STOPPED = "stopped"
    """The draft was changed, or the shop has left: what would still be found says nothing any more."""


def begin(session: Session, shop_id: int, days: int, by: str, now: datetime) -> int:
    """The shop's dry run, of the draft as it stands over the last `days`, in place of the one before, which ends where
    it is; its id. Whoever begins it takes it further, else the sweep finds it."""
    rules = versions.draft_of(session, shop_id).rules
    row = {
        "shop_id": shop_id, "document": versions.written(rules), "days": days, "begun_at": now, "begun_by": by[:80],
        "found": _stored(at_its_beginning(rules)), "ended_as": None, "ended_at": None,
        "state": WorkState.PENDING, "attempts": 0, "due_at": now, "lease_until": None, "lease_token": None,
        "error": None,
    }  # fmt: skip
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = dialect.insert(DryRun).values(row)
    made = made.on_conflict_do_update(index_elements=["shop_id"], set_=row)
    return session.execute(made.returning(DryRun.id)).scalar_one()


def of_shop(session: Session, shop_id: int) -> DryRun | None:
    """The shop's last one."""
    return session.scalars(select(DryRun).where(DryRun.shop_id == shop_id)).one_or_none()


def rules_of(run: DryRun) -> Automations:
    """The rules that it tries."""
    return versions.read(run.document)


def found_by(run: DryRun) -> SoFar:
    """What it has found so far."""
    return _FOUND.validate_python(run.found)


def take_further(database: Database, run_id: int, now: datetime, patience: Patience = PIECE) -> bool:
    """Goes on with it for a piece; whether more is to be done at once. False too where somebody else holds it, or it
    failed and is tried again later."""
    with database.write() as session:
        token = claim(session, DryRun, run_id, LEASE_SECONDS)
        run = session.get(DryRun, run_id) if token else None
        shop = session.get_one(Shop, run.shop_id) if run else None
    if token is None or run is None or shop is None:
        return False
    try:
        if not _is_wanted(database, shop, run):
            _end(database, run, token, Ended.STOPPED, run.found, now)
            return False
        wanted = Wanted.of_days(rules_of(run), run.days, run.begun_at)
        found = go_on(database, shop, wanted, found_by(run), patience)
        if found.is_whole:
            _end(database, run, token, Ended.WHOLE, _stored(found), now)
            return False
        with database.write() as session:
            lay_down(session, DryRun, run.id, token, now, found=_stored(found))
    except LeaseLost:
        return False
    except Exception as failure:  # the boundary: the row keeps the type, the ladder ends with parking
        log.warning("dry_run_failed", shop_id=shop.id, exc_info=failure)
        _later(database, run, token, type(failure).__name__, now)
        return False
    return True


def _is_wanted(database: Database, shop: Shop, run: DryRun) -> bool:
    with database.read() as session:
        return shop.state == ShopState.INSTALLED and versions.draft_of(session, shop.id).rules == rules_of(run)


def _end(database: Database, run: DryRun, token: str, ended: Ended, found: dict[str, Any], now: datetime) -> None:
    with database.write() as session:
        finish(session, DryRun, run.id, token, found=found, ended_as=ended, ended_at=now)


def _later(database: Database, run: DryRun, token: str, reason: str, now: datetime) -> None:
    try:
        with database.write() as session:
            retry_later(session, DryRun, run.id, token, reason, now)
    except LeaseLost:
        return


def _stored(found: SoFar) -> dict[str, Any]:
    stored: dict[str, Any] = _FOUND.dump_python(found, mode="json")
    return stored
