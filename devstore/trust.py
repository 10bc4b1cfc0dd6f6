"""Whom the dev store believes over TLS."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def trusted_roots() -> ssl.SSLContext:
    """The usual roots, read once: by itself every client would read the whole list anew."""
    return httpx.create_ssl_context()
