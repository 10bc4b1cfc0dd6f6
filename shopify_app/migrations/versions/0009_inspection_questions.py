"""questions about what was accepted at less, and goods that go back to their shopper

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, shopify_app.db.UTCDateTime(timezone=True), nullable=nullable)


def text(name: str, length: int, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def key(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, shopify_app.db.BigKey, nullable=nullable)


def sealed(name: str) -> sa.Column:
    return sa.Column(name, shopify_app.db.Encrypted(), nullable=True)


def document(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, shopify_app.db.Json, nullable=nullable)


def belongs(table: str, column: str, to: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "inspection_question",
        key("id"),
        key("shop_id"),
        key("return_id"),
        key("group_id"),
        sa.Column("round", sa.Integer(), nullable=False),
        text("state", 12, nullable=False),
        document("units"),
        document("offer", nullable=True),
        document("rest", nullable=True),
        document("instead"),
        instant("asked_at", nullable=False),
        instant("answer_by", nullable=False),
        instant("reminded_at"),
        text("way", 20),
        instant("answered_at"),
        text("answered_by", 10),
        sealed("appeal"),
        instant("appealed_at"),
        instant("decide_by"),
        text("verdict", 12),
        sealed("reply"),
        instant("decided_at"),
        text("decided_by", 80),
        belongs("inspection_question", "shop_id", "shop"),
        belongs("inspection_question", "return_id", "return"),
        belongs("inspection_question", "group_id", "release_group"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_question")),
        sa.UniqueConstraint("group_id", "round", name=op.f("uq_inspection_question_group_id_round")),
    )
    op.create_index("ix_inspection_question_return_id", "inspection_question", ["return_id"])
    op.create_index("ix_inspection_question_shop_id_state", "inspection_question", ["shop_id", "state"])
    op.create_index("ix_inspection_question_state_answer_by", "inspection_question", ["state", "answer_by"])
    op.create_table(
        "goods_sent_back",
        key("id"),
        key("shop_id"),
        key("return_id"),
        key("question_id", nullable=True),
        document("units"),
        sealed("address"),
        text("paid_by", 8, nullable=False),
        instant("asked_at", nullable=False),
        text("number", 100),
        text("carrier", 40),
        text("url", 500),
        instant("sent_at"),
        text("sent_by", 80),
        belongs("goods_sent_back", "shop_id", "shop"),
        belongs("goods_sent_back", "return_id", "return"),
        belongs("goods_sent_back", "question_id", "inspection_question", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_sent_back")),
    )
    op.create_index("ix_goods_sent_back_return_id", "goods_sent_back", ["return_id"])
    op.create_index("ix_goods_sent_back_shop_id_sent_at", "goods_sent_back", ["shop_id", "sent_at"])
    with op.batch_alter_table("return_unit", schema=None) as batch_op:
        batch_op.add_column(sealed("told"))
    with op.batch_alter_table("return_photo", schema=None) as batch_op:
        batch_op.add_column(key("unit_id", nullable=True))
        batch_op.add_column(key("question_id", nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("return_photo", schema=None) as batch_op:
        batch_op.drop_column("question_id")
        batch_op.drop_column("unit_id")
    with op.batch_alter_table("return_unit", schema=None) as batch_op:
        batch_op.drop_column("told")
    for table in ("goods_sent_back", "inspection_question"):
        op.drop_table(table)
