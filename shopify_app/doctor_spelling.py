"""What in the environment is spelled wrong: names that nothing reads, and addresses that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit

SEAMS = (
    "POSTLUDE_SHOPIFY_ORIGIN",
    "POSTLUDE_EASYPOST_ORIGIN",
    "POSTLUDE_ADMIN_ORIGIN",
    "POSTLUDE_APP_BRIDGE_URL",
    "POSTLUDE_POLARIS_URL",
    "POSTLUDE_CLOCK_FILE",
)
"""Settings that point away from Shopify; only a private address may have them."""
READ = (
    *SEAMS,
    *("POSTLUDE_APP_HANDLE", "POSTLUDE_APP_URL", "POSTLUDE_CARRIER_KEY", "POSTLUDE_CARRIER_PUSH_SECRET"),
    *("POSTLUDE_DATA_DIR", "POSTLUDE_ENCRYPTION_KEYS", "POSTLUDE_FAULT_POINT", "POSTLUDE_FAULT_POINT_ONCE"),
    *("POSTLUDE_LOG_LEVEL", "POSTLUDE_MAIL_FROM", "POSTLUDE_OWN_PROXIES", "POSTLUDE_PLAN", "POSTLUDE_SMTP_URL"),
)
"""Every name with our beginning that some part of the product reads."""
HANDLE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def misspelled(environ: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each, with what to do."""
    for name in sorted(environ):
        meant = get_close_matches(name, READ, 1, cutoff=0.85) if name.startswith("POSTLUDE_") else []
        if meant and name not in READ:
            yield f"{name} is set, but nothing reads it: {meant[0]} is what it is called."
    for name in SEAMS:
        if environ.get(name) and not name.endswith("_FILE") and not _is_address(environ[name]):
            yield f"{name} must be an address: http://127.0.0.1:8090."
    if environ.get("POSTLUDE_APP_HANDLE") and not HANDLE.fullmatch(environ["POSTLUDE_APP_HANDLE"]):
        yield "POSTLUDE_APP_HANDLE must be the app's handle in the Dev Dashboard: small letters, digits and hyphens."


def _is_address(given: str) -> bool:
    try:
        parts = urlsplit(given)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and " " not in given
    except ValueError:  # a port that is none, or half an IPv6 address
        return False
