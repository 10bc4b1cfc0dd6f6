"""Returns carried to their money through the dev store: what our books say is what its ledger says, to the cent."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from returns_counter import Counter, open_counter
from settling import (
    approve,
    decide,
    grant,
    groups,
    looks,
    ours,
    receive,
    settle_now,
    state,
    states,
    steps,
    theirs,
    with_credit,
    work,
)
from sqlalchemy import select
from two_parts import open_shop

from devstore.installation import change_scopes
from jobs.steps import ground_of
from shopify_app.db import Database
from shopify_app.i18n import Languages
from shopify_app.returns import comparing, published, reception, requests, said, settle
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effects import Bonus, Effects, Window
from shopify_app.returns.looks import advice
from shopify_app.returns.models import ReturnEntry
from shopify_app.returns.money_models import BonusGrant
from shopify_app.returns.plainly import sentence
from shopify_app.returns.refusals import PaidOut
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Actor, Disposition, UnitDecision
from shopify_app.returns.timeline import By
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.returns.wishes import Wish
from shopify_app.settings import store as settings
from shopify_app.settings.returns import BonusAs, Returns
from shopify_app.shopify.errors import UserError

pytestmark = pytest.mark.again

LANGUAGE = Languages().choose(["en"])
EVERYTHING = (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE)


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def policy(event: MoneyEvent = MoneyEvent.RECEIPT, **effects: object) -> Policy:
    """Thirty days, everything allowed, 10 % bonus; the money is freed by `event`."""
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=EVERYTHING,
        methods=(Method.OWN_CARRIER,),
        bonus={Scope.ANY: Bonus(percent=Decimal(10))},
        money_events={Scope.ANY: event},
        approval=Approval.REVIEW,
        **effects,  # type: ignore[arg-type]
    )
    return Policy(rules=(Rule(name="All", then=then),))


def in_force(counter: Counter, wanted: Policy) -> None:
    """The policy was published before Ada bought."""
    with counter.database.write() as session:
        published.publish(session, counter.shop_id, wanted, "mara", counter.now() - timedelta(days=90))


def why(counter: Counter, ret: object) -> object:
    return steps(counter, ret), [(g.look, g.look_facts) for g in groups(counter, ret)]  # type: ignore[arg-type]


def test_a_refund_is_paid_once_the_goods_are_here(counter: Counter) -> None:
    ret = counter.asked()
    approve(counter, ret)
    assert states(counter, ret) == ["open"]
    assert theirs(counter) == []

    receive(counter, ret)

    assert states(counter, ret) == ["settled"]
    assert state(counter, ret) == "closed"
    assert theirs(counter) == [("refund", "48.60")]
    assert ours(counter, ret) == theirs(counter)


def test_store_credit_comes_with_its_bonus_as_a_second_credit(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)

    receive(counter, ret)

    assert states(counter, ret) == ["settled"], (steps(counter, ret), [g.look_facts for g in groups(counter, ret)])
    given = grant(counter, ret)
    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")])
    assert ours(counter, ret) == theirs(counter)
    assert given.state == "issued"
    assert given.expires_at is not None


def test_a_bonus_can_be_a_gift_card_whose_code_is_ours(counter: Counter) -> None:
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Returns(bonus_as=BonusAs.GIFT_CARD), "mara", counter.now())
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)

    receive(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("gift_card", "4.50")])
    assert ours(counter, ret) == theirs(counter)


def test_an_even_swap_is_sold_at_what_was_paid(counter: Counter) -> None:
    wanted = counter.desk.variants["M"]
    ret = counter.asked(outcome=Outcome.VARIANT_EXCHANGE, replacement_variant_id=wanted)
    approve(counter, ret)

    receive(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("exchange_sale", "48.60")]
    assert ours(counter, ret) == theirs(counter)
    assert counter.desk.order()["totalOutstandingSet"]["presentmentMoney"]["amount"] in ("0.0", "0.00", "0")


def test_a_swap_for_something_cheaper_gives_the_rest_back(counter: Counter) -> None:
    wanted = counter.desk.variants["cheaper"]
    ret = counter.asked(outcome=Outcome.VARIANT_EXCHANGE, replacement_variant_id=wanted)
    approve(counter, ret)

    receive(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("exchange_sale", "43.20"), ("refund", "5.40")]
    assert ours(counter, ret) == theirs(counter)


def test_a_replacement_that_is_gone_is_never_a_silent_refund(counter: Counter) -> None:
    wanted = counter.desk.variants["M"]
    ret = counter.asked(outcome=Outcome.VARIANT_EXCHANGE, replacement_variant_id=wanted)
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    product = next(each for each in counter.wire.world.store.all("product") if "Wool" in each["title"])
    for variant in product["variants"]:
        variant["inventory_quantity"] = 0
    counter.wire.world.store.put("product", product)

    work(counter)

    assert (state(counter, ret), states(counter, ret), theirs(counter)) == ("requested", ["waiting"], [])
    product["variants"][-1]["inventory_quantity"] = 5
    counter.wire.world.store.put("product", product)
    counter.learn()
    returnable = counter.returnable()
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        chosen = {found.lines[0].id: counter.desk.variants["cheaper"]}
        requests.choose_replacement(session, found, returnable, chosen, Actor.SHOPPER, counter.now())
    approve(counter, ret)
    receive(counter, ret)
    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("exchange_sale", "43.20"), ("refund", "5.40")]


def test_a_refused_unit_is_not_paid_and_leaves_the_return(counter: Counter) -> None:
    in_force(counter, policy(MoneyEvent.INSPECTION))
    ret = counter.asked(2, Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret)
    assert theirs(counter) == []

    decide(counter, ret, UnitDecision.ACCEPTED, 1)
    decide(counter, ret, UnitDecision.REFUSED, 1)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert [key for key, _ in steps(counter, ret)] == ["create", "remove", "process", "bonus_credit"]
    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")])
    assert ours(counter, ret) == theirs(counter)


def test_nothing_accepted_falls_away_and_costs_nothing(counter: Counter) -> None:
    in_force(counter, policy(MoneyEvent.INSPECTION, shipping_fee={"EUR": Decimal("5.00")}))
    ret = counter.asked(1, Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret)

    decide(counter, ret, UnitDecision.REFUSED)

    assert (states(counter, ret), state(counter, ret)) == (["fell_away"], "closed"), why(counter, ret)
    assert theirs(counter) == []
    assert grant(counter, ret).state == "void"


def test_a_unit_accepted_at_a_percentage_is_booked_with_its_cause(counter: Counter) -> None:
    in_force(counter, policy(MoneyEvent.INSPECTION))
    ret = counter.asked(1, Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret)

    decide(counter, ret, UnitDecision.ACCEPTED, percent="50")

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == sorted([("store_credit_refund", "24.30"), ("store_credit", "2.25")])
    assert ours(counter, ret) == theirs(counter)


def test_fees_are_frozen_at_shopify_and_taken_once(counter: Counter) -> None:
    fees = {"restocking_percent": Decimal(20), "shipping_fee": {"EUR": Decimal("5.00")}}
    in_force(counter, policy(MoneyEvent.APPROVAL, **fees))
    ret = counter.asked(2)

    approve(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("refund", "74.20")]  # 97.20 - 18.00 - 5.00
    assert ours(counter, ret) == theirs(counter)


def test_a_person_can_settle_before_the_goods_are_here(counter: Counter) -> None:
    ret = counter.asked()
    approve(counter, ret)

    settle_now(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("refund", "48.60")]


def test_two_returns_of_one_order_pay_no_more_than_one(counter: Counter) -> None:
    for _ in range(2):
        ret = counter.asked(outcome=Outcome.STORE_CREDIT)
        approve(counter, ret)
        receive(counter, ret)
        assert states(counter, ret) == ["settled"], why(counter, ret)

    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")] * 2)


def test_a_cancelled_return_is_cancelled_at_shopify(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)

    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, ret), Actor.SHOPPER, counter.now())
    work(counter)

    assert (states(counter, ret), state(counter, ret)) == (["cancelled"], "cancelled")
    assert counter.wire.world.store.all("return")[0]["status"] == "canceled"
    assert grant(counter, ret).state == "void"


@pytest.mark.asked
def test_a_bonus_is_taken_back_from_what_is_unspent(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret)
    with counter.database.write() as session:
        settle.take_back_bonuses(session, counter.ret(session, ret), settle.By(staff="17"), counter.now())

    work(counter)

    given = grant(counter, ret)
    assert (given.taken_back, given.shortfall, given.state) == (450, 0, "void")
    assert ("store_credit_debit", "4.50") in theirs(counter)
    assert ours(counter, ret) == theirs(counter)
    with counter.database.read() as session:
        told = session.scalars(select(ReturnEntry).where(ReturnEntry.staff == "17")).one()
    assert (told.kind, told.facts, told.is_internal) == ("note", {"verb": "take_back"}, True)


def test_a_refund_made_in_shopify_meanwhile_is_never_paid_twice(counter: Counter) -> None:
    ret = counter.asked()
    approve(counter, ret)
    line = counter.desk.order()["lineItems"]["nodes"][0]["id"]
    counter.wire.advance(seconds=1)
    query = """mutation R($in: RefundInput!) { refundCreate(input: $in) @idempotent(key: "one") {
        userErrors { message } } }"""
    paid = {"orderId": counter.desk.order_gid, "kind": "REFUND", "gateway": "manual", "amount": "48.60",
            "parentId": counter.desk.payment()}  # fmt: skip
    lines = [{"lineItemId": line, "quantity": 1, "restockType": "NO_RESTOCK"}]
    made = counter.stage.post(
        "/merchant/graphql",
        {"query": query, "variables": {"in": {
            "orderId": counter.desk.order_gid, "refundLineItems": lines, "transactions": [paid]}}},
    )  # fmt: skip
    assert made["data"]["refundCreate"]["userErrors"] == [], made

    receive(counter, ret)

    assert (states(counter, ret), looks(counter, ret)) == (["needs_look"], ["refund_elsewhere"]), why(counter, ret)
    assert theirs(counter) == [("refund", "48.60")]


@pytest.mark.parametrize("mutation", ["returnCreate", "returnProcess", "storeCreditAccountCredit"])
def test_a_lost_answer_is_looked_up_and_nothing_moves_twice(counter: Counter, mutation: str) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    counter.wire.fault("answer_lost", mutation)

    approve(counter, ret)
    receive(counter, ret)

    assert [fault["hits"] for fault in counter.wire.world.store.all("fault")] == [1]
    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")])
    assert ours(counter, ret) == theirs(counter)
    assert len(counter.wire.world.store.all("return")) == 1


def test_a_lost_answer_to_a_removal_a_gift_card_or_a_debit_is_looked_up_too(counter: Counter) -> None:
    in_force(counter, policy(MoneyEvent.INSPECTION))
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Returns(bonus_as=BonusAs.GIFT_CARD), "mara", counter.now())
    for mutation in ("removeFromReturn", "giftCardCreate"):
        counter.wire.fault("answer_lost", mutation)
    ret = counter.asked(2, Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret)
    decide(counter, ret, UnitDecision.ACCEPTED, 1)

    decide(counter, ret, UnitDecision.REFUSED, 1)

    assert [fault["hits"] for fault in counter.wire.world.store.all("fault")] == [1, 1]
    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("gift_card", "4.50")])


@pytest.mark.parametrize("fault", ["429", "throttled", "5xx"])
def test_a_call_turned_away_is_made_again_later(counter: Counter, fault: str) -> None:
    ret = counter.asked()
    counter.wire.fault(fault, "returnProcess", 2)

    approve(counter, ret)
    receive(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("refund", "48.60")]


@pytest.mark.asked
def test_a_bonus_that_is_refused_leaves_the_refund_and_can_be_tried_again(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    shop = counter.wire.world.store.get("shop", 1) or {}
    counter.wire.world.store.put("shop", {**shop, "enabled_presentment_currencies": ["USD"]})
    receive(counter, ret)
    assert (states(counter, ret), looks(counter, ret)) == (["needs_look"], ["bonus_failed"])
    assert theirs(counter) == [("store_credit_refund", "48.60")]

    with_credit(counter)
    settle_now(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")])


def test_a_return_that_fell_away_can_be_opened_again_and_settled(counter: Counter) -> None:
    in_force(counter, policy(MoneyEvent.INSPECTION))
    ret = counter.asked(1, Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret)
    decide(counter, ret, UnitDecision.REFUSED)
    assert states(counter, ret) == ["fell_away"]

    with counter.database.write() as session:
        requests.reopen(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    work(counter)
    assert states(counter, ret) == ["open"], why(counter, ret)
    decide(counter, ret, UnitDecision.ACCEPTED)

    assert (states(counter, ret), state(counter, ret)) == (["settled"], "closed"), why(counter, ret)
    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")])
    assert ours(counter, ret) == theirs(counter)


def test_units_that_come_back_to_stock_are_told_to_shopify_once(counter: Counter) -> None:
    ret = counter.asked(2)
    approve(counter, ret)
    receive(counter, ret)
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        units = [unit.id for unit in found.lines[0].units]
        reception.dispose(session, found, units, Disposition.RESTOCKED, 61, By(), counter.now())
    counter.wire.fault("answer_lost", "reverseFulfillmentOrderDispose")

    work(counter)

    (order,) = counter.wire.world.store.all("reverse_fulfillment_order")
    told = [(each["type"], each["quantity"]) for each in order["line_items"][0]["dispositions"]]
    assert told == [("RESTOCKED", 2)], why(counter, ret)
    assert states(counter, ret) == ["settled"]


@pytest.mark.asked
def test_a_bonus_that_shopify_does_not_show_is_listed_at_night(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret)
    ground = ground_of(counter.wire.adapters)
    assert comparing.compare_bonuses(ground) == 0

    (account,) = counter.wire.world.store.all("store_credit_account")
    kept = [each for each in account["transactions"] if each["event"] != "ADJUSTMENT"]
    counter.wire.world.store.put("store_credit_account", {**account, "transactions": kept})

    assert comparing.compare_bonuses(ground) == 1
    assert (states(counter, ret), looks(counter, ret)) == (["settled"], ["ledger_differs"])


def test_a_lost_answer_to_a_cancellation_and_to_a_debit_is_looked_up(counter: Counter) -> None:
    for mutation in ("returnCancel", "storeCreditAccountDebit"):
        counter.wire.fault("answer_lost", mutation)
    off = counter.asked()
    approve(counter, off)
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, off), Actor.MERCHANT, counter.now())
    work(counter)
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret)
    with counter.database.write() as session:
        settle.take_back_bonuses(session, counter.ret(session, ret), settle.By(), counter.now())

    work(counter)

    assert [fault["hits"] for fault in counter.wire.world.store.all("fault")] == [1, 1]
    assert states(counter, off) == ["cancelled"]
    assert theirs(counter).count(("store_credit_debit", "4.50")) == 1
    assert ours(counter, ret) == theirs(counter)


def test_a_group_that_is_given_up_pays_nothing_and_is_closed_at_shopify(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    (group,) = groups(counter, ret)

    with counter.database.write() as session:
        settle.give_up(session, counter.ret(session, ret), group.id, settle.By(), counter.now())
    work(counter)

    assert (states(counter, ret), state(counter, ret)) == (["fell_away"], "closed")
    assert counter.wire.world.store.all("return")[0]["status"] == "closed"
    assert (theirs(counter), grant(counter, ret).state) == ([], "void")


def test_a_balance_that_is_still_due_is_no_riddle_for_the_next_return(counter: Counter) -> None:
    in_force(counter, policy(restocking_percent=Decimal(20)))
    swap = counter.asked(outcome=Outcome.VARIANT_EXCHANGE, replacement_variant_id=counter.desk.variants["M"])
    approve(counter, swap)
    receive(counter, swap)
    assert states(counter, swap) == ["awaiting_payment"], why(counter, swap)
    assert float(counter.desk.order()["totalOutstandingSet"]["presentmentMoney"]["amount"]) == 9.0

    ret = counter.asked()
    approve(counter, ret)
    receive(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == [("exchange_sale", "48.60"), ("refund", "39.60")]  # each less its own fee of 9.00


@pytest.mark.asked
def test_a_return_of_which_all_was_paid_is_not_opened_again(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret)
    before = theirs(counter)

    with pytest.raises(PaidOut) as refused, counter.database.write() as session:
        requests.reopen(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())

    work(counter)
    assert (refused.value.has_bonus, state(counter, ret), theirs(counter)) == (True, "closed", before)
    assert "make a new return" in sentence(refused.value, LANGUAGE)
    assert "can be taken back by itself" in sentence(refused.value, LANGUAGE)


@pytest.mark.asked
def test_what_fell_away_is_opened_again_and_what_was_paid_keeps_its_bonus(
    database: Database, database_url: str
) -> None:
    # given two shirts for credit, freed apart: one was paid, the other refused
    counter = open_shop(database, database_url)
    checked = Effects(money_events={Scope.ANY: MoneyEvent.INSPECTION})
    rule = Rule(name="S", when=Conditions(variant_ids=(counter.desk.variants["S"],)), then=checked)
    in_force(counter, Policy(rules=(rule, *policy().rules)))
    both = [counter.wish(1, Outcome.STORE_CREDIT, place).lines[0] for place in (1, 2)]
    ret = counter.submit(counter.price(Wish(tuple(both))))
    approve(counter, ret)
    receive(counter, ret)
    decide(counter, ret, UnitDecision.REFUSED, 1)
    assert (states(counter, ret), state(counter, ret)) == (["fell_away", "settled"], "closed")

    with counter.database.write() as session:
        requests.reopen(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())

    work(counter)
    with counter.database.read() as session:
        grants = session.scalars(select(BonusGrant.state).order_by(BonusGrant.id)).all()
    assert (list(grants), states(counter, ret)) == (["promised", "issued"], ["open", "settled"])
    decide(counter, ret, UnitDecision.ACCEPTED, 1)
    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")] * 2)
    assert ours(counter, ret) == theirs(counter)


def test_a_bonus_refused_by_the_code_says_what_shopify_said_and_what_to_do(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    shop = counter.wire.world.store.get("shop", 1) or {}
    counter.wire.world.store.put("shop", {**shop, "enabled_presentment_currencies": ["USD"]})

    receive(counter, ret)

    told = advice("bonus_failed", groups(counter, ret)[0].look_facts, "EUR")
    known, do = LANGUAGE.say(told.known), LANGUAGE.say(told.do)
    assert "UNSUPPORTED_CURRENCY" in known
    assert "4.50" in known
    assert "currency" in do


def test_a_bonus_that_shopify_does_not_let_us_give_is_looked_up_then_told(counter: Counter) -> None:
    # given a permission that was taken from the app, which is no error of the mutation's own
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    allowed = counter.wire.world.installed_scopes() or ""
    change_scopes(counter.wire.world, allowed.replace("write_store_credit_account_transactions,", ""))

    receive(counter, ret)

    assert (states(counter, ret), looks(counter, ret)) == (["needs_look"], ["bonus_failed"]), why(counter, ret)
    told = advice("bonus_failed", groups(counter, ret)[0].look_facts, "EUR")
    assert "ACCESS_DENIED" in LANGUAGE.say(told.known)
    assert "lacks a permission" in LANGUAGE.say(told.do)
    assert theirs(counter) == [("store_credit_refund", "48.60")]

    change_scopes(counter.wire.world, allowed)
    settle_now(counter, ret)
    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")])


def test_nobodys_address_is_kept_of_what_shopify_said() -> None:
    told = said.words([UserError("ada@example.com (+46 70 123 45 67) has no account", code="OWNER_NOT_FOUND")])
    assert told == "… (…) has no account (OWNER_NOT_FOUND)"
    assert said.words([UserError("", ("id",)), UserError("", code="X")]) == "id; X"
