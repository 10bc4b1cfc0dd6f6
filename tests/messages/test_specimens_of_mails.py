"""Mails to be looked at: every kind that a shop sends, about an order that never was."""

from __future__ import annotations

import pytest
from letter_cases import NOON, euro, house

from shopify_app.admin.settings.mails import KINDS
from shopify_app.i18n import Languages
from shopify_app.messages.compose import compose
from shopify_app.messages.plan import MailKind
from shopify_app.messages.rendering import render
from shopify_app.messages.specimens import Piece, specimen

BOOTS = Piece("Fell boots", "42 / Brown", "43 / Brown", euro("129.00"))
WRITTEN_BY_THE_SHOP = {"team_automation", "automated"}
"""Their words are the rule's own: there is nothing to show without one."""


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_can_be_looked_at_in_the_shops_look(kind: MailKind) -> None:
    spoken = Languages().choose(["de"])
    mail = render(compose(kind, specimen(kind, house(), [BOOTS], NOON), "de"), spoken, house())

    assert mail.subject
    assert "{" not in mail.subject
    assert "Nordkant" in mail.html
    assert mail.text.strip()


def test_no_kind_is_left_out() -> None:
    assert {kind for kind in MailKind if kind not in WRITTEN_BY_THE_SHOP} == set(KINDS)


def test_the_sums_of_a_mail_add_up_with_the_price_of_the_product() -> None:
    told = specimen(MailKind.RETURN_APPROVED, house(), [BOOTS], NOON)
    accepted = told.of_return.groups[0].accepted

    assert accepted is not None
    assert str(accepted.gets) == "141.90"
    assert sum(row.amount.amount for row in accepted.rows) == accepted.gets.amount
