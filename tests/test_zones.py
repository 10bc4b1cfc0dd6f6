"""The clock of a shop or a place, also where its name says nothing to this machine."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from shopify_app.zones import local_time, zone_named

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_a_zone_is_the_one_that_is_named() -> None:
    assert zone_named("Europe/Berlin") == BERLIN


@pytest.mark.parametrize("name", [None, "", "Mars/Base", "Europe", "../etc/passwd", "Europe/Berlin\0"])
def test_where_the_name_says_nothing_the_next_best_clock_stands_in(name: str | None) -> None:
    assert zone_named(name, BERLIN) == BERLIN
    assert zone_named(name) == ZoneInfo("UTC")


def test_an_instant_is_told_by_the_clock_of_its_place_and_by_utc_where_there_is_none() -> None:
    assert local_time(NOON, "Europe/Berlin").hour == 14
    assert local_time(NOON, "Mars/Base").hour == 12
