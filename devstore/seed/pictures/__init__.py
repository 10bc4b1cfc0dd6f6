"""The shop's pictures, drawn by the project itself: SVG text, the same for the same address.

Served by the dev store under `/cdn/`: `products/<handle>[-<colour>].svg`, `how-to/<lesson>.svg`, `hero.svg`,
`logo.svg`.
"""

import html
from functools import cache

from devstore.seed.palette import COLOURS
from devstore.seed.pictures.canvas import Sheet
from devstore.seed.pictures.goods import DRAWINGS
from devstore.seed.pictures.scenes import HOW_TO, hero, how_to, logo
from devstore.seed.texts import table

__all__ = ["hero", "how_to", "logo", "picture", "product_picture"]


@cache
def picture(path: str) -> str | None:
    """The SVG at a path below `/cdn/`, or None when we have none there."""
    folder, _, name = path.removesuffix(".svg").rpartition("/")
    if folder == "products":
        return _of_product(name)
    if folder == "how-to":
        return how_to(name) if name in HOW_TO else None
    if folder == "":
        return {"hero": hero, "logo": logo}[name]() if name in ("hero", "logo") else None
    return None


def _of_product(name: str) -> str | None:
    for row in table("goods")["product"]:
        if name == row["handle"]:
            return product_picture(name)
        for slug in row.get("colours", []):
            if name == f"{row['handle']}-{slug}":
                return product_picture(row["handle"], slug)
    return None


def product_picture(handle: str, colour: str | None = None) -> str:
    """A product in one of its colours (its first without one), 800 by 1000; raises KeyError for a stranger."""
    row = {row["handle"]: row for row in table("goods")["product"]}[handle]
    shown = COLOURS[colour or row.get("colours", ["sand"])[0]]
    sheet = Sheet(shown.tone)
    DRAWINGS[row["drawing"]](sheet)
    words = row["title"] + (f" in {shown.name.lower()}" if colour else "")
    return sheet.svg(html.escape(words))
