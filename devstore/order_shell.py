"""The app's extensions on the order's page of the admin, in frames where Shopify would run them.

As in the customer's account it proves the app's own logic and not Shopify's host: parts, `shopify` object and worker
are stand-ins. A frame has an opaque origin; requests to the app's own addresses get the session token of whoever sits
at the admin, as Shopify adds it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request

from devstore import tokens
from devstore.account_shell import AccountExtension
from devstore.config import DevStoreConfig
from devstore.store import Store

FOLDER = Path(__file__).parent.parent / "extensions" / "admin-order"
BUNDLES = Path(__file__).parent / "static" / "order"
BLOCK = "admin.order-details.block.render"
ACTION = "admin.order-details.action.render"
LANGUAGES = ("en", "de", "sv")


def extension() -> AccountExtension:
    """The folder's extensions and their words."""
    return AccountExtension(FOLDER)


def add_order_extensions(door: Blueprint, store: Store, config: DevStoreConfig, acting: Callable[[], int]) -> None:
    """What the order's page puts into its frames; `acting` says who sits at the admin."""
    known = extension()

    @door.get("/admin/orders/<int:order_id>/extensions/<target>")
    def order_frame(order_id: int, target: str) -> str:
        found = store.get("order", order_id)
        if found is None or target not in known.handles:
            abort(404)
        language = _language(str(tokens.PEOPLE[acting()]["locale"]))
        facts = {
            "target": target,
            "order": f"gid://shopify/Order/{order_id}",
            "app": config.app_url.rstrip("/"),
            "language": language,
            "texts": known.texts(language),
            "fallback": known.texts("en"),
        }
        return render_template("admin/order_frame.html", facts=facts, handle=known.handles[target])

    @door.get("/admin/extension-bundles/<handle>.js")
    def order_bundle(handle: str) -> Response:
        if handle not in known.handles.values():
            abort(404)
        answer = Response((BUNDLES / f"{handle}.js").read_text("utf-8"), content_type="text/javascript; charset=utf-8")
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _language(own: str) -> str:
    """What was chosen here, else the staff member's own."""
    return next((each for each in (request.args.get("locale"), own) if each in LANGUAGES), "en")
