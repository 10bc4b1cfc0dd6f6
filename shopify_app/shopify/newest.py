"""Which of two facts about one thing is the newer.

Shopify's ``updated_at`` decides. It has whole seconds, so several webhooks of one second carry the same: between those
the delivery's ``X-Shopify-Triggered-At`` decides, which is finer. It never decides against ``updated_at``.
Pure: no clock, no database, no network.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shopify_app.shopify.snapshots import FulfillmentSnapshot, OrderSnapshot

CLOCKS_DIFFER = timedelta(seconds=5)
"""By how much our clock may be ahead of Shopify's."""

Told = OrderSnapshot | FulfillmentSnapshot


def is_overtaken(snapshot: Told, fact_at: datetime, told_at: datetime | None) -> bool:
    """Whether a row with these two times knows something newer. Equal facts are applied again, which changes nothing;
    so is what was read from Shopify (`told_at` None), which shows at least what was told before."""
    if snapshot.fact_at != fact_at:
        return snapshot.fact_at < fact_at
    return snapshot.told_at is not None and told_at is not None and snapshot.told_at < told_at


def told_until(snapshot: Told, fact_at: datetime | None, told_at: datetime | None, now: datetime) -> datetime:
    """Up to when a row of these two times has been told once the snapshot is applied to it. What was read from Shopify
    shows all that was triggered before `now`, as far as two clocks agree."""
    if snapshot.told_at is not None:
        return snapshot.told_at
    read_at = now - CLOCKS_DIFFER
    return max(read_at, told_at) if told_at is not None and snapshot.fact_at == fact_at else read_at
