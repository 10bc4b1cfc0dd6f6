"""what returns are found by; lists of returns are read from indexes alone

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LINES = {f"ix_return_line_shop_id_{name}_return_id": ["shop_id", name, "return_id"] for name in ("outcome", "reason")}
LONGER = (
    ("return", "ix_return_shop_id_state_requested_at", "ix_return_desk", 3),
    ("return_unit", "ix_return_unit_shop_id_reception_decision", "ix_return_unit_desk", 3),
)
"""Table, the index's name before and after, and how many columns it had."""
COLUMNS = {
    "ix_return_desk": ["shop_id", "state", "requested_at", "decide_by", "withdrawal_id"],
    "ix_return_unit_desk": ["shop_id", "reception", "decision", "return_line_id"],
}


def belongs(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_return_word_{column}"), ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "return_word",
        sa.Column("id", BIG, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("return_id", BIG, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("word", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_return_word_shop_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["return_id"], ["return.id"], name=op.f("fk_return_word_return_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_word")),
    )
    found = ["shop_id", "kind", "word", "return_id"]
    op.create_index("ix_return_word_found", "return_word", found, unique=True)
    op.create_index("ix_return_word_return_id", "return_word", ["return_id"])
    for name, columns in LINES.items():
        op.create_index(name, "return_line", columns)
    for table, before, name, _ in LONGER:
        op.create_index(name, table, COLUMNS[name])
        op.drop_index(before, table_name=table)


def downgrade() -> None:
    for table, before, name, length in LONGER:
        op.create_index(before, table, COLUMNS[name][:length])
        op.drop_index(name, table_name=table)
    for name in LINES:
        op.drop_index(name, table_name="return_line")
    op.drop_table("return_word")
