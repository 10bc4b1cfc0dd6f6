"""A return with everything that its page tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from shopify_app.i18n import Day
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.pages.moment import Here
from shopify_app.pages.return_cart import Named
from shopify_app.pages.return_goods import Goods
from shopify_app.returns import anew
from shopify_app.returns.balances.models import BalanceDue, BalanceState
from shopify_app.returns.models import Return, ReturnEntry, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import GroupState, Reception, ReturnState
from shopify_app.returns.tenders import Part
from shopify_app.returns.timeline import Told
from shopify_app.returns.vocabulary import Method, MoneyEvent, TenderKind
from shopify_app.settings.returns import Returns

WAITING = frozenset({ReturnState.REQUESTED, ReturnState.MORE_WANTED})


@dataclass(frozen=True)
class Followed:
    """A return with everything its page tells; `titles` of the order's lines by Shopify's id, `new` the items of its
    carts by variant."""

    ret: Return
    order: Order
    groups: Sequence[ReleaseGroup]
    entries: Sequence[ReturnEntry]
    goods: Goods
    titles: Mapping[int, str]
    here: Here
    settings: Returns
    transit_days: int
    may_cancel: bool
    may_change: bool = False
    balances: Sequence[BalanceDue] = ()
    new: Named = field(default_factory=dict)

    @property
    def state(self) -> ReturnState:
        return ReturnState(self.ret.state)

    @property
    def is_withdrawal(self) -> bool:
        """Whether the law gives it, not the shop's policy: nobody asked for it, and nobody had to approve it."""
        return self.ret.withdrawal_id is not None

    @property
    def paid_for(self) -> dict[int, Money]:
        """What was paid for the exchange of a group that waited for it, nothing where the shop asked for no more of it.
        One that was dropped is none."""
        over = [row for row in self.balances if row.state in (BalanceState.PAID, BalanceState.WAIVED)]
        return {row.group_id: Money(min(row.paid, row.amount), row.currency) for row in over}

    @property
    def deliveries(self) -> dict[int, tuple[Part, ...]]:
        """Where the order's own delivery was given back to, by the group that it went with."""
        paid = [each.facts for each in self.entries if each.kind == Told.DELIVERY_REFUNDED]
        return {each["group_id"]: tuple(self._delivery(each)) for each in paid}

    def _delivery(self, facts: Mapping[str, Any]) -> Iterator[Part]:
        """Older entries do not say where to: to what was paid with from outside, as long as that could take it."""
        for each in facts.get("parts") or [{"kind": TenderKind.PAYMENT, "amount": facts["back"]}]:
            yield Part(TenderKind(each["kind"]), Money(each["amount"], self.ret.currency))

    @property
    def units(self) -> list[ReturnUnit]:
        return [unit for line in self.ret.lines for unit in line.units]

    @property
    def travelling(self) -> list[ReturnUnit]:
        """Units that are to come back at all."""
        return [unit for unit in self.units if unit.reception != Reception.KEPT]

    @property
    def is_brought(self) -> bool:
        """Whether everything that travels is carried to the shop's counter by its shopper."""
        ways = {line.method for line in self.ret.lines} - {Method.NONE}
        return ways == {Method.IN_STORE}

    @property
    def is_here(self) -> bool:
        """Whether everything that travels has arrived, or is known not to."""
        return all(unit.reception != Reception.EXPECTED for unit in self.travelling)

    @property
    def is_to_come(self) -> bool:
        """Whether goods are awaited: the return is approved, or what it gave for them was paid at approval and closed
        it before they travelled."""
        return not self.is_here and (self.state is ReturnState.APPROVED or self.is_paid_first)

    @property
    def is_paid_first(self) -> bool:
        """Whether it is closed, and paid at approval for goods that are still to come."""
        paid = {each.id for each in self.groups if each.released_by == MoneyEvent.APPROVAL and each.settled_at}
        awaited = [line for line in self.ret.lines if any(unit.reception == Reception.EXPECTED for unit in line.units)]
        return self.state is ReturnState.CLOSED and any(line.group_id in paid for line in awaited)

    @property
    def replacement_is_gone(self) -> bool:
        """Whether the shopper has to choose another replacement."""
        told = [each.kind for each in self.entries if each.kind in ("replacement_gone", "replacement_chosen")]
        return self.state in WAITING and bool(told) and told[-1] == "replacement_gone"

    @property
    def asked_anew(self) -> ReleaseGroup | None:
        """The part of the return that the shopper has to choose anew."""
        return anew.awaiting(self.ret, self.groups)

    @property
    def needs_the_shop(self) -> bool:
        """Whether the next word is between the shopper and the shop's people."""
        looked_at = any(group.state == GroupState.NEEDS_LOOK for group in self.groups)
        return self.state is ReturnState.DECLINED or (self.state is ReturnState.APPROVED and looked_at)

    @property
    def has_inspection(self) -> bool:
        return any(group.money_event == MoneyEvent.INSPECTION for group in self.groups)

    def local(self, at: datetime) -> date:
        """The day of `at` by the shop's clock."""
        return at.astimezone(self.here.shop).date()

    def day(self, at: datetime) -> Day:
        """The same, with the word that a person would use for it."""
        return self.here.day(self.local(at))
