"""the draft of a shop's policy, and why a version was published

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_draft",
        sa.Column("id", shopify_app.db.BigKey, nullable=False),
        sa.Column("shop_id", shopify_app.db.BigKey, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_from", sa.Integer(), nullable=False),
        sa.Column("document", shopify_app.db.Json, nullable=True),
        sa.Column("saved_by", sa.String(length=80), nullable=False),
        sa.Column("saved_at", shopify_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_policy_draft_shop_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_draft")),
        sa.UniqueConstraint("shop_id", name=op.f("uq_policy_draft_shop_id")),
    )
    with op.batch_alter_table("published_policy", schema=None) as version:
        version.add_column(sa.Column("note", sa.String(length=500), nullable=True))
        version.add_column(sa.Column("repeats", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("published_policy", schema=None) as version:
        version.drop_column("repeats")
        version.drop_column("note")
    op.drop_table("policy_draft")
