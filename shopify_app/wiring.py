"""Builds what the doors and the jobs work with, from the configuration: the only place where adapters are chosen."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import cache

import httpx
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from shopify_app.carriers.accounts import Carriers
from shopify_app.clock import Clock, FileClock, SystemClock
from shopify_app.config import API_VERSION, Config
from shopify_app.crypto import Keyring
from shopify_app.db import Database, Followers
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.errors import ShopGone
from shopify_app.shopify.oauth import TokenEndpoint
from shopify_app.shopify.transport import BACKGROUND, Budget, Pace, Transport
from shopify_app.shops.entitlements import AppPricing, Entitlements, FixedPlan, chosen
from shopify_app.shops.models import Shop
from shopify_app.shops.tokens import ShopTokens


@dataclass(frozen=True)
class AdminApis:
    """Hands out an `AdminAPI` for a shop; all of them share one connection pool and one budget per shop."""

    database: Database
    clock: Clock
    transport: Transport
    tokens: TokenEndpoint

    def of(self, shop_id: int, pace: Pace = BACKGROUND) -> AdminAPI:
        """Raises ShopGone for a shop that we do not know."""
        with self.database.read() as session:
            shop = session.get(Shop, shop_id)
        if shop is None:
            raise ShopGone(f"shop {shop_id} is unknown")
        source = ShopTokens(self.database, self.tokens, self.clock, shop_id)
        return AdminAPI(self.transport, shop.domain, source, pace)

    def of_seen(self, shop: Shop, pace: Pace) -> AdminAPI:
        """For a shop whose row was read a moment ago: nothing is read again as long as its token lives."""
        source = ShopTokens(self.database, self.tokens, self.clock, shop.id, seen=shop)
        return AdminAPI(self.transport, shop.domain, source, pace)


@dataclass(frozen=True)
class Adapters:
    """What a door or a job holds in its hands. Doors find it as ``current_app.extensions["postlude"]``."""

    config: Config
    database: Database
    clock: Clock
    admin_apis: AdminApis
    carriers: Carriers
    entitlements: Entitlements = field(default_factory=FixedPlan)

    def admin(self, shop_id: int, pace: Pace = BACKGROUND) -> AdminAPI:
        """Shopify's Admin API of one shop. A door that somebody waits at passes ``pace=WEB``."""
        return self.admin_apis.of(shop_id, pace)


def build(config: Config, followers: Followers | None = None, http: httpx.Client | None = None) -> Adapters:
    """Opens nothing yet: connections are made when first used. `http` replaces the HTTP client (tests)."""
    database = Database(config.database_url, Keyring(config.encryption_keys), followers)
    clock: Clock = FileClock(config.clock_file) if config.clock_file else SystemClock()
    client = http or httpx.Client(headers={"User-Agent": f"Postlude (Admin API {API_VERSION})"}, verify=_roots())
    transport = Transport(client, config.shop_origin, Budget(redis_at(config.redis_url)))
    return assemble(config, database, clock, transport)


@cache
def _roots() -> ssl.SSLContext:
    """Whom we believe who they are: read once, which takes as long as most commands do."""
    return httpx.create_ssl_context()


def assemble(config: Config, database: Database, clock: Clock, transport: Transport) -> Adapters:
    """Adapters from parts that are there already."""
    tokens = TokenEndpoint(transport, config.api_key, config.api_secret)
    carriers = Carriers(database, transport.http, config.easypost_origin)
    apis = AdminApis(database, clock, transport, tokens)
    entitlements = chosen(
        config.plan, lambda: AppPricing(database, clock, apis.of, config.admin_origin, config.app_handle)
    )
    return Adapters(config, database, clock, apis, carriers, entitlements)


def redis_at(url: str) -> Redis:
    """A client that answers or fails quickly: the budget is a courtesy, nobody waits for it. By itself the library
    tries three times more, which takes seconds."""
    address = url.replace("redis+socket://", "unix://").replace("?virtual_host=", "?db=")
    once = Retry(NoBackoff(), 0)
    return Redis.from_url(address, socket_timeout=0.5, socket_connect_timeout=0.5, retry=once)
