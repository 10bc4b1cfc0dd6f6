"""Addresses and HTML that others wrote, made fit for a page; `plain` is every room's (`shopify_app.texts`)."""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import quote

from shopify_app.texts import HARMFUL, parts_of, plain

__all__ = ["followable", "mail_address", "paragraphs", "plain"]

_BLOCKS = {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "tr", "section"}
_SILENT = {"script", "style", "template", "noscript"}


@lru_cache(4096)
def followable(url: str | None) -> str | None:
    """`url` when it is an http(s) address a page may link to, else None."""
    if not url or HARMFUL.search(url) or any(ch.isspace() or ch in "\"'<>\\" for ch in url):
        return None
    parts = parts_of(url)
    return url if parts and parts.scheme in ("http", "https") and parts.netloc else None


def mail_address(address: str, subject: str, body: str = "") -> str:
    """A mailto: address with subject and body filled in (RFC 6068)."""
    text = f"mailto:{_quoted(address)}?subject={_in_address(subject)}"
    return f"{text}&body={_in_address(body)}" if body else text


def _in_address(text: str) -> str:
    """As `quote`; what is ASCII, as an order's name is, in one step."""
    return text.translate(_ASCII_QUOTED) if text.isascii() else quote(text)


_ASCII_QUOTED = {code: quote(chr(code)) for code in range(128)}


@lru_cache(256)
def _quoted(address: str) -> str:
    """The merchant's address, which is on every page."""
    return quote(address, safe="@+")


@lru_cache(512)
def paragraphs(html: str, limit: int = 1200) -> tuple[str, ...]:
    """The paragraphs of a merchant's HTML (a policy) as plain text, until `limit` characters are reached."""
    reader = _Paragraphs()
    reader.feed(html)
    reader.close()
    kept: list[str] = []
    for part in (plain(part, limit) for part in "".join(reader.parts).split("\n")):
        if part and sum(map(len, kept)) < limit:
            kept.append(part)
    return tuple(kept)


class _Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(" ".join(data.split("\n")))
