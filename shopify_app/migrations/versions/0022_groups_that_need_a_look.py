"""the few groups that need a look are found without reading past the others

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BEFORE, NAME = "ix_release_group_shop_id_look", "ix_release_group_look"
LOOKED_AT = sa.text("look IS NOT NULL")


def upgrade() -> None:
    columns = ["shop_id", "return_id"]
    op.create_index(NAME, "release_group", columns, sqlite_where=LOOKED_AT, postgresql_where=LOOKED_AT)
    op.drop_index(BEFORE, table_name="release_group")


def downgrade() -> None:
    op.create_index(BEFORE, "release_group", ["shop_id", "look"])
    op.drop_index(NAME, table_name="release_group")
