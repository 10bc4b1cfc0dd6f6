"""I7: shop A never sees shop B. No row of one shop leads to a row of another, whatever Shopify's numbers are."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Column, Table, func, select
from sqlalchemy.orm import Session

from shopify_app.tables import metadata

SHOP = "shop_id"
OURS = {f"{name}_id": name for name in ("order", "customer", "return", "shipment")}
"""Columns that hold ids of ours, declared as foreign keys or not."""


def rows_across(session: Session) -> list[str]:
    """Every reference between rows of different shops; there must be none."""
    found = []
    for child, parent, column, key in _references():
        other = parent.alias("other")
        wanted = (
            select(func.count())
            .select_from(child.join(other, column == other.c[key]))
            .where(child.c[SHOP] != other.c[SHOP])
        )
        if count := session.scalar(wanted):
            found.append(f"{count} rows of {child.name} lead by {column.name} to another shop's {parent.name}")
    return found


@cache
def _references() -> tuple[tuple[Table, Table, Column[int], str], ...]:
    """Between tables of shops: foreign keys, and columns that are named as our own ids without being declared."""
    tables = {table.name: table for table in metadata.sorted_tables if SHOP in table.c}
    found = []
    for table in tables.values():
        for column in table.c:
            declared = next((key.column.table.name for key in column.foreign_keys), None)
            parent = tables.get(declared or OURS.get(column.name, ""))
            if parent is not None and column.name != SHOP:
                found.append((table, parent, column, "id"))
    return tuple(found)
