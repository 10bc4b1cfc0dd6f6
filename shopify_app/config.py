"""Deploy-time facts, read once from the environment, frozen, explained by `postlude doctor`.

Nothing here is a merchant's choice: those live in `shopify_app.settings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

API_VERSION = "2026-10"
ADMIN_ORIGIN = "https://admin.shopify.com"
APP_BRIDGE_URL = "https://cdn.shopify.com/shopifycloud/app-bridge.js"
POLARIS_URL = "https://cdn.shopify.com/shopifycloud/polaris.js"
EASYPOST_ORIGIN = "https://api.easypost.com"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
PLANS = ("everything", "starter", "growth", "scale", "shopify")


class ConfigError(ValueError):
    """A setting of the environment that the process cannot start with; the text says which and what to do."""


class MailSecurity(StrEnum):
    """How the way to the mail server is kept private."""

    NONE = "none"
    STARTTLS = "starttls"  # begun in the clear, then encrypted; refused where the server cannot
    TLS = "tls"


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed in (SMTP submission). `user` empty: the server asks for none."""

    host: str
    port: int
    security: MailSecurity = MailSecurity.NONE
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Config:
    """What this deployment is: keys, addresses, stores.

    `encryption_keys` are 32-byte keys, newest first: the first encrypts, all decrypt. `old_api_secret` is the
    previous client secret while Shopify rotates it. `shopify_origin` replaces ``https://{shop}`` for the Admin API
    and the token endpoint (a stand-in or a proxy in between). `mail_from` is the sender's address for shops that have
    set none of their own. `own_proxies` is how many reverse proxies of ours stand between Shopify and us, each of which
    adds an address to ``X-Forwarded-For``. `plan` is what every shop may use, or ``shopify`` where each shop chooses
    a plan in Shopify App Pricing.
    """

    api_key: str
    api_secret: str = field(repr=False)
    encryption_keys: tuple[bytes, ...] = field(repr=False)
    app_url: str
    database_url: str
    redis_url: str
    old_api_secret: str | None = field(default=None, repr=False)
    shopify_origin: str | None = None
    admin_origin: str = ADMIN_ORIGIN
    app_bridge_url: str = APP_BRIDGE_URL
    polaris_url: str = POLARIS_URL
    easypost_origin: str = EASYPOST_ORIGIN
    clock_file: Path | None = None
    app_handle: str = "postlude"
    log_level: str = "INFO"
    data_dir: Path = Path("var")
    mail_server: MailServer | None = None
    mail_from: str | None = None
    own_proxies: int = 0
    plan: str = PLANS[0]

    @property
    def api_secrets(self) -> tuple[str, ...]:
        """Client secrets that a signature may be made with: the current one first."""
        return (self.api_secret,) if self.old_api_secret is None else (self.api_secret, self.old_api_secret)

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    def shop_origin(self, domain: str) -> str:
        """Where the Admin API of `domain` (``x.myshopify.com``) is reached."""
        return self.shopify_origin or f"https://{domain}"


def load_config(environ: Mapping[str, str]) -> Config:
    """The configuration this environment spells out; raises `ConfigError` with a sentence for the first thing wrong."""
    origin = environ.get("POSTLUDE_SHOPIFY_ORIGIN") or None
    clock = environ.get("POSTLUDE_CLOCK_FILE")
    data_dir = Path(environ.get("POSTLUDE_DATA_DIR") or "var").absolute()
    return Config(
        api_key=_required(environ, "SHOPIFY_API_KEY", "the client id of the app, from the Dev Dashboard"),
        api_secret=_required(environ, "SHOPIFY_API_SECRET", "the client secret of the app, from the Dev Dashboard"),
        old_api_secret=environ.get("SHOPIFY_OLD_API_SECRET") or None,
        encryption_keys=parse_keys(_required(environ, "POSTLUDE_ENCRYPTION_KEYS", "run `postlude doctor --new-key`")),
        app_url=app_url(environ),
        database_url=database_url(environ, data_dir),
        redis_url=redis_url(environ, data_dir),
        shopify_origin=origin.rstrip("/") if origin else None,
        admin_origin=environ.get("POSTLUDE_ADMIN_ORIGIN", ADMIN_ORIGIN).rstrip("/"),
        app_bridge_url=environ.get("POSTLUDE_APP_BRIDGE_URL", APP_BRIDGE_URL),
        polaris_url=environ.get("POSTLUDE_POLARIS_URL", POLARIS_URL),
        easypost_origin=(environ.get("POSTLUDE_EASYPOST_ORIGIN") or EASYPOST_ORIGIN).rstrip("/"),
        clock_file=Path(clock) if clock else None,
        app_handle=environ.get("POSTLUDE_APP_HANDLE", "postlude"),
        log_level=log_level(environ),
        data_dir=data_dir,
        mail_server=mail_server(environ.get("POSTLUDE_SMTP_URL")),
        mail_from=mail_address(environ.get("POSTLUDE_MAIL_FROM")),
        own_proxies=own_proxies(environ),
        plan=plan(environ),
    )


def app_url(environ: Mapping[str, str]) -> str:
    """``POSTLUDE_APP_URL`` without a slash at its end; unset it is this machine. Raises ConfigError."""
    given = environ.get("POSTLUDE_APP_URL", "").strip() or "http://127.0.0.1:8000"
    try:
        parts = urlsplit(given.rstrip("/"))
        is_origin = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, or half an IPv6 address
        is_origin = False
    else:
        is_origin = is_origin and not (parts.path or parts.query or parts.fragment or parts.username)
        is_origin = is_origin and not any(map(str.isspace, given))
    if not is_origin:
        raise ConfigError(
            "POSTLUDE_APP_URL must be where the app answers, and nothing behind it: https://care.example.com"
        )
    return given.rstrip("/")


def log_level(environ: Mapping[str, str]) -> str:
    """``POSTLUDE_LOG_LEVEL``; unset it is INFO. Raises ConfigError."""
    level = environ.get("POSTLUDE_LOG_LEVEL", "").strip().upper() or "INFO"
    if level not in LOG_LEVELS:
        raise ConfigError(f"POSTLUDE_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}.")
    return level


def plan(environ: Mapping[str, str]) -> str:
    """``POSTLUDE_PLAN``; unset it is everything. Raises ConfigError."""
    named = environ.get("POSTLUDE_PLAN", "").strip().lower() or PLANS[0]
    if named not in PLANS:
        raise ConfigError(
            "POSTLUDE_PLAN must be shopify (each shop chooses in Shopify App Pricing), or what every shop has: "
            f"{', '.join(PLANS[:-1])}. Unset it is {PLANS[0]}."
        )
    return named


def own_proxies(environ: Mapping[str, str]) -> int:
    """``POSTLUDE_OWN_PROXIES``; unset it is one where the app is reached by https, since `serve` does not speak TLS
    and something before it must, and none elsewhere. Raises ConfigError."""
    given = environ.get("POSTLUDE_OWN_PROXIES", "").strip()
    if not given:
        return int(environ.get("POSTLUDE_APP_URL", "").startswith("https://"))
    if not (given.isascii() and given.isdigit() and int(given) <= 9):
        raise ConfigError("POSTLUDE_OWN_PROXIES must be the number of reverse proxies before the app: 0 to 9.")
    return int(given)


def database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    """`DATABASE_URL` with the driver this project ships (psycopg 3), else a SQLite file in the data directory. Raises
    ConfigError for what is neither."""
    url = environ.get("DATABASE_URL", "").strip() or f"sqlite:///{data_dir}/postlude.sqlite3"
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            url = "postgresql+psycopg://" + url.removeprefix(scheme)
    if not url.startswith(("sqlite://", "postgresql+psycopg://")):
        raise ConfigError(
            "DATABASE_URL must read postgresql://user:password@host:5432/name; left out, it is a SQLite file in "
            "POSTLUDE_DATA_DIR."
        )
    return _with_a_port("DATABASE_URL", url)


def redis_url(environ: Mapping[str, str], data_dir: Path) -> str:
    """`REDIS_URL`, else a socket in the data directory. Raises ConfigError for what is no Redis: a worker would wait
    for it for ever."""
    url = environ.get("REDIS_URL", "").strip() or f"redis+socket://{data_dir}/broker.sock?virtual_host=0"
    if not url.startswith(("redis://", "rediss://", "redis+socket://")):
        raise ConfigError(
            "REDIS_URL must read redis://user:password@host:6379/0 (rediss:// with TLS, redis+socket:///path for a "
            "socket); left out, it is a socket in POSTLUDE_DATA_DIR."
        )
    return _with_a_port("REDIS_URL", url)


def _with_a_port(name: str, url: str) -> str:
    try:
        _ = urlsplit(url).port
    except ValueError as failure:
        raise ConfigError(f"{name} has a host or a port that is none; percent-encode its password.") from failure
    return url


def parse_keys(text: str) -> tuple[bytes, ...]:
    """Comma-separated 64-digit hexadecimal keys, newest first."""
    try:
        keys = tuple(bytes.fromhex(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as failure:
        raise ConfigError("POSTLUDE_ENCRYPTION_KEYS must be hexadecimal: run `postlude doctor --new-key`.") from failure
    if not keys or any(len(key) != 32 for key in keys):
        raise ConfigError("POSTLUDE_ENCRYPTION_KEYS needs keys of 64 hexadecimal digits (32 bytes) each.")
    return keys


def mail_server(url: str | None) -> MailServer | None:
    """``smtp://user:password@host:587?starttls=1`` or ``smtps://...``; None where no server is named.

    User and password are percent-encoded, as in any address. Raises ConfigError."""
    if not url:
        return None
    parts = urlsplit(url.strip())
    try:
        port = parts.port
    except ValueError as failure:
        raise ConfigError("POSTLUDE_SMTP_URL has a port that is none: write smtp://host:587.") from failure
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ConfigError("POSTLUDE_SMTP_URL must read smtp://user:password@host:587?starttls=1, or smtps://...")
    security = MailSecurity.TLS if parts.scheme == "smtps" else MailSecurity.NONE
    if security is MailSecurity.NONE and parse_qs(parts.query).get("starttls") == ["1"]:
        security = MailSecurity.STARTTLS
    standard = {MailSecurity.TLS: 465, MailSecurity.STARTTLS: 587, MailSecurity.NONE: 25}[security]
    return MailServer(
        parts.hostname, port or standard, security, unquote(parts.username or ""), unquote(parts.password or "")
    )


def mail_address(text: str | None) -> str | None:
    """A plain address (``orders@shop.example``), None where there is none. Raises ConfigError."""
    address = (text or "").strip()
    if not address:
        return None
    local, _, host = address.partition("@")
    if not local or not host or "@" in host or any(ch in address for ch in ' <>"\r\n,;'):
        raise ConfigError("POSTLUDE_MAIL_FROM must be one plain address: orders@shop.example, without a name.")
    return address


def _required(environ: Mapping[str, str], name: str, hint: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise ConfigError(f"{name} is not set: {hint}.")
    return value
