"""What happens behind Ada's and Mara's backs in a run: the post, workers, faults, time."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule
from letterbox import MOODS
from people import People

from shopify_app.fault_points import POINTS

MUTATION = st.sampled_from(
    [
        *(None, "storeCreditAccountCredit", "returnProcess", "returnCreate", "removeFromReturn", "returnCancel"),
        *("refundCreate", "orderCancel", "easypost.buy", "easypost.refund"),
    ]
)
KINDS = st.sampled_from(["crash", "raise"])
WORKERS = st.sampled_from([point for point in POINTS if point.startswith(("carry.", "look.", "mail."))])


class Machinery(People):
    """Everything of a run that no person does."""

    @rule(newest=st.booleans(), times=st.integers(1, 3))
    def post_arrives(self, newest: bool, times: int) -> None:
        """One webhook, in or out of order, once or several times."""
        waiting = self.house.waiting_post()
        if waiting:
            self.house.carry(waiting[-1 if newest else 0], times)

    @rule(newest=st.booleans())
    def the_web_server_dies_when_it_has_taken_post(self, newest: bool) -> None:
        """Whatever it had said 200 to has to be there for the next one."""
        self.post_arrives(newest, 1)
        self.house.restart_web()

    @rule(which=st.integers(0, 40))
    def old_post_comes_again(self, which: int) -> None:
        """What Shopify said earlier of this order, under a new name: older than what we know by now."""
        if self.house.carried:
            self.house.carry_again(self.house.carried[which % len(self.house.carried)])

    @rule(mood=st.sampled_from(MOODS))
    def the_mail_server_is_going_to_falter(self, mood: str | None) -> None:
        if mood:
            self.house.letterbox.troubles.append(mood)

    @rule(place=st.integers(0, 30), most=st.integers(1, 6))
    def workers_work(self, place: int, most: int) -> None:
        done = 0
        while done < most and (waiting := self.house.work_waiting()):
            turned = waiting[place % len(waiting) :] + waiting[: place % len(waiting)]
            for model, row_id in turned[: most - done]:
                self.house.work_once(model, row_id)
                done += 1

    @rule(point=st.sampled_from(POINTS), kind=st.sampled_from(["crash", "crash", "raise"]), nth=st.integers(1, 2))
    def a_worker_is_going_to_die(self, point: str, kind: str, nth: int) -> None:
        self.house.arm(point, kind, nth)

    @rule(
        match=MUTATION,
        kind=st.sampled_from(["answer_lost", "answer_lost", "5xx", "throttled", "429"]),
        count=st.integers(1, 2),
    )
    def shopify_is_going_to_falter(self, match: str | None, kind: str, count: int) -> None:
        self.house.lose_answer(match or "return", kind, count)

    @rule(seconds=st.sampled_from([1, 5, 60, 700, 4000]))
    def time_passes(self, seconds: int) -> None:
        self.house.wire.advance(seconds=seconds)
