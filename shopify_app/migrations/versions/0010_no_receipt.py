"""requests of people without an order number, their steps and their postings

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopify_app.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, shopify_app.db.UTCDateTime(timezone=True), nullable=nullable)


def text(name: str, length: int, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def key(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, shopify_app.db.BigKey, nullable=nullable)


def big(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def sealed(name: str) -> sa.Column:
    return sa.Column(name, shopify_app.db.Encrypted(), nullable=True)


def belongs(table: str, column: str, to: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def upgrade() -> None:
    request, file, entry = "no_receipt_request", "no_receipt_file", "no_receipt_entry"
    op.create_table(
        request,
        key("id"),
        key("shop_id"),
        text("number", 24),
        text("key", 40, nullable=False),
        text("state", 16, nullable=False),
        number("version"),
        text("locale", 12),
        big("product_id", nullable=False),
        big("variant_id", nullable=False),
        text("title", 255, nullable=False),
        text("variant_title", 255, nullable=False),
        number("quantity"),
        text("reason", 60),
        *(sealed(name) for name in ("bought", "name", "email")),
        text("email_hash", 48),
        sealed("code"),
        text("code_hash", 48, nullable=False),
        instant("code_expires_at"),
        number("code_tries"),
        number("codes_made"),
        instant("asked_at", nullable=False),
        instant("received_at"),
        instant("decided_at"),
        text("decided_by", 80),
        sealed("decline_note"),
        *(key(name, nullable=True) for name in ("order_id", "return_id", "customer_id")),
        big("amount"),
        big("unit_price"),
        sa.Column("percent", sa.Numeric(7, 4), nullable=True),
        text("currency", 3),
        sa.Column("credit_months", sa.Integer(), nullable=True),
        sa.Column("policy_version", sa.Integer(), nullable=True),
        text("rule", 120),
        instant("credit_expires_at"),
        instant("credited_at"),
        text("shopify_id", 120),
        text("account_id", 120),
        text("look", 60),
        sa.Column("look_facts", shopify_app.db.Json, nullable=True),
        belongs(request, "shop_id", "shop"),
        belongs(request, "order_id", "order", "SET NULL"),
        belongs(request, "return_id", "return", "SET NULL"),
        belongs(request, "customer_id", "customer", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{request}")),
        unique(request, "shop_id", "number"),
        unique(request, "shop_id", "key"),
        unique(request, "shop_id", "customer_id", "currency", "credit_expires_at"),
    )
    op.create_index("ix_no_receipt_request_order_id", request, ["order_id"])
    op.create_index("ix_no_receipt_request_shop_id_state", request, ["shop_id", "state"])
    op.create_index("ix_no_receipt_request_shop_id_email_hash", request, ["shop_id", "email_hash"])
    op.create_table(
        file,
        key("id"),
        key("shop_id"),
        key("request_id"),
        text("proof_of", 10, nullable=False),
        text("file_name", 64, nullable=False),
        text("media_type", 20, nullable=False),
        *(number(name) for name in ("bytes", "width", "height")),
        instant("added_at", nullable=False),
        belongs(file, "shop_id", "shop"),
        belongs(file, "request_id", request),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{file}")),
        unique(file, "file_name"),
    )
    op.create_index("ix_no_receipt_file_request_id", file, ["request_id"])
    op.create_table(
        entry,
        key("id"),
        key("shop_id"),
        key("request_id"),
        instant("at", nullable=False),
        text("kind", 40, nullable=False),
        text("actor", 10, nullable=False),
        text("staff", 80),
        sa.Column("facts", shopify_app.db.Json, nullable=False),
        sealed("said"),
        belongs(entry, "shop_id", "shop"),
        belongs(entry, "request_id", request),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{entry}")),
    )
    op.create_index("ix_no_receipt_entry_request_id_id", entry, ["request_id", "id"])
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.add_column(key("no_receipt_id", nullable=True))
        for name in ("return_id", "group_id"):
            batch_op.alter_column(name, existing_type=shopify_app.db.BigKey, nullable=True)
        batch_op.create_foreign_key(
            op.f("fk_step_no_receipt_id"), request, ["no_receipt_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_unique_constraint(op.f("uq_step_no_receipt_id_key"), ["no_receipt_id", "key"])
    with op.batch_alter_table("ledger_row", schema=None) as batch_op:
        batch_op.add_column(key("no_receipt_id", nullable=True))
        for name in ("order_id", "return_id"):
            batch_op.alter_column(name, existing_type=shopify_app.db.BigKey, nullable=True)
        batch_op.create_foreign_key(
            op.f("fk_ledger_row_no_receipt_id"), request, ["no_receipt_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_index("ix_ledger_row_no_receipt_id", ["no_receipt_id"], unique=False)


def downgrade() -> None:
    for table, was in (("ledger_row", ("order_id", "return_id")), ("step", ("return_id", "group_id"))):
        op.execute(sa.text(f"DELETE FROM {table} WHERE no_receipt_id IS NOT NULL"))
        with op.batch_alter_table(table, schema=None) as batch_op:
            if table == "ledger_row":
                batch_op.drop_index("ix_ledger_row_no_receipt_id")
            else:
                batch_op.drop_constraint(op.f("uq_step_no_receipt_id_key"), type_="unique")
            batch_op.drop_constraint(op.f(f"fk_{table}_no_receipt_id"), type_="foreignkey")
            batch_op.drop_column("no_receipt_id")
            for name in was:
                batch_op.alter_column(name, existing_type=shopify_app.db.BigKey, nullable=False)
    for table in ("no_receipt_entry", "no_receipt_file", "no_receipt_request"):
        op.drop_table(table)
