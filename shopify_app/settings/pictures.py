"""Pictures of the brand in rows: kept once, found by an address that never shows anything else."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.i18n import phrase
from shopify_app.settings.logos import Drawn, PictureRefused
from shopify_app.settings.page_models import BrandPicture

ENDINGS = {"image/png": "png", "image/webp": "webp", "image/svg+xml": "svg"}
MOST_OF_A_SHOP = 400
TOO_MANY = phrase("Your shop has {count} pictures here, which is as many as we keep. Use one of them again.")


def keep(session: Session, shop_id: int, picture: Drawn, by: str, now: datetime) -> str:
    """The picture's name, under which it lies from now on. Raises PictureRefused."""
    digest = hashlib.blake2b(picture.body, digest_size=12, person=str(shop_id).encode()[:16]).hexdigest()
    name = f"{digest}.{ENDINGS[picture.media_type]}"
    if session.scalar(select(BrandPicture.id).where(BrandPicture.name == name)):
        return name
    if (session.scalar(select(func.count()).where(BrandPicture.shop_id == shop_id)) or 0) >= MOST_OF_A_SHOP:
        raise PictureRefused(phrase(TOO_MANY.text, count=MOST_OF_A_SHOP))
    session.add(
        BrandPicture(
            shop_id=shop_id, name=name, media_type=picture.media_type, width=picture.width, height=picture.height,
            body=picture.body, added_by=by, added_at=now,
        )
    )  # fmt: skip
    session.flush()
    return name


def find(session: Session, name: str) -> BrandPicture | None:
    """The picture at an address, whoever's it is: addresses are public."""
    return session.scalar(select(BrandPicture).where(BrandPicture.name == name))


def address(app_url: str, name: str) -> str:
    """Where a browser finds the picture."""
    return f"{app_url}/b/{name}"
