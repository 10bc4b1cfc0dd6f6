"""Tables as files for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from shopify_app import sheets
from shopify_app.admin.insights.tables import Table
from shopify_app.admin.insights.words import Writer


def as_csv(table: Table, writer: Writer) -> Iterator[str]:
    """Line by line, with a heading."""
    yield sheets.MARK + sheets.line(writer.say(heading) for heading, _ in table.columns)
    for row in table.rows:
        yield sheets.line(cell.text if cell.plain is None else cell.plain for cell in row)
