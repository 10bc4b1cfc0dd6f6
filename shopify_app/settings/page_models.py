"""Rows of the tracking page's look: the draft that is being worked on, what was published when, and its pictures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, Key, ShopKey


class PageDraft(Base):
    """What a shop has changed and not published yet: ``{group: {field: value}}``. One row a shop; `version` grows with
    every save and every publication, so that nobody writes over what they have not seen."""

    __tablename__ = "page_draft"
    __table_args__ = (UniqueConstraint("shop_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    version: Mapped[int]
    changes: Mapped[dict[str, Any]]
    saved_by: Mapped[str] = mapped_column(String(120))
    saved_at: Mapped[datetime]


class PagePublication(Base):
    """The whole look as it was at one time. `published_by` is empty for what came from elsewhere than the designer (the
    command line, before there was a designer); `back_to` is the number that was rolled back to."""

    __tablename__ = "page_publication"
    __table_args__ = (UniqueConstraint("shop_id", "number"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    number: Mapped[int]
    look: Mapped[dict[str, Any]]
    published_by: Mapped[str] = mapped_column(String(120))
    published_at: Mapped[datetime]
    back_to: Mapped[int | None]


class BrandPicture(Base):
    """A logo, or a picture in a guide, drawn anew by us. `name` is its address (``/b/<name>``), made of its content:
    what lies there never changes."""

    __tablename__ = "brand_picture"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    name: Mapped[str] = mapped_column(String(40))
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int]
    height: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    added_by: Mapped[str] = mapped_column(String(120))
    added_at: Mapped[datetime]
