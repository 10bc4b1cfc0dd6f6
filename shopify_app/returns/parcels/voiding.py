"""Labels that nobody needs any more: their postage is asked back, as a step that never stops money.

A provider takes a label back while no carrier has scanned it, so asking too often costs nothing and asking late may.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, and_, cast, select
from sqlalchemy.orm import Session, aliased

from shopify_app.returns import timeline
from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.outgoing import Answer, Ready, Workbench
from shopify_app.returns.parcels import parcels
from shopify_app.returns.parcels.labels import (
    BY_LABEL,
    MERCHANT,
    LabelKind,
    LabelProvider,
    ProviderAway,
    ProviderRefused,
    paid_first,
)
from shopify_app.returns.parcels.models import ReturnLabel
from shopify_app.returns.states import Actor, Reception, ReturnState, StepState
from shopify_app.returns.steps import StepKind, plan
from shopify_app.shopify.errors import Unavailable
from shopify_app.shops.installation import is_here

OFF = (ReturnState.CANCELLED, ReturnState.DECLINED)
GIVEN_BACK = frozenset({"submitted", "refunded", "not_applicable"})
"""EasyPost's words for postage that comes back, or that is never billed without a scan."""
BY_HAND = "by_hand"
"""In a step's input: a person took the label back, so that none is bought in its place before a person says so."""
REFUSED, NO_ACCOUNT = "refused", "no_account"
ASKED_FOR = timedelta(days=90)
"""As long as any carrier takes a label back."""
CLOSED_FOR = timedelta(days=7)
"""A return that has been closed so long, and that no carrier has seen, travelled without its label or not at all: the
goods were handed over in person, or given up. Until then a scan may only be late."""


def plan_unneeded(session: Session, now: datetime, most: int) -> int:
    """Plans the return of bought labels that no carrier has scanned and nothing travels with any more; how many."""
    planned = 0
    for row in session.scalars(_unneeded(now).limit(most)).all():
        session.execute(select(Return.id).where(Return.id == row.return_id).with_for_update())
        bought = session.get(Step, row.step_id)
        group = session.get(ReleaseGroup, bought.group_id) if bought else None
        if bought is None or group is None or bought.id in voided(session, row.return_id):
            continue
        plan(session, group, StepKind.VOID_LABEL, now, shipment=row.provider_ref, bought=bought.id)
        planned += 1
    return planned


def voided(session: Session, return_id: int) -> set[int]:
    """The purchases of a return whose postage was asked back, or is about to be, by the id of their step."""
    return {step.input["bought"] for step in _askings(session, return_id) if step.phase != StepState.DROPPED}


def taken_back(session: Session, return_id: int) -> set[int]:
    """The purchases of a return that a person took back, though the asking fell away, until `let_buy`."""
    return {step.input["bought"] for step in _askings(session, return_id) if step.input.get(BY_HAND)}


def let_buy(session: Session, return_id: int) -> None:
    """A person wants a label in place of those that one took back."""
    for step in _askings(session, return_id):
        step.input = {name: value for name, value in step.input.items() if name != BY_HAND}


def _askings(session: Session, return_id: int) -> list[Step]:
    return list(session.scalars(select(Step).where(Step.return_id == return_id, Step.kind == StepKind.VOID_LABEL)))


def _unneeded(now: datetime) -> Any:
    """Every such label once, as long as its postage was not asked back: what waits for an answer keeps no other. The
    file, not the code that goes with it. Goods that were paid before they travelled are awaited though their return is
    closed. What was taken back is nobody's any more, but for the asking that fell away with something else."""
    units = select(ReturnUnit.id).join(ReturnLine, ReturnLine.id == ReturnUnit.return_line_id)
    of_return = units.where(ReturnLine.return_id == ReturnLabel.return_id)
    still_to_come = of_return.where(ReturnUnit.reception == Reception.EXPECTED)
    is_over = and_(
        Return.state == ReturnState.CLOSED,
        Return.closed_at <= now - CLOSED_FOR,
        ~and_(paid_first(Return.id), still_to_come.exists()),
    )
    asked = aliased(Step)
    asks = select(asked.id).where(
        asked.return_id == ReturnLabel.return_id,
        asked.kind == StepKind.VOID_LABEL,
        cast(asked.input["bought"].as_string(), BigInteger) == ReturnLabel.step_id,
    )
    is_asked = asks.where(asked.phase != StepState.DROPPED)
    fell_away = and_(ReturnLabel.withdrawn_at.is_not(None), asks.where(asked.phase == StepState.DROPPED).exists())
    travels = of_return.where(ReturnLine.method.in_(BY_LABEL), ReturnUnit.reception != Reception.KEPT)
    return (
        select(ReturnLabel)
        .join(Return, Return.id == ReturnLabel.return_id)
        .join(Step, Step.id == ReturnLabel.step_id)
        .where(
            Step.group_id.is_not(None),
            ~is_asked.exists(),
            is_here(ReturnLabel.shop_id),
            ReturnLabel.source != MERCHANT,
            ReturnLabel.kind == LabelKind.FILE,
            ReturnLabel.withdrawn_at.is_(None) | fell_away,
            ReturnLabel.added_at > now - ASKED_FOR,
            Return.scanned_at.is_(None),
            Return.state.in_(OFF) | is_over | ~travels.exists() | fell_away,
        )
        .order_by(ReturnLabel.id)
    )


class VoidLabel:
    """Found again by what the provider says of the label's postage."""

    def prepare(self, bench: Workbench) -> Ready:
        return Ready({})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        """A refusal (scanned, or too late) is an answer: there is nothing that a person could do about it."""
        provider = _provider(bench)
        if provider is None:
            return {"status": NO_ACCOUNT}
        try:
            return {"status": provider.void(bench.step.input["shipment"])}
        except ProviderAway as away:
            raise Unavailable(str(away), sent=away.was_sent) from away
        except ProviderRefused as refusal:
            return {"status": REFUSED, "code": refusal.code, "words": refusal.words}

    def look_back(self, bench: Workbench) -> Answer | None:
        provider = _provider(bench)
        if provider is None:
            return {"status": NO_ACCOUNT}
        try:
            status = provider.voided(bench.step.input["shipment"])
        except (ProviderAway, ProviderRefused) as failure:
            raise Unavailable(str(failure), sent=False) from failure
        return {"status": status} if status else None

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        """The label and its code are not shown any more, its parcel is none; the timeline says how it went."""
        ret, now = session.get_one(Return, bench.ret.id), bench.ground.clock.now()
        mine = (ReturnLabel.step_id == bench.step.input["bought"], ReturnLabel.return_id == ret.id)
        rows = session.scalars(select(ReturnLabel).where(*mine)).all()
        for row in rows:
            row.withdrawn_at = row.withdrawn_at or now
        parcels.call_off(session, ret, {row.number for row in rows if row.number})
        kind = "label_voided" if answer["status"] in GIVEN_BACK else "label_not_refunded"
        timeline.add(session, ret, kind, Actor.CARRIER, now, facts=dict(answer), is_internal=True)
        ret.version += 1


def _provider(bench: Workbench) -> LabelProvider | None:
    return bench.ground.labels_of(bench.step.shop_id)
