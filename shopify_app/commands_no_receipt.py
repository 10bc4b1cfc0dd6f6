"""`postlude return no-receipt`: requests without an order number from the command line, with the admin's verbs.

Exit status 0: done; 1: refused, with a sentence on standard error and nothing changed; 2: wrong usage.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import click
from sqlalchemy import select

from shopify_app.commands import for_shop, open_adapters, print_json, shop_row
from shopify_app.db import Session
from shopify_app.i18n import Languages
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.orders.projection import number_key
from shopify_app.returns.models import Return
from shopify_app.returns.no_receipt import accounts as no_receipt_accounts
from shopify_app.returns.no_receipt import matching as no_receipt_matching
from shopify_app.returns.no_receipt import timeline as no_receipt_timeline
from shopify_app.returns.no_receipt import verbs as no_receipt
from shopify_app.returns.no_receipt.matching import OUTCOMES
from shopify_app.returns.no_receipt.models import NoReceiptRequest, RequestState
from shopify_app.returns.no_receipt.plainly import NOTHING, REFUSALS, sentence
from shopify_app.returns.no_receipt.terms import NothingWithout
from shopify_app.returns.plainly import TOO_LARGE
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import By
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.return_snapshots import OrderTooLarge
from shopify_app.wiring import Adapters

BY = By(Actor.MERCHANT, "operator")
BY_HAND = "by-hand"
Verb = Callable[[Session, NoReceiptRequest, datetime], Any]

for_number = click.option("--number", required=True, help="The request's number: N-1001.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("no-receipt")
def requests() -> None:
    """Requests of people who have no order number: match them to an order, accept them for credit, or decline."""


@requests.command("list")
@for_shop
@as_json_option
def list_requests(shop: str, as_json: bool) -> None:
    """All requests that were sent in, newest first."""
    with open_adapters().database.read() as session:
        mine = NoReceiptRequest.shop_id == shop_row(session, shop).id
        wanted = select(NoReceiptRequest).where(mine, NoReceiptRequest.number.is_not(None))
        rows = list(session.scalars(wanted.order_by(NoReceiptRequest.id.desc())))
        told = [_told(session, row) for row in rows]
    for each in told:  # lists end up in logs
        for personal in ("name", "email", "bought"):
            del each[personal]
    if as_json:
        print_json({"shop": shop, "requests": told})
        return
    for row in rows:
        credit = f"{Money(row.amount, row.currency)} {row.currency}" if row.amount and row.currency else "-"
        click.echo(f"{row.number:10} {row.state:15} {credit:>14}  {row.quantity} x {row.title}")


@requests.command()
@for_shop
@for_number
@as_json_option
def show(shop: str, number: str, as_json: bool) -> None:
    """One request: what was sent in, what it is worth today, what happened."""
    adapters = open_adapters()
    with adapters.database.read() as session:
        row = _find(session, shop, number)
        told = _told(session, row) | {"worth": _worth(session, row, adapters.clock.now())}
        told["timeline"] = [
            {"at": entry.at.isoformat(), "what": entry.kind, "by": entry.staff or entry.actor, "said": entry.said}
            for entry in no_receipt_timeline.entries(session, row)
        ]
    if as_json:
        print_json(told)
        return
    for name, value in told.items():
        if name != "timeline":
            click.echo(f"{name:12} {value}")
    for entry in told["timeline"]:
        click.echo(f"{entry['at'][:16]}  {entry['what']}  {entry['said'] or ''}")


@requests.command()
@for_shop
@for_number
@click.option("--order", required=True, help="The order that it was bought with: #1042.")
@click.option(
    "--outcome",
    type=click.Choice([*map(str, OUTCOMES), BY_HAND]),
    default=str(OUTCOMES[0]),
    show_default=True,
    help="What the customer gets; by-hand: the order is noted and you set the return up yourself.",
)
@as_json_option
def match(shop: str, number: str, order: str, outcome: str, as_json: bool) -> None:
    """It was bought with that order: makes a normal return of it, approved at once."""
    adapters = open_adapters()
    with adapters.database.read() as session:
        found = _order(session, shop, order)
    returnable = None
    if outcome != BY_HAND:
        try:
            returnable = adapters.admin(found.shop_id).returnable_order(found.shopify_id)
        except ShopifyError as failure:
            raise click.ClickException("Shopify does not answer; nothing was done.") from failure
        except OrderTooLarge as failure:
            raise click.ClickException(TOO_LARGE.text) from failure
        if returnable is None:
            raise click.ClickException(f"Shopify does not show order {found.name} any more.")

    def verb(session: Session, row: NoReceiptRequest, now: datetime) -> None:
        known = session.get_one(Order, found.id)
        if returnable is None:
            no_receipt.matched(session, row, known, None, BY, now)
        else:
            no_receipt_matching.make_return(session, row, known, returnable, Outcome(outcome), BY, now)

    _change(adapters, shop, number, verb, as_json, f"Matched to {found.name}.")


@requests.command()
@for_shop
@for_number
@as_json_option
def accept(shop: str, number: str, as_json: bool) -> None:
    """Store credit of what it is worth by the policy; it waits where nobody has the address yet."""
    adapters = open_adapters()
    with adapters.database.read() as session:
        row = _find(session, shop, number)
    with suppress(ShopifyError):  # a shop that does not answer stops nothing: the credit waits for the account then
        no_receipt_accounts.learn(adapters.database, adapters.admin(row.shop_id), row.id, adapters.clock.now())
    _change(
        adapters,
        shop,
        number,
        lambda session, row, now: no_receipt.accept(session, row, None, BY, now),
        as_json,
        "Accepted.",
    )


@requests.command()
@for_shop
@for_number
@click.option("--note", required=True, help="What whoever asked is told.")
@as_json_option
def decline(shop: str, number: str, note: str, as_json: bool) -> None:
    """Says no, with words."""
    _change(
        open_adapters(),
        shop,
        number,
        lambda session, row, now: no_receipt.decline(session, row, note, BY, now),
        as_json,
        "Declined.",
    )


@requests.command("try-again")
@for_shop
@for_number
@as_json_option
def try_again(shop: str, number: str, as_json: bool) -> None:
    """What kept the credit is cleared away; what was given already is found and never given twice."""
    _change(
        open_adapters(),
        shop,
        number,
        lambda session, row, now: no_receipt.try_again(session, row, BY, now),
        as_json,
        "Trying again.",
    )


@requests.command()
@for_shop
@for_number
@as_json_option
def handled(shop: str, number: str, as_json: bool) -> None:
    """Somebody gave it in another way: the credit is not sent again."""
    _change(
        open_adapters(),
        shop,
        number,
        lambda session, row, now: no_receipt.handled(session, row, BY, now),
        as_json,
        "Noted as dealt with.",
    )


def _change(adapters: Adapters, shop: str, number: str, verb: Verb, as_json: bool, said: str) -> None:
    try:
        with adapters.database.write() as session:
            row = _find(session, shop, number)
            verb(session, row, adapters.clock.now())
            session.flush()
            session.refresh(row)
            told, state = _told(session, row), row.state
    except REFUSALS as failure:
        raise click.ClickException(sentence(failure, Languages().choose(["en"]))) from failure
    if as_json:
        print_json(told)
    else:
        waits = " Nobody has the address yet: we have asked for an account."
        click.echo(said + (waits if state == RequestState.ACCOUNT_WANTED else ""))


def _find(session: Session, shop: str, number: str) -> NoReceiptRequest:
    row = no_receipt.find(session, shop_row(session, shop).id, number)
    if row is None:
        raise click.ClickException(f"{shop} has no request {number}.")
    return row


def _order(session: Session, shop: str, number: str) -> Order:
    mine = (Order.shop_id == shop_row(session, shop).id, Order.number == number_key(number), Order.deleted_at.is_(None))
    found = session.scalars(select(Order).where(*mine).order_by(Order.placed_at.desc())).first()
    if found is None or not number_key(number):
        raise click.ClickException(f"{shop} has no order {number}.")
    return found


def _worth(session: Session, row: NoReceiptRequest, now: datetime) -> str | None:
    if row.state != RequestState.RECEIVED:
        return None
    try:
        found = no_receipt.worth(session, row, now)
    except NothingWithout as nothing:
        return Languages().choose(["en"]).say(NOTHING[nothing.why])
    return f"{found.amount} {found.amount.currency}"


def _told(session: Session, row: NoReceiptRequest) -> dict[str, Any]:
    ret = session.get(Return, row.return_id) if row.return_id else None
    order = session.get(Order, row.order_id) if row.order_id else None
    return {
        "number": row.number,
        "state": row.state,
        "item": row.title,
        "variant": row.variant_title,
        "quantity": row.quantity,
        "reason": row.reason,
        "bought": row.bought,
        "name": row.name,
        "email": row.email,
        "files": len(no_receipt.files_of(session, row)),
        "order": order.name if order else None,
        "rma": ret.rma if ret else None,
        "credit": str(Money(row.amount, row.currency)) if row.amount is not None and row.currency else None,
        "currency": row.currency,
        "credit_ends": row.credit_expires_at.isoformat() if row.credit_expires_at else None,
        "look": row.look,
    }
