"""The storefront's pages: shop, collections, products, texts, and the door behind which the app answers."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from devstore import proxy
from devstore.clock import Clock
from devstore.config import DevStoreConfig
from devstore.drops import collection_drop, collections_of, is_on_sale_here, product_drop, products_in
from devstore.shopfront import Shopfront
from devstore.store import Document, Store
from devstore.storefront_checkout import add_checkout
from devstore.storefront_pictures import picture
from devstore.theme import THEME_FOLDER, AppExtension, Theme
from devstore.theme_editor import ThemeBlocks

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
# Other doors of the dev store answer their own unknown addresses.
_NOT_STOREFRONT = ("/control", "/admin", "/inbox", "/static")
MOST_RELATED = 4
SHOPPER_ADDRESS = "X-Devstore-Address"
"""Lets a test have many shoppers on one machine: the network address they are to be taken to call from."""


def blueprint(store: Store, config: DevStoreConfig, extension: AppExtension | None = None) -> Blueprint:
    """The storefront at `/`, with the app proxy and the pictures."""
    door = Blueprint("storefront", __name__)
    theme = Theme(extension, is_on=ThemeBlocks(store, extension).is_on)
    front = Shopfront(store, config, theme, Clock(config.clock_file))
    _add_catalogue(door, front)
    _add_texts(door, front)
    _add_files(door, front)
    _add_app_proxy(door, front)
    add_checkout(door, front)
    return door


def _add_catalogue(door: Blueprint, front: Shopfront) -> None:
    @door.get("/")
    def home() -> Response:
        shown = _products(front.store)
        return front.page("index", "", products=_one_of_each(shown, 8), arrivals=shown[-8:])

    @door.get("/collections")
    @door.get("/collections/all")
    def all_products() -> Response:
        everything = {"id": 0, "title": "Everything", "handle": "all"}
        return front.page(
            "collection", "Everything", collection=collection_drop(everything, front.store.all("product"))
        )

    @door.get("/collections/<handle>")
    def collection(handle: str) -> Response:
        found = _named(front.store, "collection", handle)
        drop = collection_drop(found, products_in(front.store, found))
        return front.page("collection", found["title"], collection=drop)

    @door.get("/products/<handle>")
    def product(handle: str) -> Response:
        found = _named(front.store, "product", handle)
        if not is_on_sale_here(found):
            raise NotFound
        drop = product_drop(found, collections_of(front.store, found))
        wanted = request.args.get("variant", "")
        chosen = next((variant for variant in drop["variants"] if str(variant["id"]) == wanted), None)
        chosen = chosen or drop["selected_or_first_available_variant"]
        return front.page("product", found["title"], product=drop, chosen=chosen, related=_related(front.store, found))

    @door.get("/search")
    def search() -> Response:
        words = request.args.get("q", "").strip()
        found = [product for product in front.store.all("product") if words and words.casefold() in _text(product)]
        result = collection_drop({"title": f"Results for “{words}”", "handle": "search"}, found)
        return front.page("collection", "Search", collection=result, search_words=words)


def _add_texts(door: Blueprint, front: Shopfront) -> None:
    @door.get("/pages/track-your-order")
    def track_page() -> Response:
        return front.page("page", "Track your order", page={"title": "Track your order", "content": ""})

    @door.get("/pages/returns")
    def returns_page() -> Response:
        return front.page("returns", "Returns and exchanges", page={"title": "Returns and exchanges", "content": ""})

    @door.get("/pages/<handle>")
    def text_page(handle: str) -> Response:
        return _text_page(front, _named(front.store, "page", handle), "text")

    @door.get("/policies/<handle>")
    def policy(handle: str) -> Response:
        return _text_page(front, _named(front.store, "policy", handle), "text")

    @door.app_errorhandler(404)
    def nothing_here(error: NotFound) -> Response | NotFound:
        if request.path.startswith(_NOT_STOREFRONT):
            return error
        return front.page("404", "Not found", 404)


def _add_files(door: Blueprint, front: Shopfront) -> None:
    @door.get("/theme-assets/<path:name>")
    def theme_asset(name: str) -> Response:
        return send_from_directory(THEME_FOLDER / "assets", name, max_age=0)

    @door.get("/app-assets/<path:name>")
    def app_asset(name: str) -> Response:
        return send_from_directory(Path(front.theme.extension.folder) / "assets", name, max_age=0)

    @door.get("/cdn/<path:name>")
    def cdn(name: str) -> Response:
        drawn = picture(name)
        if drawn is None:
            raise NotFound
        headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
        return Response(drawn, content_type="image/svg+xml; charset=utf-8", headers=headers)


def _add_app_proxy(door: Blueprint, front: Shopfront) -> None:
    client = proxy.new_client(front.config.patience)

    @door.route("/<any(apps, a, community, tools):prefix>/<subpath>", methods=_METHODS)
    @door.route("/<any(apps, a, community, tools):prefix>/<subpath>/", methods=_METHODS)
    @door.route("/<any(apps, a, community, tools):prefix>/<subpath>/<path:rest>", methods=_METHODS)
    def app_proxy(prefix: str, subpath: str, rest: str = "") -> AnyResponse:
        place = f"/{prefix}/{subpath}"
        if place != proxy.path_prefix(front.store, front.config):
            raise NotFound
        try:
            answer = proxy.forward(client, front.config.app_url, _proxied(place), _signed(front, place))
        except proxy.AppFailed as failure:
            return front.page("app-failed", "Something went wrong", 502, reason=str(failure))
        if answer.is_liquid:
            shown = front.liquid(answer.body.decode("utf-8", "replace"), answer.status)
        else:
            shown = Response(answer.body, answer.status)
        for name, value in answer.headers:
            if not (answer.is_liquid and name == "content-type"):
                shown.headers[name] = value
        return shown


def _proxied(place: str) -> proxy.ProxyRequest:
    # The gateway hands on decoded bytes: written down again, an odd one (%00, %3F, %FF) stays part of the path.
    path = quote(request.environ["PATH_INFO"].encode("latin-1"), safe="/:@!$&'()*+,;=~")[len(place) :]
    return proxy.ProxyRequest(
        method=request.method,
        path=path,
        query=request.query_string.decode(),
        headers=tuple(request.headers.items()),
        body=request.get_data(),
        host=request.host,
        client_ip=request.headers.get(SHOPPER_ADDRESS) or request.remote_addr or "127.0.0.1",
    )


def _signed(front: Shopfront, place: str) -> str:
    customer = front.customer()
    added = {
        "shop": front.config.shop,
        "logged_in_customer_id": str(customer["id"]) if customer else "",
        "path_prefix": place,
        "timestamp": str(int(front.now().timestamp())),
    }
    return proxy.signed_query(request.query_string.decode(), added, front.config.api_secret)


def _named(store: Store, kind: str, handle: str) -> Document:
    found = store.find(kind, handle=handle)
    if not found:
        raise NotFound
    return found[0]


def _text_page(front: Shopfront, page: Document, template: str) -> Response:
    content = page.get("body_html") or page.get("body") or ""
    return front.page(template, page["title"], page={"title": page["title"], "content": content})


def _products(store: Store) -> list[dict[str, Any]]:
    return [product_drop(product) for product in store.all("product") if is_on_sale_here(product)]


def _one_of_each(products: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """The first product of every type, so that the home page shows the shop's breadth."""
    first: dict[object, dict[str, Any]] = {}
    for product in products:
        if product["available"] and product["price"]:
            first.setdefault(product["type"], product)
    return list(first.values())[:most]


def _related(store: Store, product: Document) -> list[dict[str, Any]]:
    same = [other for other in store.all("product") if other.get("product_type") == product.get("product_type")]
    shown = [product_drop(other) for other in same if other["id"] != product["id"] and is_on_sale_here(other)]
    return shown[:MOST_RELATED]


def _text(product: Document) -> str:
    return " ".join(str(product.get(key) or "") for key in ("title", "product_type", "vendor", "tags")).casefold()
