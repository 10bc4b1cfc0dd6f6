"""What a link leads to that names nothing of this shop, whether it never existed or is somebody else's; and every
address that no page has."""

from __future__ import annotations

from flask import Response, abort, g
from werkzeug.exceptions import NotFound

from shopify_app.admin.door import blueprint
from shopify_app.admin.frame import show


@blueprint.route("/", methods=["GET", "POST"])
@blueprint.route("/<path:anywhere>", methods=["GET", "POST"])
def no_such_page(anywhere: str = "") -> Response:
    """What was mistyped, or is not asked in this way; behind the guard like any page, so that only those who are let
    in learn that there is none."""
    abort(404)


@blueprint.errorhandler(NotFound)
def nothing_here(missing: NotFound) -> Response | NotFound:
    """Inside the frame, for whoever is known; before that, a sentence says it."""
    return show("nothing_here.html", 404) if "member" in g else missing
