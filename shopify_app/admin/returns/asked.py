"""A form of the return's page before it is carried out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from werkzeug.datastructures import MultiDict

from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.models import Return
from shopify_app.returns.parcels import parcels
from shopify_app.returns.parcels.parcels import Sent
from shopify_app.returns.parcels.refused import NoParcel
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import LONGEST_WORDS, By
from shopify_app.shopify.return_snapshots import VariantStock


class Refused(Exception):
    """The form cannot be carried out; `said` tells why."""

    def __init__(self, said: Phrase | str) -> None:
        super().__init__()
        self.said = said


def pieces_in(text: str) -> int:
    """A typed number of pieces; nothing is zero. Raises Refused."""
    if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Refused(phrase("“{typed}” is no number of pieces.", typed=text[:40]))
    return int(text or 0)


@dataclass(frozen=True)
class Asked:
    """`live` is Shopify's stock of the replacements that an approval promises."""

    session: Session
    ret: Return
    form: MultiDict[str, str]
    staff: str
    now: datetime
    live: Mapping[int, VariantStock] | None

    @property
    def by(self) -> By:
        """The member of staff, for the verbs on goods and money."""
        return By(Actor.MERCHANT, self.staff)

    def word(self, name: str) -> str:
        """A field as it was typed, without the space around it. Raises Refused: of a longer one, what is kept and
        what a shopper is sent would end in the middle."""
        text = self.form.get(name, "").strip()
        if len(text) > LONGEST_WORDS:
            raise Refused(phrase("That is too long: {most} characters at most.", most=LONGEST_WORDS))
        return text

    def number(self, name: str) -> int:
        """A field that holds a whole number; nothing is zero. Raises Refused."""
        text = self.word(name)
        if text and not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise Refused(phrase("“{typed}” is no number of pieces.", typed=text[:40]))
        return int(text or 0)

    def location(self) -> int | None:
        """Shopify's id of one of the shop's locations, which has more digits than any number of pieces; None for
        anything else. A shop whose locations nobody has told us of may have any."""
        text = self.word("location")
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            return None
        known = {int(key) for key, _ in self.ret.order.shop.profile.get("locations") or ()}
        return int(text) if not known or int(text) in known else None

    def parcel(self) -> Sent:
        """A parcel by its number, with its carrier and its page there where they are told. Raises Refused."""
        try:
            return parcels.typed(self.word("tracking"), self.word("carrier"), self.word("url"))
        except NoParcel as failure:
            raise Refused(failure.said) from failure

    def each(self, prefix: str) -> Iterator[tuple[int, str]]:
        """The fields ``<prefix>-<id>`` that hold something, with the id."""
        for name, value in self.form.items():
            kind, _, key = name.partition("-")
            if kind == prefix and key.isascii() and key.isdigit() and len(key) <= 18 and value.strip():
                yield int(key), value.strip()
