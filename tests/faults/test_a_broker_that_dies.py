"""Faults 1 and 3: processes of an operator's installation, killed with everything they held in memory. Stories do the
same on a smaller scale, in the product that they share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from plant import Plant, until
from sqlalchemy import func, select

from shopify_app.leases import WorkState
from webhooks.inbox import Delivery

ORDERS = 12
"""Each is some eight webhooks: created, paid, sent, delivered, and the order's changes in between."""


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    built = Plant(tmp_path)
    built.start()
    yield built
    built.stop()


def pending(plant: Plant) -> int:
    with plant.read() as session:
        return session.scalar(select(func.count()).where(Delivery.state == WorkState.PENDING)) or 0


def brought_again(plant: Plant) -> int:
    """Shopify's retries, which come minutes later, come now; how many webhooks are still to be acknowledged."""
    plant.control("POST", "/webhooks/flush")
    return plant.waiting()


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_broker_killed_with_its_queue_and_a_killed_web_server_cost_nothing_but_time(plant: Plant) -> None:
    # given hundreds of webhooks whose messages wait in the broker, and no worker
    sold = [plant.sell(77) for _ in range(ORDERS)]
    assert until(lambda: plant.waiting() == 0, 300)
    assert pending(plant) > 4 * ORDERS
    # when the broker is killed and comes back with nothing
    plant.programs["broker"].kill()
    for kept in plant.folder.glob("appendonlydir"):
        shutil.rmtree(kept)
    # and the web server is killed while more comes, which Shopify brings again
    plant.programs["web"].kill()
    sold += [plant.sell(77) for _ in range(5)]
    plant.programs["broker"].start()
    plant.start_web()
    plant.worker()
    # then every order arrives and nothing is left
    assert until(lambda: brought_again(plant) == 0, 300)
    assert until(lambda: all(plant.order(number) for number in sold), 300)
    assert until(lambda: pending(plant) == 0, 300)
