"""How scans become one state, in whatever order they come."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopify_app.shipments.states import (
    TERMINAL,
    ParcelState,
    ParcelStatus,
    Reason,
    ScanFact,
    in_order,
    merge,
    state_from_scans,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
S = ParcelState


def scan(state: ParcelState, hours: float = 0, **more) -> ScanFact:
    at = NOON + timedelta(hours=hours)
    return ScanFact(key=more.pop("key", f"{state}@{hours}"), state=state, at=at, code=str(state), **more)


def test_a_parcel_without_scans_awaits_data():
    assert state_from_scans([]) == ParcelStatus(S.AWAITING_DATA)


def test_an_older_scan_that_arrives_late_does_not_turn_the_parcel_back():
    delivered, earlier = scan(S.DELIVERED, 5), scan(S.OUT_FOR_DELIVERY, 1)
    assert state_from_scans([delivered, earlier]).state is S.DELIVERED
    assert merge(merge(ParcelStatus(), delivered), earlier).state is S.DELIVERED


@pytest.mark.parametrize("late", [S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELAYED, S.DELIVERY_ATTEMPTED, S.LABEL_CREATED])
def test_a_delivered_parcel_stays_delivered_when_a_depot_scans_it_later(late):
    assert state_from_scans([scan(S.DELIVERED), scan(late, 2)]).state is S.DELIVERED


@pytest.mark.parametrize("back", [S.RETURNING, S.RETURNED])
def test_a_later_return_scan_takes_a_delivered_parcel_back(back):
    assert state_from_scans([scan(S.DELIVERED), scan(back, 2)]).state is back


def test_a_return_scan_older_than_the_delivery_changes_nothing():
    assert state_from_scans([scan(S.RETURNING, -1), scan(S.DELIVERED)]).state is S.DELIVERED


@pytest.mark.parametrize("end", sorted(TERMINAL - {S.DELIVERED}))
@pytest.mark.parametrize("later", [S.IN_TRANSIT, S.DELIVERED, S.RETURNING])
def test_the_other_ends_are_final_for_the_carrier(end, later):
    assert state_from_scans([scan(end), scan(later, 1)]).state is end


def test_only_the_merchants_correction_leaves_a_lost_parcel():
    corrected = [scan(S.LOST_OR_DESTROYED), scan(S.IN_TRANSIT, 1, is_correction=True), scan(S.DELIVERED, 2)]
    assert state_from_scans(corrected[:2]).state is S.IN_TRANSIT
    assert state_from_scans(corrected).state is S.DELIVERED


def test_taking_the_delivered_event_away_restores_what_was_before():
    scans = [scan(S.IN_TRANSIT), scan(S.OUT_FOR_DELIVERY, 1), scan(S.DELIVERED, 2)]
    assert state_from_scans(scans[:-1]).state is S.OUT_FOR_DELIVERY


def test_a_generic_exception_keeps_the_last_state_and_names_the_reason():
    status = state_from_scans([scan(S.IN_TRANSIT), scan(S.UNKNOWN, 1, reason=Reason.CARRIER_EXCEPTION)])
    assert (status.state, status.reason, status.at) == (S.IN_TRANSIT, Reason.CARRIER_EXCEPTION, NOON)


def test_the_exception_is_over_when_the_parcel_is_scanned_again():
    failed = scan(S.UNKNOWN, 1, reason=Reason.CARRIER_EXCEPTION)
    assert state_from_scans([scan(S.IN_TRANSIT), failed, scan(S.IN_TRANSIT, 2)]).reason is None


def test_an_exception_after_delivery_says_nothing_about_the_delivered_parcel():
    status = state_from_scans([scan(S.DELIVERED), scan(S.UNKNOWN, 1, reason=Reason.CARRIER_EXCEPTION)])
    assert (status.state, status.reason) == (S.DELIVERED, None)


def test_a_word_nobody_knows_never_changes_what_is_shown():
    assert state_from_scans([scan(S.IN_TRANSIT), scan(S.UNKNOWN, 1)]).state is S.IN_TRANSIT


def test_late_paperwork_does_not_take_a_moving_parcel_back_to_its_label():
    scans = [scan(S.IN_TRANSIT), scan(S.LABEL_CREATED, 1), scan(S.ACCEPTED, 2)]
    assert state_from_scans(scans).state is S.IN_TRANSIT


def test_depot_scans_on_the_way_back_do_not_turn_a_returning_parcel_round():
    assert state_from_scans([scan(S.RETURNING), scan(S.IN_TRANSIT, 1)]).state is S.RETURNING
    assert state_from_scans([scan(S.RETURNING), scan(S.RETURNED, 3)]).state is S.RETURNED


def test_a_date_only_delivery_ends_the_day_even_though_its_midnight_sorts_first():
    midnight = ScanFact("d", S.DELIVERED, NOON.replace(hour=0))
    assert state_from_scans([midnight, scan(S.OUT_FOR_DELIVERY, -4)]).state is S.DELIVERED


def test_the_same_fact_told_twice_in_a_minute_is_one_scan():
    twice = [scan(S.IN_TRANSIT, key="1", place="Hamburg"), scan(S.IN_TRANSIT, 0.01, key="2", place="hamburg")]
    assert len(in_order(twice)) == 1


scans_of_a_parcel = st.lists(
    st.builds(
        ScanFact,
        key=st.text("ab", max_size=2),
        state=st.sampled_from(ParcelState),
        at=st.integers(0, 6).map(lambda hours: NOON + timedelta(hours=hours)),
        reason=st.sampled_from([None, Reason.CARRIER_EXCEPTION, Reason.NEIGHBOUR]),
        sequence=st.integers(0, 2),
        is_correction=st.booleans(),
    ),
    max_size=9,
)


@settings(max_examples=300, deadline=None)
@given(scans_of_a_parcel, st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_matters(scans, random):
    shuffled = random.sample(scans, len(scans))
    assert state_from_scans(shuffled) == state_from_scans(scans)


@settings(max_examples=300, deadline=None)
@given(scans_of_a_parcel, st.data())
def test_repeating_a_scan_never_matters(scans, data):
    repeated = scans + data.draw(st.lists(st.sampled_from(scans), max_size=5) if scans else st.just([]))
    assert state_from_scans(repeated) == state_from_scans(scans)


@settings(max_examples=300, deadline=None)
@given(scans_of_a_parcel)
def test_nobody_is_ever_shown_unknown_unless_a_merchant_wrote_it(scans):
    carrier_only = [s for s in scans if not s.is_correction]
    assert state_from_scans(carrier_only).state is not S.UNKNOWN


@settings(max_examples=300, deadline=None)
@given(scans_of_a_parcel)
def test_a_terminal_state_survives_any_newer_scan_but_a_return(scans):
    carrier_only = [s for s in scans if not s.is_correction]
    before = state_from_scans(carrier_only)
    later = ScanFact("z", S.IN_TRANSIT, NOON + timedelta(days=9))
    if before.is_terminal:
        assert state_from_scans([*carrier_only, later]).state is before.state
