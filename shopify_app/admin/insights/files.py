"""Tables as files for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from shopify_app.admin.insights.tables import Table
from shopify_app.admin.insights.words import Writer

RISKY = ("=", "+", "-", "@", "\t", "\r")
NUMBERS = frozenset("0123456789.,-+ %")


def as_csv(table: Table, writer: Writer) -> Iterator[str]:
    """Line by line, with a heading. What a spreadsheet would take for a formula begins with an apostrophe; a number
    does not, whatever its sign."""
    yield _line([writer.say(heading) for heading, _ in table.columns])
    for row in table.rows:
        yield _line([cell.text if cell.plain is None else cell.plain for cell in row])


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_guarded(cell) for cell in cells])
    return out.getvalue()


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) and not set(text) <= NUMBERS else text
