"""`postlude return`: returns from the command line, with the same verbs as the admin's pages.

Exit status 0: done; 1: refused, with a sentence on standard error and nothing changed; 2: wrong usage.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

import click

from shopify_app.commands import for_shop, open_adapters, print_json, shop_row
from shopify_app.commands_balances import drop_exchange, waive
from shopify_app.commands_changes import change_return
from shopify_app.commands_inspection import ask_inspection, decide_appeal, evidence, sent_back
from shopify_app.commands_no_receipt import requests as no_receipt
from shopify_app.commands_returning import (
    At,
    awaits_release,
    change,
    line_of,
    live_stock,
    percent_of,
    pieces_of,
    return_of,
    wait,
)
from shopify_app.db import Session
from shopify_app.returns import dossier, reception, requests, settle
from shopify_app.returns.desk import PAGE, DeskQuery, Row, Sort, Tab, open_desk
from shopify_app.returns.models import Return
from shopify_app.returns.reception import Verdict
from shopify_app.returns.states import Actor, Grade, UnitDecision
from shopify_app.returns.timeline import By

OPERATOR = "operator"
BY = By(Actor.MERCHANT, OPERATOR)

for_rma = click.option("--rma", required=True, help="The return's number: R-1042-1.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/return.schema.json).")
of_line = click.option(
    "--line", type=int, help="One line: our id of it, or Shopify's line item id. Left out: every line."
)
of_quantity = click.option("--quantity", type=click.IntRange(min=1), help="How many pieces. Left out: all.")
in_words = click.option("--note", default="", help="Words to keep with it.")


@click.group("return")
def returns() -> None:
    """A shop's returns: look at them and decide, as in the admin.

    Every verb prints what was done, or with --json the return as it stands afterwards.
    """


@returns.command("list")
@for_shop
@click.option("--tab", type=click.Choice([str(tab) for tab in Tab]), help="Only those that wait for this.")
@click.option("--search", default="", help="An RMA, its beginning, or an order number.")
@click.option("--after", help="The next page: what the page before printed as its mark.")
@as_json_option
def list_returns(shop: str, tab: str | None, search: str, after: str | None, as_json: bool) -> None:
    """The returns, newest first, with how many wait for what."""
    adapters = open_adapters()
    query = DeskQuery(Tab(tab) if tab else None, search, Sort.NEWEST, after=after)
    with adapters.database.read() as session:
        desk = open_desk(session, shop_row(session, shop), query, adapters.clock.now())
    if as_json:
        print_json({"returns": [_as_json(row) for row in desk.rows], "counts": dict(desk.counts), "after": desk.after})
        return
    for row in desk.rows:
        gets = f"{row.gets} {row.gets.currency}" if row.gets else "-"
        click.echo(f"{row.rma:16} {row.state:12} {row.tab:11} {row.order:10} {gets:>14}  {', '.join(row.outcomes)}")
    click.echo(", ".join(f"{count} {name}" for name, count in desk.counts.items()))
    if desk.after:
        click.echo(f"There are more than these {PAGE}: --after {desk.after}")


@returns.command()
@for_shop
@for_rma
@as_json_option
def show(shop: str, rma: str, as_json: bool) -> None:
    """Everything about one return: pieces, sums, steps, ledger, timeline."""
    with open_adapters().database.read() as session:
        found = dossier.read(session, return_of(session, shop, rma))
    if as_json:
        print_json(dossier.to_json(found))
    else:
        _tell(found)


@returns.command()
@for_shop
@for_rma
@as_json_option
def approve(shop: str, rma: str, as_json: bool) -> None:
    """Says yes. A replacement that is out of stock stops it: the shopper is asked to choose anew."""
    adapters = open_adapters()
    live = live_stock(adapters, shop, rma)
    gone: list[int] = []

    def say_yes(session: Session, ret: Return, now: datetime) -> str:
        word = requests.approve(session, ret, Actor.MERCHANT, now, staff=OPERATOR, live=live)
        gone.extend(word.gone)
        return "Approved."

    change(At(shop, rma, as_json), say_yes, adapters, unless=gone)


@returns.command()
@for_shop
@for_rma
@click.option("--reason", type=click.Choice(requests.DECLINE_REASONS), default="other", show_default=True)
@click.option("--note", required=True, help="What the shopper is told.")
@as_json_option
def decline(shop: str, rma: str, reason: str, note: str, as_json: bool) -> None:
    """Says no, with a reason and words for the shopper."""

    def say_no(session: Session, ret: Return, now: datetime) -> str:
        requests.decline(session, ret, reason, note, Actor.MERCHANT, now, staff=OPERATOR)
        return "Declined."

    change(At(shop, rma, as_json), say_no)


@returns.command()
@for_shop
@for_rma
@of_line
@of_quantity
@click.option("--missing", is_flag=True, help="They were not in the parcel.")
@click.option("--take-back", is_flag=True, help="They had not arrived after all (needs --line).")
@as_json_option
def receive(
    shop: str, rma: str, line: int | None, quantity: int | None, missing: bool, take_back: bool, as_json: bool
) -> None:
    """Notes what has arrived."""
    if missing and take_back:
        raise click.UsageError("--missing and --take-back exclude each other.")
    if take_back and line is None:
        raise click.UsageError("--take-back needs --line.")

    def note_it(session: Session, ret: Return, now: datetime) -> str:
        line_id = line_of(ret, line)
        if take_back:
            units = reception.take_back_receipt(session, ret, line_id or 0, quantity, BY, now)
            return f"{len(units)} piece(s) are expected again."
        if missing:
            return f"{len(reception.mark_missing(session, ret, line_id, quantity, BY, now))} piece(s) are missing."
        return f"{len(reception.receive(session, ret, line_id, quantity, BY, now))} piece(s) have arrived."

    change(At(shop, rma, as_json), note_it)


@returns.command()
@for_shop
@for_rma
@of_line
@of_quantity
@click.option("--accept-percent", metavar="P", help="Accept at P percent of the value; 0 refuses. Left out: 100.")
@click.option("--refuse", is_flag=True, help="The same as --accept-percent 0.")
@click.option("--grade", type=click.Choice([str(grade) for grade in Grade]), help="In what condition they are.")
@click.option("--again", is_flag=True, help="Change the verdict on pieces that have one, the last one given first.")
@click.option("--piece", "pieces", type=int, multiple=True, help="A piece of --line by its number, judged or not.")
@in_words
@click.option("--told", default="", help="What the shopper is told about it.")
@as_json_option
def inspect(
    shop: str,
    rma: str,
    line: int | None,
    quantity: int | None,
    accept_percent: str | None,
    refuse: bool,
    grade: str | None,
    again: bool,
    pieces: tuple[int, ...],
    note: str,
    told: str,
    as_json: bool,
) -> None:
    """The verdict on pieces: those that arrived first, first. Until the money moves it can be changed."""
    if pieces and (line is None or quantity is not None or again):
        raise click.UsageError("--piece needs --line, and says by itself how many and which.")
    percent = Decimal(0) if refuse else percent_of(accept_percent)

    def judge(session: Session, ret: Return, now: datetime) -> str:
        named = line_of(ret, line)
        counted = reception.units_to_inspect_again if again else reception.units_to_inspect
        units = pieces_of(ret, named, pieces) if pieces else counted(ret, named, quantity)
        decision = UnitDecision.ACCEPTED if percent is None or percent else UnitDecision.REFUSED
        part = None if decision is UnitDecision.REFUSED or percent == 100 else percent
        verdict = Verdict(decision, part, Grade(grade) if grade else None, note or None, told or None)
        reception.inspect(session, ret, units, verdict, BY, now)
        return f"{len(units)} piece(s) {decision}{f' at {part} %' if part else ''}."

    change(At(shop, rma, as_json), judge)


@returns.command("settle")
@for_shop
@for_rma
@click.option("--wait", "seconds", type=click.FloatRange(min=0, max=3600), help="Wait until the money has moved.")
@as_json_option
def settle_return(shop: str, rma: str, seconds: float | None, as_json: bool) -> None:
    """Releases the money of all that was neither refused nor missing, and tries again what waits for a person.

    Workers move the money; with --wait this returns when they have finished, or with exit status 1 when they could not
    in that time or a person has to look.
    """

    def release(session: Session, ret: Return, now: datetime) -> str:
        if not awaits_release(session, ret):
            return "Nothing waits for its release: the money is on its way, or has moved."
        return f"Released {settle.settle_now(session, ret, BY, now)} part(s)."

    adapters = open_adapters()
    change(At(shop, rma, as_json and seconds is None), release, adapters, quiet=as_json)
    if seconds is not None:
        wait(adapters, At(shop, rma, as_json), seconds)


@returns.command()
@for_shop
@for_rma
@in_words
@as_json_option
def cancel(shop: str, rma: str, note: str, as_json: bool) -> None:
    """Calls the return off, as long as no money has moved."""

    def call_off(session: Session, ret: Return, now: datetime) -> str:
        requests.cancel(session, ret, Actor.MERCHANT, now, staff=OPERATOR, note=note or None)
        return "Cancelled."

    change(At(shop, rma, as_json), call_off)


@returns.command()
@for_shop
@for_rma
@as_json_option
def reopen(shop: str, rma: str, as_json: bool) -> None:
    """Takes a decline back, or opens a closed return of which something fell away."""

    def open_again(session: Session, ret: Return, now: datetime) -> str:
        requests.reopen(session, ret, Actor.MERCHANT, now, staff=OPERATOR)
        return "Reopened."

    change(At(shop, rma, as_json), open_again)


returns.add_command(waive)
returns.add_command(drop_exchange)
returns.add_command(ask_inspection)
returns.add_command(decide_appeal)
returns.add_command(change_return)
returns.add_command(sent_back)
returns.add_command(evidence)
returns.add_command(no_receipt)


def _as_json(row: Row) -> dict[str, Any]:
    """Without the customer's name: lists end up in logs."""
    told = {name: value for name, value in asdict(row).items() if name not in {"customer", "gets"}}
    moments = {name: told[name] and told[name].isoformat() for name in ("requested_at", "decide_by", "due")}
    return told | moments | {"gets": row.gets and str(row.gets), "currency": row.gets and row.gets.currency}


def _tell(found: dossier.Dossier) -> None:
    click.echo(f"{found.rma}  {found.state}  order {found.order}  requested {found.requested_at:%Y-%m-%d %H:%M} UTC")
    if found.withdrawal:
        said = found.withdrawal
        whole = "whole contract" if said.is_whole else "part of it"
        click.echo(f"  statutory withdrawal {said.number} ({said.country}), {whole}: money by {said.refund_by}")
    for line in found.lines:
        click.echo(f"  line {line.id}: {line.quantity} x {line.title}, {line.outcome}, {line.reason or 'no reason'}")
        for unit in line.units:
            part = f" at {unit.percent.normalize():f} %" if unit.percent is not None else ""
            click.echo(f"    piece {unit.number}: {unit.reception}, {unit.decision}{part}, {unit.disposition}")
    for group in found.groups:
        counted = group.final or group.accepted
        gets = f", gets {counted.comes_to} {found.currency}" if counted else ""
        click.echo(f"  part {group.position}: {group.outcome}, {group.state}, on {group.money_event}{gets}")
        for step in group.steps:
            click.echo(f"    step {step.key}: {step.phase}{f' ({step.refusal})' if step.refusal else ''}")
        if group.look:
            click.echo(f"    needs a look: {group.look}")
