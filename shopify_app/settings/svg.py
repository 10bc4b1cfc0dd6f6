"""SVG drawings from strangers: read without entities, refused for what could act, written anew. Pure.

Refused with a sentence, so that nobody wonders where half of their logo went: scripts and handlers, other documents
(foreignObject, iframes), addresses outside the file, style sheets that reach out. Left out silently: comments, metadata
and editors' own marks, which draw nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from shopify_app.i18n import Phrase, phrase

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
DRAWS = frozenset({
    "svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
    "tspan", "title", "desc", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "marker",
    "style", "filter", "feGaussianBlur", "feOffset", "feBlend", "feColorMatrix", "feComposite", "feFlood", "feMerge",
    "feMergeNode", "feDropShadow", "feMorphology", "image", "switch",
})  # fmt: skip
ACTS = frozenset({
    "script", "foreignobject", "iframe", "object", "embed", "audio", "video", "a", "animate", "animatemotion",
    "animatetransform", "set", "handler", "listener", "feimage",
})  # fmt: skip
MOST_PARTS = 5000
MOST_DEPTH = 60
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+svg(\s+PUBLIC\s+\"[^\"<>]*\"\s+\"[^\"<>]*\")?\s*>", re.IGNORECASE)
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(|-moz-binding|javascript:|\\", re.IGNORECASE)
_PIXELS = re.compile(r"data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/=\s]+")
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(px)?\s*")

BROKEN = phrase("This SVG cannot be read. Export it again, as a plain SVG, or choose a PNG.")
ENTITIES = phrase("This SVG brings definitions of its own (entities). Export it again as a plain SVG.")
SCRIPT = phrase("This SVG contains a script. A logo may only draw: export it again as a plain SVG, or choose a PNG.")
FOREIGN = phrase("This SVG contains “{part}”, which a logo may not. Export it again as a plain SVG, or choose a PNG.")
REACHES_OUT = phrase("This SVG loads something from elsewhere. Export it with everything inside, or choose a PNG.")
TOO_MUCH = phrase("This SVG has too many parts for a logo. Simplify it, or choose a PNG.")


class Refused(Exception):
    """An SVG that is not kept; `sentence` says why and what to do."""

    def __init__(self, sentence: Phrase) -> None:
        super().__init__(sentence.text)
        self.sentence = sentence


@dataclass(frozen=True)
class Clean:
    """The drawing as we wrote it; its size in CSS pixels."""

    body: bytes
    width: int
    height: int


def is_svg(raw: bytes) -> bool:
    """Whether this is meant to be an SVG (or some other mark-up), whatever it calls itself."""
    return raw[:1024].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<")


def rewritten(raw: bytes) -> Clean:
    """The drawing in `raw`, written anew. Raises Refused."""
    root = _parsed(raw)
    if root.tag != f"{{{SVG}}}svg":
        raise Refused(BROKEN)
    left = [MOST_PARTS]
    clean = _kept(root, left, 0)
    width, height = _size(clean)
    clean.set("width", str(width))
    clean.set("height", str(height))
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    return Clean(ET.tostring(clean, encoding="utf-8", xml_declaration=True), width, height)


def _parsed(raw: bytes) -> ET.Element:
    plain = _DOCTYPE.sub(b"", raw, count=1)
    upper = plain.replace(b"\0", b"").upper()  # in UTF-16 there is a zero beside every letter
    if b"<!DOCTYPE" in upper or b"<!ENTITY" in upper:
        raise Refused(ENTITIES)
    try:
        return ET.fromstring(plain)
    except (ET.ParseError, ValueError, LookupError) as failure:
        raise Refused(BROKEN) from failure


def _kept(element: ET.Element, left: list[int], depth: int) -> ET.Element:
    """`element` with what draws. Raises Refused."""
    left[0] -= 1
    if left[0] < 0 or depth > MOST_DEPTH:
        raise Refused(TOO_MUCH)
    made = ET.Element(element.tag, _attributes(element))
    if _local(element.tag) in ("text", "tspan", "title", "desc", "style"):
        made.text, made.tail = element.text, element.tail
    if _local(element.tag) == "style" and _OUTSIDE.search(element.text or ""):
        raise Refused(REACHES_OUT)
    for child in element:
        if _draws(child):
            made.append(_kept(child, left, depth + 1))
    return made


def _draws(element: ET.Element) -> bool:
    """Whether it stays; False for what only editors read. Raises Refused for what could act."""
    if not isinstance(element.tag, str):  # a comment, a processing instruction
        return False
    space, _, name = element.tag.rpartition("}")
    if name.lower() == "script":
        raise Refused(SCRIPT)
    if name.lower() in ACTS:
        raise Refused(phrase(FOREIGN.text, part=name))
    return space == f"{{{SVG}" and name in DRAWS


def _attributes(element: ET.Element) -> dict[str, str]:
    found = {}
    for name, value in element.attrib.items():
        local = _local(name)
        if local.lower().startswith("on") or "script:" in re.sub(r"\s", "", value).lower():
            raise Refused(SCRIPT)
        if local == "href":
            _check_reference(element, value)
        elif _OUTSIDE.search(value):
            raise Refused(REACHES_OUT)
        if not name.startswith("{") or name == f"{{{XLINK}}}href":
            found[name] = value
    return found


def _check_reference(element: ET.Element, value: str) -> None:
    """A part of this file, or pixels inside an image. Raises Refused."""
    inside = value.strip().startswith("#")
    pixels = _local(element.tag) == "image" and _PIXELS.fullmatch(value.strip())
    if not inside and not pixels:
        raise Refused(REACHES_OUT)


def _size(root: ET.Element) -> tuple[int, int]:
    """Width and height as said, else those of the view box, else that of browsers (300 x 150); at most 4000."""
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    fallback = (box[2], box[3]) if len(box) == 4 else ("300", "150")
    said = (root.get("width", ""), root.get("height", ""))
    found = [_pixels(one) or _pixels(other) or 150 for one, other in zip(said, fallback, strict=True)]
    return found[0], found[1]


def _pixels(text: str) -> int:
    number = _LENGTH.fullmatch(text)
    return max(1, min(4000, round(float(number[1])))) if number else 0


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
