"""One verb for every return of the shop at once: accepted in one request, carried out piece by piece."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from benchmarks.admin_shop import Furnished
from jobs.many import PIECE, carry_piece
from shopify_app.casework.models import BulkAction, BulkItem, ItemOutcome

MOST_SECONDS = 2.0
"""Until whoever chose them is told that it was accepted, by the processor."""
FORM = {"verb": "tag", "tag": "autumn sale", "all": "1", "sure": "1", "query": "tab=all"}


def measure(shop: Furnished) -> bool:
    """Accepts and carries out; whether it was accepted in time and each return has its result."""
    with timed() as accepted:
        answer = shop.house.ask("/app/returns/many", "POST", data=FORM)
    with shop.database.read() as session:
        bulk_id = session.scalar(select(func.max(BulkAction.id))) or 0
        total = session.get_one(BulkAction, bulk_id).total
    with timed() as carried:
        while carry_piece(shop.house.counter.wire.adapters, bulk_id):
            pass
    outcomes = select(BulkItem.outcome, func.count()).where(BulkItem.bulk_id == bulk_id).group_by(BulkItem.outcome)
    with shop.database.read() as session:
        found: dict[str | None, int] = {outcome: count for outcome, count in session.execute(outcomes)}
    print(
        f"one verb for {total} returns: accepted in {accepted[0]:.2f} s, carried out in {carried[0]:.1f} s of the"
        f" processor ({carried[0] * 1000 / max(total, 1):.1f} ms each, {PIECE} a piece); {found}",
        flush=True,
    )
    is_whole = total == len(shop.rmas) + 1 and found == {ItemOutcome.DONE: total}
    return answer.status_code == 303 and is_whole and accepted[0] <= MOST_SECONDS


@contextmanager
def timed() -> Iterator[list[float]]:
    """Seconds of the processor, told at the end."""
    found: list[float] = []
    started = time.process_time()
    yield found
    found.append(time.process_time() - started)
