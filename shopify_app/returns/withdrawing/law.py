"""The right to withdraw from a distance contract: in which countries, for whom, for what, until when. Pure.

Sources: Directive 2011/83/EU on consumer rights, Articles 9 (14 days; from the last good of an order), 11a (the online
function, inserted by Directive (EU) 2023/2673, applied since 19 June 2026), 13 (refund within 14 days, with standard
delivery), 14 (the consumer bears the direct cost of sending back), 16 (exceptions); Regulation (EEC, Euratom) 1182/71,
Article 3, for how days are counted (recital 41 of the directive). Article 4 of the directive leaves member states no
other period for distance contracts. This is a table for a product, no legal advice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

PERIOD_DAYS = 14
REFUND_DAYS = 14
"""From the day on which we learn of the declaration (Article 13(1)). Never lengthened here: earlier is always right."""
LONGEST_TRAVEL = timedelta(days=30)
"""No sign of a delivery: goods are taken to have arrived no later than this after they left, the time that Article 18
gives a trader to deliver. A real date that is later lengthens the period."""

_DIRECTIVE = "Directive 2011/83/EU, Articles 9 and 11a, as transposed"
_NATIONAL: Mapping[str, str] = {
    "AT": "FAGG § 11",
    "BE": "Code de droit économique, art. VI.47",
    "DE": "BGB §§ 312g, 355, 356, 356a, 357",
    "DK": "Forbrugeraftaleloven § 18, § 19",
    "ES": "Real Decreto Legislativo 1/2007, art. 102, 104",
    "FI": "Kuluttajansuojalaki 6 luku 14 §",
    "FR": "Code de la consommation, art. L221-18, L221-21",
    "IE": "Consumer Rights Act 2022, Part 5",
    "IT": "Codice del consumo, art. 52",
    "NL": "Burgerlijk Wetboek, art. 6:230o",
    "PL": "Ustawa o prawach konsumenta, art. 27",
    "PT": "Decreto-Lei n.º 24/2014, art. 10",
    "SE": "Lag (2005:59) om distansavtal, 2 kap. 10 §",
}
_MEMBERS = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
_APART: Mapping[str, tuple[str, str]] = {
    "AX": ("FI", "TFEU, Article 355(4)"),
    **dict.fromkeys(("GF", "GP", "MF", "MQ", "RE", "YT"), ("FR", "TFEU, Article 355(1)")),
}
"""Parts of member states that have a country code of their own, with whose law holds there and why: the treaties apply,
and so does the directive. The other islands of France, Denmark and the Netherlands are associated, not part."""


@dataclass(frozen=True)
class Law:
    """What holds where the consumer lives. `source` names where it is written."""

    country: str
    period_days: int
    refund_days: int
    source: str


def _law(code: str, state: str, why: str | None = None) -> Law:
    source = "; ".join(filter(None, (_NATIONAL.get(state), why, _DIRECTIVE)))
    return Law(code, PERIOD_DAYS, REFUND_DAYS, source)


LAWS: Mapping[str, Law] = MappingProxyType(
    {code: _law(code, code) for code in _MEMBERS} | {code: _law(code, *found) for code, found in _APART.items()}
)
"""By the destination's country (ISO 3166-1): the 27 member states, and their parts that are told apart. Elsewhere the
function is not offered. Northern Ireland is none of them on purpose: the Windsor Framework keeps the Union's rules on
goods there (Annex 2), and this directive is not among them; a consumer in Belfast has the right that all of the United
Kingdom has (SI 2013/3134), without the online function."""


class Bar(StrEnum):
    """Why there is nothing to withdraw from. Of the whole order, or of a line."""

    COUNTRY = "country"  # no such law where the order went, or the shop has switched it off
    COMPANY = "company"  # bought by a company: no consumer (Article 2(1))
    CANCELLED = "cancelled"
    IN_PERSON = "in_person"  # bought in the shop: no distance contract (Article 2(7))
    OVER = "over"
    EXEMPT = "exempt"  # Article 16(c), (d), (e): made to measure, perishable, sealed for hygiene
    NOT_GOODS = "not_goods"  # gift cards, services, downloads: other rules, a person answers
    IN_A_RETURN = "in_a_return"  # all of it is on its way back already
    GONE = "gone"  # refunded, removed, or withdrawn from before
    NOTHING_LEFT = "nothing_left"


@dataclass(frozen=True)
class Buyer:
    """Who bought, as far as the law asks. `country` is where the goods go."""

    country: str | None
    is_company: bool = False
    is_cancelled: bool = False
    is_in_person: bool = False


@dataclass(frozen=True)
class Travel:
    """Units of the order that left together, by local days where they went; `arrived` None: not known."""

    left: date
    arrived: date | None


@dataclass(frozen=True)
class Goods:
    """A line of the order. `units` can still be withdrawn from, of which `unsent` have not left; `spoken_for` are in a
    return or a withdrawal already."""

    line_id: int
    units: int
    unsent: int = 0
    spoken_for: int = 0
    tags: frozenset[str] = frozenset()
    is_gift_card: bool = False
    needs_shipping: bool = True


@dataclass(frozen=True)
class Choice:
    """A line as it can be withdrawn from: `units`, or `bar` why not."""

    line_id: int
    units: int
    unsent: int
    bar: Bar | None = None


@dataclass(frozen=True)
class Right:
    """What the law gives for an order at one moment. `last_day` is the last day of the period, in local days; None: it
    has not begun, because not everything has arrived. `bar`: there is nothing to withdraw from, and why."""

    law: Law | None
    last_day: date | None
    choices: tuple[Choice, ...]
    bar: Bar | None = None

    @property
    def is_open(self) -> bool:
        """Whether the function is to be offered."""
        return self.bar is None

    def choice(self, line_id: int) -> Choice | None:
        """The line, None for one of another order."""
        return next((each for each in self.choices if each.line_id == line_id), None)


def right(
    buyer: Buyer,
    goods: Sequence[Goods],
    travels: Sequence[Travel],
    today: date,
    *,
    is_working: Callable[[date], bool],
    is_on: Callable[[str], bool] = lambda country: True,
    exempt_tags: Iterable[str] = (),
) -> Right:
    """The right as it stands on `today` (where the consumer is). `is_working` knows the country's weekends and public
    holidays; `is_on` what the merchant has switched."""
    law = law_of(buyer.country) if buyer.country and is_on(buyer.country) else None
    if law is None:
        return Right(None, None, (), Bar.COUNTRY)
    last = None if any(each.unsent for each in goods) else last_day(law, travels, is_working)
    choices = tuple(_choice(each, {tag.casefold() for tag in exempt_tags}) for each in goods)
    return Right(law, last, choices, _bar(buyer, choices, last, today))


def law_of(country: str | None) -> Law | None:
    """The law of a destination; None where the table has none."""
    return LAWS.get((country or "").upper())


def last_day(law: Law, travels: Sequence[Travel], is_working: Callable[[date], bool]) -> date | None:
    """The last day of the period: counted from the day after the last good arrived (Article 9(2)(b)(i)), and where it
    would end on a weekend or public holiday, to the end of the next working day (Regulation 1182/71, Article 3(4)).
    None where nothing has left yet."""
    if not travels:
        return None
    day = max(each.arrived or each.left + LONGEST_TRAVEL for each in travels) + timedelta(days=law.period_days)
    while not is_working(day):
        day += timedelta(days=1)
    return day


def refund_by(law: Law, received: date) -> date:
    """The last day for the money: 14 days after the day on which the declaration reached us (Article 13(1)); until the
    goods, or proof that they were sent, it may be withheld (Article 13(3))."""
    return received + timedelta(days=law.refund_days)


def is_whole(chosen: Mapping[int, int], current: Mapping[int, int], earlier: Mapping[int, int]) -> bool:
    """Whether all that is delivered is withdrawn from: `chosen` units by line, with those of `earlier` declarations,
    are all that the order holds of it. Delivery is paid back for a whole withdrawal alone."""
    return all(chosen.get(line, 0) + earlier.get(line, 0) >= units for line, units in current.items() if units)


def delivery_back(paid: int, standard: int | None) -> int:
    """What of the delivery goes back, in minor units: what was paid, but no more than the least expensive standard
    delivery that the shop offers (Article 13(2)). `standard` None: not told, all of it."""
    return paid if standard is None else min(paid, standard)


def _bar(buyer: Buyer, choices: Sequence[Choice], last: date | None, today: date) -> Bar | None:
    if buyer.is_company:
        return Bar.COMPANY
    if buyer.is_in_person:
        return Bar.IN_PERSON
    if buyer.is_cancelled:
        return Bar.CANCELLED
    if last is not None and today > last:
        return Bar.OVER
    if any(each.units for each in choices):
        return None
    bars = {each.bar for each in choices}
    return next(iter(bars)) or Bar.NOTHING_LEFT if len(bars) == 1 else Bar.NOTHING_LEFT


def _choice(goods: Goods, exempt_tags: set[str]) -> Choice:
    if goods.is_gift_card or not goods.needs_shipping:
        return Choice(goods.line_id, 0, 0, Bar.NOT_GOODS)
    if any(tag.casefold() in exempt_tags for tag in goods.tags):
        return Choice(goods.line_id, 0, 0, Bar.EXEMPT)
    if goods.units <= 0:
        return Choice(goods.line_id, 0, 0, Bar.IN_A_RETURN if goods.spoken_for else Bar.GONE)
    return Choice(goods.line_id, goods.units, min(goods.unsent, goods.units))
