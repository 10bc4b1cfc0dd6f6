"""Two people, or one with two hands, at the same moment: one wins, and nothing is promised twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from returns_counter import Counter, open_counter, shirts
from sqlalchemy import func, select

from shopify_app.db import Database, Session
from shopify_app.returns import offers, requests
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.effects import Bonus, CustomerCap, Effects, Window
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.money_models import BonusGrant
from shopify_app.returns.refusals import QuoteOver
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Actor, ReturnState
from shopify_app.returns.vocabulary import Outcome, Scope
from shopify_app.states import IllegalMove


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return open_counter(database, database_url)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What each came to, begun at the same moment: its result, or what it raised."""
    gate, ends = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            ends[place] = act()
        except (QuoteOver, IllegalMove) as refusal:
            ends[place] = refusal  # type: ignore[assignment]

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    return ends


def test_a_quote_accepted_in_two_tabs_is_one_return(counter: Counter) -> None:
    quote = counter.price(counter.wish(1, Outcome.STORE_CREDIT))

    ends = together(*[lambda: counter.submit(quote)] * 4)

    assert {end.id for end in ends} == {ends[0].id}
    with counter.database.read() as session:
        assert session.scalar(select(func.count(Return.id))) == 1
        assert session.scalar(select(func.count(BonusGrant.id))) == 1
        assert session.scalar(select(func.count(ReturnEntry.id))) == 1


def test_two_quotes_of_the_same_shirt_make_one_return(counter: Counter) -> None:
    quotes = [counter.price(counter.wish(2)) for _ in range(3)]

    ends = together(*[lambda quote=quote: counter.submit(quote) for quote in quotes])

    assert sorted(type(end).__name__ for end in ends) == ["QuoteOver", "QuoteOver", "Return"]


def test_a_cap_over_all_orders_holds_when_two_are_returned_at_once(counter: Counter) -> None:
    # given a cap of 5.00 per customer, and two orders that would earn 4.50 each
    cap = CustomerCap(amount="5.00", days=365)  # type: ignore[arg-type]
    then = Effects(
        windows={Scope.ANY: Window(latest_day=30)},
        outcomes=(Outcome.STORE_CREDIT,),
        bonus={Scope.ANY: Bonus(percent="10")},  # type: ignore[arg-type]
        bonus_cap_per_customer=cap,
    )
    counter.publish(Policy(rules=(Rule(name="Credit", then=then),)))
    counter.wire.advance(minutes=1)
    desks = [shirts(counter.stage, counter.desk.variants, 1) for _ in range(2)]
    for desk in desks:
        counter.stage.post("/events", {"fulfillment_id": desk.parcel_id, "status": "delivered"})
        counter.learn(desk)
    priced = []
    for desk in desks:
        counter.desk = desk
        priced.append(counter.price(counter.wish(1, Outcome.STORE_CREDIT)))

    ends = together(*[lambda quote=quote: counter.submit(quote) for quote in priced])

    assert sorted(type(end).__name__ for end in ends) == ["QuoteOver", "Return"]
    with counter.database.read() as session:
        promised = select(func.sum(BonusGrant.amount)).where(BonusGrant.state == GrantState.PROMISED)
        assert session.scalar(promised) == 450

    # and the second, quoted anew, gets what is left of the cap
    late = next(quote for quote, end in zip(priced, ends, strict=True) if isinstance(end, QuoteOver))
    counter.desk = desks[priced.index(late)]
    again = counter.price(counter.wish(1, Outcome.STORE_CREDIT))
    assert again.settlements[0]["bonus"]["amount"] == 50


@pytest.mark.parametrize("turn", range(3))
def test_approved_while_called_off_is_one_of_both(counter: Counter, turn: int) -> None:
    ret = counter.asked(1, Outcome.STORE_CREDIT)

    def verb(act: Callable[[Session, Return], Any]) -> Callable[[], Any]:
        """As doors do it: seen first, decided then."""

        def run() -> Any:
            with counter.database.write() as session:
                return act(session, session.get_one(Return, ret.id))

        return run

    ends = together(
        verb(lambda session, row: requests.approve(session, row, Actor.MERCHANT, counter.now())),
        verb(lambda session, row: requests.decline(session, row, "other", None, Actor.MERCHANT, counter.now())),
    )

    refused = [end for end in ends if isinstance(end, IllegalMove)]
    assert len(refused) == 1
    with counter.database.read() as session:
        row = counter.ret(session, ret)
        kinds = session.scalars(select(ReturnEntry.kind).order_by(ReturnEntry.id)).all()
    assert row.state in (ReturnState.APPROVED, ReturnState.DECLINED)
    assert kinds == ["requested", row.state]


def test_a_decision_on_an_older_picture_is_refused(counter: Counter) -> None:
    ret = counter.asked(1)
    with counter.database.read() as session:
        seen = counter.ret(session, ret).version
    with counter.database.write() as session:
        requests.ask_more(session, counter.ret(session, ret), "Which?", Actor.MERCHANT, counter.now())

    with counter.database.read() as session, pytest.raises(IllegalMove):
        requests.check_seen(counter.ret(session, ret), seen)


def test_stale_quotes_and_drafts_go_after_a_week(counter: Counter) -> None:
    accepted, idle = counter.price(counter.wish(1)), counter.price(counter.wish(1))
    ret = counter.submit(accepted)
    with counter.database.write() as session:
        requests.draft_from(session, counter.ret(session, ret), counter.now())
    counter.wire.advance(days=9)

    with counter.database.write() as session:
        assert offers.drop_stale(session, counter.now()) == 2
        assert [quote.id for quote in session.query(offers.ReturnQuote)] == [accepted.id]
    assert idle.id != accepted.id
