"""Many returns at once: chosen in the queue, asked once more with what the verb needs, carried out by a worker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request
from sqlalchemy import func, select

from shopify_app.admin.assignees import ASKS, people_of
from shopify_app.admin.desk.queue import HERE, asked, queue
from shopify_app.admin.desk.words import MANY, MANY_DONE, MANY_FIELDS, MANY_SAYS, REFUSED
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, language, show, staff
from shopify_app.admin.people import require
from shopify_app.admin.returns.words import DECLINE_REASONS, WRONG
from shopify_app.casework import assigning, bulk
from shopify_app.casework.assigning import NotAssigned
from shopify_app.casework.models import CaseKind
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.desk.many import Many
from shopify_app.returns.desk.reading import ids_of
from shopify_app.returns.models import Return
from shopify_app.returns.requests import DECLINE_REASONS as REASONS
from shopify_app.returns.timeline import LONGEST_WORDS
from shopify_app.shops.staff import Right
from shopify_app.texts import number_in

MOST = 10_000
AT_A_TIME = 500
SHOWN = 100
"""Results on one page."""


@dataclass(frozen=True)
class Picked:
    """What was chosen: single rows, or with `is_all` everything that the queue's filters let through. `is_cut`: more
    match than one action takes; these are the oldest."""

    rows: tuple[bulk.Chosen, ...]
    is_all: bool
    count: int
    is_cut: bool = False


@blueprint.post("/returns/many")
def many() -> Response:
    """Asks once more what shall be done with those chosen; sure, it is accepted, and a worker carries it out."""
    verb = request.form.get("verb", "")
    if verb not in set(Many):
        return queue(400, refused=phrase("Choose what to do with them."))
    if verb == Many.SETTLE:
        require(Right.SETTLE)
    with adapters().database.read() as session:
        picked = _picked(session)
        people = people_of(session, shop_row().id)
    if not picked.count:
        return queue(422, refused=phrase("Choose at least one return."))
    wrong = _wrong(Many(verb)) if request.form.get("sure") else {}
    if request.form.get("sure") and not wrong:
        return _accepted(Many(verb), picked)
    return show(
        "desk/many.html",
        422 if wrong else 200,
        verb=verb,
        title=MANY[verb],
        says=MANY_SAYS[verb],
        fields=MANY_FIELDS.get(verb, ()),
        picked=picked,
        wrong=wrong,
        typed=defaultdict(str, request.form.items()),
        people=people,
        reasons=DECLINE_REASONS,
        longest=LONGEST_WORDS,
    )


@blueprint.get("/returns/many/<bulk_id>")
def many_done(bulk_id: str) -> Response:
    """How far it has come, with a result for each return; refreshed while it lasts."""
    page = min(max(request.args.get("page", 0, type=int), 0), MOST // SHOWN)
    with adapters().database.read() as session:
        action = _mine(session, bulk_id)
        progress = bulk.progress(session, action)
        results = bulk.results(session, action, SHOWN + 1, page * SHOWN)
        people = people_of(session, shop_row().id)
    return show(
        "desk/many_done.html",
        action=action,
        title=MANY[action.verb],
        why=REFUSED,
        done=MANY_DONE[action.verb],
        progress=progress,
        results=results[:SHOWN],
        has_more=len(results) > SHOWN,
        page_number=page,
        people=people,
    )


def _mine(session: Session, bulk_id: str) -> Any:
    number = number_in(bulk_id)
    action = bulk.find(session, shop_row().id, number) if number is not None else None
    if action is None:
        abort(404)
    return action


def _accepted(verb: Many, picked: Picked) -> Response:
    facts = {name: request.form.get(name, "").strip() for name in MANY_FIELDS.get(verb, ())}
    if facts.pop("team", ""):
        facts["assignee"] = assigning.team(request.form["team"])
    now = adapters().clock.now()
    wanted = bulk.Wanted(shop_row().id, CaseKind.RETURN, verb, facts | {"language": language().tag}, staff(), now)
    with adapters().database.write() as session:
        if picked.is_all:
            action = bulk.accept_all(session, wanted, ids_of(session, shop_row(), asked(), now).limit(MOST))
        else:
            action = bulk.accept(session, wanted, picked.rows)
    return go(f"{HERE}/many/{action.id}")


def _picked(session: Session) -> Picked:
    """Rows of other shops, and such as never were, are none. Raises 404 where nothing else was chosen."""
    if request.form.get("all"):
        found = ids_of(session, shop_row(), asked(), adapters().clock.now()).limit(MOST + 1).subquery()
        matching = session.scalar(select(func.count()).select_from(found)) or 0
        return Picked((), True, min(matching, MOST), matching > MOST)
    typed = request.form.getlist("row")[:MOST]
    rows = _known(session, [each.rpartition("~") for each in typed])
    if typed and not rows:
        abort(404)
    return Picked(rows, False, len(rows))


def _known(session: Session, typed: Sequence[tuple[str, str, str]]) -> tuple[bulk.Chosen, ...]:
    """The rows that this shop has, as they were seen."""
    seen = {rma.strip().upper(): number for rma, _, version in typed if (number := number_in(version[:9])) is not None}
    names, ids = list(seen), dict[str, int]()
    for start in range(0, len(names), AT_A_TIME):
        wanted = select(Return.rma, Return.id).where(
            Return.shop_id == shop_row().id, Return.rma.in_(names[start : start + AT_A_TIME])
        )
        ids |= {rma: row_id for rma, row_id in session.execute(wanted)}
    return tuple(bulk.Chosen(ids[name], name, seen[name]) for name in names if name in ids)


def _wrong(verb: Many) -> dict[str, Phrase]:
    """What is wrong with each field of the verb, all at once."""
    checks: Mapping[Many, Any] = {Many.DECLINE: _decline, Many.NOTE: _words, Many.ASSIGN: _assign, Many.TAG: _tag}
    return checks[verb]() if verb in checks else {}


def _decline() -> dict[str, Phrase]:
    wrong = _words()
    if request.form.get("reason") not in REASONS:
        wrong["reason"] = WRONG["reason"]
    return wrong


def _words() -> dict[str, Phrase]:
    words = request.form.get("words", "").strip()
    if not words:
        return {"words": WRONG["words"]}
    return {"words": WRONG["too_long"]} if len(words) > LONGEST_WORDS else {}


def _assign() -> dict[str, Phrase]:
    new = request.form.get("team", "")
    field, key = ("team", assigning.team(new)) if new.strip() else ("assignee", request.form.get("assignee", ""))
    try:
        assigning.checked(key)
    except NotAssigned as failure:
        return {field: ASKS[failure.why]}
    return {}


def _tag() -> dict[str, Phrase]:
    try:
        assigning.tag_of(request.form.get("tag", ""))
    except NotAssigned as failure:
        return {"tag": ASKS[failure.why]}
    return {}
