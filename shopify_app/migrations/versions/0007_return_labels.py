"""labels and parcels of returns, and the accounts that sell and follow them

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, shopify_app.db.UTCDateTime(timezone=True), nullable=nullable)


def text(name: str, length: int, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def key(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, shopify_app.db.BigKey, nullable=nullable)


def belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "provider_account",
        key("id"),
        key("shop_id"),
        text("provider", 20, nullable=False),
        sa.Column("api_key", shopify_app.db.Encrypted(), nullable=True),
        sa.Column("push_secret", shopify_app.db.Encrypted(), nullable=True),
        sa.Column("is_label_seller", sa.Boolean(), nullable=False),
        instant("connected_at", nullable=False),
        text("connected_by", 80),
        belongs("provider_account", "shop_id", "shop"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_account")),
        sa.UniqueConstraint("shop_id", "provider", name=op.f("uq_provider_account_shop_id_provider")),
    )
    op.create_table(
        "return_label",
        key("id"),
        key("shop_id"),
        key("return_id"),
        text("source", 20, nullable=False),
        text("kind", 8, nullable=False),
        text("carrier", 40),
        text("number", 100),
        sa.Column("url", shopify_app.db.Encrypted(), nullable=True),
        text("file_name", 64),
        text("media_type", 20),
        sa.Column("bytes", sa.Integer(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        text("currency", 3),
        key("step_id", nullable=True),
        text("provider_ref", 80),
        instant("added_at", nullable=False),
        text("added_by", 80),
        instant("valid_until"),
        instant("warned_at"),
        instant("withdrawn_at"),
        belongs("return_label", "shop_id", "shop"),
        belongs("return_label", "return_id", "return"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_label")),
        sa.UniqueConstraint("file_name", name=op.f("uq_return_label_file_name")),
        sa.UniqueConstraint("step_id", "kind", name=op.f("uq_return_label_step_id_kind")),
    )
    op.create_index("ix_return_label_return_id", "return_label", ["return_id"])
    op.create_index("ix_return_label_valid_until", "return_label", ["valid_until"])
    op.create_table(
        "return_parcel",
        key("id"),
        key("shop_id"),
        key("return_id"),
        text("number", 100, nullable=False),
        text("carrier", 40),
        text("url", 500),
        text("provider", 20),
        text("provider_ref", 80),
        text("state", 24, nullable=False),
        instant("first_scan_at"),
        instant("delivered_at"),
        instant("looked_at"),
        instant("look_next_at"),
        instant("added_at", nullable=False),
        belongs("return_parcel", "shop_id", "shop"),
        belongs("return_parcel", "return_id", "return"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_parcel")),
        sa.UniqueConstraint("return_id", "number", name=op.f("uq_return_parcel_return_id_number")),
    )
    op.create_index("ix_return_parcel_shop_id_number", "return_parcel", ["shop_id", "number"])
    op.create_index("ix_return_parcel_look_next_at", "return_parcel", ["look_next_at"])
    op.create_table(
        "parcel_scan",
        key("id"),
        key("shop_id"),
        key("parcel_id"),
        text("key", 40, nullable=False),
        instant("at", nullable=False),
        text("state", 24, nullable=False),
        text("reason", 32),
        text("code", 80, nullable=False),
        text("text", 300),
        text("place", 120),
        sa.Column("sequence", sa.Integer(), nullable=False),
        belongs("parcel_scan", "shop_id", "shop"),
        belongs("parcel_scan", "parcel_id", "return_parcel"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_scan")),
        sa.UniqueConstraint("parcel_id", "key", name=op.f("uq_parcel_scan_parcel_id_key")),
    )
    with op.batch_alter_table("return", schema=None) as batch_op:
        batch_op.add_column(instant("scanned_at"))
        batch_op.add_column(instant("delivered_at"))


def downgrade() -> None:
    with op.batch_alter_table("return", schema=None) as batch_op:
        batch_op.drop_column("delivered_at")
        batch_op.drop_column("scanned_at")
    for table in ("parcel_scan", "return_parcel", "return_label", "provider_account"):
        op.drop_table(table)
