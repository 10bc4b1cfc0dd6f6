"""Which days somebody wants to see, and against which: as it stands in an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from shopify_app.i18n import Phrase, phrase
from shopify_app.insights.goals import was_counted
from shopify_app.insights.periods import BASELINE_DAYS, PRESETS, Comparison, Span, chosen, compared, day_of, latest
from shopify_app.shops.models import Shop

USUAL = 30
NO_DATE = phrase("Write a day as year, month and day: 2026-11-24.")


@dataclass(frozen=True)
class Asked:
    """The range, the preset it is (None: days of one's own), and what it is compared with. `installed` is the day of
    the installation. `errors` by field; a range that could not be read is the usual one."""

    span: Span
    preset: int | None
    how: Comparison
    before: Span | None
    installed: date
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, Phrase] = field(default_factory=dict)

    @property
    def known_from(self) -> date | None:
        """Since when orders and parcels are known, where the range reaches further back than anything was counted or
        is compared with such days; None where all is known."""
        known = self.installed - timedelta(days=BASELINE_DAYS)
        reaches = self.span.first < known or (self.before is not None and self.before.first < self.installed)
        return known if reaches else None

    def is_compared(self, name: str) -> bool:
        """Whether the measure of that name was counted on the days that the range is compared with."""
        return self.before is not None and was_counted(name, self.before, self.installed)

    @property
    def words(self) -> dict[str, str]:
        """For links that keep the range."""
        days = {"days": str(self.preset)} if self.preset else {"from": str(self.span.first), "to": str(self.span.last)}
        return days | {"compare": self.how}


def asked(words: Mapping[str, str], shop: Shop, now: datetime) -> Asked:
    """What an address asks for; what means nothing is the usual, never an error, but for dates that were typed."""
    today = day_of(now, shop.timezone)
    how = Comparison(words["compare"]) if words.get("compare") in set(Comparison) else Comparison.BEFORE
    span, preset, errors = _range(words, today)
    typed = {name: words.get(name, "") for name in ("from", "to")} if errors or preset is None else {}
    installed = day_of(shop.installed_at, shop.timezone)
    return Asked(span, preset, how, compared(span, how, installed), installed, typed, errors)


def _range(words: Mapping[str, str], today: date) -> tuple[Span, int | None, dict[str, Phrase]]:
    typed = {name: words.get(name, "").strip() for name in ("from", "to")}
    if not any(typed.values()):
        days = next((each for each in PRESETS if str(each) == words.get("days")), USUAL)
        return latest(days, today), days, {}
    read = {name: _day(text) for name, text in typed.items()}
    errors = {name: NO_DATE for name, day in read.items() if day is None}
    first, last = read["from"], read["to"]
    if first is None or last is None:
        return latest(USUAL, today), USUAL, errors
    return chosen(first, last, today), None, {}


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None
