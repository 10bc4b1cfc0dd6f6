"""A label was bought and its file cannot be had: it is asked for two days long, then a person is told, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from labelled import approved, bought, freed_at_receipt, labels_of, with_labels
from returns_counter import Counter, open_counter
from settling import looks, states, work

from jobs import parcels as followed
from shopify_app.carriers import accounts
from shopify_app.db import Database
from shopify_app.i18n import Phrase
from shopify_app.returns import settle
from shopify_app.returns.looks import Look, advice
from shopify_app.returns.models import Return
from shopify_app.returns.parcels import labels, own_labels
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import By

MARA = By(Actor.MERCHANT, "mara")


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    return freed_at_receipt(with_labels(open_counter(database, database_url), tmp_path))


@pytest.fixture
def ret(counter: Counter) -> Return:
    """Its label was bought; from then on EasyPost tells nothing of it."""
    made = approved(counter)
    counter.wire.fault("answer_lost", "easypost.find", count=100)
    work(counter)
    assert len(bought(counter)) == 1
    return made


def passes(counter: Counter, **later: int) -> None:
    counter.wire.advance(**later)
    followed.follow(counter.wire.adapters)


def test_after_two_days_mara_is_told_once_and_the_money_goes_on(counter: Counter, ret: Return) -> None:
    passes(counter, days=1)
    assert looks(counter, ret) == [None]

    passes(counter, days=1, hours=1)
    assert (looks(counter, ret), states(counter, ret)) == (["label_failed"], ["open"])
    told = _version(counter, ret)
    passes(counter, minutes=10)

    assert _version(counter, ret) == told
    said = advice(Look.LABEL_FAILED, {"code": "NO_FILE"}, "EUR")
    assert isinstance(said.known, Phrase)
    assert "was bought" in said.known.text


@pytest.mark.again
def test_nobody_is_warned_of_the_end_of_a_label_that_they_never_had(counter: Counter, ret: Return) -> None:
    counter.wire.advance(days=27)

    with counter.database.write() as session:
        assert labels.warn_of_ends(session, counter.now()) == 0


@pytest.mark.again
def test_who_tries_again_gets_the_file_as_soon_as_it_is_there(counter: Counter, ret: Return) -> None:
    passes(counter, days=2, hours=1)
    _tries_again(counter, ret)
    passes(counter, minutes=10)
    assert looks(counter, ret) == ["label_failed"]

    counter.stage.control("DELETE", "/faults")
    _tries_again(counter, ret)
    passes(counter, minutes=10)
    work(counter)

    assert (looks(counter, ret), len(bought(counter))) == ([None], 1)
    assert any(each.file_name for each in labels_of(counter, ret))


@pytest.mark.again
def test_whose_shopper_has_another_label_is_told_nothing(counter: Counter, ret: Return) -> None:
    with counter.database.write() as session:
        own = own_labels.OwnLabel(url="https://labels.example.com/1")
        own_labels.add_own(session, counter.ret(session, ret), own, MARA, counter.now())

    passes(counter, days=2, hours=1)

    assert looks(counter, ret) == [None]


@pytest.mark.again
def test_without_an_account_mara_is_told_too(counter: Counter, ret: Return) -> None:
    with counter.database.write() as session:
        accounts.disconnect(session, counter.shop_id, "mara", counter.now())

    passes(counter, days=2, hours=1)

    assert looks(counter, ret) == ["label_failed"]


def _tries_again(counter: Counter, ret: Return) -> None:
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        settle.retry(session, found, found.lines[0].group_id or 0, MARA, counter.now())
    work(counter)


def _version(counter: Counter, ret: Return) -> int:
    with counter.database.read() as session:
        return counter.ret(session, ret).version
