"""Files of labels: checked by what they are, kept sealed outside the database, as photos are.

A file lies at ``<folder>/<shop id>/<file name>``, encrypted with the deployment's keys; `ReturnLabel` is its row.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from shopify_app.crypto import Keyring
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
    file_name = f"{secrets.token_hex(16)}.{ENDINGS[media_type]}.sealed"
    place = folder / str(shop_id)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = place / f".{file_name}"
    unfinished.write_bytes(keyring.encrypt(base64.b64encode(raw).decode()))
    unfinished.rename(place / file_name)
    return KeptFile(file_name, media_type, len(raw))


def read(folder: Path, keyring: Keyring, shop_id: int, file_name: str) -> bytes:
    """The file's bytes. Raises FileNotFoundError when it is gone, CannotDecrypt when no key opens it."""
    return base64.b64decode(keyring.decrypt(_file(folder, shop_id, file_name).read_bytes()))


def remove(folder: Path, shop_id: int, file_name: str) -> None:
    """Removes the file, if it is there."""
    _file(folder, shop_id, file_name).unlink(missing_ok=True)


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


def _file(folder: Path, shop_id: int, file_name: str) -> Path:
    if Path(file_name).name != file_name:
        raise FileNotFoundError(file_name)
    return folder / str(shop_id) / file_name
