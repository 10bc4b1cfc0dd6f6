"""Pictures of the brand: told by what is in them, drawn anew without anything else they carried.

A PNG, JPEG or WebP becomes a PNG (which every mail program shows) or, for photos in guides, a WebP. An SVG stays one:
what could run, reach out or show another document refuses it (`svg`), the rest is written anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from shopify_app.i18n import Phrase, phrase
from shopify_app.settings import svg

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 40_000_000
LEAST_HEIGHT = 24
LOGO = (960, 240)
"""The largest logo we keep, in pixels: three times the room it has on a page."""
PHOTO = (1400, 1400)
FORMATS = ("PNG", "JPEG", "WEBP")

TOO_LARGE = phrase("This file is larger than 2 MB. Save the picture smaller and choose it again.")
NO_PICTURE = phrase("This is not a picture that we can read. Choose a PNG, JPEG, WebP or SVG file.")
TOO_SMALL = phrase("This picture is only {height} pixels high. Choose one of at least 80, so that it stays sharp.")


class PictureRefused(Exception):
    """A file that is not kept; `sentence` says why and what to do."""

    def __init__(self, sentence: Phrase) -> None:
        super().__init__(sentence.text)
        self.sentence = sentence


@dataclass(frozen=True)
class Drawn:
    """A picture as we keep and serve it."""

    body: bytes
    media_type: str
    width: int
    height: int


def logo(raw: bytes) -> Drawn:
    """The logo in `raw`, transparency kept. Raises PictureRefused."""
    _check_size(raw)
    if svg.is_svg(raw):
        return _svg(raw)
    picture = _opened(raw, LOGO)
    if picture.height < LEAST_HEIGHT:
        raise PictureRefused(phrase(TOO_SMALL.text, height=picture.height))
    return _written(picture, "PNG", "image/png", optimize=True)


def photo(raw: bytes) -> Drawn:
    """A picture for a guide. Raises PictureRefused."""
    _check_size(raw)
    if svg.is_svg(raw):
        return _svg(raw)
    return _written(_opened(raw, PHOTO), "WEBP", "image/webp", quality=82)


def _check_size(raw: bytes) -> None:
    if len(raw) > MOST_BYTES:
        raise PictureRefused(TOO_LARGE)


def _svg(raw: bytes) -> Drawn:
    try:
        clean = svg.rewritten(raw)
    except svg.Refused as failure:
        raise PictureRefused(failure.sentence) from failure
    return Drawn(clean.body, "image/svg+xml", clean.width, clean.height)


def _opened(raw: bytes, largest: tuple[int, int]) -> Image.Image:
    """Upright, at most `largest`, only pixels."""
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as opened:
            opened.verify()  # WeasyPrint, once imported, lets Pillow read files that break off
        with Image.open(BytesIO(raw), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureRefused(TOO_LARGE)
            opened.draft("RGB", largest)
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail(largest)
            has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            seen = upright.convert("RGBA" if has_alpha else "RGB")
            return _apart(seen)
    except Image.DecompressionBombError as failure:
        raise PictureRefused(TOO_LARGE) from failure
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as failure:
        raise PictureRefused(NO_PICTURE) from failure


def _apart(seen: Image.Image) -> Image.Image:
    """A new picture of the same pixels: whatever else the file carried stays behind."""
    made = Image.new(seen.mode, seen.size)
    made.paste(seen)
    return made


def _written(picture: Image.Image, kind: str, media_type: str, **how: int | bool) -> Drawn:
    kept = BytesIO()
    picture.save(kept, kind, **how)
    return Drawn(kept.getvalue(), media_type, *picture.size)
