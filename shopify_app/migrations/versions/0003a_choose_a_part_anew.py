"""which quote a part of a return was chosen anew by

Revision ID: 0003a
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0003a"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("release_group", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quote_id", shopify_app.db.BigKey, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_release_group_quote_id"), "return_quote", ["quote_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("release_group", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_release_group_quote_id"), type_="foreignkey")
        batch_op.drop_column("quote_id")
