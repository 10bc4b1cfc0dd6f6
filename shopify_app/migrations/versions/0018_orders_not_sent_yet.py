"""how orders of which nothing was sent are found among a million

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NAME = "ix_order_shop_id_fulfillment_status_placed_at"


def upgrade() -> None:
    op.create_index(NAME, "order", ["shop_id", "fulfillment_status", "placed_at"])


def downgrade() -> None:
    op.drop_index(NAME, table_name="order")
