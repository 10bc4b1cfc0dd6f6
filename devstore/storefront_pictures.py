"""The pictures behind `/cdn/...`: drawn by the seed, or a neutral drawing with an initial where it has none."""

import html
import re
from pathlib import PurePosixPath

from devstore.seed import pictures

_SAFE = re.compile(r"^[\w./-]+\.svg$")


def picture(name: str) -> str | None:
    """SVG for a path under `/cdn/`; None when the name cannot be a picture's."""
    if not _SAFE.match(name) or ".." in name:
        return None
    return pictures.picture(name) or _initial(PurePosixPath(name).stem)


def _initial(stem: str) -> str:
    letter = html.escape(stem[:1].upper())
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 1000" width="800" height="1000">'
        '<rect width="800" height="1000" fill="#e9e4da"/>'
        '<text x="400" y="540" text-anchor="middle" font-family="Georgia, serif" font-size="220" fill="#8c8778">'
        f"{letter}</text></svg>"
    )
