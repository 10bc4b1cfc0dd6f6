"""`postlude policy`: what a shop's return policy says, whether a document can be one, and the next version of it."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from shopify_app.commands import for_shop, open_adapters, print_json, shop_row
from shopify_app.returns import published
from shopify_app.returns.document import LARGEST_BYTES, WrongPolicy, to_document
from shopify_app.returns.never import Known, Never, never
from shopify_app.returns.rules import Policy
from shopify_app.returns.shadowing import Shadow
from shopify_app.returns.windows import day_of
from shopify_app.returns.writing import drafts
from shopify_app.returns.writing.catalogued import without_goods
from shopify_app.shops import profile
from shopify_app.shops.models import Shop

OPERATOR = "operator"
"""Who published, where it was done on the command line."""
document_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=str))


@click.group()
def policy() -> None:
    """A shop's return policy, as a document (docs/policy.schema.json).

    Orders keep the version that was in force when they were placed; a later one applies to them where it is better for
    the shopper.
    """


@policy.command("show")
@for_shop
@click.option("--number", type=int, help="Another version than the newest.")
def policy_show(shop: str, number: int | None) -> None:
    """Prints the policy in force as JSON, in the form that `check` and `publish` take."""
    with open_adapters().database.read() as session:
        shop_id = shop_row(session, shop).id
        (newest,) = published.publications(session, shop_id, 1)
        found = published.publication(session, shop_id, number) if number else newest
    if found is None:
        raise click.ClickException(f"{shop} has no version {number}; the newest is {newest.number}.")
    print_json(to_document(found.policy))


@policy.command("versions")
@for_shop
def policy_versions(shop: str) -> None:
    """Lists what was published: when, by whom (a staff member's id at Shopify) and why."""
    with open_adapters().database.read() as session:
        found = published.publications(session, shop_row(session, shop).id)
    for each in found:
        again = f"version {each.repeats} again" if each.repeats else ""
        said = "  ".join(part for part in (again, each.note) if part)
        click.echo(f"{each.number:>5}  {each.published_at:%Y-%m-%d %H:%M}  {each.by:<16}  {said}".rstrip())


@policy.command("back")
@for_shop
@click.option("--note", default="", help="Why, for the team.")
@click.argument("number", type=int)
def policy_back(shop: str, note: str, number: int) -> None:
    """Publishes version NUMBER again, as a new version."""
    adapters = open_adapters()
    try:
        with adapters.database.write() as session:
            shop_id = shop_row(session, shop).id
            (newest,) = published.publications(session, shop_id, 1)
            now = adapters.clock.now()
            made = drafts.bring_back(session, shop_id, number, newest.number, note, OPERATOR, now)
    except LookupError as failure:
        raise click.ClickException(f"{shop} has no version {number}.") from failure
    except published.PolicyUnchanged as failure:
        raise click.ClickException(f"Version {failure.number} says this already; nothing was published.") from failure
    click.echo(f"Version {number} is published again, as version {made.number}.")


@policy.command("check")
@for_shop
@document_file
def policy_check(shop: str, file: str) -> None:
    """Says what is wrong with FILE ("-" reads standard input), and which rules can never apply or decide anything.

    Exit status 1 when the document cannot be published; nothing is changed.
    """
    adapters = open_adapters()
    with adapters.database.read() as session:
        row = shop_row(session, shop)
        checked, shadows = _checked(file)
        unmet = _unmet(session, row, checked, adapters.clock.now())
    click.echo(f"This can be published: {len(checked.rules)} rule(s).")
    _tell((*shadows, *unmet))


@policy.command("publish")
@for_shop
@click.option("--json", "as_json", is_flag=True, help="Print the version as JSON.")
@click.option("--note", default="", help="Why, for the team.")
@document_file
def policy_publish(shop: str, as_json: bool, note: str, file: str) -> None:
    """Makes FILE ("-" reads standard input) the policy for orders from now on."""
    adapters = open_adapters()
    checked, shadows = _checked(file)
    try:
        with adapters.database.write() as session:
            row = shop_row(session, shop)
            unmet = _unmet(session, row, checked, adapters.clock.now())
            made = published.publish(session, row.id, checked, OPERATOR, adapters.clock.now(), note)
        number, said = made.number, f"Published as version {made.number}."
    except published.PolicyUnchanged as failure:
        number, said = failure.number, f"Version {failure.number} says this already; nothing was published."
    if as_json:
        told: dict[str, Any] = {"number": number, "shadowed": [str(shadow) for shadow in shadows]}
        print_json(told | ({"doubts": [str(each) for each in unmet]} if unmet else {}))
    else:
        click.echo(said)
        _tell((*shadows, *unmet))


@policy.command("rehearse")
@for_shop
@click.option("--days", type=click.IntRange(1, 90), default=90, show_default=True, help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON (docs/rehearsal.schema.json).")
@document_file
def policy_rehearse(shop: str, days: int, as_json: bool, file: str) -> None:
    """Holds FILE ("-" reads standard input) against the policy in force, over the orders and returns of the last days.

    Says which lines would change verdict, and what the returns that were made would have come to. Nothing is changed.
    """
    from shopify_app import commands_rehearsal

    commands_rehearsal.answer(shop, _checked(file)[0], days, as_json)


def _checked(file: str) -> tuple[Policy, tuple[Shadow, ...]]:
    text = sys.stdin.buffer.read(LARGEST_BYTES + 1) if file == "-" else Path(file).read_bytes()
    try:
        return published.draft_check(text)
    except WrongPolicy as failure:
        raise click.ClickException("\n".join(failure.sentences)) from failure


def _unmet(session: Session, shop: Shop, checked: Policy, now: datetime) -> tuple[Never, ...]:
    """Rules that are in use and nothing new meets."""
    used = checked.in_use()
    bare = without_goods(session, shop.id, used)
    return never(used, Known(day_of(now, shop.timezone), shop.currency, profile.markets(shop), bare))


def _tell(doubtful: tuple[Shadow | Never, ...]) -> None:
    for each in doubtful:
        click.echo(str(each))
