"""Guides in the designer: the list, a form for each, its insert as a PDF."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, abort, request
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from shopify_app.admin.designer import uploads, words
from shopify_app.admin.designer.page import Standing, frame_of, searched, shoppers_languages
from shopify_app.admin.designer.readings import Posted, moved
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, show
from shopify_app.admin.people import needs, require
from shopify_app.catalogue import guides
from shopify_app.catalogue.guides import GUIDE, Guide, GuideMoved, Kind, Owner, Phase, Step
from shopify_app.catalogue.models import HowTo
from shopify_app.catalogue.search import collections
from shopify_app.i18n import Phrase, phrase
from shopify_app.papers.insert import Insert, as_data, insert_paper, readable
from shopify_app.papers.printing import PDF
from shopify_app.settings import forms, logos, pictures
from shopify_app.settings.branding import Brand
from shopify_app.settings.logos import PictureRefused
from shopify_app.settings.store import load
from shopify_app.shops.staff import Right
from shopify_app.texts import number_in, plain

HERE = "/app/designer/guides"
STALE = phrase("Somebody else changed this guide meanwhile. What you typed is below: save again to keep it.")
STEP: TypeAdapter[Step] = TypeAdapter(Step)
Typed = tuple[Guide | None, dict[str, Phrase], dict[str, Any]]


@blueprint.get("/designer/guides")
def guide_list() -> Response:
    """All guides, a page at a time, and where a new one begins."""
    number = min(max(request.args.get("page", default=0, type=int), 0), 10_000)
    with adapters().database.read() as session:
        rows, has_more = guides.listed(session, shop_row().id, number)
        held = {"rows": rows, "page": number, "has_more": has_more, **_owners(session)}
        return show("designer/guides.html", **frame_of(session, "guides", Standing.now()), held=held)


@blueprint.route("/designer/guides/new", methods=["GET", "POST"])
def new_guide() -> Response:
    """A guide for the product or collection that ``owner`` names."""
    with adapters().database.read() as session:
        owner = guides.owner_named(session, shop_row().id, request.values.get("owner", ""))
    if owner is None:
        abort(404)
    return _form(None, owner) if request.method == "GET" else _taken(None, owner)


@blueprint.route("/designer/guides/<guide_id>", methods=["GET", "POST"])
def one_guide(guide_id: str) -> Response:
    """A guide's form; what comes from Shopify can only be looked at and printed."""
    row, owner = _mine(guide_id)
    if request.method == "GET":
        return _form(row, owner)
    if not row.is_own:
        abort(404)
    return _taken(row, owner)


@blueprint.post("/designer/guides/<guide_id>/remove")
@needs(Right.PUBLISH)
def remove_guide(guide_id: str) -> Response:
    """Takes a guide away; its address answers no more."""
    row, _ = _mine(guide_id)
    if not row.is_own:
        abort(404)
    with adapters().database.write() as session:
        session.delete(session.get_one(HowTo, row.id))
    return go(HERE, did="removed")


@blueprint.get("/designer/guides/<guide_id>/insert")
def guide_insert(guide_id: str) -> Response:
    """Four cards for parcels on a sheet, with the code that leads to the guide."""
    row, _ = _mine(guide_id)
    shop, config = shop_row(), adapters().config
    with adapters().database.read() as session:
        brand = load(session, shop.id, Brand)
        kept = pictures.find(session, (brand.logo_url or "").rpartition("/b/")[2])
        logo = as_data(kept.media_type, kept.body) if kept and kept.shop_id == shop.id else ""
    address = f"{config.app_url}/h/{row.slug}"
    insert = Insert(
        shop=plain(brand.name or shop.name or shop.domain, 80), accent=brand.accent, title=plain(row.title, 140),
        kind=row.type, minutes=row.minutes, note=row.note, link=f"{address}?from=scan", address=readable(address),
        logo=logo,
    )  # fmt: skip
    paper = insert_paper(insert, shoppers_languages().choose([row.language], shop.country, brand.tone))
    response = Response(paper.body, content_type=paper.media_type)
    ending = "pdf" if paper.media_type == PDF else "html"
    response.headers["Content-Disposition"] = f'attachment; filename="insert-{row.slug}.{ending}"'
    return response


def typed(form: Posted) -> Typed:
    """(the guide, None where something does not fit; sentences by field; what was typed)."""
    rows = zip(form.getlist("step_text"), form.getlist("step_image"), strict=False)
    steps: list[dict[str, Any]] = [{"text": text.strip(), "image": image.strip() or None} for text, image in rows]
    steps = moved([step for step in steps if step["text"] or step["image"]], form.get("verb", ""))
    flat = {name: form.get(name, "").strip() for name in ("title", "phase", "type", "language", "text", "note")}
    shown = flat | {"url": form.get("url", "").strip() or None, "minutes": form.get("minutes", "").strip() or None}
    errors = {}
    for place, step in enumerate(steps):
        try:
            STEP.validate_python(step)
        except ValidationError as failure:
            errors |= {f"step_{name}-{place}": said for name, said in forms.sentences(failure, Step).items()}
    try:
        made = GUIDE.validate_python(shown)
    except ValidationError as failure:
        return None, errors | forms.sentences(failure, Guide), shown | {"steps": steps}
    if errors:
        return None, errors, shown | {"steps": steps}
    return replace(made, steps=tuple(STEP.validate_python(step) for step in steps)), {}, shown | {"steps": steps}


def _taken(row: HowTo | None, owner: Owner) -> Response:
    """Saves what the form says, or shows what does not fit. A guide is shown at once: saving is publishing."""
    require(Right.PUBLISH)
    if uploads.is_too_large():
        return _form(row, owner, {"step_file-0": logos.TOO_LARGE}, status=413)
    try:
        wanted, errors, shown = typed(request.form)  # type: ignore[arg-type]
    except RequestEntityTooLarge:
        return _form(row, owner, {"step_file-0": logos.TOO_LARGE}, status=413)
    if wanted is None:
        return _form(row, owner, errors, shown, 422)
    wanted, errors = _with_pictures(wanted)
    if errors:
        return _form(row, owner, errors, shown, 422)
    try:
        with adapters().database.write() as session:
            row = _saved(session, row, owner, wanted)
    except GuideMoved:
        return _form(_mine(str(row.id if row else 0))[0], owner, shown=shown, status=409, refusal=STALE)
    return go(f"{HERE}/{row.id}", did="guide")


def _saved(session: Session, row: HowTo | None, owner: Owner, wanted: Guide) -> HowTo:
    if row is None:
        return guides.add(session, shop_row().id, owner, wanted)
    held = guides.find(session, shop_row().id, row.id)
    if held is None:
        abort(404)
    guides.change(session, held, wanted, request.form.get("stamp", ""))
    return held


def _with_pictures(wanted: Guide) -> tuple[Guide, dict[str, Phrase]]:
    """The guide with the pictures that were chosen for its steps; a step that has only a picture is none."""
    steps, errors = list(wanted.steps), {}
    for place in range(len(steps)):
        try:
            if picture := uploads.chosen(f"step_file-{place}", is_photo=True):
                steps[place] = replace(steps[place], image=uploads.keep(picture))
        except PictureRefused as refused:
            errors[f"step_file-{place}"] = refused.sentence
    return replace(wanted, steps=tuple(steps)), errors


def _form(
    row: HowTo | None,
    owner: Owner,
    errors: dict[str, Phrase] | None = None,
    shown: dict[str, Any] | None = None,
    status: int = 200,
    refusal: Phrase | None = None,
) -> Response:
    flat = dict.fromkeys(("title", "text", "note"), "") | dict.fromkeys(("url", "minutes"))
    empty = flat | {"phase": Phase.SET_UP, "type": Kind.STEPS, "language": "en", "steps": []}
    held = empty | (GUIDE.dump_python(guides.as_written(row), mode="json") if row else {}) | (shown or {})
    with adapters().database.read() as session:
        standing = Standing.now(shown, errors, refusal=refusal)
        return show(
            "designer/guide.html",
            status,
            **frame_of(session, "guides", standing),
            held=held,
            row=row,
            owner=owner,
            stamp=guides.stamp(row) if row else "",
            phases=words.PHASES,
            kinds=words.KINDS,
            address_of=f"{adapters().config.app_url}/h/{row.slug}" if row else None,
        )


def _owners(session: Session) -> dict[str, Any]:
    """What a new guide could be about."""
    return {"collections": collections(session, shop_row().id)} | searched(session)


def _mine(guide_id: str) -> tuple[HowTo, Owner]:
    """The shop's own guide; 404 for anybody else's."""
    with adapters().database.read() as session:
        row = guides.find(session, shop_row().id, number_in(guide_id) or 0)
        if row is None:
            abort(404)
        named = guides.owner_named(session, shop_row().id, f"{row.owner_kind}:{row.owner_shopify_id}")
        return row, named or Owner(row.owner_kind, row.owner_shopify_id, "")
