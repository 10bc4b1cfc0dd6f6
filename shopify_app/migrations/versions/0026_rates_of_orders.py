"""an order's total in the shop's own currency, when a parcel's delivery was first told

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INSTANT = shopify_app.db.UTCDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("order", sa.Column("shop_total", sa.BigInteger(), nullable=True))
    op.add_column("shipment", sa.Column("delivery_known_at", INSTANT, nullable=True))
    _fill_deliveries()
    _read_other_money_again()


def _fill_deliveries() -> None:
    event = sa.table(
        "event",
        *map(sa.column, ("shop_id", "order_id", "kind", "recorded_at")),
        sa.column("facts", shopify_app.db.Json),
    )
    parcel = sa.table("shipment", *map(sa.column, ("id", "shop_id", "order_id", "delivered_at", "delivery_known_at")))
    told = (
        sa.select(sa.func.min(event.c.recorded_at))
        .where(event.c.shop_id == parcel.c.shop_id, event.c.order_id == parcel.c.order_id)
        .where(event.c.kind == "ShipmentDelivered", event.c.facts["shipment_id"].as_integer() == parcel.c.id)
    )
    known = sa.update(parcel).values(delivery_known_at=told.scalar_subquery())
    op.execute(known.where(parcel.c.delivered_at.is_not(None)))


def _read_other_money_again() -> None:
    """Only Shopify can tell what an order in other money than the shop's was worth in it: shops that have such orders
    go through what Shopify still shows once more, as on their first day."""
    order = sa.table("order", *map(sa.column, ("shop_id", "currency", "shop_currency")))
    past = sa.table(
        "backfill",
        *map(sa.column, ("shop_id", "kind", "cursor", "seen", "expected", "error")),
        sa.column("started_at", INSTANT),
        sa.column("finished_at", INSTANT),
    )
    abroad = sa.select(order.c.shop_id).where(order.c.currency != order.c.shop_currency)
    anew = sa.update(past).where(past.c.kind == "orders", past.c.finished_at.is_not(None), past.c.shop_id.in_(abroad))
    op.execute(
        anew.values(started_at=datetime.now(UTC), finished_at=None, cursor=None, seen=0, expected=None, error=None)
    )


def downgrade() -> None:
    with op.batch_alter_table("shipment") as table:
        table.drop_column("delivery_known_at")
    with op.batch_alter_table("order") as table:
        table.drop_column("shop_total")
