"""what of a line was never sent, orders deleted before they came, lanes that a parcel was counted into

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = "deleted_order"


def upgrade() -> None:
    op.add_column("order_line", sa.Column("never_sent", sa.Integer(), nullable=True))
    op.add_column("transit_counted", sa.Column("lanes", shopify_app.db.Json, nullable=True))
    op.create_table(
        NAME,
        sa.Column("id", BIG, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("shopify_id", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", shopify_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f(f"fk_{NAME}_shop_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NAME}")),
        sa.UniqueConstraint("shop_id", "shopify_id", name=op.f(f"uq_{NAME}_shop_id_shopify_id")),
    )


def downgrade() -> None:
    op.drop_table(NAME)
    with op.batch_alter_table("transit_counted") as table:
        table.drop_column("lanes")
    with op.batch_alter_table("order_line") as table:
        table.drop_column("never_sent")
