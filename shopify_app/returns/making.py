"""Shopify's return of a release group: made at approval, cut down to what was accepted, cancelled, closed, reopened."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.returns import mirror, swaps
from shopify_app.returns.inspecting.verdicts import asks_for, lines_of
from shopify_app.returns.looks import Look
from shopify_app.returns.models import ReturnLine
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.outgoing import Answer, NeedsLook, NotWanted, Ready, Workbench
from shopify_app.returns.release import AGREED, cancelled, move
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.shop_now import carts
from shopify_app.returns.states import GroupState, ReturnState
from shopify_app.returns.telling import agreed_of, as_quoted, beyond_percentages, money_input, shape_of
from shopify_app.returns.vocabulary import WITH_CART, Outcome
from shopify_app.shopify.nodes import gid
from shopify_app.shopify.return_facts import ReturnFacts

MOST_NOTE = 255
GONE = frozenset({"canceled", "declined"})


class Create:
    """`returnCreate`: found again by the step's name in the lines' notes."""

    def prepare(self, bench: Workbench) -> Ready:
        agreed = agreed_of(bench.group)
        wanted = [line for line in lines_of(bench.ret, bench.group) if asks_for(bench.group, line)]
        if not wanted or bench.ret.state != ReturnState.APPROVED:
            raise NotWanted
        reasons = {each.handle: each.shopify_id for each in bench.admin.return_reasons()} if _named(wanted) else {}
        shape = shape_of(bench.ret, bench.group, agreed)
        percents = {line.id: as_quoted(shape.restocking[line.id], agreed, line) for line in wanted}
        input: dict[str, Any] = {
            "orderId": gid("Order", bench.order.shopify_id),
            "requestedAt": bench.ret.requested_at.isoformat(),
            "returnLineItems": [_line(bench, line, percents, reasons) for line in wanted],
        }
        if fee := shape.shipping_fee + beyond_percentages(agreed):
            input["returnShippingFee"] = {"amount": money_input(fee)}
        return Ready({"return": input, **_new_goods(bench, agreed, wanted, input)})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        return _made(bench, bench.admin.create_return(input["return"]), input)

    def look_back(self, bench: Workbench) -> Answer | None:
        found = bench.admin.return_noted(bench.order.shopify_id, bench.note)
        return None if found is None else _made(bench, found, bench.step.input)

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        kept = {name: group.shopify_lines[name] for name in ("seen_refunds",) if name in group.shopify_lines}
        group.shopify_return_id, group.shopify_lines = answer["return"], {**answer["lines"], **kept}
        if answer["status"] in GONE:
            raise_look_later(group, Look.CHANGED_AT_SHOPIFY)
        elif group.state == GroupState.OPENING:
            move(group, GroupState.OPEN)


class Remove:
    """`removeFromReturn`: refused units, or everything before the return is made anew with other terms."""

    def prepare(self, bench: Workbench) -> Ready:
        is_all = bool(bench.step.input.get("everything"))
        wanted = mirror.everything(bench.group) if is_all else mirror.surplus(bench.ret, bench.group)
        if not wanted or not wanted["lines"]:
            raise NotWanted
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        if facts is None or facts.status != "open" or facts.is_processed:
            raise NeedsLook(Look.CHANGED_AT_SHOPIFY)
        return Ready({**wanted, "return": bench.return_gid})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        made = bench.admin.remove_from_return(input["return"], input["lines"], input["exchanges"])
        return {"status": made.status, "left": input["left"]}

    def look_back(self, bench: Workbench) -> Answer | None:
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        if facts is None:
            raise NeedsLook(Look.CHANGED_AT_SHOPIFY)
        now = {each.id: each.quantity for each in (*facts.lines, *facts.exchanges)}
        left = bench.step.input["left"]
        is_done = all(now.get(id, 0) == quantity for id, quantity in left.items())
        return {"status": facts.status, "left": left} if is_done else None

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        mirror.removed(group, answer["left"])
        if bench.step.input.get("everything"):
            mirror.left_behind(group)


class Cancel:
    """`returnCancel`: only before anything was refunded or disposed."""

    def prepare(self, bench: Workbench) -> Ready:
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        if facts is not None and facts.is_processed:
            raise NeedsLook(Look.CHANGED_AT_SHOPIFY)
        return Ready({"return": bench.return_gid, "was": facts.status if facts else None})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        if input["was"] == "open":
            bench.admin.cancel_return(input["return"])
        return {"status": "canceled"}

    def look_back(self, bench: Workbench) -> Answer | None:
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        return {"status": "canceled"} if facts is None or facts.status != "open" else None

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        cancelled(session, group)


class Close:
    """`returnClose`: nothing more is expected of it."""

    def prepare(self, bench: Workbench) -> Ready:
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        if facts is None or facts.status != "open":
            raise NotWanted
        return Ready({"return": bench.return_gid})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        bench.admin.close_return(input["return"])
        return {"status": "closed"}

    def look_back(self, bench: Workbench) -> Answer | None:
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        return {"status": "closed"} if facts is None or facts.status != "open" else None

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        return None


class Reopen:
    """`returnReopen`: a closed return is open again."""

    def prepare(self, bench: Workbench) -> Ready:
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        if facts is None or facts.status != "closed":
            raise NotWanted
        return Ready({"return": bench.return_gid})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        bench.admin.reopen_return(input["return"])
        return {"status": "open"}

    def look_back(self, bench: Workbench) -> Answer | None:
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        return {"status": "open"} if facts is not None and facts.status == "open" else None

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        if group.state == GroupState.OPENING:
            move(group, GroupState.OPEN)


class Approve:
    """`returnApproveRequest`: of a request that was made at Shopify. It is permanent."""

    def prepare(self, bench: Workbench) -> Ready:
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        if facts is None or facts.status not in ("requested", "open"):
            raise NeedsLook(Look.CHANGED_AT_SHOPIFY)
        return Ready({"return": bench.return_gid, "was": facts.status})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        if input["was"] == "requested":
            bench.admin.approve_request(input["return"])
        return self.look_back(bench) or {"lines": {}}

    def look_back(self, bench: Workbench) -> Answer | None:
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        if facts is None or facts.status == "requested":
            return None
        return {"lines": mirror.lines_made(lines_of(bench.ret, bench.group), facts, [])}

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        group.shopify_lines = {**group.shopify_lines, **answer["lines"], AGREED: True}
        if group.state == GroupState.OPENING:
            move(group, GroupState.OPEN)


class Decline:
    """`returnDeclineRequest`: of a request that was made at Shopify. It is permanent."""

    def prepare(self, bench: Workbench) -> Ready:
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        if facts is None or facts.status != "requested":
            raise NotWanted
        reason = (bench.ret.decline_reason or "other").upper()
        return Ready({"return": bench.return_gid, "reason": reason})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        bench.admin.decline_request(input["return"], input["reason"])
        return {"status": "declined"}

    def look_back(self, bench: Workbench) -> Answer | None:
        facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
        return None if facts is None or facts.status == "requested" else {"status": facts.status}

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        return None


def raise_look_later(group: ReleaseGroup, look: Look) -> None:
    """Marks the group for a person in the transaction that learns of it."""
    move(group, GroupState.NEEDS_LOOK)
    group.look, group.look_facts = look, {}


def _new_goods(bench: Workbench, agreed: Settlement, lines: list[ReturnLine], input: dict[str, Any]) -> dict[str, Any]:
    """Puts the new goods of an exchange into Shopify's `input`; says what is to be remembered of them."""
    currency = bench.group.currency
    if agreed.outcome in WITH_CART:
        sold = carts.sold(bench, agreed, lines)
        input["exchangeLineItems"] = sold.inputs()
        included = bench.order.taxes_included
        return {"exchange": sold.as_stored(included), "cart": sold.frozen(included)}
    swapped = swaps.new_lines(bench, agreed, lines) if agreed.outcome is Outcome.VARIANT_EXCHANGE else []
    if swapped:
        input["exchangeLineItems"] = [each.as_input(currency) for each in swapped]
    return {"exchange": [each.as_stored() for each in swapped]}


def _line(
    bench: Workbench, line: ReturnLine, percents: Mapping[int, Decimal], reasons: Mapping[str, int]
) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "fulfillmentLineItemId": gid("FulfillmentLineItem", line.fulfillment_line_id or 0),
        "quantity": asks_for(bench.group, line),
        "returnReasonNote": f"{bench.ret.rma} {bench.note}"[-MOST_NOTE:],
    }
    if line.reason in reasons:
        wanted["returnReasonDefinitionId"] = gid("ReturnReasonDefinition", reasons[line.reason or ""])
    if percents[line.id]:
        wanted["restockingFee"] = {"percentage": float(percents[line.id])}
    return wanted


def _named(wanted: list[ReturnLine]) -> bool:
    return any(line.reason for line in wanted)


def _made(bench: Workbench, facts: ReturnFacts, input: Mapping[str, Any]) -> Answer:
    sent = {each["fulfillmentLineItemId"] for each in input["return"]["returnLineItems"]}
    own = lines_of(bench.ret, bench.group)
    asked = [line for line in own if gid("FulfillmentLineItem", line.fulfillment_line_id or 0) in sent]
    known = mirror.lines_made(asked, facts, list(input.get("exchange", ())))
    if input.get("cart"):
        known[mirror.CART] = input["cart"]
    return {"return": facts.id, "status": facts.status, "name": facts.name, "lines": known}
