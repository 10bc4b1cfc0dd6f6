"""The right of withdrawal as a table: countries, days, weekends, who is a consumer, what is exempt."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shopify_app.returns.withdrawing.law import (
    LAWS,
    Bar,
    Buyer,
    Goods,
    Right,
    Travel,
    delivery_back,
    is_whole,
    last_day,
    law_of,
    refund_by,
    right,
)
from shopify_app.shipments.calendar import calendar_for

ADA = Buyer("SE")
SHIRTS = Goods(1, units=2)


def working(country: str) -> Any:
    return calendar_for(None, country).is_working


def of(
    buyer: Buyer = ADA,
    goods: tuple[Goods, ...] = (SHIRTS,),
    arrived: tuple[date | None, ...] = (date(2026, 11, 10),),
    today: date = date(2026, 11, 24),
    **more: Any,
) -> Right:
    travels = tuple(Travel(date(2026, 11, 6), day) for day in arrived)
    return right(buyer, goods, travels, today, is_working=working(buyer.country or "SE"), **more)


@pytest.mark.parametrize(
    ("country", "arrived", "ends"),
    [
        ("SE", date(2026, 11, 10), date(2026, 11, 24)),  # a Tuesday
        ("DE", date(2026, 11, 7), date(2026, 11, 23)),  # would end on a Saturday
        ("DE", date(2026, 11, 8), date(2026, 11, 23)),  # would end on a Sunday
        ("DE", date(2026, 12, 11), date(2026, 12, 28)),  # Christmas Day, a Friday; the 26th; the Sunday after
        ("FR", date(2026, 6, 30), date(2026, 7, 15)),  # the 14th of July
        ("SE", date(2026, 6, 30), date(2026, 7, 14)),  # a plain Tuesday there
        ("ES", date(2026, 9, 28), date(2026, 10, 13)),  # Fiesta Nacional, a Monday
        ("NL", date(2027, 4, 13), date(2027, 4, 28)),  # Koningsdag
    ],
)
def test_the_period_ends_after_fourteen_days_or_on_the_next_working_day(
    country: str, arrived: date, ends: date
) -> None:
    law = law_of(country)
    assert law is not None
    assert last_day(law, [Travel(date(2026, 1, 1), arrived)], working(country)) == ends


def test_every_member_state_is_in_the_table_with_its_source_and_nobody_else() -> None:
    assert len([code for code, law in LAWS.items() if "TFEU" not in law.source]) == 27
    assert all(law.period_days == 14 and "2011/83/EU" in law.source for law in LAWS.values())
    assert [law_of(code) for code in ("NO", "GB", "CH", "US", "", None)] == [None] * 6


@pytest.mark.parametrize(
    ("code", "law_of_state", "arrived", "ends"),
    [
        ("RE", "Code de la consommation", date(2026, 12, 4), date(2026, 12, 18)),
        ("RE", "Code de la consommation", date(2027, 12, 6), date(2027, 12, 21)),  # the 20th: Fête Kaf
        ("MF", "Code de la consommation", date(2026, 6, 30), date(2026, 7, 15)),  # the 14th of July
        ("AX", "Kuluttajansuojalaki", date(2026, 11, 10), date(2026, 11, 24)),
    ],
)
def test_parts_of_the_union_with_a_country_code_of_their_own_have_its_law(
    code: str, law_of_state: str, arrived: date, ends: date
) -> None:
    law = law_of(code)
    assert law is not None
    assert law.source.startswith(law_of_state)
    assert "TFEU, Article 355" in law.source
    assert last_day(law, [Travel(date(2026, 6, 1), arrived)], working(code)) == ends
    assert of(Buyer(code)).law == law


def test_territories_outside_the_union_have_none() -> None:
    assert [law_of(code) for code in ("BL", "PM", "NC", "PF", "GL", "FO", "AW", "GI", "MC")] == [None] * 9


def test_day_fourteen_is_in_time_and_day_fifteen_is_not() -> None:
    assert of(today=date(2026, 11, 24)).is_open
    late = of(today=date(2026, 11, 25))
    assert (late.bar, late.last_day) == (Bar.OVER, date(2026, 11, 24))


def test_the_last_item_of_an_order_counts() -> None:
    found = of(arrived=(date(2026, 11, 3), date(2026, 11, 17)))
    assert found.last_day == date(2026, 12, 1)


def test_the_period_has_not_begun_while_something_is_still_to_be_sent() -> None:
    found = of(goods=(SHIRTS, Goods(2, units=1, unsent=1)), today=date(2027, 3, 1))
    assert (found.is_open, found.last_day) == (True, None)


def test_nothing_sent_yet_can_be_withdrawn_from_at_once() -> None:
    found = of(goods=(Goods(1, units=2, unsent=2),), arrived=())
    assert found.is_open
    assert found.choices[0].unsent == 2


def test_a_delivery_that_nobody_saw_counts_from_the_day_by_which_it_was_due() -> None:
    assert of(arrived=(None,)).last_day == date(2026, 12, 21)  # 6 November + 30 + 14 is a Sunday


@pytest.mark.parametrize(
    ("buyer", "bar"),
    [
        (Buyer("SE", is_company=True), Bar.COMPANY),
        (Buyer("SE", is_cancelled=True), Bar.CANCELLED),
        (Buyer("SE", is_in_person=True), Bar.IN_PERSON),
        (Buyer("GB"), Bar.COUNTRY),
        (Buyer(None), Bar.COUNTRY),
    ],
)
def test_who_has_no_such_right_is_told_why(buyer: Buyer, bar: Bar) -> None:
    assert of(buyer).bar is bar


def test_a_merchant_may_switch_a_country_off() -> None:
    assert of(is_on=lambda country: country != "SE").bar is Bar.COUNTRY
    assert of(is_on=lambda country: country != "DE").is_open


@pytest.mark.parametrize(
    ("goods", "bar"),
    [
        (Goods(1, units=1, tags=frozenset({"Custom-Made"})), Bar.EXEMPT),
        (Goods(1, units=1, is_gift_card=True), Bar.NOT_GOODS),
        (Goods(1, units=1, needs_shipping=False), Bar.NOT_GOODS),
        (Goods(1, units=0, spoken_for=1), Bar.IN_A_RETURN),
        (Goods(1, units=0), Bar.GONE),
    ],
)
def test_what_cannot_be_withdrawn_from_says_so_and_leaves_the_rest(goods: Goods, bar: Bar) -> None:
    alone = of(goods=(goods,), exempt_tags=("custom-made",))
    assert (alone.bar, alone.choices[0].bar, alone.choices[0].units) == (bar, bar, 0)
    beside = of(goods=(goods, Goods(2, units=1)), exempt_tags=("custom-made",))
    assert beside.is_open
    assert beside.choices[0].bar is bar


def test_money_is_due_fourteen_days_after_the_declaration_even_on_a_weekend() -> None:
    law = law_of("DE")
    assert law is not None
    assert refund_by(law, date(2026, 11, 14)) == date(2026, 11, 28)  # a Saturday: earlier is always right


@pytest.mark.parametrize(
    ("chosen", "earlier", "whole"),
    [
        ({1: 2, 2: 1}, {}, True),
        ({1: 1, 2: 1}, {}, False),
        ({1: 2}, {}, False),
        ({1: 1}, {1: 1, 2: 1}, True),  # the rest, after a part
    ],
)
def test_a_withdrawal_is_whole_when_nothing_of_the_order_is_kept(
    chosen: dict[int, int], earlier: dict[int, int], whole: bool
) -> None:
    assert is_whole(chosen, {1: 2, 2: 1, 3: 0}, earlier) is whole


@pytest.mark.parametrize(
    ("paid", "standard", "back"), [(490, None, 490), (1490, 490, 490), (290, 490, 290), (0, 490, 0)]
)
def test_delivery_goes_back_up_to_the_standard_rate(paid: int, standard: int | None, back: int) -> None:
    assert delivery_back(paid, standard) == back
