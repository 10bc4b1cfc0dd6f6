"""What needs a hand today: counted as the lists behind the counts count."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from returned import placed as ordered
from returned import wanted
from sqlalchemy import event, select

from shopify_app.db import Database
from shopify_app.insights.today import Hand, Waiting, overdue_before, waiting
from shopify_app.insights.troubled import Trouble, troubled
from shopify_app.orders.models import Order
from shopify_app.returns.balances.models import BalanceDue
from shopify_app.returns.desk import DeskQuery, Tab, from_words, open_desk
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.models import Return, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.settings.store import save
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.models import Shipment
from shopify_app.shops.models import Shop


@pytest.fixture
def today(database: Database, shop: Shop, now: datetime) -> Any:
    def read(of: Shop = shop) -> dict[Hand, Waiting]:
        with database.read() as session:
            return {each.hand: each for each in waiting(session, of, now)}

    return read


def parcel(database: Database, shop: Shop, order_id: int, now: datetime, **changes: Any) -> None:
    known = {"shopify_id": 3000 + order_id, "carrier": "postnord", "destination": "SE", "state": "in_transit"}
    known |= {"shipped_at": now - timedelta(days=6), "fact_at": now}
    with database.write() as session:
        session.add(Shipment(shop_id=shop.id, order_id=order_id, **known | changes))


def test_a_shop_in_order_needs_no_hand(today: Any) -> None:
    assert today() == {}


def test_a_request_of_which_more_was_asked_waits_for_the_shopper(
    database: Database, shop: Shop, now: datetime, today: Any
) -> None:
    with database.write() as session:
        ret = wanted(session, ordered(session, shop.id, 1042), now, state="more_wanted")
        ret.decide_by = None

    with database.read() as session:
        counts = open_desk(session, shop, DeskQuery(), now).counts
    assert (counts[Tab.TO_APPROVE], counts[Tab.WAITING]) == (0, 1)
    assert today() == {}


def test_returns_wait_under_the_desks_own_tabs(database: Database, shop: Shop, now: datetime, today: Any) -> None:
    with database.write() as session:
        for number, state, group in (
            (1, "requested", "waiting"),
            (2, "approved", "open"),
            (3, "approved", "needs_look"),
        ):
            wanted(session, ordered(session, shop.id, 1041 + number), now, state=state, group=group)
        line = session.query(ReleaseGroup).filter_by(state="open").one()
        units = session.query(ReturnUnit).join(ReturnUnit.line).filter_by(group_id=line.id)
        for unit in units:
            unit.reception, unit.received_at = "received", now

    found = today()

    assert {hand: each.count for hand, each in found.items()} == {
        Hand.NEEDS_LOOK: 1,
        Hand.TO_APPROVE: 1,
        Hand.TO_INSPECT: 1,
    }
    assert found[Hand.TO_APPROVE].oldest == now - timedelta(hours=3)
    assert dict(found[Hand.TO_INSPECT].query) == {"tab": "to_inspect"}


def test_a_promise_that_ends_within_a_day_is_about_to_be_broken(
    database: Database, shop: Shop, now: datetime, today: Any
) -> None:
    with database.write() as session:
        soon = wanted(session, ordered(session, shop.id, 1042), now)
        soon.decide_by = now + timedelta(hours=20)
        wanted(session, ordered(session, shop.id, 1043), now)  # in two days

    assert (today()[Hand.ENDS_SOON].count, today()[Hand.ENDS_SOON].oldest) == (1, now + timedelta(hours=20))


def test_an_appeal_is_answered_by_its_day_as_a_request_is(
    database: Database, shop: Shop, now: datetime, today: Any
) -> None:
    with database.write() as session:
        for number, hours, state in ((1, 20, "appealed"), (2, 50, "appealed"), (3, 10, "decided")):
            ret = wanted(session, ordered(session, shop.id, 1041 + number), now, state="approved", group="open")
            group = session.scalars(select(ReleaseGroup.id).where(ReleaseGroup.return_id == ret.id)).one()
            about = {"shop_id": shop.id, "return_id": ret.id, "group_id": group, "round": 1, "units": []}
            by = now + timedelta(hours=hours)
            session.add(InspectionQuestion(**about, state=state, asked_at=now, answer_by=now, decide_by=by))

    found = today()
    assert (found[Hand.ENDS_SOON].count, found[Hand.ENDS_SOON].oldest) == (1, now + timedelta(hours=20))
    assert (found[Hand.ENDS_SOON].path, found[Hand.ENDS_SOON].query) == (
        "/app/returns",
        (("tab", "all"), ("waits", "answer"), ("sort", "due")),
    )
    assert found[Hand.TO_INSPECT].count == 2


def test_answers_and_balances_are_listed_where_they_are_counted(
    database: Database, shop: Shop, now: datetime, today: Any
) -> None:
    """Beside what waits under the same tabs for something else; two appeals of one return are one row of the list, as
    two exchanges of it are."""
    with database.write() as session:
        for number, hours in ((1, 20), (2, 40)):
            wanted(session, ordered(session, shop.id, 1041 + number), now).decide_by = now + timedelta(hours=hours)
        wanted(session, ordered(session, shop.id, 1044), now, state="approved", group="open")
        appealed = wanted(session, ordered(session, shop.id, 1045), now, state="approved", group="open")
        unpaid = wanted(session, ordered(session, shop.id, 1046), now, state="approved", group="awaiting_payment")
        asked = {"round": 1, "units": [], "asked_at": now, "answer_by": now, "decide_by": now, "state": "appealed"}
        for about in two_parts(session, appealed):
            session.add(InspectionQuestion(**about, **asked))
        owed = {"order_id": unpaid.order_id, "amount": 2280, "currency": "EUR", "due_since": now}
        for about in two_parts(session, unpaid):
            session.add(BalanceDue(**about, **owed, pay_by=now + timedelta(days=7)))

    found = today()

    assert (found[Hand.ENDS_SOON].count, found[Hand.UNPAID].count) == (2, 1)
    with database.read() as session:
        for hand in (Hand.ENDS_SOON, Hand.UNPAID):
            desk = open_desk(session, shop, from_words(dict(found[hand].query)), now)
            assert (desk.total, len(desk.rows)) == (found[hand].count, found[hand].count)


def two_parts(session: Any, ret: Return) -> list[dict[str, int]]:
    """The return's part, and another like it."""
    first = session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id)).one()
    names = ("outcome", "money_event", "state", "currency", "accepted")
    same = {name: getattr(first, name) for name in names}
    other = ReleaseGroup(shop_id=ret.shop_id, return_id=ret.id, position=2, **same)
    session.add(other)
    session.flush()
    return [{"shop_id": ret.shop_id, "return_id": ret.id, "group_id": each.id} for each in (first, other)]


def test_what_the_shopper_is_asked_after_an_inspection_is_not_to_be_settled_yet(
    database: Database, shop: Shop, now: datetime, today: Any
) -> None:
    with database.write() as session:
        ret = wanted(session, ordered(session, shop.id, 1042), now, state="approved", group="open")
        group = session.scalars(select(ReleaseGroup.id).where(ReleaseGroup.return_id == ret.id)).one()
        for unit in session.scalars(select(ReturnUnit)):
            unit.reception, unit.received_at, unit.decision = "received", now, "refused"
        about = {"shop_id": shop.id, "return_id": ret.id, "group_id": group, "round": 1, "units": []}
        session.add(InspectionQuestion(**about, state="asked", asked_at=now, answer_by=now + timedelta(days=7)))

    with database.read() as session:
        assert open_desk(session, shop, DeskQuery(), now).counts[Tab.WAITING] == 1
    assert today() == {}
    with database.write() as session:
        session.scalars(select(InspectionQuestion)).one().state = "taken"
    assert today()[Hand.TO_SETTLE].count == 1


def test_a_withdrawal_that_no_return_was_opened_for_waits_for_a_person(
    database: Database, shop: Shop, other_shop: Shop, now: datetime, today: Any
) -> None:
    with database.write() as session:
        bought = ordered(session, shop.id, 1042)
        known = {"country": "SE", "lines": [], "is_whole": True, "refund_by": now.date(), "order_id": bought.id}
        for number, state, hours in ((1, "needs_look", 5), (2, "received", 2), (3, "received", 0), (4, "opened", 9)):
            own = {"number": f"W-{number}", "key": f"k{number}", "token": f"t{number}", "state": state}
            session.add(Withdrawal(shop_id=shop.id, received_at=now - timedelta(hours=hours), **own, **known))

    found = today()[Hand.WITHDRAWALS]
    assert (found.count, found.oldest, found.path) == (2, now - timedelta(hours=5), "/app/returns/withdrawals")
    assert today(other_shop) == {}


def test_a_request_without_an_order_number_waits_for_an_answer_or_a_look(
    database: Database, shop: Shop, other_shop: Shop, now: datetime, today: Any
) -> None:
    with database.write() as session:
        goods = {"product_id": 1, "variant_id": 1, "title": "Shirt", "quantity": 1, "asked_at": now}
        cases = (("asked", None, None), ("received", 3, None), ("accepted", 8, "credit_failed"), ("credited", 9, None))
        for number, (state, hours, look) in enumerate(cases):
            at = None if hours is None else now - timedelta(hours=hours)
            own = {"key": f"k{number}", "state": state, "received_at": at, "look": look}
            session.add(NoReceiptRequest(shop_id=shop.id, **goods, **own))

    found = today()[Hand.NO_RECEIPT]
    assert (found.count, found.oldest, found.path) == (2, now - timedelta(hours=8), "/app/returns/no-receipt")
    assert today(other_shop) == {}


def test_a_balance_waits_for_its_shopper(database: Database, shop: Shop, now: datetime, today: Any) -> None:
    with database.write() as session:
        ret = wanted(session, ordered(session, shop.id, 1042), now, state="approved", group="awaiting_payment")
        group = session.query(ReleaseGroup).one()
        known = {"amount": 2280, "currency": "EUR", "due_since": now, "pay_by": now + timedelta(days=7)}
        about = {"shop_id": shop.id, "order_id": ret.order_id, "return_id": ret.id, "group_id": group.id}
        session.add(BalanceDue(**about, **known))

    assert (today()[Hand.UNPAID].count, today()[Hand.UNPAID].oldest) == (1, now)


def test_a_parcel_is_late_or_stuck_and_listed_where_it_is_counted(
    database: Database, shop: Shop, now: datetime, today: Any, placed: Any
) -> None:
    late, lost, fine, came = (placed(number, days_ago=8) for number in (1042, 1043, 1044, 1045))
    parcel(database, shop, late, now, late_risk="late", late_rule="date_passed", numbers=["UA1SE"])
    parcel(database, shop, lost, now, state="lost_or_destroyed", late_risk="late", state_at=now)
    parcel(database, shop, fine, now)
    parcel(database, shop, came, now, state="delivered", delivered_at=now, late_risk="late")

    found = today()
    with database.read() as session:
        listed = {each: troubled(session, shop.id, each, now, 0)[0] for each in Trouble}

    assert (found[Hand.PARCELS_LATE].count, found[Hand.PARCELS_STUCK].count) == (1, 1)
    assert [(each.order, each.number, each.why) for each in listed[Trouble.LATE]] == [("#1042", "UA1SE", "date_passed")]
    assert [each.order for each in listed[Trouble.STUCK]] == ["#1043"]


def test_an_order_is_not_handed_over_in_time_only_where_something_was_promised(
    database: Database, shop: Shop, now: datetime, today: Any, placed: Any
) -> None:
    old, sent = placed(1042, days_ago=8), placed(1043, days_ago=8)
    placed(1044, days_ago=0.1)
    placed(1045, days_ago=8, fulfillment_status="fulfilled")
    placed(1046, days_ago=8, lines=({"requires_shipping": False},))
    placed(1047, days_ago=8, lines=({"current_quantity": 0},))  # refunded before it was sent
    parcel(database, shop, sent, now)

    assert Hand.NOT_HANDED_OVER not in today()

    with database.write() as session:
        save(session, shop.id, Tracking(handover_days=2), "mara", now)
        at = session.get_one(Order, old).placed_at

    assert (today()[Hand.NOT_HANDED_OVER].count, today()[Hand.NOT_HANDED_OVER].oldest) == (1, at)


def test_the_last_order_that_is_overdue_was_placed_before_its_cut_off(shop: Shop, now: datetime) -> None:
    # Tuesday noon UTC; one working day from a cut-off at noon in Stockholm: Monday's morning was due today
    assert overdue_before(shop, Tracking(handover_days=1), now) == datetime.fromisoformat("2026-11-20T11:00:00+00:00")
    assert overdue_before(shop, Tracking(), now) is None


def test_otto_is_told_nothing_of_maras_day(
    database: Database, shop: Shop, other_shop: Shop, now: datetime, today: Any
) -> None:
    with database.write() as session:
        wanted(session, ordered(session, shop.id, 1042), now)

    assert today(other_shop) == {}


OWN_LISTS = (
    "SCAN newest",
    "SCAN anon",
    "SCAN (subquery",
    "SCAN tabs",
    "SCAN waits",
    "SCAN due",
    "SCAN ends",
    "SCAN declared",
    "SCAN requests",
)
"""What a statement has put together itself, by index."""


def test_it_takes_six_statements_at_most_and_none_reads_a_table_whole(
    database: Database, shop: Shop, now: datetime
) -> None:
    asked: list[tuple[str, Any]] = []
    with database.write() as session:
        save(session, shop.id, Tracking(handover_days=2), "mara", now)

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.read() as session:
        waiting(session, shop, now)
    event.remove(database.engine, "before_cursor_execute", note)

    assert len(asked) <= 6
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            plans = [
                row[3] for said in asked for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said[0]}", said[1])
            ]
        whole = [plan for plan in plans if plan.startswith("SCAN") and "VIRTUAL" not in plan and "CONSTANT" not in plan]
        assert [plan for plan in whole if not plan.startswith(OWN_LISTS)] == []
