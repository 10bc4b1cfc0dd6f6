"""Turns a typed page into HTML for the embedded admin."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from flask import current_app
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shopify_app.config import Config
from shopify_app.i18n import STAFF, Languages

TEMPLATES = Path(__file__).parents[2] / "templates"
environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


SPOKEN = "staff-languages"
"""Under this name an application may have languages of its own (`Flask.extensions`)."""


def languages() -> Languages:
    """What staff may read: their own catalogues, the shoppers' behind them."""
    return current_app.extensions.get(SPOKEN) or _languages()


@cache
def _languages() -> Languages:
    return Languages(first=STAFF)


def render(name: str, config: Config, **page: Any) -> str:
    """`name` is a file of ``templates/admin``; `config` gives every document its App Bridge and its Polaris."""
    return environment.get_template(f"admin/{name}").render(config=config, **page)
