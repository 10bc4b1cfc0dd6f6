"""`postlude figures`: a shop's figures, counted anew at will."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from shopify_app.commands import for_shop, open_adapters, shop_row
from shopify_app.insights import days
from shopify_app.insights.periods import LONGEST_DAYS, Span, day_of


@click.group()
def figures() -> None:
    """A shop's figures by day: what the pages under Insights are made of."""


@figures.command()
@for_shop
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day; the last one when left out.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day; today when left out.")
def recount(shop: str, first: datetime | None, last: datetime | None) -> None:
    """Counts days again from the rows. It mends what is wrong and changes nothing else; running twice does no harm."""
    adapters = open_adapters()
    with adapters.database.read() as session:
        row = shop_row(session, shop)
    today = day_of(adapters.clock.now(), row.timezone)
    until = min(today, last.date() if last else today)
    span = Span(first.date() if first else until, until)
    if not 0 < span.days <= LONGEST_DAYS:
        raise click.UsageError(
            f"Name a range of 1 to {LONGEST_DAYS} days, the first day before the last, none to come."
        )
    for n in range(span.days):
        days.recount(adapters.database, row.id, span.last - timedelta(days=n), adapters.clock.now())
    click.echo(f"Counted {span.days} day{'s' * (span.days != 1)}, {span.first} to {span.last}.")
