"""Pictures that staff choose: bounded before they are read, drawn anew, kept under an address of their own."""

from __future__ import annotations

from flask import request

from shopify_app.admin.door import adapters, shop_row
from shopify_app.admin.frame import staff
from shopify_app.i18n import Phrase
from shopify_app.settings import logos, pictures
from shopify_app.settings.logos import Drawn, PictureRefused

MOST_OF_A_FORM = 4 * logos.MOST_BYTES + 256 * 1024
"""Of one form with its pictures; each has its own limit, which a sentence explains."""


def is_too_large() -> bool:
    """Whether the form says that it is larger than any we take: then not a byte of it is read. What does not say how
    large it is, is cut off at that size while it is read."""
    request.max_content_length = MOST_OF_A_FORM
    return (request.content_length or 0) > MOST_OF_A_FORM


def chosen(field: str, is_photo: bool = False) -> Drawn | None:
    """The picture that came in `field`, drawn anew; None when none was chosen. Raises PictureRefused."""
    sent = request.files.get(field)
    if sent is None or not sent.filename:
        return None
    raw = sent.stream.read(logos.MOST_BYTES + 1)
    return (logos.photo if is_photo else logos.logo)(raw)


def keep(picture: Drawn) -> str:
    """Keeps the picture and returns its address. Raises PictureRefused."""
    with adapters().database.write() as session:
        name = pictures.keep(session, shop_row().id, picture, staff(), adapters().clock.now())
    return pictures.address(adapters().config.app_url, name)


def logo_addresses() -> tuple[dict[str, str | None], dict[str, Phrase]]:
    """What the form changes of the logos: (field of the brand -> address, None for none; sentences by the form's
    field)."""
    changes: dict[str, str | None] = {}
    errors: dict[str, Phrase] = {}
    for field in ("logo", "logo_dark"):
        if request.form.get("verb") == f"drop:{field}":
            changes[f"{field}_url"] = None
        try:
            if picture := chosen(field):
                changes[f"{field}_url"] = keep(picture)
        except PictureRefused as refused:
            errors[field] = refused.sentence
    return changes, errors
