"""The mail that asks for another choice speaks of the part that waits, and is not sent once nobody waits any more."""

from __future__ import annotations

import pytest
from letter_cases import dossier, even, group, line, story, swap

from shopify_app.messages.compose import compose, is_overtaken
from shopify_app.messages.plan import MailKind
from shopify_app.returns.dossier import Dossier

KIND = MailKind.REPLACEMENT_GONE


def two_swaps(look: str | None, state: str = "approved") -> Dossier:
    """Two parts that are swaps; the second is the one that sold out."""
    first, second = group("variant_exchange", even()), group("variant_exchange", even(), id=32, position=2, look=look)
    return dossier(first, second, lines=(swap(), swap(id=2, title="Wool coat", group=2), line(3)), state=state)


def test_only_what_sold_out_is_named() -> None:
    letter = compose(KIND, story(two_swaps("replacement_gone")), "en")
    assert [item.title for item in letter.items] == ["Wool coat"]


@pytest.mark.parametrize(
    ("look", "state", "overtaken"),
    [
        ("replacement_gone", "approved", False),
        (None, "approved", True),
        ("refused", "approved", True),
        (None, "requested", False),
        (None, "closed", True),
        ("replacement_gone", "cancelled", True),
    ],
)
def test_it_is_not_sent_once_nobody_waits(look: str | None, state: str, overtaken: bool) -> None:
    assert is_overtaken(KIND, story(two_swaps(look, state))) is overtaken
