"""A broker that is away costs a wake-up, which the sweep makes good, and nobody's time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from shopify_app.queue import celery, send, use_broker


@pytest.fixture
def away() -> Iterator[None]:
    before = celery.conf.broker_url
    use_broker("redis://127.0.0.1:1/0")
    celery._after_fork()
    yield
    use_broker(before)
    celery._after_fork()


def test_whoever_commits_does_not_wait_for_a_broker_that_is_away(away: None) -> None:
    began = time.monotonic()

    assert [send("jobs.handle_delivery", number) for number in range(10)] == [False] * 10
    assert time.monotonic() - began < 10, "each would wait two seconds"
