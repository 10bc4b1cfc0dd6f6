"""Labels nobody needs are given back once, codes are asked for where Ada has no printer, borders have no labels."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from changing import accepted, proposed, wanting
from labelled import approved, bought, freed_at_receipt, freed_by, labels_of, parcels_of, scanned, with_labels
from returns_counter import Counter, open_counter
from settling import looks, receive, states, steps, work
from sqlalchemy import select, update

from jobs import parcels as followed
from shopify_app import fault_points
from shopify_app.carriers import accounts
from shopify_app.carriers.easypost_words import parcel
from shopify_app.db import Database
from shopify_app.fault_points import ProcessCrashed
from shopify_app.returns import parcel_news, requests
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.money_models import Step
from shopify_app.returns.parcels import labels
from shopify_app.returns.parcels import parcels as return_parcels
from shopify_app.returns.parcels.customs import crosses_border
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Method, MoneyEvent
from shopify_app.settings.keys import set_key

pytestmark = pytest.mark.again

BY_CODE = Method.QR


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    return freed_at_receipt(with_labels(open_counter(database, database_url), tmp_path))


def labelled(counter: Counter, **more: object) -> Return:
    ret = approved(counter, **more)  # type: ignore[arg-type]
    work(counter)
    followed.fetch(counter.wire.adapters)
    return ret


def called_off(counter: Counter, ret: Return) -> None:
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, ret), Actor.SHOPPER, counter.now())
    work(counter)


def passes(counter: Counter) -> list[str]:
    """The clock's turn, and what follows from it."""
    followed.follow(counter.wire.adapters)
    return work(counter)


def told(counter: Counter, ret: Return, kind: str) -> list[dict[str, object]]:
    with counter.database.read() as session:
        wanted = select(ReturnEntry).where(ReturnEntry.return_id == ret.id, ReturnEntry.kind == kind)
        return [each.facts for each in session.scalars(wanted)]


def voids(counter: Counter, ret: Return) -> list[str]:
    return [phase for key, phase in steps(counter, ret) if key.startswith("void_label")]


@pytest.mark.asked
def test_the_label_of_a_return_that_is_called_off_is_given_back_once(counter: Counter) -> None:
    ret = labelled(counter)
    called_off(counter, ret)

    for _ in range(3):
        passes(counter)

    assert bought(counter)[0]["refund_status"] == "submitted"
    assert voids(counter, ret) == ["done"]
    assert all(each.withdrawn_at for each in labels_of(counter, ret))
    assert told(counter, ret, "label_voided") == [{"status": "submitted"}]
    assert [each.state for each in parcels_of(counter, ret)] == ["cancelled"]


def test_a_label_that_is_needed_is_never_given_back(counter: Counter) -> None:
    ret = labelled(counter)
    passes(counter)
    receive(counter, ret)
    work(counter)
    passes(counter)

    assert (states(counter, ret), voids(counter, ret)) == (["settled"], [])


def test_what_a_carrier_has_scanned_is_not_given_back(counter: Counter) -> None:
    ret = labelled(counter)
    called_off(counter, ret)
    with counter.database.write() as session:
        counter.ret(session, ret).scanned_at = counter.now()

    passes(counter)

    assert voids(counter, ret) == []


@pytest.mark.asked
def test_who_changes_to_a_carrier_of_their_own_gives_the_label_back_and_gets_another_when_they_change_back(
    counter: Counter,
) -> None:
    ret = labelled(counter)
    _by(counter, ret, Method.OWN_CARRIER)
    passes(counter)
    assert (voids(counter, ret), len(bought(counter))) == (["done"], 1)

    _by(counter, ret, Method.LABEL)
    passes(counter)

    old, new = bought(counter)
    assert (old["refund_status"], new["refund_status"]) == ("submitted", None)
    assert [each.number for each in labels_of(counter, ret) if not each.withdrawn_at] == [new["tracking_code"]] * 2
    _reach_us(counter, new["tracking_code"])
    with counter.database.read() as session:
        assert counter.ret(session, ret).delivered_at is not None, "a label that is off holds no delivery up"


def test_a_lost_answer_is_looked_up_and_asked_once(counter: Counter) -> None:
    ret = labelled(counter)
    called_off(counter, ret)
    counter.wire.fault("answer_lost", "easypost.refund")

    assert "unknown" in passes(counter)

    assert voids(counter, ret) == ["done"]
    assert told(counter, ret, "label_voided") == [{"status": "submitted"}]


def test_a_provider_that_refuses_is_told_and_stops_nothing(counter: Counter) -> None:
    ret = labelled(counter)
    called_off(counter, ret)
    with counter.database.write() as session:
        accounts.connect(session, counter.shop_id, "easypost", "EZTK-wrong", None, True, "mara", counter.now())

    passes(counter)
    work(counter)

    assert (looks(counter, ret), states(counter, ret)) == ([None], ["cancelled"])
    assert told(counter, ret, "label_voided") == []
    assert [each["status"] for each in told(counter, ret, "label_not_refunded")] == ["refused"]


@pytest.mark.parametrize("point", [point for point in fault_points.POINTS if point.startswith("carry.")])
def test_a_worker_that_dies_at_any_place_gives_one_label_back(
    counter: Counter, point: str, dying: Callable[..., None]
) -> None:
    ret = labelled(counter)
    called_off(counter, ret)
    followed.follow(counter.wire.adapters)
    dying(point)
    for _ in range(4):
        try:
            work(counter)
        except ProcessCrashed:
            with counter.database.write() as session:
                session.execute(update(Step).where(Step.lease_until.is_not(None)).values(lease_until=1))

    assert voids(counter, ret) == ["done"]
    assert told(counter, ret, "label_voided") == [{"status": "submitted"}]


@pytest.mark.asked
def test_a_label_of_goods_that_were_paid_first_ends_with_a_warning_too(counter: Counter) -> None:
    counter.publish(freed_by(MoneyEvent.APPROVAL))
    labelled(counter)
    counter.wire.advance(days=27)
    with counter.database.write() as session:
        assert labels.warn_of_ends(session, counter.now()) == 1


def test_a_code_that_no_answer_held_is_asked_for_where_ada_has_no_printer(counter: Counter) -> None:
    heavy(counter)
    ret = labelled(counter, method=BY_CODE)

    assert [(each.kind, each.carrier, bool(each.file_name)) for each in labels_of(counter, ret)] == [
        ("file", "DHLParcel", True),
        ("qr", "DHLParcel", True),
    ]


def test_who_prints_is_asked_for_no_code(counter: Counter) -> None:
    heavy(counter)

    assert [each.kind for each in labels_of(counter, labelled(counter))] == ["file"]


def test_where_the_carrier_makes_no_code_the_label_is_printed_and_mara_is_told(counter: Counter) -> None:
    heavy(counter)
    ret = approved(counter, method=BY_CODE)
    work(counter)
    (sold,) = bought(counter)
    store = counter.wire.world.store
    store.put("easypost_shipment", sold | {"selected": sold["selected"] | {"carrier": "DHLExpress"}})

    followed.fetch(counter.wire.adapters)

    label, code = labels_of(counter, ret)
    assert (bool(label.file_name), label.withdrawn_at, code.withdrawn_at is not None) == (True, None, True)
    assert told(counter, ret, "label_no_code") == [{"code": "FORM.UNSUPPORTED_CARRIER"}]


def test_across_a_customs_border_nothing_is_bought_and_mara_is_told_why(counter: Counter) -> None:
    with counter.database.write() as session:
        order = counter.order(session)
        order.shipping_address = (order.shipping_address or "").replace('"DE"', '"CH"')

    ret = labelled(counter)

    assert (bought(counter), looks(counter, ret)) == ([], ["label_failed"])
    assert [each["code"] for each in told(counter, ret, "label_failed")] == ["CUSTOMS"]


@pytest.mark.parametrize(
    ("sender", "receiver", "crosses"),
    [
        (("DE", "10119"), ("SE", "504 30"), False),
        (("NO", "0150"), ("SE", "504 30"), True),
        (("GB", "SW1A 1AA"), ("IE", "D02"), True),
        (("GB", "BT1 5GS"), ("IE", "D02"), False),
        (("IE", "D02"), ("GB", "bt48 6dq"), False),
        (("GB", "BT1 5GS"), ("GB", "SW1A 1AA"), False),
        (("GB", "SW1A 1AA"), ("GB", "BT1 5GS"), True),
        (("GB", "BT1 5GS"), ("NO", "0150"), True),
        (("LI", "9490"), ("CH", "8001"), False),
        (("ES", "35001"), ("ES", "28001"), True),
        (("DE", "78266"), ("DE", "10119"), True),
        (("US", "94107"), ("US", "10001"), False),
        (("US", "94107"), ("CA", "M5V"), True),
    ],
)
def test_where_customs_stand(sender: tuple[str, str], receiver: tuple[str, str], crosses: bool) -> None:
    assert crosses_border(*sender, *receiver) is crosses


def heavy(counter: Counter) -> None:
    """Parcels for which the cheapest carrier makes its code only when it is asked for."""
    with counter.database.write() as session:
        set_key(session, counter.shop_id, "parcels.item_grams", "12000", "mara", counter.now())


def _by(counter: Counter, ret: Return, method: Method) -> None:
    wish = wanting(counter, ret)
    wish = replace(wish, lines=tuple(replace(line, method=method) for line in wish.lines))
    accepted(counter, proposed(counter, ret, wish))
    work(counter)


def _reach_us(counter: Counter, number: str) -> None:
    body, _ = scanned(counter, number, "delivered")
    said = parcel(json.loads(body)["result"])
    with counter.database.write() as session:
        (row,) = return_parcels.named(session, [counter.shop_id], said)
        parcel_news.take(session, row, said, counter.now())
