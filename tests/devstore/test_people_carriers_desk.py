"""The carriers' desk: the next scan of a parcel, and numbers a carrier could have printed."""

from datetime import UTC, datetime, timedelta

import pytest

from devstore import carriers_desk

ADA_AT_HOME = {"city": "Göteborg", "country_code": "SE"}
BEN_AT_HOME = {"city": "Lyon", "country_code": "FR"}
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_the_route_ends_at_the_door() -> None:
    assert [step.country for step in carriers_desk.route(BEN_AT_HOME)] == ["SE", "SE", "SE", "FR", "FR", "FR"]
    assert carriers_desk.route(ADA_AT_HOME)[-1].city == "Göteborg"


def test_the_first_scan_of_a_new_parcel_is_its_label() -> None:
    step = carriers_desk.next_step(ADA_AT_HOME, [])

    assert step is not None
    assert step.status == "confirmed"


def test_scans_that_are_not_on_the_route_do_not_move_the_parcel_on() -> None:
    step = carriers_desk.next_step(ADA_AT_HOME, [{"status": "label_printed"}, {"status": "delayed"}])

    assert step is not None
    assert step.status == "confirmed"


def test_after_nobody_was_home_the_parcel_goes_out_again() -> None:
    seen = [{"status": "in_transit"}, {"status": "in_transit"}, {"status": "attempted_delivery"}]

    step = carriers_desk.next_step(ADA_AT_HOME, seen)

    assert step is not None
    assert step.status == "out_for_delivery"


@pytest.mark.parametrize("end", ["delivered", "failure"])
def test_nothing_follows_the_end(end: str) -> None:
    assert carriers_desk.next_step(ADA_AT_HOME, [{"status": "in_transit"}, {"status": end}]) is None


def test_no_scan_happens_in_the_future() -> None:
    step = carriers_desk.route(ADA_AT_HOME)[3]
    long_ago = (NOW - timedelta(days=3)).isoformat()
    just_now = (NOW - timedelta(hours=1)).isoformat()

    assert carriers_desk.happens_at(step, [{"happened_at": long_ago}], NOW) == NOW - timedelta(days=3, hours=-20)
    assert carriers_desk.happens_at(step, [{"happened_at": just_now}], NOW) == NOW


def test_s10_numbers_carry_the_published_check_digit() -> None:
    # The example of UPU S10: 47312482 weighs 8 6 4 2 3 5 9 7 and leaves 9.
    assert carriers_desk.s10("RA", 47312482, "XX") == "RA473124829XX"


def test_ups_numbers_carry_the_published_check_digit() -> None:
    assert carriers_desk.ups(12345678)[:10] == "1Z999AA101"
    assert carriers_desk.ups(12345678)[-1].isdigit()
    # 1Z999AA10123456784 is the number UPS itself prints in its examples.
    assert carriers_desk.ups(12345678) == "1Z999AA10123456784"


@pytest.mark.parametrize("company", [*carriers_desk.COMPANIES.values(), *carriers_desk.OTHER_COMPANIES])
def test_every_company_has_numbers_without_spaces(company: str) -> None:
    number = carriers_desk.tracking_number(company, 4711)

    assert len(number) >= 10
    assert number.isalnum()
