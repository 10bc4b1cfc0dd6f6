"""A wish becomes a quote, a quote a return, once: with rows and Shopify's word, to the cent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from returns_counter import Counter, open_counter, sell
from settling import groups, work
from sqlalchemy import select

from jobs.steps import carry_out_step
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.leases import due
from shopify_app.returns import offers, published, quotes, requests
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.models import Return, ReturnEntry, StockHold
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup, Step
from shopify_app.returns.presets import FORGIVING, STANDARD
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.refusals import Over, PolicyMoved, QuoteForeign, QuoteOver, StockGone
from shopify_app.returns.states import Actor, GroupState, Reception, ReturnState
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import Wish, WishIncomplete, Wrong, WrongWish, from_json
from shopify_app.states import IllegalMove

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return open_counter(database, database_url)


def gets(quote: offers.ReturnQuote, outcome: Outcome) -> str:
    option = quotes.from_stored(quote.options).option(outcome)
    (settlement,) = option.settlements
    return str(settlement.gets)


def test_the_worked_example_comes_out_of_rows_to_the_cent(counter: Counter) -> None:
    quote = counter.price(counter.wish(1, None))

    assert gets(quote, Outcome.REFUND) == "48.60"
    assert gets(quote, Outcome.STORE_CREDIT) == "53.10"
    assert quote.settlements == []
    assert quote.policy_version == 1


def test_what_is_accepted_is_what_was_quoted(counter: Counter) -> None:
    ret = counter.asked(1, Outcome.STORE_CREDIT)

    with counter.database.read() as session:
        (group,) = session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id)).all()
        (grant,) = session.scalars(select(BonusGrant).where(BonusGrant.return_id == ret.id)).all()
        (line,) = counter.ret(session, ret).lines
        assert (ret.rma, ret.state, ret.source) == (f"R-{counter.order(session).number}-1", "requested", "shopper")
        assert (group.state, group.money_event, group.outcome) == ("waiting", "receipt", "store_credit")
        assert group.accepted["own"]["amount"] == 4860
        assert (grant.amount, grant.currency, grant.state) == (450, "EUR", GrantState.PROMISED)
        assert (line.group_id, line.fulfillment_id) == (group.id, counter.desk.parcel_id)
        assert [unit.reception for unit in line.units] == [Reception.EXPECTED]
        assert ret.decide_by is not None
        assert ret.decide_by > ret.requested_at


@pytest.mark.asked
def test_a_quote_is_accepted_once_however_often_it_is_sent(counter: Counter) -> None:
    quote = counter.price(counter.wish(1))

    first, again = counter.submit(quote), counter.submit(quote)

    assert first.id == again.id
    with counter.database.read() as session:
        assert len(session.scalars(select(Return)).all()) == 1
        told = session.scalars(select(Event.kind).where(Event.kind == "ReturnRequested")).all()
        assert told == ["ReturnRequested"]


def test_units_of_an_open_request_are_spoken_for(counter: Counter) -> None:
    counter.asked(1, Outcome.STORE_CREDIT)

    quote = counter.price(counter.wish(1, None))
    assert gets(quote, Outcome.REFUND) == "48.60"
    with pytest.raises(WrongWish) as wrong:
        counter.price(counter.wish(2))
    assert (wrong.value.wrong, wrong.value.asked, wrong.value.left) == (Wrong.TOO_MANY_UNITS, 2, 1)


@pytest.mark.asked
@pytest.mark.parametrize("is_known", [True, False])
def test_what_shopify_counts_already_is_not_counted_twice_while_we_do_not_know_it(
    counter: Counter, is_known: bool
) -> None:
    """The answer to a `returnCreate` was lost: Shopify holds the shirt, and so does our request."""
    ret = counter.asked(1, Outcome.STORE_CREDIT)
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    counter.wire.fault("answer_lost", "returnCreate")
    with counter.database.read() as session:
        (step,) = due(session, Step, counter.now())
    carry_out_step(counter.wire.adapters, step)
    assert [group.shopify_return_id for group in groups(counter, ret)] == [None]
    if is_known:
        work(counter)
        assert [group.shopify_return_id for group in groups(counter, ret)] != [None]

    assert gets(counter.price(counter.wish(1, None)), Outcome.REFUND) == "48.60"
    with pytest.raises(WrongWish) as wrong:
        counter.price(counter.wish(2))
    assert (wrong.value.asked, wrong.value.left) == (2, 1)


@pytest.mark.asked
def test_two_quotes_of_the_same_units_make_one_return(counter: Counter) -> None:
    first, second = counter.price(counter.wish(2)), counter.price(counter.wish(1))

    counter.submit(first)

    with pytest.raises(QuoteOver) as over:
        counter.submit(second)
    assert over.value.why is Over.OVERTAKEN


def test_a_quote_is_over_after_a_day(counter: Counter) -> None:
    quote = counter.price(counter.wish(1))
    counter.wire.advance(hours=24)

    with pytest.raises(QuoteOver) as over:
        counter.submit(quote)
    assert over.value.why is Over.EXPIRED


def test_a_policy_published_meanwhile_asks_for_a_new_quote(counter: Counter) -> None:
    quote = counter.price(counter.wish(1))
    counter.publish(FORGIVING)

    with pytest.raises(PolicyMoved):
        counter.submit(quote)
    with counter.database.read() as session:
        assert session.scalars(select(Return)).all() == []


def test_a_quote_of_another_order_or_shop_is_nobodys(counter: Counter) -> None:
    quote = counter.price(counter.wish(1))

    with counter.database.write() as session:
        for shop_id, order_id in ((counter.shop_id + 1, None), (counter.shop_id, quote.order_id + 1)):
            with pytest.raises(QuoteForeign):
                requests.submit(session, shop_id, quote.public_id, Actor.SHOPPER, counter.now(), order_id=order_id)


@pytest.mark.parametrize("quantity", [0, -1, 10**12])
def test_a_quantity_that_is_none_is_refused(counter: Counter, quantity: int) -> None:
    with pytest.raises(WrongWish) as wrong:
        counter.price(counter.wish(quantity))
    assert wrong.value.wrong is Wrong.NOT_A_QUANTITY


def test_a_line_of_another_order_is_refused(counter: Counter) -> None:
    (line,) = counter.wish(1).lines

    for foreign in (replace(line, fulfillment_line_id=77), replace(line, line_id=77)):
        with pytest.raises(WrongWish) as wrong:
            counter.price(Wish((foreign,)))
        assert wrong.value.wrong is Wrong.FOREIGN_LINE


def test_nothing_and_the_same_line_twice_are_refused(counter: Counter) -> None:
    (line,) = counter.wish(1).lines
    for wish, why in ((Wish(), Wrong.NOTHING_CHOSEN), (Wish((line, line)), Wrong.CHOSEN_TWICE)):
        with pytest.raises(WrongWish) as wrong:
            counter.price(wish)
        assert wrong.value.wrong is why


def test_a_reason_is_asked_for_before_it_is_sent_in(counter: Counter) -> None:
    quote = counter.price(counter.wish(1, reason=None))

    with pytest.raises(WishIncomplete) as lacks:
        counter.submit(quote)
    assert [lack.what for lack in lacks.value.lacks] == ["reason"]


def test_an_even_swap_keeps_its_replacement_aside(counter: Counter) -> None:
    counter.asked(1, Outcome.VARIANT_EXCHANGE, replacement_variant_id=counter.desk.variants["M"])

    with counter.database.read() as session:
        (held,) = session.scalars(select(StockHold)).all()
        assert (held.variant_id, held.quantity) == (counter.desk.variants["M"], 1)
        (group,) = session.scalars(select(ReleaseGroup)).all()
        assert (group.accepted["due"]["amount"], group.accepted["back"]["amount"]) == (0, 0)


def test_a_cheaper_replacement_leaves_the_difference(counter: Counter) -> None:
    ret = counter.asked(1, Outcome.VARIANT_EXCHANGE, replacement_variant_id=counter.desk.variants["cheaper"])

    with counter.database.read() as session:
        (group,) = session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id)).all()
        # 40.00 and its 8 % tax, against the 48.60 that were paid
        assert group.accepted["back"]["amount"] == 4860 - 4320


def test_a_replacement_that_is_gone_is_said_before_anything_is_promised(counter: Counter) -> None:
    sold_out(counter, "M")

    with pytest.raises(StockGone):
        counter.price(counter.wish(1, Outcome.VARIANT_EXCHANGE, replacement_variant_id=counter.desk.variants["M"]))


@pytest.mark.asked
def test_a_replacement_gone_at_approval_is_never_a_silent_refund(counter: Counter) -> None:
    # given Ada was promised M, and the last of it was sold
    ret = counter.asked(1, Outcome.VARIANT_EXCHANGE, replacement_variant_id=counter.desk.variants["M"])
    sold_out(counter, "M")

    # when Mara approves
    with counter.database.write() as session:
        approval = requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())

    # then the request still waits, and Ada is asked
    assert approval.gone == (counter.desk.variants["M"],)
    with counter.database.read() as session:
        assert counter.ret(session, ret).state == ReturnState.REQUESTED
        assert "ReplacementGone" in session.scalars(select(Event.kind)).all()

    # and when she chooses another one, approval goes through
    returnable = counter.returnable()
    with counter.database.write() as session:
        row = counter.ret(session, ret)
        chosen = {row.lines[0].id: counter.desk.variants["cheaper"]}
        requests.choose_replacement(session, row, returnable, chosen, Actor.SHOPPER, counter.now())
        assert requests.approve(session, row, Actor.MERCHANT, counter.now()).is_approved
    with counter.database.read() as session:
        (group,) = session.scalars(select(ReleaseGroup)).all()
        assert (group.state, group.accepted["back"]["amount"]) == (GroupState.OPENING, 540)
        living = [hold.variant_id for hold in session.scalars(select(StockHold)) if hold.released_at is None]
        assert living == [counter.desk.variants["cheaper"]]


def test_a_decline_lets_go_and_can_be_taken_back(counter: Counter) -> None:
    ret = counter.asked(1, Outcome.STORE_CREDIT)
    with counter.database.write() as session:
        requests.decline(session, counter.ret(session, ret), "other", "Worn.", Actor.MERCHANT, counter.now())

    with counter.database.read() as session:
        row, grant = counter.ret(session, ret), session.scalars(select(BonusGrant)).one()
        assert (row.state, row.decline_reason, grant.state) == ("declined", "other", GrantState.VOID)
    assert gets(counter.price(counter.wish(2, None)), Outcome.REFUND) == "97.20"

    with counter.database.write() as session:
        requests.reopen(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    with counter.database.read() as session:
        row, grant = counter.ret(session, ret), session.scalars(select(BonusGrant)).one()
        assert (row.state, grant.state) == ("requested", GrantState.PROMISED)
    with pytest.raises(WrongWish):
        counter.price(counter.wish(2))


def test_a_decline_is_not_taken_back_once_its_units_went_another_way(counter: Counter) -> None:
    ret = counter.asked(2)
    with counter.database.write() as session:
        requests.decline(session, counter.ret(session, ret), "other", None, Actor.MERCHANT, counter.now())
    counter.asked(1)

    with counter.database.write() as session, pytest.raises(QuoteOver):
        requests.reopen(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())


def test_a_question_waits_for_its_answer(counter: Counter) -> None:
    ret = counter.asked(1)
    with counter.database.write() as session:
        requests.ask_more(session, counter.ret(session, ret), "Which hem?", Actor.MERCHANT, counter.now())
        assert (counter.ret(session, ret).state, counter.ret(session, ret).decide_by) == ("more_wanted", None)
    with counter.database.write() as session:
        requests.answer(session, counter.ret(session, ret), "The left one.", counter.now())

    with counter.database.read() as session:
        row = counter.ret(session, ret)
        assert row.state == "requested"
        assert row.decide_by is not None
        said = [(each.kind, each.said) for each in session.scalars(select(ReturnEntry).order_by(ReturnEntry.id))]
    assert said == [("requested", None), ("more_wanted", "Which hem?"), ("answered", "The left one.")]


@pytest.mark.asked
def test_the_shopper_may_call_it_off_until_the_first_scan(counter: Counter) -> None:
    ret = counter.asked(1)
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
        row = counter.ret(session, ret)
        assert requests.may_cancel(session, row, Actor.SHOPPER)
        row.lines[0].units[0].reception = Reception.RECEIVED
        session.flush()

        assert not requests.may_cancel(session, row, Actor.SHOPPER)
        with pytest.raises(IllegalMove):
            requests.cancel(session, row, Actor.SHOPPER, counter.now())


def test_a_request_called_off_gives_everything_free(counter: Counter) -> None:
    ret = counter.asked(2, Outcome.STORE_CREDIT)
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, ret), Actor.SHOPPER, counter.now())

    again = counter.asked(2, Outcome.STORE_CREDIT)

    with counter.database.read() as session:
        assert [grant.state for grant in session.scalars(select(BonusGrant).order_by(BonusGrant.id))] == [
            GrantState.VOID,
            GrantState.PROMISED,
        ]
    assert again.rma.endswith("-2")


def test_a_change_begins_with_what_was_asked_for(counter: Counter) -> None:
    ret = counter.asked(2)
    with counter.database.write() as session:
        draft = requests.draft_from(session, counter.ret(session, ret), counter.now())
        assert draft.changes_id == ret.id
        assert [(line.quantity, line.outcome) for line in from_json(draft.wish).lines] == [(2, Outcome.REFUND)]


def test_a_quote_that_leaves_a_return_out_is_no_return_of_its_own(counter: Counter) -> None:
    ret = counter.asked(2)
    with pytest.raises(QuoteForeign):
        counter.submit(counter.price(counter.wish(2, Outcome.STORE_CREDIT), without_return=ret.id))


def test_mara_makes_a_return_for_ada(counter: Counter) -> None:
    returnable = counter.returnable()
    with counter.database.write() as session:
        order = counter.order(session)
        ret = requests.create_for_customer(
            session, order, returnable, counter.wish(1, reason=None), counter.now(), staff="7"
        )
    assert (ret.state, ret.source) == ("approved", "merchant")


def test_a_late_line_says_why(counter: Counter) -> None:
    counter.wire.advance(days=31)

    with pytest.raises(NotEligible) as late:
        counter.price(counter.wish(1))
    assert [reason.kind for reason in late.value.reasons] == ["outside_window"]


def test_a_line_still_to_be_sent_and_one_that_came_back_are_named(counter: Counter) -> None:
    counter.desk.create(counter.desk.line(2))
    returnable = counter.returnable()

    with counter.database.read() as session:
        (line,) = offers.eligible(session, counter.order(session), returnable, counter.now())
    assert [reason.kind for reason in line.verdict.reasons] == ["already_returned"]
    assert line.quantity == 2


def test_what_is_still_to_be_sent_is_named_beside_what_came_back_of_the_same_line(counter: Counter) -> None:
    """Three shirts, two of them sent; of those one is back, and paid."""
    placed = counter.stage.post(
        "/orders",
        {"line_items": [{"variant_id": counter.desk.variants["S"], "quantity": 3}], "customer": {"id": 501}},
    )
    goods = [{"id": counter.stage.world.need("order", placed["id"])["line_items"][0]["id"], "quantity": 2}]
    parcel = counter.stage.post("/fulfillments", {"order_id": placed["id"], "lines": goods})["id"]
    counter.stage.post("/events", {"fulfillment_id": parcel, "status": "delivered"})
    desk = replace(counter.desk, order_id=placed["id"], parcel_id=parcel)
    counter.learn(desk)

    def named() -> list[tuple[int, list[str]]]:
        returnable = counter.returnable(desk)
        with counter.database.read() as session:
            lines = offers.eligible(session, counter.order(session, desk), returnable, counter.now())
        return [(line.quantity, [reason.kind for reason in line.verdict.reasons]) for line in lines]

    assert named() == [(2, []), (1, ["not_fulfilled_yet"])]

    desk.process(desk.create(desk.line(1)))
    assert named() == [(1, []), (1, ["not_fulfilled_yet"])]

    counter.learn(desk)
    assert named() == [(1, []), (1, ["not_fulfilled_yet"])]


def test_the_preset_is_version_one_until_the_shop_publishes(counter: Counter) -> None:
    with counter.database.write() as session:
        first = published.newest(session, counter.shop_id)
        second = published.publish(session, counter.shop_id, FORGIVING, "mara", counter.now())
        assert (first.number, first.policy, second.number) == (1, STANDARD, 2)
        assert [each.number for each in published.versions(session, counter.shop_id)] == [1, 2]
        with pytest.raises(published.PolicyUnchanged):
            published.publish(session, counter.shop_id, FORGIVING, "mara", counter.now())


def test_the_preset_becomes_the_shops_own_by_being_published_once(counter: Counter) -> None:
    with counter.database.write() as session:
        made = published.publish(session, counter.shop_id, STANDARD, "mara", counter.now())
        assert (made.number, made.policy) == (2, STANDARD)
        with pytest.raises(published.PolicyUnchanged):
            published.publish(session, counter.shop_id, STANDARD, "mara", counter.now())


def sold_out(counter: Counter, size: str) -> None:
    """Somebody buys all that is left, and we hear of it."""
    sell(counter.stage, [{"variant_id": counter.desk.variants[size], "quantity": 20}])
    counter.learn()
