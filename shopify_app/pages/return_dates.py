"""When things happen in a return, as we promise and as we expect it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.pages.moment import Here
from shopify_app.pages.return_words import FREED_BY
from shopify_app.returns.vocabulary import EXCHANGES, MoneyEvent, Outcome
from shopify_app.settings.returns import Returns
from shopify_app.shipments.calendar import Calendar, calendar_for

FIRST_SCAN_DAYS = 2
"""From the decision to the parcel's first scan, when it is not known yet."""

_CREDIT: dict[MoneyEvent, Phrase] = {
    MoneyEvent.APPROVAL: phrase("Yours as soon as we have approved the return, about {day}."),
    MoneyEvent.FIRST_SCAN: phrase("Yours as soon as the carrier has scanned your parcel, about {day}."),
    MoneyEvent.DELIVERY: phrase("Yours as soon as your parcel has reached us, about {day}."),
    MoneyEvent.RECEIPT: phrase("Yours as soon as we have received your items, about {day}."),
    MoneyEvent.INSPECTION: phrase("Yours when we have checked your items, about {day}."),
}
_REFUND: dict[MoneyEvent, Phrase] = {
    MoneyEvent.APPROVAL: phrase("Paid as soon as we have approved the return, about {day}."),
    MoneyEvent.FIRST_SCAN: phrase("Paid as soon as the carrier has scanned your parcel, about {day}."),
    MoneyEvent.DELIVERY: phrase("Paid as soon as your parcel has reached us, about {day}."),
    MoneyEvent.RECEIPT: phrase("Paid as soon as we have received your items, about {day}."),
    MoneyEvent.INSPECTION: phrase("Paid when we have checked your items, about {day}."),
}
_SWAP: dict[MoneyEvent, Phrase] = {
    MoneyEvent.APPROVAL: phrase("Sent as soon as we have approved the return, about {day}."),
    MoneyEvent.FIRST_SCAN: phrase("Sent as soon as the carrier has scanned your parcel, about {day}."),
    MoneyEvent.DELIVERY: phrase("Sent as soon as your parcel has reached us, about {day}."),
    MoneyEvent.RECEIPT: phrase("Sent as soon as we have received your items, about {day}."),
    MoneyEvent.INSPECTION: phrase("Sent when we have checked your items, about {day}."),
}
_BY_OUTCOME = {Outcome.STORE_CREDIT: _CREDIT} | dict.fromkeys(EXCHANGES, _SWAP)
_BY_HAND = phrase("Settled by our team once everything is clear.")


@dataclass(frozen=True)
class Clock:
    """The dates that follow from today: by when we decide and check, and how long a parcel is taken to travel."""

    here: Here
    settings: Returns
    country: str | None
    transit_days: int = 7
    at_once: bool = False
    since: date | None = None

    @property
    def start(self) -> date:
        """The day that everything is counted from: `since`, else today."""
        return self.since or self.here.shop_today

    @property
    def calendar(self) -> Calendar:
        return calendar_for(None, self.country)

    @property
    def decided(self) -> date:
        """The day by which we answer; today when the policy answers by itself."""
        if self.at_once:
            return self.start
        return self.calendar.add(self.start, self.settings.decide_within_days)

    def freed(self, event: MoneyEvent) -> date | None:
        """About when `event` happens; None where a person decides."""
        if event is MoneyEvent.BY_HAND:
            return None
        if event is MoneyEvent.APPROVAL:
            return self.decided
        if event is MoneyEvent.FIRST_SCAN:
            return self.decided + timedelta(days=FIRST_SCAN_DAYS)
        arrived = self.calendar.add(self.decided + timedelta(days=self.transit_days), 0)
        return (
            self.calendar.add(arrived, self.settings.check_within_days) if event is MoneyEvent.INSPECTION else arrived
        )

    def freed_words(self, outcome: Outcome, event: MoneyEvent) -> Phrase:
        """By which event the shopper gets what they chose, and about when."""
        day = self.freed(event)
        if day is None:
            return _BY_HAND
        if day < self.here.shop_today:  # it takes longer than expected: no date rather than a wrong one
            return phrase("Settled {when}.", when=FREED_BY[event])
        words = _BY_OUTCOME.get(outcome, _REFUND)[event]
        return Phrase(words.text, (("day", self.here.day(day)),))

    def promises(self, events: tuple[MoneyEvent, ...]) -> tuple[Phrase, ...]:
        """The promise clock, before anything is sent in."""
        said = []
        if self.at_once:
            said.append(phrase("Your return is approved at once."))
        else:
            said.append(phrase("We answer by {day}.", day=self.here.day(self.decided)))
        if MoneyEvent.INSPECTION in events:
            said.append(
                phrase_n("We check them within {count} working day of their arrival.",
                         "We check them within {count} working days of their arrival.",
                         self.settings.check_within_days)
            )  # fmt: skip
        return tuple(said)
