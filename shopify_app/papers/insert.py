"""The insert: a card for the parcel that leads to a guide, four to a sheet with marks to cut along."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache

from shopify_app.i18n import Language
from shopify_app.papers.printing import Paper, own_pictures, page_setter, paper_of, template, words
from shopify_app.texts import plain

CARDS = 4


@dataclass(frozen=True)
class Insert:
    """`link` is what the code says, `address` what a person types; `logo` a picture as a data address, or nothing."""

    shop: str
    accent: str
    title: str
    kind: str
    minutes: int | None
    note: str
    link: str
    address: str
    logo: str = ""


@lru_cache(64)
def insert_paper(insert: Insert, language: Language) -> Paper:
    """The sheet as PDF, in the guide's language. The same facts give the same bytes."""
    html = template("insert.html").render(insert=insert, cards=range(CARDS), **words(language))
    return paper_of(html, page_setter(), own_pictures())


def as_data(media_type: str, body: bytes) -> str:
    """A picture as a paper holds it."""
    return f"data:{media_type};base64,{base64.b64encode(body).decode()}"


def readable(address: str) -> str:
    """An address as a person reads it: without its scheme."""
    return plain(address.partition("://")[2] or address, 120)
