"""Every kind of step and what carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shopify_app.returns.balances.steps import DropExchange, ReleaseHold
from shopify_app.returns.crediting import BonusCredit, BonusGiftCard, TakeBack
from shopify_app.returns.goods_back import Delivery, Dispose
from shopify_app.returns.inspecting.effect import Ask
from shopify_app.returns.making import Approve, Cancel, Close, Create, Decline, Remove, Reopen
from shopify_app.returns.money_models import Step
from shopify_app.returns.outgoing import Effect
from shopify_app.returns.parcels.buying import BuyLabel
from shopify_app.returns.parcels.voiding import VoidLabel
from shopify_app.returns.paying import Process
from shopify_app.returns.steps import StepKind
from shopify_app.returns.withdrawing.taking_off import CancelOrder, RefundDelivery, TakeOff

EFFECTS: Mapping[StepKind, Effect] = MappingProxyType(
    {
        StepKind.CREATE: Create(),
        StepKind.REMOVE: Remove(),
        StepKind.PROCESS: Process(),
        StepKind.BONUS_CREDIT: BonusCredit(),
        StepKind.BONUS_GIFT_CARD: BonusGiftCard(),
        StepKind.TAKE_BACK: TakeBack(),
        StepKind.CANCEL: Cancel(),
        StepKind.CLOSE: Close(),
        StepKind.REOPEN: Reopen(),
        StepKind.DELIVERY: Delivery(),
        StepKind.LABEL: BuyLabel(),
        StepKind.VOID_LABEL: VoidLabel(),
        StepKind.DISPOSE: Dispose(),
        StepKind.APPROVE: Approve(),
        StepKind.DECLINE: Decline(),
        StepKind.TAKE_OFF: TakeOff(),
        StepKind.REFUND_DELIVERY: RefundDelivery(),
        StepKind.DROP_EXCHANGE: DropExchange(),
        StepKind.RELEASE_HOLD: ReleaseHold(),
        StepKind.CANCEL_ORDER: CancelOrder(),
        StepKind.ASK: Ask(),
    }
)


def effect_of(step: Step) -> Effect:
    """What carries out the step."""
    return EFFECTS[StepKind(step.kind)]
