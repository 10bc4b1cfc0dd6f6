"""`postlude carrier`: a shop's account with who sells labels and follows parcels, from the command line."""

from __future__ import annotations

import os

import click

from shopify_app.carriers import accounts
from shopify_app.commands import for_shop, open_adapters, print_json, shop_row

OPERATOR = "operator"
KEY, SECRET = "POSTLUDE_CARRIER_KEY", "POSTLUDE_CARRIER_PUSH_SECRET"
provider_name = click.argument("provider", type=click.Choice(accounts.PROVIDERS))


@click.group()
def carrier() -> None:
    """A shop's account with who sells labels and follows parcels."""


@carrier.command("show")
@for_shop
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(shop: str, as_json: bool) -> None:
    """Which accounts there are and what they are used for; never their keys."""
    adapters = open_adapters()
    push = f"{adapters.config.app_url}/carriers/{{}}/push"
    with adapters.database.read() as session:
        shop_id = shop_row(session, shop).id
        rows = [row for name in accounts.PROVIDERS if (row := accounts.account_of(session, shop_id, name))]
    told = [
        {
            "provider": row.provider,
            "sells_labels": row.is_label_seller and row.api_key is not None,
            "follows_parcels": row.api_key is not None,
            "takes_pushes": row.push_secret is not None,
            "push_address": f"{push.format(row.provider)}?shop={shop}",
            "connected_at": row.connected_at.isoformat(),
        }
        for row in rows
    ]
    if as_json:
        print_json(told)
        return
    for each in told:
        for name, value in each.items():
            click.echo(f"{name:16} {value}")
    if not told:
        click.echo("No account: labels are your own, and money waits for the receipt of goods.")


@carrier.command("connect")
@provider_name
@for_shop
@click.option("--only-follow", is_flag=True, help="Follow parcels; labels are not bought there.")
def connect(provider: str, shop: str, only_follow: bool) -> None:
    """Keeps the account's API key and the secret of its pushes, encrypted. Both are read from the environment
    (POSTLUDE_CARRIER_KEY, POSTLUDE_CARRIER_PUSH_SECRET), so that no shell remembers them; what is not set stays."""
    adapters = open_adapters()
    key, secret = os.environ.get(KEY, "").strip(), os.environ.get(SECRET, "").strip()
    with adapters.database.write() as session:
        shop_id, now = shop_row(session, shop).id, adapters.clock.now()
        known = accounts.account_of(session, shop_id, provider)
        if not key and (known is None or known.api_key is None):
            raise click.ClickException(f"There is no key yet: set {KEY}.")
        accounts.connect(session, shop_id, provider, key, secret, not only_follow, OPERATOR, now)
    click.echo("Connected.")


@carrier.command("disconnect")
@provider_name
@for_shop
def disconnect(provider: str, shop: str) -> None:
    """Forgets the account and its keys. Labels and parcels that are known stay."""
    adapters = open_adapters()
    with adapters.database.write() as session:
        shop_id, now = shop_row(session, shop).id, adapters.clock.now()
        there = accounts.disconnect(session, shop_id, OPERATOR, now, provider)
    click.echo("Disconnected." if there else "There was no account.")
