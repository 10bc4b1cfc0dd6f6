"""A return that was sent in and is changed: what is paid is what was accepted last, once and to the cent."""

from __future__ import annotations

import pytest
from again import again_but
from changing import accepted, changed, proposed, wanting
from returns_counter import Counter
from settling import approve, groups, ours, receive, states, steps, theirs, work
from sqlalchemy import select
from two_parts import open_shop

from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.returns.changing import changes
from shopify_app.returns.models import Return, ReturnEntry, StockHold
from shopify_app.returns.money_models import BonusGrant
from shopify_app.returns.refusals import Bar, QuoteOver
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import Wish

REFUND, CREDIT, SWAP = Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE
ONE_REFUND, ONE_CREDIT = [("refund", "48.60")], [("store_credit", "4.50"), ("store_credit_refund", "48.60")]


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return open_shop(database, database_url)


def asked(counter: Counter, *outcomes: Outcome, variant: str | None = None) -> Return:
    new = counter.desk.variants[variant] if variant else None
    lines = [
        counter.wish(1, each, place, replacement_variant_id=new if each is SWAP else None).lines[0]
        for place, each in enumerate(outcomes, start=1)
    ]
    return counter.submit(counter.price(Wish(tuple(lines))))


CASES = {
    "another outcome": ((REFUND,), {"first": (1, CREDIT)}, ONE_CREDIT),
    "back to a refund": ((CREDIT,), {"first": (1, REFUND)}, ONE_REFUND),
    "an item more": ((REFUND,), {"second": (1, REFUND)}, [("refund", "97.20")]),
    "an item less": ((REFUND, REFUND), {"second": None}, ONE_REFUND),
    "the other item": ((REFUND,), {"first": None, "second": (1, CREDIT)}, ONE_CREDIT),
    "a swap": ((REFUND,), {"first": (1, SWAP, "M")}, [("exchange_sale", "48.60")]),
    "a swap no more": ((SWAP,), {"first": (1, REFUND)}, ONE_REFUND),
    "another size": ((SWAP,), {"first": (1, SWAP, "cheaper")}, [("exchange_sale", "43.20"), ("refund", "5.40")]),
    "one of two for credit": ((REFUND, REFUND), {"second": (1, CREDIT)}, ONE_REFUND + ONE_CREDIT),
    "two kinds become one": ((REFUND, CREDIT), {"second": (1, REFUND)}, [("refund", "97.20")]),
    "two kinds change places": ((REFUND, SWAP), {"first": (1, SWAP, "M"), "second": (1, REFUND)},
                                [("exchange_sale", "48.60"), ("refund", "48.60")]),
}  # fmt: skip
ASKED = ("one of two for credit", "two kinds become one")
"""Of PostgreSQL too."""


@pytest.mark.parametrize("before_approval", again_but(True, of=[True, False]), ids=["waiting", "approved"])
@pytest.mark.parametrize("case", again_but(*ASKED, of=list(CASES)))
def test_what_was_accepted_last_is_paid(counter: Counter, case: str, before_approval: bool) -> None:
    first, then, moved = CASES[case]
    ret = asked(counter, *first, variant="M")
    if not before_approval:
        approve(counter, ret)

    changed(counter, ret, Actor.SHOPPER if before_approval else Actor.MERCHANT, **then)
    if before_approval:
        approve(counter, ret)
    work(counter)
    receive(counter, ret)

    living = [state for state in states(counter, ret) if state != "cancelled"]
    assert set(living) == {"settled"}, (states(counter, ret), steps(counter, ret))
    assert theirs(counter) == sorted(moved)
    assert ours(counter, ret) == theirs(counter)
    with counter.database.read() as session:
        assert counter.ret(session, ret).state == "closed"


@pytest.mark.again
def test_shopify_is_left_alone_where_it_holds_the_same(counter: Counter) -> None:
    ret = asked(counter, REFUND)
    approve(counter, ret)
    changed(counter, ret, first=(1, CREDIT))
    work(counter)
    assert [key for key, _ in steps(counter, ret)] == ["create"]


@pytest.mark.again
def test_a_part_that_stays_keeps_its_return_at_shopify(counter: Counter) -> None:
    ret = asked(counter, REFUND, SWAP, variant="M")
    approve(counter, ret)
    kept, gone = groups(counter, ret)
    changed(counter, ret, second=(1, SWAP, "cheaper"))
    work(counter)
    after = groups(counter, ret)
    assert after[0].shopify_return_id == kept.shopify_return_id
    assert after[1].shopify_return_id not in (None, gone.shopify_return_id)
    assert states(counter, ret) == ["open", "open"]


@pytest.mark.again
def test_the_change_is_told_with_its_sums(counter: Counter) -> None:
    ret = asked(counter, REFUND)
    changed(counter, ret, first=(1, CREDIT))
    with counter.database.read() as session:
        entry = session.scalars(select(ReturnEntry).where(ReturnEntry.kind == "changed")).one()
        event = session.scalars(select(Event).where(Event.kind == "ReturnChanged")).one()
    assert entry.facts["before"]["refund"] == 4860
    assert (entry.facts["after"]["credit"], entry.facts["after"]["bonus"]) == (4860, 450)
    assert event.facts["entry_id"] == entry.id


def test_a_bonus_is_promised_once_however_often_the_mind_changes(counter: Counter) -> None:
    ret = asked(counter, CREDIT)
    approve(counter, ret)
    for outcome in (REFUND, CREDIT, REFUND, CREDIT):
        changed(counter, ret, first=(1, outcome))
        work(counter)
    with counter.database.read() as session:
        assert list(session.scalars(select(BonusGrant.amount))) == [450]
    receive(counter, ret)
    assert theirs(counter) == sorted(ONE_CREDIT)


def test_a_replacement_is_kept_aside_as_long_as_it_is_wanted(counter: Counter) -> None:
    ret = asked(counter, SWAP, variant="M")
    changed(counter, ret, first=(1, SWAP, "cheaper"))

    def aside() -> list[int]:
        with counter.database.read() as session:
            return list(session.scalars(select(StockHold.variant_id).where(StockHold.released_at.is_(None))))

    assert aside() == [counter.desk.variants["cheaper"]]
    changed(counter, ret, first=(1, REFUND))
    assert aside() == []


@pytest.mark.again
def test_a_second_click_finds_what_the_first_has_done(counter: Counter) -> None:
    ret = asked(counter, REFUND)
    quote = proposed(counter, ret, wanting(counter, ret, first=(1, CREDIT)))
    assert accepted(counter, quote).version == accepted(counter, quote).version


@pytest.mark.again
def test_a_change_of_nothing_is_none(counter: Counter) -> None:
    ret = asked(counter, CREDIT)
    approve(counter, ret)
    before = groups(counter, ret)[0].quote_id
    changed(counter, ret)
    with counter.database.read() as session:
        assert session.scalars(select(Event).where(Event.kind == "ReturnChanged")).all() == []
    assert groups(counter, ret)[0].quote_id == before


def test_of_two_tabs_one_wins(counter: Counter) -> None:
    ret = asked(counter, REFUND)
    one = proposed(counter, ret, wanting(counter, ret, first=(1, CREDIT)))
    other = proposed(counter, ret, wanting(counter, ret, second=(1, REFUND)))
    accepted(counter, one)
    with pytest.raises(QuoteOver):
        accepted(counter, other)


@pytest.mark.again
def test_what_was_taken_out_can_come_back_with_another_return(counter: Counter) -> None:
    ret = asked(counter, REFUND, REFUND)
    approve(counter, ret)
    changed(counter, ret, second=None)
    work(counter)

    again = counter.submit(counter.price(counter.wish(1, CREDIT, 2)))
    approve(counter, again)
    receive(counter, ret)
    receive(counter, again)

    assert theirs(counter) == sorted(ONE_REFUND + ONE_CREDIT)
    with counter.database.read() as session:
        assert changes.bar(session, counter.ret(session, ret), Actor.MERCHANT) is Bar.OVER
