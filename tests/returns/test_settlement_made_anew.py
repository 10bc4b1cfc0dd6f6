"""What inspection changes of fees that Shopify has frozen: its return is made anew, and the money is right once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from returns_counter import Counter, open_counter
from settling import MARA, approve, decide, groups, ours, receive, state, states, steps, theirs, with_credit, work

from returns_desk import goods, sell
from shopify_app.db import Database
from shopify_app.returns import published, reception
from shopify_app.returns.conditions import Conditions, Sum
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.models import Return
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Disposition, UnitDecision
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.returns.wishes import Wish, WishLine

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def in_force(counter: Counter, *dear: Rule, **effects: object) -> None:
    """Thirty days, money after inspection, with these fees; published before Ada bought."""
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE),
        methods=(Method.OWN_CARRIER,),
        money_events={Scope.ANY: MoneyEvent.INSPECTION},
        approval=Approval.REVIEW,
        **effects,  # type: ignore[arg-type]
    )
    with counter.database.write() as session:
        policy = Policy(rules=(*dear, Rule(name="All", then=then)))
        published.publish(session, counter.shop_id, policy, "mara", counter.now() - timedelta(days=90))


def fees(amount: str, restocking: int = 0) -> dict[str, object]:
    return {"shipping_fee": {"EUR": Decimal(amount)}, "restocking_percent": Decimal(restocking)}


def told(counter: Counter, ret: Return) -> object:
    return steps(counter, ret), [(each.look, each.look_facts) for each in groups(counter, ret)]


def kinds(counter: Counter, ret: Return) -> list[str]:
    return [key for key, phase in steps(counter, ret) if phase == "done"]


def tracked(counter: Counter) -> dict[int, list[str]]:
    """Tracking numbers by Shopify's return."""
    store = counter.wire.world.store
    orders = {each["id"]: each["return_id"] for each in store.all("reverse_fulfillment_order")}
    found: dict[int, list[str]] = {}
    for each in store.all("reverse_delivery"):
        found.setdefault(orders[each["reverse_fulfillment_order_id"]], []).append(str(each))
    return found


def test_a_shipping_fee_that_exceeds_what_is_left_is_lowered_and_the_return_made_anew(counter: Counter) -> None:
    in_force(counter, **fees("20.00"))
    ret = counter.asked()
    approve(counter, ret)
    receive(counter, ret)

    decide(counter, ret, UnitDecision.ACCEPTED, percent="25")  # 12.15 is left of 48.60

    assert (states(counter, ret), state(counter, ret)) == (["settled"], "closed"), told(counter, ret)
    assert kinds(counter, ret) == ["create", "remove", "create.2", "process.2"]
    assert theirs(counter) == ours(counter, ret) == []


def test_a_restocking_fee_is_lowered_with_what_the_goods_are_accepted_at(counter: Counter) -> None:
    in_force(counter, **fees("5.00", restocking=20))
    ret = counter.asked(2)
    approve(counter, ret)
    receive(counter, ret)

    decide(counter, ret, UnitDecision.ACCEPTED, 1)
    decide(counter, ret, UnitDecision.ACCEPTED, 1, percent="50")

    assert states(counter, ret) == ["settled"], told(counter, ret)
    assert kinds(counter, ret) == ["create", "process"]  # the percentages are as they were
    assert theirs(counter) == [("refund", "54.40")]  # 48.60 + 24.30 - 9.00 - 4.50 - 5.00
    assert ours(counter, ret) == theirs(counter)


def test_parcels_and_goods_are_told_of_the_return_that_was_made_anew(counter: Counter) -> None:
    in_force(counter, **fees("40.00"))
    ret = counter.asked()
    approve(counter, ret)
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        reception.add_delivery(session, found, "1Z999", "https://example.com/1Z999", MARA, counter.now())
    work(counter)
    receive(counter, ret)

    decide(counter, ret, UnitDecision.ACCEPTED, percent="50")
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        units = [unit.id for unit in found.lines[0].units]
        reception.dispose(session, found, units, Disposition.RESTOCKED, 61, MARA, counter.now())
    work(counter)

    assert states(counter, ret) == ["settled"], told(counter, ret)
    assert kinds(counter, ret) == [
        "create", "delivery", "remove", "create.2", "process.2", "delivery.2", "dispose"
    ]  # fmt: skip
    (made,) = [each.shopify_return_id for each in groups(counter, ret)]
    assert made is not None
    assert "1Z999" in tracked(counter)[made][0]
    assert len(tracked(counter)[made]) == 1


def buys_a_lamp_and_a_shade(counter: Counter) -> None:
    variants = goods(counter.stage, 0.0, lamp="30.00", shade="8.00")
    wanted = [{"variant_id": variants[name], "quantity": 1} for name in ("lamp", "shade")]
    counter.desk = sell(counter.stage, wanted, variants, taxes_included=True)
    counter.stage.post("/events", {"fulfillment_id": counter.desk.parcel_id, "status": "delivered"})
    counter.learn()


def both(counter: Counter, *outcomes: Outcome) -> Return:
    lines = sorted((line.fulfillment_line_id, line.line_id) for line in counter.returnable().lines)
    said = {"reason": "size-too-small", "method": Method.OWN_CARRIER}
    wish = Wish(
        tuple(WishLine(of, key, 1, outcome=out, **said) for (key, of), out in zip(lines, outcomes, strict=True))
    )
    return counter.submit(counter.price(wish))


def test_the_shipping_fee_of_a_part_that_falls_away_is_asked_of_nobody_else(counter: Counter) -> None:
    in_force(counter, **fees("5.00"))
    buys_a_lamp_and_a_shade(counter)
    ret = both(counter, Outcome.REFUND, Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret)

    decide(counter, ret, UnitDecision.REFUSED, 1)
    decide(counter, ret, UnitDecision.ACCEPTED, 1)

    assert states(counter, ret) == ["fell_away", "settled"], told(counter, ret)
    assert theirs(counter) == [("store_credit_refund", "8.00")]
    assert ours(counter, ret) == theirs(counter)


def test_the_higher_fee_of_what_is_left_is_never_asked_after_the_fact(counter: Counter) -> None:
    cheap = Rule(
        name="Small things",
        when=Conditions(price_paid=Sum(at_most={"EUR": Decimal(10)})),  # type: ignore[arg-type]
        then=Effects(shipping_fee={"EUR": Decimal("2.00")}),
    )
    in_force(counter, cheap, **fees("5.00"))
    buys_a_lamp_and_a_shade(counter)
    ret = both(counter, Outcome.REFUND, Outcome.REFUND)  # the lowest of both fees is asked: 2.00
    approve(counter, ret)
    receive(counter, ret)

    decide(counter, ret, UnitDecision.ACCEPTED, 1)
    decide(counter, ret, UnitDecision.REFUSED, 1)  # the shade, whose fee it was

    assert states(counter, ret) == ["settled"], told(counter, ret)
    assert theirs(counter) == [("refund", "28.00")]
    assert ours(counter, ret) == theirs(counter)
