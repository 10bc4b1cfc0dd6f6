"""A label that staff take back by hand: nobody is shown it, nothing waits for its parcel, and its postage is asked
back. Another is bought when somebody says so (`renewing.buy`), and not before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.returns import timeline
from shopify_app.returns.holding import held
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.parcels import labels, parcels, refused, voiding
from shopify_app.returns.parcels.labels import LabelKind
from shopify_app.returns.parcels.models import ReturnLabel
from shopify_app.returns.parcels.refused import NoLabel
from shopify_app.returns.release import wake
from shopify_app.returns.steps import StepKind, plan
from shopify_app.returns.timeline import By, Told


def take_back(session: Session, ret: Return, label_id: int, by: By, now: datetime) -> None:
    """Takes a label back, with the code that stands for it; a code alone leaves its label. What a carrier has scanned
    is under way and is only hidden, and so is what another label of its number stands for. Raises NoLabel."""
    ret = held(session, ret.id)
    row = session.get(ReturnLabel, label_id, populate_existing=True)
    if row is None or row.return_id != ret.id or row.withdrawn_at is not None:
        raise NoLabel(refused.GONE)
    row.withdrawn_at = now
    is_code = row.kind == LabelKind.QR
    was_given = not is_code and (row.file_name or row.url)  # and may have been printed: its shopper is told
    timeline.add(session, ret, Told.LABEL_WITHDRAWN, by.actor, now, staff=by.staff, is_internal=not was_given)
    ret.version += 1
    if is_code:
        return
    if row.step_id is not None:
        for code in session.scalars(select(ReturnLabel).where(ReturnLabel.step_id == row.step_id)):
            code.withdrawn_at = code.withdrawn_at or now
    is_used = row.number and row.number in {each.number for each in labels.of_return(session, ret)}
    if is_used or (row.number and parcels.is_scanned(session, ret, row.number)):
        return
    _ask_back(session, row, now)
    parcels.call_off(session, ret, {row.number} if row.number else ())
    if parcels.carry_over(session, ret, now):
        wake(session, ret, now)


def _ask_back(session: Session, row: ReturnLabel, now: datetime) -> None:
    """Asks the postage of a bought label back, once."""
    bought = session.get(Step, row.step_id) if row.step_id is not None else None
    group = session.get(ReleaseGroup, bought.group_id) if bought is not None else None
    if bought is None or group is None or bought.id in voiding.voided(session, row.return_id):
        return
    asked = {"shipment": row.provider_ref, "bought": bought.id, voiding.BY_HAND: True}
    plan(session, group, StepKind.VOID_LABEL, now, **asked)
