"""The merchant's own label for a return: a file or a link, told to the shopper, its number told to Shopify."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from shopify_app.events import LabelAdded, record
from shopify_app.returns import timeline
from shopify_app.returns.models import Return
from shopify_app.returns.parcels import parcels, refused
from shopify_app.returns.parcels.files import KeptFile
from shopify_app.returns.parcels.labels import MERCHANT, LabelKind, is_awaited, settle_looks
from shopify_app.returns.parcels.models import ReturnLabel
from shopify_app.returns.parcels.refused import NoLabel
from shopify_app.returns.release import wake
from shopify_app.returns.timeline import By
from shopify_app.settings.shape import Unfit, web_address
from shopify_app.states import IllegalMove


@dataclass(frozen=True)
class OwnLabel:
    """What the merchant gives: a file or a link, with the parcel's number where they know it."""

    kept: KeptFile | None = None
    url: str | None = None
    number: str = ""
    carrier: str = ""
    valid_until: datetime | None = None


def add_own(session: Session, ret: Return, given: OwnLabel, by: By, now: datetime) -> ReturnLabel:
    """The merchant's own label for an approved return; the shopper is told. Raises NoLabel, IllegalMove."""
    try:
        url = web_address(given.url)
    except Unfit as failure:
        raise NoLabel(failure.said) from failure
    if (given.kept is None) == (url is None):
        raise NoLabel(refused.ONE_OF_TWO)
    if given.valid_until is not None and given.valid_until <= now:
        raise NoLabel(refused.ENDED)
    row = ReturnLabel(
        shop_id=ret.shop_id,
        return_id=ret.id,
        source=MERCHANT,
        kind=LabelKind.FILE if given.kept else LabelKind.LINK,
        carrier=given.carrier[:40] or None,
        number=given.number[:100] or None,
        url=url,
        file_name=given.kept.file_name if given.kept else None,
        media_type=given.kept.media_type if given.kept else None,
        bytes=given.kept.bytes if given.kept else None,
        added_at=now,
        added_by=by.staff,
        valid_until=given.valid_until,
    )
    return _add(session, ret, row, by, now)


def _add(session: Session, ret: Return, row: ReturnLabel, by: By, now: datetime) -> ReturnLabel:
    """Adds a label to a return whose goods are awaited, follows its parcel, and lets the shopper be told. Raises
    IllegalMove."""
    if not is_awaited(ret):
        raise IllegalMove("the return", ret.state, "given a label")
    session.add(row)
    session.flush()
    settle_looks(session, ret)
    if row.number:
        parcels.add(session, ret, parcels.Sent(row.number, row.carrier), now)
    timeline.add(session, ret, "label_added", by.actor, now, staff=by.staff, facts={"label_id": row.id})
    ret.version += 1
    record(session, ret.shop_id, LabelAdded(order_id=ret.order_id, return_id=ret.id, label_id=row.id), now)
    wake(session, ret, now)
    return row
