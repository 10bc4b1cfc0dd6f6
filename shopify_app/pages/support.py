"""How to reach a person, and whether somebody is there now: hours told by the reader's clock. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from shopify_app.i18n import Moment, Phrase, phrase
from shopify_app.orders.models import Order
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import Link, OpenDay, SupportBlock
from shopify_app.pages.texts import mail_address, plain
from shopify_app.settings.shape import but, in_language
from shopify_app.settings.support import Support, Weekday
from shopify_app.shops.models import Shop

Span = tuple[datetime, datetime]
_WEEKDAYS = tuple(Weekday)


def reachable(support: Support, shop: Shop) -> Support:
    """The settings; where the merchant has named no way to reach them, the shop's own mail address at Shopify."""
    if support.email or support.phone or support.chat_url:
        return support
    return but(support, email=shop.profile.get("email") or "")


def support_block(support: Support, order: Order | None, here: Here) -> SupportBlock:
    """Ways to reach the shop, prefilled with the order where there is one."""
    spans = _spans(support, here)
    questions = in_language(support.faq, here.language) or ()
    is_open = any(start <= here.now < end for start, end in spans)
    name = plain(order.name) if order else ""
    return SupportBlock(
        mail=Link(support.email, mail_address(support.email, name)) if support.email else None,
        phone=Link(support.phone, _call(support.phone)) if support.phone else None,
        chat=Link(phrase("Chat with us"), support.chat_url) if support.chat_url else None,
        social=tuple(Link(plain(link.name, 40), link.url) for link in support.social if link.url),
        faq=tuple((plain(entry.question, 300), plain(entry.answer, 3000)) for entry in questions),
        open_now=_open_now(spans, is_open, here),
        is_open=is_open,
        week=_week(spans, here) if support.hours else (),
        zone=str(here.reader).rpartition("/")[2].replace("_", " "),
    )


def way_to_us(support: Support, subject: str) -> Link | None:
    """The one way to write to the shop, else to speak to it; None where it has named none."""
    if support.email:
        return Link(phrase("Write to us"), mail_address(support.email, subject))
    if support.chat_url:
        return Link(phrase("Chat with us"), support.chat_url)
    return Link(support.phone, _call(support.phone)) if support.phone else None


def _call(phone: str) -> str:
    return "tel:" + "".join(sign for sign in phone if sign in "+0123456789")


def _spans(support: Support, here: Here) -> list[Span]:
    """When somebody is there, from yesterday on for ten days, as instants."""
    if not support.hours:
        return []
    spans = []
    for offset in range(-1, 10):
        day = here.shop_today + timedelta(days=offset)
        hours = support.hours.get(_WEEKDAYS[day.weekday()])
        if hours and day not in support.closed_on:
            spans.append(
                (datetime.combine(day, hours.opens, here.shop), datetime.combine(day, hours.closes, here.shop))
            )
    return spans


def _open_now(spans: list[Span], is_open: bool, here: Here) -> Phrase | None:
    if is_open:
        closes = next(end for start, end in spans if start <= here.now < end)
        return phrase("Open now, until {time}", time=_clock(closes.astimezone(here.reader)))
    opens = next((start for start, _ in spans if start > here.now), None)
    if opens is None:
        return None
    local = opens.astimezone(here.reader)
    return phrase("Closed now, opens {moment}", moment=Moment(here.day(local.date()), _clock(local)))


def _week(spans: list[Span], here: Here) -> tuple[OpenDay, ...]:
    """The seven days from today, Monday first, in the reader's zone."""
    days = [here.today + timedelta(days=offset) for offset in range(7)]
    week = [OpenDay(day.weekday(), _on(day, spans, here), day == here.today) for day in days]
    return tuple(sorted(week, key=lambda day: day.weekday))


def _on(day: date, spans: list[Span], here: Here) -> tuple[tuple[time, time], ...]:
    """The parts of `spans` that fall on the reader's `day`; a part that reaches midnight ends at 00:00."""
    start = datetime.combine(day, time(0), here.reader)
    end = datetime.combine(day + timedelta(days=1), time(0), here.reader)
    parts = ((max(opens, start), min(closes, end)) for opens, closes in spans if opens < end and start < closes)
    return tuple(
        (_clock(opens.astimezone(here.reader)), _clock(closes.astimezone(here.reader))) for opens, closes in parts
    )


def _clock(moment: datetime) -> time:
    return time(moment.hour, moment.minute)
