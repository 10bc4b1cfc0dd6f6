"""How an order stands, for the block on its page in Shopify's admin: parcels, returns, and until when it may come back.

From our rows alone: the admin asks for it whenever somebody opens an order, and Shopify is not asked back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from flask import Response, g, jsonify
from sqlalchemy import exists, func, select

from shopify_app.account.door import adapters, blueprint
from shopify_app.account.staff.returning import NOTHING_THERE
from shopify_app.account.staff.visit import language, order_of
from shopify_app.db import Session
from shopify_app.i18n import Language, Phrase, phrase
from shopify_app.orders.access import Access
from shopify_app.orders.models import Order
from shopify_app.pages.badges import NEEDS_LOOK, OF_RETURN, Badge
from shopify_app.pages.parts import Arrival, Mood, Parcel, ReturnsPromise, Waiting
from shopify_app.pages.promises import ReturnsFacts
from shopify_app.pages.stalled import UNDER_WAY
from shopify_app.pages.tracking import Reader, tracking_page
from shopify_app.pages.words import EVENTS
from shopify_app.returns.last_days import LastDay, last_days
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.reasons import NotDeliveredYet
from shopify_app.returns.states import GroupState
from shopify_app.shipments.states import ParcelState
from shopify_app.zones import zone_named

TONES: Mapping[Mood, str] = MappingProxyType(
    {Mood.CALM: "info", Mood.JOY: "success", Mood.LOOK: "warning", Mood.TROUBLE: "critical"}
)
"""Polaris's tone for a parcel's badge."""
UNTRACKED: Mapping[str, Phrase] = MappingProxyType(
    {
        "parcel": phrase("Sent without tracking"),
        "pickup": phrase("Being made ready to collect"),
        "local_delivery": phrase("Brought by you"),
        "digital": phrase("Sent by e-mail"),
    }
)
"""A badge for what has no number, by the fulfilment's kind."""
ASKED_FOR: Mapping[str, Phrase] = MappingProxyType(
    dict.fromkeys(UNTRACKED, phrase("Being prepared"))
    | {
        "pickup": UNTRACKED["pickup"],
    }
)
"""A badge for what was only asked to be sent, by the fulfilment's kind."""
MOST_RETURNS = 20
"""More than any order has; the app's own page shows all."""
NOT_YET = phrase("Nothing of this order can come back before it is sent.")
NOT_HERE_YET = phrase("Nothing of this order can come back before it has arrived.")
AND_MORE = phrase("{titles} and {count} more")


@blueprint.route("/staff/order", methods=["GET", "OPTIONS"])
def order_at_a_glance() -> Response:
    """``{"order", "parcels": [{"number", "nth", "label", "tone", "carrier", "news", "arrival", "numbers"}], "waiting",
    "returns": [{"rma", "label", "tone", "pieces", "path"}], "last_days": [{"items", "until"}], "nothing", "desk"}``;
    `nth` is None of what is no parcel, `nothing` says so where nothing can come back today, paths are the app's own."""
    spoken = language()
    with adapters().database.read() as session:
        order = order_of(session)
        now = adapters().clock.now()
        days = last_days(session, order, now)
        facts = ReturnsFacts(days)
        page = tracking_page(session, order.shop, order, Reader(Access.FULL, spoken.code, returns=facts), now)
        returns = _returns(session, order, spoken)
        today = now.astimezone(zone_named(order.shop.timezone)).date()
        return jsonify(
            order=order.name,
            parcels=[_parcel(parcel, today, spoken) for parcel in page.parcels],
            waiting=_waiting(page.waiting, today, spoken),
            returns=returns,
            last_days=_last_days(page.returns, spoken),
            nothing=_nothing(days, page.waiting, spoken),
            desk=f"app/returns?q={order.number}",
        )


def _parcel(parcel: Parcel, today: date, spoken: Language) -> dict[str, Any]:
    return {
        "number": parcel.number,
        "nth": parcel.nth,
        "label": spoken.say(_label(parcel)),
        "tone": TONES[parcel.mood],
        "is_over": parcel.is_over,
        "carrier": parcel.carrier.name if parcel.carrier else None,
        "news": _news(parcel, spoken),
        "arrival": _arrival(parcel.arrival, today, spoken),
        "numbers": [{"number": each.number, "url": each.url} for each in parcel.numbers],
    }


def _label(parcel: Parcel) -> Phrase:
    """Its state; of what was sent and will not be heard of, how it travels."""
    if parcel.is_asked_for:
        return ASKED_FOR[parcel.kind]
    if parcel.state == ParcelState.AWAITING_DATA and not parcel.numbers:
        return UNTRACKED[parcel.kind]
    return EVENTS.get(parcel.state, EVENTS[ParcelState.UNKNOWN])


def _news(parcel: Parcel, spoken: Language) -> str | None:
    """What a person would say of it: that it is there, that it has been silent for long, else the newest scan."""
    is_silent = parcel.mood is Mood.LOOK and parcel.state in UNDER_WAY
    if parcel.state == ParcelState.DELIVERED or is_silent:
        return spoken.say(parcel.sentence)
    newest = parcel.latest
    if newest is None or newest.at is None:
        return None
    told = [spoken.say(newest.label), spoken.moment(newest.at), newest.place]
    return " · ".join(part for part in told if part)


def _arrival(arrival: Arrival | None, today: date, spoken: Language) -> dict[str, Any] | None:
    if arrival is None:
        return None
    return {
        "when": spoken.show(arrival.when),
        "is_past": arrival.by < today,
        "basis": spoken.say(arrival.basis),
        "revision": spoken.say(arrival.revision) if arrival.revision else None,
    }


def _waiting(waiting: Waiting | None, today: date, spoken: Language) -> dict[str, Any] | None:
    """Pieces that are in no parcel yet."""
    if waiting is None:
        return None
    pieces = sum(item.quantity for item in waiting.items)
    return {"pieces": pieces, "arrival": _arrival(waiting.arrival, today, spoken)}


def _last_days(promise: ReturnsPromise | None, spoken: Language) -> list[dict[str, str | None]]:
    """Until when what may come back; items are named only where they end apart."""
    dates = promise.dates if promise else ()
    return [
        {
            "items": _named(date.titles, date.more, spoken) if len(dates) > 1 else None,
            "until": " · ".join(spoken.say(said) for said in (date.sentence, *date.also)),
        }
        for date in dates
    ]


def _nothing(days: tuple[LastDay, ...], waiting: Waiting | None, spoken: Language) -> str | None:
    """That no item can come back today, where that is so."""
    if any(day.is_open for day in days):
        return None
    if any(isinstance(day.reason, NotDeliveredYet) for day in days):
        return spoken.say(NOT_HERE_YET)
    return spoken.say(NOTHING_THERE if days or waiting is None else NOT_YET)


def _named(titles: tuple[str, ...], more: int, spoken: Language) -> str:
    joined = ", ".join(titles)
    return spoken.text(AND_MORE.text, titles=joined, count=more) if more else joined


def _returns(session: Session, order: Order, spoken: Language) -> list[dict[str, Any]]:
    """The order's returns, the newest first; one that waits for a person says so before anything else."""
    needs_look = exists().where(ReleaseGroup.return_id == Return.id, ReleaseGroup.state == GroupState.NEEDS_LOOK)
    pieces = select(func.sum(ReturnLine.quantity)).where(ReturnLine.return_id == Return.id).scalar_subquery()
    rows = session.execute(
        select(Return.rma, Return.state, pieces, needs_look)
        .where(Return.shop_id == g.shop.id, Return.order_id == order.id)
        .order_by(Return.id.desc())
        .limit(MOST_RETURNS)
    )
    return [
        _return(rma, NEEDS_LOOK if look else OF_RETURN[state], int(count or 0), spoken)
        for rma, state, count, look in rows
    ]


def _return(rma: str, said: Badge, pieces: int, spoken: Language) -> dict[str, Any]:
    label, tone = said
    return {"rma": rma, "label": spoken.say(label), "tone": tone, "pieces": pieces, "path": f"app/returns/{rma}"}
