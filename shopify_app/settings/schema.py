"""The JSON schema of all settings, published as ``docs/settings.schema.json``.

Written anew by ``python -m shopify_app.settings.schema > docs/settings.schema.json``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from shopify_app.settings.store import ADAPTERS


def settings_schema() -> dict[str, Any]:
    """One property per group (JSON Schema 2020-12); what `postlude settings` reads and writes."""
    groups: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    for kind, adapter in ADAPTERS.items():
        schema = adapter.json_schema(ref_template="#/$defs/{model}")
        definitions |= schema.pop("$defs", {})
        groups[kind] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Postlude settings",
        "description": "A shop's settings by group, as `postlude settings get|set` shows and takes them.",
        "type": "object",
        "properties": groups,
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(settings_schema(), indent=2, ensure_ascii=False) + "\n")
