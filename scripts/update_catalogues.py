"""Brings every catalogue up to date with code and templates: ``python scripts/update_catalogues.py``.

Catalogues are ``shopify_app/locales/<code>.po``; a new language begins as an empty file of that name (``--add sv``).
``de@formal.po`` holds only sentences that differ when German says Sie and is left alone but for what vanished.
Staff have catalogues of their own, ``shopify_app/locales/staff/<code>.po``, of what the admin says (``--staff`` alone
leaves the shoppers' as they are).
"""

from __future__ import annotations

import argparse
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "shopify_app" / "locales"
SHOPPERS, STAFF = "babel.cfg", "babel-staff.cfg"
KEYWORDS = {"phrase": (1,), "phrase_n": (1, 2), "_": (1,), "_n": (1, 2)}
# said through `Language.text`, whose name is too common to be searched for
SAID_DIRECTLY = ("today", "tomorrow", "yesterday", "{day}, {time}", "Your order")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--add", action="append", default=[], metavar="CODE")
    parser.add_argument("--staff", action="store_true")
    wanted = parser.parse_args()
    LOCALES.mkdir(exist_ok=True)
    for code in wanted.add:
        (LOCALES / f"{code}.po").touch()
    if not wanted.staff:
        bring_up_to_date(LOCALES, extract())
    bring_up_to_date(LOCALES / "staff", extract(STAFF))


def bring_up_to_date(folder: Path, template: Catalog) -> None:
    for path in sorted(folder.glob("*.po")):
        path.write_bytes(as_bytes(updated(read(path), template, is_partial="@" in path.stem)))
        name = path.relative_to(LOCALES)
        print(f"{name}: {sum(is_said(message) for message in read(path))} of {len(template)}")


def is_said(message: Message) -> bool:
    """Whether a catalogue has words, in every plural form, for this msgid."""
    return bool(message.id) and all(message.string if isinstance(message.string, tuple) else [message.string])


def extract(mapping: str = SHOPPERS) -> Catalog:
    """Every msgid of the shoppers' product (or the staff's), without places in files (they would change with every
    line)."""
    with (ROOT / mapping).open() as file:
        methods, _ = parse_mapping_cfg(file)
    found = Catalog(charset="utf-8")
    for _, _, message, _, _ in extract_from_dir(ROOT, methods, {}, keywords=KEYWORDS, directory_filter=_is_ours):
        if message:
            found.add(message)
    for word in SAID_DIRECTLY if mapping == SHOPPERS else ():
        found.add(word)
    return found


def _is_ours(folder: str) -> bool:
    relative = Path(folder).relative_to(ROOT)
    return not relative.parts or relative.parts[0] in ("shopify_app", "templates")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem.partition("@")[0])


def updated(catalogue: Catalog, template: Catalog, is_partial: bool = False) -> Catalog:
    """`catalogue` with exactly the msgids of `template` (a partial one: only those it had), sorted."""
    fresh = Catalog(
        locale=catalogue.locale, project="Postlude", charset="utf-8", fuzzy=False, header_comment="# Words of Postlude."
    )
    for message in template:
        known = catalogue.get(message.id) if message.id else None
        if message.id and (known or not is_partial):
            # a sentence that counts by now, and did not, has to be said anew
            is_alike = known is not None and isinstance(known.string, str) == isinstance(message.id, str)
            fresh.add(message.id, known.string if known is not None and is_alike else "")
    return fresh


def as_bytes(catalogue: Catalog) -> bytes:
    packed = BytesIO()
    write_po(packed, catalogue, width=0, sort_output=True, omit_header=False, include_lineno=False)
    lines = packed.getvalue().decode().splitlines(keepends=True)
    # dates and the tool's version would change the file although no word did
    return "".join(
        line
        for line in lines
        if not line.startswith(
            ('"POT-Creation', '"PO-Revision', '"Generated', '"Report-Msgid', '"Last-Translator', '"Language-Team')
        )
    ).encode()


if __name__ == "__main__":
    main()
