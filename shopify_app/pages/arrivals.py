"""When it comes: the date we promised, what it rests on, and how it changed. Pure."""

from __future__ import annotations

from shopify_app.i18n import Day, Days, Phrase, phrase
from shopify_app.pages.facts import PromiseFact
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import Arrival
from shopify_app.pages.texts import plain
from shopify_app.pages.words import THE_CARRIER
from shopify_app.shipments.estimate import Basis, Because

BECAUSE: dict[str, Phrase] = {
    Because.CARRIER_DATE: phrase("the carrier gave a new date"),
    Because.CARRIER_DELAY: phrase("the carrier reports a delay"),
    Because.ATTEMPTED: phrase("the delivery was tried and did not work"),
    Because.PROGRESS: phrase("the parcel moved faster or slower than most"),
    Because.LATE: phrase("the parcel takes longer than most"),
}


def arrival_of(
    promises: tuple[PromiseFact, ...], shipment_id: int | None, carrier: str | None, here: Here
) -> Arrival | None:
    """The newest promise for a parcel (None: for what is in no parcel yet), and what it replaced."""
    made = [promise for promise in promises if promise.shipment_id == shipment_id]
    if not made:
        return None
    newest = made[-1]
    return Arrival(
        when=_when(newest, here),
        basis=_basis(newest, carrier),
        by=newest.by,
        revision=_revision(made, here),
        is_past=newest.by < here.today,
    )


def _when(promise: PromiseFact, here: Here) -> Day | Days:
    first = promise.likely or promise.by
    first = max(first, min(here.today, promise.by))  # "between yesterday and tomorrow" helps nobody
    return here.day(promise.by) if first >= promise.by else Days(first, promise.by)


def _basis(promise: PromiseFact, carrier: str | None) -> Phrase:
    name = plain(carrier) if carrier else THE_CARRIER
    if promise.basis == Basis.CARRIER:
        return phrase("{carrier} gave this date.", carrier=name)
    if promise.basis == Basis.SHOP_HISTORY and promise.share_percent and promise.parcels:
        return phrase(
            "{share} in 10 of {parcels} parcels like this arrived within this time.",
            share=round(promise.share_percent / 10),
            parcels=promise.parcels,
        )
    return phrase("This is what {carrier} usually takes.", carrier=carrier or phrase("the carrier"))


def _revision(made: list[PromiseFact], here: Here) -> Phrase | None:
    newest = made[-1]
    before = next((promise for promise in reversed(made[:-1]) if promise.by != newest.by), None)
    if before is None:
        return None
    because = BECAUSE.get(newest.because or "")
    was, now = here.day(before.by), here.day(newest.by)
    if because:
        return phrase("Was {was}, now {now}, because {because}.", was=was, now=now, because=because)
    return phrase("Was {was}, now {now}.", was=was, now=now)
