"""Parcels on their way back and what goes with them: labels' files are fetched, providers asked, ends warned of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.carriers.easypost import EasyPost
from shopify_app.events import LabelAdded, record
from shopify_app.queue import celery
from shopify_app.returns import parcel_news, timeline
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.parcels import buying, labels
from shopify_app.returns.parcels import files as label_files
from shopify_app.returns.parcels import parcels as return_parcels
from shopify_app.returns.parcels import voiding as label_voiding
from shopify_app.returns.parcels.labels import LabelKind, ProviderAway, ProviderRefused
from shopify_app.returns.parcels.models import ReturnLabel, ReturnParcel
from shopify_app.returns.parcels.parcels import TrackedParcel, TrackingProvider
from shopify_app.returns.states import Actor
from shopify_app.shops.installation import is_here
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

MOST = 50
"""Rows of each kind that one pass takes; the next is a few minutes away."""
FETCHED_FOR = timedelta(days=2)
"""How long the file of a bought label is asked for."""


@celery.task(name="jobs.follow_parcels", bind=True)
def follow_parcels(self: Any) -> None:
    """One pass."""
    follow(self.app.adapters)


@celery.task(name=labels.FETCH, bind=True)
def fetch_labels(self: Any, *_: int) -> None:
    """Files of labels that were just bought."""
    fetch(self.app.adapters)


def follow(adapters: Adapters) -> None:
    """Everything about return parcels that the clock asks for."""
    fetch(adapters)
    _ask_at_last(adapters)
    with adapters.database.write() as session:
        label_voiding.plan_unneeded(session, adapters.clock.now(), MOST)
    _ask(adapters)
    with adapters.database.write() as session:
        labels.warn_of_ends(session, adapters.clock.now())


def fetch(adapters: Adapters) -> int:
    """Keeps the files of bought labels, sealed, and tells the shopper; how many. What fails is tried again."""
    with adapters.database.read() as session:
        waiting = _unfetched(session, adapters.clock.now())
    done = 0
    for row in waiting:
        with _alone(row):
            provider = adapters.carriers.of(row.shop_id)
            kept = _file(adapters, provider, row) if provider else None
            if kept is not None:
                with adapters.database.write() as session:
                    done += _keep(session, row.id, kept, adapters.clock.now())
    return done


def _ask_at_last(adapters: Adapters) -> None:
    """Once more for files that did not come in time; a person is told of those that still cannot be had, and when they
    say to try again, they are asked for again."""
    now = adapters.clock.now()
    with adapters.database.read() as session:
        late = labels.without_file(session, now - FETCHED_FOR, now - label_voiding.ASKED_FOR, MOST)
    for row in late:
        with _alone(row):
            provider = adapters.carriers.of(row.shop_id)
            kept = _file(adapters, provider, row) if provider else None
            with adapters.database.write() as session:
                if kept is not None:
                    _keep(session, row.id, kept, adapters.clock.now())
                else:
                    _tell(session, row, adapters.clock.now())


def _tell(session: Session, row: ReturnLabel, now: datetime) -> None:
    ret = session.get(Return, row.return_id, with_for_update=True)
    bought = session.get(Step, row.step_id)
    group = session.get(ReleaseGroup, bought.group_id) if bought else None
    if ret is not None and group is not None and group.look is None:
        buying.failed(session, ret, group, buying.NO_FILE, "", now)


def _ask(adapters: Adapters) -> None:
    """Providers are asked of parcels they have been silent about."""
    now = adapters.clock.now()
    with adapters.database.read() as session:
        waiting = return_parcels.due(session, now, MOST)
    for parcel in waiting:
        with _alone(parcel):
            provider = adapters.carriers.of(parcel.shop_id)
            told = _told(provider, parcel) if provider else None
            with adapters.database.write() as session:
                row = session.get_one(ReturnParcel, parcel.id)
                if told is not None:
                    with _alone(parcel), session.begin_nested():
                        parcel_news.take(session, row, told, now)
                if row.look_next_at is not None and row.look_next_at <= now:
                    return_parcels.later(row, now)  # also where its news cannot be taken: others have their turn


@contextmanager
def _alone(row: ReturnLabel | ReturnParcel) -> Iterator[None]:
    """The boundary of one label or parcel: whatever goes wrong with it keeps no other waiting."""
    try:
        yield
    except Exception as failure:  # told, and tried again by the next pass
        log.error("not_followed", shop_id=row.shop_id, what=row.__tablename__, row=row.id, exc_info=failure)


def _told(provider: TrackingProvider, parcel: ReturnParcel) -> TrackedParcel | None:
    try:
        if parcel.provider_ref:
            return provider.follow(parcel.provider_ref)
        return provider.register(parcel.number, parcel.carrier)
    except (ProviderAway, ProviderRefused, ValueError) as failure:
        log.info("parcel_not_told", shop_id=parcel.shop_id, parcel_id=parcel.id, why=type(failure).__name__)
        return None


def _unfetched(session: Session, now: datetime) -> list[ReturnLabel]:
    """Shops take turns, each with what it bought last: what cannot be had keeps nobody waiting for what can."""
    turn = func.row_number().over(partition_by=ReturnLabel.shop_id, order_by=ReturnLabel.id.desc())
    wanted = select(ReturnLabel).where(
        ReturnLabel.source != labels.MERCHANT,
        ReturnLabel.file_name.is_(None),
        ReturnLabel.withdrawn_at.is_(None),
        ReturnLabel.added_at > now - FETCHED_FOR,
        is_here(ReturnLabel.shop_id),
    )
    return list(session.scalars(wanted.order_by(turn, ReturnLabel.id).limit(MOST)))


def _file(adapters: Adapters, provider: EasyPost, row: ReturnLabel) -> label_files.KeptFile | None:
    folder = label_files.folder_in(adapters.config.data_dir)
    try:
        bought = provider.find(row.provider_ref or "")
        if row.kind == LabelKind.QR and bought and not bought.qr_url:
            return _code(adapters, provider, row)
        url = (bought.qr_url if row.kind == LabelKind.QR else bought.file_url) if bought else None
        raw = provider.fetch(url) if url else None
        return label_files.keep(folder, adapters.database.keyring, row.shop_id, raw) if raw else None
    except (ProviderAway, ProviderRefused, ValueError) as failure:
        log.warning("label_not_fetched", shop_id=row.shop_id, label_id=row.id, why=type(failure).__name__)
        return None


def _code(adapters: Adapters, provider: EasyPost, row: ReturnLabel) -> label_files.KeptFile | None:
    """A code that has to be asked for. Where the carrier has none, its row is taken back and the label is printed.
    Raises ProviderAway, ProviderRefused."""
    folder = label_files.folder_in(adapters.config.data_dir)
    try:
        url = provider.code(row.provider_ref or "")
    except ProviderRefused as refusal:
        url, why = None, refusal.code
    else:
        why = "NO_FORM"
    if url is not None:
        return label_files.keep(folder, adapters.database.keyring, row.shop_id, provider.fetch(url))
    with adapters.database.write() as session:
        session.get_one(ReturnLabel, row.id).withdrawn_at = now = adapters.clock.now()
        ret = session.get_one(Return, row.return_id)
        timeline.add(session, ret, "label_no_code", Actor.CARRIER, now, facts={"code": why}, is_internal=True)
    return None


def _keep(session: Session, label_id: int, kept: label_files.KeptFile, now: datetime) -> bool:
    """Written by whoever comes first; a second file is an orphan, which upkeep removes, and so is that of a label that
    was taken back meanwhile."""
    row = session.get_one(ReturnLabel, label_id, with_for_update=True)
    if row.file_name is not None or row.withdrawn_at is not None:
        return False
    row.file_name, row.media_type, row.bytes = kept.file_name, kept.media_type, kept.bytes
    ret = session.get_one(Return, row.return_id)
    is_over = row.valid_until is not None and row.valid_until <= now  # a purchase that was found too late
    if row.kind == LabelKind.FILE and not is_over:
        timeline.add(session, ret, "label_added", Actor.CARRIER, now, facts={"label_id": row.id})
        record(session, ret.shop_id, LabelAdded(order_id=ret.order_id, return_id=ret.id, label_id=row.id), now)
    ret.version += 1
    return True
