"""`postlude policy rehearse`: what a draft policy would have changed, in words or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from shopify_app.commands import open_adapters, print_json, shop_row
from shopify_app.returns.rehearsal.answer import (
    CurrencySums,
    LineShift,
    Rehearsal,
    ReturnExample,
    ReturnsAnswer,
    rate_of,
)
from shopify_app.returns.rehearsal.document import to_json
from shopify_app.returns.rehearsal.rehearse import Reach, rehearse
from shopify_app.returns.rehearsal.words import LEFT_OUT, NOTHING_GUESSED, OUTCOMES, shift_words
from shopify_app.returns.rules import Policy


def answer(shop: str, draft: Policy, days: int, as_json: bool) -> None:
    """Rehearses `draft` for `shop` and prints what came of it."""
    adapters = open_adapters()
    with adapters.database.read() as session:
        row = shop_row(session, shop)
    found = rehearse(adapters.database, row, draft, adapters.clock.now(), Reach(days))
    if as_json:
        print_json(to_json(found))
        return
    for line in in_words(found):
        click.echo(line)


def in_words(found: Rehearsal) -> Iterator[str]:
    """The answer as lines of text."""
    yield f"Against version {found.version}, over {found.days} days from {_day(found.since)} to {_day(found.until)}."
    if found.held_since is None:
        yield "No order was placed in that time: there is nothing to judge lines by."
    else:
        yield from _lines(found)
    yield ""
    yield from _returns(found.returns)
    if found.currencies_without_rate:
        unknown = ", ".join(found.currencies_without_rate)
        yield f"What the shop's own amounts are in {unknown} is not known: they are left aside on both sides."
    yield ""
    yield "Nothing would have changed." if found.is_without_change else NOTHING_GUESSED.text


def _lines(found: Rehearsal) -> Iterator[str]:
    lines = found.lines
    yield f"Orders: {lines.orders}, the oldest that is held from {_day(found.held_since)}."
    yield f"Lines:  {lines.judged} judged, {lines.changed} would change; {lines.not_sent} not sent yet."
    yield (
        f"        May come back: {lines.returnable_in_force} under the policy in force, {lines.returnable_draft} under"
        f" the draft ({lines.gained} gained, {lines.lost} lost)."
    )
    for each in lines.shifts:
        yield from _shift(each)


def _shift(counted: LineShift) -> Iterator[str]:
    yield f"  {counted.lines:>7}  {shift_words(counted.shift)}"
    for each in counted.examples[:2]:
        rule = f" (rule “{each.rule}”)" if each.rule else ""
        yield f"           {each.order} {each.title}: {each.in_force} -> {each.draft}{rule}"


def _returns(returns: ReturnsAnswer) -> Iterator[str]:
    if not returns.made:
        yield "No return was asked for in that time."
        return
    yield f"Returns: {returns.made} made, {returns.compared} compared, {returns.changed} would change."
    for why, lines in returns.left_out:
        yield f"  {lines:>7}  line(s) left out: {LEFT_OUT[why].text}"
    for each in returns.sums:
        yield from _sums(each)
    for lost in returns.choices_lost:
        yield (
            f"  Choice lost: {lost.lines} line(s) for {OUTCOMES[lost.outcome]},"
            f" worth {lost.value} {lost.value.currency}; in neither column."
        )
    for example in returns.examples:
        yield _example(example)


def _sums(sums: CurrencySums) -> Iterator[str]:
    yield f"  {sums.currency}, {sums.returns} return(s):{'in force':>18}{'draft':>14}{'change':>14}"
    columns = (sums.in_force, sums.draft, sums.change)
    for name in ("value", "fees", "refunded", "credited", "exchanged", "retained", "bonus"):
        yield f"  {name:<24}" + "".join(f"{getattr(column, name)!s:>14}" for column in columns)
    before, after = (rate_of(column.retained, column.value) for column in columns[:2])
    yield f"  {'retained of value, %':<24}{before!s:>14}{after!s:>14}{after - before!s:>14}"


def _example(example: ReturnExample) -> str:
    change = example.change
    moved = [
        f"{name} {(getattr(change, name).amount > 0 and '+') or ''}{getattr(change, name)}"
        for name in ("fees", "bonus", "retained")
        if getattr(change, name)
    ]
    said = ", ".join([*moved, *(f"choice lost, {each}" for each in example.lost)])
    return f"  {example.rma} of {example.order} ({example.currency}): {said or 'other sums'}"


def _day(instant: datetime | None) -> str:
    return instant.date().isoformat() if instant else "-"
