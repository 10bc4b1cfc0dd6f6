"""Goods that join an order after it was placed: by an exchange or an order edit."""

from __future__ import annotations

from devstore import fulfillment_orders
from devstore.merchant import move_stock
from devstore.money import NOTHING, Bag, Currencies, bag_of, currencies_of, text, total
from devstore.order_book import line_net, line_tax
from devstore.order_intake import allocated
from devstore.store import Document
from devstore.world import World


def add_lines(
    world: World, order: Document, sold: list[tuple[Document, str | None]], event: str | None
) -> tuple[Document, int | None]:
    """The order with further lines in a fulfilment order of their own, its sums raised, stock taken; not yet stored.

    `sold` pairs a line with the words of the discount on it (None: no discount). Returns the fulfilment order's id."""
    if not sold:
        return order, None
    order = {"_original_total_price_set": order["total_price_set"], **order}
    together = fulfillment_orders.add(world, order["id"])
    currencies = currencies_of(order)
    for line, words in sold:
        applications = order["discount_applications"]
        if line["discount_allocations"]:
            line = _pointing_to(line, len(applications))
            order["discount_applications"] = [*applications, _application(line, words or "Discount", currencies)]
        order["line_items"] = [*order["line_items"], fulfillment_orders.joined(line, together)]
        order |= _raised(order, line, currencies)
        if line["variant_id"] and not order["test"]:
            move_stock(world, line["variant_id"], -line["quantity"], event)
    return order, together


def _pointing_to(line: Document, index: int) -> Document:
    allocations = [{**each, "discount_application_index": index} for each in line["discount_allocations"]]
    return {**line, "discount_allocations": allocations}


def _application(line: Document, words: str, currencies: Currencies) -> Document:
    return {
        "target_type": "line_item",
        "type": "manual",
        "value": text(allocated(line).presentment, currencies.presentment),
        "value_type": "fixed_amount",
        "allocation_method": "across",
        "target_selection": "explicit",
        "title": words,
        "description": words,
    }


def _raised(order: Document, line: Document, currencies: Currencies) -> Document:
    """The sums "before returns" of the order with one line more."""
    net, tax = line_net(line), line_tax(line)
    added: dict[str, Bag] = {
        "subtotal_price": net,
        "total_price": net if order["taxes_included"] else net + tax,
        "total_tax": tax,
        "total_discounts": allocated(line),
        "total_line_items_price": bag_of(line["price_set"]).times(line["quantity"]),
    }
    answer: Document = {}
    for name, more in added.items():
        whole = bag_of(order[f"{name}_set"]) + more
        answer[name] = text(whole.shop, currencies.shop)
        answer[f"{name}_set"] = currencies.money_set(whole)
    answer["total_weight"] = (order.get("total_weight") or 0) + line["grams"] * line["quantity"]
    answer["tax_lines"] = _taxes(order["tax_lines"], line["tax_lines"], currencies)
    return answer


def _taxes(known: list[Document], more: list[Document], currencies: Currencies) -> list[Document]:
    """The order's own tax lines with those of a further line, added up by name and rate."""
    answer = [dict(each) for each in known]
    for tax in more:
        same = next((each for each in answer if (each["title"], each["rate"]) == (tax["title"], tax["rate"])), None)
        if same is None:
            answer.append(dict(tax))
            continue
        whole = total([bag_of(same["price_set"]), bag_of(tax["price_set"]), NOTHING])
        same |= {"price": text(whole.shop, currencies.shop), "price_set": currencies.money_set(whole)}
    return answer
