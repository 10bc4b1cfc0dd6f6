"""The merchant's desk: a shop's returns by what they wait for, filtered, searched, counted, most urgent first."""

from shopify_app.returns.desk.asked import PAGE, DeskQuery, Sort, Waits, from_words
from shopify_app.returns.desk.reading import Desk, Found, Row, find, find_with_tab, open_desk
from shopify_app.returns.desk.tabs import Tab, full_name

__all__ = [
    "PAGE", "Desk", "DeskQuery", "Found", "Row", "Sort", "Tab", "Waits", "find", "find_with_tab", "from_words",
    "full_name", "open_desk",
]  # fmt: skip
