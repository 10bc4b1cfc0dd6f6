"""balances due of exchanges, and a word for the part that waits for its payment

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, shopify_app.db.UTCDateTime(timezone=True), nullable=nullable)


def key(name: str) -> sa.Column:
    return sa.Column(name, shopify_app.db.BigKey, nullable=False)


def minor(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def belongs(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_balance_due_{column}"), ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "balance_due",
        key("id"),
        key("shop_id"),
        key("order_id"),
        key("return_id"),
        key("group_id"),
        minor("amount"),
        minor("paid"),
        minor("over"),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("payments", shopify_app.db.Json, nullable=False),
        sa.Column("known", shopify_app.db.Json, nullable=False),
        instant("due_since", nullable=False),
        instant("pay_by", nullable=False),
        instant("reminded_at"),
        sa.Column("reminders", sa.Integer(), nullable=False),
        instant("drop_wanted_at"),
        sa.Column("drop_wanted_by", sa.String(length=10), nullable=True),
        instant("closed_at"),
        instant("look_next_at"),
        belongs("shop_id", "shop"),
        belongs("order_id", "order"),
        belongs("return_id", "return"),
        belongs("group_id", "release_group"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance_due")),
        sa.UniqueConstraint("group_id", name=op.f("uq_balance_due_group_id")),
    )
    op.create_index("ix_balance_due_order_id", "balance_due", ["order_id"])
    op.create_index("ix_balance_due_return_id", "balance_due", ["return_id"])
    op.create_index("ix_balance_due_look_next_at", "balance_due", ["look_next_at"])
    with op.batch_alter_table("release_group", schema=None) as batch_op:
        batch_op.alter_column("state", existing_type=sa.String(length=12), type_=sa.String(length=20))


def downgrade() -> None:
    with op.batch_alter_table("release_group", schema=None) as batch_op:
        batch_op.alter_column("state", existing_type=sa.String(length=20), type_=sa.String(length=12))
    op.drop_table("balance_due")
