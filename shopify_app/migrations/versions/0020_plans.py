"""the plan each shop has, as Shopify last told it

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    instant = shopify_app.db.UTCDateTime(timezone=True)
    op.create_table(
        "shop_plan",
        sa.Column("id", key, nullable=False),
        sa.Column("shop_id", key, nullable=False),
        sa.Column("plan", sa.String(length=20), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("named", sa.String(length=255), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("every_days", sa.Integer(), nullable=True),
        sa.Column("trial_ends_at", instant, nullable=True),
        sa.Column("period_ends_at", instant, nullable=True),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_plan_shop_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_plan")),
        sa.UniqueConstraint("shop_id", name=op.f("uq_shop_plan_shop_id")),
    )


def downgrade() -> None:
    op.drop_table("shop_plan")
