"""Labels that nobody sent anything with: given back once no scan can be late, kept where goods are still to come."""

from __future__ import annotations

from pathlib import Path

import pytest
from labelled import approved, bought, freed_at_receipt, freed_by, with_labels
from returns_counter import Counter, open_counter
from settling import MARA, receive, states, steps, theirs, work

from jobs import parcels as followed
from shopify_app.db import Database
from shopify_app.papers import slip
from shopify_app.returns import settle
from shopify_app.returns.models import Return
from shopify_app.returns.parcels import labels
from shopify_app.returns.vocabulary import MoneyEvent


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path) -> Counter:
    return freed_at_receipt(with_labels(open_counter(database, database_url), tmp_path))


def labelled(counter: Counter) -> Return:
    ret = approved(counter)
    work(counter)
    followed.fetch(counter.wire.adapters)
    return ret


def passes(counter: Counter) -> list[str]:
    """The clock's turn, and what follows from it."""
    followed.follow(counter.wire.adapters)
    return work(counter)


def voids(counter: Counter, ret: Return) -> list[str]:
    return [phase for key, phase in steps(counter, ret) if key.startswith("void_label")]


def is_closed(counter: Counter, ret: Return) -> bool:
    with counter.database.read() as session:
        return counter.ret(session, ret).state == "closed"


@pytest.mark.again
def test_the_label_of_goods_that_were_handed_over_in_person_is_given_back_once_no_scan_can_be_late(
    counter: Counter,
) -> None:
    ret = labelled(counter)
    receive(counter, ret)
    work(counter)
    assert (states(counter, ret), is_closed(counter, ret)) == (["settled"], True)
    counter.wire.advance(days=6)
    passes(counter)
    assert voids(counter, ret) == []

    counter.wire.advance(days=2)
    for _ in range(2):
        passes(counter)

    assert (voids(counter, ret), bought(counter)[0]["refund_status"]) == (["done"], "submitted")
    assert len(bought(counter)) == 1, "nobody buys another"


@pytest.mark.again
def test_a_return_that_mara_gave_up_shows_no_label_and_warns_nobody(counter: Counter) -> None:
    ret = labelled(counter)
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        settle.give_up(session, found, found.lines[0].group_id or 0, MARA, counter.now())
    work(counter)
    counter.wire.advance(days=27)

    with counter.database.write() as session:
        found = counter.ret(session, ret)
        assert (found.state, labels.usable(session, found, counter.now())) == ("closed", [])
        assert labels.warn_of_ends(session, counter.now()) == 0
    passes(counter)
    assert voids(counter, ret) == ["done"]


def test_money_freed_by_approval_still_gets_its_goods_a_label_and_a_slip(counter: Counter) -> None:
    counter.publish(freed_by(MoneyEvent.APPROVAL))
    ret = labelled(counter)

    assert (states(counter, ret), theirs(counter)) == (["settled"], [("refund", "48.60")])
    assert len(bought(counter)) == 1
    counter.wire.advance(days=8)
    passes(counter)
    assert voids(counter, ret) == [], "the goods are still to come"
    with counter.database.read() as session:
        found = counter.ret(session, ret)
        assert found.state == "closed"
        assert len(labels.usable(session, found, counter.now())) == 2
        assert slip.read(session, found, "https://app.example", False).rma == ret.rma
    passes(counter)
    assert voids(counter, ret) == []
