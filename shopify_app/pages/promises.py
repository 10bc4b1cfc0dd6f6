"""What may come back, and until when: seen before anybody has to ask. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.orders.models import Order
from shopify_app.pages.facts import LineFact, OrderPicture, ParcelFact
from shopify_app.pages.items import named
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import Item, ReturnDate, ReturnsPromise
from shopify_app.pages.texts import followable, paragraphs, plain
from shopify_app.shipments.states import ParcelState as P
from shopify_app.shops.models import Shop


def returns_promise(shop: Shop, order: Order, picture: OrderPicture, here: Here) -> ReturnsPromise | None:
    """The last day per item (delivery + `return_window_days`, to the end of the shop's day) and the policy in short.

    None when the shop promises nothing and has no policy, or the order was cancelled."""
    window = picture.settings.tracking.return_window_days
    policy, url = _policy(shop)
    if order.cancelled_at or order.erased_at or (not window and not policy):
        return None
    groups = _by_delivery(picture, here.shop) if window else {}
    if not groups and not policy:
        return None
    dates = tuple(_return_date(delivered, titles, window or 0, here) for delivered, titles in groups.items())
    return ReturnsPromise(_headline(list(groups), window, here), dates, policy, url)


def last_return_moment(delivered: date, window_days: int, here: Here) -> datetime:
    """The last second of the shop's day `window_days` after `delivered`, in UTC."""
    day = delivered + timedelta(days=window_days)
    return datetime.combine(day, time(23, 59, 59), here.shop).astimezone(UTC)


def _by_delivery(picture: OrderPicture, zone: ZoneInfo) -> dict[date | None, list[str]]:
    """Titles that may come back, by the shop's day they were delivered (None: not yet), soonest first."""
    parcels = {parcel.id: parcel for parcel in picture.parcels}
    groups: dict[date | None, list[str]] = {}
    for line in picture.lines:
        if line.is_gift_card or not line.requires_shipping or line.current_quantity < 1:
            continue
        for day in _days(line, parcels, zone):
            groups.setdefault(day, []).append(plain(line.title, 255))
    return dict(sorted(groups.items(), key=lambda group: group[0] or date.max))


def _days(line: LineFact, parcels: dict[int, ParcelFact], zone: ZoneInfo) -> set[date | None]:
    days: set[date | None] = set()
    sent = 0
    for where, count in line.travels:
        parcel = parcels.get(where)
        if parcel is None or parcel.state in (P.CANCELLED, P.RETURNED, P.LOST_OR_DESTROYED):
            continue
        sent += count
        days.add(parcel.delivered_at.astimezone(zone).date() if parcel.delivered_at else None)
    return days | {None} if sent < line.current_quantity else days


def _return_date(delivered: date | None, titles: list[str], window: int, here: Here) -> ReturnDate:
    shown, more = named(tuple(Item(title, "", 1) for title in titles))
    if delivered is None:
        sentence = phrase_n("{count} day from delivery", "{count} days from delivery", window)
        return ReturnDate(shown, more, sentence, None)
    until = last_return_moment(delivered, window, here)
    day = here.day(delivered + timedelta(days=window))
    if until < here.now:
        return ReturnDate(shown, more, phrase("ended {day}", day=day), until)
    return ReturnDate(shown, more, phrase("until {day}", day=day), until)


def _headline(delivered: list[date | None], window: int | None, here: Here) -> Phrase:
    if not window:
        return phrase("Returns")
    if not delivered or None in delivered:
        return phrase_n(
            "Return or exchange within {count} day of delivery",
            "Return or exchange within {count} days of delivery",
            window,
        )
    last = max(day for day in delivered if day) + timedelta(days=window)
    if last_return_moment(last, 0, here) < here.now:
        return phrase("The time to return or exchange ended {day}", day=here.day(last))
    return phrase("Return or exchange until {day}", day=here.day(last))


def _policy(shop: Shop) -> tuple[tuple[str, ...], str | None]:
    kept = (shop.profile or {}).get("policies", {}).get("refund")
    if not kept:
        return (), None
    _, body, url = (*kept, None, None)[:3]
    return paragraphs(body or ""), followable(url)
