"""What returns are found by follows what people and goods are called; returns from before that table get theirs."""

from __future__ import annotations

from typing import Any

from jobs.duties import Duty
from shopify_app.db import Database
from shopify_app.queue import celery
from shopify_app.returns.searching import keeping

AT_ONCE = 200
"""Returns a transaction, so that nobody waits long for the writer's place."""


def find_by_order(duty: Duty) -> None:
    """An order goes to somebody else or elsewhere, its items are called otherwise, or another parcel brings it: so are
    its returns found."""
    with duty.applying() as session:
        keeping.of_order(session, duty.shop_id, duty.order_id)


def find_by_customer(duty: Duty) -> None:
    """A customer is called otherwise: so are their returns found."""
    with duty.applying() as session:
        keeping.of_customer(session, duty.shop_id, int(duty.facts["customer_id"]))


@celery.task(name="jobs.write_return_words", bind=True)
def write_return_words(self: Any) -> None:
    """Writes down what returns are found by of which nothing is written yet."""
    write_missing(self.app.adapters.database)


def write_missing(database: Database, at_once: int = AT_ONCE) -> int:
    """Goes through the returns of all shops once; how many had nothing."""
    last, written = 0, 0
    while True:
        with database.read() as session:  # looks at every return: nobody waits for the writer's place meanwhile
            found = keeping.without_words(session, last, at_once)
        with database.write() as session:
            for shop_id, ids in found.items():
                keeping.of_returns(session, shop_id, ids)
        ids = [each for of_shop in found.values() for each in of_shop]
        last, written = max(ids, default=last), written + len(ids)
        if len(ids) < at_once:
            return written
