"""Our units beside Shopify's return: which of its lines are ours, what is too many in it, what became of goods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.returns.inspecting.verdicts import asks_for, lines_of
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.parcels import buying as labelling
from shopify_app.returns.parcels import parcels as return_parcels
from shopify_app.returns.states import Disposition, GroupState, StepState
from shopify_app.returns.steps import StepKind, plan, steps_of
from shopify_app.shopify.return_facts import ReturnFacts

CART = "cart"
"""In `ReleaseGroup.shopify_lines`: what Shopify's return was made with of a cart (`carts.Sold.frozen`)."""
OWN_WORDS = frozenset({Disposition.NONE, Disposition.SENT_BACK})
"""Dispositions for which Shopify has no word."""
GOODS_SHOWN = frozenset({GroupState.OPEN, GroupState.AWAITING_PAYMENT, GroupState.SETTLED})
"""States in which dispositions and parcels are told to Shopify: never between its being changed and its being paid."""


def lines_made(lines: Sequence[ReturnLine], facts: ReturnFacts, exchanges: list[dict[str, Any]]) -> dict[str, Any]:
    """`ReleaseGroup.shopify_lines` of a return that was just made for these lines: global ids and quantities by the id
    of our line, and the exchange lines in the order in which they were asked for. A line of ours that it does not have
    is left out: nothing of it can be settled."""
    made, reverse = list(facts.lines), list(facts.reverse)
    known: dict[str, Any] = {}
    for line in lines:
        theirs = next((each for each in made if each.fulfillment_line_id == line.fulfillment_line_id), None)
        if theirs is None:
            continue
        made.remove(theirs)
        back = next((each for each in reverse if each.fulfillment_line_id == line.fulfillment_line_id), None)
        if back is not None:
            reverse.remove(back)
        known[str(line.id)] = {
            "return_line": theirs.id,
            "quantity": theirs.quantity,
            "rfo": back.order_id if back else None,
            "rfo_line": back.id if back else None,
        }
    ids = [each for each in facts.exchanges]
    for wanted in exchanges:
        new = next(each for each in ids if each.variant_id == wanted["variant_id"])
        ids.remove(new)
        known.setdefault("exchange", []).append({**wanted, "id": new.id})
    return known


def surplus(ret: Return, group: ReleaseGroup) -> dict[str, Any]:
    """What Shopify's return holds beyond what is accepted, as `RemoveFromReturn` wants it; empty for nothing."""
    lines, exchanges, left = [], [], {}
    for line in lines_of(ret, group):
        known = group.shopify_lines.get(str(line.id))
        more = known["quantity"] - asks_for(group, line) if known else 0
        if known and more > 0:
            lines.append({"returnLineItemId": known["return_line"], "quantity": more})
            left[known["return_line"]] = known["quantity"] - more
            exchanges += _surplus_new(group, line, more)
    if lines and not any(asks_for(group, line) for line in lines_of(ret, group)):
        exchanges += [_whole(each) for each in group.shopify_lines.get("exchange", ()) if not each["line"]]
    left |= {each["exchangeLineItemId"]: _quantity(group, each) for each in exchanges}
    return {"lines": lines, "exchanges": exchanges, "left": left} if lines else {}


def everything(group: ReleaseGroup) -> dict[str, Any]:
    """All that Shopify's return holds, as `RemoveFromReturn` wants it."""
    own = [known for name, known in group.shopify_lines.items() if name.isdigit() and known["quantity"]]
    new = [each for each in group.shopify_lines.get("exchange", ()) if each["quantity"]]
    return {
        "lines": [{"returnLineItemId": each["return_line"], "quantity": each["quantity"]} for each in own],
        "exchanges": [_whole(each) for each in new],
        "left": {each["return_line"]: 0 for each in own} | {each["id"]: 0 for each in new},
    }


def removed(group: ReleaseGroup, left: dict[str, int]) -> None:
    """Writes down what a removal left of each line, by global id."""
    known: dict[str, Any] = {}
    for name, value in group.shopify_lines.items():
        if name.isdigit():
            known[name] = {**value, "quantity": left.get(value["return_line"], value["quantity"])}
        elif name == "exchange":
            known[name] = [{**each, "quantity": left.get(each["id"], each["quantity"])} for each in value]
        else:
            known[name] = value
    group.shopify_lines = known


def left_behind(group: ReleaseGroup) -> None:
    """Shopify's return of the group, emptied, is its own no longer: another is made in its place."""
    kept = {name: group.shopify_lines[name] for name in ("seen_refunds",) if name in group.shopify_lines}
    group.shopify_return_id, group.shopify_lines = None, kept


def plan_mirrors(session: Session, ret: Return, group: ReleaseGroup, now: datetime) -> None:
    """Tells Shopify what became of units, once for each unit and disposition; and of parcels once more where its return
    was made anew since."""
    if group.state not in GOODS_SHOWN or group.shopify_return_id is None:
        return
    for label in labelling.wanted(session, ret, group):
        plan(session, group, StepKind.LABEL, now, **label)
    for parcel in _parcels_untold(session, ret, group):
        plan(session, group, StepKind.DELIVERY, now, **parcel, of=group.shopify_return_id)
    told = _told(session, group)
    units: list[dict[str, Any]] = []
    for line in lines_of(ret, group):
        if not group.shopify_lines.get(str(line.id), {}).get("rfo_line"):
            continue
        for unit in line.units:
            if unit.disposition not in OWN_WORDS and (unit.id, unit.disposition) not in told:
                units.append({"unit": unit.id, "line": line.id, "as": unit.disposition, "place": unit.location_id})
    if units:
        plan(session, group, StepKind.DISPOSE, now, units=units, of=group.shopify_return_id)


def disposals(group: ReleaseGroup, units: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Units told as `ReverseFulfillmentOrderDisposeInput`s: one for each line, disposition and place."""
    counted = Counter((each["line"], each["as"], each["place"]) for each in units)
    found = []
    for (line, kind, place), quantity in counted.items():
        wanted = {
            "reverseFulfillmentOrderLineItemId": group.shopify_lines[str(line)]["rfo_line"],
            "quantity": quantity,
            "dispositionType": str(kind).upper(),
        }
        found.append(wanted | ({"locationId": f"gid://shopify/Location/{place}"} if place else {}))
    return found


def _parcels_untold(session: Session, ret: Return, group: ReleaseGroup) -> list[dict[str, Any]]:
    """Parcels that Shopify's return does not know: new ones, and those that only an earlier return of the group did."""
    told = [step for step in steps_of(session, group) if step.kind == StepKind.DELIVERY]
    known = {step.input["number"] for step in told if step.input.get("of") == group.shopify_return_id}
    urls = {step.input["number"]: step.input.get("url") for step in told}
    urls = {parcel.number: parcel.url for parcel in return_parcels.of_return(session, ret)} | urls
    return [{"number": number, "url": url} for number, url in urls.items() if number not in known]


def _told(session: Session, group: ReleaseGroup) -> set[tuple[int, str]]:
    planned = [step for step in steps_of(session, group) if step.kind == StepKind.DISPOSE]
    return {
        (each["unit"], each["as"])
        for step in planned
        if step.phase != StepState.DROPPED and step.input.get("of") == group.shopify_return_id
        for each in step.input.get("units", ())
    }


def _whole(new: dict[str, Any]) -> dict[str, Any]:
    return {"exchangeLineItemId": new["id"], "quantity": new["quantity"]}


def _surplus_new(group: ReleaseGroup, line: ReturnLine, more: int) -> list[dict[str, Any]]:
    """New goods of the last units of the line: units leave in their order."""
    found = []
    for each in reversed(group.shopify_lines.get("exchange", ())):
        taken = min(more, each["quantity"]) if each["line"] == line.id else 0
        if taken:
            found.append({"exchangeLineItemId": each["id"], "quantity": taken})
            more -= taken
    return found


def _quantity(group: ReleaseGroup, taken: dict[str, Any]) -> int:
    whole = next(each for each in group.shopify_lines["exchange"] if each["id"] == taken["exchangeLineItemId"])
    return whole["quantity"] - taken["quantity"]
