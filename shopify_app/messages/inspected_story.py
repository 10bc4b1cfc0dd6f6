"""What a mail tells of an inspection: the question that was asked, or the goods that went back, as facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.returns.inspecting import asking as inspection_asking
from shopify_app.returns.inspecting import dialogue as inspection
from shopify_app.returns.inspecting.models import GoodsSentBack, InspectionQuestion
from shopify_app.returns.inspecting.states import QuestionState
from shopify_app.returns.models import ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import EXCHANGES
from shopify_app.settings.returns import WithoutAnswer
from shopify_app.texts import plain


@dataclass(frozen=True)
class Asked:
    """A question after an inspection. `was` is what was agreed, `gets` what it comes to now, of an exchange
    (`is_exchange`) what the goods count towards it; of one that goes on (`goes_on`) `back` is paid out beside it. `due`
    is what an exchange costs; `becomes` the outcome that it turns into without an answer, with its sum. `told` are the
    shop's words about the pieces, `reply` what it answered to an appeal. `is_last`: nobody may appeal any more;
    `goes_back`: without an answer the goods do, as they were told. `is_appealed`: the shop has to look again, by
    `decide_by`."""

    group_id: int
    is_open: bool
    pieces: int
    was: Money
    gets: Money
    due: Money
    back: Money
    becomes: tuple[str, Money] | None
    would_cost: bool
    goes_on: bool
    answer_by: datetime
    told: str
    reply: str
    is_last: bool
    goes_back: bool
    is_appealed: bool = False
    is_exchange: bool = False
    decide_by: datetime | None = None


@dataclass(frozen=True)
class WentBack:
    """A parcel that takes goods back to their shopper; until `is_sent` somebody of the shop has still to do it."""

    pieces: int
    number: str
    carrier: str
    url: str
    is_sent: bool = True


def asked_of(session: Session, question_id: int | None) -> Asked | None:
    """The question of a mail; None for a mail without one."""
    row = session.get(InspectionQuestion, question_id) if question_id else None
    if row is None:
        return None
    group = session.get_one(ReleaseGroup, row.group_id)
    zero, offer = Money.zero(group.currency), settlement_from_stored(row.offer) if row.offer else None
    first = row.instead[0] if row.instead else None
    would_cost = inspection.would_cost(group, row)
    return Asked(
        group_id=group.id,
        is_open=row.state == QuestionState.ASKED,
        pieces=len(row.units),
        was=_counts(settlement_from_stored(group.accepted)),
        gets=_counts(offer) if offer else zero,
        due=offer.due if offer else zero,
        back=offer.back if offer else zero,
        becomes=(first["outcome"], settlement_from_stored(first["final"]).gets) if first else None,
        would_cost=would_cost,
        goes_on=offer is not None and offer.outcome in EXCHANGES and not would_cost,
        answer_by=row.answer_by,
        told=_told(session, row),
        reply=_reply(session, row),
        is_last=not inspection_asking.may_appeal(session, row),
        goes_back=inspection_asking.terms(session, row).inspection_default is WithoutAnswer.SEND_BACK,
        is_appealed=row.state == QuestionState.APPEALED,
        is_exchange=group.outcome in EXCHANGES,
        decide_by=row.decide_by,
    )


def went_back_of(session: Session, back_id: int | None) -> WentBack | None:
    """The parcel of a mail; None for a mail without one."""
    row = session.get(GoodsSentBack, back_id) if back_id else None
    if row is None:
        return None
    is_sent = row.sent_at is not None
    return WentBack(len(row.units), plain(row.number, 100), plain(row.carrier, 40), row.url or "", is_sent)


def _counts(settled: Settlement) -> Money:
    """The bonus of an exchange is no money: what of it is not needed lapses."""
    return settled.own if settled.outcome in EXCHANGES else settled.gets


def _told(session: Session, row: InspectionQuestion) -> str:
    ids = [each["unit"] for each in row.units]
    units = session.scalars(select(ReturnUnit).where(ReturnUnit.id.in_(ids)).order_by(ReturnUnit.id))
    return "\n".join(dict.fromkeys(unit.told for unit in units if unit.told))


def _reply(session: Session, row: InspectionQuestion) -> str:
    """What the shop answered to the appeal: of this question, or of the one before it."""
    decided = select(InspectionQuestion).where(
        InspectionQuestion.group_id == row.group_id,
        InspectionQuestion.round <= row.round,
        InspectionQuestion.decided_at.is_not(None),
    )
    found = session.scalars(decided.order_by(InspectionQuestion.round.desc()).limit(1)).one_or_none()
    return (found.reply if found else None) or ""
