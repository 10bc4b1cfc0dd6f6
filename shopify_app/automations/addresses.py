"""Which addresses a merchant's rule may call: public ones, by https. Pure.

Whoever writes a rule must not reach through us what only we can reach: our own machines, their neighbours, a cloud's
metadata. The address is looked at when it is typed, and what its name leads to each time it is called
(OWASP, "Server-Side Request Forgery Prevention").
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

_INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "test", "invalid", "example")
"""Names that end so lead nowhere public (RFC 6761, RFC 6762, and what companies use within)."""


@dataclass(frozen=True)
class Target:
    """Where a call goes. `path` with its query."""

    host: str
    port: int
    path: str


def target_of(url: str) -> Target | None:
    """Where `url` leads; None where it may not be called."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port or 443
    except ValueError:
        return None
    if parts.scheme != "https" or not host or parts.username or parts.password or not url.isascii():
        return None
    if any(ch.isspace() or ch in "\\\"'<>" or ord(ch) < 32 for ch in url):
        return None
    if not _is_public_name(host):
        return None
    path = parts.path or "/"
    return Target(host, port, f"{path}?{parts.query}" if parts.query else path)


def is_called(url: str) -> bool:
    """Whether `url` may be called, as far as its text tells."""
    return target_of(url) is not None


def is_public(address: str) -> bool:
    """Whether an IP address is everybody's: no private, local, shared, reserved or multicast one, nor one that hides
    an IPv4 address of that kind."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found in _LOCAL_NAT64:
            return False
        if found in _NAT64 or found in _COMPATIBLE:
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        inside = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inside is not None:
            return is_public(str(inside))
    return found.is_global and not found.is_multicast and not found.is_reserved


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
"""Each network's own (RFC 8215): where the IPv4 address lies in it, only that network knows."""
_COMPATIBLE = ipaddress.IPv6Network("::/96")


def _is_public_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.lower().split(".")
        # a last label of digits is an address in another spelling (WHATWG URL): 127.1, 0x7f.1, 2130706433
        is_number = labels[-1][:1].isdigit()
        return len(labels) > 1 and all(labels) and not is_number and labels[-1] not in _INSIDE
    return is_public(host)
