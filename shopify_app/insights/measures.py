"""Every figure's one definition: its name, what is divided by what, in which unit, and what it is not. Pure.

Pages, files and the home page say these sentences and reckon with these functions; nobody defines a figure elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from shopify_app.i18n import Phrase, phrase
from shopify_app.insights.counts import Count, Sums
from shopify_app.returns.vocabulary import EXCHANGES, Outcome


class Unit(StrEnum):
    """How a value is written."""

    COUNT = "count"
    MONEY = "money"  # minor units of the shop's currency
    PERCENT = "percent"  # of a hundred, one decimal
    EACH = "each"  # so many for each one, two decimals
    HOURS = "hours"  # "half within": the upper end of a span of `counts.HOURS`
    DAYS = "days"  # working days, one decimal


class Better(StrEnum):
    """In which direction a merchant wants it to go; NEITHER: it depends."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


@dataclass(frozen=True)
class Value:
    """A figure's value: `top` alone for counts, money and hours; else `top` of `bottom`. Without anything to divide by,
    or anything counted, there is no value, which is not the same as zero."""

    top: int | None
    bottom: int | None = None
    is_ratio: bool = False

    @property
    def is_known(self) -> bool:
        return self.top is not None and (not self.is_ratio or bool(self.bottom))

    @property
    def number(self) -> float | None:
        """For comparing and drawing: the quotient of a ratio, else the count itself."""
        if self.top is None or not self.is_known:
            return None
        return self.top / self.bottom if self.is_ratio and self.bottom else float(self.top)


Reckon = Callable[[Sums, str], Value]
"""From a range's numbers and the shop's currency."""


@dataclass(frozen=True)
class Measure:
    """One figure. `means` defines it, `is_not` says what it must not be read as."""

    name: str
    title: Phrase
    means: Phrase
    is_not: Phrase
    unit: Unit
    better: Better
    reckon: Reckon

    def of(self, sums: Sums, currency: str) -> Value:
        return self.reckon(sums, currency)


def _count(count: Count) -> Reckon:
    return lambda sums, _currency: Value(sums.total(count))


def _money(*counts: Count) -> Reckon:
    return lambda sums, currency: Value(sum(sums.total(count, currency) for count in counts))


def _share(top: Count, bottom: Count) -> Reckon:
    return lambda sums, _currency: Value(sums.total(top), sums.total(bottom), is_ratio=True)


def _money_share(tops: tuple[Count, ...], bottom: Count) -> Reckon:
    return lambda sums, currency: Value(
        sum(sums.total(top, currency) for top in tops), sums.total(bottom, currency), is_ratio=True
    )


def _half(count: Count) -> Reckon:
    return lambda sums, _currency: Value(sums.median_hours(count))


def _outcomes(*outcomes: Outcome) -> Reckon:
    def reckon(sums: Sums, _currency: str) -> Value:
        found = sums.keys(Count.BY_OUTCOME)
        return Value(sum(found.get(each, 0) for each in outcomes), sum(found.values()), is_ratio=True)

    return reckon


def _cards(*ends: str, net: bool = False) -> Reckon:
    def reckon(sums: Sums, currency: str) -> Value:
        kept = {key: number for key, number in sums.keys(Count.CARD_SALES, currency).items() if key.endswith(ends)}
        back = sums.keys(Count.CARD_REFUNDED, currency) if net else {}
        return Value(sum(number - back.get(key, 0) for key, number in kept.items()))

    return reckon


def _looked_up(sums: Sums, _currency: str) -> Value:
    answered, missed = sums.total(Count.LOOKUPS_ANSWERED), sums.total(Count.LOOKUPS_MISSED)
    return Value(answered, answered + missed, is_ratio=True)


MEASURES: tuple[Measure, ...] = (
    Measure(
        "orders", phrase("Orders"),
        phrase("Orders placed in these days, in every sales channel we are told of."),
        phrase("Without test orders and those that were cancelled or deleted."),
        Unit.COUNT, Better.MORE, _count(Count.ORDERS),
    ),
    Measure(
        "sales", phrase("Sales"),
        phrase("What the goods of these orders cost their buyers, after discounts."),
        phrase("Without shipping, before returns. Orders in other currencies stand apart."),
        Unit.MONEY, Better.MORE, _money(Count.SALES),
    ),
    Measure(
        "returns", phrase("Returns asked for"),
        phrase("Requests made in these days, by shoppers, by your team or in Shopify."),
        phrase("Without those that were cancelled or declined."),
        Unit.COUNT, Better.LESS, _count(Count.RETURNS),
    ),
    Measure(
        "return_rate", phrase("Return rate"),
        phrase("Items asked back in these days, of every hundred sold in the same days."),
        phrase("Not of the very same orders: what was bought on the last days may still come back."),
        Unit.PERCENT, Better.LESS, _share(Count.RETURNED_UNITS, Count.UNITS),
    ),
    Measure(
        "exchange_share", phrase("Exchanged"),
        phrase("Returned items for which shoppers chose another item instead of money."),
        phrase("Counted by items, at the moment of the request."),
        Unit.PERCENT, Better.MORE, _outcomes(*sorted(EXCHANGES)),
    ),
    Measure(
        "credit_share", phrase("For store credit"),
        phrase("Returned items for which shoppers chose store credit."),
        phrase("Counted by items, at the moment of the request."),
        Unit.PERCENT, Better.MORE, _outcomes(Outcome.STORE_CREDIT),
    ),
    Measure(
        "retained", phrase("Retained revenue"),
        phrase("The shoppers' own money that stayed in the shop: as store credit, or in the new items of an exchange."),
        phrase("Without the bonus, and without what was paid on top. On the day on which it was settled."),
        Unit.MONEY, Better.MORE, _money(Count.CREDITED, Count.EXCHANGED),
    ),
    Measure(
        "retained_share", phrase("Share retained"),
        phrase("Retained revenue, of what the returned items were worth."),
        phrase("Only returns that were settled here in these days, in the shop's currency."),
        Unit.PERCENT, Better.MORE, _money_share((Count.CREDITED, Count.EXCHANGED), Count.VALUE_BACK),
    ),
    Measure(
        "refunded", phrase("Refunded"),
        phrase("What went back to cards, gift cards and other payments for returns settled here."),
        phrase("Without refunds made in Shopify's own pages."),
        Unit.MONEY, Better.LESS, _money(Count.REFUNDED),
    ),
    Measure(
        "bonus", phrase("Cost of bonuses"),
        phrase("Bonuses given in these days, less those taken back."),
        phrase("Counted when given, not when spent: part of it is never spent."),
        Unit.MONEY, Better.NEITHER, _money(Count.BONUS),
    ),
    Measure(
        "paid_on_top", phrase("Paid on top"),
        phrase("What shoppers paid beyond their return, because the new items cost more."),
        phrase("It is not part of retained revenue."),
        Unit.MONEY, Better.MORE, _money(Count.PAID_ON_TOP),
    ),
    Measure(
        "decided", phrase("Half are answered within"),
        phrase("From the request to your yes or no, for half of the shoppers' requests that a person looked at."),
        phrase("Requests that your policy approves at once are left out: they would flatter it."),
        Unit.HOURS, Better.LESS, _half(Count.DECIDED),
    ),
    Measure(
        "answers_kept", phrase("Answered in time"),
        phrase("Requests answered by the day that the shopper was told."),
        phrase("A request whose day is over counts as late, even if it is answered later."),
        Unit.PERCENT, Better.MORE, _share(Count.ANSWER_KEPT, Count.ANSWER_PROMISED),
    ),
    Measure(
        "refunded_after", phrase("Half are refunded within"),
        phrase("From the request to Shopify's word that the money is on its way back, for half of the refunds."),
        phrase("It includes the days that goods travel. Banks take a few days more."),
        Unit.HOURS, Better.LESS, _half(Count.REFUNDED_AFTER),
    ),
    Measure(
        "handed_over", phrase("Half are handed over within"),
        phrase("From the order to the carrier's first scan of its first parcel, for half of the orders."),
        phrase("Where a carrier never scanned, the moment counts at which the parcel was marked as sent."),
        Unit.HOURS, Better.LESS, _half(Count.HANDED_OVER),
    ),
    Measure(
        "hand_over_kept", phrase("Handed over in time"),
        phrase("Orders handed over by the day that your hand-over promise gives, as it stood on the day of the order."),
        phrase("Known only for days on which you promised something."),
        Unit.PERCENT, Better.MORE, _share(Count.HAND_OVER_KEPT, Count.HAND_OVER_PROMISED),
    ),
    Measure(
        "delivered", phrase("Parcels delivered"),
        phrase("Parcels that a carrier brought in these days."),
        phrase("Without pick-up in store, local delivery and what needs no parcel."),
        Unit.COUNT, Better.NEITHER, _count(Count.DELIVERED),
    ),
    Measure(
        "delivery_kept", phrase("Came by the first date"),
        phrase("Delivered parcels that came no later than the first date the shopper was ever shown."),
        phrase("Later dates do not mend it. Parcels for which no date was shown are left out."),
        Unit.PERCENT, Better.MORE, _share(Count.DELIVERED_KEPT, Count.DELIVERED_PROMISED),
    ),
    Measure(
        "transit_days", phrase("Days on the way"),
        phrase("Working days from the carrier's first scan to delivery, on average."),
        phrase("Only parcels whose first scan we saw."),
        Unit.DAYS, Better.LESS, _share(Count.TRANSIT_DAYS, Count.TRANSIT_PARCELS),
    ),
    Measure(
        "views_per_order", phrase("Views for each order"),
        phrase("How often tracking pages were opened in these days, for each order placed in them."),
        phrase("Views, not people; also of older orders. Days of views are cut at midnight UTC."),
        Unit.EACH, Better.NEITHER, _share(Count.VIEWS, Count.ORDERS),
    ),
    Measure(
        "lookups_answered", phrase("Look-ups answered"),
        phrase("Tries with an order number and an address that found their order."),
        phrase("The rest are typing mistakes, and people who guess: both get the same answer."),
        Unit.PERCENT, Better.MORE, _looked_up,
    ),
    Measure(
        "went_on", phrase("Went on to the shop"),
        phrase("Of the orders whose page was opened on a day, those whose shopper followed a product or an offer."),
        phrase("Following a link is not buying: that is under sales."),
        Unit.PERCENT, Better.MORE, _share(Count.WENT_ON, Count.OPENED),
    ),
    Measure(
        "card_sales_strict", phrase("Sales by cards, strictly"),
        phrase("What was paid for the very product of a card, within 72 hours of following it."),
        phrase("Before refunds. Only that product, not the rest of the order."),
        Unit.MONEY, Better.MORE, _cards("|strict"),
    ),
    Measure(
        "card_sales_broad", phrase("Sales by cards, broadly"),
        phrase("The same, and whole orders that the same shopper placed within five days of following any card."),
        phrase("Before refunds. Some of these would have been placed anyway."),
        Unit.MONEY, Better.MORE, _cards("|strict", "|broad"),
    ),
    Measure(
        "card_sales_net", phrase("Sales by cards, net"),
        phrase("The broad figure less what was refunded on those orders, in proportion."),
        phrase("It sinks when returns come in later."),
        Unit.MONEY, Better.MORE, _cards("|strict", "|broad", net=True),
    ),
    Measure(
        "again_orders", phrase("Orders by known customers"),
        phrase("Orders of customers who had bought before, of all orders."),
        phrase("We know orders from 60 days before the installation on, none before. Guests count as new."),
        Unit.PERCENT, Better.MORE, _share(Count.ORDERS_AGAIN, Count.ORDERS),
    ),
    Measure(
        "again_sales", phrase("Sales to known customers"),
        phrase("Sales to customers who had bought before, of all sales."),
        phrase("Orders in the shop's currency only. We know orders from 60 days before the installation on."),
        Unit.PERCENT, Better.MORE, _money_share((Count.SALES_AGAIN,), Count.SALES),
    ),
)  # fmt: skip
BY_NAME = {measure.name: measure for measure in MEASURES}
