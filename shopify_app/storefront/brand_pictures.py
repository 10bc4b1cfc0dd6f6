"""Pictures of a brand, for pages and mails: public, and the same for ever under their address."""

from __future__ import annotations

from flask import Response

from shopify_app.settings import pictures
from shopify_app.storefront import answers
from shopify_app.storefront.door import adapters, alone

NEVER_CHANGES = "public, max-age=31536000, immutable"
DRAWS_ONLY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""Opened by itself, an SVG is a document: it may draw, and nothing else."""


@alone.get("/b/<name>")
def brand_picture(name: str) -> Response:
    """The picture with the content type that we gave it."""
    with adapters().database.read() as session:
        kept = pictures.find(session, name)
        if kept is None:
            return answers.bare(404)
        response = Response(kept.body, content_type=kept.media_type)
    response.headers["Cache-Control"] = NEVER_CHANGES
    response.headers["Content-Security-Policy"] = DRAWS_ONLY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
