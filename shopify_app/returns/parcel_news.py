"""What a provider says of parcels moves the returns they belong to: the carrier's scans free money that waits for
them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from shopify_app.returns.holding import held
from shopify_app.returns.parcels import parcels as return_parcels
from shopify_app.returns.parcels.models import ReturnParcel
from shopify_app.returns.parcels.parcels import TrackedParcel
from shopify_app.returns.release import wake


def take_in(session: Session, shop_ids: Iterable[int], told: TrackedParcel, now: datetime) -> int:
    """News of a parcel in one of these shops; how many parcels of ours it was about. Of an unknown one nothing is
    kept."""
    found = return_parcels.named(session, shop_ids, told)
    for parcel in found:
        take(session, parcel, told, now)
    return len(found)


def take(session: Session, parcel: ReturnParcel, told: TrackedParcel, now: datetime) -> None:
    """The same for one parcel. Its return is held until the transaction ends."""
    ret = held(session, parcel.return_id)
    return_parcels.apply(session, parcel, told, now)
    if return_parcels.carry_over(session, ret, now):
        wake(session, ret, now)
