"""How a verb is carried out from the command line: one transaction, one answer, refusals as sentences."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

import click
from sqlalchemy import select

from shopify_app.commands import open_adapters, print_json, shop_row
from shopify_app.db import Session
from shopify_app.i18n import Languages
from shopify_app.returns import dossier, requests, stock
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.plainly import REFUSALS, sentence
from shopify_app.returns.reception import NoSuchUnits, WrongPercent
from shopify_app.returns.states import FINISHED_GROUPS, GroupState, ReturnState
from shopify_app.returns.steps import UNFINISHED
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.return_snapshots import VariantStock
from shopify_app.wiring import Adapters

POLL_SECONDS = 0.2
Change = Callable[[Session, Return, datetime], str]
"""Carries out a verb and says in words what was done."""


@dataclass(frozen=True)
class At:
    """Which return of which shop, and how to answer."""

    shop: str
    rma: str
    as_json: bool


def change(
    at: At,
    verb: Change,
    adapters: Adapters | None = None,
    *,
    unless: Sequence[int] = (),
    quiet: bool = False,
) -> None:
    """One verb in one transaction; prints what was done, or why not. `unless` holds, after the verb, the variants that
    are gone: it was written down, and yet not done."""
    adapters = adapters or open_adapters()
    try:
        with adapters.database.write() as session:
            ret = return_of(session, at.shop, at.rma)
            session.refresh(ret, with_for_update=True)
            said = verb(session, ret, adapters.clock.now())
            session.flush()
            session.refresh(ret)
            stands = dossier.read(session, ret)
    except (NoSuchUnits, WrongPercent) as failure:
        raise click.ClickException(_short(failure)) from failure
    except REFUSALS as failure:
        raise click.ClickException(sentence(failure, Languages().choose(["en"]))) from failure
    if unless:
        variants = ", ".join(str(variant) for variant in unless)
        raise click.ClickException(
            f"Not approved: variant {variants} is out of stock. The shopper was asked to choose."
        )
    if at.as_json:
        print_json(dossier.to_json(stands))
    elif not quiet:
        click.echo(said)


def _short(failure: NoSuchUnits | WrongPercent) -> str:
    if isinstance(failure, NoSuchUnits):
        return f"{failure.asked} piece(s) were named, and {failure.left} can be. Nothing was changed."
    return "A piece is accepted at more than 0 and at most 100 % of its value."


def return_of(session: Session, shop: str, rma: str) -> Return:
    try:
        return requests.find(session, shop_row(session, shop).id, rma)
    except requests.NoSuchReturn as failure:
        raise click.ClickException(f"{shop} has no return {rma}.") from failure


def line_of(ret: Return, named: int | None) -> int | None:
    """Our id of the line that was named by it or by an id of Shopify's."""
    if named is None:
        return None
    ways: tuple[Callable[[ReturnLine], int | None], ...] = (
        lambda line: line.id,
        lambda line: line.line_id,
        lambda line: line.fulfillment_line_id,
    )
    for way in ways:
        found = [line.id for line in ret.lines if way(line) == named]
        if len(found) > 1:
            raise click.ClickException(f"{ret.rma} has several lines of {named}: name one by our id of it.")
        if found:
            return found[0]
    known = ", ".join(str(line.id) for line in ret.lines)
    raise click.ClickException(f"{ret.rma} has no line {named}; its lines are {known}.")


def pieces_of(ret: Return, line_id: int | None, numbers: Sequence[int]) -> list[int]:
    """Our ids of the pieces of a line by their numbers, as `return show` counts them."""
    line = next(each for each in ret.lines if each.id == line_id)
    wrong = [number for number in numbers if not 1 <= number <= len(line.units)]
    if wrong:
        raise click.ClickException(f"Line {line.id} has no piece {wrong[0]}; it has {len(line.units)}.")
    return [line.units[number - 1].id for number in numbers]


def percent_of(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        percent = Decimal(text.replace(",", ".").removesuffix("%"))
    except InvalidOperation as failure:
        raise click.UsageError(f"--accept-percent: {text} is no percentage.") from failure
    if not percent.is_finite() or not 0 <= percent <= 100 or percent != round(percent, 4):
        raise click.UsageError("--accept-percent is between 0 and 100, with at most four decimals.")
    return percent


def live_stock(adapters: Adapters, shop: str, rma: str) -> dict[int, VariantStock] | None:
    """Shopify's stock of the replacements that an approval promises."""
    with adapters.database.read() as session:
        ret = return_of(session, shop, rma)
        wanted = stock.promised(session, ret)
    if not wanted or ret.state not in {ReturnState.REQUESTED, ReturnState.MORE_WANTED}:
        return None
    try:
        return adapters.admin(ret.shop_id).variant_stock(sorted(wanted))
    except ShopifyError as failure:
        raise click.ClickException("Shopify does not answer; nothing was done.") from failure


def awaits_release(session: Session, ret: Return) -> bool:
    """Whether a hand on the money would do anything; False also where all of it has been released: asking twice is no
    mistake. A return that was never approved does await it, and the verb refuses."""
    groups = session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id)).all()
    released = {GroupState.RELEASED, GroupState.AWAITING_PAYMENT, *FINISHED_GROUPS}
    is_over = ret.state in {ReturnState.APPROVED, ReturnState.CLOSED}
    return not (is_over and groups and all(GroupState(group.state) in released for group in groups))


def wait(adapters: Adapters, at: At, seconds: float) -> None:
    """Until workers have carried out every step, `seconds` at most."""
    end = time.monotonic() + seconds
    while True:
        with adapters.database.read() as session:
            ret = return_of(session, at.shop, at.rma)
            groups = session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id)).all()
            steps = select(Step.id).where(Step.return_id == ret.id, Step.phase.in_(UNFINISHED)).limit(1)
            is_busy = session.scalar(steps) is not None
            stands = dossier.read(session, ret)
        is_stuck = any(group.look for group in groups)
        is_over = all(GroupState(group.state) in FINISHED_GROUPS for group in groups) and not is_busy
        is_unpaid = any(group.state == GroupState.AWAITING_PAYMENT for group in groups) and not is_busy
        if is_over or is_stuck or is_unpaid or time.monotonic() >= end:
            break
        time.sleep(POLL_SECONDS)
    if at.as_json:
        print_json(dossier.to_json(stands))
    if is_stuck:
        raise click.ClickException(f"{at.rma} needs a look: see `postlude return show`.")
    if is_unpaid:
        raise click.ClickException(f"{at.rma} waits for its shopper to pay what the exchange costs more.")
    if not is_over:
        raise click.ClickException(f"{at.rma} is not settled after {seconds:g} s; workers go on.")
    if not at.as_json:
        click.echo("Settled.")
