"""Returns of the seeded past, written as the returns of this dev store are."""

from __future__ import annotations

from devstore.returning import parcels
from devstore.returning.reasons import chosen
from devstore.returning.returnable import sent_lines
from devstore.store import Document
from devstore.world import World


def adopt_returns(world: World) -> None:
    """Completes every return that lacks what was never told of it; run as often as you like."""
    with world.store.transaction():
        for shared in list(world.store.all("return")):
            if "fees_booked" not in shared:
                made = world.need("return", shared["id"])
                _complete(world, made)
                world.store.put("return", made)
                if made["status"] != "requested":
                    parcels.open_reverse_orders(world, made)
                if made["status"] == "closed":
                    _back_on_the_shelf(world, made)


def _complete(world: World, made: Document) -> None:
    sent = sent_lines(world.store, made["order_id"])
    closed_at = made["updated_at"] if made["status"] == "closed" else None
    made |= {"fees_booked": [], "decline": None, "requested_at": made["created_at"]}
    approved_at = None if made["status"] == "requested" else made["created_at"]
    made |= {"approved_at": approved_at, "closed_at": closed_at, "exchange_line_items": []}
    made["return_shipping_fees"] = []
    for line in made["return_line_items"]:
        of_line = (each.id for each in sent if each.line_item_id == line["line_item_id"])
        id, _ = chosen(None, line["return_reason"].upper(), ())
        line |= {
            "fulfillment_line_item_id": next(of_line),
            "processed_quantity": line["refunded_quantity"],
            "return_reason_definition_id": id,
            "restocking_fee": None,
        }


def _back_on_the_shelf(world: World, made: Document) -> None:
    """Goods of a closed return were restocked in their time; stock is counted already."""
    for order in parcels.reverse_orders(world, made["id"]):
        for line in order["line_items"]:
            disposition = {"id": world.store.next_id("disposition"), "type": "RESTOCKED", "quantity": line["quantity"]}
            place = world.store.all("location")[0]["id"]
            line["dispositions"] = [disposition | {"location_id": place, "created_at": made["updated_at"]}]
        world.store.put("reverse_fulfillment_order", order | {"status": "closed"})
