"""The customer's account: their orders, and the app's extensions in frames where Shopify would run them.

It proves the app's own logic and not Shopify's host: the parts a page is made of, the `shopify` object and the worker
are stand-ins. An extension's frame has an opaque origin, as Shopify's worker has: it gets a session token from the page
around it, and the app hears ``Origin: null``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from devstore import tokens
from devstore.admin_views import money, when
from devstore.clock import Clock
from devstore.config import DevStoreConfig
from devstore.shopfront import CUSTOMER_COOKIE
from devstore.store import Document, Store

PATH = "/customer-account"
EXTENSION_FOLDER = Path(__file__).parent.parent / "extensions" / "customer-account"
BUNDLES = Path(__file__).parent / "static" / "account"
WRITTEN_IN = "https://postlude.example.com"
"""The app's address that a bundle carries when none was put in; deploying puts the real one in."""
MENU = "customer-account.order.action.menu-item.render"
BLOCK = "customer-account.order-status.block.render"
PAGE = "customer-account.order.page.render"
LANGUAGES = ("en", "de", "sv", "fr", "es", "nl")


@dataclass(frozen=True)
class AccountExtension:
    """The app's customer-account extension as its folder describes it."""

    folder: Path = EXTENSION_FOLDER

    @cached_property
    def handles(self) -> dict[str, str]:
        """Which extension serves each target."""
        told = tomllib.loads((self.folder / "shopify.extension.toml").read_text())
        return {each["target"]: found["handle"] for found in told["extensions"] for each in found["targeting"]}

    def texts(self, language: str) -> dict[str, Any]:
        """Its words in a language, nested as in the file."""
        name = "en.default" if language == "en" else language
        return json.loads((self.folder / "locales" / f"{name}.json").read_text())


def blueprint(store: Store, config: DevStoreConfig) -> Blueprint:
    """The account at `/customer-account`; who is signed in is the storefront's cookie."""
    door = Blueprint("account_shell", __name__, url_prefix=PATH, template_folder="templates")
    clock, extension = Clock(config.clock_file), AccountExtension()
    _add_pages(door, store, extension)
    _add_frames(door, store, config, clock, extension)
    return door


def _add_pages(door: Blueprint, store: Store, extension: AccountExtension) -> None:
    @door.get("")
    @door.get("/")
    def orders() -> AnyResponse:
        person = _customer(store)
        if person is None:
            return redirect(f"/account/login?return_to={PATH}", 303)
        return _page("account/orders.html", store, person, orders=[_row(each) for each in _orders_of(store, person)])

    @door.get("/orders/<int:order_id>")
    def order(order_id: int) -> AnyResponse:
        person = _customer(store)
        if person is None:
            return redirect(f"/account/login?return_to={PATH}/orders/{order_id}", 303)
        return _page("account/order.html", store, person, order=_row(_own(store, person, order_id)))

    @door.get("/pages/<handle>/<int:order_id>")
    def full_page(handle: str, order_id: int) -> AnyResponse:
        person = _customer(store)
        if person is None:
            return redirect(f"/account/login?return_to={PATH}/pages/{handle}/{order_id}", 303)
        if extension.handles.get(PAGE) != handle:
            abort(404)
        return _page("account/page.html", store, person, order=_row(_own(store, person, order_id)))


def _add_frames(
    door: Blueprint, store: Store, config: DevStoreConfig, clock: Clock, extension: AccountExtension
) -> None:
    @door.get("/frame/<target>/<int:order_id>")
    def frame(target: str, order_id: int) -> AnyResponse:
        person = _customer(store)
        if person is None or target not in extension.handles:
            abort(404)
        order, language = _own(store, person, order_id), _language(person)
        facts = {
            "target": target,
            "order": {"id": f"gid://shopify/Order/{order['id']}", "name": order["name"]},
            "language": language,
            "texts": extension.texts(language),
            "fallback": extension.texts("en"),
            "shop": {"myshopifyDomain": config.shop, "storefrontUrl": config.public_origin},
        }
        return Response(render_template("account/frame.html", facts=facts, handle=extension.handles[target]))

    @door.get("/bundles/<handle>.js")
    def bundle(handle: str) -> Response:
        if handle not in extension.handles.values():
            abort(404)
        source = (BUNDLES / f"{handle}.js").read_text("utf-8").replace(WRITTEN_IN, config.app_url.rstrip("/"))
        answer = Response(source, content_type="text/javascript; charset=utf-8")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @door.get("/session-token")
    def session_token() -> Response:
        person = _customer(store)
        token = tokens.customer_token(config, person["id"] if person else None, clock.now())
        answer = jsonify(token=token)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _page(template: str, store: Store, person: Document, **facts: Any) -> Response:
    shop = next(iter(store.all("shop")), {"name": ""})
    targets = {"menu": MENU, "block": BLOCK, "page": PAGE}
    name = " ".join(str(person.get(part) or "") for part in ("first_name", "last_name")).strip() or person.get("email")
    page = render_template(
        template, shop=shop, person=name, language=_language(person), languages=LANGUAGES, targets=targets, **facts
    )
    answer = Response(page)
    if (chosen := request.args.get("locale")) in LANGUAGES:
        answer.set_cookie("account_language", chosen, samesite="Lax")
    return answer


def _customer(store: Store) -> Document | None:
    number = request.cookies.get(CUSTOMER_COOKIE, "")
    return store.get("customer", int(number)) if number.isdecimal() else None


def _language(person: Mapping[str, Any]) -> str:
    """What was chosen here, else the customer's own."""
    own = str(person.get("locale") or person.get("_locale") or "en")[:2]
    wanted = (request.args.get("locale"), request.cookies.get("account_language"), own)
    return next((each for each in wanted if each in LANGUAGES), "en")


def _orders_of(store: Store, person: Document) -> list[Document]:
    own = [order for order in store.all("order") if (order.get("customer") or {}).get("id") == person["id"]]
    return sorted(own, key=lambda order: str(order.get("created_at")), reverse=True)


def _own(store: Store, person: Document, order_id: int) -> Document:
    found = next((order for order in _orders_of(store, person) if order["id"] == order_id), None)
    return found if found is not None else abort(404)


def _row(order: Document) -> dict[str, Any]:
    lines = [
        {"title": line.get("title") or line.get("name"), "variant": line.get("variant_title") or "",
         "quantity": line["quantity"], "price": money(line.get("price"), order.get("currency") or "")}
        for line in order.get("line_items") or []
    ]  # fmt: skip
    return {
        "id": order["id"],
        "name": order["name"],
        "placed": when(order.get("created_at")),
        "total": money(order.get("total_price"), order.get("currency") or ""),
        "state": "Cancelled" if order.get("cancelled_at") else (order.get("fulfillment_status") or "confirmed").title(),
        "lines": lines,
    }
