"""Orders are found by number however many a shop has

Without the date in the index, a planner that must sort takes the index of dates and walks through the whole shop.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('order', schema=None) as batch_op:
        batch_op.drop_index('ix_order_shop_id_number')
        batch_op.create_index('ix_order_shop_id_number_placed_at', ['shop_id', 'number', 'placed_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('order', schema=None) as batch_op:
        batch_op.drop_index('ix_order_shop_id_number_placed_at')
        batch_op.create_index('ix_order_shop_id_number', ['shop_id', 'number'], unique=False)
