"""Reads the hand-written tables of this folder (TOML) once."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def table(name: str) -> dict[str, Any]:
    """The table `<name>.toml`; treat it as read-only, it is shared."""
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
