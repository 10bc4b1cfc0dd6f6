"""the look of the shopper's page: draft, publications, pictures; guides that are written in the app

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SHOP = {"ondelete": "CASCADE"}


def upgrade() -> None:
    op.create_table(
        "page_draft",
        sa.Column("id", shopify_app.db.BigKey, nullable=False),
        sa.Column("shop_id", shopify_app.db.BigKey, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changes", shopify_app.db.Json, nullable=False),
        sa.Column("saved_by", sa.String(120), nullable=False),
        sa.Column("saved_at", shopify_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_page_draft_shop_id"), **SHOP),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_draft")),
        sa.UniqueConstraint("shop_id", name=op.f("uq_page_draft_shop_id")),
    )
    op.create_table(
        "page_publication",
        sa.Column("id", shopify_app.db.BigKey, nullable=False),
        sa.Column("shop_id", shopify_app.db.BigKey, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("look", shopify_app.db.Json, nullable=False),
        sa.Column("published_by", sa.String(120), nullable=False),
        sa.Column("published_at", shopify_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("back_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_page_publication_shop_id"), **SHOP),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_publication")),
        sa.UniqueConstraint("shop_id", "number", name=op.f("uq_page_publication_shop_id_number")),
    )
    op.create_table(
        "brand_picture",
        sa.Column("id", shopify_app.db.BigKey, nullable=False),
        sa.Column("shop_id", shopify_app.db.BigKey, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("media_type", sa.String(20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(120), nullable=False),
        sa.Column("added_at", shopify_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_brand_picture_shop_id"), **SHOP),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_picture")),
        sa.UniqueConstraint("name", name=op.f("uq_brand_picture_name")),
    )
    with op.batch_alter_table("how_to", schema=None) as guide:
        guide.add_column(sa.Column("is_own", sa.Boolean(), nullable=False, server_default=sa.false()))
        guide.add_column(sa.Column("note", sa.String(300), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("how_to", schema=None) as guide:
        guide.drop_column("note")
        guide.drop_column("is_own")
    for table in ("brand_picture", "page_publication", "page_draft"):
        op.drop_table(table)
