"""Coming, going, coming back, in whatever order Shopify's messages arrive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from shopify_app.db import Database, Session
from shopify_app.events import Event
from shopify_app.shopify.oauth import TokenGrant
from shopify_app.shopify.scopes import missing_scopes
from shopify_app.shopify.snapshots import ShopSnapshot
from shopify_app.shops import profile
from shopify_app.shops.installation import change_scopes, find, here_since, install, mark_uninstalled, note_visit
from shopify_app.shops.models import Shop, ShopState
from shopify_app.shops.tokens import needs_exchange

DOMAIN = "adas-atelier.myshopify.com"
GRANT = TokenGrant("shpat_1", 3600, "shprt_1", 7_776_000, "read_orders,write_returns")


@pytest.fixture
def session(database: Database) -> Any:
    with database.write() as opened:
        yield opened


def kinds(session: Session) -> list[tuple[str, dict[str, Any]]]:
    return [(event.kind, event.facts) for event in session.scalars(select(Event).order_by(Event.id))]


def test_a_new_shop_is_installed_with_its_tokens_and_an_event(session: Session, now: datetime) -> None:
    shop = install(session, DOMAIN, GRANT, now)

    assert (shop.state, shop.scopes, shop.installed_at) == (ShopState.INSTALLED, "read_orders,write_returns", now)
    assert shop.access_expires_at == now + timedelta(hours=1)
    assert kinds(session) == [("ShopInstalled", {"again": False})]
    assert not needs_exchange(shop, now)


def test_an_uninstalled_shop_loses_its_tokens_and_keeps_its_rows(session: Session, now: datetime) -> None:
    shop = install(session, DOMAIN, GRANT, now)

    assert mark_uninstalled(session, shop, now + timedelta(hours=1), now + timedelta(hours=1))

    assert (shop.state, shop.access_token, shop.refresh_token) == (ShopState.UNINSTALLED, None, None)
    assert needs_exchange(shop, now)
    assert find(session, DOMAIN) is shop


def test_a_shop_that_comes_back_keeps_its_row_and_the_day_that_figures_are_held_against(
    session: Session, now: datetime
) -> None:
    shop = install(session, DOMAIN, GRANT, now)
    mark_uninstalled(session, shop, now + timedelta(hours=1), now + timedelta(hours=1))

    again = install(session, DOMAIN, GRANT, now + timedelta(days=1))

    assert again is shop
    assert (shop.installed_at, shop.uninstalled_at) == (now, None)
    assert here_since(session, shop) == now + timedelta(days=1)
    assert kinds(session)[-1] == ("ShopInstalled", {"again": True})


def test_an_uninstall_that_arrives_after_the_reinstall_changes_nothing(session: Session, now: datetime) -> None:
    shop = install(session, DOMAIN, GRANT, now)
    mark_uninstalled(session, shop, now + timedelta(hours=1), now + timedelta(hours=1))
    install(session, DOMAIN, GRANT, now + timedelta(hours=2))

    changed = mark_uninstalled(session, shop, now + timedelta(hours=1), now + timedelta(hours=3))

    assert not changed
    assert (shop.state, shop.access_token) == (ShopState.INSTALLED, "shpat_1")


def test_an_uninstall_told_after_a_visit_that_needed_no_new_tokens_leaves_the_shop_installed_and_asks_for_tokens(
    session: Session, now: datetime
) -> None:
    shop = install(session, DOMAIN, GRANT, now)
    note_visit(session, shop, now + timedelta(minutes=10, seconds=5))

    for _ in range(2):  # a webhook may come twice
        mark_uninstalled(session, shop, now + timedelta(minutes=10), now + timedelta(minutes=11))

    assert (shop.state, shop.access_token, shop.uninstalled_at) == (ShopState.REAUTH_REQUIRED, None, None)
    assert needs_exchange(shop, now + timedelta(minutes=11))
    install(session, DOMAIN, GRANT, now + timedelta(minutes=12))
    assert not mark_uninstalled(session, shop, now + timedelta(minutes=10), now + timedelta(minutes=13))
    assert (shop.state, shop.access_token) == (ShopState.INSTALLED, "shpat_1")
    assert kinds(session) == [("ShopInstalled", {"again": False}), ("ShopInstalled", {"again": True})]


def test_an_uninstall_after_the_last_visit_removes_the_app(session: Session, now: datetime) -> None:
    shop = install(session, DOMAIN, GRANT, now)
    note_visit(session, shop, now + timedelta(minutes=10))
    assert not note_visit(session, shop, now + timedelta(minutes=9))

    assert mark_uninstalled(session, shop, now + timedelta(minutes=10, seconds=3), now + timedelta(minutes=11))

    assert shop.state == ShopState.UNINSTALLED


def test_the_same_uninstall_twice_is_recorded_once(session: Session, now: datetime) -> None:
    shop = install(session, DOMAIN, GRANT, now)

    assert [mark_uninstalled(session, shop, now, now) for _ in range(2)] == [True, False]
    assert [kind for kind, _ in kinds(session)] == ["ShopInstalled", "ShopUninstalled"]


def test_writing_implies_reading_and_customer_scopes_are_none_of_ours() -> None:
    granted = ["write_orders", "read_products", "customer_read_orders"]

    assert missing_scopes(granted, ["read_orders", "write_products", "customer_write_orders"]) == ("write_products",)


def test_changed_scopes_are_kept_and_what_is_missing_is_said(session: Session, now: datetime) -> None:
    shop = install(session, DOMAIN, GRANT, now)

    change_scopes(session, shop, ["read_orders"], ["read_orders", "write_returns"], now)

    assert shop.scopes == "read_orders"
    assert kinds(session)[-1] == ("ScopesChanged", {"missing": ["write_returns"]})


def test_what_shopify_says_of_the_shop_is_kept(session: Session, now: datetime) -> None:
    shop = install(session, DOMAIN, GRANT, now)
    policies: dict[str, tuple[str, str, str | None]] = {"refund": ("Returns", "<p>30 days</p>", None)}
    told = ShopSnapshot(
        *(7, DOMAIN, "Ada's Atelier", "ada@example.com", None, "SEK", "Europe/Stockholm", "SE", "ada.example"),
        locales=("sv", "en"),
        customer_accounts="new_customer_accounts",
        policies=policies,
    )

    profile.apply(shop, told, now)
    session.flush()
    session.expire(shop)

    assert (shop.name, shop.currency, shop.timezone, shop.primary_domain) == (
        "Ada's Atelier",
        "SEK",
        "Europe/Stockholm",
        "ada.example",
    )
    assert shop.profile["policies"] == {"refund": ["Returns", "<p>30 days</p>", None]}
    assert shop.profile["locales"] == ["sv", "en"]
    assert profile.markets(shop) is None


def test_two_shops_never_share_a_row(session: Session, now: datetime) -> None:
    mara, otto = (install(session, f"{name}.myshopify.com", GRANT, now) for name in ("maras", "ottos"))
    mark_uninstalled(session, otto, now, now)

    assert session.scalar(select(Shop.state).where(Shop.id == mara.id)) == ShopState.INSTALLED
