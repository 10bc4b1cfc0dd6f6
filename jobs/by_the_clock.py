"""What the passing of time alone changes: parcels become late, dates slip, and what was bought long ago counts less."""

from __future__ import annotations

from functools import partial
from typing import Any

from jobs.each_shop import for_each, installed
from shopify_app.queue import celery
from shopify_app.recommendations.learn import decay
from shopify_app.shipments.history import assess_open
from shopify_app.shipments.waiting import promise_open_orders
from shopify_app.wiring import Adapters

AT_A_TIME = 20
"""Rows looked at in one transaction: on SQLite nobody else writes meanwhile."""


@celery.task(name="jobs.judge_parcels", bind=True)
def judge_parcels(self: Any) -> None:
    """Looks again at every parcel on its way: is it late, does the date we show still hold."""
    adapters: Adapters = self.app.adapters
    for_each(installed(adapters), partial(assess_shop, adapters))


@celery.task(name="jobs.fade_counts", bind=True)
def fade_counts(self: Any) -> None:
    """Lets what was bought together long ago count a little less."""
    adapters: Adapters = self.app.adapters
    for_each(installed(adapters), partial(fade_shop, adapters))


def fade_shop(adapters: Adapters, shop_id: int) -> None:
    """One night's fading of one shop."""
    with adapters.database.write() as session:
        decay(session, shop_id)


def assess_shop(adapters: Adapters, shop_id: int) -> None:
    """All open parcels and unsent orders of one shop."""
    for look_on in (assess_open, promise_open_orders):
        last: int | None = 0
        while last is not None:
            with adapters.database.write() as session:
                last = look_on(session, shop_id, adapters.clock.now(), after=last, limit=AT_A_TIME)
