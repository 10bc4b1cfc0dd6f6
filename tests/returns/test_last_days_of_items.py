"""The last day of each item that travelled, from rows alone, and never earlier than was told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from returns_counter import Counter, open_counter
from sqlalchemy import event, update

from shopify_app.catalogue.models import Product
from shopify_app.db import Database
from shopify_app.orders.models import OrderLine
from shopify_app.returns import last_days, offers
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.document import to_document
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.presets import FAULTS
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.vocabulary import Outcome, Scope
from shopify_app.shipments.models import Shipment


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return open_counter(database, database_url)


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def read(counter: Counter) -> tuple[last_days.LastDay, ...]:
    with counter.database.read() as session:
        return last_days.last_days(session, counter.order(session), counter.now())


def stand_by(counter: Counter) -> None:
    with counter.database.write() as session:
        last_days.stand_by(session, counter.order(session), counter.now())


def delivered_on(counter: Counter) -> date:
    with counter.database.read() as session:
        (parcel,) = session.query(Shipment).all()
        assert parcel.delivered_at is not None
        return last_days.day_of(parcel.delivered_at, counter.order(session).shop.timezone)


def tag(counter: Counter, *tags: str) -> None:
    with counter.database.write() as session:
        session.execute(update(Product).values(tags=list(tags)))


def test_a_delivered_item_may_come_back_for_thirty_days(counter: Counter) -> None:
    (shirts,) = read(counter)

    assert (shirts.units, shirts.is_delivered, shirts.is_open) == (2, True, True)
    assert shirts.last_day == delivered_on(counter) + timedelta(days=30)


def test_once_they_are_over_it_names_the_reasons_for_which_it_may_still_come_back(counter: Counter) -> None:
    assert [each.helpful for each in read(counter)] == [()]
    counter.wire.advance(days=45)

    (shirts,) = read(counter)
    assert (shirts.is_open, shirts.may_come_back, shirts.helpful) == (False, True, FAULTS)
    returnable = counter.returnable()
    with counter.database.read() as session:
        (line,) = offers.eligible(session, counter.order(session), returnable, counter.now(), reasons=FAULTS)
    assert line.helpful == FAULTS

    counter.wire.advance(days=800)
    assert [(each.may_come_back, each.helpful) for each in read(counter)] == [(False, ())]


def test_it_says_the_same_as_the_portal(counter: Counter) -> None:
    (shirts,) = read(counter)
    returnable = counter.returnable()

    with counter.database.read() as session:
        (line,) = offers.eligible(session, counter.order(session), returnable, counter.now())
    assert line.verdict.last_day == shirts.last_day


def test_a_delivery_told_after_the_day_it_was_assumed_for_only_lengthens_the_window_on_page_and_portal(
    database: Database, database_url: str
) -> None:
    # given a shirt of which nobody heard for twelve days
    counter = open_counter(database, database_url, delivered=False)
    counter.learn()
    counter.wire.advance(days=12)
    (assumed,) = read(counter)

    # when we are told that it was there on the second day
    then = (counter.now() - timedelta(days=10)).isoformat()
    told = {"fulfillment_id": counter.desk.parcel_id, "status": "delivered", "happened_at": then}
    counter.stage.post("/events", told)
    counter.learn()
    stand_by(counter)

    # then the page names the day that the portal gives, which is not sooner than the one that was told before
    (shirts,) = read(counter)
    returnable = counter.returnable()
    with counter.database.read() as session:
        (line,) = offers.eligible(session, counter.order(session), returnable, counter.now())
    assert (shirts.is_delivered, shirts.last_day, dict(shirts.ends)) == (True, assumed.last_day, dict(assumed.ends))
    assert line.verdict.last_day == shirts.last_day != delivered_on(counter) + timedelta(days=30)


def test_it_takes_two_statements(counter: Counter, statements: list[str]) -> None:
    stand_by(counter)
    with counter.database.read() as session:
        order = counter.order(session)
        assert order.shop
        statements.clear()
        last_days.last_days(session, order, counter.now())
        asked = [each for each in statements if not each.startswith("BEGIN")]
    assert len(asked) == 2, "\n".join(asked)


def test_what_is_on_its_way_back_is_not_offered_again(counter: Counter) -> None:
    counter.asked(2)

    (shirts,) = read(counter)
    assert not shirts.is_open
    assert shirts.reason is not None
    assert shirts.reason.kind == "already_returned"


def test_a_refused_unit_may_come_back_and_one_refunded_at_shopify_may_not(counter: Counter) -> None:
    ret = counter.asked(2)
    with counter.database.write() as session:
        counter.ret(session, ret).lines[0].units[0].decision = UnitDecision.REFUSED
    assert [each.is_open for each in read(counter)] == [True]

    with counter.database.write() as session:
        session.execute(update(OrderLine).values(current_quantity=0))
    assert [each.is_open for each in read(counter)] == [False]


def test_a_day_that_was_told_only_moves_later(counter: Counter) -> None:
    # given a policy that gives sale items a week, and a shirt that was told thirty days
    week = Effects(windows={Scope.ANY: Window(latest_day=7)}, outcomes=(Outcome.REFUND,))
    month = Effects(windows={Scope.ANY: Window(latest_day=30)}, outcomes=(Outcome.REFUND,))
    rules = (Rule(name="Sale", when=Conditions(product_tags=("sale",)), then=week), Rule(name="Rest", then=month))
    with counter.database.write() as session:
        row = PublishedPolicy(shop_id=counter.shop_id, number=1, published_by="mara")
        row.published_at, row.document = counter.now() - timedelta(days=300), to_document(Policy(rules=rules))
        session.add(row)
    stand_by(counter)
    promised = delivered_on(counter) + timedelta(days=30)

    # when it is put on sale
    tag(counter, "sale")
    stand_by(counter)

    # then the day stands, on the page and in the portal
    counter.wire.advance(hours=30)
    assert [each.last_day for each in read(counter)] == [promised]
    late = counter.now() + timedelta(days=20)
    returnable = counter.returnable()
    with counter.database.read() as session:
        order = counter.order(session)
        for moment in (counter.now(), late):
            (line,) = offers.eligible(session, order, returnable, moment)
            assert line.verdict.is_eligible
            assert line.verdict.last_day == promised, "the portal names the day that the page names"
        (line,) = offers.eligible(session, order, returnable, late + timedelta(days=30))
        assert not line.verdict.is_eligible


def test_a_final_sale_has_no_day(counter: Counter) -> None:
    tag(counter, "Final Sale")

    (shirts,) = read(counter)
    assert (shirts.is_open, shirts.last_day) == (False, None)
    assert shirts.reason is not None
    assert shirts.reason.kind == "final_sale"


def publish(counter: Counter, *rules: Rule) -> None:
    with counter.database.write() as session:
        row = PublishedPolicy(shop_id=counter.shop_id, number=1, published_by="mara")
        row.published_at, row.document = counter.now() - timedelta(days=300), to_document(Policy(rules=rules))
        session.add(row)


def test_each_outcome_has_its_own_last_day_as_the_portal_has_it(counter: Counter) -> None:
    windows = {Scope.ANY: Window(latest_day=30), Scope.REFUND: Window(latest_day=14)}
    choices = (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE)
    publish(counter, Rule(name="Refund early", then=Effects(windows=windows, outcomes=choices)))

    (shirts,) = read(counter)
    returnable = counter.returnable()
    with counter.database.read() as session:
        (line,) = offers.eligible(session, counter.order(session), returnable, counter.now())

    delivered = delivered_on(counter)
    assert dict(shirts.ends) == {
        Outcome.REFUND: delivered + timedelta(days=14),
        Outcome.STORE_CREDIT: delivered + timedelta(days=30),
        Outcome.VARIANT_EXCHANGE: delivered + timedelta(days=30),
    }
    assert {terms.outcome: terms.closes for terms in line.verdict.terms} == dict(shirts.ends)
    assert shirts.last_day == delivered + timedelta(days=30)


def test_what_was_told_keeps_open_what_would_have_ended_last_and_nothing_else(counter: Counter) -> None:
    def rule(latest: int) -> Rule:
        windows = {Scope.ANY: Window(latest_day=latest), Scope.REFUND: Window(latest_day=7)}
        return Rule(name="Days", then=Effects(windows=windows, outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT)))

    # given thirty days for store credit that were told
    publish(counter, rule(30))
    stand_by(counter)
    promised = delivered_on(counter) + timedelta(days=30)

    # when the same policy reads as if it had been ten
    with counter.database.write() as session:
        session.execute(update(PublishedPolicy).values(document=to_document(Policy(rules=(rule(10),)))))

    # then store credit keeps its thirty days, and the refund its seven
    (shirts,) = read(counter)
    assert dict(shirts.ends) == {
        Outcome.REFUND: delivered_on(counter) + timedelta(days=7),
        Outcome.STORE_CREDIT: promised,
    }
    returnable = counter.returnable()
    with counter.database.read() as session:
        (line,) = offers.eligible(session, counter.order(session), returnable, counter.now())
    assert {terms.outcome: terms.closes for terms in line.verdict.terms} == dict(shirts.ends)
