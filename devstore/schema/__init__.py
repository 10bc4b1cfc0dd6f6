"""Shopify's Admin API schema of 2026-10, as type information without descriptions.

Cut by `scripts/rebuild_admin_schema.py` from `@shopify/dev-mcp` 1.16.0 (ISC licence, Copyright Shopify).
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_client_schema

FILE = Path(__file__).with_name("admin_2026-10.json.gz")


@cache
def admin_schema() -> GraphQLSchema:
    """The schema, built once per process: share it, and attach no resolvers to it.

    The published introspection has deprecated fields that implement non-deprecated ones, which graphql-core calls
    invalid; Shopify serves it so, hence no validation.
    """
    return build_client_schema(_file()["data"], assume_valid=True)


@cache
def access_scopes() -> dict[str, tuple[str, ...]]:
    """Scopes by ``Type`` or ``Type.field``; any one of them grants access. Absent: no scope is named."""
    return {key: tuple(scopes) for key, scopes in _file()["scopes"].items()}


@cache
def _file() -> dict[str, Any]:
    return json.loads(gzip.decompress(FILE.read_bytes()))
