"""The charts of the overview: figures into shapes with words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction

from shopify_app.admin.insights import charts
from shopify_app.admin.insights.charts import Bar, Bars, Columns, Key, Line
from shopify_app.admin.insights.tables import product_name
from shopify_app.admin.insights.words import Writer
from shopify_app.i18n import Phrase, phrase
from shopify_app.insights.breakdowns import Returned
from shopify_app.insights.counts import HOURS, LONGER, Count, Sums
from shopify_app.insights.measures import BY_NAME, Unit, Value
from shopify_app.insights.periods import Span

SHOWN_PRODUCTS = 6
SHOWN_REASONS = 5
Part = tuple[Span, Sums]

MONEY_BACK = (
    (Count.EXCHANGED, phrase("New items"), 1),
    (Count.CREDITED, phrase("Store credit"), 2),
    (Count.FEES, phrase("Fees"), 4),
    (Count.REFUNDED, phrase("Refunded"), 6),
)


def products(found: Sequence[Returned], writer: Writer) -> Bars:
    """The products that came back most, each split by reason; the longest bar is as wide as the chart."""
    shown = [each for each in found if each.product_id][:SHOWN_PRODUCTS]
    counted: Counter[str] = Counter()
    for each in shown:
        counted.update(dict(each.reasons))
    inks = {reason: ink for ink, (reason, _) in enumerate(counted.most_common(SHOWN_REASONS), start=1)}
    most = max((each.units for each in shown), default=0)
    bars = tuple(
        Bar(product_name(each, writer), writer.count(each.units), charts.split(_reasons(each, inks, writer), most))
        for each in shown
    )
    keys = [Key(ink, writer.reason(reason)) for reason, ink in inks.items()]
    rest = [Key(charts.INKS, writer.say(phrase("Other reasons")))] if len(counted) > SHOWN_REASONS else []
    title = writer.say(phrase("Items asked back, by product and reason"))
    words = "; ".join(f"{bar.label}: {bar.number}" for bar in bars)
    return Bars(title, words, bars, (*keys, *rest))


def money(now: Sums, before: Sums | None, writer: Writer, lengths: tuple[int, int]) -> Bars:
    """Where what came back went: one bar for these days, one for those before, reckoned for as many days."""
    rows = [(phrase("These days"), now, 1, 1)] + ([(phrase("Before"), before, *lengths)] if before else [])
    bars = tuple(_money_bar(writer.say(label), found, writer, per, of) for label, found, per, of in rows)
    keys = tuple(Key(ink, writer.say(title)) for _, title, ink in MONEY_BACK)
    title = writer.say(phrase("Where the worth of returned items went"))
    words = "; ".join(f"{bar.label}: {', '.join(part.words for part in bar.parts)}" for bar in bars)
    return Bars(title, words, bars, keys)


def answers(now: Sums, writer: Writer) -> Columns:
    """How long answers took: a column for each span that ends at an hour of `HOURS`, up to the longest that was."""
    spans = answer_spans(now)
    edges, numbers = [edge for edge, _ in spans], [number for _, number in spans]
    words = [
        writer.say(phrase("within {time}: {count}", time=writer.hours(edge), count=number))
        if edge != LONGER
        else f"{writer.hours(edge)}: {writer.count(number)}"
        for edge, number in zip(edges, numbers, strict=True)
    ]
    return Columns(
        title=writer.say(phrase("How long answers took")),
        words="; ".join(told for told, number in zip(words, numbers, strict=True) if number),
        columns=charts.columns(numbers, words),
        top=writer.count(max(numbers)),
        first=writer.hours(edges[0]),
        last=writer.hours(edges[-1]),
    )


def answer_spans(now: Sums) -> list[tuple[int, int]]:
    """(hours, answers): how many took no longer than that, and longer than the one before."""
    found = {int(key): number for key, number in now.keys(Count.DECIDED).items()}
    return [(edge, found.get(edge, 0)) for edge in (*HOURS, LONGER) if edge <= max((*found, HOURS[5]))]


def share_line(name: str, parts: Sequence[Part], before: Value | None, writer: Writer) -> Line:
    """A share over time, from the nearest ten percent below it up to the nearest above, with the level of the days it
    is compared with. Days without anything to divide by are gaps."""
    measure = BY_NAME[name]
    values = [measure.of(found, writer.currency).number for _, found in parts]
    known = [value for value in values if value is not None]
    level = before.number if before else None
    reached = [*known, *([level] if level is not None else [])] or [0.0, 1.0]
    low, high = scale_around(min(reached), max(reached))
    words = [
        f"{when(span, writer)}: {writer.value(measure.of(found, writer.currency), Unit.PERCENT)}"
        for span, found in parts
    ]
    paths, dots = charts.line(values, words, low, high)
    return Line(
        title=writer.say(measure.title),
        words="; ".join(dot[2] for dot in dots),
        paths=paths,
        dots=dots,
        top=writer.percent(high),
        bottom=writer.percent(low),
        first=writer.day(parts[0][0].first),
        last=writer.day(parts[-1][0].last),
        compared=charts.level(level, low, high) if level is not None else None,
        compared_words=writer.say(phrase("before: {was}", was=writer.percent(level))) if level is not None else "",
    )


def sales_columns(parts: Sequence[Part], writer: Writer) -> Columns:
    """What was bought after following a card, day by day or week by week, in the shop's currency."""
    return _columns(
        phrase("Sales that followed a product or an offer"),
        parts,
        lambda found: found.total(Count.CARD_SALES, writer.currency),
        writer.money,
        writer,
    )


def _columns(
    title: Phrase,
    parts: Sequence[Part],
    number_of: Callable[[Sums], int],
    written: Callable[[int], str],
    writer: Writer,
) -> Columns:
    numbers = [number_of(found) for _, found in parts]
    words = [f"{when(span, writer)}: {written(number)}" for (span, _), number in zip(parts, numbers, strict=True)]
    return Columns(
        title=writer.say(title),
        words="; ".join(told for told, number in zip(words, numbers, strict=True) if number),
        columns=charts.columns(numbers, words),
        top=written(max(numbers, default=0)),
        first=writer.day(parts[0][0].first),
        last=writer.day(parts[-1][0].last),
    )


def scale_around(least: float, most: float) -> tuple[float, float]:
    """The tens of a percent around all values, at least one step apart, between 0 and 100 %."""
    low, high = math.floor(least * 10 + 1e-9), math.ceil(most * 10 - 1e-9)
    if low >= high:
        low, high = max(0, low - 1), min(10, low + 1)
    return low / 10, high / 10


def _reasons(each: Returned, inks: dict[str, int], writer: Writer) -> list[tuple[int, int, str]]:
    """Pieces in the order of the colours, so that bars can be compared; the rest last."""
    found = sorted(each.reasons, key=lambda pair: inks.get(pair[0], charts.INKS))
    return [
        (inks.get(reason, charts.INKS), units, f"{writer.reason(reason)}: {writer.count(units)}")
        for reason, units in found
    ]


def _money_bar(label: str, found: Sums, writer: Writer, per: int, of: int) -> Bar:
    amounts = [
        (ink, round(Fraction(found.total(count, writer.currency) * per, of)), title) for count, title, ink in MONEY_BACK
    ]
    whole = sum(max(0, amount) for _, amount, _ in amounts)
    parts = [(ink, amount, f"{writer.say(title)} {writer.money(amount)}") for ink, amount, title in amounts]
    return Bar(label, writer.money(whole), charts.split(parts, whole))


def when(span: Span, writer: Writer) -> str:
    """A day, or the days from the first to the last."""
    return writer.day(span.first) if span.days == 1 else f"{writer.day(span.first)} – {writer.day(span.last)}"
