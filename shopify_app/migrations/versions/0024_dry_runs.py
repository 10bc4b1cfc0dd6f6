"""dry runs of automations, which workers go on with

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = "automation_dry_run"


def instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, shopify_app.db.UTCDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column("id", BIG, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("document", shopify_app.db.Json, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        instant("begun_at"),
        sa.Column("begun_by", sa.String(80), nullable=False),
        sa.Column("found", shopify_app.db.Json, nullable=False),
        sa.Column("ended_as", sa.String(10), nullable=True),
        instant("ended_at", nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        instant("due_at"),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("lease_token", sa.String(16), nullable=True),
        sa.Column("error", sa.String(500), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f(f"fk_{NAME}_shop_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NAME}")),
        sa.UniqueConstraint("shop_id", name=op.f(f"uq_{NAME}_shop_id")),
    )
    op.create_index(f"ix_{NAME}_state_due_at", NAME, ["state", "due_at"])


def downgrade() -> None:
    op.drop_table(NAME)
