"""How workers hear of new deliveries: at once of a lone one, of many in few messages, and of each exactly once."""

from __future__ import annotations

import threading
import time
from typing import Any

from webhooks.wake_up import GATHER_SECONDS, WakeUps


class Broker:
    """Takes messages and remembers when they came."""

    def __init__(self) -> None:
        self.messages: list[tuple[float, tuple[int, ...]]] = []
        self._one_more = threading.Condition()

    def send(self, task: str, *ids: Any) -> bool:
        assert task == "webhooks.handle"
        with self._one_more:
            self.messages.append((time.monotonic(), ids))
            self._one_more.notify_all()
        return True

    def ids(self) -> list[int]:
        return [each for _, ids in self.messages for each in ids]

    def wait_for(self, count: int) -> None:
        with self._one_more:
            assert self._one_more.wait_for(lambda: len(self.ids()) >= count, timeout=60)


def test_a_lone_arrival_is_told_by_itself() -> None:
    broker = Broker()

    WakeUps(broker.send)([7])

    broker.wait_for(1)
    assert broker.ids() == [7]


def test_arrivals_that_follow_one_another_share_messages_and_none_is_told_twice() -> None:
    broker = Broker()
    wake = WakeUps(broker.send)

    for number in range(100):
        wake([number])
        time.sleep(0.002)

    broker.wait_for(100)
    took = broker.messages[-1][0] - broker.messages[0][0]
    assert broker.ids() == list(range(100))
    assert len(broker.messages) <= took / GATHER_SECONDS + 2
