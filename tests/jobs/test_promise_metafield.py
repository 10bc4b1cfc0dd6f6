"""The promise before buying, from Mara's settings and history to the product page of her shop."""

from __future__ import annotations

from typing import Any

import pytest
from promising import by_hand, mara, product_page, publish_rules, settle, stored, thirty, writes

from devstore.installation import uninstall
from devstore.tokens import TokenDesk
from jobs.promises import SettingsWatch, promise_of, publish, publish_promises
from shopify_app.queue import celery
from shopify_app.settings.offers import Offers
from shopify_app.settings.store import save
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.models import TransitCount
from shopify_app.shopify.errors import UserErrors
from shopify_app.shops.models import Shop
from wire import Wire

pytestmark = pytest.mark.again

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


@pytest.mark.asked
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


@pytest.mark.asked
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


@pytest.mark.asked
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
