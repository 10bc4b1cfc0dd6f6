"""Why a line cannot come back, or an outcome cannot be had. Facts; `explain.why` has the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class OutsideWindow:
    """Notice came `days_late` days after the last day."""

    days_late: int
    last_day: date
    kind: Literal["outside_window"] = "outside_window"


@dataclass(frozen=True)
class TooEarly:
    """The window opens on `first_day`."""

    first_day: date
    kind: Literal["too_early"] = "too_early"


@dataclass(frozen=True)
class FinalSale:
    """Sold without voluntary returns; `rule` said so."""

    rule: str
    kind: Literal["final_sale"] = "final_sale"


@dataclass(frozen=True)
class NotCovered:
    """No rule of the policy speaks of this line."""

    kind: Literal["not_covered"] = "not_covered"


@dataclass(frozen=True)
class NotFulfilledYet:
    """Not sent yet: a cancellation or an edit, never a return."""

    kind: Literal["not_fulfilled_yet"] = "not_fulfilled_yet"


@dataclass(frozen=True)
class NotDeliveredYet:
    """On its way; `expected` is the day from which we take it as delivered without word of it."""

    expected: date
    kind: Literal["not_delivered_yet"] = "not_delivered_yet"


@dataclass(frozen=True)
class AlreadyReturned:
    """No unit is left: returned, refunded or part of an open request."""

    kind: Literal["already_returned"] = "already_returned"


@dataclass(frozen=True)
class Withdrawn:
    """The shopper has withdrawn from the contract for what is left of it, and that is still to be carried out."""

    kind: Literal["withdrawn"] = "withdrawn"


@dataclass(frozen=True)
class GiftCardItem:
    """A gift card is money, not goods."""

    kind: Literal["gift_card_item"] = "gift_card_item"


@dataclass(frozen=True)
class OrderCancelled:
    """The order was cancelled."""

    kind: Literal["order_cancelled"] = "order_cancelled"


@dataclass(frozen=True)
class AskUs:
    """The shop wants to talk first: the customer is on its block list."""

    kind: Literal["ask_us"] = "ask_us"


@dataclass(frozen=True)
class NotOffered:
    """The policy does not offer this outcome for the line; `rule` decided, empty where none did."""

    rule: str = ""
    kind: Literal["not_offered"] = "not_offered"


@dataclass(frozen=True)
class CreditNeedsCustomer:
    """Store credit lives in a customer account; the order has no customer."""

    kind: Literal["credit_needs_customer"] = "credit_needs_customer"


@dataclass(frozen=True)
class CreditNotForCompanies:
    """Shopify gives no store credit for B2B orders."""

    kind: Literal["credit_not_for_companies"] = "credit_not_for_companies"


@dataclass(frozen=True)
class CreditNotSetUp:
    """The shop has no new customer accounts or no store credit."""

    kind: Literal["credit_not_set_up"] = "credit_not_set_up"


@dataclass(frozen=True)
class NoExchangeWithDuties:
    """Exchanges are not offered on orders with duties."""

    kind: Literal["no_exchange_with_duties"] = "no_exchange_with_duties"


@dataclass(frozen=True)
class TooDearToKeep:
    """What would be kept on the order is not below the policy's value."""

    kind: Literal["too_dear_to_keep"] = "too_dear_to_keep"


@dataclass(frozen=True)
class SendApart:
    """What is added to a return that was agreed to, and has to be looked at first: a return of its own."""

    kind: Literal["send_apart"] = "send_apart"


LineReason = (
    OutsideWindow
    | TooEarly
    | FinalSale
    | NotCovered
    | NotFulfilledYet
    | NotDeliveredYet
    | AlreadyReturned
    | Withdrawn
    | GiftCardItem
    | OrderCancelled
    | AskUs
    | NotOffered
    | SendApart
)
Reason = (
    LineReason | CreditNeedsCustomer | CreditNotForCompanies | CreditNotSetUp | NoExchangeWithDuties | TooDearToKeep
)


class NotEligible(Exception):
    """A line or an outcome that cannot be had was asked for."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__(", ".join(reason.kind for reason in reasons))
        self.reasons = reasons
