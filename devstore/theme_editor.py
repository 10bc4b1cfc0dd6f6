"""The theme editor, as far as app blocks and embeds need one: what the shop's theme has of the app, a switch each.

The storefront shows what is switched on here, and `app.extensions()` of App Bridge says the same: one truth for both.
The app's deep links open it (`addAppBlockId`, `activateAppId`) with the block they name on top.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from devstore.store import Store
from devstore.theme import AppBlock, AppExtension

EDITOR = "/admin/themes/current/editor"
THEME_ID = "gid://shopify/OnlineStoreTheme/1"
KIND = "theme_block"
"""One document a block whose switch was ever moved; a block without one is as Mara's theme came."""


@dataclass(frozen=True)
class Switch:
    """A block of the app, and whether the shop's theme has it."""

    block: AppBlock
    name: str
    is_on: bool


class ThemeBlocks:
    """What the published theme has of the app."""

    def __init__(self, store: Store, extension: AppExtension | None = None) -> None:
        self.store, self.extension = store, extension or AppExtension()

    def is_on(self, block: AppBlock) -> bool:
        """Whether the merchant has it in the theme."""
        kept = next(iter(self.store.find(KIND, name=block.name)), None)
        return bool(kept["on"]) if kept else block.came_with_the_theme

    def switches(self) -> Iterator[Switch]:
        """Every block and embed of the app, blocks first."""
        for target in ("section", "body", "head"):
            for block in self.extension.blocks(target):
                yield Switch(block, self.extension.name_of(block), self.is_on(block))

    def turn(self, name: str, on: bool) -> Switch | None:
        """Puts a block in or takes it out; None for a block that the app does not have."""
        if name not in {each.block.name for each in self.switches()}:
            return None
        kept = next(iter(self.store.find(KIND, name=name)), None)
        number = kept["id"] if kept else self.store.next_id(KIND)
        self.store.put(KIND, {"id": number, "name": name, "on": on})
        return next(each for each in self.switches() if each.block.name == name)


def add_theme_editor(door: Blueprint, store: Store) -> None:
    """The editor's page, and what App Bridge answers from it."""
    blocks = ThemeBlocks(store)

    @door.get(EDITOR)
    def theme_editor() -> str:
        asked = (request.args.get("addAppBlockId") or request.args.get("activateAppId") or "").rpartition("/")[2]
        switches = sorted(blocks.switches(), key=lambda each: each.block.name != asked)
        return render_template("admin/theme_editor.html", switches=switches, asked=asked, editor=EDITOR)

    @door.post(EDITOR)
    def turn_block() -> AnyResponse:
        name, on = request.form.get("block", ""), request.form.get("on") == "1"
        turned = blocks.turn(name, on)
        if turned is None:
            abort(404)
        said = f"{turned.name} is {'in the theme' if on else 'out of the theme'}."
        return redirect(f"{EDITOR}?said={said}", 303)

    @door.get("/admin/extensions")
    def extensions() -> Response:
        placed = [_told(each) for each in blocks.switches()]
        handle = blocks.extension.folder.name
        return jsonify([{"handle": handle, "type": "theme_app_extension", "activations": placed}])


def _told(switch: Switch) -> dict[str, Any]:
    """As `shopify.app.extensions()` tells it (shopify.dev, "App API"): `activations` are places in the published
    theme."""
    block = switch.block
    target = block.schema["target"]
    places = [target] if block.is_embed else [f"template--{template}.{target}" for template in block.templates]
    return {
        "handle": block.name,
        "name": switch.name,
        "target": target,
        "status": "active" if switch.is_on else "available",
        "activations": [{"target": place, "themeId": THEME_ID} for place in places if switch.is_on],
    }
