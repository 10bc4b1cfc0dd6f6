"""What a running dev store was started with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

API_VERSION = "2026-10"
EASYPOST_PATH = "/easypost"
EASYPOST_KEY = "EZTK-dev-store"
EASYPOST_SECRET = "sécret-of-the-dev-store"
"""Of the pushes; with an accent, as in EasyPost's own example: the signature's key is its decomposed form (NFKD)."""


@dataclass(frozen=True)
class DevStoreConfig:
    """Addresses, keys and places of one dev store, which is one shop with one app.

    `origin` is where people and the product reach it, `app_url` where the app answers. `retry_compression` divides
    the waits of the webhook retry ladder: 1 is Shopify's own four hours. `patience` multiplies how long webhooks, the
    app proxy and carriers wait for the app's answer: 1 is as they do. `history` is the share of the seeded shop's
    ordinary orders that a new store begins with. `app_manifest` is the app's
    ``shopify.app.toml``; `installed_scopes` overrides the scopes it asks for. `bucket_size` and `restore_rate` are the
    Admin API's cost limits, by default those of the shop's plan; `deliver_webhooks` False only writes deliveries down.
    """

    port: int = 8090
    shop: str = "hedvall-daughters.myshopify.com"
    app_url: str = "http://127.0.0.1:8000"
    api_key: str = "postlude-dev-client-id"
    api_secret: str = field(default="postlude-dev-client-secret-0123456789", repr=False)
    seed: int = 1
    history: float = 1.0
    data_dir: Path | None = None
    clock_file: Path | None = None
    smtp_port: int = 8091
    app_proxy_subpath: str = "order-care"
    origin: str = ""
    app_proxy_prefix: str = "apps"
    retry_compression: float = 1.0
    patience: float = 1.0
    app_manifest: Path = Path("shopify.app.toml")
    installed_scopes: str | None = None
    deliver_webhooks: bool = True
    bucket_size: int | None = None
    restore_rate: int | None = None

    @property
    def public_origin(self) -> str:
        """Where this dev store is reached, without a trailing slash."""
        return (self.origin or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def store_path(self) -> Path | None:
        """The SQLite file of the store, or None for a store that lives in memory."""
        return None if self.data_dir is None else self.data_dir / "devstore.sqlite3"
