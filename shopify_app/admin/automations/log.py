"""What rules did, firing by firing."""

from __future__ import annotations

from flask import Response, request

from shopify_app.admin.automations import words
from shopify_app.admin.automations.desk import desk
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import show
from shopify_app.automations import history
from shopify_app.automations.actions import action_of
from shopify_app.automations.vocabulary import Trigger
from shopify_app.texts import number_in


@blueprint.get("/automations/log")
def automations_log() -> Response:
    """The newest firings, a page at a time, of one rule or of all."""
    before, key = request.args.get("before", type=number_in), request.args.get("key", "")[:8]
    with adapters().database.read() as session:
        here = desk(session)
        found, more = history.fired(session, shop_row().id, before, key)
    return show(
        "automations/log.html",
        rows=[(each, [(here.teller.action(action_of(e.action)), e) for e in each.effects]) for each in found],
        more=found[-1].firing.id if more else None,
        key=key,
        triggers=words.TRIGGERS,
        outcomes=words.OUTCOMES,
        why=words.WHY,
        trigger=Trigger,
    )
