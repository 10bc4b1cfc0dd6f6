"""What is shown and said, checked between the product's rows, Shopify's records and the inbox of those who got mail.

I5 an older fact never overrides a newer one: after all post was brought, our orders are as Shopify has them. I6 a
shopper gets each message at most once for each cause, about money only after the money has moved, and nobody else's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from balance import Findings, Row, movements
from letterbox import BOOK
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.leases import WorkState
from shopify_app.messages.models import Message, MessagePhase
from shopify_app.messages.plan import MailKind
from shopify_app.orders.models import Order
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import GroupState
from shopify_app.shopify.snapshots import OrderSnapshot

FACTS = ("financial_status", "fulfillment_status", "cancelled_at", "closed_at", "name", "email")
"""Of an order: what a row and Shopify's own answer name alike, and what changes in these stories."""
ONE_A_RETURN = (MailKind.RETURN_REQUESTED, MailKind.RETURN_APPROVED, MailKind.RETURN_CANCELLED)
"""These can be true of a return only once: nobody reopens one here, and stock never runs out."""


def orders_as_at_shopify(
    session: Session, orders: Collection[int], ask: Callable[[int], OrderSnapshot | None], found: Findings
) -> bool:
    """I5. `ask` reads an order at Shopify. Whether an order differs whose time is right: Shopify's times are whole
    seconds, and of two facts of one second nobody can tell which is older. The next reconciliation reads the order
    anew; whoever is told True lets it happen and asks again."""
    are_ties = False
    for order in session.scalars(select(Order).where(Order.id.in_(orders))):
        theirs = ask(order.shopify_id)
        assert theirs is not None, f"Shopify does not know {order.name}"
        if order.fact_at != theirs.fact_at:
            found.stale.append(f"{order.name} is of {order.fact_at}, at Shopify of {theirs.fact_at}")
        elif differences := _differences(order, theirs):
            are_ties = True
            found.stale.append(f"{order.name}: {'; '.join(differences)}")
    return are_ties


def _differences(order: Order, theirs: OrderSnapshot) -> list[str]:
    pairs = {fact: (getattr(order, fact), getattr(theirs, fact)) for fact in FACTS}
    pairs["quantities"] = (
        {line.shopify_id: line.current_quantity for line in order.lines},
        {line.shopify_id: line.current_quantity for line in theirs.lines},
    )
    pairs["refunds"] = (set(order.refund_ids), {each.shopify_id for each in theirs.refunds})
    return [f"{name} {ours}, Shopify {said}" for name, (ours, said) in pairs.items() if ours != said]


def letters_as_promised(
    session: Session, letters: Iterable[Row], book: Sequence[Row], orders: Collection[int], found: Findings
) -> None:
    """I6 for these orders (our ids). `letters` are the inbox of everyone."""
    rows = {row.id: row for row in session.scalars(select(Message).where(Message.order_id.in_(orders)))}
    of = {row.message_id: row for row in rows.values() if row.message_id}
    taken = [(letter, of[name]) for letter in letters if (name := letter["headers"].get("Message-ID")) in of]
    _each_once(taken, found)
    for letter, row in taken:
        order = session.get_one(Order, row.order_id)
        if [order.email] != letter["envelope_to"]:
            found.across.append(f"a letter of {order.name} went to somebody else")
        if row.kind == MailKind.GROUP_SETTLED:
            _after_the_money(session, letter, row, book, found)
    _nothing_left(rows.values(), found)
    _nobody_forgotten(session, rows.values(), found)


def _each_once(taken: Sequence[tuple[Row, Message]], found: Findings) -> None:
    """One letter a row, and one row a cause, told by what the mail is about and not by its key."""
    for cause, count in Counter(_cause(row) for _, row in taken).items():
        if count > 1:
            found.mails.append(f"{count} letters for {cause}")


def _cause(row: Message) -> tuple[object, ...]:
    if row.kind in ONE_A_RETURN:
        return (row.kind, row.return_id)
    if row.kind == MailKind.GROUP_SETTLED:
        return (row.kind, row.references.get("group_id"))
    return (row.kind, row.cause)


def _after_the_money(session: Session, letter: Row, row: Message, book: Sequence[Row], found: Findings) -> None:
    """Everything that ever moved for the group had moved when the letter about it was taken."""
    group = session.get_one(ReleaseGroup, row.references["group_id"])
    late = [each for each in movements(session, group, list(book)) if not _is_before(each, letter)]
    if late or group.state != GroupState.SETTLED:
        found.mails.append(f"group {group.id} ({group.state}): told before {len(late)} movements of its money")


def _is_before(moved: Row, letter: Row) -> bool:
    if BOOK in letter:
        return moved["id"] <= letter[BOOK]
    return datetime.fromisoformat(moved["at"]) <= datetime.fromisoformat(letter["received_at"])


def _nothing_left(rows: Iterable[Message], found: Findings) -> None:
    """I8: every mail was sent, or has an end that says why not."""
    for row in rows:
        if row.state == WorkState.PENDING or row.phase in (MessagePhase.ATTEMPTED, MessagePhase.REFUSED):
            found.stuck.append(f"mail {row.cause}: {row.phase}, {row.state} {row.error}")


def _nobody_forgotten(session: Session, rows: Iterable[Message], found: Findings) -> None:
    """Whose money moved has a mail about it."""
    told = {row.references.get("group_id") for row in rows if row.kind == MailKind.GROUP_SETTLED}
    returns = {row.return_id for row in rows}
    wanted = select(ReleaseGroup).where(ReleaseGroup.return_id.in_(returns), ReleaseGroup.state == GroupState.SETTLED)
    for group in session.scalars(wanted):
        final: dict[str, Any] = group.final or group.accepted
        if group.id not in told and final:
            found.stuck.append(f"group {group.id} is settled and nobody was told")
