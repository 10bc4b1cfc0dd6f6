"""Tables behind the charts: shown on a page, and as files for a spreadsheet (`files`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shopify_app.admin.insights.words import UNKNOWN, Writer
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.insights.breakdowns import (
    Known,
    LaneResult,
    Returned,
    ReturnedVariant,
    lanes,
    named,
    returned_by_vendor,
    returned_products,
    returned_variants,
)
from shopify_app.insights.counts import HOURS, LONGER, Count
from shopify_app.insights.measures import MEASURES, Unit, Value
from shopify_app.insights.periods import Span
from shopify_app.insights.portraits import nearest
from shopify_app.insights.report import figures, sums
from shopify_app.money import Money
from shopify_app.shops.models import Shop

MOST = 200
"""Rows of a table; the rest would be read by nobody."""


@dataclass(frozen=True)
class Cell:
    """What stands in a table; `plain` is the same for a spreadsheet (numbers without words), None: `text`. `href`
    leads to the list behind it."""

    text: str
    plain: str | None = None
    href: str | None = None


@dataclass(frozen=True)
class Table:
    """`columns` are (heading, whether it holds numbers). `note` says what must be known to read it, `empty` what to do
    where there is no row."""

    name: str
    title: Phrase
    columns: tuple[tuple[Phrase, bool], ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Phrase | None
    empty: Phrase


Link = Callable[..., str]
"""The address of the desk with filters (`asked_from`, `reason` ...)."""


@dataclass(frozen=True)
class Asking:
    """For whom and over which days a table is made; `before` are the days that its money is compared with."""

    session: Session
    shop: Shop
    span: Span
    writer: Writer
    desk: Link
    before: Span | None = None


NO_RETURNS = phrase("No return was asked for in these days. Choose a longer range, or begin one for a customer.")
NO_PARCELS = phrase("No parcel was delivered in these days. Deliveries appear as soon as a carrier's scans reach us.")
NO_CUSTOMERS = phrase("Customers are counted each night. Look again tomorrow.")


def products(asking: Asking) -> Table:
    """Which products come back, and why."""
    found = returned_products(asking.session, asking.shop.id, asking.span, MOST)
    return product_table(found, asking.writer)


def product_table(found: tuple[Returned, ...], writer: Writer) -> Table:
    rows = tuple(
        (
            Cell(product_name(each, writer)),
            number(writer, each.units),
            number(writer, each.sold) if each.sold is not None else Cell(UNKNOWN, ""),
            share(writer, each.units, each.sold or 0),
            Cell(f"{writer.reason(each.reasons[0][0])} ({writer.percent(each.reasons[0][1] / each.units)})"),
        )
        for each in found
    )
    heads = (
        (phrase("Product"), False),
        (phrase("Asked back"), True),
        (phrase("Sold"), True),
        (phrase("Of a hundred"), True),
        (phrase("Most often because"), False),
    )
    note = phrase("Sold and asked back in the same days, which need not be the same orders.")
    return Table("products", phrase("Returned products"), heads, rows, note, NO_RETURNS)


def variants(asking: Asking) -> Table:
    """Which sizes and colours."""
    found = returned_variants(asking.session, asking.shop.id, asking.span, MOST)
    rows = tuple(
        (Cell(_variant_product(each, asking.writer)), Cell(each.variant or ""), number(asking.writer, each.units))
        for each in found
    )
    heads = ((phrase("Product"), False), (phrase("Variant"), False), (phrase("Asked back"), True))
    return Table("variants", phrase("Returned variants"), heads, rows, None, NO_RETURNS)


def vendors(asking: Asking) -> Table:
    """Whose goods: the vendor that Shopify names on the order."""
    found = returned_by_vendor(asking.session, asking.shop.id, asking.span)
    whole = sum(found.values())
    unnamed = asking.writer.say(phrase("No vendor named"))
    rows = tuple(
        (Cell(vendor or unnamed), number(asking.writer, units), share(asking.writer, units, whole))
        for vendor, units in list(found.items())[:MOST]
    )
    heads = ((phrase("Supplier"), False), (phrase("Asked back"), True), (phrase("Of all"), True))
    note = phrase("The vendor of the product, as it stood on the order.")
    return Table("suppliers", phrase("Returns by supplier"), heads, rows, note, NO_RETURNS)


def reasons(asking: Asking) -> Table:
    """Why, in the shoppers' own choice."""
    found = sums(asking.session, asking.shop.id, asking.span, (Count.BY_REASON,)).keys(Count.BY_REASON)
    whole, days = sum(found.values()), {"asked_from": asking.span.first, "asked_to": asking.span.last}
    rows = tuple(
        (
            Cell(asking.writer.reason(reason), href=asking.desk(reason=reason, **days) if reason != "none" else None),
            number(asking.writer, units),
            share(asking.writer, units, whole),
        )
        for reason, units in found.items()
    )
    heads = ((phrase("Reason"), False), (phrase("Items"), True), (phrase("Of all"), True))
    return Table("reasons", phrase("Returns by reason"), heads, rows, None, NO_RETURNS)


def outcomes(asking: Asking) -> Table:
    """What shoppers chose instead."""
    found = sums(asking.session, asking.shop.id, asking.span, (Count.BY_OUTCOME,)).keys(Count.BY_OUTCOME)
    whole, days = sum(found.values()), {"asked_from": asking.span.first, "asked_to": asking.span.last}
    rows = tuple(
        (
            Cell(asking.writer.outcome(outcome), href=asking.desk(outcome=outcome, **days)),
            number(asking.writer, units),
            share(asking.writer, units, whole),
        )
        for outcome, units in found.items()
    )
    heads = ((phrase("Outcome"), False), (phrase("Items"), True), (phrase("Of all"), True))
    return Table("outcomes", phrase("What shoppers chose"), heads, rows, None, NO_RETURNS)


def lane_table(asking: Asking) -> Table:
    """Which carrier keeps its dates, and where."""
    return table_of_lanes(lanes(sums(asking.session, asking.shop.id, asking.span)), asking.writer)


def table_of_lanes(found: tuple[LaneResult, ...], writer: Writer) -> Table:
    heads = (
        (phrase("Carrier"), False),
        (phrase("Sent to"), False),
        (phrase("Delivered"), True),
        (phrase("Came by the first date"), True),
        (phrase("Late"), True),
        (phrase("Working days on the way"), True),
    )
    note = phrase("Parcels for which no date was shown count as delivered, and as neither in time nor late.")
    rows = tuple(_lane_row(each, writer) for each in found[:MOST])
    return Table("lanes", phrase("Deliveries by carrier and country"), heads, rows, note, NO_PARCELS)


def customers(asking: Asking) -> Table:
    """Who buys most. Names are read when somebody looks."""
    drawn = nearest(asking.session, asking.shop.id, asking.span.days)
    found = named(asking.session, asking.shop.id, drawn.best) if drawn else ()
    rows = tuple(_customer_row(each, asking.writer) for each in found)
    heads = (
        (phrase("Customer"), False),
        (phrase("Orders"), True),
        (_in(phrase("Sales"), asking.writer.currency), True),
    )
    note = (
        phrase(
            "Over the {days} days up to {day}, in the shop's currency. Counted each night; guests are left out.",
            days=drawn.days,
            day=asking.writer.full_day(drawn.until),
        )
        if drawn
        else None
    )
    return Table("customers", phrase("Best customers"), heads, rows, note, NO_CUSTOMERS)


def overview(asking: Asking) -> Table:
    """Every figure of the range with its definition."""
    now = sums(asking.session, asking.shop.id, asking.span)
    rows = tuple(
        (
            _figure_name(each.measure.title, each.measure.unit, asking.writer),
            Cell(asking.writer.value(each.now, each.measure.unit), exact(each.now, each.measure.unit, asking.writer)),
            Cell(f"{asking.writer.say(each.measure.means)} {asking.writer.say(each.measure.is_not)}"),
        )
        for each in figures(now, None, asking.writer.currency, (measure.name for measure in MEASURES))
    )
    heads = ((phrase("Figure"), False), (phrase("Value"), True), (phrase("What it is"), False))
    return Table("figures", phrase("All figures"), heads, rows, None, NO_RETURNS)


TABLES: dict[str, Callable[[Asking], Table]] = {
    "products": products,
    "variants": variants,
    "suppliers": vendors,
    "reasons": reasons,
    "outcomes": outcomes,
    "lanes": lane_table,
    "customers": customers,
    "figures": overview,
}
"""By the name that addresses use."""


def product_name(each: Returned, writer: Writer) -> str:
    if not each.product_id:
        return writer.say(phrase("Items without a product"))
    return each.title or writer.say(phrase("A product that is no longer in the shop"))


def number(writer: Writer, value: int) -> Cell:
    return Cell(writer.count(value), str(value))


def share(writer: Writer, part: int, whole: int) -> Cell:
    return Cell(writer.percent(part / whole), f"{100 * part / whole:.1f}") if whole else Cell(UNKNOWN, "")


def _variant_product(each: ReturnedVariant, writer: Writer) -> str:
    return product_name(Returned(each.product_id, each.product, each.units, ()), writer)


def _lane_row(each: LaneResult, writer: Writer) -> tuple[Cell, ...]:
    carrier, country = writer.lane(each.lane)
    days = each.transit_days / each.transit_parcels if each.transit_parcels else None
    return (
        Cell(carrier),
        Cell(country),
        number(writer, each.delivered),
        share(writer, each.kept, each.promised),
        number(writer, each.promised - each.kept),
        Cell(writer.decimal(days, 1), f"{days:.1f}") if days is not None else Cell(UNKNOWN, ""),
    )


def _customer_row(each: Known, writer: Writer) -> tuple[Cell, ...]:
    name = each.name or writer.say(phrase("A customer without a name"))
    href = f"shopify://admin/customers/{each.shopify_id}" if each.shopify_id else None
    money = writer.money(each.best.sales)
    plain = str(Money(each.best.sales, writer.currency))
    return Cell(name, href=href), number(writer, each.best.orders), Cell(money, plain)


def _figure_name(title: Phrase, unit: Unit, writer: Writer) -> Cell:
    """A spreadsheet has to be told what the number counts."""
    counted: dict[Unit, Phrase | str] = {
        Unit.MONEY: writer.currency,
        Unit.PERCENT: "%",
        Unit.HOURS: phrase("hours"),
        Unit.DAYS: phrase("days"),
    }
    name = writer.say(title)
    return Cell(name, writer.say(_in(title, counted[unit])) if unit in counted else name)


def _in(title: Phrase, unit: Phrase | str) -> Phrase:
    return phrase("{figure} ({unit})", figure=title, unit=unit)


def exact(value: Value, unit: Unit, writer: Writer) -> str:
    """The number without words; money as its currency is written (``48.60``), shares of a hundred."""
    if value.number is None:
        return ""
    if unit is Unit.MONEY:
        return str(Money(round(value.number), writer.currency))
    if unit is Unit.PERCENT:
        return f"{100 * value.number:.1f}"
    if unit is Unit.HOURS and value.number >= LONGER:
        return f">{HOURS[-1]}"
    return f"{value.number:.4f}".rstrip("0").rstrip(".")
