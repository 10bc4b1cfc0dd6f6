"""Whose parcel is it: names first, numbers with care."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.shipments.directory import KnownBy, all_carriers, by_name, carrier, carrier_for
from shopify_app.shipments.numbers import (
    SURE_ENOUGH,
    detect,
    luhn,
    mod7,
    mod10,
    mod11_10,
    mod37_36,
    plain,
    s10,
    sscc,
)


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (mod7, "3318810014", "3318810013"),
        (luhn, "79927398713", "79927398710"),
        (s10, "473124829", "473124828"),
        (sscc, "006141411234567890", "006141411234567891"),
        (lambda text: mod10(text, (1, 2)), "999AA10123456784", "999AA10123456785"),
        (lambda text: mod11_10(text, (3, 1, 7) * 3 + (3, 1)), "986578788855", "986578788854"),
        (mod37_36, "A12425GABC1234002M", "A12425GABC1234002N"),
    ],
)
def test_each_check_digit_agrees_with_a_published_example(check, right, wrong):
    assert check(right)
    assert not check(wrong)


@pytest.mark.parametrize(
    ("number", "carrier_id"),
    [
        ("1Z 999 AA1 01 2345 6784", "ups"),
        ("RR 473 124 829 GB", "royal_mail"),
        ("LX473124829DE", "deutsche_post"),
        ("9400 1000 0000 0000 0000 06", "usps"),
        ("TBA502887274000", "amazon"),
        ("YT1234567890123456", "yunexpress"),
        ("986578788855", "fedex"),
        ("3318810014", "dhl_express"),
    ],
)
def test_a_number_with_a_check_digit_names_its_carrier_however_it_is_typed(number, carrier_id):
    found = carrier_for(None, number)
    assert found is not None
    assert (found.carrier.id, found.known_by) == (carrier_id, KnownBy.NUMBER)


@pytest.mark.parametrize("number", ["12345678901234", "12345678", "3SABCD1234567", "", "hello", "１２３４"])
def test_plain_digits_never_choose_a_carrier(number):
    assert carrier_for(None, number) is None


def test_the_name_on_the_fulfilment_comes_before_what_the_number_looks_like():
    found = carrier_for("PostNord SE", "1Z999AA10123456784")
    assert found is not None
    assert (found.carrier.id, found.confidence) == ("postnord", 1.0)


def test_a_carrier_we_do_not_know_is_not_replaced_by_one_we_do():
    assert carrier_for("Tinghao", "1Z999AA10123456784") is None


@pytest.mark.parametrize("company", ["Other", " ", None])
def test_no_name_lets_the_number_speak(company):
    assert carrier_for(company, "1Z999AA10123456784") is not None


def test_the_shops_usual_carrier_settles_plain_digits():
    found = carrier_for(None, "12345678901234", "DE", usual=("hermes",))
    assert found is not None
    assert (found.carrier.id, found.known_by) == ("hermes", KnownBy.USUAL)


def test_two_carriers_whose_check_digits_both_fit_are_settled_by_the_destination_or_not_at_all():
    both = next(n for n in (f"{i:012d}" for i in range(10**11, 10**11 + 5000)) if _sure(n) == {"fedex", "purolator"})
    assert carrier_for(None, both) is None
    found = carrier_for(None, both, "CA")
    assert found is not None
    assert found.carrier.id == "purolator"


def _sure(number: str) -> set[str]:
    return {found.carrier for found in detect(number) if found.confidence >= SURE_ENOUGH}


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("DHL", "dhl"),
        ("Deutsche Post (EN)", "deutsche_post"),
        ("Portal PostNord", "postnord"),
        ("La Poste Colissimo", "colissimo"),
        ("österreichische post", "austrian_post"),
        ("DPD Local", "dpd_uk"),
        ("usps", "usps"),
    ],
)
def test_shopifys_names_are_known_in_any_spelling(name, id_):
    assert by_name(name) == carrier(id_)


def test_every_tracking_link_is_safe_and_carries_the_number():
    for known in all_carriers():
        link = known.tracking_url('AB 12"><script>')
        if link is not None:
            assert urlsplit(link).scheme == "https"
            assert "AB12" in link
            assert "<" not in link


def test_ids_names_and_posts_do_not_clash():
    ids = [known.id for known in all_carriers()]
    assert len(ids) == len(set(ids))
    for number in ("RR473124829SE", "RR473124829IT", "RR473124829CH"):
        assert carrier(detect(number)[0].carrier) is not None


@given(st.text(max_size=40))
def test_no_text_is_too_strange_to_look_at(text):
    assert all(carrier(found.carrier) for found in detect(text))
    assert plain(plain(text)) == plain(text)
