"""Even swaps at Shopify: the new variant as an exchange line whose discount brings it to what was paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from shopify_app.money import Money
from shopify_app.returns import stock
from shopify_app.returns.exchanges import swap_total
from shopify_app.returns.inspecting.verdicts import asks_for
from shopify_app.returns.looks import Look
from shopify_app.returns.models import ReturnLine
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.outgoing import NeedsLook, Workbench
from shopify_app.returns.settlements import Settlement
from shopify_app.shopify.errors import QueryRefused
from shopify_app.shopify.nodes import gid
from shopify_app.shopify.return_facts import Calculated, NewLinePrice, Worth

TRIES = 6
WORDS = "Even exchange"


@dataclass(frozen=True)
class NewLine:
    """`quantity` units of a variant for units of our line `line`; all of them are to cost `target`, tax included.
    `total` is what Shopify said of them last, with the discount that they had then."""

    line: int
    variant_id: int
    quantity: int
    target: Money
    discount: Money
    total: Money | None = None

    @property
    def cost(self) -> Money | None:
        """What one costs where no discount was needed; None where it would cost more than it is to."""
        return self.total if not self.discount and self.quantity == 1 else None

    def as_input(self, currency: str) -> dict[str, Any]:
        """`ExchangeLineItemInput`."""
        wanted: dict[str, Any] = {"variantId": gid("ProductVariant", self.variant_id), "quantity": self.quantity}
        if self.discount:
            amount = {"amount": {"amount": str(self.discount), "currencyCode": currency}}
            wanted["appliedDiscount"] = {"description": WORDS, "value": amount}
        return wanted

    def as_stored(self) -> dict[str, Any]:
        """For `ReleaseGroup.shopify_lines`; amounts in minor units."""
        return {
            "line": self.line,
            "variant_id": self.variant_id,
            "quantity": self.quantity,
            "target": self.target.amount,
            "cost": self.cost.amount if self.cost is not None else None,
        }


def new_lines(bench: Workbench, agreed: Settlement, lines: Sequence[ReturnLine]) -> list[NewLine]:
    """The exchange lines, discounted so that nothing is due beyond what was paid. Raises NeedsLook where a variant is
    out of stock."""
    wanted = _wanted(bench, agreed, lines)
    needed: dict[int, int] = {}
    for each in wanted:
        needed[each.variant_id] = needed.get(each.variant_id, 0) + each.quantity
    check_stock(bench, needed)
    return _discounted(bench, wanted, lines)


def made_at(group: ReleaseGroup) -> dict[int, Money]:
    """What a unit of each new variant cost, tax included, when Shopify's return was made; those that needed a discount
    to cost what was agreed are left out."""
    new = group.shopify_lines.get("exchange", ())
    return {each["variant_id"]: Money(each["cost"], group.currency) for each in new if each.get("cost") is not None}


def _wanted(bench: Workbench, agreed: Settlement, lines: Sequence[ReturnLine]) -> list[NewLine]:
    """An exchange line a unit: units may differ by a minor unit, and a discount that stands on a line for several
    pieces would stay whole when one of them is refused and taken off. What is refused already gets none: units leave
    in their order."""
    currency = bench.group.currency
    waiting: dict[int, list[int]] = {}
    for line in lines:
        waiting.setdefault(line.line_id, []).extend([line.id] * asks_for(bench.group, line))
    found: list[NewLine] = []
    for priced in agreed.lines:
        if priced.replacement is None:
            continue
        ours = waiting.get(priced.accepted.line_id, [])  # what came in several parcels has a row a parcel
        for unit in priced.units[: len(ours)]:
            target = swap_total([unit], priced.replacement, bench.order.taxes_included, currency)
            found.append(NewLine(ours.pop(0), priced.replacement.variant_id, 1, target, Money.zero(currency)))
    return found


def _within_worth(bench: Workbench, wanted: list[NewLine], returned: Sequence[Worth]) -> list[NewLine]:
    """Where Shopify rounds what comes back to less than we do, by at most a minor unit a piece, the last new pieces
    cost as much less: for a single cent that is due it would hold all of the new goods back."""
    back = sum(with_tax(bench, each.net, each.tax).amount for each in returned)
    over = sum(each.target.amount for each in wanted) - back
    if not 0 < over <= len(wanted):
        return wanted
    kept, cheaper = wanted[:-over], wanted[-over:]
    return [*kept, *(replace(each, target=_less(each.target)) for each in cheaper)]


def _less(target: Money) -> Money:
    return Money(max(0, target.amount - 1), target.currency)


def check_stock(bench: Workbench, needed: Mapping[int, int]) -> None:
    """Raises NeedsLook with the variants of which Shopify has fewer than `needed` now, others' kept aside."""
    live = bench.admin.variant_stock(list(needed))
    with bench.ground.database.read() as session:
        gone = stock.missing(session, bench.ret.shop_id, needed, bench.now, but_return=bench.ret.id, live=live)
    if gone:
        raise NeedsLook(Look.REPLACEMENT_GONE, variants=list(gone))


def _discounted(bench: Workbench, wanted: list[NewLine], lines: Sequence[ReturnLine]) -> list[NewLine]:
    """The least discounts with which nothing exceeds its target; tax on new items is Shopify's to know, so it is asked
    until its answers agree."""
    for turn in range(TRIES):
        new = [each.as_input(bench.group.currency) for each in wanted]
        seen = calculated(bench, lines if turn == 0 else (), new)
        wanted = _within_worth(bench, wanted, seen.returned) if turn == 0 else wanted
        wanted = [replace(line, total=_total(bench, each)) for line, each in zip(wanted, seen.new, strict=True)]
        over = [_total(bench, each) - line.target for line, each in zip(wanted, seen.new, strict=True)]
        if all(rest.amount <= 0 for rest in over):
            return wanted
        wanted = [_cut(bench, *each) for each in zip(wanted, seen.new, over, strict=True)]
    return wanted


def calculated(bench: Workbench, lines: Sequence[ReturnLine], new: Sequence[dict[str, Any]]) -> Calculated:
    """Shopify's word on what comes back and on the new goods (`ExchangeLineItemInput`s). What may no longer come back
    has no worth here: making the return is refused with better words."""
    order, currency = bench.order.shopify_id, bench.group.currency
    back = [
        {"fulfillmentLineItemId": gid("FulfillmentLineItem", line.fulfillment_line_id or 0), "quantity": quantity}
        for line in lines
        if (quantity := asks_for(bench.group, line))
    ]
    try:
        return bench.admin.calculated_return(order, currency, back, new)
    except QueryRefused:
        return bench.admin.calculated_return(order, currency, (), new)


def _cut(bench: Workbench, line: NewLine, seen: NewLinePrice, over: Money) -> NewLine:
    """A larger discount by what is over, its share of tax taken out; at least one minor unit more."""
    if over.amount <= 0:
        return line
    total = _total(bench, seen)
    share = Decimal(seen.net.amount) / Decimal(total.amount) if total else Decimal(1)
    more = max(1, int(over.amount * share))
    return replace(line, discount=Money(line.discount.amount + more, line.discount.currency))


def _total(bench: Workbench, seen: NewLinePrice) -> Money:
    return with_tax(bench, seen.net, seen.tax)


def with_tax(bench: Workbench, net: Money, tax: Money) -> Money:
    """What is paid for something: its tax is in the price, or comes on top."""
    return net if bench.order.taxes_included else net + tax
