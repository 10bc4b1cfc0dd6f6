"""What of an order's line was never sent, and what is still to be. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from shopify_app.shopify.snapshots import FulfillmentSnapshot, LineSnapshot


def still_to_send(
    quantity: int, current_quantity: int, taken_out: int | None, *, sent: int, came_back: int | None = None
) -> int:
    """Units of an `orders.models.OrderLine`, of which `sent` have left in parcels that were not cancelled.

    What is gone was taken out before it was sent, or came back; the former alone need not be sent. Where Shopify has
    not told which (`taken_out` is None), all but the `came_back` units were taken out; where those are not known
    either, none.
    """
    if taken_out is None:
        taken_out = 0 if came_back is None else quantity - current_quantity - came_back
    return max(0, min(current_quantity, quantity - taken_out - sent))


def never_sent(line: LineSnapshot, parcels: Iterable[FulfillmentSnapshot]) -> int | None:
    """Units that were taken out before they were sent, by the parcels of the same snapshot: of all that is gone, those
    which neither left nor wait. None: Shopify did not tell what waits."""
    if line.to_send is None:
        return None
    standing = (each for each in parcels if each.status.casefold() != "cancelled")
    sent = sum(units for each in standing for line_id, units in each.lines if line_id == line.shopify_id)
    return max(0, min(line.quantity - line.current_quantity, line.quantity - sent - line.to_send))
