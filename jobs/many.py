"""Work on many returns at once, carried out piece by piece: each in a transaction of its own, with its result."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog

from shopify_app.casework import bulk
from shopify_app.casework.assigning import NotAssigned
from shopify_app.casework.models import BulkAction, BulkItem, ItemOutcome
from shopify_app.i18n import STAFF, Language, Languages
from shopify_app.leases import LeaseLost, claim, finish, lay_down, retry_later
from shopify_app.queue import celery, send
from shopify_app.returns.desk import many
from shopify_app.returns.models import Return
from shopify_app.returns.plainly import REFUSALS, sentence
from shopify_app.returns.reception import NoSuchUnits
from shopify_app.shopify.errors import ShopifyError, Throttled, Unavailable
from shopify_app.shopify.transport import Pace
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

PIECE = 50
"""Items that one message carries out; a few seconds, well within the lease."""
STOCK_PACE = Pace(reserve_share=0.2, longest_wait_seconds=5.0)
NOT_FOR_THIS = (*REFUSALS, NoSuchUnits, NotAssigned, many.NotForThis)


@celery.task(name=bulk.TASK, bind=True)
def carry_many(self: Any, *bulk_ids: int) -> None:
    """Takes these actions a piece further, and comes back while something is left."""
    for bulk_id in bulk_ids:
        if carry_piece(self.app.adapters, bulk_id):
            send(bulk.TASK, bulk_id)


def carry_piece(adapters: Adapters, bulk_id: int) -> bool:
    """Carries out the next items; whether any are left for us."""
    now = adapters.clock.now()
    with adapters.database.write() as session:
        lease = claim(session, BulkAction, bulk_id)
        action = session.get(BulkAction, bulk_id) if lease else None
        items = bulk.untried(session, bulk_id, PIECE) if lease else []
    if lease is None or action is None:
        return False
    try:
        for item in items:
            _carry(adapters, action, item, now)
        return _laid_down(adapters, bulk_id, lease, now)
    except LeaseLost:
        return False
    except (Throttled, Unavailable) as failure:
        log.info("bulk_waits_for_shopify", shop_id=action.shop_id, error=type(failure).__name__)
        with adapters.database.write() as session:
            retry_later(session, BulkAction, bulk_id, lease, type(failure).__name__, now)
        return False


def _laid_down(adapters: Adapters, bulk_id: int, lease: str, now: datetime) -> bool:
    """Done, or given back for the next piece; True for the latter."""
    with adapters.database.write() as session:
        if not bulk.untried(session, bulk_id, 1):
            finish(session, BulkAction, bulk_id, lease, finished_at=now)
            return False
        lay_down(session, BulkAction, bulk_id, lease, now)
    return True


def _carry(adapters: Adapters, action: BulkAction, item: BulkItem, now: datetime) -> None:
    """One item: its effect and its outcome in one transaction, or its refusal in another. What nobody foresaw is a
    refusal too: the others go on."""
    spoken = _language(action)
    try:
        _do(adapters, action, item, now)
        return
    except NOT_FOR_THIS as failure:
        because = _why(failure, spoken)
    except (Throttled, Unavailable):
        raise
    except ShopifyError:
        because = many.Why.SHOPIFY_SILENT
    except Exception as failure:  # the boundary of one item
        log.warning("bulk_item_failed", shop_id=action.shop_id, bulk_id=action.id, exc_info=failure)
        because = many.Why.FAILED
    with adapters.database.write() as session:
        bulk.take(session, item.id, ItemOutcome.REFUSED, because, now)


def _do(adapters: Adapters, action: BulkAction, item: BulkItem, now: datetime) -> None:
    with adapters.database.read() as session:
        seen = session.get(Return, item.subject_id)
        variants = many.needs_stock(session, seen, action.verb) if seen is not None else []
    live = adapters.admin(action.shop_id, STOCK_PACE).variant_stock(variants) if variants else None
    with adapters.database.write() as session:
        ret = session.get(Return, item.subject_id)
        if ret is None or ret.shop_id != action.shop_id:
            raise many.NotForThis(many.Why.GONE)
        session.refresh(ret, with_for_update=True)
        if not bulk.take(session, item.id, ItemOutcome.DONE, None, now):
            return
        one = many.Item(session, ret, action.facts, action.made_by or "", now, live)
        said = many.carry_out(action.verb, item.seen, one)
        if said is not None:
            row = session.get_one(BulkItem, item.id, populate_existing=True)
            row.outcome, row.because = ItemOutcome.REFUSED, said


def _why(failure: Exception, spoken: Language) -> str:
    if isinstance(failure, many.NotForThis):
        return failure.why
    if isinstance(failure, NoSuchUnits | NotAssigned):
        return many.Why.DOES_NOT_FIT
    return sentence(failure, spoken)


_LANGUAGES = Languages(first=STAFF)


def _language(action: BulkAction) -> Language:
    """Whoever chose reads the results."""
    return _LANGUAGES.choose([str(action.facts.get("language", ""))], None)
