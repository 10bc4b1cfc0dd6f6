"""What `postlude doctor` says: each thing that is wrong or missing, in a sentence with what to do."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shopify_app import migrate
from shopify_app.config import Config, ConfigError, MailSecurity, load_config
from shopify_app.crypto import CannotDecrypt, Keyring
from shopify_app.db import Database
from shopify_app.doctor_spelling import SEAMS, misspelled
from shopify_app.events import Reaction
from shopify_app.leases import WorkState
from shopify_app.messages.email import SendFailed, try_out
from shopify_app.messages.models import Message
from shopify_app.messages.sender import fallback_address
from shopify_app.papers.printing import can_set_pages
from shopify_app.returns.destinations import doubts
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.parcels.parcels import followed_by, sells_labels
from shopify_app.returns.published import newest
from shopify_app.returns.unfollowed import BY_CARRIER
from shopify_app.settings.returns import BonusAs, Returns
from shopify_app.settings.store import load
from shopify_app.shops import profile
from shopify_app.shops.capabilities import credit_bar, credit_limits, missing_for_returns
from shopify_app.shops.entitlements import BY_SHOPIFY
from shopify_app.shops.entitlements_models import ShopPlan
from shopify_app.shops.entitlements_plans import PLANS
from shopify_app.shops.models import Shop, ShopState
from webhooks.inbox import Delivery

CLIENT_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `must_act`: the app does not work, or is not safe, until somebody does something."""

    sentence: str
    must_act: bool = False

    @property
    def mark(self) -> str:
        return "✗" if self.must_act else "✓"


def examine(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Everything that can be told from here, most basic first; stops where the rest depends on what is missing."""
    yield from (Finding(sentence, must_act=True) for sentence in misspelled(environ))
    try:
        config = load_config(environ)
    except ConfigError as failure:
        yield Finding(str(failure), must_act=True)
        return
    yield Finding("The environment is complete.")
    yield from _addresses(config, environ)
    yield from _secrets(config)
    yield _files(config)
    yield _broker(config)
    yield from _mail(config)
    yield _papers()
    yield _plans(config)
    yield from _database(config)


def _addresses(config: Config, environ: Mapping[str, str]) -> Iterator[Finding]:
    parts = urlsplit(config.app_url)
    public = is_public(parts.hostname or "")
    if public and parts.scheme != "https":
        yield Finding(
            f"POSTLUDE_APP_URL is {config.app_url}, but Shopify only talks to https: put a certificate in front.", True
        )
    for name in SEAMS:
        if environ.get(name) and public:
            yield Finding(
                f"{name} is set, but {config.app_url} is a public address: unset it, it is for development only.", True
            )
    if not public and not config.shopify_origin:
        address = f"POSTLUDE_APP_URL is {config.app_url}, which Shopify cannot reach"
        yield Finding(f"{address}: set the address of your tunnel or host.", True)
    elif parts.scheme == "https" or not public:
        yield Finding(f"The app is to answer at {config.app_url}.")


def is_public(host: str) -> bool:
    """Whether `host` is reachable from outside: neither loopback nor private, nor a name of this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return host != socket.gethostname()


def _secrets(config: Config) -> Iterator[Finding]:
    if config.api_key.startswith("shp"):  # shpss_, shpat_: what Shopify keeps secret begins so
        yield Finding("SHOPIFY_API_KEY holds a secret: it takes the client id, 32 hexadecimal digits.", True)
    elif not CLIENT_ID.fullmatch(config.api_key):
        yield Finding("SHOPIFY_API_KEY is no client id, which has 32 hexadecimal digits: copy it again.", True)
    for name, secret in (("SHOPIFY_API_SECRET", config.api_secret), ("SHOPIFY_OLD_API_SECRET", config.old_api_secret)):
        if secret and len(secret) < 32:
            yield Finding(f"{name} is shorter than Shopify's secrets are: copy it again.", True)
    if config.old_api_secret:
        yield Finding("SHOPIFY_OLD_API_SECRET is set: remove it once Shopify's secret rotation is over.")
    yield Finding(f"Personal data is encrypted with {len(config.encryption_keys)} key(s).")


def _broker(config: Config) -> Finding:
    address = config.redis_url.replace("redis+socket://", "unix://").replace("?virtual_host=", "?db=")
    try:
        Redis.from_url(address, socket_connect_timeout=2, socket_timeout=2).ping()
    except (RedisError, OSError, ValueError):
        return Finding(
            "The broker does not answer: start it, or correct REDIS_URL. Nothing is lost meanwhile, only late.", True
        )
    return Finding("The broker answers.")


def _files(config: Config) -> Finding:
    """Whether photos, labels and the SQLite file have somewhere to lie."""
    folder = next((each for each in (config.data_dir, *config.data_dir.parents) if each.exists()), config.data_dir)
    try:
        with TemporaryFile(dir=folder):
            return Finding("Files can be written.")
    except OSError as failure:
        missing = f"Nothing can be written to {config.data_dir} ({failure.strerror})"
        return Finding(f"{missing}: correct POSTLUDE_DATA_DIR, or who owns that folder.", True)


def _papers() -> Finding:
    if can_set_pages():
        return Finding("Packing slips are made as PDF.")
    return Finding(
        "Packing slips are pages for the browser to print, not PDFs, because Pango is missing. On Debian or Ubuntu: "
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0."
    )


def _plans(config: Config) -> Finding:
    """Who decides what a shop may use."""
    if config.plan != BY_SHOPIFY:
        return Finding(
            f"Every shop has the plan {config.plan}; nothing is billed. To sell plans in Shopify App Pricing, set "
            "POSTLUDE_PLAN=shopify."
        )
    page = f"{config.admin_origin}/store/<shop>/charges/{config.app_handle}/pricing_plans"
    return Finding(
        f"Plans are sold by Shopify App Pricing: merchants choose at {page}, so POSTLUDE_APP_HANDLE must be the app's "
        f"handle, and the plans set up there must have the handles {', '.join(plan.handle for plan in PLANS)}."
    )


def _mail(config: Config) -> Iterator[Finding]:
    """Whether mails can leave, and as whom."""
    server = config.mail_server
    if server is None:
        yield Finding(
            "POSTLUDE_SMTP_URL is not set, so no mail leaves: shoppers get no one-time code and no word of their "
            "returns. Set smtp://user:password@host:587?starttls=1; mails of the last day then still go out.",
            must_act=True,
        )
        return
    is_public_host = is_public(server.host)
    if server.security is MailSecurity.NONE and is_public_host:
        yield Finding(
            "POSTLUDE_SMTP_URL goes in the clear over a public network: add ?starttls=1, or use smtps://.", True
        )
    try:
        try_out(server)
        yield Finding(f"The mail server {server.host}:{server.port} answers and lets us in.")
    except SendFailed as failure:
        yield Finding(
            f"The mail server {server.host}:{server.port} does not let us in ({failure.reason}): correct "
            "POSTLUDE_SMTP_URL. Mails wait for a day meanwhile.",
            must_act=True,
        )
    if config.mail_from is None:
        yield Finding(
            f"POSTLUDE_MAIL_FROM is not set: shops without a sender of their own write as {fallback_address(config)}. "
            "Set an address that your mail server may send for, or mails end up as spam.",
            must_act=is_public_host,
        )


def _database(config: Config) -> Iterator[Finding]:
    try:
        database = Database(config.database_url, Keyring(config.encryption_keys))
    except (ImportError, ValueError, SQLAlchemyError):
        yield Finding("DATABASE_URL cannot be read: write postgresql://user:password@host:5432/name.", True)
        return
    try:
        with database.read() as session:
            session.execute(text("SELECT 1"))
        if not migrate.is_current(config.database_url):
            yield Finding("The database lacks this version's tables: run `postlude migrate`.", True)
            return
        yield Finding("The database answers and has this version's tables.")
        if config.is_sqlite and is_public(urlsplit(config.app_url).hostname or ""):
            yield Finding("The database is SQLite: good for one web process; for more set DATABASE_URL to PostgreSQL.")
        with database.read() as session:
            yield from _shops(session)
            yield from _waiting(session)
    except CannotDecrypt:
        yield Finding(
            "POSTLUDE_ENCRYPTION_KEYS lacks a key that stored data was encrypted with: put it back, behind the newest. "
            "Tokens, addresses and links cannot be read without it.",
            True,
        )
    except SQLAlchemyError as failure:
        yield Finding(f"The database does not answer ({type(failure).__name__}): correct DATABASE_URL.", True)
    finally:
        database.engine.dispose()


def _shops(session: Session) -> Iterator[Finding]:
    shops = session.scalars(select(Shop).where(Shop.state != ShopState.UNINSTALLED)).all()
    yield Finding(f"{len(shops)} shop(s) have the app installed.")
    for shop in shops:
        if shop.state == ShopState.REAUTH_REQUIRED:
            yield Finding(f"{shop.domain}: Shopify refused our tokens; open the app in that shop's admin once.", True)
        yield from _plan(session, shop)
        yield from _returns(session, shop)


def _plan(session: Session, shop: Shop) -> Iterator[Finding]:
    """A plan that Shopify names and this version does not know."""
    row = session.scalar(select(ShopPlan).where(ShopPlan.shop_id == shop.id, ShopPlan.is_known.is_(False)))
    if row is not None:
        yield Finding(
            f"{shop.domain}: Shopify names its plan {row.named!r}, which this version does not know, so it keeps what "
            f"it had ({row.plan}): give that plan one of the handles {', '.join(plan.handle for plan in PLANS)}.",
            must_act=True,
        )


def _returns(session: Session, shop: Shop) -> Iterator[Finding]:
    """What keeps this shop's returns from doing all they could."""
    bar = credit_bar(shop.profile)
    if bar:
        yield Finding(f"{shop.domain}: store credit cannot be given. {bar.text}")
    elif shop.profile.get("store_credit"):
        is_card = load(session, shop.id, Returns).bonus_as is BonusAs.GIFT_CARD
        limits = " ".join(each.text for each in credit_limits(is_card))
        yield Finding(f"{shop.domain}: store credit can be given. {limits}")
    for scope, feature in missing_for_returns(shop.scopes.split(",")):
        yield Finding(
            f"{shop.domain} has not granted {scope}, so {feature} cannot work: release this version of "
            "shopify.app.toml, then open the app in that shop's admin and accept.",
            must_act=True,
        )
    for doubt in doubts(newest(session, shop.id).policy, profile.markets(shop)):
        yield Finding(f"{shop.domain}: its return policy asks for markets. {doubt}", must_act=True)
    yield from _parcels(session, shop)
    if session.scalar(select(PublishedPolicy.id).where(PublishedPolicy.shop_id == shop.id).limit(1)) is None:
        yield Finding(
            f"{shop.domain} has published no return policy: the preset of 30 days is in force. Publish one in the app "
            f"under Return policy, or with `postlude policy publish --shop {shop.domain} FILE.json`."
        )


def _parcels(session: Session, shop: Shop) -> Iterator[Finding]:
    """What a published policy promises of carriers that nobody would tell us, and where labels end."""
    is_own = session.scalar(select(PublishedPolicy.id).where(PublishedPolicy.shop_id == shop.id).limit(1)) is not None
    rules = newest(session, shop.id).policy.rules if is_own else ()
    waits = any(event in BY_CARRIER for rule in rules for event in (rule.then.money_events or {}).values())
    if waits and followed_by(session, shop.id) is None:
        yield Finding(
            f"{shop.domain}: its return policy frees money by a carrier's scan, but no account follows return parcels, "
            "so money is promised and paid on receipt. Connect EasyPost in the app under Labels and carriers, or with "
            "`postlude carrier connect`."
        )
    if sells_labels(session, shop.id):
        yield Finding(
            f"{shop.domain}: return labels are bought at EasyPost, but not across a customs border, for which we make "
            "no papers: such returns are listed for a label of your own."
        )


def _waiting(session: Session) -> Iterator[Finding]:
    for name, model in (("webhook deliveries", Delivery), ("reactions", Reaction), ("mails", Message)):
        parked = session.scalar(select(func.count()).select_from(model).where(model.state == WorkState.PARKED)) or 0
        if parked:
            yield Finding(f"{parked} {name} are parked and need a look; their reasons are in the `error` column.", True)
