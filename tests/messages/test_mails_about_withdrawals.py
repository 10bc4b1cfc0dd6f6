"""The acknowledgement of a withdrawal says what the law asks for; nothing in it leads elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from letter_cases import LINK, cases, euro

from shopify_app.i18n import Languages
from shopify_app.messages.compose import compose
from shopify_app.messages.envelope import Mail
from shopify_app.messages.plan import MailKind
from shopify_app.messages.rendering import render
from shopify_app.messages.story import Story

LANGUAGES = Languages()


def written(kind: MailKind, told: Story, code: str = "en") -> Mail:
    language = LANGUAGES.choose([code], "SE")
    return render(compose(kind, told, language.code), language, told.house)


def test_the_acknowledgement_says_what_was_declared_by_whom_and_when_to_the_minute() -> None:
    mail = written(*cases()["withdrawn"], "en")

    assert mail.subject == "You have withdrawn from your contract"
    for said in (
        "Tuesday, 24 November, 13:00 (CET)",
        "Withdrawal from the whole contract of order #1042",
        "Ada Lindholm",
        "2 × Linen shirt · M / Sage",
        "by Tuesday, 8 December",
        "W-1042-1",
    ):
        assert said in mail.text


@pytest.mark.parametrize("name", [name for name in cases() if name.startswith("withdrawn")])
def test_no_mail_about_a_withdrawal_speaks_of_credit_or_an_exchange(name: str) -> None:
    text = written(*cases()[name], "en").text.lower()
    assert "credit" not in text
    assert "exchange" not in text
    assert "bonus" not in text


def test_a_part_does_not_promise_the_delivery() -> None:
    assert "standard delivery included" in written(*cases()["withdrawn"], "en").text
    assert "standard delivery" not in written(*cases()["withdrawn_part"], "en").text


@pytest.mark.parametrize("name", ["withdrawn_back", "withdrawn_part"])
def test_the_delivery_that_goes_back_is_named_beside_sums_of_goods(name: str) -> None:
    """How to send goods back tells their sum alone; and where a tip stays, the goods are not the whole contract."""
    kind, told = cases()[name]
    assert told.withdrawal is not None
    owed = replace(told, withdrawal=replace(told.withdrawal, with_delivery=True))

    assert "The standard delivery is paid back too." not in written(kind, told).text
    assert "The standard delivery is paid back too." in written(kind, owed).text


@pytest.mark.parametrize(
    ("is_owed", "is_paid", "says"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_what_has_arrived_names_the_delivery_until_it_was_paid_back(is_owed: bool, is_paid: bool, says: bool) -> None:
    """It went with the first goods: the rest has its sum alone."""
    kind, told = cases()["withdrawn_arrived"]
    ret = told.of_return
    assert ret.withdrawal is not None
    groups = tuple(replace(each, delivery=euro("4.90") if is_paid else None) for each in ret.groups)
    found = replace(ret, withdrawal=replace(ret.withdrawal, with_delivery=is_owed), groups=groups)

    text = written(kind, replace(told, ret=found)).text

    assert ("The standard delivery is paid back too." in text) is says


def test_a_refund_with_its_delivery_says_one_sum_as_the_bank_shows_it() -> None:
    mail = written(*cases()["withdrawn_refund"], "en")
    assert "53,50" in mail.subject
    assert "Shipping: 4,90" in mail.text


@pytest.mark.parametrize(
    ("name", "stays", "comes_back", "nothing"),
    [
        ("withdrawn", True, True, False),  # some of it was sent, or nobody can tell
        ("withdrawn_unsent", False, False, True),
        ("withdrawn_sent", False, True, False),
    ],
)
def test_only_what_was_sent_is_asked_back(name: str, stays: bool, comes_back: bool, nothing: bool) -> None:
    text = " ".join(written(*cases()[name], "en").text.split())

    assert ("What has not been sent yet stays here" in text) is stays
    assert ("What has been sent comes back to us" in text) is comes_back
    assert ("Nothing of it has been sent yet: there is nothing for you to do." in text) is nothing


@pytest.mark.parametrize("name", ["withdrawn_back", "withdrawn_arrived", "withdrawn_refund", "withdrawn_off"])
def test_every_later_mail_names_it_by_the_number_of_the_first(name: str) -> None:
    text = written(*cases()[name], "en").text

    assert "Withdrawal W-1042-1 · Order #1042" in text
    assert "See your withdrawal" in text
    assert "Return R-1042-1 · " not in text


def test_the_laws_day_is_named_for_the_money_and_no_event_of_the_shops() -> None:
    for name in ("withdrawn_back", "withdrawn_arrived"):
        text = " ".join(written(*cases()[name], "en").text.split())
        assert "You get your money by Tuesday, 8 December" in text
        assert "Settled as soon as" not in text


def test_a_withdrawal_that_is_called_off_is_not_called_a_return() -> None:
    mail = written(*cases()["withdrawn_off"], "en")

    assert mail.subject == "Your withdrawal was called off"
    assert "Withdrawal W-1042-1 · Order #1042" in mail.text
    assert "The contract stays as it was: nothing is sent back, and nothing is paid out." in " ".join(mail.text.split())
    assert "return" not in mail.text.lower().replace(LINK, "")
