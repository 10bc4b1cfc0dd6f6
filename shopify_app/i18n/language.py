"""One kind of reader's language: a phrase in its words, with the facts as it writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from gettext import NullTranslations
from typing import Any

from babel import Locale
from babel.lists import format_list
from babel.support import Translations

from shopify_app.i18n.articles import is_named, without_article
from shopify_app.i18n.countries import named_in
from shopify_app.i18n.formats import format_clock, format_day, format_days, format_money, format_number, format_parts
from shopify_app.i18n.phrases import AnyOf, Country, Day, Days, Moment, Phrase
from shopify_app.money import Money

_PLACE = re.compile(r"\{(\w+)\}")


class Language:
    """Words and formats for one kind of reader. `code` is the catalogue (``de``), `locale` also knows the region
    (``en_GB``), `tone` is informal or formal."""

    def __init__(self, code: str, locale: Locale, tone: str, catalogues: tuple[Translations, ...]) -> None:
        self.code, self.locale, self.tone = code, locale, tone
        self._name = str(locale)  # what formats are remembered by; Babel puts it together anew each time it is asked
        self._catalogue = _one_after_another(catalogues)
        self._words: dict[str, str] = {}  # by msgid, of which there are as many as we wrote

    @property
    def tag(self) -> str:
        """For ``lang=``: ``en-GB``."""
        return self._name.replace("_", "-")

    @property
    def direction(self) -> str:
        return self.locale.text_direction

    @property
    def countries(self) -> tuple[tuple[str, str], ...]:
        """Every country's letters and name, in the order of this language's alphabet."""
        return named_in(self.code)

    def text(self, msgid: str, /, **facts: Any) -> str:
        """The words of `msgid` with `facts` formatted into its places."""
        return self.fill(self.find(msgid), facts)

    def plural(self, one: str, many: str, /, count: int, **facts: Any) -> str:
        return self.fill(self.find(one, many, count), {"count": count, **facts})

    def say(self, said: Phrase, frame: Callable[[str], str] = str, dress: Callable[[str], str] = str) -> str:
        """A phrase in words. `frame` is applied to the words (escape them), `dress` to each fact put in."""
        facts = dict(said.facts)
        return self.fill(frame(self.find(said.text, said.plural, facts.get("count"))), facts, dress)

    def find(self, msgid: str, many: str | None = None, count: int | None = None) -> str:
        """The catalogue's words, places unfilled; the msgid itself where there are none."""
        if many is not None:
            return self._looked_up(msgid, many, count)
        if msgid not in self._words:
            self._words[msgid] = self._looked_up(msgid, None, None)
        return self._words[msgid]

    def _looked_up(self, msgid: str, many: str | None, count: int | None) -> str:
        if many is None:
            return self._catalogue.gettext(msgid)
        return self._catalogue.ngettext(msgid, many, count or 0)

    def fill(self, words: str, facts: Mapping[str, Any], dress: Callable[[str], str] = str) -> str:
        text, *places = _parts(words)
        for name, then in places:
            if is_named(facts.get(name)):
                text = without_article(self.code, text)
            text += (dress(self.show(facts[name])) if name in facts else f"{{{name}}}") + then
        return text

    def show(self, fact: Any) -> str:
        """One fact as this reader writes it."""
        if type(fact) is str:
            return fact
        match fact:
            case Phrase():
                return self.say(fact)
            case Money():
                return self.money(fact)
            case Day():
                return self.day(fact)
            case Days():
                return format_days(self._name, fact.first, fact.last)
            case Moment():
                return self.moment(fact)
            case time():
                return self.time(fact)
            case Country() | AnyOf():
                return self._named(fact)
            case int() | Decimal():
                return format_number(self._name, fact)
        return str(fact)

    def _named(self, fact: Country | AnyOf) -> str:
        if isinstance(fact, Country):
            return self.locale.territories.get(fact.code, fact.code)
        return format_list([self.show(each) for each in fact.facts], style="or", locale=self.locale)

    def day(self, day: Day) -> str:
        """``today``, or ``Tuesday, 1 December``."""
        if day.name:
            return self.text(day.name)
        if day.has_year:
            return self.full_day(day.date)
        return format_day(self._name, day.date, "EEEE", "MMMM")

    def short_day(self, day: date) -> str:
        """``Tue, 1 Dec``."""
        return format_day(self._name, day, "E", "MMM")

    def month_day(self, day: date) -> str:
        """``1 Dec``."""
        return format_parts(self._name, day, "MMMd")

    def full_day(self, day: date) -> str:
        """``24 Nov 2026``."""
        return format_parts(self._name, day, "yMMMd")

    def moment(self, moment: Moment) -> str:
        """``yesterday, 14:12``."""
        if moment.time is None:
            return self.day(moment.day)
        return self.text("{day}, {time}", day=self.day(moment.day), time=self.time(moment.time))

    def stamp(self, moment: Moment) -> str:
        """``24 Nov 2026, 10:30``: for facts that are read long after."""
        day = self.full_day(moment.day.date)
        return day if moment.time is None else self.text("{day}, {time}", day=day, time=self.time(moment.time))

    def time(self, at: time) -> str:
        return format_clock(self._name, at)

    def money(self, amount: Money) -> str:
        return format_money(self._name, amount)

    def weekday(self, number: int) -> str:
        """The name of day 0 (Monday) to 6."""
        return self.locale.days["stand-alone"]["wide"][number]

    def language_name(self) -> str:
        """What this language calls itself."""
        return (self.locale.get_language_name(self._name) or self.code).capitalize()


def _one_after_another(catalogues: Iterable[Translations]) -> NullTranslations:
    """What one lacks is asked of the next; what none has stays English. A word that equals its msgid is a word."""
    chain = NullTranslations()
    for catalogue in reversed(tuple(catalogues)):
        first = copy(catalogue)
        first.add_fallback(chain)
        chain = first
    return chain


@lru_cache(4096)
def _parts(words: str) -> tuple[Any, ...]:
    """What stands before the first place, then each place's name with what follows it."""
    before, *rest = _PLACE.split(words)
    return (before, *zip(rest[::2], rest[1::2], strict=True))
