"""Letters as Shopify signs them, a door to post them at, and a Shopify that answers reads as a test tells it to."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
from databases import sharing

from jobs.reactions import FOLLOWERS
from shopify_app.carriers.accounts import Carriers
from shopify_app.config import Config
from shopify_app.db import Database
from shopify_app.money import Money
from shopify_app.shopify.markets import MarketSnapshot
from shopify_app.shopify.return_facts import LineFacts, ReturnFacts
from shopify_app.shopify.snapshots import (
    FulfillmentSnapshot,
    OrderSnapshot,
    Page,
    ProductSnapshot,
    ReturnSnapshot,
    ShopSnapshot,
)
from shopify_app.wiring import Adapters

SECRET = "the client secret, thirty-two long!"
OLD_SECRET = "the previous one, thirty-two long!!"
_numbers = count(1)


@dataclass(frozen=True)
class Letter:
    """One delivery as Shopify would send it."""

    body: bytes
    topic: str = "orders/create"
    shop: str = "mara-goods.myshopify.com"
    webhook_id: str = field(default_factory=lambda: f"webhook-{next(_numbers)}")
    triggered_at: str = "2026-11-24T11:59:58.123456789Z"
    secret: str = SECRET

    @property
    def signature(self) -> str:
        return base64.b64encode(hmac.digest(self.secret.encode(), self.body, hashlib.sha256)).decode()

    def headers(self, **changes: str) -> dict[bytes, bytes]:
        """As the server hands them on; a change names a header with underscores: ``x_shopify_topic="..."``."""
        written = {
            "content-length": str(len(self.body)),
            "x-shopify-hmac-sha256": self.signature,
            "x-shopify-topic": self.topic,
            "x-shopify-shop-domain": self.shop,
            "x-shopify-webhook-id": self.webhook_id,
            "x-shopify-event-id": "event-1",
            "x-shopify-api-version": "2026-10",
            "x-shopify-triggered-at": self.triggered_at,
        } | {name.replace("_", "-"): value for name, value in changes.items()}
        return {name.encode(): value.encode("latin-1") for name, value in written.items()}


@dataclass(frozen=True)
class Heard:
    status: int
    headers: dict[str, str]
    body: bytes


class Door:
    """Knocks at an ASGI application and tells what was answered. The body comes as `parts`; after them the sender
    says nothing more, for ever, unless `ends`. All knocks meet on one event loop, as in a server."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, daemon=True).start()

    def post(
        self,
        letter: Letter,
        method: str = "POST",
        path: str = "/webhooks",
        parts: Sequence[bytes] | None = None,
        ends: bool = True,
        **headers: str,
    ) -> Heard:
        """One request; `headers` change the letter's."""
        scope = {"type": "http", "method": method, "path": path, "headers": list(letter.headers(**headers).items())}
        knocking = self._knock(scope, [letter.body] if parts is None else list(parts), ends)
        return asyncio.run_coroutine_threadsafe(knocking, self._loop).result(30)

    async def _knock(self, scope: dict[str, Any], parts: list[bytes], ends: bool) -> Heard:
        said: list[Any] = []

        async def receive() -> dict[str, Any]:
            if not parts and not ends:
                await asyncio.Event().wait()
            body = parts.pop(0) if parts else b""
            return {"type": "http.request", "body": body, "more_body": bool(parts) or not ends}

        async def send(message: Any) -> None:
            said.append(message)

        await self.app(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in said[0]["headers"]}
        return Heard(said[0]["status"], headers, b"".join(part.get("body", b"") for part in said[1:]))


async def flask_stands_here(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"the rest of the app"})


class Shopify:
    """Shopify's answers to reads: what a test has put there. `asked` lists what was read; `fails_with` is raised."""

    def __init__(self) -> None:
        self.orders: dict[int, OrderSnapshot] = {}
        self.products: dict[int, ProductSnapshot] = {}
        self.returns: dict[int, ReturnSnapshot] = {}
        self.pages: dict[str, list[tuple[Any, ...]]] = {}
        self.asked: list[tuple[Any, ...]] = []
        self.fails_with: Exception | None = None

    def of(self, shop_id: int, pace: Any = None) -> Shopify:
        return self

    def order(self, shopify_id: int) -> OrderSnapshot | None:
        return self._answer("order", shopify_id, self.orders.get(shopify_id))

    def product(self, shopify_id: int) -> ProductSnapshot | None:
        return self._answer("product", shopify_id, self.products.get(shopify_id))

    def return_state(self, shopify_id: int) -> ReturnFacts | None:
        found = self.returns.get(shopify_id)
        return self._answer("return", shopify_id, None if found is None else _facts(found))

    def order_of_reverse_order(self, shopify_id: int) -> None:
        return self._answer("reverse_order", shopify_id, None)

    def returnable_order(self, shopify_id: int) -> None:
        return self._answer("returnable_order", shopify_id, None)

    def fulfillment(self, shopify_id: int) -> FulfillmentSnapshot | None:
        parcels = {each.shopify_id: each for order in self.orders.values() for each in order.fulfillments}
        return self._answer("fulfillment", shopify_id, parcels.get(shopify_id))

    def order_of_fulfillment_order(self, shopify_id: int) -> int | None:
        return self._answer("fulfillment_order", shopify_id, shopify_id if shopify_id in self.orders else None)

    def orders_page(self, query: str, cursor: str | None = None) -> Page[Any]:
        return self._page("orders", query, cursor)

    def returns_page(self, query: str, cursor: str | None = None) -> Page[Any]:
        return self._page("returns", query, cursor)

    def orders_count(self, query: str) -> int | None:
        return self._answer("orders_count", query, sum(len(page) for page in self.pages.get("orders", [])))

    def products_page(self, query: str | None = None, cursor: str | None = None) -> Page[Any]:
        return self._page("products", query, cursor)

    def product_ids_page(self, cursor: str | None = None) -> Page[int]:
        page = (
            self._page("product_ids", None, cursor) if "product_ids" in self.pages else self.products_page(None, cursor)
        )
        return Page(tuple(getattr(each, "shopify_id", each) for each in page.nodes), page.next_cursor)

    def products_there(self, shopify_ids: Sequence[int]) -> set[int]:
        there = {each.shopify_id for page in self.pages.get("products", []) for each in page} | set(self.products)
        return self._answer("products_there", tuple(shopify_ids), there & set(shopify_ids))

    def collections_page(self, cursor: str | None = None) -> Page[Any]:
        return self._page("collections", None, cursor)

    def customers_page(self, cursor: str | None) -> Page[Any]:
        return self._page("customers", None, cursor)

    def granted_scopes(self) -> tuple[str, ...]:
        return self._answer("scopes", None, ("read_orders",))

    def markets(self) -> tuple[MarketSnapshot, ...] | None:
        return self._answer("markets", None, ())

    def shop_profile(self) -> ShopSnapshot:
        names = (
            "Mara's Goods",
            "mara@example.com",
            None,
            "EUR",
            "Europe/Stockholm",
            "SE",
            "mara.example",
            ("en",),
            None,
        )
        return self._answer("profile", None, ShopSnapshot(1, "mara-goods.myshopify.com", *names))

    def _page(self, kind: str, query: str | None, cursor: str | None) -> Page[Any]:
        pages = self.pages.get(kind) or [()]
        number = int(cursor or 0)
        following = str(number + 1) if number + 1 < len(pages) else None
        return self._answer(kind, (query, cursor), Page(tuple(pages[number]), following))

    def _answer(self, what: str, which: Any, answer: Any) -> Any:
        self.asked.append((what, which))
        if self.fails_with is not None:
            raise self.fails_with
        return answer


def _facts(told: ReturnSnapshot) -> ReturnFacts:
    lines = tuple(
        LineFacts(f"gid://shopify/ReturnLineItem/{place}", None, line, count, 0, 0, "", None, Decimal(0))
        for place, (line, count) in enumerate(told.lines or (), start=1)
    )
    of = (told.shopify_id, told.name or "", told.status, told.order_id, "EUR", told.fact_at, None)
    return ReturnFacts(*of, lines, (), (), (), (), Money.zero("EUR"))


def configured(database_url: str, folder: Path) -> Config:
    return Config(
        api_key="a client id",
        api_secret=SECRET,
        old_api_secret=OLD_SECRET,
        encryption_keys=(b"test key, thirty-two bytes long!",),
        app_url="https://postlude.example",
        database_url=database_url,
        redis_url="redis://127.0.0.1:1/0",
        data_dir=folder,
    )


def adapters_for(config: Config, database: Database, clock: Any, shopify: Shopify) -> Adapters:
    """The product's adapters over a test's database, with followers, and that Shopify."""
    followed = sharing(database, FOLLOWERS)
    nobody = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(404)))
    return Adapters(config, followed, clock, shopify, Carriers(followed, nobody, "http://carriers.test"))  # type: ignore[arg-type]
