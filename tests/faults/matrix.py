"""Every named place x {kill -9, raise, hang}, met by real workers behind a real broker, on real returns.

Each case starts a worker that meets its fault once, gives it three returns (refund, credit with bonus, even swap) and
ends the worker as soon as it was hit. In the end healthy workers finish everything, and the books are compared.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import story
from balance import Confirmed, Findings, examine
from plant import Plant, until
from shops_apart import rows_across
from sqlalchemy import func, select
from told import letters_as_promised, orders_as_at_shopify

from shopify_app.events import Reaction
from shopify_app.fault_points import POINTS, Kind
from shopify_app.leases import WorkState
from shopify_app.messages.models import Message
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.states import GroupState, ReturnState
from shopify_app.returns.vocabulary import Outcome
from webhooks.inbox import Delivery

KINDS = (Kind.KILL, Kind.RAISE, Kind.HANG)
STORY = (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE)
STRIKE_SECONDS = 90
DRAIN_SECONDS = 600
LEAP_SECONDS = 1.5
"""Between two leaps of the calendar."""
ORDERS_READ = 60
"""So many orders are held against Shopify's own answer, one by one."""


@dataclass
class Matrix:
    """One plant and what its cases came to. `missed` are cases whose fault was never met."""

    plant: Plant
    points: tuple[str, ...] = POINTS
    kinds: tuple[Kind, ...] = KINDS
    confirmed: list[Confirmed] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)
    struck: int = 0
    missed: list[str] = field(default_factory=list)

    def run(self) -> Findings:
        """All cases, the recovery, and the comparison."""
        self.plant.start()
        story.publish(self.plant)
        cases = sorted(product(self.points, self.kinds), key=lambda case: not case[0].startswith("mail."))
        # mails first: their leases are the longest, and have run out when the last case is over
        self._stock_up(len(cases) * len(STORY))
        for number, (point, kind) in enumerate(cases):
            own = self.orders[number * len(STORY) : (number + 1) * len(STORY)]
            self._case(point, kind, own)
        self._recover()
        return self._examine()

    def _examine(self) -> Findings:
        book, letters = self.plant.book(), self.plant.letters()
        with self.plant.read() as session:
            found = examine(session, book, self.confirmed, self.orders)
            letters_as_promised(session, letters, book, self.orders, found)
            found.across += rows_across(session)
        found.stale += self._old_facts()
        return found

    def _old_facts(self) -> list[str]:
        """Orders of the right second that differ have until the next reconciliations, half an hour apart."""
        found, ask = Findings(), self.plant.adapters.admin(self.plant.shop_id).order

        def is_right() -> bool:
            found.stale.clear()
            with self.plant.read() as session:
                is_tie = orders_as_at_shopify(session, self.orders[:ORDERS_READ], ask, found)
            return not (is_tie and self._pass_time())

        until(is_right, 90)
        return found.stale

    def _stock_up(self, count: int) -> None:
        """Orders that arrived before anything goes wrong."""
        self.plant.worker()
        for kind in ("twice", "reorder"):
            self.plant.control("POST", "/faults", {"kind": kind, "match": "orders/", "count": count})
        sold = [self.plant.sell(77) for _ in range(count)]
        assert until(lambda: all(self.plant.order(number) for number in sold), 300), "the orders never arrived"
        assert until(self._is_idle, 120)
        self.orders = [number for each in sold if (number := self.plant.order(each)) is not None]
        self.plant.programs["worker"].kill()

    def _case(self, point: str, kind: Kind, orders: list[int]) -> None:
        """Three returns before a worker that is going to be hit; on to the next once it was."""
        returns = [story.request(self.plant, number, outcome) for number, outcome in zip(orders, STORY, strict=True)]
        self.confirmed += [Confirmed(each, 1) for each in returns]
        for each in returns:
            story.approve(self.plant, each)
        if point.startswith("look."):
            self.plant.control("POST", "/faults", {"kind": "answer_lost", "match": "returnCreate", "count": 1})
        struck = self.plant.worker(point, kind)
        hit = until(lambda: self._go_on(returns) or struck.exists(), STRIKE_SECONDS)
        self.struck += struck.exists()
        if not (hit and struck.exists()):
            self.missed.append(f"{point} x {kind}")
        self.plant.programs["worker"].kill()
        sys.stderr.write(f"  {point} x {kind}: {'met' if struck.exists() else 'never met'}\n")

    def _go_on(self, returns: list[int]) -> bool:
        """Goods arrive and are accepted wherever that is possible by now; True when all of them are settled."""
        for each in returns:
            with self.plant.read() as session:
                states = set(session.scalars(select(ReleaseGroup.state).where(ReleaseGroup.return_id == each)))
                is_open = session.get_one(Return, each).state == ReturnState.APPROVED
            if is_open and GroupState.OPEN in states:
                for verb in (story.receive, story.inspect):
                    with suppress(*story.TOO_LATE):
                        verb(self.plant, each)
        with self.plant.read() as session:
            unsettled = select(func.count()).where(
                ReleaseGroup.return_id.in_(returns), ReleaseGroup.state != GroupState.SETTLED
            )
            return session.scalar(unsettled) == 0

    def _recover(self) -> None:
        """Healthy workers, no more faults: leases run out, pauses pass, the rest of every story is told."""
        self.plant.control("DELETE", "/faults")
        self.plant.worker()
        returns = [each.return_id for each in self.confirmed]
        until(lambda: self._pass_time() and self._go_on(returns) and self._is_idle(), DRAIN_SECONDS)
        # whatever is not done by then is found stuck when the books are compared

    def _pass_time(self) -> bool:
        """The pauses of the back-off ladder; leases go by the database's own clock, which nobody moves."""
        time.sleep(LEAP_SECONDS)
        self.plant.control("POST", "/clock", {"advance_seconds": 600})
        return True

    def _is_idle(self) -> bool:
        with self.plant.read() as session:
            pending = [
                session.scalar(select(func.count()).select_from(model).where(model.state == WorkState.PENDING))
                for model in (Delivery, Reaction, Step, Message)
            ]
        return not any(pending) and self.plant.waiting() == 0


def run(folder: Path, points: tuple[str, ...] = POINTS, kinds: tuple[Kind, ...] = KINDS) -> tuple[Matrix, Findings]:
    """The whole matrix in `folder`; whatever was started is ended."""
    matrix = Matrix(Plant(folder), points, kinds)
    try:
        return matrix, matrix.run()
    finally:
        matrix.plant.stop()
