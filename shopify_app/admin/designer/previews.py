"""``/app/preview/<page>``: the shopper's page as the draft would have it, with what is being typed on top."""

from __future__ import annotations

from flask import Response, abort, current_app, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from shopify_app.admin.designer import guides, uploads
from shopify_app.admin.designer.door import READERS
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.catalogue.guides import Guide, draft_row
from shopify_app.pages.how_to import HowToPage, page_of
from shopify_app.pages.preview import PREVIEW, Draws, PreviewPage, Wish, examples, order_named
from shopify_app.settings import drafting
from shopify_app.settings.drafting import Look
from shopify_app.settings.store import WrongSetting


@blueprint.route("/preview/<page>", methods=["GET", "POST"])
def preview(page: str) -> Response:
    """The page as a whole document, for a frame that runs nothing. A POST carries the section's form; what of it does
    not fit yet is shown as the draft has it. Nothing is saved and no view is counted."""
    if page not in list(PreviewPage):
        abort(404)
    draws: Draws | None = current_app.extensions.get(PREVIEW)
    if draws is None:
        abort(404)
    now = adapters().clock.now()
    with adapters().database.read() as session:
        draft = drafting.read(session, shop_row().id)
        look = _typed_over(draft.look)
        wish = Wish(
            page=PreviewPage(page),
            settings=drafting.groups_of(look),
            order_id=_order_id(session) if page != PreviewPage.GUIDE else None,
            guide=_guide() if page == PreviewPage.GUIDE else None,
            language=request.values.get("preview-language") or None,
            is_dark=request.values.get("preview-scheme") == "dark",
        )
        return Response(draws(session, shop_row(), wish, now), content_type="text/html; charset=utf-8")


def _typed_over(look: Look) -> Look:
    """The draft with those fields of the posted form that fit."""
    if request.method != "POST" or uploads.is_too_large():
        return look
    try:
        reader = READERS.get(request.form.get("section", ""))
    except RequestEntityTooLarge:
        return look
    if reader is None:
        return look
    changes = reader(request.form, look).changes  # type: ignore[arg-type]
    typed = {kind: {**fields, **changes.get(kind, {})} for kind, fields in look.items()}
    try:
        drafting.groups_of(typed)
    except WrongSetting:
        return look
    return typed


def _guide() -> HowToPage:
    """The guide that is being written; of what does not fit yet, as much as can be shown."""
    made, _, shown = guides.typed(request.form)  # type: ignore[arg-type]
    row = draft_row(shop_row().id, None, made or Guide(title=shown["title"][:255] or "…", text=shown["text"][:4000]))
    return page_of(row, f"{adapters().config.app_url}/h/…")


def _order_id(session: Session) -> int | None:
    """The order that was typed, else the chosen example, else the first there is."""
    shop_id = shop_row().id
    if typed := request.values.get("preview-order", "").strip()[:64]:
        order = order_named(session, shop_id, typed)
        return order.id if order else None
    found = examples(session, shop_id)
    wanted = request.values.get("preview-state", "")
    return next((each.order_id for each in found if each.situation == wanted), found[0].order_id if found else None)
