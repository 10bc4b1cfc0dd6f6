"""``/app/preview/<page>``: the shopper's page as the draft would have it, with what is being typed on top."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from shopify_app.admin.designer import guides, uploads
from shopify_app.admin.designer.door import READERS
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.catalogue.guides import Guide, draft_row
from shopify_app.pages.how_to import HowToPage, page_of
from shopify_app.pages.preview import PREVIEW, Draws, PreviewPage, Wish
from shopify_app.settings import drafting
from shopify_app.settings.drafting import Draft, Look
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import WrongSetting
from shopify_app.texts import number_in


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
        draft = drafting.read(session, shop_row().id, beside=(Returns,))
        wish = Wish(
            page=PreviewPage(page),
            settings=_typed_over(draft),
            order=_order(),
            guide=_guide() if page == PreviewPage.GUIDE else None,
            language=request.values.get("preview-language") or None,
            is_dark=request.values.get("preview-scheme") == "dark",
        )
        return Response(draws(session, shop_row(), wish, now), content_type="text/html; charset=utf-8")


def _typed_over(draft: Draft) -> dict[type[Any], Any]:
    """The settings as the draft has them, with those fields of the posted form that fit."""
    drafted = _over(draft.groups, draft.changes)
    if request.method != "POST" or uploads.is_too_large():
        return drafted
    try:
        reader = READERS.get(request.form.get("section", ""))
    except RequestEntityTooLarge:
        return drafted
    changes = reader(request.form, draft.look).changes if reader else {}  # type: ignore[arg-type]
    return _over(drafted, changes)


def _over(groups: Mapping[type[Any], Any], changes: Look) -> dict[type[Any], Any]:
    """`groups` with `changes`, or as they are where these do not fit them (any more)."""
    try:
        return drafting.groups_of(changes, groups)
    except WrongSetting:
        return dict(groups)


def _guide() -> HowToPage:
    """The guide that is being written; of what does not fit yet, as much as can be shown."""
    made, _, shown = guides.typed(request.form)  # type: ignore[arg-type]
    row = draft_row(shop_row().id, None, made or Guide(title=shown["title"][:255] or "…", text=shown["text"][:4000]))
    return page_of(row, f"{adapters().config.app_url}/h/…")


def _order() -> int | str:
    """The number that was typed, else the chosen example."""
    typed, chosen = (request.values.get(name, "").strip()[:64] for name in ("preview-order", "preview-state"))
    number = number_in(chosen)
    return typed or ("" if number is None else number)
