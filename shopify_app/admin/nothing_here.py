"""What a link leads to that names nothing of this shop, whether it never existed or is somebody else's."""

from __future__ import annotations

from flask import Response, g
from werkzeug.exceptions import NotFound

from shopify_app.admin.door import blueprint
from shopify_app.admin.frame import show


@blueprint.errorhandler(NotFound)
def nothing_here(missing: NotFound) -> Response | NotFound:
    """Inside the frame, for whoever is known; before that, a sentence says it."""
    return show("nothing_here.html", 404) if "member" in g else missing
