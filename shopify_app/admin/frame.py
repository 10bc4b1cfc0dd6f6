"""Pages inside the admin's frame: links that keep what App Bridge needs, and the shell around every page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, request

from shopify_app.admin.assignees import BY_HAND, COMMAND_LINE
from shopify_app.admin.door import adapters, shop_row, visitor
from shopify_app.admin.people import may, me, staff_name
from shopify_app.admin.rendering import languages, render
from shopify_app.i18n import Country, Day, Language, Moment, Phrase
from shopify_app.money import Money
from shopify_app.zones import zone_named

KEPT = ("host", "embedded", "locale")
"""What Shopify puts into the frame's address and App Bridge wants to find again, besides the shop."""


def language() -> Language:
    """The staff member's, as Shopify's admin names it in the frame's address; English where we do not speak it. Dates
    and amounts are written as in the shop's country unless the tag names another. Formal, as Shopify's admin is."""
    return languages().choose([request.args.get("locale", "")[:35]], shop_row().country, "formal")


def say(said: Phrase) -> str:
    """A phrase in the staff member's language."""
    return language().say(said)


def who(by: str | None) -> str:
    """Who did something, as staff read it; empty for nobody, and for a colleague whose name was never learned."""
    return say(COMMAND_LINE) if by in BY_HAND else staff_name(by)


def address(path: str, **query: Any) -> str:
    """A link to `path` of this door that a browser may follow without a session token: the bounce page finds the shop
    in it. What is None or empty is left out."""
    kept = {name: request.args.get(name) for name in KEPT}
    wanted = {"shop": visitor().shop} | kept | query
    return f"{path}?{urlencode({name: str(value) for name, value in wanted.items() if value not in (None, '')})}"


def show(template: str, status: int = 200, **page: Any) -> Response:
    """`template` in the shell, with `_` and `_n` to speak the staff member's language, and `address`, `money`, `when`,
    `day`, `country`, `number` and `say` to write with, `me`, `may` and `who` for who reads and who did what."""
    spoken = language()
    words = {
        "_": spoken.text,
        "_n": spoken.plural,
        "lang": spoken.tag,
        "may": may,
        "me": me(),
        "who": who,
        "address": address,
        "money": lambda amount: spoken.money(amount) if isinstance(amount, Money) else "",
        "when": lambda at: stamp(spoken, at, shop_row().timezone),
        "day": lambda at: spoken.full_day(at.astimezone(zone_named(shop_row().timezone)).date()),
        "say": lambda said: spoken.say(said) if isinstance(said, Phrase) else said,
        "country": lambda code: spoken.show(Country(code)),
        "number": lambda count: spoken.show(int(count)),
        "path": request.path,
    }
    return Response(render(template, adapters().config, **(words | page)), status)


def stamp(spoken: Language, at: datetime, timezone: str) -> str:
    """``24 Nov 2026, 10:30`` on the shop's clock."""
    local = at.astimezone(zone_named(timezone))
    return spoken.stamp(Moment(Day(local.date()), local.time()))


def go(path: str, **query: Any) -> Response:
    """After a change: on to a page, so that reloading repeats nothing."""
    return redirect(address(path, **query), 303)  # type: ignore[return-value]


def staff() -> str:
    """Who is at the keyboard: Shopify's id of the member of staff."""
    return visitor().user_id
