"""`postlude ledger`: where the money of returns came from and went, for accountants and for checking."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy import func, select

from shopify_app.commands import for_shop, open_adapters, print_json, shop_row
from shopify_app.commands_returning import return_of
from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.returns import ledger as books
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import LedgerRow
from shopify_app.returns.no_receipt import verbs as no_receipt
from shopify_app.returns.no_receipt.models import NoReceiptRequest


@click.command()
@for_shop
@click.option("--rma", help="Only this return's; or a request's without an order, by its number.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/ledger.schema.json).")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for a spreadsheet.")
def ledger(shop: str, rma: str | None, as_json: bool, as_csv: bool) -> None:
    """The money ledger of the shop's returns, oldest first; the rows of each posting sum to zero.

    Exit status 1 when something does not add up, or not to Shopify's figures.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other.")
    with open_adapters().database.read() as session:
        pairs = _rows(session, shop, rma)
        found = _returns(session, pairs)
        alarms = [(ret, alarm) for ret in found.values() for alarm in books.check(session, ret)]
    if as_csv:
        click.echo(books.to_csv(pairs), nl=False)
    elif as_json:
        rows = [entry for number, row in pairs for entry in books.to_json(number, [row])]
        print_json({"shop": shop, "rows": rows, "alarms": [_alarm(ret, alarm) for ret, alarm in alarms]})
    else:
        for number, row in pairs:
            amount = Money(row.amount, row.currency)
            click.echo(
                f"{row.at:%Y-%m-%d %H:%M}  {number:14} {row.posting:16} {row.account:20} {amount!s:>12} {row.currency}"
            )
    if alarms:
        postings = ", ".join(f"{ret.rma} {alarm.posting}" for ret, alarm in alarms)
        raise click.ClickException(f"The books do not add up: {postings}.")


def _rows(session: Session, shop: str, rma: str | None) -> list[tuple[str, LedgerRow]]:
    """Each row with the number of the return, or of the request without an order, that it is posted for."""
    number = func.coalesce(Return.rma, NoReceiptRequest.number)
    wanted = (
        select(number, LedgerRow)
        .outerjoin(Return, Return.id == LedgerRow.return_id)
        .outerjoin(NoReceiptRequest, NoReceiptRequest.id == LedgerRow.no_receipt_id)
        .where(LedgerRow.shop_id == shop_row(session, shop).id)
        .order_by(LedgerRow.id)
    )
    if rma is not None:
        known = no_receipt.find(session, shop_row(session, shop).id, rma)
        wanted = wanted.where(number == (known.number if known else return_of(session, shop, rma).rma))
    return [(found, row) for found, row in session.execute(wanted)]


def _returns(session: Session, pairs: list[tuple[str, LedgerRow]]) -> dict[int, Return]:
    """The returns among what the rows are posted for: those are held against Shopify's answers."""
    ids = {row.return_id for _, row in pairs if row.return_id is not None}
    return {ret.id: ret for ret in session.scalars(select(Return).where(Return.id.in_(ids)).order_by(Return.id))}


def _alarm(ret: Return, alarm: books.Alarm) -> dict[str, Any]:
    ours, theirs = (str(Money(amount, ret.currency)) for amount in (alarm.ours, alarm.theirs))
    return {"rma": ret.rma, "posting": alarm.posting, "ours": ours, "theirs": theirs, "currency": ret.currency}
