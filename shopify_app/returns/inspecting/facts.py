"""What was asked and answered after an inspection, and what goes back to the shopper, as facts for the dossier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shopify_app.money import Money
from shopify_app.returns.decimals import Sum
from shopify_app.returns.inspecting import sending_back
from shopify_app.returns.inspecting.models import GoodsSentBack, InspectionQuestion
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.together import Together


@dataclass(frozen=True)
class QuestionFacts:
    """A question after an inspection. `units` are the pieces it asks about, by our ids; `gets` what the shopper would
    get of the part, without what lapses of an exchange's bonus, `due` what an exchange would cost beyond that, `rest`
    what is left if the goods go back, `instead` what an exchange could become, with its sum. `way` is the answer,
    `verdict` what was decided on an `appeal`."""

    id: int
    part: int | None
    round: int
    state: str
    units: tuple[int, ...]
    gets: Sum
    due: Sum
    rest: Sum
    instead: tuple[tuple[str, Sum], ...]
    asked_at: datetime
    answer_by: datetime
    reminded_at: datetime | None
    way: str | None
    answered_at: datetime | None
    answered_by: str | None
    appeal: str | None
    appealed_at: datetime | None
    decide_by: datetime | None
    verdict: str | None
    reply: str | None
    decided_at: datetime | None


@dataclass(frozen=True)
class SentBackFacts:
    """Pieces that go back to their shopper (our ids of them), in which parcel; `sent_at` None: still to be sent.
    `address` line by line, empty once it is forgotten; `paid_by` is ``shop`` or ``shopper``."""

    id: int
    units: tuple[int, ...]
    address: tuple[str, ...]
    paid_by: str
    asked_at: datetime
    number: str | None
    carrier: str | None
    url: str | None
    sent_at: datetime | None


def questions_of(rows: Together, positions: Mapping[int, int], currency: str) -> tuple[QuestionFacts, ...]:
    """Oldest first; `positions` of the return's parts by their ids."""
    return tuple(_question(row, positions.get(row.group_id), currency) for row in rows.of(InspectionQuestion))


def sent_back_of(rows: Together) -> tuple[SentBackFacts, ...]:
    """Oldest first."""
    names = ("id", "paid_by", "asked_at", "number", "carrier", "url", "sent_at")
    return tuple(
        SentBackFacts(
            **{name: getattr(row, name) for name in names},
            units=tuple(row.units),
            address=sending_back.address_lines(row),
        )
        for row in rows.of(GoodsSentBack)
    )


def _question(row: InspectionQuestion, part: int | None, currency: str) -> QuestionFacts:
    names = (
        "id", "round", "state", "asked_at", "answer_by", "reminded_at", "way", "answered_at", "answered_by", "appeal",
        "appealed_at", "decide_by", "verdict", "reply", "decided_at",
    )  # fmt: skip
    return QuestionFacts(
        **{name: getattr(row, name) for name in names},
        part=part,
        units=tuple(each["unit"] for each in row.units),
        gets=_gets(row.offer, currency),
        due=settlement_from_stored(row.offer).due if row.offer else Money.zero(currency),
        rest=_gets(row.rest, currency),
        instead=tuple((each["outcome"], _gets(each["final"], currency)) for each in row.instead),
    )


def _gets(stored: Mapping[str, Any] | None, currency: str) -> Money:
    return settlement_from_stored(stored).comes_to if stored else Money.zero(currency)
