"""The designer of the shopper's page: one form a section, all of them into one draft, published together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from flask import Response, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from shopify_app.admin.designer import readings, uploads
from shopify_app.admin.designer.page import Standing, page
from shopify_app.admin.designer.readings import Reading
from shopify_app.admin.door import adapters, blueprint, offered_token, shop_row
from shopify_app.admin.frame import go, staff
from shopify_app.admin.people import needs
from shopify_app.i18n import Phrase, phrase
from shopify_app.settings import drafting, logos
from shopify_app.settings.drafting import Draft, DraftMoved, NoSuchPublication, NothingToPublish
from shopify_app.settings.store import WrongSetting
from shopify_app.settings.theme import ThemeLook, look_of
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.transport import WEB
from shopify_app.shops.installation import install
from shopify_app.shops.staff import Right
from shopify_app.texts import number_in

READERS: Mapping[str, Callable[[readings.Posted, drafting.Look], Reading]] = {
    "brand": readings.brand,
    "blocks": readings.blocks,
    "support": readings.support,
    "questions": readings.questions,
    "recommendations": readings.recommendations,
    "offers": readings.offers,
}
NOTHING = phrase("There is nothing to publish: shoppers see all of this already.")
NO_THEME = phrase("Your theme's colours could not be read. Allow access to your themes, or choose them yourself.")
HERE = "/app/designer"
READ_THEMES = "read_themes"
log = structlog.get_logger(__name__)


@blueprint.get("/designer")
def designer() -> Response:
    """The first section."""
    return page("brand", _draft(), Standing.now())


@blueprint.route("/designer/<section>", methods=["GET", "POST"])
def designer_section(section: str) -> Response:
    """A section's form; a POST puts what it says into the draft."""
    if section not in READERS:
        abort(404)
    if request.method == "GET":
        return page(section, _draft(), Standing.now())
    if uploads.is_too_large():
        return _too_large(section)
    try:
        return _saved(section)
    except RequestEntityTooLarge:
        return _too_large(section)


@blueprint.post("/designer/publish")
@needs(Right.PUBLISH)
def publish_design() -> Response:
    """Makes the draft what shoppers see."""
    return _changed("published", drafting.publish)


@blueprint.post("/designer/discard")
def discard_design() -> Response:
    """Throws the draft away."""
    return _changed("discarded", drafting.discard)


@blueprint.post("/designer/theme")
def design_of_theme() -> Response:
    """Puts the published theme's colours and font into the draft, in shades that can be read, and its logo where the
    brand has none yet."""
    look = _look_of_theme()
    if look is None:
        return page("brand", _draft(), Standing.now(refusal=NO_THEME), 422)
    fields = dict(look.fields)
    if look.logo and not _draft().look["brand"]["logo_url"] and (logo := _picture_of_theme(look.logo)):
        fields["logo_url"] = logo
    return _written("brand", {"brand": fields}, {})


@blueprint.get("/designer/history")
def design_history() -> Response:
    """What was published, by whom and when."""
    return page("history", _draft(), Standing.now())


@blueprint.post("/designer/history")
@needs(Right.PUBLISH)
def design_back() -> Response:
    """Shows an earlier publication again."""
    number = request.form.get("number", type=number_in)
    if number is None:
        abort(404)

    def back(session: Any, shop_id: int, seen: int, by: str, now: Any) -> Any:
        return drafting.roll_back(session, shop_id, number, seen, by, now)

    return _changed("back", back, "history")


def _saved(section: str) -> Response:
    """Every field that fits is in the draft, or none is and each that does not has its sentence."""
    held = _draft()
    reading = READERS[section](request.form, held.look)  # type: ignore[arg-type]
    if reading.refusal:
        return page(section, held, Standing.now(reading.shown, refusal=reading.refusal), 422)
    changes, errors = dict(reading.changes), dict(reading.errors)
    if section == "brand" and not errors:
        addresses, refused = uploads.logo_addresses()
        changes["brand"], errors = {**changes["brand"], **addresses}, errors | refused
    if errors:
        return page(section, held, Standing.now(reading.shown, errors, proposal=reading.proposal), 422)
    return _written(section, changes, reading.shown)


def _written(section: str, changes: drafting.Look, shown: Mapping[str, Any]) -> Response:
    """Puts `changes` into the draft and goes on; else the section with what was typed, and why not."""
    try:
        with adapters().database.write() as session:
            drafting.write(session, shop_row().id, changes, _seen(), staff(), adapters().clock.now())
    except DraftMoved as moved:
        return page(section, _draft(), Standing.now(shown, moved=moved), 409)
    except WrongSetting as failure:
        return page(section, _draft(), Standing.now(shown, refusal=Phrase(str(failure))), 422)
    kept = {name: request.values[name] for name in ("place", "language", "find") if request.values.get(name)}
    return go(f"{HERE}/{section}", did="saved", **kept)


def _changed(did: str, verb: Callable[..., Any], section: str = "brand") -> Response:
    """Carries out what concerns the whole draft, and says why not."""
    section = next(name for name in (request.form.get("section", ""), section) if name in (*READERS, "history"))
    try:
        with adapters().database.write() as session:
            verb(session, shop_row().id, _seen(), staff(), adapters().clock.now())
    except DraftMoved as moved:
        return page(section, _draft(), Standing.now(moved=moved), 409)
    except NoSuchPublication:
        abort(404)
    except NothingToPublish:
        return page(section, _draft(), Standing.now(refusal=NOTHING), 422)
    except WrongSetting as failure:
        return page(section, _draft(), Standing.now(refusal=Phrase(str(failure))), 422)
    return go(f"{HERE}/{section}", did=did)


def _look_of_theme() -> ThemeLook | None:
    """What the theme says of its look; None where it says nothing or we may not read it. What was granted a moment ago
    is in the next tokens only, so these are fetched first."""
    shop, endpoint = shop_row(), adapters().admin_apis.tokens
    try:
        if READ_THEMES not in shop.scopes.split(","):
            grant = endpoint.exchange(shop.domain, offered_token())
            with adapters().database.write() as session:
                install(session, shop.domain, grant, adapters().clock.now())
        text = adapters().admin(shop.id, WEB).theme_settings()
    except ShopifyError as failure:
        log.warning("theme_not_read", shop_id=shop.id, error=type(failure).__name__)
        return None
    return look_of(text) if text else None


def _picture_of_theme(filename: str) -> str | None:
    """Where the theme's picture lies at Shopify; None where that cannot be told, and the colours come without it."""
    try:
        return adapters().admin(shop_row().id, WEB).theme_picture(filename)
    except ShopifyError as failure:
        log.warning("theme_picture_not_read", shop_id=shop_row().id, error=type(failure).__name__)
        return None


def _too_large(section: str) -> Response:
    return page(section, _draft(), Standing.now(errors={"logo": logos.TOO_LARGE}), 413)


def _seen() -> int:
    return number_in(request.form.get("version", "")) or 0


def _draft() -> Draft:
    with adapters().database.read() as session:
        return drafting.read(session, shop_row().id)
