"""What a change comes to, to the cent: caps, a flat bonus, fees, and terms that were offered once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import two_parts
from again import again_but
from changing import accepted, changed, proposed, wanting
from returns_counter import Counter, open_counter
from settling import approve, judge, ours, receive, states, steps, theirs, with_credit, work

from shopify_app.db import Database
from shopify_app.returns import published
from shopify_app.returns.acceptance import settlements_of
from shopify_app.returns.changing import changes
from shopify_app.returns.conditions import Conditions, Count
from shopify_app.returns.effects import Bonus, Effects, Window
from shopify_app.returns.inspecting import asking as inspection_asking
from shopify_app.returns.models import Return
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Actor, UnitDecision
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.returns.wishes import Wish

pytestmark = pytest.mark.again

REFUND, CREDIT = Outcome.REFUND, Outcome.STORE_CREDIT
TEN = {Scope.ANY: Bonus(percent=Decimal(10))}


def opened(database: Database, url: str, quantity: int, *dear: Rule, **effects: object) -> Counter:
    """Shirts at 50.00, 10 % code, 8 % tax: 48.60 a piece; thirty days, with these effects since before Ada bought."""
    counter = with_credit(open_counter(database, url, quantity=quantity))
    publish(counter, 90, *dear, **effects)
    return counter


def publish(counter: Counter, days_ago: int, *dear: Rule, **effects: object) -> None:
    said = {"windows": {Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
            "approval": Approval.AT_ONCE} | effects  # fmt: skip
    then = Effects(outcomes=(REFUND, CREDIT, Outcome.VARIANT_EXCHANGE), methods=(Method.OWN_CARRIER,), **said)  # type: ignore[arg-type]
    with counter.database.write() as session:
        policy = Policy(rules=(*dear, Rule(name="All", then=then)))
        published.publish(session, counter.shop_id, policy, "mara", counter.now() - timedelta(days=days_ago))


def carried_out(counter: Counter, *rets: Return) -> list[tuple[str, str]]:
    for ret in rets:
        work(counter)
        receive(counter, ret)
        assert set(states(counter, ret)) == {"settled"}, steps(counter, ret)
    return theirs(counter)


CREDITED, PROMISED = "store_credit_refund", "store_credit"
FLAT = {Scope.ANY: Bonus(flat={"EUR": Decimal(10)})}
POST = {"shipping_fee": {"EUR": Decimal(5)}}
FREE = POST | {"waive_shipping_for": (CREDIT,)}
CASES = {
    # what the policy says, units asked for, what they become, what is paid
    "fewer pieces": ({"bonus": TEN}, (2, CREDIT), (1, CREDIT), [(PROMISED, "4.50"), (CREDITED, "48.60")]),
    "more pieces": ({"bonus": TEN}, (1, CREDIT), (3, CREDIT), [(PROMISED, "13.50"), (CREDITED, "145.80")]),
    "a flat bonus is given once": (
        {"bonus": FLAT}, (1, CREDIT), (2, CREDIT), [(PROMISED, "10.00"), (CREDITED, "97.20")]),
    "a cap is not used up by what was promised before": (
        {"bonus": TEN, "bonus_cap_per_order": {"EUR": Decimal("5.00")}}, (1, CREDIT), (2, CREDIT),
        [(PROMISED, "5.00"), (CREDITED, "97.20")]),
    "a restocking fee": ({"restocking_percent": Decimal(20)}, (1, REFUND), (2, REFUND), [("refund", "79.20")]),
    "return shipping is taken once": (POST, (1, REFUND), (2, REFUND), [("refund", "92.20")]),
    "a fee that credit does not bear": (FREE, (1, REFUND), (1, CREDIT), [(CREDITED, "48.60")]),
    "a fee that a refund bears": (FREE, (1, CREDIT), (1, REFUND), [("refund", "43.60")]),
}  # fmt: skip


@pytest.mark.parametrize("approved", again_but(True, of=[False, True]), ids=["waiting", "approved"])
@pytest.mark.parametrize("case", CASES)
def test_a_change_comes_to_what_would_have_been_asked_for_at_once(
    database: Database, database_url: str, case: str, approved: bool
) -> None:
    said, first, then, moved = CASES[case]
    counter = opened(database, database_url, 3, **said)
    ret = counter.asked(*first)
    if approved:
        approve(counter, ret)

    changed(counter, ret, first=then)
    if not approved:
        approve(counter, ret)

    assert carried_out(counter, ret) == sorted(moved)
    assert ours(counter, ret) == theirs(counter)


def test_the_fee_for_sending_back_is_taken_from_what_it_was_shown_with(database: Database, database_url: str) -> None:
    # given a shirt for money and one for credit, the fee shown with the money
    counter = two_parts.open_shop(database, database_url)
    publish(counter, 90, **POST)
    both = Wish((*counter.wish(1, REFUND, 1).lines, *counter.wish(1, CREDIT, 2).lines))
    ret = counter.submit(counter.price(both))
    approve(counter, ret)

    # when each becomes the other, and the fee is shown with the credit
    quote = proposed(counter, ret, wanting(counter, ret, first=(1, CREDIT), second=(1, REFUND)))
    shown = [(each.outcome, str(each.back)) for each in settlements_of(quote)]
    assert shown == [(CREDIT, "43.60"), (REFUND, "48.60")]
    accepted(counter, quote)

    assert carried_out(counter, ret) == [("refund", "48.60"), (CREDITED, "43.60")]
    assert ours(counter, ret) == theirs(counter)


def test_the_fee_for_sending_back_stays_with_what_was_left_as_it_was(database: Database, database_url: str) -> None:
    counter = two_parts.open_shop(database, database_url)
    publish(counter, 90, **POST)
    both = Wish((*counter.wish(1, REFUND, 1).lines, *counter.wish(1, CREDIT, 2).lines))
    ret = counter.submit(counter.price(both))
    approve(counter, ret)

    changed(counter, ret, first=(1, Outcome.VARIANT_EXCHANGE, "M"))

    # the replacement bears the fee, as it was shown; the credit does not
    work(counter)
    receive(counter, ret)
    assert states(counter, ret) == ["awaiting_payment", "settled"]
    assert (CREDITED, "48.60") in theirs(counter)


def test_the_sums_before_and_after_are_those_that_are_paid(database: Database, database_url: str) -> None:
    counter = opened(
        database, database_url, 2, bonus=TEN, restocking_percent=Decimal(20), waive_restocking_for=(CREDIT,)
    )
    ret = counter.asked(1, REFUND)
    quote = proposed(counter, ret, wanting(counter, ret, first=(1, CREDIT)))
    with counter.database.read() as session:
        compared = changes.compare(session, counter.ret(session, ret), quote)
    assert (str(compared.before.refund), str(compared.before.fees)) == ("39.60", "9.00")
    assert (str(compared.after.credit), str(compared.after.bonus), str(compared.after.fees)) == (
        "48.60",
        "4.50",
        "0.00",
    )

    accepted(counter, quote)
    approve(counter, ret)
    assert carried_out(counter, ret) == [("store_credit", "4.50"), ("store_credit_refund", "48.60")]


def test_taking_out_and_sending_apart_pays_no_more_than_all_at_once(database: Database, database_url: str) -> None:
    counter = opened(database, database_url, 3, bonus={Scope.ANY: Bonus(flat={"EUR": Decimal(10)})})
    ret = counter.asked(3, CREDIT)
    approve(counter, ret)
    changed(counter, ret, first=(1, CREDIT))
    work(counter)
    apart = counter.asked(2, CREDIT)
    approve(counter, apart)

    moved = carried_out(counter, ret, apart)

    bonus = sum(Decimal(amount) for kind, amount in moved if kind == "store_credit")
    own = sum(Decimal(amount) for kind, amount in moved if kind == "store_credit_refund")
    assert (bonus, own) == (Decimal("10.00"), Decimal("145.80"))


def test_what_was_offered_holds_when_the_time_is_over(database: Database, database_url: str) -> None:
    counter = opened(database, database_url, 2, bonus=TEN)
    ret = counter.asked(1, REFUND)
    counter.wire.advance(days=40)

    changed(counter, ret, first=(1, CREDIT))  # she may still choose otherwise
    with pytest.raises(Exception) as refusal:  # and send no more than she asked for
        changed(counter, ret, first=(2, CREDIT))

    assert "1 left" in str(refusal.value)
    approve(counter, ret)
    assert carried_out(counter, ret) == [("store_credit", "4.50"), ("store_credit_refund", "48.60")]


def test_what_was_taken_out_may_be_put_in_again_on_the_old_terms(database: Database, database_url: str) -> None:
    counter = opened(database, database_url, 2, bonus=TEN)
    ret = counter.asked(2, CREDIT)
    changed(counter, ret, first=(1, CREDIT))
    counter.wire.advance(days=40)
    changed(counter, ret, first=(2, CREDIT))
    approve(counter, ret)
    assert carried_out(counter, ret) == [("store_credit", "9.00"), ("store_credit_refund", "97.20")]


def test_a_worse_policy_since_then_changes_nothing_and_a_better_one_holds(
    database: Database, database_url: str
) -> None:
    counter = opened(database, database_url, 2, bonus=TEN)
    ret = counter.asked(1, REFUND)
    publish(counter, 0, bonus={Scope.ANY: Bonus(percent=Decimal(5))})
    changed(counter, ret, first=(1, CREDIT))
    publish(counter, 0, bonus={Scope.ANY: Bonus(percent=Decimal(20))})
    changed(counter, ret, first=(1, REFUND))
    changed(counter, ret, first=(1, CREDIT))
    approve(counter, ret)
    assert carried_out(counter, ret) == [("store_credit", "9.00"), ("store_credit_refund", "48.60")]


def test_the_return_that_is_changed_is_no_return_before(database: Database, database_url: str) -> None:
    """Nobody who sent something back before gets a bonus: Ada had not, when she asked."""
    none = Effects(bonus={Scope.ANY: Bonus(percent=Decimal(0))})
    known = Rule(name="Known", when=Conditions(return_count=Count(at_least=1)), then=none)
    counter = opened(database, database_url, 2, known, bonus=TEN)
    ret = counter.asked(1, REFUND)
    changed(counter, ret, first=(1, CREDIT))
    approve(counter, ret)
    assert carried_out(counter, ret) == [("store_credit", "4.50"), ("store_credit_refund", "48.60")]


def test_what_is_added_to_an_approved_return_and_has_to_be_looked_at_goes_apart(
    database: Database, database_url: str
) -> None:
    counter = opened(database, database_url, 2, approval=Approval.REVIEW)
    ret = counter.asked(1, REFUND)
    approve(counter, ret)
    with pytest.raises(Exception) as refusal:
        changed(counter, ret, first=(2, REFUND))
    assert "1 left" in str(refusal.value)
    changed(counter, ret, Actor.MERCHANT, first=(2, REFUND))  # Mara has looked
    assert carried_out(counter, ret) == [("refund", "97.20")]


def test_an_outcome_that_was_never_offered_cannot_be_had(database: Database, database_url: str) -> None:
    counter = opened(database, database_url, 2)
    ret = counter.asked(1, REFUND)
    with pytest.raises(NotEligible):
        changed(counter, ret, first=(1, Outcome.KEEP_ITEM))


@pytest.mark.asked
def test_a_question_about_the_goods_is_overtaken_by_a_change_and_asked_anew(
    database: Database, database_url: str
) -> None:
    counter = opened(database, database_url, 2, money_events={Scope.ANY: MoneyEvent.INSPECTION}, bonus=TEN)
    ret = counter.asked(1, REFUND)
    approve(counter, ret)
    receive(counter, ret)
    judge(counter, ret, UnitDecision.ACCEPTED, percent="50")
    assert questions(counter, ret) == ["asked"]

    changed(counter, ret, Actor.MERCHANT, first=(1, CREDIT))
    work(counter)

    assert questions(counter, ret) == ["overtaken", "asked"]
    assert theirs(counter) == []


def questions(counter: Counter, ret: Return) -> list[str]:
    with counter.database.read() as session:
        return [each.state for each in inspection_asking.of_return(session, counter.ret(session, ret))]
