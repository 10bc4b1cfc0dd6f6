"""The product wired to the dev store inside one process: real documents, real tokens, no socket."""

from __future__ import annotations

import tomllib
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from flask import Flask

from devstore import faults
from devstore.app import create_devstore
from devstore.config import DevStoreConfig
from devstore.store import Store
from devstore.tokens import STAFF, id_token
from devstore.world import World
from shopify_app.app import doors
from shopify_app.config import Config
from shopify_app.db import Database
from shopify_app.shopify.transport import Budget, Transport
from shopify_app.shops.installation import install
from shopify_app.shops.models import Shop
from shopify_app.wiring import Adapters, assemble

SHOP = "mara-goods.myshopify.com"
SCOPES = tomllib.loads((Path(__file__).parents[1] / "shopify.app.toml").read_text())["access_scopes"]["scopes"]


class Line(httpx.BaseTransport):
    """Carries requests to the dev store's application. An answer that ends before its promised length is an answer
    lost; `cut_before` requests find nobody at the other end."""

    def __init__(self, app: Any) -> None:
        self._wsgi = httpx.WSGITransport(app=app, raise_app_exceptions=True)
        self.cut_before = 0
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.cut_before:
            self.cut_before -= 1
            raise httpx.ConnectError("nobody there", request=request)
        self.requests.append(request)
        answer = self._wsgi.handle_request(request)
        body = answer.read()
        if int(answer.headers.get("Content-Length", 0)) > len(body):
            raise httpx.RemoteProtocolError("the answer broke off", request=request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=body, request=request)


@dataclass
class Wire:
    """One dev store, one installed product. `slept` lists the pauses that the product would have made."""

    world: World
    app: Any
    line: Line
    adapters: Adapters
    slept: list[float] = field(default_factory=list)

    @property
    def config(self) -> DevStoreConfig:
        return self.world.config

    def now(self) -> datetime:
        return self.adapters.clock.now()

    def advance(self, **parts: float) -> None:
        self.world.clock.advance(int(timedelta(**parts).total_seconds()))

    def at_noon(self) -> None:
        """On to the next noon, UTC: days end when a test lets them."""
        now = self.now()
        noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
        left = (noon if noon > now else noon + timedelta(days=1)) - now
        self.advance(seconds=left.total_seconds() + 1)  # the clock moves on by whole seconds

    def session_token(self) -> str:
        """What App Bridge would hand out now."""
        return id_token(self.config, STAFF["id"], self.now())

    def grant(self, installed: bool = True, scopes: str = SCOPES) -> None:
        """The merchant installs the app with these scopes (or removes it) in Shopify's admin."""
        document = {"id": 1, "installed": installed, "scopes": scopes if installed else "", "installed_at": None}
        self.world.store.put("installation", document)

    def fault(self, kind: str, match: str = "", count: int = 1, **more: Any) -> None:
        faults.add(self.world.store, {"kind": kind, "match": match, "count": count, **more})

    def install(self) -> Shop:
        """Mara installs: the exchange happens over the wire."""
        self.grant()
        granted = self.adapters.admin_apis.tokens.exchange(self.config.shop, self.session_token())
        with self.adapters.database.write() as session:
            return install(session, self.config.shop, granted, self.now())

    def shop(self) -> Shop:
        with self.adapters.database.read() as session:
            return session.query(Shop).filter_by(domain=self.config.shop).one()


def wire(database: Database, database_url: str, store: Store | None = None, **changes: Any) -> Wire:
    """A product and its dev store; `store` None means a shop with nothing in it."""
    config = DevStoreConfig(shop=SHOP, installed_scopes=SCOPES, deliver_webhooks=False, **changes)
    app = create_devstore(config, store or empty_store())
    world, line, slept = app.extensions["devstore"], Line(app), []
    transport = Transport(
        httpx.Client(transport=line), lambda _: "http://devstore.test", Budget(None), slept.append, lambda: 0.0
    )
    adapters = assemble(product_config(config, database_url), database, world.clock, transport)
    return Wire(world, app, line, adapters, slept)


def application(adapters: Adapters) -> Flask:
    """The whole product around these adapters, as `assemble` makes it. Its doors are made once for all tests: writing
    down some hundred addresses takes longer than most visits. Whatever an application keeps is this one's own."""
    app = copy(_doors())
    app.config = copy(app.config)
    app.extensions = app.extensions | {"postlude": adapters}
    return app


@cache
def _doors() -> Flask:
    return doors()


def product_config(config: DevStoreConfig, database_url: str) -> Config:
    return Config(
        api_key=config.api_key,
        api_secret=config.api_secret,
        encryption_keys=(b"test key, thirty-two bytes long!",),
        app_url="http://app.test",
        database_url=database_url,
        redis_url="redis://127.0.0.1:1/0",
        admin_origin="http://admin.test",
        easypost_origin=f"{config.public_origin}/easypost",
        data_dir=Path("var"),
    )


def empty_store() -> Store:
    store = Store(None)
    store.put("shop", {"id": 1, "name": "Mara's Goods", "myshopify_domain": SHOP, "currency": "EUR"})
    return store
