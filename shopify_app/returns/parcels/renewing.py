"""In place of labels that ended before anybody had sent anything: their shopper asks for another, and the shop buys
one. The postage of the old ones is asked back first, so that it is asked in time and never twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.returns import parked, timeline
from shopify_app.returns.holding import held
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.parcels import buying, labels, parcels, send_to, voiding
from shopify_app.returns.parcels.coming import BUYING
from shopify_app.returns.parcels.models import ReturnLabel
from shopify_app.returns.release import groups_of, wake
from shopify_app.returns.states import Actor, StepState
from shopify_app.returns.steps import StepKind, plan, try_again
from shopify_app.returns.timeline import By, Told
from shopify_app.states import IllegalMove

THING = "the label"


def have_ended(session: Session, ret: Return, now: datetime) -> bool:
    """Whether the shopper had labels to send awaited goods with, all of them have ended, and no carrier has a parcel of
    the return."""
    return _is_unsent(ret) and bool(labels.given(session, ret)) and not _lasting(session, ret, now)


def asked_at(session: Session, ret: Return) -> datetime | None:
    """When the shopper asked for another label; None where they did not, or were given one since."""
    newest = select(func.max(ReturnLabel.added_at)).where(ReturnLabel.return_id == ret.id).scalar_subquery()
    asked = select(func.max(ReturnEntry.at)).where(
        ReturnEntry.return_id == ret.id, ReturnEntry.kind == Told.LABEL_WANTED, ReturnEntry.at > newest
    )
    return session.scalar(asked)


def ask(session: Session, ret: Return, now: datetime) -> None:
    """The shopper asks for another label, once for those that ended: a person of the shop is told. Raises IllegalMove
    where there is nothing to ask for."""
    ret = held(session, ret.id)
    if not have_ended(session, ret, now):
        raise IllegalMove(THING, "not ended", "asked for")
    if asked_at(session, ret) is not None:
        return
    timeline.add(session, ret, Told.LABEL_WANTED, Actor.SHOPPER, now)
    ret.version += 1
    group = _group(session, ret)
    if group.look is None:  # else somebody has to look already, and the page of the return says this too
        parked.listed(session, ret, group, Look.LABEL_WANTED, {}, now)


def may_buy(session: Session, ret: Return, now: datetime) -> bool:
    """Whether a label can be bought in place of those that are over: nothing was sent, none is being bought, none is
    left that works for the same address, and the shop has somebody to buy from."""
    known = _steps(session, ret, *BUYING, StepState.DONE)
    return may_buy_beside(session, ret, labels.of_return(session, ret), known, now)


def may_buy_beside(
    session: Session, ret: Return, given: Sequence[ReturnLabel], known: Iterable[Step], now: datetime
) -> bool:
    """The same where all labels that were not taken back, and all steps, have been read."""
    travels = any(line.method in labels.BY_LABEL for line in ret.lines)
    if not travels or not labels.is_awaited(ret) or not _is_unsent(ret):
        return False
    purchases = [step for step in known if step.kind == StepKind.LABEL]
    if any(step.phase in BUYING for step in purchases):
        return False
    lasting = [row for row in given if _lasts(row, now)]
    if lasting and not _lacks_one(session, ret, lasting, [step for step in purchases if step.phase == StepState.DONE]):
        return False
    return (bool(given) or _had_one(session, ret)) and parcels.sells_labels(session, ret.shop_id)


def buy(session: Session, ret: Return, by: By, now: datetime) -> None:
    """Gives back the postage of what is over, and buys anew; a purchase that went wrong before is looked up and tried
    again in its place. The shopper is told when the new label is there. Raises IllegalMove where nothing can be
    bought."""
    ret = held(session, ret.id)
    if not may_buy(session, ret, now):
        raise IllegalMove(THING, "not over", "bought anew")
    lasting = {row.step_id for row in _lasting(session, ret, now)}
    over = [row for row in labels.of_return(session, ret) if row.step_id not in lasting]
    for row in over:
        row.withdrawn_at = now
    parcels.call_off(session, ret, {row.number for row in over if row.number})
    bought = _steps(session, ret, StepState.DONE)
    _give_back(session, ret, [step for step in bought if step.id not in lasting], now)
    voiding.let_buy(session, ret.id)
    timeline.add(session, ret, Told.LABEL_ANEW, by.actor, now, staff=by.staff)
    labels.settle_looks(session, ret)
    refused = _steps(session, ret, StepState.REFUSED)
    for step in refused:
        try_again(session, step, now)
    beside = [*refused, *(step for step in bought if step.id in lasting)]
    for group in groups_of(session, ret) if beside else ():
        for label in buying.wanted(session, ret, group, beside=beside):
            plan(session, group, StepKind.LABEL, now, **label)
    ret.version += 1
    wake(session, ret, now)
    if not _steps(session, ret, *BUYING):
        raise IllegalMove(THING, "not to be bought now", "bought anew")


def _lacks_one(session: Session, ret: Return, lasting: Sequence[ReturnLabel], purchases: Sequence[Step]) -> bool:
    """Whether the labels that work are for other addresses than one for which a label was bought too. What the shop
    gave of its own may be for any."""
    working = {row.step_id for row in lasting}
    over = {line_id for step in purchases if step.id not in working for line_id in step.input["lines"]}
    if None in working or not over:
        return False
    kept = {line_id for step in purchases if step.id in working for line_id in step.input["lines"]}
    places = [{line.id for line in theirs} for _, theirs in send_to.of_lines(session, ret, buying.travelling(ret))]
    return any(ids & over and not ids & kept for ids in places)


def _give_back(session: Session, ret: Return, purchases: Iterable[Step], now: datetime) -> None:
    """Asks back the postage of labels that were bought, once each."""
    known = voiding.voided(session, ret.id)
    for step in purchases:
        group = session.get(ReleaseGroup, step.group_id) if step.group_id and step.id not in known else None
        bought = session.scalars(select(ReturnLabel).where(ReturnLabel.step_id == step.id).limit(1)).first()
        if group is not None and bought is not None:
            plan(session, group, StepKind.VOID_LABEL, now, shipment=bought.provider_ref, bought=step.id)


def _is_unsent(ret: Return) -> bool:
    return ret.first_scan_at is None and ret.scanned_at is None


def _lasting(session: Session, ret: Return, now: datetime) -> list[ReturnLabel]:
    """Labels that work still, also such whose file is on its way."""
    return [row for row in labels.of_return(session, ret) if _lasts(row, now)]


def _lasts(row: ReturnLabel, now: datetime) -> bool:
    return row.valid_until is None or row.valid_until > now


def _had_one(session: Session, ret: Return) -> bool:
    return session.scalar(select(ReturnLabel.id).where(ReturnLabel.return_id == ret.id).limit(1)) is not None


def _steps(session: Session, ret: Return, *phases: StepState) -> list[Step]:
    mine = select(Step).where(Step.return_id == ret.id, Step.kind == StepKind.LABEL, Step.phase.in_(phases))
    return list(session.scalars(mine.order_by(Step.id)))


def _group(session: Session, ret: Return) -> ReleaseGroup:
    """The part that labels are bought with."""
    ids = {line.group_id for line in ret.lines if line.method in labels.BY_LABEL}
    groups = groups_of(session, ret)
    return next((group for group in groups if group.id in ids), groups[0])
