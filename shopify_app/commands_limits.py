"""`postlude limits`: who is blocked and who is trusted, from the command line."""

from __future__ import annotations

from dataclasses import asdict

import click

from shopify_app.commands import for_shop, open_adapters, print_json, shop_row
from shopify_app.returns.standing import NobodyNamed, everybody_listed, named, put
from shopify_app.returns.vocabulary import Standing

OPERATOR = "operator"


@click.group()
def limits() -> None:
    """A shop's blocked and trusted customers."""


@limits.command("list")
@for_shop
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_limits(shop: str, as_json: bool) -> None:
    """Everybody on a list, newest first, with why, since when and by whom."""
    with open_adapters().database.read() as session:
        people = everybody_listed(session, shop_row(session, shop).id)
    if as_json:
        print_json([asdict(one) | {"at": one.at.isoformat()} for one in people])
        return
    for one in people:
        who = one.email or one.name or str(one.customer_id)
        click.echo(f"{one.standing:8} {who:32} {one.at:%Y-%m-%d}  {one.by or '-':12} {one.reason}".rstrip())


@limits.command("put")
@for_shop
@click.option("--customer", required=True, help="An e-mail address, or Shopify's customer number.")
@click.option(
    "--standing", type=click.Choice([str(each) for each in Standing]), required=True, help="neither: off both lists."
)
@click.option("--reason", default="", help="Why, for the merchant's eyes.")
def put_limits(shop: str, customer: str, standing: str, reason: str) -> None:
    """Blocks somebody, trusts them, or takes them off both lists."""
    adapters = open_adapters()
    try:
        customer_id, email = named(customer)
    except NobodyNamed as failure:
        raise click.ClickException(f"{customer} is neither an e-mail address nor a customer's number.") from failure
    with adapters.database.write() as session:
        shop_id, now = shop_row(session, shop).id, adapters.clock.now()
        put(session, shop_id, Standing(standing), OPERATOR, now, customer_id=customer_id, email=email, reason=reason)
    click.echo({"neither": "Off both lists."}.get(standing, f"On the list of the {standing}."))
