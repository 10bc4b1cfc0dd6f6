"""`postlude return change`: other items, quantities or outcomes of a return, from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import click

from shopify_app.commands import for_shop, open_adapters, print_json
from shopify_app.commands_returning import line_of, return_of
from shopify_app.db import Session
from shopify_app.i18n import Languages
from shopify_app.returns import dossier
from shopify_app.returns.changing import changes
from shopify_app.returns.changing import priced as changes_priced
from shopify_app.returns.changing.priced import OrderHidden
from shopify_app.returns.changing.sums import NAMES, Compared
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.plainly import REFUSALS, sentence
from shopify_app.returns.refusals import Bar, NotChangeable
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import WITH_CART, Method, Outcome
from shopify_app.returns.wishes import NewGoods, Wish, WishLine
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.return_snapshots import ReturnableLine
from shopify_app.wiring import Adapters

OPERATOR = "operator"
NOTHING_SAID = "Name --quantity, --outcome, --item, --replacement or --method: nothing else is there to change."
NO_ITEMS = "An exchange for new items needs them: --item VARIANT=QUANTITY."


@click.command("change")
@for_shop
@click.option("--rma", required=True, help="The return's number: R-1042-1.")
@click.option("--line", type=int, required=True, help="Our id of a line, or Shopify's id; of the order's to add one.")
@click.option("--quantity", type=click.IntRange(min=0), help="How many pieces come back; 0 takes the line out.")
@click.option("--outcome", type=click.Choice([str(each) for each in Outcome]), help="What the shopper gets for it.")
@click.option("--item", "items", multiple=True, metavar="VARIANT=QUANTITY", help="A new item of the exchange.")
@click.option("--replacement", type=int, help="Shopify's id of the variant that is sent instead.")
@click.option("--method", type=click.Choice([str(each) for each in Method]), help="How it comes back.")
@click.option("--note", default="", help="What the shopper is told.")
@click.option("--dry-run", is_flag=True, help="Only say what would be different.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/return.schema.json).")
def change_return(
    shop: str,
    rma: str,
    line: int,
    quantity: int | None,
    outcome: str | None,
    items: tuple[str, ...],
    replacement: int | None,
    method: str | None,
    note: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Changes what a return asks for, until its money moves. The shopper is told, with the sums before and after."""
    chosen, way = Outcome(outcome) if outcome else None, Method(method) if method else None
    said = _Said(line, quantity, chosen, replacement, way, tuple(_item(text) for text in items))
    if said == _Said(line):
        raise click.UsageError(NOTHING_SAID)
    if not note.strip() and not dry_run:
        raise click.UsageError("--note: the shopper is told why, in a sentence.")
    adapters = open_adapters()
    try:
        quote, compared = _priced(adapters, shop, rma, said)
        if not dry_run:
            _accept(adapters, quote, note)
    except ShopifyError as failure:
        raise click.ClickException("Shopify does not answer; nothing was done.") from failure
    except OrderHidden as failure:
        raise click.ClickException("Shopify does not show this order any more; nothing was done.") from failure
    except REFUSALS as failure:
        raise click.ClickException(sentence(failure, Languages().choose(["en"]))) from failure
    if not as_json:
        _tell(compared)
        return
    with adapters.database.read() as session:
        print_json(dossier.to_json(dossier.read(session, return_of(session, shop, rma))))


@dataclass(frozen=True)
class _Said:
    """The options as they were typed."""

    line: int
    quantity: int | None = None
    outcome: Outcome | None = None
    replacement: int | None = None
    method: Method | None = None
    items: tuple[tuple[int, int], ...] = ()


def _item(text: str) -> tuple[int, int]:
    """Shopify's id of a variant and how many of it; one where no number is named."""
    variant, _, quantity = text.partition("=")
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (variant, quantity or "1")):
        raise click.UsageError(f"--item: {text} is not VARIANT=QUANTITY, Shopify's id of a variant and a number.")
    return int(variant), int(quantity or 1)


def _priced(adapters: Adapters, shop: str, rma: str, said: _Said) -> tuple[ReturnQuote, Compared]:
    """The stored quote of the change, and what it makes different."""
    database, now = adapters.database, adapters.clock.now()
    with database.read() as session:
        ret = return_of(session, shop, rma)
    admin = adapters.admin(ret.shop_id)
    sent = changes_priced.read_order(database, admin, ret.id).lines
    with database.read() as session:
        wish = _wish(session, return_of(session, shop, rma), sent, said)
    quote = changes_priced.quote_of(database, admin, ret.id, wish, Actor.MERCHANT, now)
    with database.read() as session:
        return quote, changes.compare(session, return_of(session, shop, rma), quote)


def _wish(session: Session, ret: Return, sent: Sequence[ReturnableLine], said: _Said) -> Wish:
    """What the return asks for, with the line as it was said."""
    stands = changes.wish_of(session, ret)
    before = _line(ret, stands, sent, said)
    quantity = before.quantity if said.quantity is None else said.quantity
    others = [line for line in stands.lines if line.fulfillment_line_id != before.fulfillment_line_id]
    if not quantity:
        return _with_items(replace(stands, lines=tuple(others)), None, said)
    outcome = said.outcome or before.outcome
    is_swap = outcome is Outcome.VARIANT_EXCHANGE
    after = replace(
        before,
        quantity=quantity,
        outcome=outcome,
        replacement_variant_id=(said.replacement or before.replacement_variant_id) if is_swap else None,
        method=said.method or before.method,
    )
    known = [after if line.fulfillment_line_id == after.fulfillment_line_id else line for line in stands.lines]
    return _with_items(replace(stands, lines=tuple(known if after in known else [*others, after])), outcome, said)


def _with_items(wish: Wish, outcome: Outcome | None, said: _Said) -> Wish:
    """The wish with the new items that were named for `outcome`; carts that no line stands for any more are empty."""
    wish = replace(wish, cart=tuple(each for each in wish.cart if each.outcome in wish.shopping))
    if said.items and outcome not in WITH_CART:
        raise click.UsageError("--item goes with --outcome shop_now or product_exchange.")
    if said.items and outcome is not None:
        wish = wish.with_cart(outcome, [NewGoods(variant, pieces, outcome) for variant, pieces in said.items])
    if wish.empty_carts:
        raise click.UsageError(NO_ITEMS)
    return wish


def _line(ret: Return, stands: Wish, sent: Sequence[ReturnableLine], said: _Said) -> WishLine:
    """The line that was named; one of the order's parcels that the return does not hold yet is added."""
    held = {line.fulfillment_line_id for line in ret.lines}
    for each in sent:
        if said.line in (each.line_id, each.fulfillment_line_id) and each.fulfillment_line_id not in held:
            return WishLine(each.line_id, each.fulfillment_line_id, said.quantity or 0)
    named = line_of(ret, said.line)
    key = next(line.fulfillment_line_id for line in ret.lines if line.id == named)
    found = stands.line(key or 0)
    if found is None:
        raise NotChangeable(Bar.PAID)
    return found


def _accept(adapters: Adapters, quote: ReturnQuote, note: str) -> None:
    live = changes_priced.stock_of(adapters.admin(quote.shop_id), quote)
    with adapters.database.write() as session:
        changes.accept(
            session,
            quote.shop_id,
            quote.public_id,
            Actor.MERCHANT,
            adapters.clock.now(),
            staff=OPERATOR,
            note=note,
            live=live,
        )


def _tell(compared: Compared) -> None:
    spoken = Languages().choose(["en"])
    click.echo(f"{'Items':24} {compared.before.pieces:>12} -> {compared.after.pieces}")
    for name, label in NAMES.items():
        before, after = getattr(compared.before, name), getattr(compared.after, name)
        if before or after:
            click.echo(f"{spoken.say(label):24} {before!s:>12} -> {after} {after.currency}")
