"""Lets the tests of this folder import the house beside them, and opens one for them."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

sys.path.insert(0, str(Path(__file__).parent))

import story
from databases import Databases
from house import House
from opening import open_house

_shared: list[House] = []


@pytest.fixture(autouse=True)
def _faults_are_expected() -> Iterator[None]:
    """Nobody reads their logs, and writing down each failure with all it knew takes longer than the failure."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture
def house(database_url: str, all_databases: Databases) -> Iterator[House]:
    """A shop whose policy is in force. Tests share one, and its database, as long as each leaves nothing undone in it:
    every test has a customer of its own."""
    if not _shared:
        _shared.append(_opened(None if database_url.startswith("sqlite") else all_databases.apart()))
    yield _shared[0]
    try:
        _shared[0].settle_down()
        is_tidy = not [each for each in _shared[0].parked() if not each.startswith("message")]
    except AssertionError:
        is_tidy = False
    if not is_tidy:
        _shared.pop().close()  # the next test is not to suffer for this one


@pytest.fixture(scope="session", autouse=True)
def _shared_house_is_closed(all_databases: Databases) -> Iterator[None]:
    """Before its database is taken away."""
    yield
    while _shared:
        _shared.pop().close()


def _opened(database_url: str | None) -> House:
    opened = open_house(database_url)
    for shop in (opened, *opened.neighbours):
        story.publish(shop)
    opened.wire.advance(seconds=2)
    return opened


@pytest.fixture
def ada(house: House) -> int:
    """Somebody new, in both shops under one number."""
    number = house.customer()
    while house.neighbours[0].customer() < number:
        pass
    return number
