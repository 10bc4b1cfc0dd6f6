"""A shop's markets, read over the wire and kept beside its profile: which destinations are in which."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from devstore import installation
from devstore.config import DevStoreConfig
from devstore.opening import open_shop
from devstore.schema import admin_schema
from devstore.seed import build
from devstore.store import Store
from jobs import catch_up
from jobs.schedule import schedule
from shopify_app.db import Database
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.markets import MarketSnapshot
from shopify_app.shopify.transport import WEB
from shopify_app.shops import profile
from shopify_app.shops.models import Shop
from wire import SCOPES, SHOP, Wire, wire

pytestmark = pytest.mark.again  # others write a shop's profile down

CODES: list[str] = list(admin_schema().type_map["CountryCode"].values)  # type: ignore[attr-defined]
NORDICS = ["DK", "FI", "IS", "NO", "SE"]
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def first_day() -> Store:
    """The seeded shop as it opens; each test gets a twin."""
    store, config = Store(None), DevStoreConfig(shop=SHOP)
    open_shop(store, build(config.seed, datetime.now(UTC), config.shop, config.public_origin))
    return store


@pytest.fixture
def mara(database: Database, database_url: str, first_day: Store) -> Wire:
    """Mara's shop, that has just installed us."""
    found = wire(database, database_url, first_day.twin(), bucket_size=1_000_000)
    found.install()
    for market in list(found.world.store.all("market")):
        installation.remove_market(found.world, market["handle"])
    return found


def api(mara: Wire) -> AdminAPI:
    return mara.adapters.admin(mara.shop().id, WEB)


def market(mara: Wire, handle: str, *regions: str, **more: Any) -> None:
    installation.change_market(mara.world, {"handle": handle, "regions": list(regions), **more})


def test_a_market_is_told_with_its_regions_and_one_without_any_is_everywhere(mara: Wire) -> None:
    market(mara, "nordics", *NORDICS, name="Nordics")
    market(mara, "quebec", "CA-QC")
    market(mara, "world")

    assert api(mara).markets() == (
        MarketSnapshot("nordics", "Nordics", tuple(NORDICS)),
        MarketSnapshot("quebec", "quebec", ("CA-QC",)),
        MarketSnapshot("world", "world", (), is_everywhere=True),
    )


def test_a_market_that_is_planned_or_not_for_a_region_is_left_out(mara: Wire) -> None:
    market(mara, "gulf", "KW", status="DRAFT")
    market(mara, "outfitters", "SE")
    mara.world.store.put("market", mara.world.store.find("market", handle="outfitters")[0] | {"type": "CHANNEL"})

    assert api(mara).markets() == ()


def test_more_markets_and_regions_than_fit_a_page_are_read_to_the_end(mara: Wire) -> None:
    codes = sorted(set(CODES) - {"ZZ", "AN"})[:120]
    market(mara, "world", *codes)
    for number in range(23):
        market(mara, f"m{number:02}", codes[number])

    found = api(mara).markets()

    assert found is not None
    assert [each.handle for each in found] == ["world", *(f"m{number:02}" for number in range(23))]
    assert set(found[0].regions) == set(codes)


def test_a_shop_that_has_not_granted_reading_them_has_none_we_know_of_and_the_rest_of_its_profile(mara: Wire) -> None:
    market(mara, "nordics", *NORDICS)
    installation.change_scopes(mara.world, SCOPES.replace("read_markets,", ""))

    assert api(mara).markets() is None
    assert api(mara).shop_profile().markets is None
    assert api(mara).shop_profile().currency == "EUR"


@pytest.mark.parametrize(
    ("country", "province", "markets"),
    [
        ("SE", None, {"nordics", "european-union", "world"}),
        ("DE", "BE", {"european-union", "world"}),
        ("CA", "QC", {"quebec", "world"}),
        ("CA", "ON", {"world"}),
        ("US", None, {"world"}),
        (None, None, set()),
    ],
)
def test_an_order_is_in_every_market_that_its_destination_fits(
    country: str | None, province: str | None, markets: set[str]
) -> None:
    shop = Shop(profile={})
    told = (
        MarketSnapshot("nordics", "Nordics", ("NO", "SE")),
        MarketSnapshot("european-union", "EU", ("DE", "SE")),
        MarketSnapshot("quebec", "Quebec", ("CA-QC",)),
        MarketSnapshot("world", "World", (), is_everywhere=True),
    )

    profile.take_markets(shop, told, NOON)

    assert profile.markets_to(shop, country, province) == markets
    assert profile.markets(shop) == tuple(told)


def test_where_markets_are_not_known_an_order_is_in_none() -> None:
    assert profile.markets_to(Shop(profile={}), "SE", None) == frozenset()
    assert profile.markets_to(Shop(profile={"markets": None}), "SE", None) == frozenset()


@pytest.mark.asked
def test_markets_are_read_with_the_profile_at_the_start_and_every_day(mara: Wire) -> None:
    market(mara, "nordics", *NORDICS)
    shop_id = mara.shop().id
    for kind in ("shop", "reconcile_shop"):
        with mara.adapters.database.write() as session:
            session.get_one(Shop, shop_id).profile = {}
            catch_up._begin(session, shop_id, kind, None, mara.now())
        catch_up.read_next_page(mara.adapters, shop_id)

        assert profile.markets_to(mara.shop(), "SE", None) == {"nordics"}, kind

    (entry,) = [each for each in schedule() if each.name == "reconcile_shop"]
    assert entry.every.days == 1
