"""The published policy where Mara's theme reads it: on product pages as a promise, and whole, in words."""

from __future__ import annotations

import pytest
from promising import PRODUCT, by_hand, mara, product_page, publish_rules, settle, stored, thirty

from jobs.promises import publish, publish_policy
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.rules import Rule
from shopify_app.returns.vocabulary import Scope
from shopify_app.settings.tracking import Tracking
from shopify_app.shopify.markets import MarketSnapshot
from shopify_app.shops import profile
from wire import Wire

pytestmark = pytest.mark.again


def test_the_published_policy_alone_says_how_long_whatever_the_setting_says(wired: Wire) -> None:
    shop_id = settle(wired, Tracking(return_window_days=365))
    publish(wired.adapters, shop_id)
    assert "30 days to change your mind" in product_page(wired)  # nobody published: the preset is in force

    final = Rule(name="Boots", when=Conditions(product_types=("Boots",)), then=Effects(outcomes=()))
    publish_rules(wired, thirty(windows={Scope.ANY: Window(latest_day=21)}))
    publish(wired.adapters, shop_id)
    assert "21 days to change your mind" in product_page(wired)

    wired.world.store.put("product", PRODUCT | {"product_type": "boots"})
    publish_rules(wired, final, thirty())
    publish(wired.adapters, shop_id)
    assert "Final sale: this one stays with you" in product_page(wired)


def test_a_policy_too_large_for_product_pages_promises_nothing_it_might_not_keep(wired: Wire) -> None:
    shop_id = settle(wired, Tracking())
    many = [
        Rule(
            name=f"{n}",
            when=Conditions(product_ids=tuple(range(n * 300 + 1, n * 300 + 300))),
            then=Effects(outcomes=()),
        )
        for n in range(60)
    ]
    publish_rules(wired, *many, thirty())

    publish(wired.adapters, shop_id)

    assert "Whether it can be returned depends on your order" in product_page(wired)


def test_the_policy_is_kept_in_words_for_every_language_and_written_when_it_changes(wired: Wire) -> None:
    shop_id = settle(wired, Tracking())
    publish_rules(wired, thirty())

    assert [publish_policy(wired.adapters, shop_id) for _ in range(2)] == [True, False]
    publish_rules(wired, thirty(windows={Scope.ANY: Window(latest_day=14)}))
    assert publish_policy(wired.adapters, shop_id)

    found = stored(wired, "policy")
    assert found is not None
    assert (found["version"], found["url"]) == (3, "/apps/order-care/returns/policy")
    assert found["words"].keys() == {"en", "de", "es", "fr", "nl", "sv"}
    assert found["words"]["de"]["choices"][0]["days"] == "14 Tage nach der Lieferung"
    assert found["words"]["en"]["questions"][-1]["asked"] == "Which policy holds for my order?"


def test_the_shops_own_page_prints_the_policy_in_the_block(wired: Wire) -> None:
    shop_id = settle(wired, Tracking())
    publish_rules(wired, thirty())
    publish_policy(wired.adapters, shop_id)

    page = wired.app.test_client().get("/pages/returns").text

    assert "You have 30 days after delivery" in page
    assert 'href="/apps/order-care/returns"' in page


def test_a_product_is_known_by_its_collections_on_its_page_and_in_the_cart(wired: Wire) -> None:
    shop_id = settle(wired, Tracking())
    wired.world.store.put("collection", {"id": 41, "title": "Outlet", "handle": "outlet", "_product_ids": [7]})
    outlet = Rule(name="Outlet", when=Conditions(collection_ids=(41,)), then=Effects(outcomes=()))
    publish_rules(wired, outlet, thirty())
    publish(wired.adapters, shop_id)

    shopper = wired.app.test_client()
    assert "Final sale: this one stays with you" in shopper.get("/products/fell-boots").text
    shopper.post("/cart/add", data={"id": "8", "quantity": "1"})
    page = shopper.get("/cart").text
    assert "Final sale: this one stays with you" in page


def test_a_policy_too_large_for_shopify_keeps_english(wired: Wire) -> None:
    shop_id = settle(wired, Tracking())
    when = {"product_types": ("x" * 200, "y" * 200)}
    many = [
        Rule(name=f"{n}", when=Conditions(vendors=(f"{n}",), **when), then=Effects(outcomes=())) for n in range(150)
    ]
    publish_rules(wired, *many, thirty())

    publish_policy(wired.adapters, shop_id)

    found = stored(wired, "policy")
    assert found is not None
    assert list(found["words"]) == ["en"]


def test_a_closed_portal_offers_no_start_in_the_policy(wired: Wire) -> None:
    shop_id = settle(wired, Tracking())
    publish_policy(wired.adapters, shop_id)
    assert (stored(wired, "policy") or {})["start"] == "/apps/order-care/returns"

    by_hand(wired)
    publish_policy(wired.adapters, shop_id)
    assert "start" not in (stored(wired, "policy") or {})


def test_the_days_of_a_market_are_promised_in_its_countries(wired: Wire) -> None:
    shop_id = settle(wired, Tracking())
    nordics = Rule(
        name="Nordics", when=Conditions(markets=("nordics",)), then=Effects(windows={Scope.ANY: Window(latest_day=60)})
    )
    publish_rules(wired, nordics, thirty())
    publish(wired.adapters, shop_id)
    assert "Whether it can be returned" not in product_page(wired)
    assert "30 days" in product_page(wired)  # nobody knows the markets, so the worse is said

    for countries, days in ((("NO", "SE"), "30 days"), (("DE", "SE"), "60 days")):
        with wired.adapters.database.write() as session:
            profile.take_markets(mara(session, wired), (MarketSnapshot("nordics", "Nordics", countries),), wired.now())
        publish(wired.adapters, shop_id)

        assert days in product_page(wired)
        assert (stored(wired) or {})["returns"]["by_country"]
