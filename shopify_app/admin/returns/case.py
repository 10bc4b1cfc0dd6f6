"""What the page of a return shows of the work on it, and who changed it last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from sqlalchemy import select

from shopify_app.admin.assignees import People, people_of
from shopify_app.admin.door import shop_row
from shopify_app.admin.frame import language
from shopify_app.admin.returns.words import ACTORS, entry_said
from shopify_app.casework import assigning, replies
from shopify_app.casework.models import CaseFile, CaseTag, SavedReply
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.desk import Found
from shopify_app.returns.desk.many import subject_of
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.together import Together, Wanted
from shopify_app.zones import zone_named


@dataclass(frozen=True)
class Work:
    """What the page of a return shows of the work on it. `seen` is the newest entry of its timeline, `words` what
    stands in the field for a message, `answer_day` in the one for the day (ISO). `wrong`: by field."""

    file: CaseFile | None
    answer_day: str
    tags: tuple[str, ...]
    people: People
    replies: tuple[SavedReply, ...]
    seen: int
    words: str
    wrong: Mapping[str, Phrase]

    @property
    def version(self) -> int:
        """What a form sends back: who decides on an older picture is told."""
        return self.file.version if self.file else 0


def work_rows(ret: Return) -> Wanted:
    """The rows of the work on `ret`."""
    subject = subject_of(ret)
    return {CaseFile: assigning.is_file_of(subject), CaseTag: assigning.is_tag_of(subject)}


def work_on(session: Session, found: Found, rows: Together, wrong: Mapping[str, Phrase]) -> Work:
    """Everything about the work on a return, from its rows (with `work_rows`), with a saved reply filled in where the
    address asks for one."""
    kept, file = replies.kept(session, found.ret.shop_id), next(iter(rows.of(CaseFile)), None)
    chosen = next((each for each in kept if str(each.id) == request.args.get("reply")), None)
    return Work(
        file=file,
        answer_day=_day(file),
        tags=tuple(sorted(row.tag for row in rows.of(CaseTag))),
        people=people_of(session, found.ret.shop_id),
        replies=kept,
        seen=max((row.id for row in rows.of(ReturnEntry)), default=0),
        words=request.form.get("words") or (replies.filled(chosen.body, _facts(found)) if chosen else ""),
        wrong=wrong,
    )


def _day(file: CaseFile | None) -> str:
    at = file.answer_by if file else None
    return at.astimezone(zone_named(shop_row().timezone)).date().isoformat() if at else ""


def since(session: Session, ret: Return, seen: int) -> list[ReturnEntry]:
    """The newest entries after `seen`, newest first; at most three."""
    newer = select(ReturnEntry).where(ReturnEntry.return_id == ret.id, ReturnEntry.id > seen)
    return list(session.scalars(newer.order_by(ReturnEntry.id.desc()).limit(3)))


def what_changed(session: Session, ret: Return) -> str:
    """Who changed the return last, and how: for somebody who decided on an older picture."""
    last = since(session, ret, 0)[:1]
    if not last:
        return ""
    people = people_of(session, shop_row().id)
    who = people.name(last[0].staff) if last[0].staff else ACTORS.get(last[0].actor, last[0].actor)
    what = entry_said(last[0].kind, last[0].facts)
    spoken = language()
    return spoken.say(phrase("Last: {what}, {who}.", what=_said(what), who=_said(who)))


def _said(words: str | Phrase) -> str:
    return language().say(words) if isinstance(words, Phrase) else words


def _facts(found: Found) -> dict[str, str]:
    return {
        "first_name": (found.customer.first_name if found.customer else None) or "",
        "order": found.ret.order.name,
        "number": found.ret.rma,
        "shop": shop_row().name,
    }
