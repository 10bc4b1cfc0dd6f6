"""What the ledger calls things has a sentence in the language of whoever runs the shop."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shopify_app.admin.returns.money_words import ACCOUNTS, CAUSES
from shopify_app.i18n import STAFF, Languages
from shopify_app.returns import ledger
from shopify_app.returns.balances.verbs import AT_SHOPIFY
from shopify_app.returns.parcels import files, refused
from shopify_app.returns.parcels.own_labels import OwnLabel, add_own
from shopify_app.returns.parcels.refused import FileRefused, NoLabel
from shopify_app.returns.timeline import By

WITHOUT_A_RETURN = {ledger.Account.NO_RECEIPT_EXPENSE, ledger.Account.NO_RECEIPT_CREDIT}
"""They stand in no return's ledger."""


def test_every_account_of_a_return_has_words() -> None:
    assert set(ledger.Account) - WITHOUT_A_RETURN == set(ACCOUNTS)


def test_every_cause_that_is_booked_has_words() -> None:
    assert set(CAUSES) == {"reduction", "rounding", ledger.WITHHELD_EARLIER, ledger.PAID_TOO_MUCH, AT_SHOPIFY}


@pytest.mark.parametrize("raw", [b"MZ" + bytes(40), b"%PDF-" + bytes(files.MOST_BYTES)])
def test_a_file_that_is_no_label_is_refused_in_the_merchants_language(raw: bytes) -> None:
    with pytest.raises(FileRefused) as refusal:
        files.kind_of(raw)

    assert _in_german(refusal.value) not in (str(refusal.value), "")


@pytest.mark.parametrize("given", [OwnLabel(), OwnLabel(url="javascript:alert(1)")])
def test_a_label_that_cannot_be_kept_is_refused_in_the_merchants_language(given: OwnLabel) -> None:
    with pytest.raises(NoLabel) as refusal:
        add_own(None, None, given, By(), datetime(2026, 11, 23, tzinfo=UTC))  # type: ignore[arg-type]

    assert _in_german(refusal.value) not in (str(refusal.value), "")
    assert refusal.value.said != refused.ENDED


def _in_german(refusal: NoLabel | FileRefused) -> str:
    return Languages(first=STAFF).choose(["de"]).say(refusal.said)
