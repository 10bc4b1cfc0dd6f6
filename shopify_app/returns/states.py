"""The life of a return: the request, its release groups, their outgoing steps, and each unit that travels."""

from __future__ import annotations

from enum import StrEnum

from shopify_app.states import Transitions


class ReturnState(StrEnum):
    """A request as the shopper and the merchant speak of it. It lives with us alone until it is approved."""

    REQUESTED = "requested"
    MORE_WANTED = "more_wanted"  # the merchant asked the shopper for something
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    CLOSED = "closed"  # every group is settled or fell away


RETURN_MOVES = Transitions(
    "the return",
    {
        ReturnState.REQUESTED: {
            ReturnState.MORE_WANTED,
            ReturnState.APPROVED,
            ReturnState.DECLINED,
            ReturnState.CANCELLED,
        },
        ReturnState.MORE_WANTED: {
            ReturnState.REQUESTED,
            ReturnState.APPROVED,
            ReturnState.DECLINED,
            ReturnState.CANCELLED,
        },
        ReturnState.APPROVED: {ReturnState.CLOSED, ReturnState.CANCELLED},
        ReturnState.DECLINED: {ReturnState.REQUESTED},  # reopened
        ReturnState.CANCELLED: set(),
        ReturnState.CLOSED: {ReturnState.APPROVED},  # reopened
    },
)
OPEN_RETURNS = frozenset({ReturnState.REQUESTED, ReturnState.MORE_WANTED, ReturnState.APPROVED})


class GroupState(StrEnum):
    """A release group: lines with one outcome kind and one money event; one Shopify Return, one settlement."""

    WAITING = "waiting"  # the request is not approved
    OPENING = "opening"  # approved; Shopify's return is being made
    OPEN = "open"  # Shopify's return exists; the money event is awaited
    RELEASED = "released"  # the money event happened; the settlement's steps are under way
    AWAITING_PAYMENT = "awaiting_payment"  # an exchange that costs more: the shopper has to pay the rest
    SETTLED = "settled"
    FELL_AWAY = "fell_away"  # nothing was accepted, or Shopify closed it without us
    CANCELLED = "cancelled"
    NEEDS_LOOK = "needs_look"  # nothing moves until a person decides


GROUP_MOVES = Transitions(
    "the release group",
    {
        GroupState.WAITING: {GroupState.OPENING, GroupState.CANCELLED},
        GroupState.OPENING: {
            GroupState.WAITING,  # the request is asked about again
            GroupState.OPEN,
            GroupState.NEEDS_LOOK,
            GroupState.CANCELLED,
            GroupState.FELL_AWAY,
        },
        GroupState.OPEN: {
            GroupState.RELEASED,
            GroupState.SETTLED,
            GroupState.FELL_AWAY,
            GroupState.CANCELLED,
            GroupState.NEEDS_LOOK,
            GroupState.OPENING,  # removed from Shopify's return and made anew
        },
        GroupState.RELEASED: {
            GroupState.AWAITING_PAYMENT,
            GroupState.SETTLED,
            GroupState.NEEDS_LOOK,
            GroupState.OPENING,
            GroupState.FELL_AWAY,
            GroupState.OPEN,
            GroupState.CANCELLED,  # called off in Shopify's own pages before its money left
        },
        GroupState.AWAITING_PAYMENT: {GroupState.SETTLED, GroupState.NEEDS_LOOK},
        GroupState.NEEDS_LOOK: {
            GroupState.OPENING,
            GroupState.OPEN,
            GroupState.RELEASED,
            GroupState.SETTLED,
            GroupState.FELL_AWAY,
            GroupState.CANCELLED,
        },
        GroupState.SETTLED: set(),
        GroupState.FELL_AWAY: {GroupState.OPENING},  # reopened
        GroupState.CANCELLED: set(),
    },
)
FINISHED_GROUPS = frozenset({GroupState.SETTLED, GroupState.FELL_AWAY, GroupState.CANCELLED})


class StepState(StrEnum):
    """One outgoing effect. `attempted` is committed before the call leaves; `unknown` after a lost answer: never sent
    again before Shopify was read back."""

    PLANNED = "planned"
    ATTEMPTED = "attempted"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DROPPED = "dropped"  # no longer wanted: planned, or left to a person who has dealt with it


STEP_MOVES = Transitions(
    "the step",
    {
        StepState.PLANNED: {StepState.ATTEMPTED, StepState.DROPPED},
        StepState.ATTEMPTED: {StepState.DONE, StepState.REFUSED, StepState.UNKNOWN, StepState.PLANNED},
        StepState.UNKNOWN: {StepState.DONE, StepState.PLANNED, StepState.REFUSED, StepState.DROPPED},
        StepState.REFUSED: {StepState.PLANNED, StepState.DROPPED},
        StepState.DONE: set(),
        StepState.DROPPED: set(),
    },
)


class Reception(StrEnum):
    """Where a unit is: the scan says that it arrived, which is not a verdict."""

    EXPECTED = "expected"
    RECEIVED = "received"
    MISSING = "missing"
    KEPT = "kept"  # it never travels: the shopper keeps it


RECEPTION_MOVES = Transitions(
    "the unit",
    {
        Reception.EXPECTED: {Reception.RECEIVED, Reception.MISSING},
        Reception.MISSING: {Reception.RECEIVED},
        Reception.RECEIVED: {Reception.EXPECTED},  # a wrong scan taken back, until it is decided
        Reception.KEPT: set(),
    },
)


class UnitDecision(StrEnum):
    """The verdict on a unit."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Grade(StrEnum):
    """In what condition a unit came back."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    DAMAGED = "damaged"
    INCORRECT = "incorrect"
    MISSING = "missing"


class Disposition(StrEnum):
    """What becomes of a unit: Shopify's `ReverseFulfillmentOrderDispositionType`, in lower case, and one of our own."""

    NONE = "none"
    RESTOCKED = "restocked"
    NOT_RESTOCKED = "not_restocked"
    PROCESSING_REQUIRED = "processing_required"
    MISSING = "missing"
    SENT_BACK = "sent_back"  # to its shopper; Shopify has no word for it, and is told nothing


class Source(StrEnum):
    """Who began the return."""

    SHOPPER = "shopper"
    MERCHANT = "merchant"
    SHOPIFY = "shopify"  # in Shopify's own pages, admin or POS


class Actor(StrEnum):
    """Whose doing an entry of the timeline is."""

    SHOPPER = "shopper"
    MERCHANT = "merchant"
    RULE = "rule"
    SHOPIFY = "shopify"
    CLOCK = "clock"
    CARRIER = "carrier"
