"""A label that ended before anything was sent: Ada asks for another, Mara buys one or gives one of her own, and nobody
pays for two."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from labelled import BORAS, approved, bought, freed_at_receipt, freed_by, labels_of, parcels_of, scanned, with_labels
from returns_counter import Counter, open_counter
from settling import looks, state, states, steps, work
from sqlalchemy import select, update
from two_parts import open_shop

from jobs import parcels as followed
from shopify_app import fault_points
from shopify_app.carriers import accounts
from shopify_app.carriers.easypost_words import parcel
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.fault_points import ProcessCrashed
from shopify_app.returns import parcel_news, requests, settle
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.money_models import Step
from shopify_app.returns.parcels import labels, own_labels, renewing, taking_back
from shopify_app.returns.parcels import parcels as return_parcels
from shopify_app.returns.parcels.own_labels import OwnLabel
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import By
from shopify_app.returns.vocabulary import Method, MoneyEvent
from shopify_app.returns.wishes import Wish
from shopify_app.settings.keys import set_key
from shopify_app.shipments.models import Shipment
from shopify_app.states import IllegalMove

MARA = By(Actor.MERCHANT, "mara")


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    return freed_at_receipt(with_labels(open_counter(database, database_url), tmp_path))


def labelled(counter: Counter) -> Return:
    ret = approved(counter)
    passes(counter)
    return ret


def ended(counter: Counter) -> Return:
    """Ada got a label and let its thirty days go by."""
    ret = labelled(counter)
    counter.wire.advance(days=31)
    return ret


def passes(counter: Counter) -> None:
    """What is due is done, files come, and the clock has its turn."""
    work(counter)
    followed.follow(counter.wire.adapters)
    work(counter)


def buys_anew(counter: Counter, ret: Return) -> None:
    with counter.database.write() as session:
        renewing.buy(session, counter.ret(session, ret), MARA, counter.now())


def asks(counter: Counter, ret: Return) -> None:
    with counter.database.write() as session:
        renewing.ask(session, counter.ret(session, ret), counter.now())


def may_buy(counter: Counter, ret: Return) -> bool:
    with counter.database.read() as session:
        return renewing.may_buy(session, counter.ret(session, ret), counter.now())


def usable(counter: Counter, ret: Return) -> list[str | None]:
    with counter.database.read() as session:
        found = labels.usable(session, counter.ret(session, ret), counter.now())
        return [each.number for each in found if each.kind == "file"]


def entries(counter: Counter, ret: Return, *kinds: str) -> list[str]:
    with counter.database.read() as session:
        mine = select(ReturnEntry.kind).where(ReturnEntry.return_id == ret.id, ReturnEntry.kind.in_(kinds))
        return list(session.scalars(mine.order_by(ReturnEntry.id)))


def ends(counter: Counter, ret: Return, kind: str) -> list[str]:
    return [phase for key, phase in steps(counter, ret) if key.split(".")[0] == kind]


def test_a_label_that_ended_is_given_back_and_another_is_bought_and_told(counter: Counter) -> None:
    ret = ended(counter)
    (first,) = bought(counter)
    assert (may_buy(counter, ret), usable(counter, ret)) == (True, [])

    buys_anew(counter, ret)
    passes(counter)

    old, new = bought(counter)
    assert (old["tracking_code"], old["refund_status"]) == (first["tracking_code"], "submitted")
    assert not new["refund_status"]
    assert usable(counter, ret) == [new["tracking_code"]]
    assert [(each.number, each.state) for each in parcels_of(counter, ret)] == [
        (old["tracking_code"], "cancelled"),
        (new["tracking_code"], "awaiting_data"),
    ]
    with counter.database.read() as session:
        told = session.scalars(select(Event.facts).where(Event.kind == "LabelAdded").order_by(Event.id)).all()
    rows = [each for each in labels_of(counter, ret) if each.kind == "file"]
    assert [each["label_id"] for each in told] == [each.id for each in rows]
    assert may_buy(counter, ret) is False


def test_whoever_presses_twice_buys_one(counter: Counter) -> None:
    ret = ended(counter)

    buys_anew(counter, ret)
    for _ in range(2):
        with pytest.raises(IllegalMove):
            buys_anew(counter, ret)
        passes(counter)

    assert (len(bought(counter)), ends(counter, ret, "void_label")) == (2, ["done"])


@pytest.mark.parametrize("lost", ["easypost.buy", "easypost.quote", "easypost.refund"])
def test_a_lost_answer_pays_for_no_second_label_and_gives_the_old_one_back_once(counter: Counter, lost: str) -> None:
    ret = ended(counter)
    counter.wire.fault("answer_lost", lost)

    buys_anew(counter, ret)
    for _ in range(3):
        passes(counter)

    assert [each["refund_status"] or "" for each in bought(counter)] == ["submitted", ""]
    assert (ends(counter, ret, "label"), ends(counter, ret, "void_label")) == (["done", "done"], ["done"])


@pytest.mark.parametrize("nth", [1, 2])  # the old label's postage, the new label
@pytest.mark.parametrize("point", [point for point in fault_points.POINTS if point.startswith("carry.")])
def test_a_worker_that_dies_at_any_place_buys_one_and_gives_one_back(
    counter: Counter, point: str, nth: int, dying: Callable[..., None]
) -> None:
    ret = ended(counter)
    buys_anew(counter, ret)
    dying(point, nth=nth)

    for _ in range(4):
        try:
            work(counter)
        except ProcessCrashed:
            with counter.database.write() as session:
                session.execute(update(Step).where(Step.lease_until.is_not(None)).values(lease_until=1))
    passes(counter)

    assert [each["refund_status"] or "" for each in bought(counter)] == ["submitted", ""]
    assert (ends(counter, ret, "label"), ends(counter, ret, "void_label")) == (["done", "done"], ["done"])
    assert len(usable(counter, ret)) == 1


def test_a_label_that_works_and_one_that_was_used_are_not_bought_anew(counter: Counter) -> None:
    ret = labelled(counter)
    assert may_buy(counter, ret) is False

    (sold,) = bought(counter)
    raw, _ = scanned(counter, sold["tracking_code"], "in_transit")
    with counter.database.write() as session:
        told = parcel(json.loads(raw)["result"])
        (row,) = return_parcels.named(session, [counter.shop_id], told)
        parcel_news.take(session, row, told, counter.now())
    counter.wire.advance(days=31)

    with pytest.raises(IllegalMove):
        buys_anew(counter, ret)
    with pytest.raises(IllegalMove):
        asks(counter, ret)
    passes(counter)
    assert len(bought(counter)) == 1


def test_goods_that_were_paid_before_they_travelled_get_another_label_too(counter: Counter) -> None:
    counter.publish(freed_by(MoneyEvent.APPROVAL))
    ret = ended(counter)
    assert state(counter, ret) == "closed"

    buys_anew(counter, ret)
    passes(counter)

    assert (len(bought(counter)), len(usable(counter, ret))) == (2, 1)


def test_ada_asks_once_and_mara_finds_it_on_the_list_until_a_label_is_there(counter: Counter) -> None:
    ret = labelled(counter)
    with pytest.raises(IllegalMove):
        asks(counter, ret)
    counter.wire.advance(days=31)

    asks(counter, ret)
    asks(counter, ret)

    assert looks(counter, ret) == ["label_wanted"]
    assert states(counter, ret) == ["open"]
    assert entries(counter, ret, "label_wanted", "needs_look") == ["label_wanted", "needs_look"]

    buys_anew(counter, ret)
    passes(counter)

    assert looks(counter, ret) == [None]
    with counter.database.read() as session:
        assert renewing.asked_at(session, counter.ret(session, ret)) is None


def test_whoever_was_given_another_label_may_ask_again_when_that_has_ended(counter: Counter) -> None:
    ret = ended(counter)
    asks(counter, ret)
    buys_anew(counter, ret)
    passes(counter)
    counter.wire.advance(days=31)

    asks(counter, ret)

    assert entries(counter, ret, "label_wanted") == ["label_wanted"] * 2
    assert looks(counter, ret) == ["label_wanted"]


def test_a_label_of_maras_own_answers_ada_and_is_no_reason_to_buy_one(counter: Counter) -> None:
    ret = ended(counter)
    asks(counter, ret)

    give_own(counter, ret)
    passes(counter)

    assert (looks(counter, ret), may_buy(counter, ret), len(bought(counter))) == ([None], False, 1)
    assert len(entries(counter, ret, "label_added")) == 2


def test_a_label_of_maras_own_in_place_of_one_that_could_not_be_bought_leaves_nothing_to_look_at(
    counter: Counter,
) -> None:
    with counter.database.write() as session:
        accounts.connect(session, counter.shop_id, "easypost", "EZTK-wrong", None, True, "mara", counter.now())
    ret = approved(counter)
    work(counter)
    assert looks(counter, ret) == ["label_failed"]

    give_own(counter, ret)

    assert looks(counter, ret) == [None]


def test_a_purchase_that_waits_for_its_provider_is_not_made_beside_a_label_of_maras_own(counter: Counter) -> None:
    counter.wire.fault("5xx", "easypost.quote", count=1)
    ret = approved(counter)
    work(counter, rounds=2)
    assert ends(counter, ret, "label") == ["planned"]

    give_own(counter, ret)
    for _ in range(3):
        passes(counter)

    assert (bought(counter), ends(counter, ret, "label")) == ([], ["dropped"])


def test_what_is_taken_off_the_list_buys_nothing_though_a_purchase_was_refused_before(counter: Counter) -> None:
    counter.wire.fault("revoked", "easypost.buy")
    ret = approved(counter)
    work(counter)
    assert (looks(counter, ret), ends(counter, ret, "label")) == (["label_failed"], ["refused"])
    give_own(counter, ret, valid_until=counter.now() + timedelta(days=2))
    counter.wire.advance(days=3)
    asks(counter, ret)
    assert looks(counter, ret) == ["label_wanted"]

    with counter.database.write() as session:
        found = counter.ret(session, ret)
        settle.retry(session, found, found.lines[0].group_id or 0, MARA, counter.now())
    passes(counter)

    assert (looks(counter, ret), bought(counter)) == ([None], [])


def test_a_purchase_that_nobody_needs_any_more_is_dropped_once(counter: Counter) -> None:
    """The money went on approval, the provider is away, and Ada has sent her parcel in another way."""
    counter.publish(freed_by(MoneyEvent.APPROVAL))
    counter.wire.fault("5xx", "easypost.quote", count=3)
    ret = approved(counter)
    work(counter, rounds=3)
    assert (state(counter, ret), ends(counter, ret, "label")) == ("closed", ["planned"])
    with counter.database.write() as session:
        counter.ret(session, ret).scanned_at = counter.now()

    work(counter)

    assert (ends(counter, ret, "label"), bought(counter)) == (["dropped"], [])


def test_the_postage_of_what_ended_is_asked_back_though_the_return_is_called_off_meanwhile(counter: Counter) -> None:
    ret = ended(counter)
    buys_anew(counter, ret)
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, ret), Actor.SHOPPER, counter.now())

    for _ in range(2):
        passes(counter)

    assert [each["refund_status"] for each in bought(counter)] == ["submitted"]
    assert ends(counter, ret, "void_label") == ["dropped", "done"]


def test_a_label_of_maras_own_that_ended_holds_no_delivery_up(counter: Counter) -> None:
    counter.publish(freed_by(MoneyEvent.DELIVERY))
    ret = ended(counter)
    give_own(counter, ret, valid_until=counter.now() + timedelta(days=2))
    counter.wire.advance(days=3)
    buys_anew(counter, ret)
    passes(counter)

    raw, _ = scanned(counter, bought(counter)[-1]["tracking_code"], "delivered")
    with counter.database.write() as session:
        parcel_news.take_in(session, [counter.shop_id], parcel(json.loads(raw)["result"]), counter.now())
    work(counter)

    assert states(counter, ret) == ["settled"]


def for_two_places(database: Database, database_url: str, folder: Path) -> tuple[Counter, Return]:
    """Ada's two shirts go back to Borås and to Malmö; her return is approved."""
    counter = with_labels(open_shop(database, database_url), folder)
    counter.publish(freed_by(MoneyEvent.RECEIPT))
    places = [*json.loads(BORAS), *json.loads(BORAS.replace("Borås", "Malmö"))]
    places[1]["for_locations"] = [62]
    with counter.database.write() as session:
        set_key(session, counter.shop_id, "parcels.addresses", json.dumps(places), "mara", counter.now())
    both = [line for place in (1, 2) for line in counter.wish(place=place, method=Method.LABEL).lines]
    ret = counter.submit(counter.price(Wish(tuple(both))))
    with counter.database.write() as session:
        found, now = counter.ret(session, ret), counter.now()
        about = {"shop_id": counter.shop_id, "order_id": found.order_id, "state": "delivered", "fact_at": now}
        session.add(Shipment(shopify_id=7062, origin=62, shipped_at=now, **about))
        found.lines[1].fulfillment_id = 7062
        requests.approve(session, found, Actor.MERCHANT, now)
    return counter, ret


def cities(counter: Counter) -> list[tuple[str, bool]]:
    """Where what was bought goes to, and whether its postage was asked back."""
    return [(each["from_address"]["city"], bool(each["refund_status"])) for each in bought(counter)]


def test_goods_for_two_places_get_a_label_each_though_one_was_refused_before(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    counter, ret = for_two_places(database, database_url, tmp_path)
    counter.wire.fault("revoked", "easypost.buy")
    passes(counter)
    assert sorted(ends(counter, ret, "label")) == ["done", "refused"]
    counter.wire.advance(days=31)

    buys_anew(counter, ret)
    passes(counter)

    kept = [city for city, is_back in cities(counter) if not is_back]
    assert (sorted(kept), len(bought(counter))) == (["Borås", "Malmö"], 3)
    assert len(usable(counter, ret)) == 2


def test_of_labels_for_two_places_the_one_that_was_taken_back_is_bought_anew_and_the_other_stays(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    counter, ret = for_two_places(database, database_url, tmp_path)
    passes(counter)
    assert (cities(counter), may_buy(counter, ret)) == ([("Borås", False), ("Malmö", False)], False)
    first = next(each for each in labels_of(counter, ret) if each.kind == "file")
    with counter.database.write() as session:
        taking_back.take_back(session, counter.ret(session, ret), first.id, MARA, counter.now())
    passes(counter)
    assert (cities(counter), may_buy(counter, ret)) == ([("Borås", True), ("Malmö", False)], True)

    buys_anew(counter, ret)
    for _ in range(2):
        passes(counter)

    assert cities(counter) == [("Borås", True), ("Malmö", False), ("Borås", False)]
    assert (len(usable(counter, ret)), may_buy(counter, ret)) == (2, False)
    assert [each.state for each in parcels_of(counter, ret)] == ["cancelled", "awaiting_data", "awaiting_data"]


def test_a_label_of_the_shops_own_may_be_for_either_place(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    counter, ret = for_two_places(database, database_url, tmp_path)
    passes(counter)
    first = next(each for each in labels_of(counter, ret) if each.kind == "file")
    with counter.database.write() as session:
        taking_back.take_back(session, counter.ret(session, ret), first.id, MARA, counter.now())
    give_own(counter, ret)

    assert may_buy(counter, ret) is False


def give_own(counter: Counter, ret: Return, valid_until: datetime | None = None) -> None:
    own = OwnLabel(url="https://labels.example/ada", number="JJD0099", carrier="DHL", valid_until=valid_until)
    with counter.database.write() as session:
        own_labels.add_own(session, counter.ret(session, ret), own, MARA, counter.now())
