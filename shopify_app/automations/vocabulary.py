"""What a rule can wait for, and what it is about then. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class About(StrEnum):
    """What an event knows besides its order."""

    ORDER = "order"
    PARCEL = "parcel"
    RETURN = "return"


class Trigger(StrEnum):
    """Kinds of events that a rule can wait for (`shopify_app.events`)."""

    ORDER_PLACED = "OrderPlaced"
    ORDER_PAID = "OrderPaid"
    ORDER_CHANGED = "OrderChanged"
    ORDER_CANCELLED = "OrderCancelled"
    ORDER_REFUNDED = "OrderRefunded"
    SHIPMENT_CREATED = "ShipmentCreated"
    SHIPMENT_MOVED = "ShipmentMoved"
    PARCEL_QUIET = "ParcelQuiet"
    ARRIVAL_REVISED = "ArrivalRevised"
    SHIPMENT_DELIVERED = "ShipmentDelivered"
    SHIPMENT_CANCELLED = "ShipmentCancelled"
    WITHDRAWAL_RECEIVED = "WithdrawalReceived"
    WITHDRAWAL_NEEDS_LOOK = "WithdrawalNeedsLook"
    RETURN_REQUESTED = "ReturnRequested"
    RETURN_ANSWERED = "ReturnAnswered"
    RETURN_MORE_WANTED = "ReturnMoreWanted"
    RETURN_APPROVED = "ReturnApproved"
    RETURN_DECLINED = "ReturnDeclined"
    RETURN_CHANGED = "ReturnChanged"
    RETURN_CANCELLED = "ReturnCancelled"
    REPLACEMENT_GONE = "ReplacementGone"
    LABEL_ADDED = "LabelAdded"
    LABEL_ENDS = "LabelEnds"
    GOODS_RECEIVED = "GoodsReceived"
    UNITS_DECIDED = "UnitsDecided"
    INSPECTION_ASKED = "InspectionAsked"
    INSPECTION_REMINDED = "InspectionReminded"
    INSPECTION_APPEALED = "InspectionAppealed"
    INSPECTION_DECIDED = "InspectionDecided"
    GOODS_GO_BACK = "GoodsGoBack"
    GOODS_WENT_BACK = "GoodsWentBack"
    BALANCE_FELL_DUE = "BalanceFellDue"
    BALANCE_REMINDED = "BalanceReminded"
    GROUP_NEEDS_LOOK = "GroupNeedsLook"
    GROUP_SETTLED = "GroupSettled"
    RETURN_CLOSED = "ReturnClosed"


_OF_ORDERS = frozenset(
    {
        *(Trigger.ORDER_PLACED, Trigger.ORDER_PAID, Trigger.ORDER_CHANGED, Trigger.ORDER_CANCELLED),
        *(Trigger.ORDER_REFUNDED, Trigger.WITHDRAWAL_RECEIVED, Trigger.WITHDRAWAL_NEEDS_LOOK),
    }
)
_OF_PARCELS = frozenset(
    {
        *(Trigger.SHIPMENT_CREATED, Trigger.SHIPMENT_MOVED, Trigger.PARCEL_QUIET, Trigger.ARRIVAL_REVISED),
        *(Trigger.SHIPMENT_DELIVERED, Trigger.SHIPMENT_CANCELLED),
    }
)
ABOUT: Mapping[Trigger, About] = {
    each: About.ORDER if each in _OF_ORDERS else About.PARCEL if each in _OF_PARCELS else About.RETURN
    for each in Trigger
}
UNDECIDED = frozenset({Trigger.RETURN_REQUESTED, Trigger.RETURN_ANSWERED, Trigger.RETURN_CHANGED})
"""After these a request waits for its answer: it can be held, or approved."""


class Do(StrEnum):
    """What a rule can do."""

    TAG = "tag"
    MAIL_TEAM = "mail_team"
    MAIL_SHOPPER = "mail_shopper"
    ASSIGN = "assign"
    HOLD = "hold"
    APPROVE = "approve"
    CALL = "call"


class Outcome(StrEnum):
    """What became of one action. `planned` until somebody has tried it for the last time."""

    PLANNED = "planned"
    DONE = "done"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


class Why(StrEnum):
    """Why an action was refused or given up; each has its words on the merchant's pages."""

    NOBODY_TO_WRITE_TO = "nobody_to_write_to"
    NO_RETURN = "no_return"
    HELD = "held"
    DECIDED = "decided"
    NOT_THEIRS = "not_theirs"
    OUT_OF_STOCK = "out_of_stock"
    DOES_NOT_FIT = "does_not_fit"
    SHOPIFY_REFUSED = "shopify_refused"
    NO_ANSWER = "no_answer"
    ADDRESS_REFUSED = "address_refused"
    TOO_OFTEN = "too_often"
    ERASED = "erased"
