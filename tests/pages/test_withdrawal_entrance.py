"""Where “withdraw from contract here” is offered, and by whose calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from page_situations import SETTINGS, jacket, order, parcel, shop

from shopify_app.pages.facts import OrderPicture
from shopify_app.pages.withdrawal_page import entrance
from shopify_app.returns.withdrawing.declarations import zone_of
from shopify_app.settings.withdrawal import Withdrawal as Settings

ARRIVED = datetime(2026, 11, 2, 9, tzinfo=UTC)  # a Monday; the period ends on Monday the 16th
START = "/apps/order-care/h/abc/returns/start"
BERLIN, NOWHERE = "Europe/Berlin", "Mars/Olympus_Mons"


def offered(now: datetime, **facts: Any) -> str | None:
    """The entrance for Ada's jacket, which has arrived."""
    bought = order(**facts)
    bought.shop = shop()
    came = parcel(1, "delivered", shipped_at=ARRIVED, delivered_at=ARRIVED)
    picture = OrderPicture(SETTINGS, (jacket((1, 1)),), (came,), (), frozenset())
    return entrance(bought, picture, START, Settings(), now)


def test_the_last_day_ends_by_the_clock_of_where_the_goods_went() -> None:
    assert offered(datetime(2026, 11, 16, 22, 30, tzinfo=UTC)) == "/apps/order-care/h/abc/withdraw/start"
    assert offered(datetime(2026, 11, 16, 23, 30, tzinfo=UTC)) is None


@pytest.mark.parametrize(("never_sent", "is_offered"), [(0, True), (1, False), (None, False)])
def test_what_came_back_does_not_hide_that_a_unit_is_still_to_come(never_sent: int | None, is_offered: bool) -> None:
    """Of three, two were sent and one is gone: the period begins with what comes last. Of orders from before that was
    told, what is gone counts as taken out, here as where the right itself is reckoned."""
    bought = order()
    bought.shop = shop()
    goods = jacket((1, 2), quantity=3, current_quantity=2, never_sent=never_sent)
    came = parcel(1, "delivered", shipped_at=ARRIVED, delivered_at=ARRIVED)
    picture = OrderPicture(SETTINGS, (goods,), (came,), (), frozenset())
    late = datetime(2027, 3, 1, 9, tzinfo=UTC)
    assert (entrance(bought, picture, START, Settings(), late) is not None) is is_offered


@pytest.mark.parametrize("name", [NOWHERE, "", None, "Europe", "../../etc/passwd", "\x00", "x" * 300])
def test_a_zone_that_nobody_knows_takes_the_right_from_nobody(name: str | None) -> None:
    assert offered(datetime(2026, 11, 16, 22, 30, tzinfo=UTC), city_timezone=name) is not None


def test_an_unknown_zone_is_the_shops_and_without_one_utc() -> None:
    bought = order(city_timezone=NOWHERE)
    bought.shop = shop()
    assert zone_of(bought).key == "Europe/Stockholm"

    bought.shop.timezone = NOWHERE
    assert zone_of(bought).key == "UTC"
