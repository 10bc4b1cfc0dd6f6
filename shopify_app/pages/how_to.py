"""One piece of how-to content on a page of its own, short enough an address to print."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import HowTo
from shopify_app.pages.parts import Picture
from shopify_app.pages.texts import followable, paragraphs, plain


@dataclass(frozen=True)
class HowToPage:
    """`kind` is video, steps or tip; `video_url` leads to the film; `address` is what the QR code says."""

    id: int
    title: str
    kind: str
    minutes: int | None
    text: tuple[str, ...]
    steps: tuple[tuple[str, Picture | None], ...]
    video_url: str | None
    address: str
    language: str


def how_to_page(session: Session, shop_id: int, slug: str, address: str) -> HowToPage | None:
    """The page of `slug`, None when the shop has none; one statement."""
    row = session.scalar(select(HowTo).where(HowTo.shop_id == shop_id, HowTo.slug == slug))
    return page_of(row, address) if row else None


def page_of(row: HowTo, address: str) -> HowToPage:
    """The page of one row. Pure."""
    return HowToPage(
        id=row.id,
        title=plain(row.title, 255),
        kind=row.type,
        minutes=row.minutes,
        text=paragraphs(row.text, 4000),
        steps=tuple((plain(step.get("text"), 1000), _picture(step.get("image"))) for step in row.steps or []),
        video_url=followable(row.url),
        address=address,
        language=row.language,
    )


def _picture(url: str | None) -> Picture | None:
    address = followable(url)
    return Picture(address) if address else None
