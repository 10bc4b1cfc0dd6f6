"""Each mail says what happened, what follows and how much, the same in HTML and in plain text, in every language."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from letter_cases import LINK, cases, dossier, group, house, line, row, story, sums, unit, with_bonus

from shopify_app.i18n import Languages
from shopify_app.messages.compose import LETTERS, compose
from shopify_app.messages.envelope import Mail
from shopify_app.messages.palette import palette
from shopify_app.messages.plan import MailKind
from shopify_app.messages.rendering import render
from shopify_app.messages.story import Story
from shopify_app.money import Money
from shopify_app.returns.settlements import RowKind
from shopify_app.settings.branding import Brand, Scheme
from shopify_app.settings.contrast import READABLE, contrast
from shopify_app.settings.returns import Returns

LANGUAGES = Languages()


def written(kind: MailKind, told: Story, code: str = "en") -> Mail:
    language = LANGUAGES.choose([code])
    return render(compose(kind, told, language.code), language, told.house)


def read(mail: Mail) -> str:
    """What a reader of the HTML reads, in one line."""
    body = re.sub(r"<!--.*?-->|<style.*?</style>|<title>.*?</title>", " ", mail.html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def case(name: str, code: str = "en") -> Mail:
    return written(*cases()[name], code)


def test_every_kind_of_mail_has_a_letter() -> None:
    assert set(LETTERS) == set(MailKind)
    assert {kind for kind, _ in cases().values()} == set(MailKind)


@pytest.mark.parametrize("name", cases())
@pytest.mark.parametrize("code", LANGUAGES.codes)
def test_every_mail_can_be_written_in_every_language(name: str, code: str) -> None:
    mail = case(name, code)

    assert f'lang="{code}' in mail.html
    assert mail.subject
    assert mail.text.startswith("Nordkant\n")
    for place in ("{{", "{%", "{amount}", "{order}", "{count}", "None"):
        assert place not in mail.html
        assert place not in mail.text


@pytest.mark.parametrize("name", cases())
def test_the_subject_is_the_headline_and_stays_on_one_line(name: str) -> None:
    mail = case(name)

    assert mail.subject in read(mail)
    assert "\n" not in mail.subject
    assert len(mail.subject) <= 60


@pytest.mark.parametrize("name", cases())
def test_the_text_twin_says_every_sum_and_every_link_of_the_html(name: str) -> None:
    mail = case(name)

    for amount in re.findall(r"€\d[\d.,]*", read(mail)):
        assert amount in mail.text
    links = set(re.findall(r'href="(https://[^"]+)"', mail.html)) - {"https://mara.example/"}
    assert all(unescape(link) in mail.text for link in links)


_OTHERS = ("automated", "code", "sender", "no_receipt", "withdrawn", "team_no_receipt", "team_withdrawal")
NO_RETURN = {name for name in cases() if name.startswith(_OTHERS)} - {"withdrawn_back"}


@pytest.mark.parametrize("name", [name for name in cases() if name not in NO_RETURN])
def test_every_mail_about_a_return_leads_to_its_page_and_names_it(name: str) -> None:
    mail = case(name)

    assert LINK in mail.html
    assert LINK in mail.text
    assert "R-1042-1" in read(mail)


@pytest.mark.parametrize("name", cases())
def test_mails_fetch_nothing_but_pictures_and_stay_small(name: str) -> None:
    mail = case(name)

    assert "fonts.googleapis" not in mail.html
    assert "<script" not in mail.html
    assert "<link" not in mail.html
    assert len(mail.html.encode()) < 60_000  # Gmail cuts at 102 KB
    assert all(re.search(r'alt="[^"]+"', picture) for picture in re.findall(r"<img[^>]*>", mail.html))


def test_a_code_is_in_the_subject_and_large_in_the_mail_and_leads_nowhere() -> None:
    mail = case("code")

    assert mail.subject == "402913 is your code"
    assert "It works once, for 10 minutes." in mail.text
    assert set(re.findall(r'href="([^"]+)"', mail.html)) == {"https://mara.example/"}


def test_a_request_says_until_when_we_decide_and_what_it_would_come_to() -> None:
    text = case("requested").text

    assert "We look at it and answer by Thursday, 26 November" in text.replace("November 26", "26 November")
    assert "You get back: €48.60" in text
    assert "Bonus, 10 % of €45.00: €4.50\nStore credit: €53.10" in text


def test_an_approval_says_how_to_send_back_where_to_and_the_exact_sums() -> None:
    text = case("approved").text

    assert "put a note with R-1042-1 into the parcel" in text
    assert "    Nordkant returns\n    Lagervägen 7\n" in text
    assert "Hand the parcel in at any post office." in text
    assert "Settled as soon as we have checked your items." in text


@pytest.mark.parametrize(
    ("event", "said"), [("inspection", "We check everything"), ("receipt", "We settle your return now")]
)
def test_an_arrival_says_what_is_waited_for(event: str, said: str) -> None:
    told = story(dossier(group(money_event=event), state="approved"))

    assert said in written(MailKind.GOODS_RECEIVED, told).text


def test_a_shop_that_has_named_no_address_asks_to_be_asked() -> None:
    told = story(dossier(state="approved"), house=house(returns=Returns()))

    assert "ask us for the address" in written(MailKind.RETURN_APPROVED, told).text


def test_an_even_swap_says_where_to_bring_it_until_when_it_is_kept_and_that_nothing_is_due() -> None:
    text = case("approved_swap").text

    assert "Haga Nygata 3, Göteborg" in text
    assert "We keep your replacement aside until" in text
    assert "You pay: €0.00" in text
    assert "Exchange for L / Sage" in text


def test_nothing_to_send_back_is_said_so() -> None:
    kept = line(outcome="keep_item", method="none", units=(unit(reception="kept"),))
    told = story(dossier(group("keep_item"), lines=(kept,), state="approved"))

    assert "You need not send anything back." in written(MailKind.RETURN_APPROVED, told).text


@pytest.mark.parametrize(
    ("method", "one", "several"),
    [
        ("in_store", "Bring it to our store", "Bring them to our store"),
        ("own_carrier", "Send it with a carrier of your choice", "Send them with a carrier of your choice"),
        ("own_carrier", "Pack the item well", "Pack the items well"),
        ("label", "Send it with our label", "Send them with our label"),
        ("qr", "Send it with our code", "Send them with our code"),
        ("pick_up", "We collect it", "We collect them"),
    ],
)
def test_one_item_travels_in_the_singular(method: str, one: str, several: str) -> None:
    for quantity, said in ((1, one), (2, several)):
        travelling = line(method=method, quantity=quantity, units=tuple(unit(n) for n in range(quantity)))
        told = story(dossier(lines=(travelling,), state="approved"))

        assert said in written(MailKind.RETURN_APPROVED, told).text


@pytest.mark.parametrize(("quantity", "said"), [(1, "The item stays yours"), (2, "The items stay yours")])
def test_a_return_that_was_called_off_leaves_one_item_or_several(quantity: int, said: str) -> None:
    kept = line(quantity=quantity, units=tuple(unit(n) for n in range(quantity)))

    assert said in written(MailKind.RETURN_CANCELLED, story(dossier(lines=(kept,), state="cancelled"))).text


@pytest.mark.parametrize(("quantity", "said"), [(1, "Refund, and keep the item"), (2, "Refund, and keep the items")])
def test_what_is_kept_is_said_of_one_item_and_of_several(quantity: int, said: str) -> None:
    kept = line(outcome="keep_item", method="none", quantity=quantity, units=(unit(reception="kept"),) * quantity)
    told = story(dossier(group("keep_item"), lines=(kept,), state="approved"))

    assert re.search(rf"{said}$", written(MailKind.RETURN_APPROVED, told).text, re.MULTILINE)


def test_a_refund_says_where_the_money_went() -> None:
    mail = case("refund_less")

    assert mail.subject == "Your refund of €20.00 is on its way"
    assert "To the gift card you paid with: €5.00" in mail.text
    assert "To the payment method you used: €15.00" in mail.text
    assert "€48.60 was agreed. After checking your items it is €20.00." in mail.text
    assert "1 of 2 accepted" in mail.text


def test_of_an_exchange_only_what_the_goods_count_was_agreed_without_a_bonus_that_lapses() -> None:
    lapsing = {"bonus": Money(450, "EUR"), "bonus_lapses": Money(450, "EUR"), "gets": Money(5310, "EUR")}
    less = {"bonus": Money(225, "EUR"), "bonus_lapses": Money(225, "EUR"), "gets": Money(2655, "EUR")}
    final = sums(own=Money(2430, "EUR"), **less)
    told = story(dossier(group("shop_now", sums(**lapsing), final=final, state="settled"), state="approved"))

    assert "€48.60 was agreed. After checking your items it is €24.30." in written(MailKind.GROUP_SETTLED, told).text


def test_store_credit_says_own_money_bonus_its_last_day_and_the_balance() -> None:
    mail = case("credit")

    assert mail.subject == "€53.10 store credit is yours"
    assert "Bonus, 10 % of €45.00: €4.50" in mail.text
    assert "Bonus to be used by: " in mail.text
    assert "2027" in mail.text
    assert "Your store credit now: €61.10" in mail.text


def test_a_bonus_that_was_not_given_is_not_promised_as_given() -> None:
    told = story(dossier(group("store_credit", with_bonus()), lines=(line(outcome="store_credit"),)))
    mail = written(MailKind.GROUP_SETTLED, told)

    assert mail.subject == "€48.60 store credit is yours"
    assert "Your bonus of €4.50 is not in it yet" in mail.text
    assert "€53.10" not in mail.text


def test_a_bonus_that_is_a_gift_card_stands_apart() -> None:
    kind, told = cases()["credit"]
    mail = written(kind, replace(told, card_code="nkxq7wd2m4ph"))

    assert mail.subject == "€48.60 store credit is yours"
    assert "Gift card\n---------\nYour bonus: €4.50" in mail.text
    assert "\n    nkxq7wd2m4ph\n" in mail.text


def test_a_return_begun_in_shopify_has_no_quote_and_its_mail_says_no_sum() -> None:
    told = story(dossier(replace(group(), accepted=None), source="shopify"))
    mail = written(MailKind.GROUP_SETTLED, told)

    assert mail.subject == "Your refund is on its way"
    assert "€" not in mail.text


def test_rows_of_several_lines_are_said_as_one_sum() -> None:
    rows = (row(RowKind.PRICE, "50.00"), row(RowKind.PRICE, "10.00", line_id=9002, count=2), row(RowKind.TAX, "4.00"))
    told = story(dossier(group(accepted=sums(rows=rows, own=Money(6400, "EUR")))))
    text = written(MailKind.RETURN_REQUESTED, told).text

    assert "Price of 3 items: €60.00\nTax: €4.00\nYou get back: €64.00" in text


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "¥4,860"), ("KWD", "KWD 4.860")])
def test_yen_have_no_cents_and_dinars_have_three_places(currency: str, shown: str) -> None:
    money = Money(4860, currency)
    zero = Money(0, currency)
    own = sums(own=money, gets=money, back=money, parts=(), rows=(), bonus=zero, due=zero)
    mail = written(MailKind.GROUP_SETTLED, story(dossier(group(final=own, accepted=own))))

    assert shown in mail.subject.replace("\u00a0", " ").replace("￥", "¥")


def test_german_says_amounts_and_days_its_own_way() -> None:
    mail = case("requested", "de")

    assert "48,60\u00a0€" in mail.text
    assert "Donnerstag, 26. November" in mail.text


def test_a_light_brand_has_no_dark_mail() -> None:
    told = story(house=house(brand=Brand(scheme=Scheme.LIGHT)))
    mail = written(MailKind.RETURN_REQUESTED, told)

    assert "prefers-color-scheme" not in mail.html
    assert 'content="light only"' in mail.html


@pytest.mark.parametrize("accent", ["#1f5c4d", "#000000", "#b00020", "#0047ff", "#6b4e00", "#5a2d82"])
@pytest.mark.parametrize("ground", ["#ffffff", "#fff7e8"])
def test_whatever_carries_words_can_be_read(accent: str, ground: str) -> None:
    for shades in (palette(accent, ground).light, palette(accent, ground).dark):
        for ink, under in (
            (shades.ink, shades.card),
            (shades.ink, shades.tint),
            (shades.muted, shades.card),
            (shades.muted, shades.tint),
            (shades.muted, shades.ground),
            (shades.accent, shades.card),
            (shades.on_accent, shades.accent),
        ):
            assert contrast(ink, under) >= READABLE, (ink, under)
