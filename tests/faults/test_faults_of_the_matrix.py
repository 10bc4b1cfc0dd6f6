"""Money moves exactly once, whatever breaks: the faults 2 and 8 to 13 and 15, each as a story in one process.

`make fault` does the same with processes that are killed, and with thousands of histories (`docs/reliability.md`).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import story
from again import again_but, slow_but
from balance import Confirmed, examine
from house import House
from sqlalchemy import select, update

from shopify_app.fault_points import POINTS
from shopify_app.leases import WorkState
from shopify_app.money import Money
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.states import GroupState, ReturnState
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shops.installation import install

WORKERS_POINTS = tuple(point for point in POINTS if point.startswith(("carry.", "look.")))


def agreed(house: House, customer: int, outcome: Outcome, quantity: int = 1) -> tuple[int, int]:
    """An order (our id) and its return, approved, with nobody at work yet."""
    order = house.sell(customer, quantity)
    made = story.request(house, order, outcome, quantity)
    story.approve(house, made)
    return order, made


def brought_to_the_end(house: House, made: int) -> None:
    """No faults from here on; the goods arrive and are accepted."""
    house.settle_down()
    story.receive(house, made)
    with suppress(*story.TOO_LATE):
        story.inspect(house, made)
    house.settle_down()


def books_agree(house: House, customer: int, order: int, *made: int, touched: bool = False) -> None:
    with house.read() as session:
        confirmed = [
            Confirmed(each, sum(line.quantity for line in session.get_one(Return, each).lines)) for each in made
        ]
        book = house.ledger(customer_id=customer)
        found = examine(session, book, confirmed, {order}, {order} if touched else set())
    assert found.all == []


def state_of(house: House, made: int) -> str:
    with house.read() as session:
        return session.get_one(Return, made).state


def group_of(house: House, made: int) -> ReleaseGroup:
    with house.read() as session:
        return session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == made)).one()


@pytest.mark.parametrize("point", slow_but("carry.after_attempted", of=WORKERS_POINTS))
@pytest.mark.parametrize("kind", again_but("raise", of=["crash", "raise"]))
def test_a_worker_may_die_at_every_place_and_credit_with_bonus_moves_once(
    house: House, ada: int, point: str, kind: str
) -> None:
    # given an answer that is lost, so that Shopify has to be read back
    if point.startswith("look."):
        house.lose_answer("returnProcess")
    order, made = agreed(house, ada, Outcome.STORE_CREDIT)
    house.work()
    story.receive(house, made)
    story.inspect(house, made)
    # when a worker dies there
    house.arm(point, kind)
    for _ in range(4):
        house.work()
        house.wire.advance(seconds=10)
    # then, after all, the shirt's 54.00 and its bonus of 5.00 are credited once
    house.settle_down()
    assert house.moved("store_credit_refund", customer_id=ada) == Money.parse("50.00", "EUR")
    assert house.moved("store_credit", customer_id=ada) == group_bonus(house, made)
    assert state_of(house, made) == ReturnState.CLOSED
    books_agree(house, ada, order, made)


def group_bonus(house: House, made: int) -> Money:
    """What the accepted quote promised."""
    promised = group_of(house, made).accepted["bonus"]
    return Money(promised["amount"], promised["currency"])


@pytest.mark.again
@pytest.mark.parametrize("outcome", [Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE])
@pytest.mark.parametrize("trouble", slow_but("5xx", of=["429", "throttled", "5xx"]))
def test_shopify_turning_us_away_costs_time_and_nothing_else(
    house: House, ada: int, outcome: Outcome, trouble: str
) -> None:
    order, made = agreed(house, ada, outcome)
    house.lose_answer("return", trouble, 6)
    house.work()
    brought_to_the_end(house, made)

    assert state_of(house, made) == ReturnState.CLOSED
    books_agree(house, ada, order, made)


def test_a_connection_that_is_never_made_is_tried_again(house: House, ada: int) -> None:
    order, made = agreed(house, ada, Outcome.REFUND)
    house.wire.line.cut_before = 7
    house.work()
    brought_to_the_end(house, made)

    assert state_of(house, made) == ReturnState.CLOSED
    books_agree(house, ada, order, made)


@pytest.mark.again
@pytest.mark.parametrize("mutation", ["returnCreate", "returnProcess", "storeCreditAccountCredit"])
@pytest.mark.parametrize("times", slow_but(2, of=[1, 2]))
def test_an_answer_lost_after_the_commit_moves_money_once(house: House, ada: int, mutation: str, times: int) -> None:
    order, made = agreed(house, ada, Outcome.STORE_CREDIT, 2)
    house.lose_answer(mutation, count=times)
    house.work()
    for _ in range(4):
        house.wire.advance(seconds=10)
        house.work()
    with suppress(*story.TOO_LATE):
        story.receive(house, made)
        story.inspect(house, made)
    for _ in range(6):
        house.work()
        house.wire.advance(seconds=10)
    brought = group_of(house, made)
    house.settle_down()

    assert brought.state == GroupState.SETTLED
    assert len(house.ledger(customer_id=ada, kind="store_credit_refund")) == 1
    assert len(house.ledger(customer_id=ada, kind="store_credit")) == 1
    books_agree(house, ada, order, made)


@pytest.mark.again
def test_an_even_swap_whose_answer_was_lost_sells_the_new_size_once(house: House, ada: int) -> None:
    order, made = agreed(house, ada, Outcome.VARIANT_EXCHANGE)
    house.lose_answer("returnProcess")
    brought_late(house, made)

    assert len(house.ledger(customer_id=ada, kind="exchange_sale")) <= 1
    assert house.moved("refund", customer_id=ada) == Money.zero("EUR")
    books_agree(house, ada, order, made)


def brought_late(house: House, made: int) -> None:
    """The goods arrive while faults are still waiting to happen."""
    for _ in range(3):
        house.work()
        house.carry_all()
        house.wire.advance(seconds=10)
    story.receive(house, made)
    with suppress(*story.TOO_LATE):
        story.inspect(house, made)
    for _ in range(6):
        house.work()
        house.wire.advance(seconds=10)
    house.settle_down()


def test_a_refund_in_shopifys_admin_meanwhile_is_never_paid_again(house: House, ada: int) -> None:
    # given Ada's return of the one shirt, and that Mara has refunded most of it by hand in Shopify
    order, made = agreed(house, ada, Outcome.REFUND)
    house.work()
    assert story.refund_in_admin(house, order, "40.00", "by hand") == []
    # when the goods arrive
    house.carry_all()
    story.receive(house, made)
    house.settle_down()
    # then no more than was paid has gone back, and a person is asked
    assert house.moved("refund", customer_id=ada) <= Money.parse("50.00", "EUR")
    assert group_of(house, made).state == GroupState.NEEDS_LOOK
    books_agree(house, ada, order, made, touched=True)


def test_the_result_of_a_worker_that_slept_through_its_lease_is_refused(house: House, ada: int) -> None:
    """As SIGSTOP for a minute: while the call is under way the lease runs out, and another worker takes the step."""
    order, made = agreed(house, ada, Outcome.STORE_CREDIT)
    house.work()
    story.receive(house, made)
    story.inspect(house, made)

    def another_takes_it() -> None:
        with house.write() as session:
            session.execute(update(Step).where(Step.lease_until.is_not(None)).values(lease_until=0))
        for _ in range(4):
            house.work()
            house.wire.advance(seconds=10)

    with in_the_middle_of(house, "returnProcess", another_takes_it):
        house.work()
    house.settle_down()

    assert len(house.ledger(customer_id=ada, kind="store_credit_refund")) == 1
    assert len(house.ledger(customer_id=ada, kind="store_credit")) == 1
    books_agree(house, ada, order, made)


class in_the_middle_of:  # noqa: N801 - reads like the sentence it is
    """While the answer to the first such mutation is on its way back, something else happens."""

    def __init__(self, house: House, mutation: str, happens: Callable[[], None]) -> None:
        self.line, self.mutation, self.happens = house.wire.line, mutation, happens

    def __enter__(self) -> None:
        self.before = self.line.handle_request

        def slow(request):  # type: ignore[no-untyped-def]
            answer = self.before(request)
            if self.mutation.encode() in request.content and b"mutation" in request.content:
                self.line.handle_request = self.before  # type: ignore[method-assign]
                self.happens()
            return answer

        self.line.handle_request = slow  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        self.line.handle_request = self.before  # type: ignore[method-assign]


def test_two_workers_on_one_step_send_it_once(house: House, ada: int) -> None:
    order, made = agreed(house, ada, Outcome.REFUND)
    house.work()
    story.receive(house, made)
    waiting = house.work_waiting()
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda each: house.work_once(*each), waiting * 4))
    house.settle_down()

    assert len(house.ledger(customer_id=ada, kind="refund")) == 1
    books_agree(house, ada, order, made)


def test_a_double_click_and_two_tabs_make_one_return(house: House, ada: int) -> None:
    order = house.sell(ada)
    quote = story.offer(house, order, Outcome.REFUND)

    with ThreadPoolExecutor(4) as tabs:
        returns = set(tabs.map(lambda _: story.submit(house, quote), range(4)))

    assert len(returns) == 1


def test_a_second_tab_with_a_quote_of_the_same_shirt_gets_no_second_return(house: House, ada: int) -> None:
    order = house.sell(ada)
    first, second = (story.offer(house, order, Outcome.REFUND) for _ in range(2))
    story.submit(house, first)

    with pytest.raises(story.TOO_LATE):
        story.submit(house, second)


@pytest.mark.parametrize("turn", range(3))
def test_approving_while_cancelling_ends_in_one_of_both(house: House, ada: int, turn: int) -> None:
    order = house.sell(ada)
    made = story.request(house, order, Outcome.REFUND)

    def attempt(verb: Callable[[House, int], None]) -> bool:
        with suppress(*story.TOO_LATE):
            verb(house, made)
            return True
        return False

    with ThreadPoolExecutor(2) as people:
        done = list(people.map(attempt, (story.approve, story.cancel) if turn % 2 else (story.cancel, story.approve)))
    house.settle_down()

    assert any(done)
    assert state_of(house, made) in (ReturnState.APPROVED, ReturnState.CANCELLED)
    assert house.moved("refund", customer_id=ada) == Money.zero("EUR")


@pytest.mark.again
def test_a_calendar_set_back_a_day_settles_no_less_and_no_more(house: House, ada: int) -> None:
    order, made = agreed(house, ada, Outcome.STORE_CREDIT)
    house.work()
    house.wire.advance(days=-1)
    story.receive(house, made)
    story.inspect(house, made)
    house.wire.advance(days=2)
    house.settle_down()

    assert len(house.ledger(customer_id=ada, kind="store_credit_refund")) == 1
    books_agree(house, ada, order, made)


def test_a_calendar_that_leaps_takes_no_step_from_a_living_worker(house: House, ada: int) -> None:
    """Leases go by the database's clock: an hour on the calendar frees nothing that somebody holds."""
    order, made = agreed(house, ada, Outcome.REFUND)
    house.work()
    story.receive(house, made)

    def an_hour_passes() -> None:
        house.wire.advance(hours=1)
        assert not [row for row in house.work_waiting() if row[0] is Step]

    with in_the_middle_of(house, "returnProcess", an_hour_passes):
        house.work()
    house.settle_down()

    assert len(house.ledger(customer_id=ada, kind="refund")) == 1
    books_agree(house, ada, order, made)


@pytest.mark.again
def test_a_token_revoked_and_the_app_reinstalled_in_the_middle_of_a_settlement_lose_nothing(
    house: House, ada: int
) -> None:
    # given goods that arrived, and a token that Shopify no longer takes, nor its refresh token
    order, made = agreed(house, ada, Outcome.STORE_CREDIT)
    house.work()
    story.receive(house, made)
    story.inspect(house, made)
    house.wire.fault("revoked", "", 1, deep=True)
    house.work()
    house.wire.advance(hours=2)
    house.work()
    assert house.ledger(customer_id=ada, kind="store_credit") == []
    # when Mara opens the app again
    granted = house.adapters.admin_apis.tokens.exchange(house.wire.config.shop, house.wire.session_token())
    with house.write() as session:
        install(session, house.wire.config.shop, granted, house.now())
    house.wire.advance(hours=12)
    house.settle_down()
    # then everything is settled, once
    assert len(house.ledger(customer_id=ada, kind="store_credit_refund")) == 1
    assert len(house.ledger(customer_id=ada, kind="store_credit")) == 1
    assert house.count(Step, Step.state == WorkState.PARKED) == 0
    books_agree(house, ada, order, made)
