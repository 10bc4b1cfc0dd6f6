"""What people do to the returns of one order: Ada, who bought it, and Mara, who runs the shop. Who comes too early or
too late is turned away, as in life."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import story
import without_order
from balance import Confirmed
from house import House
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from opening import COATS
from sqlalchemy import select

from shopify_app.fault_points import FaultInjected, ProcessCrashed
from shopify_app.orders.models import Order
from shopify_app.returns.inspecting.states import Appealed
from shopify_app.returns.models import Return
from shopify_app.returns.states import Actor, ReturnState
from shopify_app.returns.vocabulary import Method, Outcome

MOST_RETURNS = MOST_REQUESTS = 3
MOST_DAYS = 24
OUTCOMES = st.sampled_from(
    [
        *(Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE),
        *(Outcome.SHOP_NOW, Outcome.SHOP_NOW),
    ]
)
"""Credit twice as often: it takes one step more, and that step has no guard at Shopify; and new items, which may have
to be paid for."""
ITEMS = st.sampled_from(COATS)
METHODS = st.sampled_from([Method.OWN_CARRIER, Method.LABEL])
REFUSALS = (*story.TOO_LATE, *without_order.TOO_LATE, FaultInjected)
"""What a verb may answer to somebody who comes too late: nothing has moved then."""


class People(RuleBasedStateMachine):
    """Ada's and Mara's side of a run; `machine` has the rest."""

    house: House
    order_id: int
    customer_id: int

    def __init__(self) -> None:
        super().__init__()
        self.confirmed: list[Confirmed] = []
        self.withdrawn: list[int] = []
        self.requests: list[int] = []
        self.touched: set[int] = set()
        self.days = 0

    @rule(
        outcome=OUTCOMES,
        quantity=st.integers(1, 2),
        is_clicked_twice=st.booleans(),
        method=METHODS,
        item=ITEMS,
    )
    def ada_asks(
        self,
        outcome: Outcome,
        quantity: int,
        is_clicked_twice: bool,
        method: Method = Method.OWN_CARRIER,
        item: str = COATS[0],
    ) -> None:
        if len(self.confirmed) == MOST_RETURNS:
            return
        with suppress(*REFUSALS):
            quote = story.offer(self.house, self.order_id, outcome, quantity, method=method, item=item)
            return_id = story.submit(self.house, quote)
            self.confirmed.append(Confirmed(return_id, quantity))
            if is_clicked_twice:
                assert story.submit(self.house, quote) == return_id

    @rule(which=st.integers(0, 2), outcome=OUTCOMES, quantity=st.integers(1, 3), item=ITEMS)
    def ada_changes_her_mind(self, which: int, outcome: Outcome, quantity: int, item: str) -> None:
        """About a return that she has sent in already."""
        if which >= len(self.confirmed):
            return
        return_id = self.confirmed[which].return_id
        with suppress(*REFUSALS):
            self.confirmed[which] = Confirmed(return_id, story.change(self.house, return_id, outcome, quantity, item))

    @rule(which=st.integers(0, 2), way=st.sampled_from(["take", "send_back", "appeal"]))
    def ada_answers(self, which: int, way: str) -> None:
        self._do(story.answer, which, way)

    @rule(which=st.integers(0, 2), verdict=st.sampled_from([Appealed.FULL, Appealed.KEPT]))
    def mara_decides_an_appeal(self, which: int, verdict: Appealed) -> None:
        self._do(story.decide, which, verdict)

    @rule(share=st.sampled_from([1, 1, 2]))
    def ada_pays(self, share: int) -> None:
        """What is open at Shopify, or half of it."""
        self.house.pay(self.order_id, share)

    @rule(which=st.integers(0, 2), verb=st.sampled_from(["waive", "drop"]))
    def nobody_waits_for_a_payment(self, which: int, verb: str) -> None:
        self._do(story.give_up, which, verb)

    @rule(days=st.sampled_from([1, 3, 8]))
    def days_pass(self, days: int) -> None:
        """Not so many that Shopify shows the order to this app no more."""
        self.days += days
        if self.days > MOST_DAYS:
            return
        self.house.wire.advance(seconds=days * 86_400)
        with suppress(FaultInjected, ProcessCrashed):
            self.house.by_the_clock()

    @rule(is_everything=st.booleans(), is_sent_twice=st.booleans())
    def ada_withdraws(self, is_everything: bool, is_sent_twice: bool) -> None:
        """From all that is left, or from one unit: of what was not sent where there is such."""
        with self.house.read() as session:
            last = session.get_one(Order, self.order_id).lines[-1].shopify_id
        chosen = None if is_everything else {last: 1}
        key = f"form-{self.order_id}-{len(self.withdrawn)}"
        with suppress(*REFUSALS):
            made = story.withdraw(self.house, self.order_id, key, chosen)
            self.withdrawn.append(made)
            if is_sent_twice:
                assert story.withdraw(self.house, self.order_id, key, chosen) == made

    @rule(quantity=st.integers(1, 2), is_sent_twice=st.booleans())
    def ada_asks_without_an_order(self, quantity: int, is_sent_twice: bool) -> None:
        """For shirts that she was given, or says so."""
        if len(self.requests) == MOST_REQUESTS:
            return
        key = f"request-{self.customer_id}-{len(self.requests)}"
        with suppress(*REFUSALS):
            made = without_order.ask(self.house, self.customer_id, key, quantity)
            self.requests.append(made)
            if is_sent_twice:
                assert without_order.ask(self.house, self.customer_id, key, quantity) == made

    @rule(which=st.integers(0, 2), way=st.sampled_from(["accept", "accept", "decline"]))
    def mara_decides_a_request(self, which: int, way: str) -> None:
        """Also one that was decided already, or matched to an order."""
        if which < len(self.requests):
            with suppress(*REFUSALS):
                getattr(without_order, way)(self.house, self.requests[which])

    @rule(which=st.integers(0, 2), outcome=st.sampled_from([Outcome.STORE_CREDIT, Outcome.REFUND]))
    def mara_finds_the_order(self, which: int, outcome: Outcome) -> None:
        """The shirt was bought with Ada's own order: from here on it is a return of it."""
        if which < len(self.requests):
            with suppress(*REFUSALS):
                made = without_order.match(self.house, self.requests[which], self.order_id, outcome)
                self.confirmed.append(Confirmed(*made))

    @rule(which=st.integers(0, 2), is_called_off=st.booleans(), quantity=st.integers(1, 3))
    def a_label_is_not_needed_any_more(self, which: int, is_called_off: bool, quantity: int) -> None:
        """Ada calls it off, or sends it with a carrier of her own choice; the clock asks for the postage."""
        if is_called_off:
            self.ada_cancels(which)
        else:
            self.ada_changes_her_mind(which, Outcome.REFUND, quantity, COATS[0])
        self.days_pass(1)

    @rule(which=st.integers(0, 2))
    def mara_approves(self, which: int) -> None:
        self._do(story.approve, which)

    @rule(which=st.integers(0, 2))
    def ada_cancels(self, which: int) -> None:
        self._do(story.cancel, which)

    @rule(which=st.integers(0, 2))
    def mara_cancels(self, which: int) -> None:
        self._do(story.cancel, which, Actor.MERCHANT)

    @rule(which=st.integers(0, 2))
    def goods_arrive(self, which: int) -> None:
        self._do(story.receive, which)

    @rule(
        which=st.integers(0, 2), percent=st.sampled_from([None, Decimal(50), Decimal("33.3")]), accepted=st.booleans()
    )
    def mara_inspects(self, which: int, percent: Decimal | None, accepted: bool) -> None:
        self._do(story.inspect, which, accepted, percent if accepted else None)

    @rule(which=st.integers(0, 2))
    def mara_settles_by_hand(self, which: int) -> None:
        self._do(story.settle_now, which)

    @rule(cents=st.integers(1, 2000))
    def mara_refunds_in_shopify(self, cents: int) -> None:
        key = f"elsewhere-{self.order_id}-{len(self.house.store.all('refund'))}"
        if not story.refund_in_admin(self.house, self.order_id, str(Decimal(cents) / 100), key):
            self.touched.add(self.order_id)

    def _do(self, verb: Any, which: int, *more: Any) -> None:
        there = self._returns(*ReturnState)
        if which < len(there):
            with suppress(*REFUSALS):
                verb(self.house, there[which], *more)

    def _returns(self, *states: ReturnState) -> list[int]:
        """Ids of this order's returns, those of withdrawals among them."""
        wanted = select(Return.id).where(Return.order_id == self.order_id, Return.state.in_(states))
        with self.house.read() as session:
            return list(session.scalars(wanted.order_by(Return.id)))
