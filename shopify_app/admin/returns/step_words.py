"""What a step does and how far it is, and what became of each piece of goods: in the staff's words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.states import Grade, Reception, StepState, UnitDecision
from shopify_app.returns.steps import StepKind

STEP_KINDS: Mapping[str, Phrase] = MappingProxyType(
    {
        StepKind.CREATE: phrase("Open the return at Shopify"),
        StepKind.REMOVE: phrase("Take items off the return at Shopify"),
        StepKind.PROCESS: phrase("Book goods and money"),
        StepKind.BONUS_CREDIT: phrase("Give the bonus as store credit"),
        StepKind.BONUS_GIFT_CARD: phrase("Give the bonus as a gift card"),
        StepKind.TAKE_BACK: phrase("Take the bonus back"),
        StepKind.CANCEL: phrase("Cancel the return at Shopify"),
        StepKind.CLOSE: phrase("Close the return at Shopify"),
        StepKind.REOPEN: phrase("Reopen the return at Shopify"),
        StepKind.DELIVERY: phrase("Tell Shopify of the parcel"),
        StepKind.LABEL: phrase("Buy the label"),
        StepKind.VOID_LABEL: phrase("Ask for the label’s money back"),
        StepKind.DISPOSE: phrase("Tell Shopify where the goods go"),
        StepKind.APPROVE: phrase("Approve the request at Shopify"),
        StepKind.DECLINE: phrase("Decline the request at Shopify"),
        StepKind.TAKE_OFF: phrase("Take unsent items off the order"),
        StepKind.REFUND_DELIVERY: phrase("Refund the delivery"),
        StepKind.DROP_EXCHANGE: phrase("Take the unpaid exchange off"),
        StepKind.RELEASE_HOLD: phrase("Release the hold on new items"),
        StepKind.ASK: phrase("Ask the shopper about the reduced sum"),
        StepKind.CANCEL_ORDER: phrase("Cancel the emptied order"),
        StepKind.NO_RECEIPT_CREDIT: phrase("Give store credit without an order"),
    }
)
STEPS: Mapping[str, tuple[Phrase, str]] = MappingProxyType(
    {
        StepState.PLANNED: (phrase("Planned"), "neutral"),
        StepState.ATTEMPTED: (phrase("Sent, no answer yet"), "info"),
        StepState.DONE: (phrase("Done"), "success"),
        StepState.REFUSED: (phrase("Refused by Shopify"), "critical"),
        StepState.UNKNOWN: (phrase("Answer lost, being looked up"), "warning"),
        StepState.DROPPED: (phrase("No longer wanted"), "neutral"),
    }
)
RECEPTIONS: Mapping[str, Phrase] = MappingProxyType(
    {
        Reception.EXPECTED: phrase("Expected"),
        Reception.RECEIVED: phrase("Received"),
        Reception.MISSING: phrase("Missing"),
        Reception.KEPT: phrase("Stays with the shopper"),
    }
)
DECISIONS: Mapping[str, Phrase] = MappingProxyType(
    {
        UnitDecision.PENDING: phrase("Not decided"),
        UnitDecision.ACCEPTED: phrase("Accepted"),
        UnitDecision.REFUSED: phrase("Refused"),
    }
)
GRADES: Mapping[str, Phrase] = MappingProxyType(
    {
        Grade.DAMAGED: phrase("Damaged"),
        Grade.INCORRECT: phrase("Not the item"),
        Grade.MISSING: phrase("Missing from the parcel"),
    }
)
"""Those that are no letters."""
