"""what Shopify said of the new items that somebody is choosing

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("return_draft", schema=None) as draft:
        draft.add_column(sa.Column("carts", shopify_app.db.Json, nullable=True))
        draft.add_column(sa.Column("carts_at", shopify_app.db.UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("return_draft", schema=None) as draft:
        draft.drop_column("carts_at")
        draft.drop_column("carts")
