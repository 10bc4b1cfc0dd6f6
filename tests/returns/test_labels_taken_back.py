"""Mara takes a label back by hand: its postage is asked back, nothing waits for its parcel, and none is bought in its
place before she says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from changing import accepted, proposed, wanting
from labelled import approved, bought, freed_at_receipt, freed_by, labels_of, parcels_of, scanned, with_labels
from returns_counter import Counter, open_counter
from settling import MARA, states, steps, work
from sqlalchemy import select

from jobs import parcels as followed
from shopify_app.carriers import accounts
from shopify_app.carriers.easypost_words import parcel
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.returns import parcel_news, requests
from shopify_app.returns.models import Return
from shopify_app.returns.parcels import files as label_files
from shopify_app.returns.parcels import labels, own_labels, renewing, taking_back
from shopify_app.returns.parcels.files import KeptFile
from shopify_app.returns.parcels.own_labels import OwnLabel
from shopify_app.returns.parcels.refused import NoLabel
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import MoneyEvent

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    return freed_at_receipt(with_labels(open_counter(database, database_url), tmp_path))


def passes(counter: Counter) -> None:
    """What is due is done, files come, and the clock has its turn."""
    work(counter)
    followed.follow(counter.wire.adapters)
    work(counter)


def labelled(counter: Counter) -> Return:
    ret = approved(counter)
    passes(counter)
    return ret


def takes_back(counter: Counter, ret: Return, kind: str = "file") -> None:
    (row,) = [each for each in labels_of(counter, ret) if each.kind == kind and not each.withdrawn_at]
    with counter.database.write() as session:
        taking_back.take_back(session, counter.ret(session, ret), row.id, MARA, counter.now())


def gives_own(counter: Counter, ret: Return) -> None:
    own = OwnLabel(url="https://labels.example/ada", number="JJD0099", carrier="DHL")
    with counter.database.write() as session:
        own_labels.add_own(session, counter.ret(session, ret), own, MARA, counter.now())


def tells(counter: Counter, number: str, status: str) -> None:
    raw, _ = scanned(counter, number, status)
    with counter.database.write() as session:
        parcel_news.take_in(session, [counter.shop_id], parcel(json.loads(raw)["result"]), counter.now())


def voids(counter: Counter, ret: Return) -> list[str]:
    return [phase for key, phase in steps(counter, ret) if key.startswith("void_label")]


def usable(counter: Counter, ret: Return) -> list[str]:
    with counter.database.read() as session:
        found = labels.usable(session, counter.ret(session, ret), counter.now())
        return sorted(each.kind for each in found)


@pytest.mark.asked
def test_the_postage_of_a_bought_label_is_asked_back_and_nothing_waits_for_its_parcel(counter: Counter) -> None:
    ret = labelled(counter)

    takes_back(counter, ret)

    assert (usable(counter, ret), [each.state for each in parcels_of(counter, ret)]) == ([], ["cancelled"])
    for _ in range(2):
        passes(counter)
    assert (voids(counter, ret), [each["refund_status"] for each in bought(counter)]) == (["done"], ["submitted"])
    (row,) = [each for each in labels_of(counter, ret) if each.kind == "file"]
    with counter.database.write() as session, pytest.raises(NoLabel):
        taking_back.take_back(session, counter.ret(session, ret), row.id, MARA, counter.now())


@pytest.mark.asked
def test_another_is_bought_when_mara_says_so_and_not_before(counter: Counter) -> None:
    ret = labelled(counter)
    takes_back(counter, ret)
    for _ in range(2):
        passes(counter)
    same = wanting(counter, ret)
    accepted(counter, proposed(counter, ret, same))
    passes(counter)
    assert len(bought(counter)) == 1

    with counter.database.write() as session:
        renewing.buy(session, counter.ret(session, ret), MARA, counter.now())
    passes(counter)

    assert [each["refund_status"] for each in bought(counter)] == ["submitted", None]
    assert (usable(counter, ret), voids(counter, ret)) == (["file", "qr"], ["done"])


def test_asking_that_fell_away_with_the_request_is_made_anew_and_buys_nothing(counter: Counter) -> None:
    ret = labelled(counter)
    takes_back(counter, ret)
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, ret), Actor.SHOPPER, counter.now())

    for _ in range(2):
        passes(counter)

    assert (voids(counter, ret), [each["refund_status"] for each in bought(counter)]) == (
        ["dropped", "done"],
        ["submitted"],
    )


def test_nobody_is_told_of_a_label_that_was_taken_back_while_its_file_came(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ret = approved(counter)
    work(counter)
    keep = label_files.keep

    def meanwhile(*given: Any) -> KeptFile:
        if not voids(counter, ret):
            takes_back(counter, ret)
        return keep(*given)

    monkeypatch.setattr(label_files, "keep", meanwhile)
    followed.fetch(counter.wire.adapters)

    with counter.database.read() as session:
        told = session.scalars(select(Event.facts).where(Event.kind == "LabelAdded")).all()
    assert (voids(counter, ret), told) == (["planned"], [])


def test_what_a_carrier_has_scanned_is_hidden_alone(counter: Counter) -> None:
    counter.publish(freed_by(MoneyEvent.DELIVERY))
    ret = labelled(counter)
    (sold,) = bought(counter)
    tells(counter, sold["tracking_code"], "in_transit")

    takes_back(counter, ret)
    passes(counter)

    assert (usable(counter, ret), voids(counter, ret)) == ([], [])
    tells(counter, sold["tracking_code"], "delivered")
    work(counter)
    assert states(counter, ret) == ["settled"]


def test_a_code_that_is_taken_back_leaves_the_label_that_it_stands_for(counter: Counter) -> None:
    ret = labelled(counter)

    takes_back(counter, ret, kind="qr")
    passes(counter)

    assert (usable(counter, ret), voids(counter, ret)) == (["file"], [])
    assert [each.state for each in parcels_of(counter, ret)] == ["awaiting_data"]


def test_the_money_of_what_has_come_waits_for_no_label_that_was_taken_back(counter: Counter) -> None:
    counter.publish(freed_by(MoneyEvent.DELIVERY))
    ret = labelled(counter)
    gives_own(counter, ret)
    (sold,) = bought(counter)
    tells(counter, sold["tracking_code"], "delivered")
    work(counter)
    assert states(counter, ret) == ["open"]

    takes_back(counter, ret, kind="link")
    work(counter)

    assert states(counter, ret) == ["settled"]


def test_what_is_told_later_of_a_label_that_was_taken_back_lets_no_money_wait_for_its_parcel(counter: Counter) -> None:
    counter.publish(freed_by(MoneyEvent.DELIVERY))
    ret = labelled(counter)
    gives_own(counter, ret)
    passes(counter)
    takes_back(counter, ret, kind="link")

    tells(counter, "JJD0099", "pre_transit")
    tells(counter, bought(counter)[0]["tracking_code"], "delivered")
    work(counter)

    assert [each.state for each in parcels_of(counter, ret)] == ["delivered", "cancelled"]
    assert states(counter, ret) == ["settled"]


def test_the_parcel_of_a_label_that_was_taken_back_is_followed_once_it_moves(counter: Counter) -> None:
    ret = labelled(counter)
    (sold,) = bought(counter)
    takes_back(counter, ret)

    tells(counter, sold["tracking_code"], "in_transit")

    assert [each.state for each in parcels_of(counter, ret)] == ["in_transit"]


def test_the_parcel_of_a_label_that_was_given_twice_is_awaited_while_one_is_left(counter: Counter) -> None:
    counter.publish(freed_by(MoneyEvent.DELIVERY))
    ret = labelled(counter)
    (sold,) = bought(counter)
    own = OwnLabel(url="https://labels.example/ada", number=sold["tracking_code"], carrier="DHL")
    with counter.database.write() as session:
        own_labels.add_own(session, counter.ret(session, ret), own, MARA, counter.now())

    takes_back(counter, ret)
    passes(counter)

    assert (usable(counter, ret), voids(counter, ret)) == (["link"], [])
    assert [each.state for each in parcels_of(counter, ret)] == ["awaiting_data"]


@pytest.mark.asked
def test_a_label_of_the_same_number_in_place_of_one_that_was_taken_back_is_awaited_again(counter: Counter) -> None:
    ret = labelled(counter)
    gives_own(counter, ret)
    takes_back(counter, ret, kind="link")

    gives_own(counter, ret)

    assert [(each.number, each.state) for each in parcels_of(counter, ret)][1:] == [("JJD0099", "awaiting_data")]


@pytest.mark.parametrize("is_away", [False, True], ids=["none was asked for", "the provider was away"])
def test_in_place_of_a_label_of_her_own_that_mara_takes_back_none_is_bought_before_she_says_so(
    counter: Counter, is_away: bool
) -> None:
    if is_away:
        counter.wire.fault("5xx", "easypost.quote")
    else:
        connected(counter, sells=False)
    ret = approved(counter)
    work(counter, rounds=3)
    gives_own(counter, ret)
    connected(counter, sells=True)
    takes_back(counter, ret, kind="link")

    counter.wire.advance(minutes=1)
    for _ in range(2):
        passes(counter)
    same = wanting(counter, ret)
    accepted(counter, proposed(counter, ret, same))
    passes(counter)
    assert bought(counter) == []

    with counter.database.write() as session:
        renewing.buy(session, counter.ret(session, ret), MARA, counter.now())
    passes(counter)

    assert (len(bought(counter)), usable(counter, ret)) == (1, ["file", "qr"])


def connected(counter: Counter, sells: bool) -> None:
    with counter.database.write() as session:
        accounts.connect(session, counter.shop_id, "easypost", None, None, sells, "mara", counter.now())
