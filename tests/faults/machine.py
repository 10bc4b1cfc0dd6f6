"""Everything that may happen to a return, in any order, with processes dying in between.

A run is one order of one customer: Ada asks, cancels, sends back; Mara approves, declines, inspects, settles, refunds
in Shopify's admin; the post comes late, twice or out of order; workers die at every named place; answers are lost.
At the end the faults stop, what can go on goes on, and the books are compared.
"""

from __future__ import annotations

from contextlib import suppress

import story
from balance import WRONGS, Confirmed, Findings, acknowledged, declared, examine
from house import House
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from letterbox import MOODS
from machinery import KINDS, MUTATION, WORKERS, Machinery
from opening import open_house
from people import ITEMS, METHODS, OUTCOMES, REFUSALS
from postage import labels_bought_and_given_back
from shops_apart import rows_across
from sqlalchemy.orm import Session
from told import letters_as_promised, orders_as_at_shopify
from twice import twice
from without_order import credited_once, letters_about_requests

from shopify_app.returns.inspecting.states import Appealed
from shopify_app.returns.states import ReturnState
from shopify_app.returns.vocabulary import Method, Outcome

RUNS_PER_HOUSE = 40
"""After so many a new shop is opened: the dev store searches its documents one by one."""


class Tally:
    """What all runs of this process came to."""

    def __init__(self) -> None:
        self.runs = self.returns = self.settled = self.faults = 0
        self.wrongs = dict.fromkeys(WRONGS, 0)
        self.broken: list[str] = []
        """What broken runs said."""
        self.broken_in: int | None = None
        """The first of them, from 1."""

    def add(self, found: Findings, faults: int) -> None:
        self.runs += 1
        self.faults += faults
        self.returns += found.returns
        self.settled += found.settled
        for name, count in found.counts().items():
            self.wrongs[name] += count


TALLY = Tally()
_open: list[House] = []


def current_house() -> House:
    """The shop that runs share for a while; a run that failed leaves none behind."""
    if not _open:
        _open.append(open_house())
        for shop in (_open[0], *_open[0].neighbours):
            story.publish(shop)
        _open[0].wire.advance(seconds=2)
    return _open[0]


def leave_house() -> None:
    """The next run gets a new one."""
    while _open:
        _open.pop().close()


class ReturnsUnderFaults(Machinery):
    """One run. Amounts, quantities, moments and faults are Hypothesis's to choose, and nothing that it draws depends on
    what came of it: who comes too early or too late is turned away, as in life."""

    def __init__(self) -> None:
        super().__init__()
        self.house = current_house()
        self.before = self.house.struck.total
        self.house.carried.clear()
        self.house.acknowledged.clear()
        self.customer_id = self.house.customer()
        self.order_id = 0
        self.ben: tuple[int, int, int] | None = None

    @initialize(
        quantity=st.integers(1, 3),
        outcome=OUTCOMES,
        point=WORKERS,
        kind=KINDS,
        nth=st.integers(1, 3),
        lost=MUTATION,
        mood=st.sampled_from([None, *MOODS]),
        is_otto_busy=st.sampled_from([True, False, False, False]),
        away_hours=st.sampled_from([None, None, None, None, 2, 90]),
        unsent=st.sampled_from([0, 0, 1, 2]),
        withdraws=st.sampled_from([None, None, None, False, True]),
        method=METHODS,
        item=ITEMS,
        second_thought=st.sampled_from([None, None, Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.SHOP_NOW]),
        unneeded=st.sampled_from([None, None, None, False, True]),
        without_order=st.sampled_from([None, None, None, "accept", "match"]),
    )
    def an_order_has_arrived_and_something_of_it_goes_back(
        self,
        quantity: int,
        outcome: Outcome,
        point: str,
        kind: str,
        nth: int,
        lost: str | None,
        mood: str | None,
        is_otto_busy: bool,
        away_hours: int | None,
        unsent: int,
        withdraws: bool | None,
        method: Method,
        item: str,
        second_thought: Outcome | None,
        unneeded: bool | None,
        without_order: str | None,
    ) -> None:
        """No run without a fault on the way of its money."""
        self.order_id = self.house.sell(self.customer_id, quantity, unsent=unsent)
        if is_otto_busy:
            self._ben_sends_back(outcome)
        self.ada_asks(outcome, 1, False, method if unneeded is None else Method.LABEL, item)
        self.the_mail_server_is_going_to_falter(mood)
        if second_thought:
            self._do(story.approve, 0)
            self.workers_work(0, 6)
            self.ada_changes_her_mind(0, second_thought, quantity, item)
        if withdraws is not None:
            self.ada_withdraws(withdraws, False)
        if unneeded is not None:
            self._a_label_was_bought_in_vain(unneeded, quantity)
        if without_order:
            self._ada_has_a_present_too(without_order, outcome)
        self.things_go_wrong_on_their_course(0, point, kind, nth, lost)
        if away_hours:
            self._the_app_is_removed_for_a_while(away_hours)

    @rule(which=st.integers(0, 2), most=st.integers(1, 8))
    def things_take_their_course(self, which: int, most: int) -> None:
        """What would come next by itself: approval, arrival, inspection, and workers in between."""
        for verb in (story.approve, story.receive, story.inspect):
            self._do(verb, which)
            self.workers_work(0, most)

    @rule(which=st.integers(0, 2), point=WORKERS, kind=KINDS, nth=st.integers(1, 3), lost=MUTATION)
    def things_go_wrong_on_their_course(self, which: int, point: str, kind: str, nth: int, lost: str | None) -> None:
        """The same, with a worker that dies on its way, and mostly with an answer that is lost."""
        if lost:
            self.house.lose_answer(lost)
        self.house.arm(point, kind, nth)
        self.things_take_their_course(which, 8)
        self.house.wire.advance(seconds=5)
        self.workers_work(0, 8)

    def _a_label_was_bought_in_vain(self, is_called_off: bool, quantity: int) -> None:
        self._do(story.approve, 0)
        self.workers_work(0, 8)
        self.a_label_is_not_needed_any_more(0, is_called_off, quantity)

    def _ada_has_a_present_too(self, way: str, outcome: Outcome) -> None:
        """Its credit goes through the same engine, beside her return."""
        self.ada_asks_without_an_order(2, False)
        if way == "match":
            self.mara_finds_the_order(0, outcome)
        self.mara_decides_a_request(0, "accept")

    def _ben_sends_back(self, outcome: Outcome) -> None:
        """At Otto's, under Shopify's numbers of Ada's order, while all this goes on at Mara's."""
        otto = self.house.neighbours[0]
        otto.wire.install()  # he opens the app: nobody was here for longer than Shopify's tokens last
        buyer = otto.customer()
        order = otto.sell(buyer)
        made = story.request(otto, order, outcome)
        story.approve(otto, made)
        story.receive(otto, made)
        self.ben = (order, made, buyer)

    def _the_app_is_removed_for_a_while(self, hours: int) -> None:
        """In the middle of whatever is under way; workers go on trying, and what comes meanwhile is read later."""
        self.ada_asks(Outcome.STORE_CREDIT, 1, False)
        self._do(story.approve, len(self.confirmed) - 1)
        self.workers_work(0, 2)
        self.house.remove_app()
        self.house.carry_all()
        self.house.work()
        for _ in range(6):
            self.house.wire.advance(hours=hours / 6)
            self.house.work()
        self.house.put_app_back()

    # --- the end ----------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            if self.order_id:
                self._end()
        except AssertionError as broken:
            TALLY.broken_in = TALLY.broken_in or TALLY.runs
            TALLY.broken.append(f"run {TALLY.runs}: {broken}")
            leave_house()
            raise
        except BaseException:
            leave_house()
            raise
        if TALLY.runs % RUNS_PER_HOUSE == RUNS_PER_HOUSE - 1:
            leave_house()

    def _end(self) -> None:
        self.house.calm()
        struck = self.house.struck.total - self.before
        self.house.settle_down()
        self._carry_to_the_end()
        old = self._old_facts()
        with self.house.read() as session:
            found = self._examine(session)
        found.stale += old
        TALLY.add(found, struck)
        assert not found.all, "\n".join(found.all)

    def _old_facts(self) -> list[str]:
        found = Findings()
        ask = self.house.adapters.admin(self.house.shop_id).order
        with self.house.read() as session:
            is_tie = orders_as_at_shopify(session, {self.order_id}, ask, found)
        if is_tie:
            found = Findings()
            self.house.reconcile()
            with self.house.read() as session:
                orders_as_at_shopify(session, {self.order_id}, ask, found)
        return found.stale

    def _examine(self, session: Session) -> Findings:
        """Every invariant, for this run's order and for what Ben did at Otto's."""
        book = self.house.ledger(customer_id=self.customer_id)
        found = examine(session, book, self.confirmed, {self.order_id}, self.touched)
        twice(session, self.house.store, self.order_id, found)
        declared(session, self.withdrawn, found, bool(self.touched))
        acknowledged(session, self.house.acknowledged, found)
        credited_once(session, self.requests, book, found)
        labels_bought_and_given_back(session, self.house.store.all("easypost_shipment"), {self.order_id}, found)
        letters_about_requests(
            session, self.requests, self.house.letterbox.letters(), self.house.store.all("ledger"), found
        )
        letters_as_promised(
            session, self.house.letterbox.letters(), self.house.store.all("ledger"), {self.order_id}, found
        )
        found.across += rows_across(session)
        if self.ben:
            order, made, buyer = self.ben
            book = self.house.neighbours[0].ledger(customer_id=buyer)
            theirs = examine(session, book, [Confirmed(made, 1)], {order})
            found.across += [f"at Otto's, {each}" for each in theirs.all]
        return found

    def _carry_to_the_end(self) -> None:
        """What was asked for is approved, received, accepted and settled: what faults have stopped would show here."""
        for return_id in self._returns(ReturnState.REQUESTED, ReturnState.APPROVED):
            for verb in (story.approve, story.receive, story.inspect):
                with suppress(*REFUSALS):
                    verb(self.house, return_id)
            self.house.settle_down()
        for _ in range(3):
            self.house.wire.advance(days=8)
            for return_id in self._returns(ReturnState.APPROVED):
                with suppress(*REFUSALS):
                    story.decide(self.house, return_id, Appealed.KEPT)
            self.house.by_the_clock()
            self.house.settle_down()
        if self.ben:
            with suppress(*REFUSALS):
                story.inspect(self.house.neighbours[0], self.ben[1])
            self.house.settle_down()
