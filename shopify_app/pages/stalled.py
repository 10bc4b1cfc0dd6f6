"""Parcels that should be moving and of which nobody has said a word, or that are late: told openly. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.facts import ParcelFact, PromiseFact, ScanFact
from shopify_app.pages.moment import Here
from shopify_app.shipments.states import ParcelState as P

SILENT_AFTER_DAYS = 7
UNDER_WAY = frozenset(
    {P.AWAITING_DATA, P.LABEL_CREATED, P.ACCEPTED, P.IN_TRANSIT, P.IN_CUSTOMS, P.OUT_FOR_DELIVERY, P.UNKNOWN}
)
"""States in which a word from the carrier is due; in all others the page has something better to say."""

WHAT_WE_DO = phrase("We keep looking for news and show it here.")
WHAT_YOU_CAN_DO = phrase("You need not do anything. If you would rather not wait, write to us: we ask the carrier.")


def silent_since(fact: ParcelFact, state: str, here: Here) -> date | None:
    """The day of the last word about a tracked parcel under way, where that is more than a week ago; else None."""
    if fact.kind != "parcel" or not fact.numbers or state not in UNDER_WAY:
        return None
    lately = here.today - timedelta(days=SILENT_AFTER_DAYS)
    last: date | None = None
    for scan in reversed(fact.scans):  # the newest comes first and mostly answers the question
        day = _day(scan, here)
        if day is not None and day >= lately:
            return None
        last = max(last or date.min, day or date.min)
    last = last if last and last > date.min else fact.shipped_at.astimezone(here.reader).date()
    return last if last < lately else None


def van_day(fact: ParcelFact, state: str, here: Here) -> date | None:
    """The day before today on which a parcel was on the vehicle, with no word since; else None."""
    if state != P.OUT_FOR_DELIVERY or fact.state_at is None:
        return None
    day = fact.state_at.astimezone(here.reader).date()
    return day if day < here.today else None


def late_day(fact: ParcelFact, state: str, promises: tuple[PromiseFact, ...], here: Here) -> date | None:
    """The day we gave for a parcel under way, where it has gone by; None for what is on the vehicle: it comes today,
    and for what travels without tracking: it may be there."""
    if state not in UNDER_WAY or state == P.OUT_FOR_DELIVERY or (state == P.AWAITING_DATA and not fact.numbers):
        return None
    given = next((promise.by for promise in reversed(promises) if promise.shipment_id == fact.id), None)
    return given if given and given < here.today else None


def late_sentence(day: date, here: Here) -> Phrase:
    """What was expected, and what we do."""
    return phrase("We expected it {day}. We keep looking for news and show it here.", day=here.day(day))


def stalled_sentence(fact: ParcelFact, state: str, carrier: str | Phrase, here: Here) -> Phrase | None:
    """What is so, of a parcel that should have moved and did not; None for every other."""
    if since := silent_since(fact, state, here):
        return phrase("{carrier} has told us nothing new since {day}.", carrier=carrier, day=here.day(since))
    if day := van_day(fact, state, here):
        return phrase("The parcel was out for delivery {day} and has not been handed over.", day=here.day(day))
    return None


def _day(scan: ScanFact, here: Here) -> date | None:
    if scan.local_time:
        return date.fromisoformat(scan.local_time[:10])
    return scan.instant.astimezone(here.reader).date() if scan.instant else None
