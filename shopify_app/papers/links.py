"""Signed addresses of papers that open without a session: for the merchant, whose admin cannot open a PDF in its frame.

Such an address shows a shopper's name and address, so it lives for half an hour and is made anew with each page.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shopify_app.crypto import Keyring
from shopify_app.returns.models import Return

PURPOSE = "paper"
LIVES = timedelta(minutes=30)


def slip_path(keyring: Keyring, ret: Return, now: datetime) -> str:
    """The packing slip with its sender, on our own address: ``/papers/<key>``."""
    return f"/papers/{keyring.sign(PURPOSE, {'s': ret.shop_id, 'r': ret.id}, now + LIVES)}"


def slip_facts(keyring: Keyring, key: str, now: datetime) -> tuple[int, int]:
    """(shop id, return id) of a genuine address; raises BadToken."""
    facts = keyring.unsign(PURPOSE, key, now)
    return facts["s"], facts["r"]
