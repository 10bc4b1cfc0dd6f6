"""Photos: what is a picture is kept without its metadata, what is none is refused in a sentence."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from shopify_app.crypto import Keyring
from shopify_app.returns.photos import LONGEST_SIDE, PhotoRefused, keep
from shopify_app.returns.sealed import Gone, read, remove

MAKER = b"Ada's secret telephone"


def picture(size: tuple[int, int] = (800, 600), kind: str = "JPEG", mode: str = "RGB", **more: object) -> bytes:
    written = BytesIO()
    Image.new(mode, size, 120 if mode == "L" else "teal").save(written, kind, **more)
    return written.getvalue()


def with_metadata(orientation: int = 6) -> bytes:
    facts = Image.Exif()
    facts[0x010F], facts[0x0112] = MAKER.decode(), orientation
    facts.get_ifd(0x8825)[1] = "N"
    return picture(exif=facts, comment=MAKER)


def test_a_photo_comes_back_upright_and_without_metadata(tmp_path: Path, keyring: Keyring) -> None:
    raw = with_metadata()
    assert MAKER in raw
    kept = keep(tmp_path, keyring, 1, raw, "IMG_1.jpg")
    shown = read(tmp_path, keyring, 1, kept.file_name)
    assert MAKER not in shown
    again = Image.open(BytesIO(shown))
    assert again.size == (kept.width, kept.height) == (600, 800)
    assert not again.getexif()
    assert "comment" not in again.info


def test_what_lies_on_disk_tells_nothing(tmp_path: Path, keyring: Keyring) -> None:
    kept = keep(tmp_path, keyring, 1, picture(), "IMG_1.jpg")
    (file,) = (tmp_path / "1").iterdir()
    assert b"JFIF" not in file.read_bytes()
    assert "IMG" not in kept.file_name
    with pytest.raises(Gone):
        read(tmp_path, Keyring((b"another key, thirty-two bytes ok",)), 1, kept.file_name)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_the_formats_of_phones_and_desks_are_kept_as_one(tmp_path: Path, keyring: Keyring, kind: str) -> None:
    kept = keep(tmp_path, keyring, 1, picture(kind=kind), f"a.{kind.lower()}")
    assert kept.media_type == "image/jpeg"
    assert Image.open(BytesIO(read(tmp_path, keyring, 1, kept.file_name))).format == "JPEG"


def test_a_huge_photo_is_made_smaller(tmp_path: Path, keyring: Keyring) -> None:
    kept = keep(tmp_path, keyring, 1, picture((6000, 4000)), "a.jpg")
    assert max(kept.width, kept.height) == LONGEST_SIDE


@pytest.mark.parametrize(
    "raw",
    [
        b"%PDF-1.7 the invoice, named as a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"",
        picture()[:400],
        b"\xff\xd8\xff" + os.urandom(2000),
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name_says(tmp_path: Path, keyring: Keyring, raw: bytes) -> None:
    with pytest.raises(PhotoRefused) as refused:
        keep(tmp_path, keyring, 1, raw, "photo.jpg")
    assert "not a picture" in refused.value.sentence.text
    assert dict(refused.value.sentence.facts) == {"name": "photo.jpg"}
    assert not any(tmp_path.rglob("*.sealed"))


def test_thirty_megabytes_are_too_many(tmp_path: Path, keyring: Keyring) -> None:
    with pytest.raises(PhotoRefused) as refused:
        keep(tmp_path, keyring, 1, picture() + bytes(30 * 1024 * 1024), "big.jpg")
    assert "10 MB" in refused.value.sentence.text


def test_a_picture_that_would_burst_when_opened_is_refused(tmp_path: Path, keyring: Keyring) -> None:
    with pytest.raises(PhotoRefused) as refused:
        keep(tmp_path, keyring, 1, picture((12_000, 9_000), "PNG", "L"), "bomb.png")
    assert "10 MB" in refused.value.sentence.text


def test_a_file_outside_the_shops_folder_is_never_read(tmp_path: Path, keyring: Keyring) -> None:
    kept = keep(tmp_path, keyring, 1, picture(), "a.jpg")
    for name in (f"../1/{kept.file_name}", "/etc/passwd", ".."):
        with pytest.raises(Gone):
            read(tmp_path, keyring, 2, name)


def test_a_photo_can_be_removed_twice(tmp_path: Path, keyring: Keyring) -> None:
    kept = keep(tmp_path, keyring, 1, picture(), "a.jpg")
    remove(tmp_path, 1, kept.file_name)
    remove(tmp_path, 1, kept.file_name)
    with pytest.raises(Gone):
        read(tmp_path, keyring, 1, kept.file_name)
