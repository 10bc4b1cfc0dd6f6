"""The draft as a JSON document, for whoever prefers it: checked whole, rule by rule, before it becomes the draft."""

from __future__ import annotations

import json

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, show, staff
from shopify_app.admin.policy.desk import PATH, moved
from shopify_app.returns import published
from shopify_app.returns.document import LARGEST_BYTES, WrongPolicy, to_document
from shopify_app.returns.rules import Policy
from shopify_app.returns.writing import drafts

LONGEST_LIST = 30
"""How many things wrong with a document are shown at once."""


@blueprint.get("/returns/policy/document")
def document() -> Response:
    """The draft as it would be published."""
    with adapters().database.read() as session:
        draft = drafts.draft_of(session, shop_row().id)
    return _page(written(draft.policy), draft.revision)


@blueprint.post("/returns/policy/document")
def save_document() -> Response:
    """Makes what was typed, or the file that was chosen, the draft."""
    text, seen = sent(), request.form.get("revision", -1, type=int)
    try:
        policy, _ = published.draft_check(text)
    except WrongPolicy as failure:
        return _page(text, seen, failure.sentences, status=422)
    try:
        with adapters().database.write() as session:
            drafts.save(session, shop_row().id, policy, seen, staff(), adapters().clock.now())
    except drafts.DraftMoved as failure:
        return _page(text, failure.now.revision, refusal=moved(failure), status=409)
    return go(PATH, did="document")


def written(policy: Policy) -> str:
    """A policy as a person edits it."""
    return json.dumps(to_document(policy), indent=2, ensure_ascii=False)


def sent() -> str:
    """The file where one was chosen, else what stands in the field."""
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        return request.form.get("document", "")
    return chosen.read(LARGEST_BYTES + 1).decode("utf-8-sig", "replace")


def _page(text: str, revision: int, problems: tuple[str, ...] = (), refusal: str = "", status: int = 200) -> Response:
    return show(
        "policy/document.html",
        status,
        text=text,
        revision=revision,
        problems=problems[:LONGEST_LIST],
        count=len(problems),
        refusal=refusal,
    )
