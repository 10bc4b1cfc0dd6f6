"""when a fact of an order or a parcel was told, to order facts of one second

Revision ID: 0005
Revises: 0004a
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0005"
down_revision = "0004a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("order", "shipment"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("told_at", shopify_app.db.UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in ("shipment", "order"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("told_at")
