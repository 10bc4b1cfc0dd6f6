"""Tables as files that a spreadsheet opens: CSV as RFC 4180 has it, in UTF-8."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

MARK = "\ufeff"
"""How every file begins, before its heading. Without it Excel on Windows reads letters beyond ASCII in the machine's
own code page; other spreadsheets pass over it, programs read it as ``utf-8-sig``."""
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NUMBERS = frozenset("0123456789.,-+ %")


def line(cells: Iterable[object]) -> str:
    """A row; None is an empty cell. What a spreadsheet would take for a formula begins with an apostrophe; a number
    does not, whatever its sign."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(["" if cell is None else _guarded(str(cell)) for cell in cells])
    return out.getvalue()


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_RISKY) and not set(text) <= _NUMBERS else text
