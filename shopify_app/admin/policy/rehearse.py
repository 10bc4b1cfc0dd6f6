"""The rehearsal in the admin: a draft policy over the shop's last orders and returns, as figures, bars and examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import language, show
from shopify_app.admin.policy.document import sent
from shopify_app.admin.policy.words import OUTCOMES
from shopify_app.i18n import Phrase, phrase
from shopify_app.money import Money
from shopify_app.returns import published
from shopify_app.returns.document import WrongPolicy
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
from shopify_app.returns.rehearsal.words import LEFT_OUT, NOTHING_GUESSED, way_of
from shopify_app.returns.rules import Policy
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.writing import drafts

SPANS = (30, 60, LONGEST_DAYS)
MOST_ORDERS = 5_000
"""How many orders are looked at while somebody waits for the page; the command line looks at all."""
LONGEST_LIST = 30
SHOWN_AT_ONCE = 6
"""How many ways of changing are open to see in each list; the rest unfolds."""
HEADINGS = {
    Direction.WORSE: phrase("Stricter for the shopper"),
    Direction.BETTER: phrase("Kinder to the shopper"),
    Direction.OTHER: phrase("Different"),
}
PARTS = (
    ("fees", phrase("Fees")),
    ("refunded", phrase("Refunded")),
    ("credited", phrase("Store credit")),
    ("exchanged", phrase("Exchanged")),
)


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
class Part:
    """One part of a bar: where it begins and how long it is, in percent of the longer column."""

    name: str
    title: Phrase
    amount: Money
    begins: float
    share: float


@dataclass(frozen=True)
class Bar:
    """A policy's column as a bar: the parts of the value, one after another."""

    title: Phrase
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Column:
    """The returns of one currency, to be shown: rows of name, both sums and their difference, and two bars."""

    sums: CurrencySums
    rates: tuple[Phrase, Phrase]
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Typed:
    """The form as it was sent, or as it is first shown. `document` empty: the draft is what is rehearsed."""

    document: str = ""
    days: int = LONGEST_DAYS
    problems: tuple[str, ...] = ()


@blueprint.get("/returns/policy/rehearse")
def rehearse_policy() -> Response:
    """The form."""
    return _page(Typed())


@blueprint.post("/returns/policy/rehearse")
def rehearse_draft() -> Response:
    """What the draft, or a document that was typed or chosen, would have changed."""
    days = request.form.get("days", LONGEST_DAYS, type=int)
    typed = Typed(sent(), days if days in SPANS else LONGEST_DAYS)
    try:
        policy = published.draft_check(typed.document)[0] if typed.document.strip() else None
    except WrongPolicy as failure:
        return _page(replace(typed, problems=failure.sentences), status=422)
    if policy is None:
        with adapters().database.read() as session:
            policy = drafts.draft_of(session, shop_row().id).policy
    return _page(typed, _held_against(policy, typed.days))


def _held_against(draft: Policy, days: int) -> Rehearsal:
    return rehearse(adapters().database, shop_row(), draft, adapters().clock.now(), Reach(days, MOST_ORDERS))


def _page(typed: Typed, found: Rehearsal | None = None, status: int = 200) -> Response:
    with adapters().database.read() as session:
        draft = drafts.draft_of(session, shop_row().id)
    return show(
        "policy/rehearse.html",
        status,
        draft=draft,
        typed=typed,
        problems=typed.problems[:LONGEST_LIST],
        spans=SPANS,
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
        words = language().say(way_of(each.shift))
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
        outcomes=", ".join(language().say(OUTCOMES[outcome]) for outcome in Outcome if outcome in named),
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
            Bar(phrase("In force"), tuple(_parts(sums, "in_force", longest))),
            Bar(phrase("Draft"), tuple(_parts(sums, "draft", longest))),
        ),
    )


def _parts(sums: CurrencySums, side: str, longest: int) -> Iterator[Part]:
    begins = 0.0
    for name, title in PARTS:
        amount = getattr(getattr(sums, side), name)
        if amount.amount > 0:
            share = 100 * amount.amount / longest
            yield Part(name, title, amount, begins, share)
            begins += share


def _rate(sums: CurrencySums, side: str) -> Phrase:
    column = getattr(sums, side)
    return phrase("{number} %", number=rate_of(column.retained, column.value))
