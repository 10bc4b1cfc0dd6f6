"""How an order's goods travel, in Shopify's word, and where they are collected

Revision ID: 0004
Revises: 0003a
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = '0004'
down_revision = '0003a'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('order', schema=None) as batch_op:
        batch_op.add_column(sa.Column('delivery', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('collect_at', shopify_app.db.Json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('order', schema=None) as batch_op:
        batch_op.drop_column('collect_at')
        batch_op.drop_column('delivery')
