"""The promise before buying, from Mara's settings and history to the product page of her shop."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from devstore.admin.shop import APP_METAFIELD
from devstore.installation import uninstall
from devstore.tokens import TokenDesk
from jobs.promises import SettingsWatch, promise_of, publish, publish_policy, publish_promises
from shopify_app.db import Database, Session
from shopify_app.queue import celery
from shopify_app.returns import published
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import Outcome, Scope
from shopify_app.settings.offers import Offers
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import save
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.models import TransitCount
from shopify_app.shopify.errors import UserErrors
from shopify_app.shops.models import Shop
from wire import Wire, empty_store, wire

TUESDAY_NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)  # noon in Stockholm, the cut-off
PRODUCT = {
    "id": 7,
    "title": "Fell boots",
    "handle": "fell-boots",
    "status": "active",
    "published_at": "2026-01-01T00:00:00Z",
    "variants": [{"id": 8, "title": "42", "price": "100.00", "inventory_quantity": 5, "requires_shipping": True}],
}


@pytest.fixture
def wired(database: Database, database_url: str, tmp_path: Path) -> Wire:
    """Mara's shop with boots on sale; the dev store's clock says Tuesday, half an hour before noon in Stockholm."""
    store = empty_store()
    store.put("product", PRODUCT)
    ready = wire(database, database_url, store, clock_file=tmp_path / "clock")
    ready.install()
    with ready.adapters.database.write() as session:
        shop = session.query(Shop).one()
        shop.timezone = "Europe/Stockholm"
        shop.profile = {
            "policies": {"refund": ["Refunds", "<p>30 days</p>", f"https://{shop.domain}/policies/refund-policy"]}
        }
    at = TUESDAY_NOON - timedelta(minutes=30)
    ready.advance(seconds=(at - ready.now()).total_seconds())
    return ready


def mara(session: Session, wired: Wire) -> Shop:
    return session.query(Shop).filter_by(domain=wired.config.shop).one()


def settle(wired: Wire, tracking: Tracking, parcels: dict[str, dict[int, int]] | None = None) -> int:
    """Mara saves her settings; `parcels` per country and working days have arrived."""
    with wired.adapters.database.write() as session:
        shop = mara(session, wired)
        save(session, shop.id, tracking, "Mara", wired.now())
        for country, taken in (parcels or {}).items():
            for days, count in taken.items():
                session.add(TransitCount(shop_id=shop.id, lane=f"|||{country}", working_days=days, parcels=count))
        return shop.id


def by_hand(wired: Wire) -> None:
    """Mara takes returns by hand: the portal is closed, and no policy of hers says what it would do."""
    with wired.adapters.database.write() as session:
        save(session, mara(session, wired).id, Returns(portal_open=False), "Mara", wired.now())


def publish_rules(wired: Wire, *rules: Rule) -> None:
    with wired.adapters.database.write() as session:
        published.publish(session, mara(session, wired).id, Policy(rules=rules), "Mara", wired.now())


def thirty(**then: Any) -> Rule:
    outcomes, windows = (Outcome.REFUND, Outcome.STORE_CREDIT), {Scope.ANY: Window(latest_day=30)}
    return Rule(name="Thirty days", then=Effects(**{"outcomes": outcomes, "windows": windows} | then))


def product_page(wired: Wire) -> str:
    """What a shopper is sent, no-break spaces as plain ones."""
    return wired.app.test_client().get("/products/fell-boots").text.replace("\u00a0", " ")


def stored(wired: Wire, key: str = "promise") -> dict[str, Any] | None:
    found = wired.world.store.find(APP_METAFIELD, namespace="postlude", key=key)
    return json.loads(found[0]["value"]) if found else None


def writes(wired: Wire) -> int:
    return sum(b"metafieldsSet" in request.content for request in wired.line.requests)


HISTORY = {"DE": {2: 180, 3: 220}, "NL": {1: 20}, "": {3: 400}}


def test_the_promise_holds_mara_s_window_and_the_dates_her_parcels_keep(wired: Wire) -> None:
    by_hand(wired)
    shop_id = settle(
        wired, Tracking(return_window_days=45, handover_days=1, arrival_text={"de": "In einer Woche"}), HISTORY
    )

    assert publish(wired.adapters, shop_id)

    # Tuesday before the cut-off: handed over on Wednesday, then two to three working days.
    assert stored(wired) == {
        "returns": {"days": 45, "url": "/policies/refund-policy"},
        "arrival": {
            "valid_until": "2026-11-24T11:00:00Z",
            "countries": {"DE": {"earliest": "2026-11-30", "latest": "2026-11-30"}},
            "text": {"de": "In einer Woche"},
        },
    }


def test_the_product_page_says_it_in_the_block(wired: Wire) -> None:
    shop_id = settle(wired, Tracking(handover_days=1), HISTORY)
    assert "Arrives" not in product_page(wired)

    publish(wired.adapters, shop_id)

    page = product_page(wired)
    assert "Arrives Mon 30 November" in page
    assert ">30 days to change your mind<" in page.split("postlude-promise__line")[2]
    assert 'href="/apps/order-care/returns/policy"' in page


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


def test_dates_that_are_over_are_not_shown_though_nobody_took_them_back(wired: Wire) -> None:
    publish(wired.adapters, settle(wired, Tracking(handover_days=1, arrival_text={"en": "Within a week"}), HISTORY))

    wired.advance(hours=1)  # past the cut-off, and no worker has come yet

    page = product_page(wired)
    assert "Arrives" not in page
    assert "Within a week" in page


def test_it_is_written_only_when_it_says_something_new(wired: Wire) -> None:
    shop_id = settle(wired, Tracking(handover_days=1), HISTORY)

    assert [publish(wired.adapters, shop_id) for _ in range(3)] == [True, False, False]
    wired.advance(hours=1)  # past the cut-off: later dates
    assert [publish(wired.adapters, shop_id) for _ in range(2)] == [True, False]

    assert writes(wired) == 2
    found = stored(wired)
    assert found is not None
    assert found["arrival"]["valid_until"] == "2026-11-25T11:00:00Z"
    assert found["arrival"]["countries"]["DE"]["earliest"] == "2026-12-01"


def test_what_went_with_an_uninstall_is_written_again_after_the_reinstall(wired: Wire) -> None:
    shop_id = settle(wired, Tracking(handover_days=1), HISTORY)
    assert publish(wired.adapters, shop_id)
    before = stored(wired)

    uninstall(wired.world, TokenDesk(wired.world.store, wired.config))
    assert stored(wired) is None
    wired.install()

    assert publish(wired.adapters, shop_id)
    assert stored(wired) == before


def test_a_shop_that_promises_nothing_takes_its_promise_back_and_writes_nothing_else(wired: Wire) -> None:
    shop_id = settle(wired, Tracking(return_window_days=None), HISTORY)
    assert not publish(wired.adapters, shop_id)

    settle(wired, Tracking(return_window_days=30))
    assert publish(wired.adapters, shop_id)
    settle(wired, Tracking(return_window_days=None))
    assert publish(wired.adapters, shop_id)

    assert stored(wired) == {}
    assert "postlude-promise__line" not in product_page(wired)


def test_without_a_hand_over_promise_there_are_no_dates(wired: Wire) -> None:
    settle(wired, Tracking(handover_days=None), HISTORY)
    with wired.adapters.database.read() as session:
        assert "arrival" not in promise_of(session, session.query(Shop).one(), wired.now())


def test_otto_s_history_makes_no_dates_for_mara(wired: Wire, other_shop: Shop) -> None:
    settle(wired, Tracking(handover_days=1))
    with wired.adapters.database.write() as session:
        session.add(TransitCount(shop_id=other_shop.id, lane="|||DE", working_days=1, parcels=900))
    with wired.adapters.database.read() as session:
        assert "arrival" not in promise_of(session, mara(session, wired), wired.now())


def test_the_task_goes_on_past_a_shop_that_shopify_does_not_answer_for(wired: Wire, other_shop: Shop) -> None:
    by_hand(wired)
    shop_id = settle(wired, Tracking(return_window_days=14))
    celery.adapters = wired.adapters  # type: ignore[attr-defined]

    publish_promises(other_shop.id, shop_id)  # Otto's shop has no token

    assert stored(wired) == {"returns": {"days": 14, "url": "/policies/refund-policy"}}


def test_saved_settings_send_a_worker_once_and_for_that_shop_only(wired: Wire, other_shop: Shop) -> None:
    sent: list[tuple[Any, ...]] = []
    broker_is_away = True

    def send(*message: Any) -> bool:
        sent.append(message)
        return not broker_is_away

    watch = SettingsWatch(send)
    assert watch(wired.adapters, wired.now())  # what was saved before is the hourly entry's
    shop_id = settle(wired, Tracking(return_window_days=60))
    with wired.adapters.database.write() as session:
        save(session, other_shop.id, Offers(), "Otto", wired.now())

    assert not watch(wired.adapters, wired.now())
    broker_is_away = False
    assert watch(wired.adapters, wired.now())
    assert watch(wired.adapters, wired.now())

    assert sent == [("jobs.publish_promises", shop_id)] * 2
    publish_rules(wired, thirty())
    assert watch(wired.adapters, wired.now())
    assert len(sent) == 3


def test_shopify_refuses_what_is_no_json_and_what_is_not_ours(wired: Wire) -> None:
    admin = wired.adapters.admin(wired.shop().id)
    owner = admin.app_metafield("postlude", "promise").owner

    with pytest.raises(UserErrors, match="INVALID_VALUE"):
        admin.set_app_metafield(owner, "postlude", "promise", "{")
    with pytest.raises(UserErrors, match="APP_NOT_AUTHORIZED"):
        admin.set_app_metafield("gid://shopify/AppInstallation/1", "postlude", "promise", "{}")

    assert stored(wired) is None
