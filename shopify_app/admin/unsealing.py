"""A file that is kept sealed, as the merchant's browser gets it."""

from __future__ import annotations

from pathlib import Path

from flask import Response, abort

from shopify_app.admin.door import adapters
from shopify_app.returns import sealed
from shopify_app.returns.models import ReturnPhoto
from shopify_app.returns.no_receipt.models import NoReceiptFile
from shopify_app.returns.parcels.models import ReturnLabel


def unsealed(folder: Path, row: ReturnPhoto | ReturnLabel | NoReceiptFile, saved_as: str | None = None) -> Response:
    """The file of `row` below `folder`; 404 where it is gone. With `saved_as` the browser stores it under that name
    instead of showing it."""
    try:
        raw = sealed.read(folder, adapters().database.keyring, row.shop_id, row.file_name or "")
    except sealed.Gone:
        abort(404)
    shown = Response(raw, mimetype=row.media_type)
    if saved_as is not None:
        shown.headers["Content-Disposition"] = f'attachment; filename="{saved_as}"'
    return shown
