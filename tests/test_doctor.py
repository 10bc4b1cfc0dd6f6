"""`postlude doctor`: what it says of a shop's returns."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from shopify_app.carriers import accounts
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.doctor import Finding, examine
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effects import Effects
from shopify_app.returns.presets import FORGIVING
from shopify_app.returns.published import publish
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import MoneyEvent, Scope
from shopify_app.settings.returns import BonusAs, Returns
from shopify_app.settings.store import save
from shopify_app.shopify.markets import MarketSnapshot
from shopify_app.shopify.subscriptions import Status, SubscriptionSnapshot
from shopify_app.shops import profile
from shopify_app.shops.entitlements import take
from shopify_app.shops.models import Shop
from wire import SCOPES, SHOP

KEY = b"test key, thirty-two bytes long!"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, migrated: str) -> str:
    file = tmp_path_factory.mktemp("doctor") / "postlude.sqlite3"
    shutil.copyfile(make_url(migrated).database or "", file)
    return f"sqlite:///{file}"


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    base = Database(address, Keyring((KEY,)))
    yield base
    with base.write() as session:
        for shop in session.query(Shop):
            session.delete(shop)
    base.engine.dispose()


def opened(database: Database, scopes: str = SCOPES, **profile: Any) -> int:
    """Mara's shop, with what Shopify says of it."""
    with database.write() as session:
        shop = Shop(domain=SHOP, installed_at=NOON, scopes=scopes, profile=profile)
        session.add(shop)
    return shop.id


def said(address: str, tmp_path: Path, about: str = SHOP, **more: str) -> list[Finding]:
    environ = more | {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "s" * 32,
        "POSTLUDE_ENCRYPTION_KEYS": KEY.hex(),
        "DATABASE_URL": address,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "POSTLUDE_DATA_DIR": str(tmp_path),
    }
    return [finding for finding in examine(environ) if about in finding.sentence]


def test_it_is_said_who_decides_what_a_shop_may_use(database: Database, address: str, tmp_path: Path) -> None:
    (fixed,) = said(address, tmp_path, about="POSTLUDE_PLAN")
    (sold,) = said(address, tmp_path, about="App Pricing:", POSTLUDE_PLAN="shopify", POSTLUDE_APP_HANDLE="after")

    assert fixed.sentence.startswith("Every shop has the plan everything; nothing is billed.")
    assert "https://admin.shopify.com/store/<shop>/charges/after/pricing_plans" in sold.sentence
    assert not fixed.must_act
    assert not sold.must_act


def test_a_plan_that_this_version_does_not_know_has_to_be_looked_at(
    database: Database, address: str, tmp_path: Path
) -> None:
    shop_id = opened(database)
    private = SubscriptionSnapshot("gid://shopify/AppSubscription/7", "Mara's own", "maras", Status.ACTIVE, NOON)
    with database.write() as session:
        take(session, shop_id, (private,), NOON, NOON)

    (found,) = said(address, tmp_path, about="Mara's own")

    assert found.must_act
    assert "it keeps what it had (starter)" in found.sentence


def test_a_shop_with_the_older_accounts_is_told_why_there_is_no_store_credit(
    database: Database, address: str, tmp_path: Path
) -> None:
    opened(database, customer_accounts="classic", store_credit=True)

    (found,) = [f for f in said(address, tmp_path) if "store credit" in f.sentence]

    assert "Settings > Customer accounts" in found.sentence
    assert not found.must_act


def test_a_shop_that_switched_store_credit_off_is_told_where_to_switch_it_on(
    database: Database, address: str, tmp_path: Path
) -> None:
    opened(database, customer_accounts="new_customer_accounts", store_credit=False)

    (found,) = [f for f in said(address, tmp_path) if "store credit" in f.sentence]

    assert "switched off" in found.sentence


@pytest.mark.parametrize(
    ("bonus_as", "bonus"), [("store_credit", "A bonus is a credit of its own"), ("gift_card", "given as gift cards")]
)
def test_a_shop_that_has_both_is_told_which_orders_get_none_and_what_becomes_of_a_bonus(
    database: Database, address: str, tmp_path: Path, bonus_as: str, bonus: str
) -> None:
    shop_id = opened(database, customer_accounts="new_customer_accounts", store_credit=True)
    with database.write() as session:
        save(session, shop_id, Returns(bonus_as=BonusAs(bonus_as)), "operator", NOON)

    (found,) = [f for f in said(address, tmp_path) if "store credit" in f.sentence]

    assert "orders without a customer, get no store credit" in found.sentence
    assert "after 12 months" in found.sentence
    assert bonus in found.sentence
    assert not found.must_act


def test_a_shop_of_which_nobody_knows_yet_hears_nothing_of_store_credit(
    database: Database, address: str, tmp_path: Path
) -> None:
    opened(database)

    assert [f for f in said(address, tmp_path) if "store credit" in f.sentence] == []


@pytest.mark.parametrize(
    ("scope", "feature"),
    [("write_returns", "settling returns"), ("write_store_credit_account_transactions", "its bonus")],
)
def test_each_scope_that_returns_lack_is_named_with_what_it_is_for(
    database: Database, address: str, tmp_path: Path, scope: str, feature: str
) -> None:
    opened(database, scopes=",".join(each for each in SCOPES.split(",") if each != scope))

    (found,) = [f for f in said(address, tmp_path) if f.must_act]

    assert scope in found.sentence
    assert feature in found.sentence


def test_a_shop_without_a_policy_of_its_own_is_told_which_one_is_in_force(
    database: Database, address: str, tmp_path: Path
) -> None:
    shop_id = opened(database)
    before = [f.sentence for f in said(address, tmp_path) if "no return policy" in f.sentence]
    with database.write() as session:
        publish(session, shop_id, FORGIVING, "operator", NOON)

    after = [f.sentence for f in said(address, tmp_path) if "no return policy" in f.sentence]

    assert len(before) == 1
    assert "preset of 30 days" in before[0]
    assert after == []


def test_a_policy_on_markets_that_apply_to_no_order_is_told_why(
    database: Database, address: str, tmp_path: Path
) -> None:
    nordics = Policy(rules=(Rule(name="North", when=Conditions(markets=("nordics",))), Rule(name="All")))
    shop_id = opened(database)
    with database.write() as session:
        publish(session, shop_id, nordics, "operator", NOON)

    def doubts() -> list[str]:
        return [f.sentence for f in said(address, tmp_path) if "markets" in f.sentence and f.must_act]

    (unread,) = doubts()
    assert "accept the permission to read markets" in unread
    for handle, missing in (("europe", 1), ("nordics", 0)):
        with database.write() as session:
            profile.take_markets(session.get_one(Shop, shop_id), (MarketSnapshot(handle, handle, ("SE",)),), NOON)

        assert len(doubts()) == missing, handle


def test_a_policy_that_waits_for_scans_which_nobody_tells_is_named_until_an_account_follows_parcels(
    database: Database, address: str, tmp_path: Path
) -> None:
    shop_id = opened(database)
    waits = Effects(money_events={Scope.ANY: MoneyEvent.FIRST_SCAN})
    with database.write() as session:
        publish(session, shop_id, Policy(rules=(Rule(name="All", then=waits),)), "operator", NOON)

    (found,) = [f for f in said(address, tmp_path) if "carrier's scan" in f.sentence]
    assert "paid on receipt" in found.sentence
    with database.write() as session:
        accounts.connect(session, shop_id, "easypost", "EZ-key", None, True, "mara", NOON)

    after = [f.sentence for f in said(address, tmp_path)]
    assert not [each for each in after if "carrier's scan" in each]
    assert [each for each in after if "customs border" in each]
