"""Goods on their way back, told to Shopify: parcels with their tracking, and what became of each unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.returns import mirror
from shopify_app.returns.looks import Look
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.outgoing import Answer, NeedsLook, NotWanted, Ready, Workbench
from shopify_app.shopify.return_facts import ReturnFacts


class Delivery:
    """`reverseDeliveryCreateWithShipping`: found again by its tracking number."""

    def prepare(self, bench: Workbench) -> Ready:
        facts = _facts(bench)
        orders = sorted({each.order_id for each in facts.reverse})
        if not orders or bench.step.input["number"] in [parcel.number for parcel in facts.parcels]:
            raise NotWanted
        return Ready({"order": orders[0]})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        wanted = bench.step.input
        return {"id": bench.admin.add_reverse_delivery(input["order"], wanted["number"], wanted.get("url"))}

    def look_back(self, bench: Workbench) -> Answer | None:
        number = bench.step.input["number"]
        return next(({"id": parcel.id} for parcel in _facts(bench).parcels if parcel.number == number), None)

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        return None


class Dispose:
    """`reverseFulfillmentOrderDispose`: found again by how many units of each line have which disposition."""

    def prepare(self, bench: Workbench) -> Ready:
        inputs = mirror.disposals(bench.group, bench.step.input["units"])
        facts = _facts(bench)
        before = {each.id: dict(each.disposed) for each in facts.reverse}
        return Ready({"inputs": inputs, "before": before})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        bench.admin.dispose(input["inputs"])
        return {"units": len(bench.step.input["units"])}

    def look_back(self, bench: Workbench) -> Answer | None:
        now = {each.id: each.disposed for each in _facts(bench).reverse}
        expected: dict[tuple[str, str], int] = {}
        for each in bench.step.input["inputs"]:
            line, kind = each["reverseFulfillmentOrderLineItemId"], each["dispositionType"].lower()
            before = bench.step.input["before"].get(line, {}).get(kind, 0)
            expected[line, kind] = expected.get((line, kind), before) + each["quantity"]
        is_done = all(now.get(line, {}).get(kind, 0) >= count for (line, kind), count in expected.items())
        return {"units": len(bench.step.input["units"])} if is_done else None

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        return None


def _facts(bench: Workbench) -> ReturnFacts:
    facts = bench.admin.return_state(bench.group.shopify_return_id or 0)
    if facts is None:
        raise NeedsLook(Look.CHANGED_AT_SHOPIFY)
    return facts
