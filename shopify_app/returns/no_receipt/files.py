"""Pictures and papers that come with a request without an order number: checked by what they are, kept sealed outside
the database (`sealed`). Pictures are drawn anew without metadata; a PDF is kept as it came and only ever handed out as
a download. `NoReceiptFile` is the row of one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from shopify_app.crypto import Keyring
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns import photos, sealed
from shopify_app.returns.no_receipt.models import ProofOf
from shopify_app.returns.photos import MOST_BYTES, PhotoRefused

PDF = "application/pdf"
MOST_OF_EACH = 4
TOO_MANY = phrase("Four files are enough. {name} was left out.")
NO_PDF = phrase("{name} is not a PDF that we can keep: it is damaged or locked. A photo of the receipt will do, too.")
LARGE_PDF = phrase("{name} is larger than 10 MB. A photo of the receipt will do, too.")
_HEADER = re.compile(rb"%PDF-[12]\.\d")
_TAIL = 2048
"""Where a reader looks for the end of a PDF (ISO 32000-1, annex H: within the last 1024 bytes, and some slack)."""


@dataclass(frozen=True)
class KeptFile:
    """A file on disk, and what it is. `width` and `height` are 0 for a PDF."""

    proof_of: ProofOf
    file_name: str
    media_type: str
    bytes: int
    width: int
    height: int


def keep(folder: Path, keyring: Keyring, shop_id: int, raw: bytes, claimed: str, proof_of: ProofOf) -> KeptFile:
    """Keeps a picture, or a PDF where it is to show the purchase. Raises PhotoRefused with a sentence."""
    if proof_of is ProofOf.PURCHASE and raw.startswith(b"%PDF"):
        return _keep_pdf(folder, keyring, shop_id, raw, claimed)
    kept = photos.keep(folder, keyring, shop_id, raw, claimed)
    return KeptFile(proof_of, kept.file_name, kept.media_type, kept.bytes, kept.width, kept.height)


def folder_in(data_dir: Path) -> Path:
    """Where a deployment's files of such requests lie."""
    return data_dir / "no-receipt"


def about(said: Phrase, name: str) -> Phrase:
    """The sentence with the file's name in it."""
    return Phrase(said.text, (("name", name),))


def _keep_pdf(folder: Path, keyring: Keyring, shop_id: int, raw: bytes, claimed: str) -> KeptFile:
    name = photos.shown(claimed)
    if len(raw) > MOST_BYTES:
        raise PhotoRefused(about(LARGE_PDF, name))
    is_whole = _HEADER.match(raw) and b"startxref" in raw[-_TAIL:] and b"%%EOF" in raw[-_TAIL:]
    if not is_whole or b"/Encrypt" in raw:
        raise PhotoRefused(about(NO_PDF, name))
    file_name = sealed.keep(folder, keyring, shop_id, raw, "pdf")
    return KeptFile(ProofOf.PURCHASE, file_name, PDF, len(raw), 0, 0)
