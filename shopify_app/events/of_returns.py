"""What happens to a return, from the wish to the money."""

from __future__ import annotations

from dataclasses import dataclass

from shopify_app.events.happening import Happening


@dataclass(frozen=True)
class WithdrawalReceived(Happening):
    """A consumer withdrew from the contract: `withdrawal_id` is the row that says from what and when."""

    order_id: int
    withdrawal_id: int


@dataclass(frozen=True)
class WithdrawalNeedsLook(Happening):
    """A declaration could not be opened by itself: a person has to carry it out."""

    order_id: int
    withdrawal_id: int


@dataclass(frozen=True)
class WithdrawalTriedAgain(Happening):
    """What kept a withdrawal from being opened was cleared away."""

    order_id: int
    withdrawal_id: int


@dataclass(frozen=True)
class ReturnRequested(Happening):
    """`at_once`: the policy approves every line without a person."""

    order_id: int
    return_id: int
    at_once: bool


@dataclass(frozen=True)
class DeliveryCorrected(Happening):
    """A shopper corrected the address that their exchange goes to; it is kept with the draft `draft_id`."""

    order_id: int
    return_id: int
    draft_id: int


@dataclass(frozen=True)
class ReturnMoreWanted(Happening):
    """The merchant asked the shopper for something; the question is the timeline's entry `entry_id`."""

    order_id: int
    return_id: int
    entry_id: int


@dataclass(frozen=True)
class ShopWrote(Happening):
    """The merchant wrote to the shopper about a return; the words are the timeline's entry `entry_id`."""

    order_id: int
    return_id: int
    entry_id: int


@dataclass(frozen=True)
class ReturnAnswered(Happening):
    """The shopper gave what was asked for."""

    order_id: int
    return_id: int


@dataclass(frozen=True)
class ReturnApproved(Happening):
    order_id: int
    return_id: int


@dataclass(frozen=True)
class ReturnDeclined(Happening):
    order_id: int
    return_id: int


@dataclass(frozen=True)
class ReturnChanged(Happening):
    """What is asked for is something else now; the timeline's entry `entry_id` has the sums before and after.
    `at_once`: it waited for its answer, and the policy approves every line without a person."""

    order_id: int
    return_id: int
    entry_id: int
    at_once: bool


@dataclass(frozen=True)
class ReturnCancelled(Happening):
    """`by` is the actor (`returns.states.Actor`)."""

    order_id: int
    return_id: int
    by: str


@dataclass(frozen=True)
class GoodsReceived(Happening):
    """A scan said that units arrived: `units` of them, by this receipt."""

    order_id: int
    return_id: int
    units: int


@dataclass(frozen=True)
class UnitsDecided(Happening):
    """Units were accepted or refused; the settlement may be released by it."""

    order_id: int
    return_id: int


@dataclass(frozen=True)
class GroupSettled(Happening):
    """Everything owed for a release group was confirmed by Shopify."""

    order_id: int
    return_id: int
    group_id: int


@dataclass(frozen=True)
class BalanceFellDue(Happening):
    """An exchange costs more than came back: the shopper is asked to pay the rest, by Shopify's checkout."""

    order_id: int
    return_id: int
    group_id: int


@dataclass(frozen=True)
class BalanceReminded(Happening):
    """The shopper is asked again for a balance that is still open."""

    order_id: int
    return_id: int
    group_id: int


@dataclass(frozen=True)
class BalanceMoved(Happening):
    """An order with a balance changed at Shopify: whether it was paid is to be looked up."""

    order_id: int


@dataclass(frozen=True)
class GroupNeedsLook(Happening):
    """Nothing moves in a release group until a person decides; `look` says why (`returns.looks`)."""

    order_id: int
    return_id: int
    group_id: int
    look: str


@dataclass(frozen=True)
class ReplacementGone(Happening):
    """The replacement of an even swap is out of stock at approval: the shopper chooses anew."""

    order_id: int
    return_id: int


@dataclass(frozen=True)
class LabelAdded(Happening):
    """There is something to send goods with: `label_id` is its row."""

    order_id: int
    return_id: int
    label_id: int


@dataclass(frozen=True)
class LabelEnds(Happening):
    """A label ends soon, and no carrier has scanned its parcel."""

    order_id: int
    return_id: int
    label_id: int


@dataclass(frozen=True)
class InspectionAsked(Happening):
    """The shopper is asked what becomes of units that were accepted at less or refused."""

    order_id: int
    return_id: int
    question_id: int


@dataclass(frozen=True)
class InspectionReminded(Happening):
    """A question is still unanswered, and ends soon."""

    order_id: int
    return_id: int
    question_id: int


@dataclass(frozen=True)
class InspectionAppealed(Happening):
    """The shopper asks the shop to look a second time."""

    order_id: int
    return_id: int
    question_id: int


@dataclass(frozen=True)
class InspectionDecided(Happening):
    """The merchant has looked again, and accepts everything in full; any other end of an appeal is asked about."""

    order_id: int
    return_id: int
    question_id: int


@dataclass(frozen=True)
class GoodsGoBack(Happening):
    """Goods are to be sent back to their shopper: somebody of the shop has to do it."""

    order_id: int
    return_id: int
    back_id: int


@dataclass(frozen=True)
class GoodsWentBack(Happening):
    """Goods were sent back to their shopper: `back_id` is the row that says how."""

    order_id: int
    return_id: int
    back_id: int


@dataclass(frozen=True)
class ReturnClosed(Happening):
    order_id: int
    return_id: int
