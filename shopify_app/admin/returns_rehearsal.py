"""The rehearsal in the admin: a draft policy over the shop's last orders and returns, as figures, bars and examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import show
from shopify_app.money import Money
from shopify_app.returns import published
from shopify_app.returns.document import LARGEST_BYTES, WrongPolicy, to_document
from shopify_app.returns.presets import PRESETS
from shopify_app.returns.rehearsal.answer import (
    CurrencySums,
    Direction,
    LineExample,
    LinesAnswer,
    LineShift,
    Rehearsal,
    rate_of,
)
from shopify_app.returns.rehearsal.rehearse import LONGEST_DAYS, Reach, rehearse
from shopify_app.returns.rehearsal.words import LEFT_OUT, NOTHING_GUESSED, OUTCOMES, shift_words
from shopify_app.returns.rules import Policy, PolicyVersion
from shopify_app.returns.vocabulary import Outcome

SPANS = (30, 60, LONGEST_DAYS)
MOST_ORDERS = 5_000
"""How many orders are looked at while somebody waits for the page; the command line looks at all."""
LONGEST_LIST = 30
SHOWN_AT_ONCE = 6
"""How many ways of changing are open to see in each list; the rest unfolds."""
HEADINGS = {
    Direction.WORSE: "Stricter for the shopper",
    Direction.BETTER: "Kinder to the shopper",
    Direction.OTHER: "Different",
}
PARTS = (("fees", "Fees"), ("refunded", "Refunded"), ("credited", "Store credit"), ("exchanged", "Exchanged"))


@dataclass(frozen=True)
class Way:
    """One way in which lines change, for one outcome or for several that change for equally many lines. `share`: of
    the lines that were judged, in percent."""

    words: str
    outcomes: str
    lines: int
    share: float
    examples: tuple[LineExample, ...]


@dataclass(frozen=True)
class Bar:
    """A policy's column as a bar: the parts of the value with their share of the longer column, in percent."""

    title: str
    parts: tuple[tuple[str, str, Money, float], ...]


@dataclass(frozen=True)
class Column:
    """The returns of one currency, to be shown: rows of name, both sums and their difference, and two bars."""

    sums: CurrencySums
    rates: tuple[str, str]
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Typed:
    """The form as it was sent, or as it is first shown."""

    draft: str
    days: int = LONGEST_DAYS
    problems: tuple[str, ...] = ()


@blueprint.route("/returns/policy/rehearse", methods=["GET", "POST"])
def rehearse_policy() -> Response:
    """The form, with the policy in force or a preset to begin with; a POST shows what its draft would have changed."""
    if request.method == "POST":
        return rehearsed(_sent())
    preset = PRESETS.get(request.args.get("preset", ""))
    with adapters().database.read() as session:
        newest = published.newest(session, shop_row().id)
    first = preset.policy if preset else newest.policy
    return _page(newest, Typed(json.dumps(to_document(first), indent=2, ensure_ascii=False)))


def rehearsed(text: str) -> Response:
    """What the draft `text` would have changed, or what is wrong with it."""
    days = request.form.get("days", LONGEST_DAYS, type=int)
    typed = Typed(text, days if days in SPANS else LONGEST_DAYS)
    with adapters().database.read() as session:
        newest = published.newest(session, shop_row().id)
    try:
        draft, _ = published.draft_check(text)
    except WrongPolicy as failure:
        return _page(newest, replace(typed, problems=failure.sentences), status=422)
    return _page(newest, typed, _held_against(draft, typed.days))


def _held_against(draft: Policy, days: int) -> Rehearsal:
    return rehearse(adapters().database, shop_row(), draft, adapters().clock.now(), Reach(days, MOST_ORDERS))


def _sent() -> str:
    """The file where one was chosen, else what stands in the field."""
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        return request.form.get("document", "")
    return chosen.read(LARGEST_BYTES + 1).decode("utf-8-sig", "replace")


def _page(newest: PolicyVersion, typed: Typed, found: Rehearsal | None = None, status: int = 200) -> Response:
    return show(
        "returns_rehearsal.html",
        status,
        newest=newest,
        typed=typed,
        problems=typed.problems[:LONGEST_LIST],
        spans=SPANS,
        presets=PRESETS,
        found=found,
        ways=_ways(found.lines) if found else {},
        columns=[_column(each) for each in found.returns.sums] if found else [],
        parts=PARTS,
        headings=HEADINGS,
        outcomes=OUTCOMES,
        left_out=LEFT_OUT,
        nothing_guessed=NOTHING_GUESSED,
        shown_at_once=SHOWN_AT_ONCE,
    )


def _ways(lines: LinesAnswer) -> dict[Direction, list[Way]]:
    """By whom they are good for; what changes for several outcomes and equally many lines is told once."""
    found: dict[tuple[Direction, str, int], list[LineShift]] = {}
    for each in lines.shifts:
        words = shift_words(replace(each.shift, outcome=None))
        found.setdefault((each.shift.direction, words, each.lines), []).append(each)
    return {
        direction: [_way(words, lines.judged, shifts) for (way, words, _), shifts in found.items() if way is direction]
        for direction in HEADINGS
    }


def _way(words: str, judged: int, shifts: list[LineShift]) -> Way:
    first = shifts[0]
    named = {each.shift.outcome for each in shifts}
    return Way(
        words=words[:1].upper() + words[1:],
        outcomes=", ".join(OUTCOMES[outcome] for outcome in Outcome if outcome in named),
        lines=first.lines,
        share=100 * first.lines / judged,
        examples=first.examples,
    )


def _column(sums: CurrencySums) -> Column:
    longest = max(sums.in_force.value.amount, sums.draft.value.amount, 1)
    return Column(
        sums=sums,
        rates=(_rate(sums, "in_force"), _rate(sums, "draft")),
        bars=(
            Bar("In force", tuple(_parts(sums, "in_force", longest))),
            Bar("Draft", tuple(_parts(sums, "draft", longest))),
        ),
    )


def _parts(sums: CurrencySums, side: str, longest: int) -> Iterator[tuple[str, str, Money, float]]:
    for name, title in PARTS:
        amount = getattr(getattr(sums, side), name)
        if amount.amount > 0:
            yield name, title, amount, 100 * amount.amount / longest


def _rate(sums: CurrencySums, side: str) -> str:
    column = getattr(sums, side)
    return f"{rate_of(column.retained, column.value):f} %"
