"""What the charts draw, as tables: whoever does not see a shape reads its numbers, or takes them along as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from shopify_app.admin.insights import tables
from shopify_app.admin.insights.drawing import MONEY_BACK, Part, answer_spans, when
from shopify_app.admin.insights.tables import NO_PARCELS, NO_RETURNS, Asking, Cell, Table, number, share
from shopify_app.admin.insights.words import Writer
from shopify_app.i18n import Phrase, phrase
from shopify_app.insights.counts import Count, Sums
from shopify_app.insights.periods import Span, buckets
from shopify_app.insights.report import series, sums, two_sums
from shopify_app.money import Money

NO_ORDERS = phrase("No order was placed in these days.")
NO_ANSWERS = phrase("No person answered a request made on your pages.")
NO_SALES = phrase("Nobody bought anything after following a product or an offer in these days.")
DAYS = phrase("Days")
OF_ALL = phrase("Of all")


def money_table(now: Sums, before: Sums | None, writer: Writer, lengths: tuple[int, int]) -> Table:
    """Where what came back went, beside the days before, reckoned for as many days."""
    heads = [(phrase("Where it went"), False), (_in(phrase("These days"), writer), True)]
    ranges = [(now, Fraction(1))]
    if before:
        heads.append((_in(phrase("Before"), writer), True))
        ranges.append((before, Fraction(*lengths)))
    rows = tuple(
        (
            Cell(writer.say(title)),
            *(_money(writer, round(found.total(count, writer.currency) * per)) for found, per in ranges),
        )
        for count, title, _ in MONEY_BACK
    )
    title = phrase("Where the worth of returned items went")
    return Table("money", title, tuple(heads), rows if now.total(Count.VALUE_BACK, writer.currency) else (), None,
                 NO_RETURNS)  # fmt: skip


def answers_table(now: Sums, writer: Writer) -> Table:
    """How many answers took how long."""
    spans = answer_spans(now)
    whole = sum(count for _, count in spans)
    rows = tuple(
        (Cell(writer.hours(hours)), number(writer, count), share(writer, count, whole)) for hours, count in spans
    )
    heads = ((phrase("Answered within"), False), (phrase("Returns"), True), (OF_ALL, True))
    return Table("answers", phrase("How long answers took"), heads, rows if whole else (), None, NO_ANSWERS)


def kept_table(parts: Sequence[Part], writer: Writer) -> Table:
    """How many parcels came by the first date that was shown."""
    heads = ((DAYS, False), (phrase("Parcels with a date"), True), (phrase("By the first date"), True), (OF_ALL, True))
    rows = _shares(parts, Count.DELIVERED_PROMISED, Count.DELIVERED_KEPT, writer)
    return Table("kept", phrase("Came by the first date"), heads, rows, None, NO_PARCELS)


def again_table(parts: Sequence[Part], writer: Writer) -> Table:
    """How many orders came from customers who had bought before."""
    heads = ((DAYS, False), (phrase("Orders"), True), (phrase("By known customers"), True), (OF_ALL, True))
    rows = _shares(parts, Count.ORDERS, Count.ORDERS_AGAIN, writer)
    return Table("again", phrase("Orders by known customers"), heads, rows, None, NO_ORDERS)


def sales_table(parts: Sequence[Part], writer: Writer) -> Table:
    """What was bought after following a product or an offer."""
    heads = ((DAYS, False), (_in(phrase("Sales"), writer), True))
    sold = [(span, found.total(Count.CARD_SALES, writer.currency)) for span, found in parts]
    rows = tuple((_days(span, writer), _money(writer, amount)) for span, amount in sold)
    has_any = any(amount for _, amount in sold)
    return Table("cards", phrase("Sales that followed a product or an offer"), heads, rows if has_any else (), None,
                 NO_SALES)  # fmt: skip


def _money_of(asking: Asking) -> Table:
    now, before = two_sums(asking.session, asking.shop.id, asking.span, asking.before)
    lengths = asking.span.days, asking.before.days if asking.before else asking.span.days
    return money_table(now, before, asking.writer, lengths)


def _answers_of(asking: Asking) -> Table:
    return answers_table(sums(asking.session, asking.shop.id, asking.span), asking.writer)


def _over_time(make: Callable[[Sequence[Part], Writer], Table], *counts: Count) -> Callable[[Asking], Table]:
    def of(asking: Asking) -> Table:
        parts = series(asking.session, asking.shop.id, buckets(asking.span), counts)
        return make(parts, asking.writer)

    return of


TABLES: dict[str, Callable[[Asking], Table]] = {
    **tables.TABLES,
    "money": _money_of,
    "answers": _answers_of,
    "kept": _over_time(kept_table, Count.DELIVERED_PROMISED, Count.DELIVERED_KEPT),
    "again": _over_time(again_table, Count.ORDERS, Count.ORDERS_AGAIN),
    "cards": _over_time(sales_table, Count.CARD_SALES),
}
"""All tables, by the name that addresses use."""


def _shares(parts: Sequence[Part], of: Count, those: Count, writer: Writer) -> tuple[tuple[Cell, ...], ...]:
    """A row for each part of the range with anything to divide by."""
    counted = [(span, found.total(of), found.total(those)) for span, found in parts]
    return tuple(
        (_days(span, writer), number(writer, whole), number(writer, some), share(writer, some, whole))
        for span, whole, some in counted
        if whole
    )


def _days(span: Span, writer: Writer) -> Cell:
    """For a spreadsheet with their year, so that it can put them in order."""
    return Cell(when(span, writer), str(span.first) if span.days == 1 else f"{span.first} – {span.last}")


def _money(writer: Writer, minor: int) -> Cell:
    return Cell(writer.money(minor), str(Money(minor, writer.currency)))


def _in(title: Phrase, writer: Writer) -> Phrase:
    return phrase("{figure} ({unit})", figure=title, unit=writer.currency)
