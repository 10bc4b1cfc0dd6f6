"""Forms about the work on a return: whose it is, by when, tags, words to its shopper; and news of others' changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from types import MappingProxyType

from flask import Response, request

from shopify_app.admin.assignees import ASKS, people_of
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, language, show, staff
from shopify_app.admin.returns.case import since
from shopify_app.admin.returns.door import mine, page_of
from shopify_app.admin.returns.words import ACTORS, WRONG, entry_said
from shopify_app.casework import assigning
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.desk.many import subject_of
from shopify_app.returns.desk.writing import write
from shopify_app.returns.models import Return
from shopify_app.returns.moves import NothingSaid
from shopify_app.returns.states import OPEN_RETURNS
from shopify_app.returns.timeline import LONGEST_WORDS
from shopify_app.texts import number_in
from shopify_app.zones import zone_named

TAKEN = phrase("Somebody else changed whose this is while you were looking. This is how it stands now.")
NO_DAY = phrase("Choose a day from today on.")


class Wrong(Exception):
    """A field of the form cannot be taken; `why` says so beside it."""

    def __init__(self, field: str, why: Phrase) -> None:
        super().__init__(field)
        self.field, self.why = field, why


@blueprint.post("/returns/<rma>/case")
def work(rma: str) -> Response:
    """One verb on the work; refused, the page tells it beside its field and keeps what was typed."""
    verb = request.form.get("verb", "")
    if verb not in VERBS:
        return page_of(rma, refusal=language().say(phrase("There is nothing like that to do.")), status=400)
    try:
        with adapters().database.write() as session:
            VERBS[verb](session, mine(session, rma), adapters().clock.now())
    except Wrong as failure:
        return page_of(rma, status=422, wrong={failure.field: failure.why})
    except _Taken:
        return page_of(rma, refusal=language().say(TAKEN), status=409)
    return go(f"/app/returns/{rma}", did=f"case_{verb}")


@blueprint.get("/returns/<rma>/changed")
def changed(rma: str) -> Response:
    """204 while nobody else has changed the return since `seen` (an entry) and `since` (a version); else who did."""
    with adapters().database.read() as session:
        ret = mine(session, rma)
        seen, version = (number_in(request.args.get(name, "")) or 0 for name in ("seen", "since"))
        told = since(session, ret, seen)
        if not told and ret.version == version:
            return Response(status=204)
        people = people_of(session, ret.shop_id)
    return show("desk/changed.html", rma=ret.rma, told=told, people=people, said=entry_said, actors=ACTORS)


class _Taken(Exception):
    """Somebody changed the case meanwhile."""


def _unchanged(session: Session, ret: Return) -> assigning.Subject:
    """The case, if it is still as its reader saw it."""
    subject = subject_of(ret)
    session.refresh(ret, with_for_update=True)
    file = assigning.file_of(session, subject)
    if request.form.get("case_version") != str(file.version if file else 0):
        raise _Taken
    return subject


def _assign(session: Session, ret: Return, now: datetime) -> None:
    new = request.form.get("team", "")
    field, key = ("team", assigning.team(new)) if new.strip() else ("assignee", request.form.get("assignee", ""))
    try:
        assigning.assign(session, _unchanged(session, ret), key, staff(), now)
    except assigning.NotAssigned as failure:
        raise Wrong(field, ASKS[failure.why]) from failure


def _answer_by(session: Session, ret: Return, now: datetime) -> None:
    """The end of a day on the shop's clock; empty: the return's own promise counts again."""
    typed, zone = request.form.get("day", "").strip(), zone_named(shop_row().timezone)
    at = None
    if typed:
        try:
            at = datetime.combine(date.fromisoformat(typed), time(23, 59, 59), zone)
        except (ValueError, OverflowError) as failure:
            raise Wrong("day", NO_DAY) from failure
        if not now <= at or at.year > now.year + 2 or ret.state not in OPEN_RETURNS:
            raise Wrong("day", NO_DAY)
    assigning.answer_by(session, _unchanged(session, ret), at, staff(), now)


def _tag(session: Session, ret: Return, now: datetime) -> None:
    try:
        assigning.add_tag(session, subject_of(ret), request.form.get("tag", ""))
    except assigning.NotAssigned as failure:
        raise Wrong("tag", ASKS[failure.why]) from failure


def _untag(session: Session, ret: Return, now: datetime) -> None:
    assigning.drop_tag(session, subject_of(ret), request.form.get("tag", ""))


def _write(session: Session, ret: Return, now: datetime) -> None:
    text = request.form.get("words", "")
    if len(text.strip()) > LONGEST_WORDS:
        raise Wrong("words", WRONG["too_long"])
    try:
        write(session, ret, text, staff(), now)
    except NothingSaid as failure:
        raise Wrong("words", WRONG["words"]) from failure


VERBS: Mapping[str, Callable[[Session, Return, datetime], None]] = MappingProxyType(
    {"assign": _assign, "answer_by": _answer_by, "tag": _tag, "untag": _untag, "write": _write}
)
