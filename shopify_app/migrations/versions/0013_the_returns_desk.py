"""cases: whose they are, saved replies and views, work on many at once; how the desk finds what waits

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INDEXES = (
    ("release_group", ("shop_id", "look")),
    ("return_unit", ("shop_id", "reception", "decision")),
    ("return", ("shop_id", "requested_at")),
)


def instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, shopify_app.db.UTCDateTime(timezone=True), nullable=nullable)


def text(name: str, length: int, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def key(name: str) -> sa.Column:
    return sa.Column(name, shopify_app.db.BigKey, nullable=False)


def number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def table(name: str, *parts: sa.Column | sa.Constraint) -> None:
    op.create_table(
        name,
        key("id"),
        key("shop_id"),
        *parts,
        belongs(name, "shop_id", "shop"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def upgrade() -> None:
    kind = lambda: text("kind", 12, nullable=False)  # noqa: E731 - a column belongs to one table
    changed = lambda: (number("version"), instant("changed_at", nullable=False), text("changed_by", 80))  # noqa: E731
    made = lambda: (instant("made_at", nullable=False), text("made_by", 80))  # noqa: E731
    table(
        "case_file", kind(), key("subject_id"), text("assignee", 80), instant("answer_by"), *changed(),
        unique("case_file", "kind", "subject_id"),
    )  # fmt: skip
    table(
        "case_tag", kind(), key("subject_id"), text("tag", 40, nullable=False),
        unique("case_tag", "kind", "subject_id", "tag"),
    )  # fmt: skip
    table(
        "saved_reply", text("name", 80, nullable=False), text("body", 2000, nullable=False), *changed(),
        unique("saved_reply", "shop_id", "name"),
    )  # fmt: skip
    table(
        "saved_view", kind(), text("name", 60, nullable=False), text("query", 1000, nullable=False), *made(),
        unique("saved_view", "shop_id", "kind", "name"),
    )  # fmt: skip
    table(
        "bulk_action", kind(), text("verb", 20, nullable=False),
        sa.Column("facts", shopify_app.db.Json, nullable=False), number("total"), *made(), instant("finished_at"),
        text("state", 16, nullable=False), number("attempts"), instant("due_at", nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True), text("lease_token", 16), text("error", 500),
    )  # fmt: skip
    table(
        "bulk_item", key("bulk_id"), key("subject_id"), text("name", 80, nullable=False), number("seen"),
        text("outcome", 10), text("because", 400), instant("done_at"),
        belongs("bulk_item", "bulk_id", "bulk_action"), unique("bulk_item", "bulk_id", "subject_id"),
    )  # fmt: skip
    for name, columns in (
        ("case_file", ("shop_id", "kind", "assignee")),
        ("case_tag", ("shop_id", "kind", "tag")),
        ("bulk_action", ("state", "due_at")),
        ("bulk_action", ("shop_id", "kind", "made_at")),
        ("bulk_item", ("bulk_id", "outcome", "id")),
        *INDEXES,
    ):
        op.create_index(f"ix_{name}_{'_'.join(columns)}", name, list(columns))


def downgrade() -> None:
    for name, columns in INDEXES:
        op.drop_index(f"ix_{name}_{'_'.join(columns)}", table_name=name)
    for name in ("bulk_item", "bulk_action", "saved_view", "saved_reply", "case_tag", "case_file"):
        op.drop_table(name)
