"""Guides that the shop writes here: how to wait for, set up and care for what was bought.

What comes from Shopify (a product's metafield) is shown beside them and changed there.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field, TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import Collection, HowTo, Product
from shopify_app.catalogue.projection import SLUG_LETTERS
from shopify_app.settings.shape import WebAddress, settings

LISTED = 25
MOST_STEPS = 20


class Phase(StrEnum):
    """When a guide is shown."""

    WAITING = "waiting"
    SET_UP = "set_up"
    CARE = "care"


class Kind(StrEnum):
    """What a guide is."""

    STEPS = "steps"
    VIDEO = "video"
    TIP = "tip"


@settings
class Step:
    """One step, with a picture where there is one."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]
    image: WebAddress = None


@settings
class Guide:
    """A guide as somebody writes it."""

    title: Annotated[str, Field(min_length=1, max_length=255)]
    phase: Phase = Phase.SET_UP
    type: Kind = Kind.STEPS
    language: Annotated[str, Field(min_length=2, max_length=8)] = "en"
    text: Annotated[str, Field(max_length=4000)] = ""
    url: WebAddress = None
    """Where the film is."""
    minutes: Annotated[int | None, Field(ge=1, le=600)] = None
    note: Annotated[str, Field(max_length=300)] = ""
    """A personal word, printed on the insert."""
    steps: Annotated[tuple[Step, ...], Field(max_length=MOST_STEPS)] = ()


GUIDE: TypeAdapter[Guide] = TypeAdapter(Guide)


@dataclass(frozen=True)
class Owner:
    """What a guide is about: ``product`` or ``collection``, by Shopify's id."""

    kind: str
    shopify_id: int
    title: str


@dataclass(frozen=True)
class Listed:
    """A row of the list: the guide and what it is about."""

    row: HowTo
    about: str


class GuideMoved(Exception):
    """Somebody changed the guide since the form was opened."""


def listed(session: Session, shop_id: int, page: int) -> tuple[list[Listed], bool]:
    """A page of guides by title, and whether there are more; one statement."""
    product = (Product.shop_id == HowTo.shop_id) & (Product.shopify_id == HowTo.owner_shopify_id)
    product &= HowTo.owner_kind == "product"
    collection = (Collection.shop_id == HowTo.shop_id) & (Collection.shopify_id == HowTo.owner_shopify_id)
    collection &= HowTo.owner_kind == "collection"
    rows = session.execute(
        select(HowTo, func.coalesce(Product.title, Collection.title, ""))
        .outerjoin(Product, product)
        .outerjoin(Collection, collection)
        .where(HowTo.shop_id == shop_id)
        .order_by(func.lower(HowTo.title), HowTo.id)
        .offset(page * LISTED)
        .limit(LISTED + 1)
    ).all()
    return [Listed(row, about) for row, about in rows[:LISTED]], len(rows) > LISTED


def find(session: Session, shop_id: int, guide_id: int) -> HowTo | None:
    """The shop's own row."""
    return session.scalar(select(HowTo).where(HowTo.shop_id == shop_id, HowTo.id == guide_id))


def owner_named(session: Session, shop_id: int, text: str) -> Owner | None:
    """The product or collection that ``product:123`` names, None when the shop has none such."""
    kind, _, said = text.partition(":")
    model: type[Product] | type[Collection] | None = {"product": Product, "collection": Collection}.get(kind)
    if model is None or not said.isdecimal() or len(said) > 18:
        return None
    mine = (model.shop_id == shop_id, model.shopify_id == int(said))
    title = session.scalar(select(model.title).where(*mine))
    return None if title is None else Owner(kind, int(said), title)


def add(session: Session, shop_id: int, owner: Owner, wanted: Guide) -> HowTo:
    """A new guide, after those that its owner has; its address stays when its words change."""
    last = session.scalar(
        select(func.max(HowTo.position)).where(
            HowTo.shop_id == shop_id,
            HowTo.owner_kind == owner.kind,
            HowTo.owner_shopify_id == owner.shopify_id,
        )
    )
    row = HowTo(
        shop_id=shop_id,
        owner_kind=owner.kind,
        owner_shopify_id=owner.shopify_id,
        slug=_free_slug(session),
        is_own=True,
        position=(last or 0) + 1,
    )
    _write(row, wanted)
    session.add(row)
    session.flush()
    return row


def change(session: Session, row: HowTo, wanted: Guide, seen: str) -> None:
    """What the guide says from now on; its address stays. Raises GuideMoved unless `seen` is its stamp."""
    if stamp(row) != seen:
        raise GuideMoved
    _write(row, wanted)


def draft_row(shop_id: int, row: HowTo | None, wanted: Guide) -> HowTo:
    """A row that says what `wanted` says and is nobody's: for looking at."""
    shown = HowTo(id=0, shop_id=shop_id, owner_kind="product", owner_shopify_id=0, slug=row.slug if row else "…")
    _write(shown, wanted)
    return shown


def as_written(row: HowTo) -> Guide:
    """The row as somebody could have written it."""
    return Guide(
        title=row.title,
        phase=Phase(row.phase),
        type=Kind(row.type),
        language=row.language,
        text=row.text,
        url=row.url,
        minutes=row.minutes,
        note=row.note,
        steps=tuple(Step(text=step.get("text") or "·", image=step.get("image")) for step in row.steps or []),
    )


def stamp(row: HowTo) -> str:
    """A word that changes with whatever the guide says."""
    said = [row.title, row.phase, row.type, row.language, row.text, row.url, row.minutes, row.note, row.steps]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _write(row: HowTo, wanted: Guide) -> None:
    row.title, row.phase, row.type, row.language = wanted.title, wanted.phase, wanted.type, wanted.language
    row.text, row.url, row.minutes, row.note = wanted.text, wanted.url, wanted.minutes, wanted.note
    row.steps = [{"text": step.text, "image": step.image} for step in wanted.steps]


def _free_slug(session: Session) -> str:
    """An address that nobody has, as easy to type as those of Shopify's guides."""
    while True:
        slug = "".join(secrets.choice(SLUG_LETTERS) for _ in range(8))
        if session.scalar(select(HowTo.id).where(HowTo.slug == slug)) is None:
            return slug
