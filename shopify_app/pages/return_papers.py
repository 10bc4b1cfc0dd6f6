"""Papers that go with a return, as its page shows them. Facts and phrases."""

from __future__ import annotations

from dataclasses import dataclass

from shopify_app.i18n import Day, Phrase, phrase
from shopify_app.returns.parcels.labels import LabelKind

SLIP = phrase("Print the packing slip (PDF)")
NO_PRINTER = phrase("You need no printer: it is read from your screen.")
_NOT_YET = phrase("Your return label is not there yet")
_NO_CODE_YET = phrase("Your code for the parcel shop is not there yet")
_AS_SOON = phrase("We write to you as soon as it is there.")
_BY_US = phrase("Our team is seeing to it.")
SLIP_WHY = phrase("Put it into the parcel, so that we know whose it is.")


@dataclass(frozen=True)
class Paper:
    """Something to print, to open or to show at the counter (`is_picture`: it is shown on the page itself). No `url`:
    there is nothing to open, and `label` says why; or, where it `asks`, what a button says that asks for it."""

    label: Phrase
    url: str
    lines: tuple[Phrase | str, ...] = ()
    is_main: bool = False
    is_picture: bool = False
    asks: bool = False


@dataclass(frozen=True)
class LabelShown:
    """A label that can be used now, and where it is. `is_for_code`: the shop gave it where a code was agreed, and which
    of the two it is nobody but the shop knows."""

    kind: str
    url: str
    number: str = ""
    until: Day | None = None
    is_for_code: bool = False


def slip_paper(url: str) -> Paper:
    """The packing slip."""
    return Paper(SLIP, url, (SLIP_WHY,))


def ended_paper(last: Day, asked: Day | None) -> Paper:
    """In place of labels of which the last has ended: nobody is left to find out why it is gone, and another can be
    asked for, unless it was (`asked`)."""
    ended = phrase("Your return label ended on {day}.", day=last)
    if asked is None:
        return Paper(phrase("Ask for a new label"), "", (ended,), is_main=True, asks=True)
    said = phrase("You asked for a new one on {day}. We write to you as soon as it is there.", day=asked)
    return Paper(ended, "", (said,))


def coming_paper(asked_from: Day | None, is_asked: bool, is_code: bool = False) -> Paper:
    """In place of a label that is not there yet, or of the code that was agreed (`is_code`). `asked_from`: its seller
    does not answer, and a person is asked from then on; `is_asked`: a person is."""
    if is_asked:
        return Paper(_NO_CODE_YET if is_code else _NOT_YET, "", (_BY_US, _AS_SOON))
    made = phrase("Your return label is being made")
    if is_code:
        made = phrase("Your code for the parcel shop is being made")
    if asked_from is None:
        return Paper(made, "", (_AS_SOON,))
    away = phrase(
        "The carrier does not answer at the moment. We go on trying; if it is not there by {day}, our team sees to it.",
        day=asked_from,
    )
    return Paper(made, "", (away, _AS_SOON))


def to_be_given_paper(is_code: bool) -> Paper:
    """In place of a label, or a code, that a person of the shop is to give."""
    return Paper(_NO_CODE_YET if is_code else _NOT_YET, "", (_AS_SOON,))


def label_paper(label: LabelShown) -> Paper:
    """A label to print, to open elsewhere, or a code to show at the counter."""
    until = (phrase("Use it until {day}.", day=label.until),) if label.until else ()
    if label.kind == LabelKind.QR:
        return Paper(phrase("Show this code at the counter"), label.url, (NO_PRINTER, *until), is_picture=True)
    number = (phrase("Parcel number: {number}", number=label.number),) if label.number else ()
    words = phrase("Open the return label") if label.kind == LabelKind.LINK else phrase("Print the return label")
    if label.is_for_code:
        words = phrase("Open your code or label")
    return Paper(words, label.url, (*until, *number), is_main=True)
