"""The shop's theme: Liquid templates inside one layout, and the app blocks a merchant has placed on them.

Rendered by python-liquid in strict mode. What Shopify's themes call objects (`shop`, `product`, `cart`, ...) come in
as plain dicts from `drops.py`. Syntax errors are shown on the page, in Shopify's words, never as a stack trace.
"""

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from liquid import DictLoader, Environment, FileSystemLoader, Mode, RenderContext
from liquid.ast import Node
from liquid.exceptions import LiquidError
from liquid.filter import with_context
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_TAG

THEME_FOLDER = Path(__file__).parent / "theme"
EXTENSION_FOLDER = Path(__file__).parent.parent / "extensions" / "tracking-page"

# Shopify shows no theme app extension on its checkout and order pages.
WITHOUT_APPS = frozenset({"checkout", "order"})
# What Mara has put where: app blocks by template. Embeds are switched on. The theme editor changes both.
PLACED = {
    "product": ("promise",), "cart": ("promise",), "page": ("order-tracking",), "returns": ("returns-policy",),
}  # fmt: skip

_RAW_BLOCK = r"\{%-?\s*NAME\s*-?%\}(.*?)\{%-?\s*endNAME\s*-?%\}"
_LAYOUT = re.compile(r"""\{%-?\s*layout\s+(none|['"][\w./-]+['"])\s*-?%\}""")


class _LayoutNode(Node):
    def render_to_output(self, context: RenderContext, buffer: object) -> int:
        return 0


class _LayoutTag(Tag):
    """`{% layout none %}`: read before rendering (see `Theme.page`), so it prints nothing here."""

    name = "layout"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        stream.into_inner(tag=token, eat=False)  # the parser itself steps over the expression
        return _LayoutNode(token)


def money(cents: object, currency: str = "EUR") -> str:
    """Minor units as a shopper reads them, e.g. `€129.00`; only currencies with two decimals pass through here."""
    if cents is None or cents == "":
        return ""
    amount = Decimal(str(cents)) / 100
    symbol = {"EUR": "€", "GBP": "£", "USD": "$"}.get(currency, f"{currency} ")
    return f"{symbol}{amount:,.2f}"


def _stylesheet_tag(url: object) -> str:
    return f'<link href="{html.escape(str(url))}" rel="stylesheet" type="text/css" media="all">'


def _script_tag(url: object) -> str:
    return f'<script src="{html.escape(str(url))}" defer></script>'


def _image_url(image: object, **_: object) -> str:
    if isinstance(image, Mapping):
        image = image.get("src") or (image.get("featured_image") or {}).get("src", "")
    return str(image or "")


@with_context
def _date(value: object, pattern: str = "%d %B %Y", *, context: RenderContext) -> str:
    """Liquid's `date`; `now` is the shop's time (object `shop_time`), nothing where there is no clock."""
    if value in ("now", "today"):
        value = context.resolve("shop_time", default=None)
    if not value:
        return ""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.strftime(pattern.replace("%s", str(int(moment.timestamp()))))


@dataclass(frozen=True)
class AppBlock:
    """One Liquid file of the theme app extension: its source without `{% schema %}`, and what the schema said."""

    name: str
    source: str
    schema: dict

    @property
    def settings(self) -> dict[str, object]:
        """The settings as they are before a merchant touched them."""
        return {
            setting["id"]: setting.get("default", "") for setting in self.schema.get("settings", []) if "id" in setting
        }

    @property
    def is_embed(self) -> bool:
        """Whether it stands on every page, by a switch, instead of where it was put."""
        return self.schema["target"] != "section"

    @property
    def came_with_the_theme(self) -> bool:
        """Whether Mara has put it in before anybody touches the theme editor."""
        return self.is_embed or any(self.name in names for names in PLACED.values())

    @property
    def templates(self) -> tuple[str, ...]:
        """Where an app block stands in Mara's theme, or would: its place there, else the first that would take it."""
        placed = tuple(template for template, names in PLACED.items() if self.name in names)
        return placed or tuple((self.schema.get("enabled_on") or {}).get("templates", ["page"])[:1])

    def belongs_on(self, template: str) -> bool:
        """Whether the theme editor would let this block onto `template`."""
        only, never = self.schema.get("enabled_on"), self.schema.get("disabled_on")
        if only is not None:
            return template in only.get("templates", []) or "*" in only.get("templates", [])
        return never is None or template not in never.get("templates", [])


class AppExtension:
    """The theme app extension as the shop sees it: blocks, translations and assets read afresh from its folder."""

    def __init__(self, folder: Path = EXTENSION_FOLDER) -> None:
        self.folder = folder

    def blocks(self, target: str) -> Iterator[AppBlock]:
        """Blocks whose schema names `target` (`section`, `head`, `body`), by file name."""
        for path in sorted(self.folder.glob("blocks/*.liquid")):
            source, schema = path.read_text(encoding="utf-8"), {}
            if found := re.search(_RAW_BLOCK.replace("NAME", "schema"), source, re.S):
                schema = json.loads(found.group(1))
                source = source.replace(found.group(0), "")
            if schema.get("target") == target:
                yield AppBlock(path.stem, source, schema)

    def name_of(self, block: AppBlock) -> str:
        """What merchants read in the theme editor, in English."""
        name = str(block.schema.get("name", block.name))
        if not name.startswith("t:"):
            return name
        words = json.loads((self.folder / "locales" / "en.default.schema.json").read_text(encoding="utf-8"))
        return _translate(words, name.removeprefix("t:"), {})

    def translations(self, locale: str) -> dict:
        """The words of `locale`, else those of the extension's default locale."""
        for name in (f"{locale}.json", f"{locale}.default.json", "en.default.json"):
            path = self.folder / "locales" / name
            if path.is_file():
                return json.loads(path.read_text(encoding="utf-8"))
        return {}

    def render(self, block: AppBlock, objects: Mapping[str, object], locale: str) -> str:
        """The block's HTML with its stylesheet and script, or the Liquid error where the block would stand."""
        snippets = self.folder / "snippets"
        environment = _environment(FileSystemLoader(snippets, ext=".liquid") if snippets.is_dir() else DictLoader({}))
        words = self.translations(locale)

        def translate(key: object, **values: object) -> str:
            return _translate(words, str(key), values)

        environment.add_filter("t", translate)
        environment.add_filter("asset_url", lambda name: f"/app-assets/{name}")
        own = {"settings": block.settings, "id": f"app-{block.name}", "shopify_attributes": "", "type": "app"}
        body = _render(environment, block.source, {**objects, "block": own, "section": {"id": "apps"}})
        return "".join(self._assets(block)) + body

    def _assets(self, block: AppBlock) -> Iterator[str]:
        if name := block.schema.get("stylesheet"):
            yield _stylesheet_tag(f"/app-assets/{name}")
        if name := block.schema.get("javascript"):
            yield _script_tag(f"/app-assets/{name}")


class Theme:
    """Renders the storefront's pages; `objects` are the Liquid objects every page can read, `is_on` says which app
    blocks the merchant has in the theme."""

    def __init__(
        self,
        extension: AppExtension | None = None,
        folder: Path = THEME_FOLDER,
        is_on: Callable[[AppBlock], bool] = lambda block: block.came_with_the_theme,
    ) -> None:
        self.extension = extension or AppExtension()
        self.folder = folder
        self.is_on = is_on
        self._environment = _environment(FileSystemLoader(folder / "snippets", ext=".liquid"))
        self._environment.add_filter("asset_url", lambda name: f"/theme-assets/{name}")
        self._environment.add_filter("t", lambda key, **_: str(key))

    def template(self, name: str, objects: Mapping[str, object]) -> str:
        """A page of the theme: `templates/<name>.liquid` inside the layout."""
        source = (self.folder / "templates" / f"{name}.liquid").read_text(encoding="utf-8")
        return self.page(source, {**objects, "template": name, "app_blocks": self._blocks(name, objects)})

    def page(self, source: str, objects: Mapping[str, object]) -> str:
        """Liquid from anywhere inside the layout, or bare when it says `{% layout none %}`."""
        content = _render(self._environment, source, objects)
        chosen = _LAYOUT.search(source)
        if chosen and chosen.group(1) == "none":
            return content
        layout = (self.folder / "layout" / "theme.liquid").read_text(encoding="utf-8")
        around = {"content_for_layout": content, "content_for_header": self._embeds("head", objects)}
        return _render(self._environment, layout, {**objects, **around, "app_embeds": self._embeds("body", objects)})

    def _blocks(self, template: str, objects: Mapping[str, object]) -> str:
        placed = (
            block
            for block in self.extension.blocks("section")
            if template in block.templates and block.belongs_on(template) and self.is_on(block)
        )
        return "".join(f'<div class="shopify-app-block">{self._app(block, objects)}</div>' for block in placed)

    def _embeds(self, target: str, objects: Mapping[str, object]) -> str:
        if objects.get("template") in WITHOUT_APPS:
            return ""
        return "".join(self._app(block, objects) for block in self.extension.blocks(target) if self.is_on(block))

    def _app(self, block: AppBlock, objects: Mapping[str, object]) -> str:
        locale = objects["request"]["locale"]["iso_code"]  # type: ignore[index]
        return self.extension.render(block, objects, locale)


def _environment(loader: FileSystemLoader | DictLoader) -> Environment:
    environment = Environment(tolerance=Mode.STRICT, loader=loader)
    environment.add_tag(_LayoutTag)
    for name, function in {
        "money": money,
        "money_with_currency": lambda cents, currency="EUR": f"{money(cents, currency)} {currency}",
        "stylesheet_tag": _stylesheet_tag,
        "script_tag": _script_tag,
        "image_url": _image_url,
        "handleize": lambda text: re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-"),
        "json": _json,
        "date": _date,
    }.items():
        environment.add_filter(name, function)
    return environment


def _json(value: object) -> str:
    """As Shopify prints it: safe inside a script element."""
    return json.dumps(value, ensure_ascii=False, default=str).replace("</", "<\\/")


def _render(environment: Environment, source: str, objects: Mapping[str, object]) -> str:
    try:
        return environment.from_string(source).render(**objects)
    except LiquidError as error:
        return f'<p class="liquid-error">{html.escape(describe(error))}</p>'


def describe(error: LiquidError) -> str:
    """The error in the form storefronts print: `Liquid syntax error (line 3): Unknown tag 'foo'`."""
    place = error.context()
    line = f" (line {place[0]})" if place else ""
    kind = "Liquid syntax error" if "Syntax" in type(error).__name__ else "Liquid error"
    return f"{kind}{line}: {error.message}"


def _translate(words: dict, key: str, values: Mapping[str, object]) -> str:
    found: object = words
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, dict) and "count" in values:
        found = found.get("one" if str(values["count"]) == "1" else "other")
    if not isinstance(found, str):
        return f"Translation missing: {key}"
    escaped = {name: html.escape(str(value)) for name, value in values.items()}
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda match: escaped.get(match.group(1), match.group(0)), found)
