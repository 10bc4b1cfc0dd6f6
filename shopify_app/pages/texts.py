"""Texts that others wrote, made fit for a page: no control characters, no text that turns the line round, no markup.

Escaping for HTML and Liquid is the renderer's; this is about what even escaped text may do.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

# C0/C1 controls and the bidirectional overrides, embeddings and isolates; letters, emoji and their joiners stay.
_HARMFUL = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]")
_BLOCKS = {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "tr", "section"}
_SILENT = {"script", "style", "template", "noscript"}


@lru_cache(4096)
def plain(text: str | None, limit: int = 500) -> str:
    """`text` without what could disturb the page, on one line, at most `limit` characters."""
    words = " ".join(_HARMFUL.sub("", text or "").split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def initial(title: str) -> str:
    """The letter that stands for a product without a picture."""
    return next((letter.upper() for letter in title if letter.isalnum()), "·")


@lru_cache(4096)
def followable(url: str | None) -> str | None:
    """`url` when it is an http(s) address a page may link to, else None."""
    if not url or _HARMFUL.search(url) or any(ch in url for ch in " \"'<>\\"):
        return None
    parts = urlsplit(url)
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def mail_address(address: str, subject: str, body: str = "") -> str:
    """A mailto: address with subject and body filled in (RFC 6068)."""
    text = f"mailto:{quote(address, safe='@+')}?subject={quote(subject)}"
    return f"{text}&body={quote(body)}" if body else text


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
