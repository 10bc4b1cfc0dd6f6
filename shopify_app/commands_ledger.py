"""`postlude ledger`: where the money of returns came from and went, for accountants and for checking."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy import select

from shopify_app.commands import for_shop, open_adapters, print_json, shop_row
from shopify_app.commands_returning import return_of
from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.returns import ledger as books
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import LedgerRow


@click.command()
@for_shop
@click.option("--rma", help="Only this return's.")
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
        found = {ret.id: ret for ret, _ in pairs}
        alarms = [(ret, alarm) for ret in found.values() for alarm in books.check(session, ret)]
    if as_csv:
        click.echo(books.to_csv(pairs), nl=False)
    elif as_json:
        rows = [entry for ret, row in pairs for entry in books.to_json(ret, [row])]
        print_json({"shop": shop, "rows": rows, "alarms": [_alarm(ret, alarm) for ret, alarm in alarms]})
    else:
        for ret, row in pairs:
            amount = Money(row.amount, row.currency)
            click.echo(
                f"{row.at:%Y-%m-%d %H:%M}  {ret.rma:14} {row.posting:16} {row.account:20} {amount!s:>12} {row.currency}"
            )
    if alarms:
        postings = ", ".join(f"{ret.rma} {alarm.posting}" for ret, alarm in alarms)
        raise click.ClickException(f"The books do not add up: {postings}.")


def _rows(session: Session, shop: str, rma: str | None) -> list[tuple[Return, LedgerRow]]:
    if rma is not None:
        ret = return_of(session, shop, rma)
        return [(ret, row) for row in books.rows(session, ret)]
    wanted = (
        select(Return, LedgerRow)
        .join(LedgerRow, LedgerRow.return_id == Return.id)
        .where(LedgerRow.shop_id == shop_row(session, shop).id)
        .order_by(LedgerRow.id)
    )
    return [(ret, row) for ret, row in session.execute(wanted)]


def _alarm(ret: Return, alarm: books.Alarm) -> dict[str, Any]:
    ours, theirs = (str(Money(amount, ret.currency)) for amount in (alarm.ours, alarm.theirs))
    return {"rma": ret.rma, "posting": alarm.posting, "ours": ours, "theirs": theirs, "currency": ret.currency}
