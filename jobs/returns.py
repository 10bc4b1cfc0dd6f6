"""What follows for returns: the policy in force is stamped on a new order, a rule says yes at once, last days are
stood by, and what shoppers sent is kept no longer than it is needed."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jobs import automations
from jobs.duties import Duty
from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.queue import celery
from shopify_app.returns import acceptance, last_days, offers, photos, privacy, published, requests, sealed, stock
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.parcels import files as label_files
from shopify_app.returns.states import Actor, ReturnState, Source
from shopify_app.wiring import Adapters

REMOVE, REMOVE_LABELS = "jobs.remove_photos", "jobs.remove_labels"
FILES_KEPT = timedelta(days=1)


def stamp_policy(duty: Duty) -> None:
    """The policy version in force at purchase, written on the order once."""
    with duty.applying() as session:
        order = session.get(Order, duty.order_id)
        if order is not None:
            published.stamp(session, order)


def approve_by_rule(duty: Duty) -> None:
    """Where the policy approves every line at once, nobody waits for a person, unless a rule of the shop's own wants
    one: then an answer is promised as for any other request. Shopify's stock is read before, with no transaction
    open."""
    adapters, return_id = duty.adapters, int(duty.facts["return_id"])
    live, judged = None, None
    if duty.facts["at_once"]:
        with adapters.database.read() as session:
            ret = session.get(Return, return_id)
            wanted = sorted(stock.promised(session, ret)) if ret is not None else []
        live = adapters.admin(duty.shop_id).variant_stock(wanted) if wanted else None
        judged = automations.judged_first(duty)
    with duty.applying() as session:
        ret = session.get(Return, return_id)
        is_theirs = ret is not None and ret.source == Source.SHOPPER and ret.state == ReturnState.REQUESTED
        if not (duty.facts["at_once"] and ret is not None and is_theirs and _is_approved_at_once(session, ret)):
            return
        if automations.is_kept_back(session, duty, judged):
            ret.decide_by = acceptance.promised_day(session, duty.shop_id, duty.now)
        else:
            requests.approve(session, ret, Actor.RULE, duty.now, live=live)


def _is_approved_at_once(session: Session, ret: Return) -> bool:
    """Whether the policy approves what is asked for now: it may have been changed since."""
    quote = session.get(ReturnQuote, ret.quote_id) if ret.quote_id is not None else None
    return quote is None or offers.is_approved_at_once(quote)


def stand_by_last_days(duty: Duty) -> None:
    """What a shopper is told at delivery as the last day holds from then on."""
    with duty.applying() as session:
        order = session.get(Order, duty.order_id)
        if order is not None and order.erased_at is None:
            last_days.stand_by(session, order, duty.now)


@celery.task(name=REMOVE, bind=True)
def remove_photos(self: Any, shop_id: int, *file_names: str) -> None:
    """Removes files whose rows are gone."""
    remove_files(self.app.adapters, shop_id, file_names)


def remove_files(adapters: Adapters, shop_id: int, file_names: Sequence[str]) -> None:
    """The same, here and now."""
    folder = photos.folder_in(adapters.config.data_dir)
    for file_name in file_names:
        sealed.remove(folder, shop_id, file_name)


@celery.task(name=REMOVE_LABELS, bind=True)
def remove_labels(self: Any, shop_id: int, *file_names: str) -> None:
    """The same for labels."""
    folder = label_files.folder_in(self.app.adapters.config.data_dir)
    for file_name in file_names:
        sealed.remove(folder, shop_id, file_name)


def clear(adapters: Adapters) -> None:
    """Drafts and quotes that came to nothing go a week after they expired, with what was photographed for them; files
    without a row (a crash between the two, a shop that was erased) go after a day."""
    now = adapters.clock.now()
    with adapters.database.write() as session:
        offers.drop_stale(session, now)
        privacy.drop_photos(session)
    with adapters.database.read() as session:
        known, kept = privacy.photo_files(session), privacy.label_files(session)
    for shop_id, file_name in orphans(photos.folder_in(adapters.config.data_dir), known, now):
        remove_files(adapters, shop_id, [file_name])
    labels = label_files.folder_in(adapters.config.data_dir)
    for shop_id, file_name in orphans(labels, kept, now):
        sealed.remove(labels, shop_id, file_name)


def orphans(folder: Path, known: Set[str], now: datetime) -> list[tuple[int, str]]:
    """Files that no row speaks of, with their shop; those of the last day may be on their way into one."""
    oldest = (now - FILES_KEPT).timestamp()
    files = [file for place in folder.glob("*") if place.name.isdigit() for file in place.glob("*.sealed")]
    lost = [file for file in files if file.name not in known and file.stat().st_mtime < oldest]
    return [(int(file.parent.name), file.name) for file in lost]
