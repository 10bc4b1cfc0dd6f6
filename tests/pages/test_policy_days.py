"""What a merchant's own refund policy says of days, in the six languages, and when nothing is proposed from it."""

from __future__ import annotations

import pytest

from shopify_app.pages.policy_days import PolicyDays, policy_days

URL = "https://mara.example/policies/refund-policy"


def read(*paragraphs: str) -> PolicyDays:
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    found = policy_days({"policies": {"refund": ["Refunds", body, URL]}})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("You can return anything within 30 days.", 30),
        ("We have a <b>30-day</b> return policy.", 30),
        ("Returns are accepted within thirty (30) calendar days of delivery.", 30),
        ("You may exchange it within two weeks.", 14),
        ("Our policy lasts 45 days.", 45),
        ("If 60 days have gone by since your purchase, we can’t offer you an exchange.", 60),
        ("Sie können innerhalb von 30 Tagen alles zurückgeben.", 30),
        ("Wir bieten ein 100-tägiges Rückgaberecht.", 100),
        ("Die Widerrufsfrist beträgt vierzehn Tage ab dem Tag, an dem Sie die Ware erhalten.", 14),
        ("Umtausch binnen eines Monats.", 31),
        ("Vi har 30 dagars öppet köp.", 30),
        ("Du kan returnera varan inom fjorton dagar.", 14),
        ("Skicka tillbaka den inom fyra veckor.", 28),
        ("Vous disposez de trente jours pour nous renvoyer un article.", 30),
        ("Les échanges sont possibles sous 2 semaines.", 14),
        ("Tiene 30 días naturales para devolver su pedido.", 30),
        ("Puede cambiarlo en un plazo de quince días.", 15),
        ("Je kunt je bestelling binnen 30 dagen retourneren.", 30),
        ("Ruilen kan binnen twee weken.", 14),
        ("De bedenktijd is veertien dagen.", 14),
    ],
)
def test_days_are_read_in_the_six_languages_with_the_sentence_they_stand_in(sentence: str, days: int) -> None:
    found = read("Thank you.", sentence)

    assert found == PolicyDays(days, (sentence.replace("<b>", "").replace("</b>", ""),), URL)


@pytest.mark.parametrize(
    "sentence",
    [
        "We are glad you came.",
        "Returned parcels are looked at within 3 working days.",
        "Rücksendungen prüfen wir in 5 Werktagen.",
        "Les retours sont traités sous 14 jours ouvrés.",
        "Las devoluciones se procesan en 10 días hábiles.",
        "After your return it takes 5 to 10 days.",
        "We refund you within 14 days of your return.",
        "Nach der Rückgabe erstatten wir den Betrag binnen 14 Tagen.",
        "Nous vous remboursons sous 14 jours après le retour.",
        "Wij betalen binnen 14 dagen na je retour.",
        "It arrives within 30 days.",
        "A return of $30 daily goods costs 4.90 days.",
        "Returns are possible for 3000 days.",
    ],
)
def test_what_is_no_time_to_send_something_back_is_left_out(sentence: str) -> None:
    assert read(sentence) == PolicyDays(None, (), URL)


def test_two_different_windows_are_shown_and_neither_is_proposed() -> None:
    refund, exchange = "Return it for a refund within 14 days.", "Exchange it within 30 days."

    assert read(f"{refund} {exchange}") == PolicyDays(None, (refund, exchange), URL)
    both = "Return it within 30 days and we refund you within 14 days."
    assert read(both) == PolicyDays(None, (both,), URL)


def test_the_same_days_said_twice_are_one_window() -> None:
    assert read("Return it within 30 days.", "Exchange it within thirty days.").days == 30


def test_a_shops_own_days_count_before_those_of_the_law_beside_them() -> None:
    """As in the policy that Shopify proposes to every shop."""
    own = "We have a 30-day return policy, which means you have 30 days after receiving your item to request a return."
    found = read(
        own,
        "If the merchandise is being shipped into the European Union, you have the right to cancel or return your "
        "order within 14 days, for any reason and without a justification.",
        "If approved, you’ll be automatically refunded on your original payment method within 10 business days.",
        "If more than 15 business days have passed since we’ve approved your return, please contact us.",
    )

    assert found == PolicyDays(30, (own,), URL)


def test_no_policy_or_an_empty_one_proposes_nothing() -> None:
    assert policy_days({}) is None
    assert policy_days({"policies": {"refund": ["Refunds", " ", URL]}}) is None


def test_a_very_long_policy_without_a_full_stop_is_read_quickly() -> None:
    assert read("return 30 thirty ( one " * 4000).days is None
    assert read("send refunds we 14 days " * 4000).days == 14
