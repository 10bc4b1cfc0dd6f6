"""What the shop promises before buying, kept where its theme can read it: the app-data metafield `postlude.promise`.

The theme block reads it (shape: extensions/README.md): what the published policy gives, and per country the dates
between which an order placed now arrives. Beside it the policy itself in words (`policy_words`). Both are made anew
every hour and soon after settings or policy changed, and written only when they say something new. What was said last
is read back from Shopify, so nothing here can disagree with what shoppers see.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from jobs import policy_words
from shopify_app.pages.policy_page import CARRIED
from shopify_app.queue import celery, send
from shopify_app.returns import beforehand, published
from shopify_app.returns.facts import FINAL_SALE_TAGS
from shopify_app.returns.models import PublishedPolicy
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.calendar import calendar_for
from shopify_app.shipments.estimate import ENOUGH_DELIVERIES, Parcel, arrival
from shopify_app.shipments.lanes import experience_to
from shopify_app.shipments.models import TransitCount
from shopify_app.shipments.states import ParcelState
from shopify_app.shipments.waiting import hand_over_day
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shops import profile
from shopify_app.shops.models import Shop, ShopState
from shopify_app.wiring import Adapters
from shopify_app.zones import local_time, zone_named

log = structlog.get_logger(__name__)

NAMESPACE, KEY, POLICY_KEY = "postlude", "promise", "policy"
LARGEST_CASES = 64_000
"""Bytes, half of what Shopify takes: every product page goes through them."""
ANY_CARRIER_TO = "|||"  # how the lane of a country begins, see `shipments.lanes.lane_keys`


@celery.task(name="jobs.publish_promises", bind=True)
def publish_promises(self: Any, *shop_ids: int) -> None:
    """Publishes the promises of these shops, of every installed shop when none is named."""
    adapters: Adapters = self.app.adapters
    for shop_id in shop_ids or _installed(adapters):
        try:
            publish(adapters, shop_id)
            publish_policy(adapters, shop_id)
        except ShopifyError as failure:  # the next hour tries again
            log.warning("promise_not_published", shop_id=shop_id, error=type(failure).__name__)


def publish(adapters: Adapters, shop_id: int) -> bool:
    """Writes the shop's promise to Shopify when it is not what stands there; whether it wrote. Any `ShopifyError`."""
    with adapters.database.read() as session:
        shop = session.get_one(Shop, shop_id)
        if shop.state != ShopState.INSTALLED:
            return False
        promise = promise_of(session, shop, adapters.clock.now())
    if not _written(adapters, shop_id, KEY, promise):
        return False
    log.info("promise_published", shop_id=shop_id, countries=len(promise.get("arrival", {}).get("countries", {})))
    return True


def publish_policy(adapters: Adapters, shop_id: int) -> bool:
    """Writes the shop's policy in words, when that is not what stands there; whether it wrote. Any `ShopifyError`."""
    with adapters.database.read() as session:
        shop = session.get_one(Shop, shop_id)
        if shop.state != ShopState.INSTALLED:
            return False
        policy = policy_words.policy_of(session, shop)
    return _written(adapters, shop_id, POLICY_KEY, policy)


def _written(adapters: Adapters, shop_id: int, key: str, value: dict[str, Any]) -> bool:
    admin = adapters.admin(shop_id)
    stored = admin.app_metafield(NAMESPACE, key)
    if (json.loads(stored.text) if stored.text else {}) == value:
        return False
    admin.set_app_metafield(stored.owner, NAMESPACE, key, policy_words.written(value).decode())
    return True


def promise_of(session: Session, shop: Shop, now: datetime) -> dict[str, Any]:
    """What the block may say now, as JSON; a part that the shop does not promise is missing."""
    tracking = load(session, shop.id, Tracking)
    parts = {"returns": _returns(session, shop, tracking, now), "arrival": _arrival(session, shop, tracking, now)}
    return {name: part for name, part in parts.items() if part}


def _returns(session: Session, shop: Shop, tracking: Tracking, now: datetime) -> dict[str, Any]:
    """What the policy in force gives, which is the preset where none was published. Only where returns are taken by
    hand, and no policy was ever published, the setting's days stand alone."""
    if not tracking.return_window_days:
        return {}
    newest = published.newest(session, shop.id)
    if newest.number == 1 and not load(session, shop.id, Returns).portal_open:
        url = _policy_address(shop)
        return {"days": tracking.return_window_days} | ({"url": url} if url else {})
    today = local_time(now, shop.timezone).date()
    markets = profile.markets(shop)
    cases = beforehand.cases(newest.policy, CARRIED, FINAL_SALE_TAGS, today, markets)
    found: dict[str, Any] = {
        "cases": cases if len(policy_words.written({"cases": cases})) <= LARGEST_CASES else beforehand.UNSAYABLE,
        "url": policy_words.policy_path(shop),
    }
    if beforehand.is_free(newest.policy):
        found["free"] = True
    if beforehand.asks_for_country(newest.policy, markets):
        found["by_country"] = True
    return found


def _policy_address(shop: Shop) -> str | None:
    """The refund policy's address: its path when it is the shop's own page, so that it holds under every domain."""
    _, _, url = (*shop.profile.get("policies", {}).get("refund", ()), None, None, None)[:3]
    parts = urlsplit(url or "")
    if parts.path and parts.netloc in ("", shop.domain, urlsplit(shop.storefront_url).netloc):
        return parts.path
    return url if parts.scheme == "https" else None


def _arrival(session: Session, shop: Shop, tracking: Tracking, now: datetime) -> dict[str, Any]:
    texts = {language[:2]: text for language, text in tracking.arrival_text.items() if text.strip()}
    countries = _countries(session, shop, tracking, now)
    dated = {"countries": countries, "valid_until": _cut_off(shop, tracking, now)} if countries else {}
    return dated | ({"text": texts} if texts else {})


def _countries(session: Session, shop: Shop, tracking: Tracking, now: datetime) -> dict[str, dict[str, str]]:
    """From when to when an order placed now arrives, for each country that the shop knows well enough. Without a
    hand-over promise (setting `handover_days`) nobody can tell."""
    due = hand_over_day(now, shop.timezone, tracking)
    if due is None:
        return {}
    here, dates = local_time(now, shop.timezone), {}
    for country in _known_countries(session, shop.id):
        calendar = calendar_for(None, country)
        day_zero = calendar.add(max(due, here.date()), 0)
        parcel = Parcel(day_zero=day_zero, today=here.date(), hour=here.hour, state=ParcelState.AWAITING_DATA)
        found = arrival(parcel, experience_to(session, shop.id, country, now), calendar)
        if found is not None and found.by is not None:
            earliest = found.likely or found.by
            dates[country] = {"earliest": earliest.isoformat(), "latest": found.by.isoformat()}
    return dates


def _known_countries(session: Session, shop_id: int) -> list[str]:
    lanes = session.scalars(
        select(TransitCount.lane)
        .where(TransitCount.shop_id == shop_id, TransitCount.lane.startswith(ANY_CARRIER_TO, autoescape=True))
        .group_by(TransitCount.lane)
        .having(func.sum(TransitCount.parcels) >= ENOUGH_DELIVERIES)
    )
    return sorted(lane.removeprefix(ANY_CARRIER_TO) for lane in lanes if lane != ANY_CARRIER_TO)


def _cut_off(shop: Shop, tracking: Tracking, now: datetime) -> str:
    """The shop's next cut-off: what is ordered after it is handed over later, and the dates hold no more. In UTC."""
    zone = zone_named(shop.timezone)
    here = now.astimezone(zone)
    day = here.date() + timedelta(days=here.time() > tracking.handover_cut_off)
    at = datetime.combine(day, tracking.handover_cut_off, zone)
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class SettingsWatch:
    """An entry of the schedule: sends a worker for the shops whose settings of these things were saved, or whose policy
    was published, since the last look.

    It remembers in memory how far it has looked. What is saved while no scheduler runs is found by the hourly entry.
    """

    def __init__(self, send: Callable[..., bool] = send) -> None:
        self._send = send
        self._seen: tuple[int, int] | None = None

    def __call__(self, adapters: Adapters, now: datetime) -> bool:
        """One look; False when the broker is away."""
        with adapters.database.read() as session:
            newest = _newest(session, SettingsVersion), _newest(session, PublishedPolicy)
            saved, policies = self._seen or newest
            shops = sorted({*session.scalars(_saved_since(saved)), *session.scalars(_published_since(policies))})
        if shops and not self._send("jobs.publish_promises", *shops):
            return False
        self._seen = newest
        return True


def _newest(session: Session, model: type[SettingsVersion | PublishedPolicy]) -> int:
    return session.scalar(select(func.max(model.id))) or 0


def _saved_since(seen: int) -> Select[Any]:
    kinds = ("tracking", "returns", "brand")
    return select(SettingsVersion.shop_id).where(SettingsVersion.id > seen, SettingsVersion.kind.in_(kinds))


def _published_since(seen: int) -> Select[Any]:
    return select(PublishedPolicy.shop_id).where(PublishedPolicy.id > seen)


def _installed(adapters: Adapters) -> list[int]:
    with adapters.database.read() as session:
        return list(session.scalars(select(Shop.id).where(Shop.state == ShopState.INSTALLED)))
