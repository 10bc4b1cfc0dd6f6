"""the people who work in a shop, and what the owner lets them do

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    instant = shopify_app.db.UTCDateTime(timezone=True)
    op.create_table(
        "staff",
        sa.Column("id", key, nullable=False),
        sa.Column("shop_id", key, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", shopify_app.db.Encrypted(), nullable=True),
        sa.Column("is_owner", sa.Boolean(), nullable=False),
        sa.Column("withheld", shopify_app.db.Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("seen_at", instant, nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=True),
        sa.Column("changed_at", instant, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_staff_shop_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("shop_id", "user_id", name=op.f("uq_staff_shop_id_user_id")),
    )


def downgrade() -> None:
    op.drop_table("staff")
