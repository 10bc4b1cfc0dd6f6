"""Logos: what is kept is drawn anew; what could act, reach out or be something else is refused with a sentence."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from shopify_app.settings import logos
from shopify_app.settings.logos import PictureRefused, logo, photo

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 120 40">{}</svg>'
)


def picture(kind: str, size: tuple[int, int] = (200, 100), mode: str = "RGB", **how: object) -> bytes:
    kept = BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else (255, 0, 0, 40)).save(kept, kind, **how)
    return kept.getvalue()


def svg(inside: str) -> bytes:
    return LOGO.format(inside).encode()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pixels_become_a_png_that_every_mail_program_shows(kind: str) -> None:
    drawn = logo(picture(kind))

    assert (drawn.media_type, drawn.width, drawn.height) == ("image/png", 200, 100)
    assert drawn.body.startswith(b"\x89PNG")


def test_whatever_else_the_file_carried_stays_behind_and_transparency_stays() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "shot at Mara's home")
    raw = picture("PNG", mode="RGBA", pnginfo=told)

    drawn = logo(raw)

    assert b"Mara" in raw
    assert b"Mara" not in drawn.body
    assert Image.open(BytesIO(drawn.body)).mode == "RGBA"


def test_a_large_logo_is_made_as_small_as_its_room() -> None:
    drawn = logo(picture("PNG", (3000, 1500)))

    assert (drawn.width, drawn.height) == (480, 240)


def test_a_picture_for_a_guide_may_be_larger() -> None:
    assert photo(picture("JPEG", (3000, 1500))).width == 1400


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not a picture"),
        (b"GIF89a" + b"\0" * 40, "not a picture"),
        (picture("BMP"), "not a picture"),
        (picture("PNG")[:80], "not a picture"),
        (b"%PDF-1.7", "not a picture"),
        (b"MZ\x90\0 an executable", "not a picture"),
        (picture("PNG", (300, 10)), "pixels high"),
        (b"\x89PNG" + b"\0" * logos.MOST_BYTES, "larger than 2 MB"),
        (b"<html><script>alert(1)</script></html>", "cannot be read"),
        (b"<svg", "cannot be read"),
        (b'<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>', "cannot be read"),
        (svg("<script>alert(1)</script>"), "script"),
        (svg("<g><SCRIPT xmlns=''>alert(1)</SCRIPT></g>"), "script"),
        (svg('<rect onload="alert(1)" width="1" height="1"/>'), "script"),
        (svg('<path d="M0 0" style="fill:url(java&#10;script:alert(1))"/>'), "script"),
        (svg("<foreignObject><body/></foreignObject>"), "foreignObject"),
        (svg('<a href="#x"><path d="M0 0"/></a>'), "“a”"),
        (svg('<set attributeName="href" to="#x"/>'), "“set”"),
        (svg('<image href="https://otto.example/pixel.png"/>'), "elsewhere"),
        (svg('<image xlink:href="data:image/svg+xml;base64,PHN2Zz4="/>'), "elsewhere"),
        (svg('<use xlink:href="https://otto.example/logo.svg#x"/>'), "elsewhere"),
        (svg("<style>@import 'https://otto.example/x.css';</style>"), "elsewhere"),
        (svg("<style>path{fill:url(https://otto.example/x)}</style>"), "elsewhere"),
        (svg('<rect fill="url(//otto.example/x)" width="1" height="1"/>'), "elsewhere"),
        (b'<!DOCTYPE svg [<!ENTITY x "y">]>' + svg("<text>&x;</text>"), "entities"),
        (('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE svg [<!ENTITY x "y">]>').encode("utf-16"), "entities"),
        (svg("<g/>" * 6000), "too many parts"),
        (svg("<g>" * 80 + "</g>" * 80), "too many parts"),
    ],
)  # fmt: skip
def test_what_is_no_logo_is_refused_with_a_sentence(raw: bytes, said: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        logo(raw)

    sentence = refused.value.sentence
    assert said in sentence.text.format(**dict(sentence.facts))


def test_an_svg_keeps_what_draws_and_loses_what_only_editors_read() -> None:
    raw = (
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">'
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="http://www.inkscape.org/x" viewBox="0 0 120 40" i:v="1">'
        b"<!-- made by Mara --><metadata>Mara</metadata><i:view>Mara</i:view>"
        b'<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        b'<path d="M0 0h9" fill="url(#g)"/><use href="#g"/><text>Mara\'s</text></svg>'
    )

    drawn = logo(raw)

    text = drawn.body.decode()
    assert (drawn.media_type, drawn.width, drawn.height) == ("image/svg+xml", 120, 40)
    assert 'fill="url(#g)"' in text
    assert "Mara's" in text
    assert not any(word in text for word in ("made by", "inkscape", "metadata", "DOCTYPE"))
    assert logo(drawn.body).body == drawn.body
