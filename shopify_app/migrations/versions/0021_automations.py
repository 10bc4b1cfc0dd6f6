"""the shop's own rules: versions and draft, what they did, which events they wait for, and quiet parcels

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = (
    "listening",
    "automation_version",
    "automation_draft",
    "automation_firing",
    "automation_effect",
    "quiet_parcel",
)


def instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, shopify_app.db.UTCDateTime(timezone=True), nullable=nullable)


def text(name: str, length: int, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def key(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def number(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def document(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, shopify_app.db.Json, nullable=nullable)


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
    table("listening", text("kind", 60), unique("listening", "shop_id", "kind"))
    table(
        "automation_version", number("number"), instant("published_at"), text("published_by", 80),
        text("note", 500, nullable=True), number("repeats", nullable=True), document("document"),
        unique("automation_version", "shop_id", "number"),
    )  # fmt: skip
    table(
        "automation_draft", number("revision"), number("begun_from"), document("document", nullable=True),
        text("saved_by", 80), instant("saved_at"), unique("automation_draft", "shop_id"),
    )  # fmt: skip
    table(
        "automation_firing", key("order_id"), key("return_id", nullable=True), key("event_id"), text("kind", 60),
        number("version"), text("rule_key", 8), text("rule", 120), instant("fired_at"),
        belongs("automation_firing", "order_id", "order"), belongs("automation_firing", "return_id", "return"),
        unique("automation_firing", "event_id", "rule_key"),
    )  # fmt: skip
    table(
        "automation_effect", key("firing_id"), key("order_id"), key("return_id", nullable=True), number("position"),
        text("do", 20), document("action"), text("outcome", 10), text("because", 40, nullable=True),
        instant("done_at", nullable=True), text("state", 16), number("attempts"), instant("due_at"),
        sa.Column("lease_until", sa.BigInteger(), nullable=True), text("lease_token", 16, nullable=True),
        text("error", 500, nullable=True), belongs("automation_effect", "firing_id", "automation_firing"),
        belongs("automation_effect", "order_id", "order"), belongs("automation_effect", "return_id", "return"),
        unique("automation_effect", "firing_id", "position"),
    )  # fmt: skip
    table(
        "quiet_parcel", key("shipment_id"), instant("since"), number("days"),
        belongs("quiet_parcel", "shipment_id", "shipment"), unique("quiet_parcel", "shipment_id"),
    )  # fmt: skip
    for name, columns in (
        ("automation_firing", ("shop_id", "id")),
        ("automation_firing", ("order_id", "rule_key", "fired_at")),
        ("automation_effect", ("state", "due_at")),
        ("automation_effect", ("return_id", "do")),
        ("automation_effect", ("order_id", "do", "id")),
    ):
        op.create_index(f"ix_{name}_{'_'.join(columns)}", name, list(columns))


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
