"""Renders the theme extension as a storefront would, and runs Shopify's own tools where they are needed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import liquid
import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "extensions" / "tracking-page"
HOW_TO_INSTALL = "Shopify's tools are not installed: run `python scripts/node_tools.py` once (`make test` does)."

_SCHEMA = re.compile(r"\{%-?\s*schema\s*-?%\}(.*?)\{%-?\s*endschema\s*-?%\}", re.S)
_HOLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class Block:
    """One block of the extension: its schema, and its HTML for a page of a shop."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.source = (EXTENSION / "blocks" / f"{name}.liquid").read_text()
        found = _SCHEMA.search(self.source)
        assert found, f"{name}.liquid has no schema"
        self.schema: dict[str, Any] = json.loads(found.group(1))

    def render(self, settings: Mapping[str, object] | None = None, locale: str = "en", **objects: Any) -> str:
        """Its HTML with the defaults and `settings` on top; `objects` are the page's (`product`, `cart`, ...)."""
        defaults = {setting["id"]: setting.get("default") for setting in self.schema["settings"] if "id" in setting}
        page = {"locale": {"iso_code": locale}, "page_type": "page", **objects.pop("request", {})}
        own = {"id": "ada1", "settings": {**defaults, **(settings or {})}, "shopify_attributes": "data-editor"}
        return _template(self.source, locale).render(
            block=own, request=page, routes={"account_url": "/account"}, **objects
        )


def texts(locale: str, kind: str = "") -> dict[str, str]:
    """A locale file by dotted key; `kind` is "" (what shoppers read) or ".schema" (what merchants read)."""
    default = ".default" if locale == "en" else ""
    return _leaves(json.loads((EXTENSION / "locales" / f"{locale}{default}{kind}.json").read_text()))


def _leaves(tree: Mapping[str, Any], path: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        flat |= _leaves(value, f"{path}{key}.") if isinstance(value, Mapping) else {f"{path}{key}": value}
    return flat


@cache
def _template(source: str, locale: str) -> liquid.BoundTemplate:
    return _environment(locale).from_string(_SCHEMA.sub("", source))


@cache
def _environment(locale: str) -> liquid.Environment:
    loader = liquid.FileSystemLoader(EXTENSION / "snippets", ext=".liquid")
    environment = liquid.Environment(loader=loader, tolerance=liquid.Mode.STRICT)
    known = texts(locale)

    def translate(key: object, **values: object) -> str:
        name = str(key)
        if "count" in values and name not in known:
            name += ".one" if values["count"] == 1 else ".other"
        return _HOLE.sub(lambda hole: str(values[hole.group(1)]), known[name])

    environment.add_filter("t", translate)
    environment.add_filter("date", _date)
    return environment


def _date(value: object, pattern: str) -> str:
    """Liquid's `date`. The library's own reckons seconds in the machine's time zone, whatever zone the value names."""
    moment = datetime.now(UTC) if value == "now" else datetime.fromisoformat(str(value))
    return moment.strftime(pattern.replace("%s", str(int(moment.timestamp()))))


@pytest.fixture
def tracking() -> Block:
    return Block("order-tracking")


@pytest.fixture
def link() -> Block:
    return Block("track-link")


@pytest.fixture
def returning() -> Block:
    return Block("start-return")


@pytest.fixture
def promise() -> Block:
    return Block("promise")


@pytest.fixture
def policy() -> Block:
    return Block("returns-policy")


@pytest.fixture
def blocks(tracking: Block, link: Block, returning: Block, promise: Block, policy: Block) -> tuple[Block, ...]:
    """All of them; a block file that is missing here fails the test that counts them."""
    return (tracking, link, returning, promise, policy)


@pytest.fixture
def locale_texts() -> Callable[..., dict[str, str]]:
    return texts


@pytest.fixture(scope="module")
def node_tool(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs one of Shopify's tools with the virtual environment's Node, in a home of its own, nothing phoning home."""
    home = tmp_path_factory.mktemp("home")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    quiet = {"CI": "1", "SHOPIFY_CLI_NO_ANALYTICS": "1", "OPT_OUT_INSTRUMENTATION": "true"}
    environment = {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", **quiet}

    def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        assert (ROOT / "node_modules" / "@shopify" / "cli").is_dir(), HOW_TO_INSTALL
        return subprocess.run(["node", *command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=100)

    return run


@pytest.fixture
def shopify(node_tool: Callable[..., Any]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The Shopify CLI."""
    command = ROOT / "node_modules" / "@shopify" / "cli" / "bin" / "run.js"
    return lambda *words, cwd=ROOT: node_tool(str(command), *words, cwd=cwd)
