"""The merchant's goal and its four figures, held against the days before the app was there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shopify_app.admin.insights.words import UNKNOWN, Change, Writer
from shopify_app.i18n import Phrase, phrase
from shopify_app.insights.goals import LEADING, NEVER_BEFORE, Goal
from shopify_app.insights.periods import Span, baseline
from shopify_app.insights.report import Figure

SHOWN_DAYS = 30
FIRST_DAYS = 7
"""So long the figures of the days before say more than those since."""
TITLES: Mapping[Goal, tuple[Phrase, Phrase]] = {
    Goal.FEWER_QUESTIONS: (
        phrase("Fewer “where is my order?”"),
        phrase("Shoppers find the answer themselves, and parcels come when they were promised."),
    ),
    Goal.FEWER_REFUNDS: (
        phrase("Fewer refunds"),
        phrase("More returns end as an exchange or as store credit."),
    ),
    Goal.MORE_REPEAT: (
        phrase("More repeat orders"),
        phrase("Shoppers who follow their parcel find something to come back for."),
    ),
}
"""What each goal is called, and what it means."""
BEHIND: Mapping[str, str] = {
    "delivery_kept": "lanes",
    "hand_over_kept": "lanes",
    "return_rate": "products",
    "retained_share": "outcomes",
    "retained": "outcomes",
    "exchange_share": "outcomes",
    "again_orders": "customers",
    "again_sales": "customers",
    "handed_over": "lanes",
    "transit_days": "lanes",
}
"""The table behind a figure; the others are in the table of all figures."""
AT_FIRST = ("handed_over", "transit_days", "again_orders", "again_sales")
"""What the past that is read back knows of every shop: shown until a goal is chosen, and in place of figures of the
goal that nobody can know yet."""
SHOWN_CARDS = 4


@dataclass(frozen=True)
class Days:
    """`since` are the last days with us, `before` those that we came after; `is_new`: there are few of the first."""

    since: Span
    before: Span
    is_new: bool

    @property
    def lengths(self) -> tuple[int, int]:
        return self.since.days, self.before.days


@dataclass(frozen=True)
class GoalCard:
    """One figure as it is shown; `note` says of which days it is where that is not the usual. `is_start`: it is that of
    the days before."""

    name: str
    title: str
    value: str
    explained: str
    table: str
    change: Change | None = None
    note: str = ""
    is_start: bool = False

    @property
    def is_known(self) -> bool:
        return self.value != UNKNOWN


def leading(goal: Goal | None) -> tuple[str, ...]:
    """The names of the figures that may lead the page, those of the goal first."""
    wanted = LEADING[goal] if goal else ()
    return (*wanted, *(name for name in AT_FIRST if name not in wanted))


def chosen(cards: Sequence[GoalCard], goal: Goal | None) -> tuple[GoalCard, ...]:
    """Four of the cards of `leading`: the goal's, but what others know before what the goal's cannot say yet."""
    of_goal = len(LEADING[goal]) if goal else 0
    pressing = sorted(range(len(cards)), key=lambda at: (not cards[at].is_known, at >= of_goal, at))
    return tuple(cards[at] for at in sorted(pressing[:SHOWN_CARDS]))


def days_told(installed: date, today: date) -> Days:
    """The days of the shop's calendar that are held against each other."""
    first = min(today, max(installed, today - timedelta(days=SHOWN_DAYS - 1)))
    return Days(Span(first, today), baseline(installed), (today - installed).days < FIRST_DAYS)


def card(figure: Figure, days: Days, writer: Writer) -> GoalCard:
    """A figure that nobody counted before stands by itself; in the first days what was before is where you start."""
    measure, before = figure.measure, figure.before
    is_alone = measure.name in NEVER_BEFORE or before is None or not before.is_known
    starts = days.is_new and not is_alone
    note = phrase("before Postlude") if starts else phrase("since {day}", day=writer.day(days.since.first))
    return GoalCard(
        name=measure.name,
        title=writer.say(measure.title),
        value=writer.value(before if starts and before else figure.now, measure.unit),
        explained=f"{writer.say(measure.means)} {writer.say(measure.is_not)}",
        table=BEHIND.get(measure.name, "figures"),
        change=None if is_alone or starts else writer.change(figure),
        note=writer.say(note) if is_alone or starts else "",
        is_start=starts,
    )
