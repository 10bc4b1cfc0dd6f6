"""a draft may be for a change of a return, which keeps its number

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("return_draft") as batch_op:
        batch_op.alter_column("replaces_id", new_column_name="changes_id")


def downgrade() -> None:
    with op.batch_alter_table("return_draft") as batch_op:
        batch_op.alter_column("changes_id", new_column_name="replaces_id")
