"""withdrawals from the contract, and which return carries one out

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("id", shopify_app.db.BigKey, nullable=False),
        sa.Column("shop_id", shopify_app.db.BigKey, nullable=False),
        sa.Column("order_id", shopify_app.db.BigKey, nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("received_at", shopify_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=True),
        sa.Column("name", shopify_app.db.Encrypted(), nullable=True),
        sa.Column("recipient", shopify_app.db.Encrypted(), nullable=True),
        sa.Column("lines", shopify_app.db.Json, nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("refund_by", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("look", sa.String(length=40), nullable=True),
        sa.Column("look_facts", shopify_app.db.Json, nullable=True),
        sa.Column("opened_at", shopify_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_withdrawal_order_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_withdrawal_shop_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        sa.UniqueConstraint("shop_id", "key", name=op.f("uq_withdrawal_shop_id_key")),
        sa.UniqueConstraint("shop_id", "number", name=op.f("uq_withdrawal_shop_id_number")),
        sa.UniqueConstraint("token", name=op.f("uq_withdrawal_token")),
    )
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.create_index("ix_withdrawal_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_withdrawal_shop_id_state", ["shop_id", "state"], unique=False)
    with op.batch_alter_table("return", schema=None) as batch_op:
        batch_op.add_column(sa.Column("withdrawal_id", shopify_app.db.BigKey, nullable=True))
        batch_op.create_index("ix_return_withdrawal_id", ["withdrawal_id"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("return", schema=None) as batch_op:
        batch_op.drop_index("ix_return_withdrawal_id")
        batch_op.drop_column("withdrawal_id")
    op.drop_table("withdrawal")
