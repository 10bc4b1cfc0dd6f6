"""`postlude return waive | drop-exchange`: what a shopper owes for an exchange, from the command line."""

from __future__ import annotations

from datetime import datetime

import click

from shopify_app.commands import for_shop
from shopify_app.commands_returning import At, change
from shopify_app.db import Session
from shopify_app.returns.balances import rows as balances
from shopify_app.returns.balances import verbs as balance_verbs
from shopify_app.returns.balances.models import BalanceDue
from shopify_app.returns.models import Return
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import By

BY = By(Actor.MERCHANT, "operator")
for_rma = click.option("--rma", required=True, help="The return's number: R-1042-1.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/return.schema.json).")


@click.command()
@for_shop
@for_rma
@as_json_option
def waive(shop: str, rma: str, as_json: bool) -> None:
    """Asks for no more of what an exchange costs: the new items are let go."""

    def let_go(session: Session, ret: Return, now: datetime) -> str:
        rests = []
        for row in _open(session, ret):
            rests.append(f"{row.rest} {row.currency}")
            balance_verbs.waive(session, ret, row.group_id, BY, now)
        return f"Waived {', '.join(rests)}."

    change(At(shop, rma, as_json), let_go)


@click.command("drop-exchange")
@for_shop
@for_rma
@as_json_option
def drop_exchange(shop: str, rma: str, as_json: bool) -> None:
    """Takes an exchange off that was not paid: the shopper gets the next best outcome. What was paid meanwhile is
    exchanged after all."""

    def take_off(session: Session, ret: Return, now: datetime) -> str:
        for row in _open(session, ret):
            balance_verbs.drop(session, ret, row.group_id, BY, now)
        return "The exchange is being taken off."

    change(At(shop, rma, as_json), take_off)


def _open(session: Session, ret: Return) -> list[BalanceDue]:
    found = [row for row in balances.of_return(session, ret) if row.is_open]
    if not found:
        raise click.ClickException(f"Nothing is due for {ret.rma}.")
    return found
