"""When and where a scan happened, from every way carriers write it."""

import contextlib
import gzip
import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopify_app.shipments.places import Address, country_code, country_zone, fold, locate, zone_at
from shopify_app.shipments.stamps import Beside, Precision, UnreadableTime, ZoneSource, read_stamp

HAMBURG = Address("Hamburg", "", "DE")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def wall(*parts: int) -> datetime:
    return utc(*parts).replace(tzinfo=None)


def test_an_offset_in_the_value_is_trusted_before_everything_else():
    stamp = read_stamp("2026-07-01T10:00:00-04:00", HAMBURG, Beside(utc="2026-07-01T09:00:00Z", zone="PST"))
    assert (stamp.instant, stamp.zone_source) == (utc(2026, 7, 1, 14), ZoneSource.OFFSET)


def test_the_local_time_is_the_clock_on_the_wall_where_the_scan_happened():
    stamp = read_stamp("2026-11-24T12:00:00-05:00", HAMBURG)
    assert (stamp.local, stamp.zone) == (wall(2026, 11, 24, 18), "Europe/Berlin")


def test_an_unknown_place_keeps_the_wall_clock_as_it_was_written():
    stamp = read_stamp("2026-11-24T12:00:00-05:00")
    assert (stamp.local, stamp.zone) == (wall(2026, 11, 24, 12), "-05:00")


def test_a_utc_field_beside_the_time_comes_before_the_place():
    stamp = read_stamp("2026-07-01T10:00:00", HAMBURG, Beside(utc="2026-07-01T00:00:00Z"))
    assert (stamp.instant, stamp.local.hour, stamp.zone) == (utc(2026, 7, 1), 10, "+10:00")
    assert stamp.zone_source is ZoneSource.UTC


def test_a_zone_field_means_the_clock_of_its_own_country():
    in_new_york = read_stamp("2026-07-01 10:00", Address(country="US"), Beside(zone="EST"))
    in_shanghai = read_stamp("2026-07-01 10:00", Address(country="CN"), Beside(zone="CST"))
    assert (in_new_york.instant, in_shanghai.instant) == (utc(2026, 7, 1, 14), utc(2026, 7, 1, 2))
    assert in_new_york.zone_source is ZoneSource.FIELD


def test_a_us_zip_knows_its_zone():
    stamp = read_stamp("2026-07-01 10:00", Address("Blue Point", "NY", "US", "11715-1234"))
    assert (stamp.instant, stamp.zone_source) == (utc(2026, 7, 1, 14), ZoneSource.PLACE)


def test_a_country_with_one_clock_settles_the_zone():
    stamp = read_stamp("01.12.2026 14:12", Address("Kleinkleckersdorf", "", "Deutschland"))
    assert (stamp.instant, stamp.zone_source) == (utc(2026, 12, 1, 13, 12), ZoneSource.COUNTRY)


@pytest.mark.parametrize(("beside", "source"), [(Beside(), ZoneSource.NONE), (Beside(habit="UTC"), ZoneSource.ASSUMED)])
def test_a_time_nobody_can_place_stays_local_and_has_no_instant(beside, source):
    stamp = read_stamp("2026-07-01 10:00", Address("Springfield", "", "US"), beside)
    assert (stamp.instant, stamp.local, stamp.zone_source) == (None, wall(2026, 7, 1, 10), source)


def test_the_hour_that_happens_twice_is_taken_early_and_said_to_be_assumed():
    stamp = read_stamp("2026-10-25 02:30", HAMBURG)
    assert (stamp.instant, stamp.zone_source) == (utc(2026, 10, 25, 0, 30), ZoneSource.ASSUMED)


@pytest.mark.parametrize(
    ("raw", "time"),
    [
        ("2026-11-24T13:05:00Z", ""),
        ("2026-11-24T13:05:00.123Z", ""),
        ("2026-11-24T14:05:00+01:00", ""),
        ("2026-11-24T14:05:00+0100", ""),
        ("2026-11-24T14:05:00", ""),
        ("2026-11-24 14:05", ""),
        ("2026-11-24 13:05:00 UTC", ""),
        ("24.11.2026 14:05", ""),
        ("20261124", "140500"),
        ("2026-11-24", "14:05"),
        ("2026-11-24", "2:05 PM"),
        ("2026-11-24, 02:05:00 p.m.", ""),
    ],
)
def test_every_format_met_in_the_wild_is_the_same_moment_in_hamburg(raw, time):
    stamp = read_stamp(raw, HAMBURG, Beside(time=time))
    assert stamp.instant == utc(2026, 11, 24, 13, 5)
    assert stamp.local == wall(2026, 11, 24, 14, 5)
    assert stamp.precision is Precision.MINUTE


@pytest.mark.parametrize("raw", ["2026-11-24", "24.11.2026", "20261124", "2026-11-24T00:00:00", "2026-11-24 12:00 AM"])
def test_a_date_or_a_placeholder_midnight_is_good_for_the_day_only(raw):
    assert read_stamp(raw, HAMBURG).precision is Precision.DAY


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "yesterday",
        "2026-13-01",
        "2026-11-24T25:00:00",
        "24.11.",
        "0001-01-01T00:00:00+14:00",
        "2026-11-24T10:00+99:00",
    ],
)
def test_what_is_no_time_is_refused_with_a_clean_error(raw):
    with pytest.raises(UnreadableTime):
        read_stamp(raw)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 26), st.text("0123456789-T:+Z. ", max_size=6))
def test_a_cut_or_damaged_time_is_read_or_refused_never_a_crash(length, damage):
    with contextlib.suppress(UnreadableTime):
        assert 2000 <= read_stamp("2026-11-24T14:05:00+01:00"[:length] + damage).local.year <= 2100


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        (Address("QUEENS NY DISTRIBUTION CENTER", "", "US"), "America/New_York"),
        (Address("Portland", "Maine", "US"), "America/New_York"),
        (Address("Portland", "OR", "US"), "America/Los_Angeles"),
        (Address("Toronto", "Ontario", "Canada"), "America/Toronto"),
        (Address("Las Palmas", "", "Spanien"), "Atlantic/Canary"),
        (Address("Madrid", "", "ES"), "Europe/Madrid"),
        (Address("LEJ", "", "DE"), "Europe/Berlin"),
        (Address("Perth", "WA", "AU"), "Australia/Perth"),
        (Address("GÖTEBORG", "", "Sverige"), "Europe/Stockholm"),
    ],
)
def test_towns_hubs_and_depots_are_found_as_carriers_write_them(address, zone):
    place = locate(address)
    assert place is not None
    assert place.zone == zone


def test_namesakes_that_keep_different_time_are_left_open():
    assert locate(Address("Portland", "", "US")) is None


def test_a_hub_code_of_another_country_is_not_believed():
    assert locate(Address("LEJ", "", "US")) is None


def test_nowhere_is_nowhere():
    assert locate(Address()) is None
    assert zone_at(Address(city="Hamburg")) is None
    assert (country_zone("US"), country_zone(""), country_code("Atlantis")) == (None, None, "")


@pytest.mark.parametrize(("name", "code"), [("uk", "GB"), ("Suède", "SE"), ("Vereinigte Staaten", "US"), ("nl", "NL")])
def test_countries_are_known_by_code_and_by_name_in_our_languages(name, code):
    assert country_code(name) == code


def test_the_shipped_table_is_small_and_carries_its_notice():
    table = Path(importlib.util.find_spec("shopify_app.shipments").origin).parent / "data" / "places.tsv.gz"
    assert table.stat().st_size < 1_500_000
    assert "GeoNames" in gzip.decompress(table.read_bytes()).decode().splitlines()[0]


def test_names_are_folded_alike_when_the_table_is_built_and_when_it_is_read():
    source = (Path(__file__).parents[2] / "scripts" / "build_places.py").read_text()
    body = source[source.index("def fold(") : source.index("def region_codes")].split('"""')[2]
    product = Path(importlib.util.find_spec("shopify_app.shipments.places").origin).read_text()
    read = product[product.index("def fold(") : product.index("def _without_depot")].split('"""')[2]
    assert body.replace("LETTERS", "_LETTERS").split() == read.split()
    assert fold("Saint-Étienne  (Loire)") == "saint etienne loire"
