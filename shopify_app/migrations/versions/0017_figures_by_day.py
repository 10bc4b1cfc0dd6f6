"""figures counted by day, and how views are found by day

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def shop(table: str) -> list:
    return [
        sa.Column("shop_id", shopify_app.db.BigKey, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f(f"fk_{table}_shop_id"), ondelete="CASCADE"),
    ]


def row(table: str) -> list:
    return [
        sa.Column("id", shopify_app.db.BigKey, nullable=False),
        *shop(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    op.create_table(
        "day_figure",
        *shop("day_figure"),
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "measure", "day", "key", "currency", name=op.f("pk_day_figure")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "product_day",
        *shop("product_day"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("sales", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "day", "product_id", name=op.f("pk_product_day")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_product_day_shop_id_product_id_day", "product_day", ["shop_id", "product_id", "day"])
    op.create_table(
        "look_up_day",
        *row("look_up_day"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.UniqueConstraint("shop_id", "day", name=op.f("uq_look_up_day_shop_id_day")),
    )
    op.create_table(
        "stale_day",
        *row("stale_day"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.UniqueConstraint("shop_id", "day", name=op.f("uq_stale_day_shop_id_day")),
    )
    op.create_table(
        "figures_progress",
        *row("figures_progress"),
        sa.Column("events_seen", sa.BigInteger(), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("counted_at", shopify_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("shop_id", name=op.f("uq_figures_progress_shop_id")),
    )
    op.create_table(
        "portrait",
        *row("portrait"),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("document", shopify_app.db.Json, nullable=False),
        sa.Column("made_at", shopify_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("shop_id", "days", name=op.f("uq_portrait_shop_id_days")),
    )
    op.create_index("ix_page_view_shop_id_day", "page_view", ["shop_id", "day"])


def downgrade() -> None:
    op.drop_index("ix_page_view_shop_id_day", table_name="page_view")
    for table in ("portrait", "figures_progress", "stale_day", "look_up_day", "product_day", "day_figure"):
        op.drop_table(table)
