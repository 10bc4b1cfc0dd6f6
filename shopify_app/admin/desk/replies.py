"""Saved replies: a list, and a form for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, abort, request

from shopify_app.admin.assignees import people_of
from shopify_app.admin.desk.words import REPLIES
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, show, staff
from shopify_app.admin.returns.words import DONE
from shopify_app.casework import replies
from shopify_app.casework.models import SavedReply
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.texts import number_in

PLACE = "/app/returns/replies"
TAKEN = phrase(
    "{name} saved this reply while you were writing. Yours is kept in the fields: save again to replace theirs."
)
TAKEN_BY_SOMEBODY = phrase(
    "Somebody saved this reply while you were writing. Yours is kept in the fields: save again to replace theirs."
)


@blueprint.get("/returns/replies")
def saved_replies() -> Response:
    """The shop's replies; with `edit`, one of them in the form."""
    return _page()


@blueprint.post("/returns/replies")
def save_reply() -> Response:
    """Keeps a reply, new or changed, or removes one."""
    form = request.form
    with adapters().database.write() as session:
        reply = _mine(session, form.get("id", ""))
        if form.get("verb") == "remove":
            replies.remove(session, shop_row().id, reply.id if reply else 0)
            return go(PLACE, did="reply_gone")
        try:
            replies.save(
                session, shop_row().id, reply, form.get("name", ""), form.get("body", ""),
                form.get("version", -1, type=int), staff(), adapters().clock.now(),
            )  # fmt: skip
            return go(PLACE, did="reply_kept")
        except replies.NotKept as failure:
            wrong, status, taken = {field: REPLIES[why] for field, why in failure.why.items()}, 422, None
        except replies.ChangedMeanwhile as failure:
            people = people_of(session, shop_row().id)
            name = people.staff.get(failure.now.changed_by or "")
            wrong, status = {}, 409
            taken = replace(TAKEN, facts=(("name", name),)) if name else TAKEN_BY_SOMEBODY
    return _page(status, wrong, taken)


def _page(status: int = 200, wrong: Mapping[str, Phrase] | None = None, taken: Phrase | None = None) -> Response:
    with adapters().database.read() as session:
        reply = _mine(session, request.values.get("edit", "") or request.form.get("id", ""))
        kept = replies.kept(session, shop_row().id)
    typed = request.form if request.method == "POST" else {}
    return show(
        "desk/replies.html",
        status,
        kept=kept,
        reply=reply,
        called=typed.get("name", reply.name if reply else ""),
        body=typed.get("body", reply.body if reply else ""),
        wrong=wrong or {},
        taken=taken,
        places=replies.PLACES,
        did=DONE.get(request.args.get("did", "")),
    )


def _mine(session: Session, typed: str) -> SavedReply | None:
    """The shop's own reply; None for a new one, 404 for anybody else's."""
    if not typed:
        return None
    number = number_in(typed)
    reply = replies.find(session, shop_row().id, number) if number is not None else None
    if reply is None:
        abort(404)
    return reply
