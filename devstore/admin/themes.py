"""The shop's published theme, as far as apps read it: one file with its settings, and the picture of its logo."""

from __future__ import annotations

import json
from typing import Any

from devstore.admin.connections import Typed, page
from devstore.admin.fields import Ask, identified, plain, resolver
from devstore.store import Document

THEME_ID = 160_000_001
SETTINGS = "config/settings_data.json"
HEADER = "/* Edits of this file by hand may be lost: the theme editor writes it. */\n"
LOGO = "logo.svg"
SCHEME = {"background": "#ffffff", "text": "#1c2023", "button": "#2f5d4a", "button_label": "#ffffff"}

identified("OnlineStoreTheme")
plain("OnlineStoreTheme", name="name", role="role")
plain("OnlineStoreThemeFile", filename="filename", body="body")
plain("OnlineStoreThemeFileBodyText", content="content")


@resolver("QueryRoot", "themes")
def _themes(root: Any, ask: Ask, args: dict[str, Any]) -> Any:
    theme = {"id": THEME_ID, "name": "Horizon", "role": "MAIN"}
    wanted = args.get("roles") or ["MAIN"]
    return page([theme] if "MAIN" in wanted else [], args)


@resolver("OnlineStoreTheme", "files")
def _files(theme: Document, ask: Ask, args: dict[str, Any]) -> Any:
    names = args.get("filenames") or [SETTINGS]
    usual = {"logo": f"shopify://shop_images/{LOGO}", "color_schemes": {"scheme-1": {"settings": SCHEME}}}
    settings = ask.world.shop().get("_theme_settings") or usual
    text = HEADER + json.dumps({"current": settings}, indent=2)
    body = Typed("OnlineStoreThemeFileBodyText", {"content": text})
    return page([{"id": 1, "filename": SETTINGS, "body": body}] if SETTINGS in names else [], args)


@resolver("QueryRoot", "files")
def _pictures(root: Any, ask: Ask, args: dict[str, Any]) -> Any:
    """The shop's files: its logo alone, found by its name."""
    logo = {"id": THEME_ID + 1, "alt": None, "width": 480, "height": 120,
            "src": f"{ask.world.config.public_origin}/cdn/{LOGO}"}  # fmt: skip
    wanted = LOGO in (args.get("query") or LOGO)
    return page([logo] if wanted else [], args, type_name="MediaImage")
