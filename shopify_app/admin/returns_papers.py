"""What the merchant can print for a return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopify_app.crypto import Keyring
from shopify_app.db import Session
from shopify_app.papers import slip
from shopify_app.papers.links import slip_path
from shopify_app.returns.models import Return
from shopify_app.settings.parcels import Parcels


@dataclass(frozen=True)
class Papers:
    """`slip` is an address that opens by itself for half an hour; None: nothing travels."""

    slip: str | None


def papers_of(session: Session, ret: Return, keyring: Keyring, now: datetime) -> Papers:
    """The papers of `ret`, whether or not shoppers are shown them."""
    return Papers(slip_path(keyring, ret, now) if slip.has_slip(ret, Parcels()) else None)
