"""The merchant's desk: a shop's returns by what they wait for, filtered, searched, counted, most urgent first."""

from shopify_app.returns.desk.asked import PAGE, DeskQuery, Sort, from_words
from shopify_app.returns.desk.reading import Desk, Row, find, open_desk
from shopify_app.returns.desk.tabs import Tab, full_name, tab_of

__all__ = [
    "PAGE", "Desk", "DeskQuery", "Row", "Sort", "Tab", "find", "from_words", "full_name", "open_desk", "tab_of",
]  # fmt: skip
