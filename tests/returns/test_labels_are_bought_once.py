"""A label is bought when a return is approved: once, whatever breaks, and its parcel is followed from then on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from labelled import approved, bought, freed_at_receipt, labels_of, parcels_of, with_labels
from returns_counter import Counter, open_counter
from settling import looks, states, steps, work
from sqlalchemy import select, update

from jobs import parcels as followed
from shopify_app import fault_points
from shopify_app.carriers import accounts
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.fault_points import ProcessCrashed
from shopify_app.returns import settle
from shopify_app.returns.models import ReturnEntry
from shopify_app.returns.money_models import Step
from shopify_app.returns.parcels import labels
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import By
from shopify_app.returns.vocabulary import Method
from shopify_app.settings.keys import set_key
from shopify_app.shops.models import Shop
from shopify_app.zones import end_of_day

pytestmark = pytest.mark.again

MARA = By(Actor.MERCHANT, "mara")


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    return freed_at_receipt(with_labels(open_counter(database, database_url), tmp_path))


@pytest.mark.asked
def test_an_approved_return_gets_a_label_and_a_code_and_its_number_reaches_shopify(counter: Counter) -> None:
    ret = approved(counter, 2)

    work(counter)
    followed.fetch(counter.wire.adapters)

    (sold,) = bought(counter)
    assert sold["is_return"] is True
    assert (sold["to_address"]["name"], sold["from_address"]["name"]) == ("Ada Lindholm", "Hedvall")
    assert sold["reference"] == f"{ret.rma}/step-{_label_step(counter).id}"
    found = labels_of(counter, ret)
    assert [(each.kind, each.number) for each in found] == [
        ("file", sold["tracking_code"]),
        ("qr", sold["tracking_code"]),
    ]
    assert all(each.file_name for each in found)
    (parcel,) = parcels_of(counter, ret)
    assert (parcel.number, parcel.provider) == (sold["tracking_code"], "easypost")
    deliveries = counter.wire.world.store.all("reverse_delivery")
    assert [each["tracking"]["number"] for each in deliveries] == [sold["tracking_code"]], deliveries


def test_the_cheapest_offer_is_bought_and_its_price_kept(counter: Counter) -> None:
    ret = approved(counter)
    work(counter)

    (sold,) = bought(counter)
    (label, code) = labels_of(counter, ret)
    assert (
        (label.cost, label.currency) == (490, "EUR") == (min(int(float(r["rate"]) * 100) for r in sold["rates"]), "EUR")
    )
    assert code.cost is None


def test_a_lost_answer_of_the_purchase_buys_nothing_twice(counter: Counter) -> None:
    counter.wire.fault("answer_lost", "easypost.buy")
    ret = approved(counter)

    ended = work(counter)

    assert "unknown" in ended
    assert len(bought(counter)) == 1
    assert [phase for key, phase in steps(counter, ret) if key == "label"] == ["done"]
    assert len(labels_of(counter, ret)) == 2


def test_a_purchase_that_is_found_days_later_lasts_from_its_own_day(counter: Counter) -> None:
    counter.wire.fault("answer_lost", "easypost.buy")
    ret = approved(counter)
    assert "unknown" in work(counter, rounds=3)
    counter.wire.advance(days=10)

    work(counter)

    at = datetime.fromisoformat(bought(counter)[0]["bought_at"])
    with counter.database.read() as session:
        zone = ZoneInfo(session.get_one(Shop, counter.shop_id).timezone)
    over = end_of_day(at.astimezone(zone).date() + timedelta(days=30), zone)
    assert {each.valid_until for each in labels_of(counter, ret)} == {over}


@pytest.mark.parametrize(("days", "times"), [(10, 1), (40, 0)])
def test_nobody_is_told_of_a_label_that_was_over_before_it_was_found(counter: Counter, days: int, times: int) -> None:
    counter.wire.fault("answer_lost", "easypost.buy")
    approved(counter)
    work(counter, rounds=3)
    counter.wire.advance(days=days)

    work(counter)
    followed.fetch(counter.wire.adapters)

    with counter.database.read() as session:
        told = session.scalars(select(Event.facts).where(Event.kind == "LabelAdded").order_by(Event.id)).all()
    assert len(told) == times


def test_a_lost_answer_of_the_quote_leaves_shipments_that_nobody_paid_for(counter: Counter) -> None:
    counter.wire.fault("answer_lost", "easypost.quote")
    ret = approved(counter)

    work(counter)

    assert len(bought(counter)) == 1
    assert len(labels_of(counter, ret)) == 2


@pytest.mark.parametrize("kind", ["429", "5xx", "slow"])
def test_a_provider_that_stumbles_is_asked_again(counter: Counter, kind: str) -> None:
    counter.wire.fault(kind, "easypost.buy", **({"seconds": 0.01} if kind == "slow" else {}))
    ret = approved(counter)

    work(counter)

    assert len(bought(counter)) == 1
    assert looks(counter, ret) == [None]


def test_a_refusal_is_listed_in_the_providers_words_and_the_money_goes_on(counter: Counter) -> None:
    with counter.database.write() as session:
        accounts.connect(session, counter.shop_id, "easypost", "EZTK-wrong", None, True, "mara", counter.now())
    ret = approved(counter)

    work(counter)

    assert (looks(counter, ret), states(counter, ret)) == (["label_failed"], ["open"])
    assert bought(counter) == []

    with counter.database.write() as session:
        accounts.connect(session, counter.shop_id, "easypost", "EZTK-dev-store", None, True, "mara", counter.now())
        found = counter.ret(session, ret)
        settle.retry(session, found, found.lines[0].group_id or 0, MARA, counter.now())
    work(counter)

    assert (looks(counter, ret), len(bought(counter))) == ([None], 1)


def test_without_an_address_of_parts_nothing_is_bought_and_mara_is_told_why(counter: Counter) -> None:
    with counter.database.write() as session:
        set_key(session, counter.shop_id, "parcels.addresses", "[]", "mara", counter.now())
    ret = approved(counter)

    work(counter)

    assert looks(counter, ret) == ["label_failed"]
    with counter.database.read() as session:
        wanted = select(ReturnEntry).where(ReturnEntry.return_id == ret.id, ReturnEntry.kind == "label_failed")
        assert [(each.facts["code"], each.is_internal) for each in session.scalars(wanted)] == [("NO_ADDRESS", True)]


def test_who_sends_with_a_carrier_of_their_own_gets_no_label(counter: Counter) -> None:
    approved(counter, method=Method.OWN_CARRIER)

    work(counter)

    assert bought(counter) == []


def test_a_shop_that_only_follows_parcels_buys_nothing(counter: Counter) -> None:
    with counter.database.write() as session:
        accounts.connect(session, counter.shop_id, "easypost", None, None, False, "mara", counter.now())
    ret = approved(counter)

    work(counter)

    assert (bought(counter), looks(counter, ret)) == ([], [None])


@pytest.mark.asked
def test_a_label_ends_with_a_warning_and_is_not_shown_afterwards(counter: Counter) -> None:
    ret = approved(counter)
    work(counter)
    followed.fetch(counter.wire.adapters)
    counter.wire.advance(days=27)

    with counter.database.write() as session:
        warned = [labels.warn_of_ends(session, counter.now()), labels.warn_of_ends(session, counter.now())]
        shown = labels.usable(session, counter.ret(session, ret), counter.now())
    counter.wire.advance(days=4)
    with counter.database.read() as session:
        left = labels.usable(session, counter.ret(session, ret), counter.now())

    assert warned == [1, 0]
    assert (len(shown), left) == (2, [])


def test_a_bought_label_works_until_the_end_of_its_last_day_by_the_shops_clock(counter: Counter) -> None:
    with counter.database.write() as session:
        session.get_one(Shop, counter.shop_id).timezone = "Pacific/Auckland"

    ret = approved(counter)
    work(counter)

    there = ZoneInfo("Pacific/Auckland")
    bought_on = counter.now().astimezone(there).date()
    ends = {each.valid_until.astimezone(there) for each in labels_of(counter, ret) if each.valid_until}
    assert ends == {datetime.combine(bought_on + timedelta(days=30), time(23, 59, 59), there)}


def _label_step(counter: Counter) -> Step:
    with counter.database.read() as session:
        return session.scalars(select(Step).where(Step.kind == "label")).one()


@pytest.mark.parametrize("point", [point for point in fault_points.POINTS if point.startswith("carry.")])
def test_a_worker_that_dies_at_any_place_buys_one_label(
    counter: Counter, point: str, dying: Callable[..., None]
) -> None:
    """Four times the place is passed: by the return's making, the label, the delivery; whoever dies comes back."""
    ret = approved(counter)
    dying(point, nth=2)
    for _ in range(5):
        try:
            work(counter)
        except ProcessCrashed:
            with counter.database.write() as session:
                session.execute(update(Step).where(Step.lease_until.is_not(None)).values(lease_until=1))

    assert len(bought(counter)) == 1
    assert [phase for key, phase in steps(counter, ret) if key == "label"] == ["done"]
    assert len(parcels_of(counter, ret)) == 1
