"""The overview: questions that a merchant asks, each with its figures, its chart and its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shopify_app.admin.insights import drawing
from shopify_app.admin.insights.asked import Asked
from shopify_app.admin.insights.charts import Bars, Columns, Line
from shopify_app.admin.insights.drawn import again_table, answers_table, kept_table, money_table, sales_table
from shopify_app.admin.insights.tables import Link, Table, product_table, table_of_lanes
from shopify_app.admin.insights.words import NOTHING_TO_RECKON, PORTRAIT, WITHOUT, Change, Writer
from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.insights.breakdowns import Returned, lanes
from shopify_app.insights.counts import Count, Sums
from shopify_app.insights.measures import BY_NAME, Value
from shopify_app.insights.portraits import Drawn
from shopify_app.insights.report import Figure, figures

SHOWN_ROWS = 8
SERIES = (
    *(Count.ORDERS, Count.ORDERS_AGAIN, Count.DELIVERED_PROMISED, Count.DELIVERED_KEPT),
    Count.CARD_SALES,
)
"""What is drawn over time."""


@dataclass(frozen=True)
class Card:
    """One figure as it is shown. `explained` is its definition, `href` the list behind it."""

    name: str
    title: str
    value: str
    change: Change | None
    explained: str
    also: str = ""
    href: str | None = None


@dataclass(frozen=True)
class Section:
    """A question. With `empty` there is nothing to show but that sentence and the next step (`href`, `step`). `drawn`
    is what the chart draws, as a table; `table` another one worth a look here, `more` those behind it, by name."""

    handle: str
    question: Phrase
    cards: tuple[Card, ...] = ()
    chart: Bars | Columns | Line | None = None
    drawn: Table | None = None
    table: Table | None = None
    more: tuple[tuple[str, Phrase], ...] = ()
    empty: Phrase | None = None
    step: tuple[Phrase, str] | None = None
    aside: str = ""


@dataclass(frozen=True)
class Read:
    """All that the overview was made from."""

    now: Sums
    before: Sums | None
    parts: Sequence[drawing.Part]
    products: tuple[Returned, ...]
    drawn: Drawn | None


@dataclass(frozen=True)
class Overview:
    """Puts the questions together."""

    asked: Asked
    read: Read
    writer: Writer
    desk: Link

    def sections(self) -> tuple[Section, ...]:
        return (self.returns(), self.exchange(), self.answers(), self.parcels(), self.page(), self.customers())

    def returns(self) -> Section:
        question = phrase("Which products come back, and why?")
        if not self.read.now.total(Count.RETURNED_UNITS):
            return Section(
                "returns",
                question,
                empty=phrase("No return was asked for in these days."),
                step=(phrase("Look at your return policy"), "/app/returns/policy"),
            )
        days = {"asked_from": self.asked.span.first, "asked_to": self.asked.span.last}
        links = {"returns": self.desk(**days)}
        return Section(
            "returns",
            question,
            self.cards(("return_rate", "returns"), links),
            drawing.products(self.read.products, self.writer),
            product_table(self.read.products[:SHOWN_ROWS], self.writer),
            more=(
                ("products", phrase("All products")),
                ("variants", phrase("Sizes and colours")),
                ("suppliers", phrase("Suppliers")),
                ("reasons", phrase("Reasons")),
            ),
        )

    def exchange(self) -> Section:
        question = phrase("Does the exchange pay?")
        now = self.read.now
        if not now.currencies(Count.VALUE_BACK) and not now.total(Count.RETURNED_UNITS):
            return Section(
                "exchange",
                question,
                empty=phrase("No return was settled in these days, so there is no money to follow."),
                step=(phrase("See what waits to be settled"), "/app/returns"),
            )
        return Section(
            "exchange",
            question,
            self.cards(("retained_share", "retained", "exchange_share", "credit_share", "bonus", "paid_on_top")),
            drawing.money(now, self.money_before(), self.writer, self.lengths)
            if now.total(Count.VALUE_BACK, self.currency)
            else None,
            money_table(now, self.money_before(), self.writer, self.lengths),
            more=(("outcomes", phrase("What shoppers chose")),),
            aside=self.elsewhere(),
        )

    def answers(self) -> Section:
        question = phrase("Do shoppers wait for you?")
        now = self.read.now
        if not any(now.total(each) for each in (Count.DECIDED, Count.ANSWER_PROMISED, Count.REFUNDED_AFTER)):
            by_rule = now.total(Count.DECIDED_BY_RULE)
            return Section(
                "answers",
                question,
                empty=phrase_n(
                    "Your policy answered {count} request of these days by itself, and no person answered any.",
                    "Your policy answered {count} requests of these days by itself, and no person answered any.",
                    by_rule,
                )
                if by_rule
                else phrase("No request made on your pages was answered in these days."),
                step=(phrase("See the returns"), "/app/returns"),
            )
        return Section(
            "answers",
            question,
            self.cards(("decided", "answers_kept", "refunded_after"), {"answers_kept": self.desk(is_late="1")}),
            drawing.answers(now, self.writer) if now.total(Count.DECIDED) else None,
            answers_table(now, self.writer),
        )

    def parcels(self) -> Section:
        question = phrase("Do parcels keep their promise?")
        now = self.read.now
        if not now.total(Count.DELIVERED) and not now.total(Count.HANDED_OVER):
            return Section(
                "parcels",
                question,
                empty=phrase("No parcel was sent or delivered in these days."),
                step=(phrase("See how far reading your past has come"), "/app"),
            )
        is_promised = bool(now.total(Count.DELIVERED_PROMISED))
        aside = "" if is_promised else self.writer.say(phrase("No date was promised for what arrived in these days."))
        return Section(
            "parcels",
            question,
            self.cards(("delivery_kept", "delivered", "transit_days", "handed_over", "hand_over_kept")),
            drawing.share_line("delivery_kept", self.read.parts, self.was("delivery_kept"), self.writer)
            if is_promised
            else None,
            kept_table(self.read.parts, self.writer),
            table_of_lanes(lanes(now)[:SHOWN_ROWS], self.writer),
            (("lanes", phrase("All carriers and countries")),),
            aside=aside,
        )

    def page(self) -> Section:
        question = phrase("Does the tracking page sell?")
        now = self.read.now
        if not now.total(Count.OPENED):
            return Section(
                "page",
                question,
                empty=phrase("Nobody opened a tracking page in these days. Put it into your shop's menu."),
                step=(phrase("Open the set-up list"), "/app"),
            )
        names = ("views_per_order", "lookups_answered", "went_on")
        sold = ("card_sales_net", "card_sales_broad", "card_sales_strict")
        return Section(
            "page",
            question,
            self.cards((*names, *sold)),
            drawing.sales_columns(self.read.parts, self.writer) if now.total(Count.CARD_SALES, self.currency) else None,
            sales_table(self.read.parts, self.writer),
            aside=self.other_currencies(Count.CARD_SALES),
        )

    def customers(self) -> Section:
        question = phrase("Who buys again?")
        now = self.read.now
        if not now.total(Count.ORDERS):
            return Section(
                "customers",
                question,
                empty=phrase("No order was placed in these days."),
                step=(phrase("Choose a longer range"), "/app/insights?days=365"),
            )
        return Section(
            "customers",
            question,
            (*self.cards(("again_orders", "again_sales", "orders", "sales")), *self.portrait()),
            drawing.share_line("again_orders", self.read.parts, self.was("again_orders"), self.writer),
            again_table(self.read.parts, self.writer),
            more=(("customers", phrase("Best customers")),),
            aside=self.other_currencies(Count.SALES),
        )

    def cards(self, names: tuple[str, ...], links: dict[str, str] | None = None) -> tuple[Card, ...]:
        found = figures(self.read.now, self.read.before, self.currency, names, self.lengths)
        known = (each if self.asked.is_compared(each.measure.name) else replace(each, before=None) for each in found)
        return tuple(self._card(each, (links or {}).get(each.measure.name)) for each in known)

    def portrait(self) -> tuple[Card, ...]:
        """What counts people and products once: of the nearest nightly portrait, which its definition names."""
        drawn = self.read.drawn
        if drawn is None:
            return ()
        over = self.writer.say(
            phrase("Over the {days} days up to {day}.", days=drawn.days, day=self.writer.full_day(drawn.until))
        )
        shares = (
            ("repeat_customers", drawn.crowd.repeat, drawn.crowd.customers),
            ("repeat_sales", drawn.crowd.repeat_sales, drawn.crowd.sales),
            ("top_units", drawn.top.units, drawn.top.all_units),
            ("top_sales", drawn.top.sales, drawn.top.all_sales),
        )
        return tuple(
            Card(name, say(title), self.writer.percent(top / whole), None, f"{say(means)} {over}")
            for name, top, whole in shares
            if whole
            for say, (title, means) in ((self.writer.say, PORTRAIT[name]),)
        )

    def was(self, name: str) -> Value | None:
        before = self.read.before if self.asked.is_compared(name) else None
        return BY_NAME[name].of(before, self.currency) if before else None

    def money_before(self) -> Sums | None:
        return self.read.before if self.asked.is_compared("retained") else None

    def elsewhere(self) -> str:
        """Money that was settled without us, and amounts in other currencies: said, never mixed in."""
        told = self.read.now.total(Count.ELSEWHERE, self.currency)
        words = phrase("{amount} more was refunded in Shopify's own pages.", amount=self.writer.money(told))
        parts = [self.writer.say(words)] if told else []
        return " ".join((*parts, self.other_currencies(Count.VALUE_BACK))).strip()

    def other_currencies(self, count: Count) -> str:
        found = self.read.now.currencies(count)
        others = [self.writer.money(number, code) for code, number in found.items() if code != self.currency and number]
        if not others:
            return ""
        return self.writer.say(phrase("In other currencies, not included: {amounts}.", amounts=", ".join(others)))

    @property
    def lengths(self) -> tuple[int, int]:
        """The days of the range, and of the one it is compared with."""
        return self.asked.span.days, self.asked.before.days if self.asked.before else self.asked.span.days

    @property
    def currency(self) -> str:
        return self.writer.currency

    def _card(self, figure: Figure, href: str | None) -> Card:
        measure, say = figure.measure, self.writer.say
        return Card(
            name=measure.name,
            title=say(measure.title),
            value=self.writer.value(figure.now, measure.unit),
            change=self.writer.change(figure),
            explained=f"{say(measure.means)} {say(measure.is_not)}",
            also="" if figure.now.is_known else say(WITHOUT.get(measure.name, NOTHING_TO_RECKON)),
            href=href,
        )
