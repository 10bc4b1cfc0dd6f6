"""Orders that arrived a day ago and wait for somebody who wants to send something back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from devstore.seed.bills import Item, Reduction
from devstore.seed.history import shippable
from devstore.seed.journeys import travel
from devstore.seed.sales import Order, Sale
from devstore.seed.stage import BOOTS, Stage, Told, between, trip_of
from devstore.seed.texts import table

SWEATER = "skarv-fisherman-sweater"


def sent_home(stage: Stage) -> Told:
    """All delivered yesterday: each shows another side of a return."""
    return [
        ("return_two_sizes", 5.9, lambda at: _home(stage, _two_sizes(stage, at), "DHL")),
        ("return_exchange", 5.7, lambda at: _home(stage, _pair_of_boots(stage, at), "PostNord SE")),
        ("return_gift_card", 5.5, lambda at: _home(stage, _of_gift_cards(stage, at), "PostNord SE")),
        ("return_final_sale", 5.3, lambda at: _home(stage, _final_sale(stage, at), "PostNord SE")),
        ("return_jpy", 9.4, lambda at: _home(stage, _in_yen(stage, at), "DHL Express", days=5)),
    ]


def _home(stage: Stage, sale: Sale, carrier: str, days: int = 2) -> Order:
    """Packed at once and handed over at its door yesterday afternoon."""
    house = stage.house
    order = house.book.write(sale)
    trip = trip_of(order, carrier, timedelta(hours=4), days)
    yesterday = (house.now - timedelta(days=1)).replace(hour=13, minute=26, second=0)
    scans = between(travel(trip, house.draw), sale.placed_at + timedelta(hours=4), yesterday)
    house.despatch.pack(order, shippable(order), trip, scans)
    return order


def _two_sizes(stage: Stage, at: datetime) -> Sale:
    """Ben ordered the sweater in M and L to keep the one that fits, with a code, and a hat."""
    sale = stage.sale("ben", at, [SWEATER, SWEATER, "glomma-beanie"])
    first, second, hat = sale.items
    colour = first.variant["option1"]
    chosen = [_in_size(first, colour, "M"), _in_size(second, colour, "L"), replace(hat, quantity=1)]
    welcome = table("house")["discount"][0]
    return replace(sale, items=chosen, gateway="shopify_payments", reductions=[Reduction(welcome)])


def _in_size(item: Item, colour: str, size: str) -> Item:
    variants = item.product["variants"]
    found = next(each for each in variants if each["option1"] == colour and each["option2"] == size)
    return replace(item, variant=found, quantity=1)


def _pair_of_boots(stage: Stage, at: datetime) -> Sale:
    """Ada's boots in a size of which a larger one is on the shelf."""
    sale = stage.sale("ada", at, BOOTS)
    boots, *rest = sale.items
    has_larger: Callable[[int], bool] = lambda i: boots.product["variants"][i + 1]["inventory_quantity"] > 0  # noqa: E731
    variants = boots.product["variants"]
    same_colour = [i for i in range(len(variants) - 1) if variants[i]["option1"] == variants[i + 1]["option1"]]
    chosen = next((i for i in same_colour if has_larger(i) and variants[i]["inventory_quantity"] > 0), 0)
    items = [replace(boots, variant=variants[chosen], quantity=1), *(replace(each, quantity=1) for each in rest)]
    return replace(sale, items=items, gateway="shopify_payments")


def _of_gift_cards(stage: Stage, at: datetime) -> Sale:
    """Paid with what an aunt gave for Christmas."""
    return replace(stage.sale("ada", at, ["hygge-wool-blanket", "kvall-candle"]), gateway="gift_card")


def _final_sale(stage: Stage, at: datetime) -> Sale:
    """Boxers, which stay, beside a shirt's worth of things that need not."""
    return replace(stage.sale("ada", at, ["lule-boxers", "torne-merino-crew"]), gateway="Klarna")


def _in_yen(stage: Stage, at: datetime) -> Sale:
    """Exported without tax, shown and paid in yen."""
    sale = stage.sale("japan", at, [SWEATER, "stengods-mug"])
    return replace(sale, currency="JPY", gateway="shopify_payments")
