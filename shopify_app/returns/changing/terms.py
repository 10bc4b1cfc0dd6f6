"""The open part of a return, priced again as a whole: what may be chosen in it, and under which terms.

Nothing of it counts as an earlier return of the order. What was offered when the return was asked for holds, also for
what was taken out and is put in again; a policy since then holds where it is at least as good in every respect. What is
added was never asked for before: its notice is given now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.returns import anew, quotes
from shopify_app.returns.eligibility import EligibleLine, eligible
from shopify_app.returns.models import Return, ReturnLine, ReturnQuote
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.reasons import AlreadyReturned, LineReason, SendApart
from shopify_app.returns.replacements import Part
from shopify_app.returns.settlements import PricedLine
from shopify_app.returns.states import Actor, Reception, ReturnState
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.surroundings import Surroundings
from shopify_app.returns.verdicts import Promise, Terms
from shopify_app.returns.vocabulary import Approval, MoneyEvent, Outcome
from shopify_app.returns.wishes import Wish, from_json
from shopify_app.shopify.return_snapshots import HOLDING, ReturnableLine, ReturnableOrder

_EVENTS = list(MoneyEvent)


@dataclass(frozen=True)
class Changing(Part):
    """`groups` are open; `version` is the return's as it was seen. By fulfilment line: `asked`, the most units that it
    was ever asked for; `here`, units that have arrived; `today`, the lines as they could be asked for now. `bound`:
    lines of which money has moved. `is_agreed`: what is added has to be approved by itself."""

    groups: frozenset[int]
    version: int
    noticed_at: datetime
    asked: Mapping[int, int]
    here: Mapping[int, int]
    bound: frozenset[int]
    today: Mapping[int, EligibleLine]
    is_agreed: bool

    @property
    def without(self) -> frozenset[int]:
        """The open groups."""
        return self.groups

    @property
    def stored(self) -> dict[str, object]:
        """What its quote says of itself in `ReturnQuote.options`."""
        return {"part": None, "changes": self.return_id, "version": self.version, "without": sorted(self.groups)}

    def as_agreed(self, line: EligibleLine) -> EligibleLine:
        """The line as it may be chosen: as it was offered, or, where it is added, as it could be asked for now."""
        key = line.fulfillment_line_id
        if key is None:
            return line
        if key in self.bound:
            return _barred(line, AlreadyReturned())
        today = self.today.get(key, line)
        if key not in self.asked:
            today = replace(today, helpful=line.helpful)
            return _barred(today, SendApart()) if self._needs_approval(today) else today
        agreed = _with_better(_with_better(super().as_agreed(line), line), today)
        if self._needs_approval(today) or not _offers_as_much(today, agreed):
            return replace(agreed, quantity=min(agreed.quantity, self.asked[key]))
        return agreed

    def _needs_approval(self, line: EligibleLine) -> bool:
        return self.is_agreed and line.verdict.is_eligible and line.verdict.approval is Approval.REVIEW


@dataclass(frozen=True)
class Opened:
    """A return as a change of it finds it, all of it read: its `groups`, those of them that are `open`, what was asked
    for of these, the quotes that were `accepted` for it, the first one first, and what stands around its order."""

    ret: Return
    groups: Sequence[ReleaseGroup]
    open: Sequence[ReleaseGroup]
    accepted: Sequence[ReturnQuote]
    wish: Wish
    surroundings: Surroundings

    def as_free(self, returnable: ReturnableOrder) -> ReturnableOrder:
        """Shopify's word on the order as if the open part of the return had never been told to it."""
        return freed(returnable, self.ret, self.open)


def changing(
    session: Session, opened: Opened, freed: ReturnableOrder, wish: Wish, by: Actor, now: datetime
) -> Changing:
    """The open groups of the return as a part to be priced. `freed` is Shopify's word without them; `wish` says why
    things come back."""
    ret, accepted, ids = opened.ret, opened.accepted, frozenset(group.id for group in opened.open)
    agreed = [settlement_from_stored(group.accepted) for group in opened.open if group.accepted]
    own = [line for line in ret.lines if line.group_id in ids]
    others = [line for line in ret.lines if line.group_id not in ids]
    known = eligible(session, ret.order, freed, now, wish=wish, without_group=ids, surroundings=opened.surroundings)
    return Changing(
        group_id=0,
        return_id=ret.id,
        request_id=agreed[0].lines[0].accepted.request_id,
        beside=anew.waited_for(ret, [each for each in opened.groups if each.id not in ids]),
        terms=_terms(accepted, [line for settled in agreed for line in settled.lines]),
        groups=ids,
        version=ret.version,
        noticed_at=ret.requested_at,
        asked=_asked(accepted, own),
        here={line.fulfillment_line_id or 0: here for line in own if (here := _here(line))},
        bound=frozenset(line.fulfillment_line_id for line in others if line.fulfillment_line_id),
        today={line.fulfillment_line_id: line for line in known if line.fulfillment_line_id},
        is_agreed=ret.state == ReturnState.APPROVED and by is Actor.SHOPPER,
    )


def freed(returnable: ReturnableOrder, ret: Return, groups: Sequence[ReleaseGroup]) -> ReturnableOrder:
    """Shopify's word as if the groups had never been told to it: what it keeps for them is free."""
    own = {group.shopify_return_id for group in groups if group.shopify_return_id is not None}
    kept = [made for made in returnable.returns if made.shopify_id in own and made.status in HOLDING]
    lines = {line.fulfillment_line_id: line for line in returnable.lines}
    parcels = {line.fulfillment_line_id: line for line in ret.lines if line.fulfillment_line_id}
    for each in (line for made in kept for line in made.lines):
        key, units = each.fulfillment_line_id or 0, each.quantity - each.processed
        row = parcels.get(key)
        if key in lines:
            lines[key] = replace(lines[key], quantity=lines[key].quantity + units)
        elif row is not None and units:
            lines[key] = ReturnableLine(row.fulfillment_id or 0, key, row.line_id, units, units, None, None)
    others = tuple(made for made in returnable.returns if made not in kept)
    return replace(returnable, lines=tuple(lines.values()), returns=others)


def accepted_quotes(session: Session, ret: Return) -> list[ReturnQuote]:
    """Every quote that was accepted for the return as a whole, the first one first."""
    found: list[ReturnQuote] = []
    next_id = ret.quote_id
    while next_id is not None:
        quote = session.get(ReturnQuote, next_id)
        if quote is None:
            break
        found.append(quote)
        next_id = quote.options.get("before")
    return found[::-1]


def _terms(accepted: Sequence[ReturnQuote], agreed: Sequence[PricedLine]) -> dict[tuple[int, Outcome], Terms]:
    """What was offered first for each order line, by outcome."""
    found: dict[tuple[int, Outcome], Terms] = {}
    offered = [option for quote in accepted for option in quotes.from_stored(quote.options).options]
    lines = [line for option in offered for settled in option.settlements for line in settled.lines]
    for line in (*lines, *agreed):
        found.setdefault((line.accepted.line_id, line.terms.outcome), line.terms)
    return found


def _asked(accepted: Sequence[ReturnQuote], own: Sequence[ReturnLine]) -> dict[int, int]:
    """The most units that each fulfilment line was asked for."""
    asked = {line.fulfillment_line_id or 0: line.quantity for line in own}
    for line in (line for quote in accepted for line in from_json(quote.wish).lines):
        asked[line.fulfillment_line_id] = max(line.quantity, asked.get(line.fulfillment_line_id, 0))
    return asked


def _here(line: ReturnLine) -> int:
    return sum(unit.reception == Reception.RECEIVED for unit in line.units)


def _barred(line: EligibleLine, why: LineReason) -> EligibleLine:
    verdict = replace(line.verdict, terms=(), refused=(), reasons=(why,))
    return replace(line, quantity=0, verdict=verdict, helpful=())


def _offers_as_much(today: EligibleLine, agreed: EligibleLine) -> bool:
    """Whether more units could be asked for now, with every outcome that was offered."""
    return {terms.outcome for terms in agreed.verdict.terms} <= {terms.outcome for terms in today.verdict.terms}


def _with_better(line: EligibleLine, other: EligibleLine) -> EligibleLine:
    """The line with those terms of `other` that are no worse."""
    new = {terms.outcome: terms for terms in other.verdict.terms}
    terms = [
        new[known.outcome] if known.outcome in new and _is_no_worse(new[known.outcome], known) else known
        for known in line.verdict.terms
    ]
    return replace(line, verdict=replace(line.verdict, terms=tuple(terms)))


def _is_no_worse(new: Terms, old: Terms) -> bool:
    """Whether the shopper loses nothing by the new terms, in any respect."""
    is_as_cheap = new.shipping_fee is None or (old.shipping_fee is not None and new.shipping_fee <= old.shipping_fee)
    is_as_soon = _EVENTS.index(new.money_event) <= _EVENTS.index(old.money_event)
    is_as_dear = new.keep_below == old.keep_below
    is_as_low = new.restocking_percent <= old.restocking_percent
    return is_as_cheap and is_as_soon and is_as_dear and is_as_low and _promises_as_much(new.bonus, old.bonus)


def _promises_as_much(new: Promise | None, old: Promise | None) -> bool:
    if old is None or new is None:
        return old is None
    is_same_kind = (new.flat is None) == (old.flat is None)
    is_as_much = new.percent >= old.percent and (new.flat is None or old.flat is None or new.flat >= old.flat)
    is_as_wide = _is_as_wide(new.cap_per_order, old.cap_per_order)
    is_as_wide = is_as_wide and _is_as_wide(new.cap_per_customer, old.cap_per_customer)
    is_as_wide = is_as_wide and (new.cap_per_customer is None or new.cap_days <= old.cap_days)
    return is_same_kind and is_as_much and is_as_wide and new.expires_months >= old.expires_months


def _is_as_wide(new: Money | None, old: Money | None) -> bool:
    return new is None or (old is not None and new >= old)
