"""What must hold of labels: bought once, and given back once where nobody needs them any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from balance import Findings, Row
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.returns.models import Return
from shopify_app.returns.money_models import Step
from shopify_app.returns.parcels.labels import BY_LABEL
from shopify_app.returns.parcels.models import ReturnLabel
from shopify_app.returns.parcels.voiding import GIVEN_BACK
from shopify_app.returns.states import Reception, ReturnState, StepState
from shopify_app.returns.steps import StepKind

ON = (ReturnState.REQUESTED, ReturnState.APPROVED, ReturnState.CLOSED)


def labels_bought_and_given_back(
    session: Session, sold: Sequence[Row], orders: Collection[int], found: Findings
) -> None:
    """`sold` are the agent's shipments, of whatever shop. Nobody scans a parcel in these stories, so that the agent
    refuses postage only where it was asked for it twice."""
    paid = {each["name"]: each for each in sold if each["tracking_code"]}
    _bought(session, paid, orders, found)
    for ret in session.scalars(select(Return).where(Return.order_id.in_(orders)).order_by(Return.id)):
        _given_back(session, ret, paid, found)


def _bought(session: Session, paid: dict[str, Row], orders: Collection[int], found: Findings) -> None:
    """One label a step, and a row for each that was paid for."""
    wanted = select(Step.id).join(Return).where(Return.order_id.in_(orders), Step.kind == StepKind.LABEL)
    mine = set(session.scalars(wanted))
    ours = {name: step for name, each in paid.items() if (step := _step_of(each)) in mine}
    found.double += [f"{count} labels for step {step}" for step, count in Counter(ours.values()).items() if count > 1]
    known = set(session.scalars(select(ReturnLabel.provider_ref).where(ReturnLabel.step_id.in_(mine))))
    found.lost += [f"label {name}, which was paid for" for name in ours if name not in known]


def _step_of(shipment: Row) -> int:
    """The step in whose name it was bought, told by the reference that the agent keeps."""
    number = shipment["reference"].rpartition("step-")[2]
    return int(number) if number.isdigit() else 0


def _given_back(session: Session, ret: Return, paid: dict[str, Row], found: Findings) -> None:
    travels = any(
        line.method in BY_LABEL and any(u.reception != Reception.KEPT for u in line.units) for line in ret.lines
    )
    is_needed = ret.state in ON and travels
    back = select(Step).where(Step.return_id == ret.id, Step.kind == StepKind.VOID_LABEL)
    voids = [step for step in session.scalars(back) if step.phase != StepState.DROPPED]
    asked = Counter(step.input["bought"] for step in voids)
    found.double += [f"{ret.rma}: {count} steps give label {id} back" for id, count in asked.items() if count > 1]
    said = [(step.answer or {}).get("status") for step in voids if step.phase == StepState.DONE]
    found.double += [f"{ret.rma}: postage was asked back twice ({word})" for word in said if word not in GIVEN_BACK]
    files = select(ReturnLabel).where(ReturnLabel.return_id == ret.id, ReturnLabel.cost.is_not(None))
    for label in session.scalars(files):
        at_agent = paid[label.provider_ref or ""]["refund_status"]
        if bool(at_agent) != (label.step_id in asked):
            found.wrong.append(f"{ret.rma}: label {label.number} is {at_agent}, steps {sorted(asked)}")
        if not is_needed and not at_agent:
            found.stuck.append(f"{ret.rma} ({ret.state}): label {label.number} is not needed and was not given back")
        if at_agent and label.withdrawn_at is None:
            found.wrong.append(f"{ret.rma}: label {label.number} was given back and is still shown")
