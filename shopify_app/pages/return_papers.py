"""Papers that go with a return, as its page shows them. Facts and phrases."""

from __future__ import annotations

from dataclasses import dataclass

from shopify_app.i18n import Phrase, phrase

SLIP = phrase("Print the packing slip (PDF)")
SLIP_WHY = phrase("Put it into the parcel, so that we know whose it is.")


@dataclass(frozen=True)
class Paper:
    """Something to print, to open or to show at the counter (`is_picture`: it is shown on the page itself)."""

    label: Phrase
    url: str
    lines: tuple[Phrase | str, ...] = ()
    is_main: bool = False
    is_picture: bool = False


def slip_paper(url: str) -> Paper:
    """The packing slip."""
    return Paper(SLIP, url, (SLIP_WHY,))
