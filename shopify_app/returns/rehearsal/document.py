"""A rehearsal as JSON: what `postlude policy rehearse --json` prints.

``docs/rehearsal.schema.json`` is written anew by
``python -m shopify_app.returns.rehearsal.document > docs/rehearsal.schema.json``. Amounts are decimals, as Shopify
writes them; `change` is draft less in force.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import TypeAdapter, WithJsonSchema

from shopify_app.returns.rehearsal.answer import (
    ChoiceLost,
    Direction,
    LeftOut,
    LineExample,
    LineShift,
    Matter,
    Rehearsal,
    ReturnExample,
    Sums,
    rate_of,
)
from shopify_app.returns.rehearsal.words import shift_words
from shopify_app.returns.vocabulary import Outcome

Decimals = Annotated[str, WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d+)?$"})]


@dataclass(frozen=True)
class SumsDocument:
    """value = fees + refunded + credited + exchanged; retained = credited + exchanged (own money that stays in the
    shop); fees = restocking_fees + shipping_fees. The bonus comes on top."""

    value: Decimals
    restocking_fees: Decimals
    shipping_fees: Decimals
    fees: Decimals
    refunded: Decimals
    credited: Decimals
    exchanged: Decimals
    retained: Decimals
    bonus: Decimals


@dataclass(frozen=True)
class CurrencyDocument:
    """The compared returns of one currency. `retained_percent`: retained of value, in force and under the draft."""

    currency: str
    returns: int
    in_force: SumsDocument
    draft: SumsDocument
    change: SumsDocument
    retained_percent: tuple[Decimals, Decimals]


@dataclass(frozen=True)
class ChoiceDocument:
    """Returned lines whose chosen outcome the draft does not allow; `value` was paid for their units."""

    outcome: Outcome
    currency: str
    lines: int
    value: Decimals


@dataclass(frozen=True)
class ReturnDocument:
    """A return that comes to something else. `lost`: choices that the draft takes away, and why."""

    rma: str
    order: str
    order_shopify_id: int
    outcomes: tuple[Outcome, ...]
    currency: str
    in_force: SumsDocument
    draft: SumsDocument
    change: SumsDocument
    lost: tuple[str, ...]


@dataclass(frozen=True)
class ShiftDocument:
    """How many lines change in one way. `outcome` null: the line as a whole. `direction`: for the shopper."""

    matter: Matter
    outcome: Outcome | None
    direction: Direction
    words: str
    lines: int
    examples: tuple[LineExample, ...]


@dataclass(frozen=True)
class LinesDocument:
    """Order lines of the span. Those not sent yet are not judged."""

    orders: int
    judged: int
    not_sent: int
    changed: int
    returnable_in_force: int
    returnable_draft: int
    gained: int
    lost: int
    shifts: tuple[ShiftDocument, ...]


@dataclass(frozen=True)
class ReturnsDocument:
    """Returns asked for in the span. `left_out`: lines whose money is in neither column, by why."""

    made: int
    compared: int
    changed: int
    sums: tuple[CurrencyDocument, ...]
    choices_lost: tuple[ChoiceDocument, ...]
    left_out: dict[LeftOut, int]
    examples: tuple[ReturnDocument, ...]


@dataclass(frozen=True)
class RehearsalDocument:
    """A draft policy against version `version`, both as if alone in force for every order from `since` to `until`.

    `held_since`: the oldest order of the span that we hold, null for none. `is_complete` false: there were more orders
    than were looked at. `currencies_without_rate`: amounts in the shop's currency cannot be told in these.
    """

    version: int
    published_at: datetime
    days: int
    since: datetime
    until: datetime
    held_since: datetime | None
    is_complete: bool
    is_without_change: bool
    lines: LinesDocument
    returns: ReturnsDocument
    currencies_without_rate: tuple[str, ...]


_DOCUMENT: TypeAdapter[RehearsalDocument] = TypeAdapter(RehearsalDocument)


def to_json(found: Rehearsal) -> dict[str, Any]:
    """`found` in its published form."""
    lines = found.lines
    document = RehearsalDocument(
        version=found.version,
        published_at=found.published_at,
        days=found.days,
        since=found.since,
        until=found.until,
        held_since=found.held_since,
        is_complete=found.is_complete,
        is_without_change=found.is_without_change,
        lines=LinesDocument(
            orders=lines.orders,
            judged=lines.judged,
            not_sent=lines.not_sent,
            changed=lines.changed,
            returnable_in_force=lines.returnable_in_force,
            returnable_draft=lines.returnable_draft,
            gained=lines.gained,
            lost=lines.lost,
            shifts=tuple(_shift(each) for each in lines.shifts),
        ),
        returns=_returns(found),
        currencies_without_rate=found.currencies_without_rate,
    )
    written: dict[str, Any] = _DOCUMENT.dump_python(document, mode="json")
    return written


def rehearsal_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of the document."""
    schema = _DOCUMENT.json_schema(ref_template="#/$defs/{model}", mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Postlude policy rehearsal"}


def _returns(found: Rehearsal) -> ReturnsDocument:
    returns = found.returns
    return ReturnsDocument(
        made=returns.made,
        compared=returns.compared,
        changed=returns.changed,
        sums=tuple(
            CurrencyDocument(
                currency=each.currency,
                returns=each.returns,
                in_force=_sums(each.in_force),
                draft=_sums(each.draft),
                change=_sums(each.change),
                retained_percent=(_rate(each.in_force), _rate(each.draft)),
            )
            for each in returns.sums
        ),
        choices_lost=tuple(_choice(each) for each in returns.choices_lost),
        left_out=dict(returns.left_out),
        examples=tuple(_return(each) for each in returns.examples),
    )


def _shift(counted: LineShift) -> ShiftDocument:
    shift = counted.shift
    return ShiftDocument(
        shift.matter, shift.outcome, shift.direction, shift_words(shift), counted.lines, counted.examples
    )


def _choice(lost: ChoiceLost) -> ChoiceDocument:
    return ChoiceDocument(lost.outcome, lost.value.currency, lost.lines, str(lost.value))


def _return(example: ReturnExample) -> ReturnDocument:
    return ReturnDocument(
        rma=example.rma,
        order=example.order,
        order_shopify_id=example.order_shopify_id,
        outcomes=example.outcomes,
        currency=example.currency,
        in_force=_sums(example.in_force),
        draft=_sums(example.draft),
        change=_sums(example.change),
        lost=example.lost,
    )


def _sums(sums: Sums) -> SumsDocument:
    return SumsDocument(
        value=str(sums.value),
        restocking_fees=str(sums.restocking_fees),
        shipping_fees=str(sums.shipping_fees),
        fees=str(sums.fees),
        refunded=str(sums.refunded),
        credited=str(sums.credited),
        exchanged=str(sums.exchanged),
        retained=str(sums.retained),
        bonus=str(sums.bonus),
    )


def _rate(sums: Sums) -> str:
    return str(rate_of(sums.retained, sums.value))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(rehearsal_schema(), indent=2, ensure_ascii=False) + "\n")
