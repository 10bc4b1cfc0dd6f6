"""The settlement of a release group at Shopify: lines and money in one `returnProcess`.

Our figures are sent, never above what Shopify says can still go back; where they differ from what it suggests, every
minor unit has a cause that is booked, or nothing is sent (`returns.md`, “Whose amount moves”).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.money import total
from shopify_app.returns import booking, mirror, reckoning, refunding
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.changing import given_up
from shopify_app.returns.inspecting.verdicts import accepted_units, lines_of
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.outgoing import Answer, NeedsLook, NotWanted, NotYet, Ready, Workbench
from shopify_app.returns.reckoning import Reckoning
from shopify_app.returns.release import fall_away, grant_of, move
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.shop_now import consuming
from shopify_app.returns.states import FINISHED_GROUPS, GroupState, Source, StepState
from shopify_app.returns.steps import StepKind, plan, steps_of
from shopify_app.returns.stored import settlement_to_stored
from shopify_app.returns.telling import agreed_of, money_input, shape_of
from shopify_app.returns.tenders import Part
from shopify_app.returns.vocabulary import EXCHANGES
from shopify_app.shopify.return_facts import OutcomeFacts, ReturnFacts

_OURS = re.compile(r"(?:^|\s)step-\d+(?:\s|$)")
MOST_SHAPES = 3
"""How often a return is made anew for other terms before a person is asked."""


@dataclass(frozen=True)
class Quantities:
    """What is processed, as Shopify's inputs want it: ``{"id", "quantity"}``."""

    lines: tuple[dict[str, Any], ...]
    exchanges: tuple[dict[str, Any], ...]

    @property
    def units(self) -> int:
        """Units on both sides: each may differ from Shopify by one minor unit of rounding."""
        return sum(each["quantity"] for each in (*self.lines, *self.exchanges))


class Process:
    """`returnProcess`: found again by what is processed of the return, and by its note."""

    def prepare(self, bench: Workbench) -> Ready:
        returnable = bench.admin.returnable_order(bench.order.shopify_id)
        if returnable is None:
            raise NeedsLook(Look.ORDER_GONE)
        with bench.ground.database.read() as session:
            reckoned = reckoning.reckon(session, bench, returnable)
        if reckoned is None:
            raise NotWanted(_nothing_accepted)
        self._check_shape(bench, reckoned)
        asked = quantities(bench)
        to_credit = any(part.tender_id is None for part in reckoned.final.parts)
        seen = bench.admin.suggested_outcome(bench.return_gid, asked.lines, asked.exchanges, to_credit)
        if seen is None:
            raise NeedsLook(Look.ORDER_GONE)
        if seen.facts.status != "open" or seen.facts.is_processed:
            raise NeedsLook(Look.CHANGED_AT_SHOPIFY)
        self._check_elsewhere(bench, seen)
        compared = reckoning.compare(reckoned, seen, asked.units + reckoning.rounded_apart(reckoned))
        ready = self._ready(bench, asked, reckoned.final, compared)
        paid_with = [f"gid://shopify/OrderTransaction/{each.transaction_id}" for each in returnable.tenders]
        return replace(ready, input={**ready.input, "paid_with": paid_with})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        return _answer(bench.admin.process_return(input["process"]))

    def look_back(self, bench: Workbench) -> Answer | None:
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        if facts is None:
            raise NeedsLook(Look.ORDER_GONE)
        if not facts.is_processed:
            return None
        if _is_ours(bench, facts):
            return _answer(facts)
        raise NeedsLook(Look.CHANGED_AT_SHOPIFY)

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        ret, step = session.get_one(Return, group.return_id), session.get_one(Step, bench.step.id)
        final = agreed_of(group)
        booking.post_settlement(session, ret, group, step, final, answer, bench.ground.clock.now())
        grant = grant_of(session, group)
        if grant is not None and final.outcome in EXCHANGES:
            consuming.end(session, ret, group, step, grant, final, bench.ground.clock.now())
        elif grant is not None and grant.issued_at is None:
            grant.amount = final.bonus.amount
            grant.state = GrantState.VESTED if final.bonus else GrantState.VOID
        refunding.hold_books_against(session, ret, group, bench.now)

    def _check_shape(self, bench: Workbench, reckoned: Reckoning) -> None:
        """Fees that Shopify froze otherwise, or goods that it does not hold because they were refused when its return
        was made: the return has to be made anew."""
        wanted = shape_of(bench.ret, bench.group, reckoned.final)
        frozen = shape_of(bench.ret, bench.group, agreed_of(bench.group))
        is_short = _lacks_units(bench.ret, bench.group)
        if wanted == frozen and not is_short:
            return
        with bench.ground.database.read() as session:
            made = given_up.made_since(steps_of(session, bench.group))
        if is_short and (made >= MOST_SHAPES or bench.ret.source == Source.SHOPIFY):
            raise NeedsLook(Look.CHANGED_AT_SHOPIFY)
        if made >= MOST_SHAPES:
            raise NeedsLook(Look.AMOUNTS_DIFFER, ours=reckoned.final.back.amount, suggested=0, unexplained=0)
        stored = settlement_to_stored(reckoned.final)
        raise NotWanted(lambda session, bench: _make_anew(session, bench, stored))

    def _check_elsewhere(self, bench: Workbench, seen: OutcomeFacts) -> None:
        """A refund that somebody made in Shopify's own pages for goods of this group, or for none in particular."""
        known = set(bench.group.shopify_lines.get("seen_refunds", ()))
        own = {line.line_id for line in lines_of(bench.ret, bench.group)}
        for refund in seen.refunds:
            is_later = refund.created_at is not None and refund.created_at >= bench.ret.requested_at
            is_of_ours = not refund.line_ids or bool(refund.line_ids & own)
            if _OURS.search(refund.note):  # what a withdrawal of ours took off the order
                continue
            if refund.return_id is None and is_later and is_of_ours and refund.id not in known and refund.amount:
                raise NeedsLook(Look.REFUND_ELSEWHERE, amount=refund.amount.amount, refund=refund.id)

    def _ready(self, bench: Workbench, asked: Quantities, final: Settlement, compared: dict[str, int]) -> Ready:
        input: dict[str, Any] = {
            "returnId": bench.return_gid,
            "returnLineItems": list(asked.lines),
            "exchangeLineItems": list(asked.exchanges),
            "note": f"{bench.ret.rma} {bench.note}",
            "notifyCustomer": False,
        }
        if final.parts:
            input["financialTransfer"] = {"issueRefund": _transfer(final.parts)}
        stored = settlement_to_stored(final)
        total_back = total([part.amount for part in final.parts], final.back.currency).amount

        def books(session: Session, bench: Workbench) -> None:
            session.get_one(ReleaseGroup, bench.group.id).final = stored

        return Ready({"process": input, "compared": compared, "refunded": total_back}, books)


def quantities(bench: Workbench) -> Quantities:
    """The accepted units of each line, and the new goods that are left in the return. Raises NotYet while Shopify's
    return holds more than was accepted."""
    lines = []
    for line in lines_of(bench.ret, bench.group):
        known, count = bench.group.shopify_lines.get(str(line.id)), len(accepted_units(line))
        if count and known is None:
            raise NeedsLook(Look.CHANGED_AT_SHOPIFY)
        if count and known:
            if known["quantity"] != count:
                raise NotYet
            lines.append({"id": known["return_line"], "quantity": count})
    new = [each for each in bench.group.shopify_lines.get("exchange", ()) if each["quantity"]]
    return Quantities(tuple(lines), tuple({"id": each["id"], "quantity": each["quantity"]} for each in new))


def _lacks_units(ret: Return, group: ReleaseGroup) -> bool:
    """Whether something is accepted that Shopify's return was made without."""
    held = {line.id: group.shopify_lines.get(str(line.id), {}).get("quantity", 0) for line in lines_of(ret, group)}
    return any(len(accepted_units(line)) > held[line.id] for line in lines_of(ret, group))


def _transfer(parts: tuple[Part, ...]) -> dict[str, Any]:
    credit = [part for part in parts if part.tender_id is None]
    paid = [
        {"parentId": _payment(part.tender_id), "transactionAmount": money_input(part.amount)}
        for part in parts
        if part.tender_id is not None
    ]
    given: dict[str, Any] = {"orderTransactions": paid}
    if credit:
        given["refundMethods"] = [{"storeCreditRefund": {"amount": money_input(each.amount)}} for each in credit]
    return given


def _payment(tender_id: str) -> str:
    return tender_id if tender_id.startswith("gid:") else f"gid://shopify/OrderTransaction/{tender_id}"


def _is_ours(bench: Workbench, facts: ReturnFacts) -> bool:
    """By the note; where Shopify kept none, by lines and money being exactly what was sent."""
    if any(bench.note in refund.note.split() for refund in facts.refunds):
        return True
    sent = bench.step.input["process"]
    wanted = {each["id"]: each["quantity"] for each in (*sent["returnLineItems"], *sent["exchangeLineItems"])}
    done = {each.id: each.processed for each in (*facts.lines, *facts.exchanges) if each.processed}
    has_notes = any(refund.note for refund in facts.refunds)
    return not has_notes and done == wanted and facts.refunded.amount == bench.step.input["refunded"]


def _answer(facts: ReturnFacts) -> Answer:
    """Ids and sums of what moved; amounts in minor units."""
    return {
        "status": facts.status,
        "refunds": [refund.id for refund in facts.refunds],
        "refunded": facts.refunded.amount,
        "transfers": [
            {"id": each.id, "parent": each.parent, "gateway": each.gateway, "amount": each.amount.amount}
            for refund in facts.refunds
            for each in refund.transfers
        ],
    }


def _nothing_accepted(session: Session, bench: Workbench) -> None:
    ret, group = session.get_one(Return, bench.ret.id), session.get_one(ReleaseGroup, bench.group.id)
    if mirror.surplus(ret, group):
        plan(session, group, StepKind.REMOVE, bench.now)
    elif GroupState(group.state) not in FINISHED_GROUPS:
        fall_away(session, ret, group, bench.now)


def _make_anew(session: Session, bench: Workbench, stored: dict[str, Any]) -> None:
    """What Shopify holds is not what is to be paid: all of it is taken off, then the return is made again. One that is
    empty by now is left as it is."""
    group = session.get_one(ReleaseGroup, bench.group.id)
    group.final = stored
    move(group, GroupState.OPENING)
    if not mirror.everything(group)["lines"]:
        mirror.left_behind(group)
        return
    known = steps_of(session, group)
    if not any(step.kind == StepKind.REMOVE and step.phase == StepState.PLANNED for step in known):
        plan(session, group, StepKind.REMOVE, bench.now, everything=True)
