"""Files kept sealed outside the database: photos, labels, what came with a request without an order number.

A file lies at ``<folder>/<shop id>/<file name>``, encrypted with the deployment's keys. Whoever keeps one checks first
what it is, and has a row that names it.
"""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

from shopify_app.crypto import CannotDecrypt, Keyring

ENDING = ".sealed"


class Gone(Exception):
    """A file that cannot be had any more: removed since its row was read, or no key opens it."""


def keep(folder: Path, keyring: Keyring, shop_id: int, raw: bytes, ending: str) -> str:
    """Writes `raw` encrypted into the shop's folder, whole or not at all; the name that it lies under."""
    file_name = f"{secrets.token_hex(16)}.{ending}{ENDING}"
    place = folder / str(shop_id)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = place / f".{file_name}"
    unfinished.write_bytes(keyring.encrypt(base64.b64encode(raw).decode()))
    unfinished.rename(place / file_name)
    return file_name


def read(folder: Path, keyring: Keyring, shop_id: int, file_name: str) -> bytes:
    """The file's bytes, as they were kept. Raises Gone."""
    try:
        return base64.b64decode(keyring.decrypt(_place(folder, shop_id, file_name).read_bytes()))
    except (FileNotFoundError, CannotDecrypt) as failure:
        raise Gone(file_name) from failure


def remove(folder: Path, shop_id: int, file_name: str) -> None:
    """Removes the file, if it is there."""
    _place(folder, shop_id, file_name).unlink(missing_ok=True)


def _place(folder: Path, shop_id: int, file_name: str) -> Path:
    if Path(file_name).name != file_name or not file_name.endswith(ENDING):
        raise Gone(file_name)
    return folder / str(shop_id) / file_name
