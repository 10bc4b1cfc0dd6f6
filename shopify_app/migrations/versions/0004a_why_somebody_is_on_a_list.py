"""why somebody is on a shop's list, and the address that was typed

Revision ID: 0004a
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0004a"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("listed_customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", shopify_app.db.Encrypted(), nullable=True))
        batch_op.add_column(sa.Column("reason", shopify_app.db.Encrypted(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("listed_customer", schema=None) as batch_op:
        batch_op.drop_column("reason")
        batch_op.drop_column("email")
