"""Rebuilds devstore/schema/admin_2026-10.json.gz from the package that Shopify publishes it in.

Run it with the project's Python; it fetches the package with npm into .cache once, refuses a file whose hash is not
the known one, drops everything but types and access scopes, and writes the same bytes every time.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "@shopify/dev-mcp@1.16.0"
TARBALL = ROOT / ".cache" / "shopify-dev-mcp-1.16.0.tgz"
MEMBER = "package/dist/data/admin_2026-10.json.gz"
SHA256 = "f3b522f264556925eada700e795e4a002a9cba83444ebcc6c0d724254a0c6593"
TARGET = ROOT / "devstore" / "schema" / "admin_2026-10.json.gz"

KEPT_OF_TYPES = {
    "__schema": ("queryType", "mutationType", "subscriptionType", "types", "directives"),
    "type": ("kind", "name", "isOneOf", "fields", "inputFields", "interfaces", "enumValues", "possibleTypes"),
    "field": ("name", "args", "type", "isDeprecated", "deprecationReason", "defaultValue"),
    "enum_value": ("name", "isDeprecated", "deprecationReason"),
    "directive": ("name", "isRepeatable", "locations", "args"),
}


def main() -> None:
    """Writes the stripped schema and says what it weighs."""
    original = published_schema()
    stripped = {"data": {"__schema": stripped_schema(original["data"]["__schema"])}, "scopes": scopes(original)}
    text = json.dumps(stripped, separators=(",", ":"), sort_keys=True).encode()
    TARGET.write_bytes(gzip.compress(text, compresslevel=9, mtime=0))
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes, {len(text):,} unpacked")


def published_schema() -> dict[str, Any]:
    """The introspection as published, after its hash was checked; ends the program when it is another file."""
    if not TARBALL.exists():
        npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or "npm"
        TARBALL.parent.mkdir(exist_ok=True)
        subprocess.run([npm, "pack", PACKAGE, "--pack-destination", str(TARBALL.parent), "--silent"], check=True)
    with tarfile.open(TARBALL) as archive:
        member = archive.extractfile(MEMBER)
        packed = member.read() if member else b""
    if hashlib.sha256(packed).hexdigest() != SHA256:
        sys.exit(f"{MEMBER} in {TARBALL} is not the known schema (expected sha256 {SHA256}).")
    return json.loads(gzip.decompress(packed))


def stripped_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The introspection without descriptions and without the package's own annotations."""
    kept = _only(schema, "__schema")
    kept["types"] = [_type(each) for each in schema["types"]]
    kept["directives"] = [{**_only(each, "directive"), "args": _fields(each["args"])} for each in schema["directives"]]
    return kept


def scopes(original: dict[str, Any]) -> dict[str, list[str]]:
    """Access scopes by ``Type`` or ``Type.field``, only where the schema names any; one of them suffices."""
    named = {}
    for item in original["offline_scopes"]["items"]:
        if item["offlineScopes"]:
            key = item["typeName"] + (f".{item['fieldName']}" if item["type"] == "field" else "")
            named[key] = item["offlineScopes"]
    return named


def _type(each: dict[str, Any]) -> dict[str, Any]:
    kept = _only(each, "type")
    for key in ("fields", "inputFields"):
        kept[key] = _fields(each[key]) if each[key] is not None else None
    if each["enumValues"] is not None:
        kept["enumValues"] = [_only(value, "enum_value") for value in each["enumValues"]]
    return kept


def _fields(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = []
    for field in fields:
        slim = _only(field, "field")
        if "args" in field:
            slim["args"] = _fields(field["args"])
        kept.append(slim)
    return kept


def _only(part: dict[str, Any], kind: str) -> dict[str, Any]:
    return {key: part[key] for key in KEPT_OF_TYPES[kind] if key in part}


if __name__ == "__main__":
    main()
