"""Mails to be looked at: every kind that a shop sends, about an order that never was."""

from __future__ import annotations

import re

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
    mail = render(compose(kind, specimen(kind, house(), [BOOTS], NOON, spoken), "de"), spoken, house())

    assert mail.subject
    assert "{" not in mail.subject
    assert "Nordkant" in mail.html
    assert mail.text.strip()


@pytest.mark.parametrize("code", ["en", "de", "sv", "fr", "es", "nl"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_no_mail_is_shown_with_a_hole_where_somebody_would_have_written(kind: MailKind, code: str) -> None:
    spoken = Languages().choose([code])
    mail = render(compose(kind, specimen(kind, house(), [BOOTS], NOON, spoken), code), spoken, house())

    holes = re.findall(r".*(?:…|^>\s*$| ,|:\s+—\s*$).*", mail.text, re.MULTILINE)
    assert holes == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (MailKind.INSPECTION_ASKED, "Der Artikel hat deutliche Gebrauchsspuren."),
        (MailKind.INSPECTION_DECIDED, "Das tut uns leid."),
        (MailKind.NO_RECEIPT_DECLINED, "Das Etikett ist von einer anderen Marke."),
    ],
)
def test_what_staff_would_have_written_stands_in_the_readers_language(kind: MailKind, words: str) -> None:
    spoken = Languages().choose(["de"])

    mail = render(compose(kind, specimen(kind, house(), [BOOTS], NOON, spoken), "de"), spoken, house())

    assert words in " ".join(mail.text.replace("\n>", " ").split())


def test_a_withdrawal_is_declared_by_a_name() -> None:
    told = specimen(MailKind.WITHDRAWAL_RECEIVED, house(), [BOOTS], NOON, Languages().choose(["en"]))

    assert told.withdrawal
    assert told.withdrawal.name


def test_no_kind_is_left_out() -> None:
    assert {kind for kind in MailKind if kind not in WRITTEN_BY_THE_SHOP} == set(KINDS)


def test_the_sums_of_a_mail_add_up_with_the_price_of_the_product() -> None:
    told = specimen(MailKind.RETURN_APPROVED, house(), [BOOTS], NOON, Languages().choose(["en"]))
    accepted = told.of_return.groups[0].accepted

    assert accepted is not None
    assert str(accepted.gets) == "141.90"
    assert sum(row.amount.amount for row in accepted.rows) == accepted.gets.amount
