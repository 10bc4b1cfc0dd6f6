"""Two dates with a stated share, read from what really happened."""

import importlib.util
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopify_app.shipments.calendar import Calendar, calendar_for
from shopify_app.shipments.estimate import (
    BY,
    LONGEST,
    Arrival,
    Basis,
    Because,
    Experience,
    Lane,
    LaneKind,
    Parcel,
    Published,
    Transit,
    arrival,
    blend,
    chance_of,
    is_carrier_better,
    level_for,
    pinball,
)
from shopify_app.shipments.lateness import LateRisk, LateRule, Signs, lateness, why_moved
from shopify_app.shipments.states import ParcelState as S

MON, TUE, WED, THU, FRI, SAT = (date(2026, 11, 23 + n) for n in range(6))
NEXT_MON, NEXT_TUE = date(2026, 11, 30), date(2026, 12, 1)
WEEKDAYS = Calendar(frozenset())


def lane(*counts: int, kind: LaneKind = LaneKind.COUNTRY) -> Lane:
    return Lane(kind, counts)


# 100 parcels: 10 in one day, 50 in two, 30 in three, 10 in five.
SEEN = Experience((lane(0, 10, 50, 30, 0, 10),))


def parcel(**changes) -> Parcel:
    return Parcel(**({"day_zero": MON, "today": MON, "hour": 12, "state": S.ACCEPTED} | changes))


# --- working days -----------------------------------------------------------------------------------------------------


def test_a_weekend_is_no_time_at_all():
    assert (WEEKDAYS.between(FRI, NEXT_MON), WEEKDAYS.add(FRI, 1)) == (1, NEXT_MON)


def test_dhl_delivers_in_germany_on_saturday_and_postnord_in_sweden_does_not():
    assert calendar_for("dhl", "DE").is_working(SAT)
    assert not calendar_for("postnord", "SE").is_working(SAT)


def test_a_german_carriers_saturday_does_not_hold_in_france():
    assert not calendar_for("dhl", "FR").is_working(SAT)


@pytest.mark.parametrize(("country", "day"), [("DE", date(2026, 12, 25)), ("US", date(2026, 11, 26))])
def test_public_holidays_are_no_working_days(country, day):
    assert not calendar_for(None, country).is_working(day)


def test_a_country_nobody_keeps_a_calendar_of_has_plain_weekdays():
    assert calendar_for(None, "XX").between(MON, NEXT_MON) == 5
    assert calendar_for(None, None).between(MON, NEXT_MON) == 5


@pytest.mark.parametrize(
    ("taken_in", "zero"), [((MON, 12), MON), ((MON, 19), TUE), ((FRI, 20), NEXT_MON), ((SAT, 9), NEXT_MON)]
)
def test_transit_is_counted_from_the_day_the_parcel_can_leave(taken_in, zero):
    day, hour = taken_in
    at = datetime.fromisoformat(f"{day}T{hour:02d}:30")
    assert WEEKDAYS.day_zero(at) == zero


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(0, 40), st.booleans())
def test_adding_working_days_and_counting_them_are_opposites(start, days, has_saturday):
    calendar = Calendar(frozenset({date(2026, 12, 25)}), has_saturday)
    first = calendar.add(start, 0)
    assert calendar.between(first, calendar.add(first, days)) == days


# --- distributions ----------------------------------------------------------------------------------------------------


def test_quantiles_are_the_fewest_days_that_hold_the_share():
    transit = Transit((0.0, 0.1, 0.5, 0.3, 0.0, 0.1))
    assert [transit.days_for(share) for share in (0.1, 0.5, 0.6, 0.9, 0.95)] == [1, 2, 2, 3, 5]


def test_days_already_gone_move_what_is_left():
    transit = Transit((0.0, 0.1, 0.5, 0.3, 0.0, 0.1))
    assert transit.within(3, gone=2) == pytest.approx(0.75)
    assert transit.days_for(0.5, gone=3) == 5


def test_a_parcel_slower_than_all_ever_seen_is_expected_next():
    assert Transit((0.0, 1.0)).days_for(0.9, gone=4) == 5


def test_a_thin_lane_leans_on_the_wider_one_and_a_busy_lane_on_itself():
    wide = lane(0, 0, 300)
    thin, busy = blend([lane(0, 3), wide]), blend([lane(0, 3000), wide])
    assert thin.within(1) < 0.15
    assert busy.within(1) > 0.98


histories = st.lists(st.integers(0, 400), min_size=1, max_size=LONGEST + 1).map(lambda counts: lane(*counts))


@settings(max_examples=100, deadline=None)
@given(st.lists(histories, max_size=3), st.integers(-1, LONGEST - 2), st.floats(0.05, 0.99))
def test_any_blend_is_a_distribution_whose_quantiles_hold_what_they_say(lanes, gone, share):
    transit = blend(lanes)
    days = transit.days_for(share, gone)
    assert sum(transit.chances) == pytest.approx(1)
    assert days > gone
    assert transit.within(days, gone) >= share - 1e-6 or days == LONGEST
    assert transit.days_for(0.5, gone) <= transit.days_for(0.9, gone)


def test_levels_follow_what_recent_parcels_confirmed():
    # Distributions that promised too early: half of the parcels were slower than 70 % were expected to be.
    ranks = [0.2] * 25 + [0.7] * 10 + [0.95] * 65
    assert level_for(0.5, ranks) > 0.7
    assert level_for(0.5, ranks[:20]) == 0.5


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=50, max_size=200, unique=True), st.sampled_from([0.5, 0.9]))
def test_at_the_calibrated_level_the_share_of_past_parcels_kept_their_date(ranks, share):
    level = level_for(share, ranks)
    assert sum(rank < level for rank in ranks) / len(ranks) == pytest.approx(share, abs=0.02)


# --- the date ---------------------------------------------------------------------------------------------------------


def test_the_shops_own_history_gives_a_range_its_share_and_how_many_it_counted():
    found = arrival(parcel(), SEEN, WEEKDAYS)
    assert found == Arrival(WED, NEXT_MON, Basis.SHOP_HISTORY, 90, 100, LaneKind.COUNTRY)


def test_below_fifty_deliveries_the_carriers_date_speaks_and_without_one_the_merchant():
    few = Experience((lane(0, 10, 39),))
    assert arrival(parcel(carrier_date=THU), few, WEEKDAYS) == Arrival(THU, THU, Basis.CARRIER)
    assert arrival(parcel(), few, WEEKDAYS) == Arrival(None, None, Basis.MERCHANT_TEXT)


def test_a_published_service_is_used_before_the_merchants_words():
    found = arrival(parcel(), Experience(published=Published(3, 95)), WEEKDAYS)
    assert found == Arrival(None, THU, Basis.SERVICE_PRIOR, 95)


def test_a_carrier_whose_dates_were_worse_than_ours_is_not_repeated():
    ours_won = Experience(SEEN.lanes, is_carrier_better=False)
    assert arrival(parcel(carrier_date=THU), ours_won, WEEKDAYS).basis is Basis.SHOP_HISTORY
    assert arrival(parcel(carrier_date=THU, state=S.DELAYED), ours_won, WEEKDAYS).basis is Basis.CARRIER


def test_the_better_promise_is_the_one_that_costs_less_when_it_fails():
    assert is_carrier_better([0] * 30, [2] * 30) is False
    assert is_carrier_better([-3] * 30, [0] * 30) is True
    assert is_carrier_better([0] * 29, [2] * 29) is None
    assert pinball(1, BY) > pinball(-1, BY)


def test_a_carrier_date_that_has_passed_is_not_shown_again():
    assert arrival(parcel(today=THU, carrier_date=WED), SEEN, WEEKDAYS).basis is Basis.SHOP_HISTORY


def test_a_parcel_on_the_vehicle_comes_today():
    assert arrival(parcel(today=WED, is_on_vehicle_today=True), SEEN, WEEKDAYS).by == WED


@pytest.mark.parametrize("state", [S.DELIVERED, S.RETURNING, S.RETURNED, S.CANCELLED, S.READY_FOR_PICKUP])
def test_what_does_not_travel_to_the_shopper_has_no_arrival(state):
    assert arrival(parcel(state=state, carrier_date=FRI), SEEN, WEEKDAYS) is None


@pytest.mark.parametrize("hour", [12, 23])
@pytest.mark.parametrize("today", [WED, SAT, NEXT_MON, NEXT_TUE])
def test_no_date_lies_in_the_past_however_long_the_parcel_is_out(today, hour):
    late = arrival(parcel(today=today, hour=hour), SEEN, WEEKDAYS)
    assert today <= late.likely <= late.by


def test_a_parcel_slower_than_nearly_all_we_ever_saw_is_not_promised_for_tomorrow_again_and_again():
    assert arrival(parcel(today=date(2027, 2, 1)), SEEN, WEEKDAYS) == Arrival(None, None, Basis.MERCHANT_TEXT)


def test_the_chance_of_a_shown_date_sinks_as_days_pass():
    chances = [chance_of(WED, parcel(today=day), SEEN, WEEKDAYS) for day in (MON, WED, THU)]
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] == 0.0
    assert chance_of(WED, parcel(), Experience(), WEEKDAYS) is None


# --- late, and what we then say ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "signs", "risk", "rule"),
    [
        ({"state": S.IN_TRANSIT}, Signs(MON), LateRisk.NONE, None),
        ({"state": S.DELAYED}, Signs(MON), LateRisk.LATE, LateRule.CARRIER_SAYS),
        ({"today": THU}, Signs(MON, first_by=WED), LateRisk.LATE, LateRule.DATE_PASSED),
        ({"today": WED}, Signs(MON, first_by=WED), LateRisk.NONE, None),
        ({"today": WED}, Signs(MON, first_by=THU, chance=0.3), LateRisk.POSSIBLE, LateRule.DATE_UNLIKELY),
        ({"today": THU, "state": S.LABEL_CREATED}, Signs(MON), LateRisk.POSSIBLE, LateRule.NO_FIRST_SCAN),
        ({"today": WED, "state": S.LABEL_CREATED}, Signs(MON), LateRisk.NONE, None),
        ({"hour": 21, "state": S.OUT_FOR_DELIVERY}, Signs(MON, state_since=MON), LateRisk.POSSIBLE,
         LateRule.NOT_DELIVERED_TODAY),
        ({"hour": 20, "state": S.OUT_FOR_DELIVERY}, Signs(MON, state_since=MON), LateRisk.NONE, None),
        ({"today": FRI, "state": S.IN_CUSTOMS}, Signs(MON, state_since=MON), LateRisk.POSSIBLE,
         LateRule.LONG_IN_CUSTOMS),
        ({"today": NEXT_MON, "state": S.IN_TRANSIT}, Signs(MON, last_scan=MON), LateRisk.POSSIBLE, LateRule.SILENT),
        ({"today": date(2026, 12, 24), "state": S.IN_TRANSIT}, Signs(MON, last_scan=MON), LateRisk.LATE,
         LateRule.STALE),
        ({"today": NEXT_MON, "state": S.DELIVERED}, Signs(MON, first_by=TUE), LateRisk.NONE, None),
        ({"today": NEXT_MON, "state": S.READY_FOR_PICKUP}, Signs(MON, first_by=TUE), LateRisk.NONE, None),
    ],
)  # fmt: skip
def test_each_sign_of_lateness_names_its_rule(facts, signs, risk, rule):
    found = lateness(parcel(**facts), signs, WEEKDAYS)
    assert (found.risk, found.rule) == (risk, rule)


SHOWN = Arrival(WED, FRI, Basis.SHOP_HISTORY, 90, 100)


def test_a_date_is_not_nudged_without_a_reason():
    fresh = Arrival(THU, NEXT_MON, Basis.SHOP_HISTORY, 90, 101)
    assert why_moved(SHOWN, fresh, parcel(today=WED), chance=0.8) is None
    assert why_moved(SHOWN, Arrival(None, None, Basis.MERCHANT_TEXT), parcel(today=WED), None) is None


@pytest.mark.parametrize(
    ("fresh", "facts", "chance", "because"),
    [
        (Arrival(NEXT_TUE, NEXT_TUE, Basis.CARRIER), {}, 0.9, Because.CARRIER_DATE),
        (Arrival(WED, WED, Basis.CARRIER), {}, 0.9, Because.CARRIER_DATE),
        (Arrival(NEXT_TUE, NEXT_TUE, Basis.CARRIER), {"state": S.DELAYED}, 0.9, Because.CARRIER_DELAY),
        (Arrival(NEXT_MON, NEXT_MON, Basis.SHOP_HISTORY), {"state": S.DELIVERY_ATTEMPTED}, 0.9, Because.ATTEMPTED),
        (Arrival(WED, WED, Basis.CARRIER), {"today": WED, "is_on_vehicle_today": True}, 0.9, Because.PROGRESS),
        (Arrival(NEXT_MON, NEXT_TUE, Basis.SHOP_HISTORY), {"today": NEXT_MON}, 0.0, Because.LATE),
        (Arrival(FRI, NEXT_TUE, Basis.SHOP_HISTORY), {"today": THU}, 0.3, Because.LATE),
    ],
)
def test_a_date_moves_openly_and_says_why(fresh, facts, chance, because):
    assert why_moved(SHOWN, fresh, parcel(**facts), chance) is because


# --- on a stream that nothing was fitted on ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 7])
def test_on_a_simulated_stream_nine_in_ten_parcels_keep_the_date_and_half_the_likely_one(seed):
    simulation = _simulation()
    seen = simulation.run(simulation.Stream(seed=seed, days=120, per_day=25))
    assert seen.shown >= 300
    assert 0.87 <= seen.share("by") <= 0.93
    assert 0.45 <= seen.share("likely") <= 0.55


def _simulation():
    path = Path(__file__).parents[2] / "benchmarks" / "arrival_dates.py"
    spec = importlib.util.spec_from_file_location("arrival_dates_benchmark", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
