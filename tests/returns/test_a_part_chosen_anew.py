"""A replacement that is gone when another part of the return is at Shopify already: its shopper chooses for that part
alone, and the money of both comes out right, once."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from returns_counter import Counter
from settling import groups, ours, receive, settle_now, state, states, steps, theirs, work
from sqlalchemy import func, select
from two_parts import TwoParts, open_shop, restock, stuck, stuck_shop

from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.returns import anew, dossier, published, requests, settle, stock
from shopify_app.returns.conditions import Conditions, Count
from shopify_app.returns.effects import Bonus, Effects, Window
from shopify_app.returns.models import ReturnEntry, StockHold
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup, Step
from shopify_app.returns.refusals import QuoteForeign, QuoteOver, StockGone
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Actor
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.timeline import By
from shopify_app.returns.vocabulary import Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.returns.wishes import Wish
from shopify_app.states import IllegalMove

pytestmark = pytest.mark.again

MARA = By(Actor.MERCHANT, "mara")
CREDIT = [("store_credit", "4.50"), ("store_credit_refund", "48.60")]
"""What the first part pays in any case."""


@pytest.fixture
def before(database: Database, database_url: str) -> Counter:
    """Nothing is asked back yet."""
    return open_shop(database, database_url)


@pytest.fixture
def parts(database: Database, database_url: str) -> TwoParts:
    return stuck_shop(database, database_url)


@pytest.fixture
def counter(parts: TwoParts) -> Counter:
    return parts.counter


def policy(**effects: object) -> Policy:
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=anew.CHOICES,
        methods=(Method.OWN_CARRIER,),
        bonus={Scope.ANY: Bonus(percent=Decimal(10))},
        **effects,  # type: ignore[arg-type]
    )
    return Policy(rules=(Rule(name="All", then=then),))


def in_force(counter: Counter, wanted: Policy) -> None:
    with counter.database.write() as session:
        published.publish(session, counter.shop_id, wanted, "mara", counter.now() - timedelta(days=90))


def test_the_part_waits_for_its_shopper_and_the_rest_goes_on(counter: Counter, parts: TwoParts) -> None:
    assert states(counter, parts.ret) == ["open", "needs_look"], steps(counter, parts.ret)
    assert state(counter, parts.ret) == "approved"
    with counter.database.read() as session:
        ret = counter.ret(session, parts.ret)
        waiting = anew.awaiting(ret, groups(counter, parts.ret))
        assert waiting is not None
        assert waiting.position == 2
        assert session.scalars(select(Event.kind).where(Event.kind == "ReplacementGone")).all() == ["ReplacementGone"]

    receive(counter, parts.ret)

    assert states(counter, parts.ret) == ["settled", "needs_look"]
    assert theirs(counter) == sorted(CREDIT)


@pytest.mark.parametrize(
    ("outcome", "variant", "moved"),
    [
        (Outcome.REFUND, None, [("refund", "48.60")]),
        (Outcome.STORE_CREDIT, None, CREDIT),
        (Outcome.VARIANT_EXCHANGE, "S", [("exchange_sale", "48.60")]),
        (Outcome.VARIANT_EXCHANGE, "cheaper", [("exchange_sale", "43.20"), ("refund", "5.40")]),
    ],
)
def test_what_is_chosen_is_settled_to_the_cent(
    counter: Counter, parts: TwoParts, outcome: Outcome, variant: str | None, moved: list[tuple[str, str]]
) -> None:
    quote = parts.priced(outcome, variant)

    parts.accept(quote)
    work(counter)
    receive(counter, parts.ret)

    assert states(counter, parts.ret) == ["settled", "settled"], steps(counter, parts.ret)
    assert state(counter, parts.ret) == "closed"
    assert theirs(counter) == sorted(CREDIT + moved)
    assert ours(counter, parts.ret) == theirs(counter)
    with counter.database.read() as session:
        told = session.scalars(select(ReturnEntry).where(ReturnEntry.kind == "replacement_chosen")).one()
    assert (told.actor, told.facts["outcomes"], told.is_internal) == (Actor.SHOPPER, [outcome], False)


def test_bonuses_of_both_parts_are_rounded_and_capped_as_one(before: Counter) -> None:
    in_force(before, policy(bonus_cap_per_order={"EUR": Decimal("7.00")}))
    parts = stuck(before)

    parts.accept(parts.priced(Outcome.STORE_CREDIT))
    work(before)
    receive(before, parts.ret)

    assert sorted(theirs(before)) == sorted([*CREDIT, ("store_credit", "2.50"), ("store_credit_refund", "48.60")])
    assert ours(before, parts.ret) == theirs(before)


def test_a_shipping_fee_of_the_request_is_taken_once(before: Counter) -> None:
    fee = {"shipping_fee": {"EUR": Decimal("5.00")}, "waive_shipping_for": (Outcome.VARIANT_EXCHANGE,)}
    in_force(before, policy(**fee))
    parts = stuck(before, Outcome.REFUND)

    parts.accept(parts.priced(Outcome.REFUND))
    work(before)
    receive(before, parts.ret)

    assert theirs(before) == sorted([("refund", "43.60"), ("refund", "48.60")])
    assert ours(before, parts.ret) == theirs(before)


def test_what_was_offered_holds_although_this_return_counts_by_now(before: Counter) -> None:
    # given no bonus for whoever has sent something back before: Ada had not when she was offered one
    none = Effects(bonus={Scope.ANY: Bonus(percent=Decimal(0))})
    known = Rule(name="Known", when=Conditions(return_count=Count(at_least=1)), then=none)
    in_force(before, Policy(rules=(known, *policy().rules)))
    parts = stuck(before)

    quote = parts.priced(Outcome.STORE_CREDIT)

    assert str(settlement_from_stored(quote.settlements[0]).bonus) == "4.50"


def test_a_second_click_finds_what_the_first_has_done(counter: Counter, parts: TwoParts) -> None:
    quote = parts.priced(Outcome.STORE_CREDIT)

    first, second = parts.accept(quote), parts.accept(quote)

    assert first.id == second.id
    work(counter)
    receive(counter, parts.ret)
    third = parts.accept(quote)
    assert third.state == "settled"
    assert theirs(counter) == sorted(CREDIT * 2)


@pytest.mark.asked
def test_of_two_tabs_with_different_choices_one_wins(counter: Counter, parts: TwoParts) -> None:
    one, other = parts.priced(Outcome.STORE_CREDIT), parts.priced(Outcome.REFUND)
    parts.accept(one)

    with pytest.raises((IllegalMove, QuoteOver)):
        parts.accept(other)

    work(counter)
    receive(counter, parts.ret)
    assert theirs(counter) == sorted(CREDIT * 2)


@pytest.mark.asked
def test_clicks_at_the_same_moment_are_one_choice(counter: Counter, parts: TwoParts) -> None:
    quotes = [parts.priced(outcome) for outcome in (Outcome.STORE_CREDIT, Outcome.REFUND)] * 2
    gate, refused = threading.Barrier(len(quotes)), []

    def click(quote: object) -> None:
        gate.wait()
        try:
            parts.accept(quote)  # type: ignore[arg-type]
        except (IllegalMove, QuoteOver) as failure:
            refused.append(failure)

    clicks = [threading.Thread(target=click, args=(quote,)) for quote in quotes]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join(100)

    assert len(refused) == 2
    work(counter)
    receive(counter, parts.ret)
    assert theirs(counter) in (sorted(CREDIT * 2), sorted([*CREDIT, ("refund", "48.60")]))
    assert ours(counter, parts.ret) == theirs(counter)
    with counter.database.read() as session:
        assert session.scalar(select(func.count(Step.id)).where(Step.kind == "create", Step.phase == "done")) == 2


@pytest.mark.parametrize("verb", ["retry", "give_up", "cancel"])
def test_the_merchants_hand_comes_first(counter: Counter, parts: TwoParts, verb: str) -> None:
    quote = parts.priced(Outcome.REFUND)
    if verb == "retry":
        parts.restock("M", 5)
    with counter.database.write() as session:
        ret = counter.ret(session, parts.ret)
        if verb == "cancel":
            requests.cancel(session, ret, Actor.MERCHANT, counter.now())
        else:
            getattr(settle, verb)(session, ret, parts.swap.id, MARA, counter.now())

    with pytest.raises((IllegalMove, QuoteOver)):
        parts.accept(quote)

    work(counter)
    if verb == "retry":
        receive(counter, parts.ret)
        assert theirs(counter) == sorted([*CREDIT, ("exchange_sale", "48.60")])
    else:
        assert theirs(counter) == []


@pytest.mark.asked
def test_a_choice_that_sells_out_meanwhile_is_told_and_nothing_moves(counter: Counter, parts: TwoParts) -> None:
    quote = parts.priced(Outcome.VARIANT_EXCHANGE, "cheaper")
    parts.restock("cheaper", 0)

    with pytest.raises(StockGone):
        parts.accept(quote)

    assert parts.swap.state == "needs_look"
    parts.accept(parts.priced(Outcome.VARIANT_EXCHANGE, "S"))
    parts.restock("S", 0)
    work(counter)
    assert (parts.swap.state, parts.swap.look) == ("needs_look", "replacement_gone")
    parts.accept(parts.priced(Outcome.REFUND))
    work(counter)
    receive(counter, parts.ret)
    assert theirs(counter) == sorted([*CREDIT, ("refund", "48.60")])


def test_only_what_is_waited_for_is_kept_aside(counter: Counter, parts: TwoParts) -> None:
    variants = counter.desk.variants
    parts.accept(parts.priced(Outcome.VARIANT_EXCHANGE, "S"))
    with counter.database.read() as session:
        assert stock.held(session, counter.shop_id, variants.values(), counter.now()) == {variants["S"]: 1}
        held = session.scalars(select(StockHold.variant_id).where(StockHold.released_at.is_(None))).all()
    assert held == [variants["S"]]


def test_the_last_piece_is_not_promised_twice_within_one_return(before: Counter) -> None:
    # given the other part is a swap too, and waits for the last piece of the size that Ada now wants here
    parts = stuck_with_two_swaps(before)

    with pytest.raises(StockGone):
        parts.priced(Outcome.VARIANT_EXCHANGE, "cheaper")

    parts.restock("cheaper", 2)
    parts.accept(parts.priced(Outcome.VARIANT_EXCHANGE, "cheaper"))
    work(before)
    receive(before, parts.ret)
    settle_now(before, parts.ret)
    assert states(before, parts.ret) == ["settled", "settled"], steps(before, parts.ret)


def stuck_with_two_swaps(counter: Counter) -> TwoParts:
    """Two swaps whose money is freed by different events; of the size of the first there is one left."""
    own = Effects(money_events={Scope.ANY: MoneyEvent.BY_HAND})
    first = Rule(name="S", when=Conditions(variant_ids=(counter.desk.variants["S"],)), then=own)
    in_force(counter, Policy(rules=(first, *policy().rules)))
    variants = counter.desk.variants
    one = counter.wish(1, Outcome.VARIANT_EXCHANGE, 1, replacement_variant_id=variants["cheaper"])
    other = counter.wish(1, Outcome.VARIANT_EXCHANGE, 2, replacement_variant_id=variants["M"])
    ret = counter.submit(counter.price(Wish((*one.lines, *other.lines))))
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    restock(counter, "M", 0)
    restock(counter, "cheaper", 1)
    work(counter)
    return TwoParts(counter, ret)


def test_the_quote_of_a_part_is_no_return_of_its_own(counter: Counter, parts: TwoParts) -> None:
    quote = parts.priced(Outcome.REFUND)
    with pytest.raises(QuoteForeign):
        counter.submit(quote)


def test_a_quote_of_another_return_is_foreign(counter: Counter, parts: TwoParts) -> None:
    other = counter.price(counter.wish(1, Outcome.REFUND, 2), without_return=parts.ret.id)
    with pytest.raises(QuoteForeign):
        parts.accept(other)


def test_an_old_offer_is_not_taken(counter: Counter, parts: TwoParts) -> None:
    quote = parts.priced(Outcome.REFUND)
    counter.wire.advance(days=2)
    with pytest.raises(QuoteOver):
        parts.accept(quote)


@pytest.mark.asked
def test_units_that_were_judged_are_the_merchants_to_settle(counter: Counter, parts: TwoParts) -> None:
    with counter.database.write() as session:
        ret = counter.ret(session, parts.ret)
        line = next(line for line in ret.lines if line.group_id == parts.swap.id)
        line.units[0].decision = "refused"
        session.flush()
        assert anew.awaiting(ret, list(session.scalars(select(ReleaseGroup)))) is None


@pytest.mark.asked
def test_the_merchant_sees_the_whole_of_it(counter: Counter, parts: TwoParts) -> None:
    parts.accept(parts.priced(Outcome.STORE_CREDIT))
    work(counter)
    with counter.database.read() as session:
        seen = dossier.read(session, counter.ret(session, parts.ret))
        promised = session.scalars(select(BonusGrant.amount).order_by(BonusGrant.id)).all()
    assert [(group.outcome, group.state, group.look) for group in seen.groups] == [
        ("store_credit", "open", None), ("store_credit", "open", None),
    ]  # fmt: skip
    assert [line.outcome for line in seen.lines] == ["store_credit", "store_credit"]
    assert list(promised) == [450, 450]
    assert [entry.kind for entry in seen.timeline][-1] == "replacement_chosen"
