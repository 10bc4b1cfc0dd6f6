"""What is held of every UI extension, whichever page it is on: its types, its words, Shopify's validator."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EXTENSIONS = ROOT / "extensions"
Tool = Callable[..., "subprocess.CompletedProcess[str]"]


def types(node_tool: Tool, extension: Path) -> subprocess.CompletedProcess[str]:
    return node_tool("node_modules/typescript/bin/tsc", "--noEmit", "--project", str(extension / "tsconfig.json"))


def own_tests(node_tool: Tool, name: str) -> subprocess.CompletedProcess[str]:
    config = EXTENSIONS / name / "vitest.config.mjs"
    return node_tool("node_modules/vitest/vitest.mjs", "run", "--config", str(config.relative_to(ROOT)))


def stale_bundles(node_tool: Tool, name: str, demos: Path, into: Path) -> list[str]:
    """The demo's committed bundles that are not what is built now, and those that it lacks."""
    answer = node_tool("scripts/bundle_extension.mjs", name, str(into))
    assert answer.returncode == 0, answer.stderr
    built = sorted(into.glob("*.js"))
    assert built
    return [
        file.name
        for file in built
        if not (demos / file.name).is_file() or (demos / file.name).read_bytes() != file.read_bytes()
    ]


def source(extension: Path) -> str:
    return "".join(file.read_text() for file in sorted((extension / "src").iterdir()))


def texts(extension: Path, locale: str) -> dict[str, str]:
    """The words of a language, by dotted key."""
    return _leaves(json.loads((extension / "locales" / f"{locale}.json").read_text()))


def _leaves(tree: dict[str, Any], path: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        flat |= _leaves(value, f"{path}{key}.") if isinstance(value, dict) else {f"{path}{key}": value}
    return flat


def validated(files: dict[str, list[str]], home: Path) -> dict[str, str]:
    """What Shopify's validator says of each file for each target; runs outside the fixture, for it reads its input."""
    answer = subprocess.run(
        ["node", "scripts/check_extension.mjs"], cwd=ROOT, input=json.dumps(files), capture_output=True, text=True,
        timeout=100, env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(home),
                          "OPT_OUT_INSTRUMENTATION": "true"},
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def is_valid(said: str) -> bool:
    return "VALID" in said and "INVALID" not in said
