"""Companion lists are one packed row a product, and pairs are kept by their key

Learning an order wrote some two hundred and fifty rows of fifty-row lists, with two trees for every pair. New products
are found by when they were made.

Revision ID: 0002a
Revises: 0002
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

import shopify_app.db
import shopify_app.recommendations.models

revision = '0002a'
down_revision = '0002'
branch_labels = None
depends_on = None

AT_ONCE = 500
PAIR_KEY = ['shop_id', 'product_id', 'other_id']
LISTS = sa.table(
    'companions', sa.column('shop_id'), sa.column('product_id'),
    sa.column('listed', shopify_app.recommendations.models.Points()),
)  # fmt: skip
ROWS = sa.table('top_pair', *(sa.column(name) for name in ('shop_id', 'product_id', 'other_id', 'score')))


def upgrade() -> None:
    op.create_table('companions',
    sa.Column('id', shopify_app.db.BigKey, nullable=False),
    sa.Column('shop_id', shopify_app.db.BigKey, nullable=False),
    sa.Column('product_id', sa.BigInteger(), nullable=False),
    sa.Column('listed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['shop_id'], ['shop.id'], name=op.f('fk_companions_shop_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_companions')),
    sa.UniqueConstraint('shop_id', 'product_id', name=op.f('uq_companions_shop_id_product_id'))
    )
    _pack()
    op.drop_table('top_pair')
    with op.batch_alter_table('pair_count', table_kwargs={'sqlite_with_rowid': False}) as batch_op:
        batch_op.drop_constraint('uq_pair_count_shop_id_product_id_other_id', type_='unique')
        batch_op.drop_column('id')
        batch_op.create_primary_key('pk_pair_count', PAIR_KEY)
    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.create_index('ix_product_shop_id_created_at', ['shop_id', 'created_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.drop_index('ix_product_shop_id_created_at')
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint('pk_pair_count', 'pair_count', type_='primary')
    op.rename_table('pair_count', 'pair_count_by_key')
    _create_with_id('pair_count', 'orders')
    columns = ', '.join([*PAIR_KEY, 'orders'])
    op.execute(f'INSERT INTO pair_count ({columns}) SELECT {columns} FROM pair_count_by_key')
    op.drop_table('pair_count_by_key')
    _create_with_id('top_pair', 'score')
    _unpack()
    op.drop_table('companions')


def _create_with_id(name: str, number: str) -> None:
    op.create_table(name,
    sa.Column('id', shopify_app.db.BigKey, nullable=False),
    sa.Column('shop_id', shopify_app.db.BigKey, nullable=False),
    sa.Column('product_id', sa.BigInteger(), nullable=False),
    sa.Column('other_id', sa.BigInteger(), nullable=False),
    sa.Column(number, sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['shop_id'], ['shop.id'], name=op.f(f'fk_{name}_shop_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
    sa.UniqueConstraint(*PAIR_KEY, name=op.f(f'uq_{name}_shop_id_product_id_other_id'))
    )


def _pack() -> None:
    known = sa.select(ROWS.c.shop_id, ROWS.c.product_id, ROWS.c.other_id, ROWS.c.score)
    rows = op.get_bind().execute(known.order_by(*known.selected_columns[:2], ROWS.c.score.desc(), ROWS.c.other_id))
    packed = [
        {'shop_id': shop, 'product_id': product, 'listed': [(other, score) for _, _, other, score in listed]}
        for (shop, product), listed in groupby(rows, key=lambda row: row[:2])
    ]
    _insert(LISTS, packed)


def _unpack() -> None:
    known = op.get_bind().execute(sa.select(LISTS.c.shop_id, LISTS.c.product_id, LISTS.c.listed))
    rows = [
        {'shop_id': shop, 'product_id': product, 'other_id': other, 'score': score}
        for shop, product, listed in known
        for other, score in listed
    ]
    _insert(ROWS, rows)


def _insert(table: sa.TableClause, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        op.get_bind().execute(table.insert(), rows[start : start + AT_ONCE])
