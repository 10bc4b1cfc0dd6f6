"""Photos that shoppers send: checked by what they are, drawn anew without metadata, kept sealed outside the database
(`sealed`). `ReturnPhoto` is the row of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from shopify_app.crypto import Keyring
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns import sealed

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 60_000_000
MOST_PER_ITEM = 6
LONGEST_SIDE = 2000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MEDIA_TYPE = "image/jpeg"

TOO_LARGE = phrase("{name} is larger than 10 MB. Please choose a smaller picture.")
NO_PICTURE = phrase("{name} is not a picture that we can read. Please send a JPEG, PNG or WebP file.")
TOO_MANY = phrase("Six pictures for each item are enough. {name} was left out.")


class PhotoRefused(Exception):
    """A file that is not kept; `sentence` says why and what to do."""

    def __init__(self, sentence: Phrase) -> None:
        super().__init__(sentence.text)
        self.sentence = sentence


@dataclass(frozen=True)
class KeptPhoto:
    """A picture on disk: its file in the shop's folder, and what it is. `bytes` are of the picture as shown."""

    file_name: str
    media_type: str
    bytes: int
    width: int
    height: int


def keep(folder: Path, keyring: Keyring, shop_id: int, raw: bytes, claimed: str) -> KeptPhoto:
    """Keeps the picture in `raw` (`claimed` is the name it came under, good for the sentence only). Raises
    PhotoRefused."""
    name = shown(claimed)
    if len(raw) > MOST_BYTES:
        raise PhotoRefused(_about(TOO_LARGE, name))
    drawn, size = _redrawn(raw, name)
    file_name = sealed.keep(folder, keyring, shop_id, drawn, "jpg")
    return KeptPhoto(file_name, MEDIA_TYPE, len(drawn), *size)


def folder_in(data_dir: Path) -> Path:
    """Where a deployment's photos lie."""
    return data_dir / "photos"


def _redrawn(raw: bytes, name: str) -> tuple[bytes, tuple[int, int]]:
    """The picture as a JPEG of its first frame, upright, at most `LONGEST_SIDE` long, with nothing else in it."""
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PhotoRefused(_about(TOO_LARGE, name))
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            flat = _on_white(upright)
    except Image.DecompressionBombError as failure:
        raise PhotoRefused(_about(TOO_LARGE, name)) from failure
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as failure:
        raise PhotoRefused(_about(NO_PICTURE, name)) from failure
    written = BytesIO()
    flat.save(written, "JPEG", quality=85, optimize=True)
    return written.getvalue(), flat.size


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency and without whatever else the file carried: only pixels are copied."""
    seen = picture.convert("RGBA") if picture.mode in ("RGBA", "LA", "PA", "P") else picture.convert("RGB")
    flat = Image.new("RGB", seen.size, "white")
    flat.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    return flat


def _about(said: Phrase, name: str) -> Phrase:
    return Phrase(said.text, (("name", name),))


def shown(claimed: str) -> str:
    """The file's own name as a sentence may show it."""
    words = "".join(ch for ch in Path(claimed.replace("\\", "/")).name if ch.isprintable())
    return (words if len(words) <= 60 else f"{words[:56]}…") or "·"
