"""Labels that are not there yet: being bought, bought without their file, or waiting for a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shopify_app.leases import WorkState, last_try
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.parcels import labels
from shopify_app.returns.parcels.labels import LabelKind
from shopify_app.returns.parcels.models import ReturnLabel, ReturnParcel
from shopify_app.returns.states import Reception, ReturnState, StepState
from shopify_app.returns.steps import IN_FLIGHT, StepKind
from shopify_app.returns.vocabulary import MoneyEvent
from shopify_app.shipments.states import ParcelState

BUYING = (StepState.PLANNED, *IN_FLIGHT)
"""Phases in which a label may be bought any moment."""


@dataclass(frozen=True)
class Coming:
    """A label that its shopper waits for. `asked_from`: the provider does not answer, and if it goes on like that a
    person is asked from then on; None: it was not asked in vain. `is_asked`: a person is."""

    asked_from: datetime | None = None
    is_asked: bool = False


def coming(
    ret: Return, given: Iterable[ReturnLabel], known: Iterable[Step], groups: Iterable[ReleaseGroup]
) -> Coming | None:
    """What is so of a label that is not there yet, from the labels that were not taken back, the steps and the parts of
    `ret`; None where none is awaited, also because the shop gave one of its own."""
    there = list(given)
    has_own = any(row.source == labels.MERCHANT for row in there)
    if has_own or not labels.is_awaited(ret) or ret.first_scan_at is not None:
        return None
    buying = [step for step in known if step.kind == StepKind.LABEL and step.phase in BUYING]
    has_ended = any(step.state == WorkState.PARKED for step in buying)  # though the part is listed for something else
    if has_ended or any(group.look == Look.LABEL_FAILED for group in groups):
        return Coming(is_asked=True)
    if not buying and not any(_waits_for_file(row) for row in there):
        return None
    return Coming(min(filter(None, map(last_try, buying)), default=None))


def is_to_be_given(
    ret: Return, given: Iterable[ReturnLabel], sent: Iterable[ReturnParcel], groups: Iterable[ReleaseGroup]
) -> bool:
    """Whether goods of `ret` are to travel by a label of which there is nothing yet: no label that was not taken back,
    and no parcel that somebody told of."""
    awaited = any(unit.reception == Reception.EXPECTED for line in ret.lines if line.method in labels.BY_LABEL
                  for unit in line.units)  # fmt: skip
    is_paid_first = any(group.released_by == MoneyEvent.APPROVAL and group.settled_at for group in groups)
    if not awaited or not labels.is_awaited(ret) or not (ret.state == ReturnState.APPROVED or is_paid_first):
        return False
    is_sent = ret.scanned_at is not None or any(parcel.state != ParcelState.CANCELLED for parcel in sent)
    return not is_sent and not any(given)


def _waits_for_file(row: ReturnLabel) -> bool:
    return row.kind == LabelKind.FILE and row.file_name is None
