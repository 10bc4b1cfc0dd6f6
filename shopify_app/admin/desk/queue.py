"""The queue: returns by what they wait for, filtered, searched, most urgent first, and views that are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, request

from shopify_app.admin.assignees import People, people_of
from shopify_app.admin.desk.words import (
    FILTER_NAMES,
    MANY,
    NO_RETURN_YET,
    NOTHING_HERE,
    SORTS,
    TAB_NAMES,
    VIEW_REFUSALS,
    WAITS,
)
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import address, go, language, show, staff
from shopify_app.admin.returns.words import DONE, SOURCES
from shopify_app.casework import views
from shopify_app.casework.models import CaseKind
from shopify_app.db import Session
from shopify_app.i18n import Phrase, day_near, phrase
from shopify_app.pages.badges import OF_RETURN
from shopify_app.pages.return_items import REASON_WORDS
from shopify_app.returns.desk import DeskQuery, Tab, from_words, open_desk
from shopify_app.returns.desk.asked import NOBODY, words_of
from shopify_app.returns.explain import OUTCOMES
from shopify_app.returns.no_receipt import verbs as no_receipt
from shopify_app.shops import profile
from shopify_app.zones import zone_named

HERE = "/app/returns"
SAID = {
    "tabs": TAB_NAMES, "sorts": SORTS, "labels": FILTER_NAMES, "many": MANY, "outcomes": OUTCOMES, "states": OF_RETURN,
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One filter of the form: its choices by value."""

    name: str
    choices: tuple[tuple[str, str | Phrase], ...]


@blueprint.get("/returns")
def returns() -> Response:
    """The queue. A search that names one RMA exactly goes straight to it."""
    return queue()


def queue(status: int = 200, refusal: Phrase | None = None, typed: str = "", refused: Phrase | None = None) -> Response:
    """The queue as the address asks for it; with `refusal` of a view's name as it was `typed`, or with why
    something was `refused`."""
    query, now = asked(), adapters().clock.now()
    with adapters().database.read() as session:
        desk = open_desk(session, shop_row(), query, now)
        if [row.rma for row in desk.rows] == [query.search.upper()]:
            return go(f"{HERE}/{desk.rows[0].rma}")
        beside = _beside(session, query)
    return show(
        "desk/queue.html",
        status,
        desk=desk,
        query=query,
        soon=_soon(now),
        nothing=_nothing(query, desk.total),
        did=DONE.get(request.args.get("did", "")),
        view=request.args.get("view", ""),
        refusal=refusal,
        typed=typed,
        refused=refused,
        **beside,
        **_links(query),
        **SAID,
    )


def _beside(session: Session, query: DeskQuery) -> dict[str, Any]:
    """What stands around the list: who works here, filters and views, and what waits outside of it."""
    people = people_of(session, shop_row().id)
    filters = _filters(people)
    return {
        "people": people,
        "filters": filters,
        "in_use": _in_use(query, filters),
        "undecided": no_receipt.undecided(session, shop_row().id),
        "views": [
            (view.name, address(HERE, **dict(parse_qsl(view.query)), view=view.name))
            for view in views.kept(session, shop_row().id, CaseKind.RETURN)
        ],
    }


def _links(query: DeskQuery) -> dict[str, Any]:
    """The address's words, and the addresses of the same list with something changed."""
    return {
        "words": _words(query),
        "at": lambda **changes: address(HERE, **_words(query.first_page(**changes))),
        "turned": lambda **marks: address(HERE, **_words(replace(query.first_page(), **marks))),
        "everywhere": address(HERE, **_words(query.first_page(tab=None))),
    }


@blueprint.post("/returns/views")
def keep_view() -> Response:
    """Keeps what is seen under a name, or drops a view."""
    with adapters().database.write() as session:
        if request.form.get("drop"):
            views.drop(session, shop_row().id, CaseKind.RETURN, request.form["drop"])
            return go(HERE, did="view_dropped")
        name, query = request.form.get("name", ""), _viewed()
        try:
            kept = views.keep(session, shop_row().id, CaseKind.RETURN, name, query, staff(), adapters().clock.now())
        except views.NotKept as failure:
            refusal = VIEW_REFUSALS[failure.why]
        else:
            return go(HERE, **dict(parse_qsl(kept.query)), view=kept.name, did="view_kept")
    return queue(422, refusal, name)


def asked() -> DeskQuery:
    """What the address asks for; a form's hidden ``query`` stands for its page's address. A search looks everywhere
    unless a tab is named."""
    words = dict(parse_qsl(request.form["query"])) if "query" in request.form else request.args
    query = from_words(words)
    is_everywhere = query.search or words.get("tab") == "all"
    return query if query.tab or is_everywhere else replace(query, tab=Tab.TO_APPROVE)


def _viewed() -> str:
    """What a view keeps of the address: never what was searched for, which may be somebody's."""
    return urlencode(_words(replace(asked(), search="").first_page()))


def _words(query: DeskQuery) -> dict[str, str]:
    """The address's words; that every tab is meant is said."""
    return words_of(query) | ({} if query.tab else {"tab": "all"})


def _filters(people: People) -> tuple[Choice, ...]:
    """The selects of the form."""
    markets = profile.markets(shop_row()) or ()
    return (
        Choice("state", tuple((state, words) for state, (words, _) in OF_RETURN.items())),
        Choice("outcome", tuple((outcome, words) for outcome, words in OUTCOMES.items())),
        Choice("reason", tuple(REASON_WORDS.items())),
        Choice("market", tuple((market.handle, market.name) for market in markets)),
        Choice("country", language().countries),
        Choice("assignee", ((NOBODY, phrase("Nobody yet")), *people.choices)),
        Choice("source", tuple(SOURCES.items())),
        Choice("waits", tuple(WAITS.items())),
    )


def _in_use(query: DeskQuery, filters: tuple[Choice, ...]) -> list[tuple[str, Phrase, str | Phrase]]:
    """The filters that narrow the list: their names, and their values in words."""
    said = {each.name: dict(each.choices) for each in filters}
    return [
        (name, FILTER_NAMES[name], said.get(name, {}).get(value, "" if name == "is_late" else value))
        for name, value in query.filters.items()
    ]


def _soon(now: datetime) -> Callable[[datetime], str]:
    """Writes a day as short as a table wants it: by its name where it has one."""
    zone = zone_named(shop_row().timezone)
    spoken, today = language(), now.astimezone(zone).date()

    def written(at: datetime) -> str:
        day = at.astimezone(zone).date()
        near = day_near(day, today)
        return spoken.day(near) if near.name else spoken.short_day(day)

    return written


def _nothing(query: DeskQuery, total: int) -> Phrase:
    if query.search:
        return phrase(
            "Nothing is called “{words}”. People are found by whole words of their names.", words=query.search
        )
    if not total and not query.filters:
        return NO_RETURN_YET
    if query.filters or query.tab is None:
        return phrase("No return is like this.")
    return NOTHING_HERE[query.tab]
