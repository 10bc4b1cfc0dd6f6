"""Files of labels: checked by what they are, kept sealed outside the database (`sealed`). `ReturnLabel` is the row of
one.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from shopify_app.crypto import Keyring
from shopify_app.returns import sealed
from shopify_app.returns.parcels import refused
from shopify_app.returns.parcels.refused import FileRefused

MOST_BYTES = 5 * 1024 * 1024
PDF, PNG = "application/pdf", "image/png"
ENDINGS = {PDF: "pdf", PNG: "png"}


@dataclass(frozen=True)
class KeptFile:
    """A file on disk."""

    file_name: str
    media_type: str
    bytes: int


def keep(folder: Path, keyring: Keyring, shop_id: int, raw: bytes) -> KeptFile:
    """Keeps a label. What it is called does not matter, what it is does. Raises FileRefused."""
    media_type = kind_of(raw)
    file_name = sealed.keep(folder, keyring, shop_id, raw, ENDINGS[media_type])
    return KeptFile(file_name, media_type, len(raw))


def folder_in(data_dir: Path) -> Path:
    """Where a deployment's labels lie."""
    return data_dir / "labels"


def kind_of(raw: bytes) -> str:
    """`PDF` or `PNG`. Raises FileRefused for anything else, whatever its name says."""
    if len(raw) > MOST_BYTES:
        raise FileRefused(refused.TOO_LARGE)
    if raw.startswith(b"%PDF-"):
        return PDF
    try:
        with Image.open(BytesIO(raw), formats=("PNG",)) as picture:
            picture.verify()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as failure:
        raise FileRefused(refused.NEITHER_KIND) from failure
    return PNG
