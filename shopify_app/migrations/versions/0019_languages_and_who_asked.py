"""which languages a shop speaks, and who asked for an erasure of whom

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

HASHES = ("email_hash", "phone_hash")


def upgrade() -> None:
    with op.batch_alter_table("shop") as shop:
        shop.add_column(sa.Column("languages", shopify_app.db.Json, nullable=False, server_default="[]"))
    with op.batch_alter_table("privacy_request") as request:
        request.add_column(sa.Column("asked_by", sa.String(120), nullable=True))
        for name in HASHES:
            request.add_column(sa.Column(name, sa.String(48), nullable=True))
    known = sa.text("phone_hash IS NOT NULL")
    op.create_index(
        "ix_order_shop_id_phone_hash", "order", ["shop_id", "phone_hash"], sqlite_where=known, postgresql_where=known
    )
    op.create_index("ix_customer_shop_id_phone_hash", "customer", ["shop_id", "phone_hash"])


def downgrade() -> None:
    op.drop_index("ix_customer_shop_id_phone_hash", table_name="customer")
    op.drop_index("ix_order_shop_id_phone_hash", table_name="order")
    with op.batch_alter_table("privacy_request") as request:
        for name in (*HASHES, "asked_by"):
            request.drop_column(name)
    with op.batch_alter_table("shop") as shop:
        shop.drop_column("languages")
