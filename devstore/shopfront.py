"""What every page of the storefront shares: the theme, the objects it can read, the shopper's cookies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from devstore import proxy
from devstore.checkout import Cart, cart_drop
from devstore.clock import Clock
from devstore.config import DevStoreConfig
from devstore.drops import collection_drop, customer_drop, metafields, products_in, shop_drop
from devstore.store import Document, Store
from devstore.theme import Theme

CART_COOKIE = "cart"
CUSTOMER_COOKIE = "storefront_customer"
COOKIE_SECONDS = 14 * 24 * 3600
MENU_PAGES = ("faq", "about", "contact")


@dataclass(frozen=True)
class Shopfront:
    """The storefront of one dev store."""

    store: Store
    config: DevStoreConfig
    theme: Theme
    clock: Clock

    def now(self) -> datetime:
        """The shop's time, UTC."""
        return self.clock.now()

    def page(self, template: str, title: str, status: int = 200, **objects: object) -> Response:
        """A page of the theme."""
        given = self.objects(title)
        given["request"] |= {"page_type": template}
        return _html(self.theme.template(template, given | objects), status)

    def liquid(self, source: str, status: int = 200) -> Response:
        """Liquid an app handed in, inside the theme."""
        return _html(self.theme.page(source, self.objects("") | {"template": "page"}), status)

    def objects(self, title: str) -> dict[str, Any]:
        """The Liquid objects of every page."""
        shop = next(iter(self.store.all("shop")), {})
        prefix = proxy.path_prefix(self.store, self.config)
        pages = [page for page in self.store.all("page") if page["handle"] in MENU_PAGES]
        return {
            "shop": shop_drop(shop, pages, self.store.all("policy")),
            "page_title": title,
            "collections": self.collections(),
            "cart": cart_drop(self.store, self.cart()),
            "customer": customer_drop(self.customer()),
            "request": {"locale": {"iso_code": "en"}, "path": request.path, "host": request.host, "design_mode": False},
            "localization": {"country": {"iso_code": "DE", "name": "Germany"}, "language": {"iso_code": "en"}},
            "routes": {"root_url": "/", "cart_url": "/cart", "account_url": "/account", "search_url": "/search"},
            "app": {"metafields": metafields(self.store.all("app_metafield"))},
            "app_proxy_path": prefix,
            "tracking_url": f"{prefix}/track",
            "shop_time": self.now(),
            "year": self.now().year,
        }

    def collections(self) -> list[dict[str, Any]]:
        """Collections that have something to sell."""
        drops = [collection_drop(found, products_in(self.store, found)) for found in self.store.all("collection")]
        return [drop for drop in drops if drop["products_count"]]

    def cart(self) -> Cart:
        """The shopper's cart."""
        return Cart.from_cookie(request.cookies.get(CART_COOKIE))

    def customer(self) -> Document | None:
        """Who is signed in, from the storefront's own cookie."""
        number = request.cookies.get(CUSTOMER_COOKIE, "")
        return self.store.get("customer", int(number)) if number.isdecimal() else None

    def keep_cart(self, answer: AnyResponse, cart: Cart) -> AnyResponse:
        """The answer with the cart in its cookie."""
        answer.set_cookie(CART_COOKIE, cart.to_cookie(), max_age=COOKIE_SECONDS, httponly=True, samesite="Lax")
        return answer


def _html(text: str, status: int) -> Response:
    answer = make_response(text, status)
    answer.headers["Content-Type"] = "text/html; charset=utf-8"
    return answer
