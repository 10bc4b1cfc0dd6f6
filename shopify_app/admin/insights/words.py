"""How figures are written: in the staff member's language, in the shop's currency, and honestly where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.numbers import format_decimal

from shopify_app.i18n import Country, Language, Phrase, phrase, phrase_n
from shopify_app.insights.counts import LONGER
from shopify_app.insights.measures import Better, Unit, Value
from shopify_app.insights.report import Figure
from shopify_app.money import Money
from shopify_app.pages.return_items import REASON_WORDS
from shopify_app.returns.explain import OUTCOMES
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shipments.directory import carrier

UNKNOWN = "–"
WORTH_SAYING = 0.005
"""Changes below half a percent are none."""
LONGEST_WORD = 160


@dataclass(frozen=True)
class Change:
    """How a figure moved: in words, and whether that is good news (Polaris's tone; None where it is neither)."""

    words: str
    tone: str | None


@dataclass(frozen=True)
class Writer:
    """Writes for one reader."""

    language: Language
    currency: str

    def value(self, value: Value, unit: Unit) -> str:
        """A value with its unit; a dash where there is nothing to tell."""
        number = value.number
        if number is None:
            return UNKNOWN
        match unit:
            case Unit.MONEY:
                return self.money(int(number))
            case Unit.PERCENT:
                return self.percent(number)
            case Unit.EACH:
                return self.decimal(number, 2)
            case Unit.DAYS:
                return self.say(phrase("{number} days", number=self.decimal(number, 1)))
            case Unit.HOURS:
                return self.hours(int(number))
        return self.count(int(number))

    def count(self, number: int) -> str:
        return self.language.show(number)

    def money(self, minor: int, currency: str = "") -> str:
        return self.language.money(Money(minor, currency or self.currency))

    def percent(self, share: float) -> str:
        return self.say(phrase("{number} %", number=self.decimal(share * 100, 1)))

    def decimal(self, number: float, places: int) -> str:
        return format_decimal(round(number, places), format="#,##0." + "0" * places, locale=self.language.locale)

    def hours(self, hours: int) -> str:
        if hours >= LONGER:
            return self.say(phrase("more than 30 days"))
        if hours >= 72:
            return self.say(phrase_n("{count} day", "{count} days", count=hours // 24))
        return self.say(phrase_n("{count} hour", "{count} hours", count=hours))

    def day(self, day: date) -> str:
        return self.language.month_day(day)

    def full_day(self, day: date) -> str:
        return self.language.full_day(day)

    def say(self, said: Phrase) -> str:
        return self.language.say(said)

    def change(self, figure: Figure) -> Change | None:
        """Against the range before; None without one, or where it has nothing to compare with."""
        if figure.before is None or not figure.before.is_known:
            return None
        was = self.value(figure.before, figure.measure.unit)
        moved = figure.points if figure.measure.unit is Unit.PERCENT else figure.change
        if moved is None:
            return Change(self.say(phrase("before: {was}", was=was)), None)
        if abs(moved) < (0.05 if figure.measure.unit is Unit.PERCENT else WORTH_SAYING):
            return Change(self.say(phrase("as before: {was}", was=was)), None)
        sign = "+" if moved > 0 else "−"
        if figure.measure.unit is Unit.PERCENT:
            by = self.say(phrase("{number} points", number=sign + self.decimal(abs(moved), 1)))
        else:
            by = self.say(
                phrase("{number} %", number=sign + self.decimal(abs(moved) * 100, 0 if abs(moved) > 1 else 1))
            )
        return Change(self.say(phrase("{by}, before: {was}", by=by, was=was)), _tone(moved, figure.measure.better))

    def reason(self, handle: str) -> str:
        """A return reason: Shopify's own in our words, the shop's by its handle made readable."""
        if handle == "none":
            return self.say(phrase("No reason given"))
        known = REASON_WORDS.get(handle.replace("_", "-"))
        return self.say(known) if known else handle.replace("-", " ").replace("_", " ").capitalize()[:LONGEST_WORD]

    def outcome(self, outcome: str) -> str:
        known = OUTCOMES[Outcome(outcome)] if outcome in set(Outcome) else outcome
        return self.say(known) if isinstance(known, Phrase) else str(known)

    def lane(self, lane: str) -> tuple[str, str]:
        """The carrier and the country of a lane."""
        name, _, country = lane.rpartition("|")
        known = carrier(name)
        title = known.name if known else name.title() or self.say(phrase("Carrier not known"))
        return title, self.language.show(Country(country)) if country else self.say(phrase("Country not known"))


def _tone(moved: float, better: Better) -> str | None:
    if better is Better.NEITHER:
        return None
    return "success" if (moved > 0) == (better is Better.MORE) else "critical"


NOTHING_TO_RECKON = phrase("Nothing to reckon it from in these days.")
WITHOUT = {
    "hand_over_kept": phrase("You promised no hand-over for these days."),
    "delivery_kept": phrase("No date was shown for what arrived."),
    "lookups_answered": phrase("Nobody looked an order up."),
    "answers_kept": phrase("No answer was due."),
    "refunded_after": phrase("Nothing was refunded."),
    "retained_share": phrase("Nothing was settled."),
    "decided": phrase("No person answered a request made on your pages."),
}
"""Why there is no figure."""
PORTRAIT = {
    "repeat_customers": (
        phrase("Customers who came back"),
        phrase(
            "Of the customers who bought, those who bought more than once or had bought before. Guests are left out."
        ),
    ),
    "repeat_sales": (
        phrase("What they spent, of all"),
        phrase("Sales to customers who came back, of all sales to customers. In the shop's currency."),
    ),
    "top_units": (
        phrase("Top tenth of products, items"),
        phrase("Of all items sold, those of the tenth of products that sold most. Measured, not assumed."),
    ),
    "top_sales": (
        phrase("Top tenth of products, sales"),
        phrase("Of all sales, those of the tenth of products with the most sales. In the shop's currency."),
    ),
}
