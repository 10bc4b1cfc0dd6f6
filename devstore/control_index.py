"""What answers at ``/control`` itself: a page for people who follow the printed address, a sentence for the rest."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

EXAMPLES = {
    "POST /control/products": '{"title": "Lamp", "variants": [{"title": "Brass", "price": "49.90", "stock": 20}]}',
    "POST /control/orders": "as the published orders/create payload, as sparse as you like",
    "POST /control/fulfillments": '{"order_id": 1, "lines": [{"id": 2}], "tracking_number": "...", "company": "DHL"}',
    "POST /control/events": '{"fulfillment_id": 1, "status": "in_transit", "city": "Kiel", "country": "DE"}',
    "POST /control/carrier-scans": '{"tracking_number": "...", "status": "delivered"}',
    "POST /control/payments": '{"order_id": 1, "amount": "12.34"}',
    "POST /control/merchant/graphql": '{"query": "...", "variables": {}}',
    "POST /control/faults": '{"kind": "twice", "match": "orders/", "count": 1}',
    "POST /control/clock": '{"advance_seconds": 3600}',
    "POST /control/compliance": '{"topic": "customers/redact", "customer_id": 1}',
}
"""Bodies of what is asked for most."""
PAGE = "/admin/control"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def add_index(door: Blueprint) -> None:
    """The way to the page of the control API, and what is said at addresses that there are not."""

    @door.get("/", strict_slashes=False)
    def index() -> Answer:
        return redirect(PAGE)

    @door.after_app_request
    def in_a_sentence(answer: Response) -> Response:
        """An address of no call, or a call by another method, reaches no view of this door."""
        if not request.path.startswith("/control/") or answer.status_code not in (404, 405) or answer.is_json:
            return answer
        refused = jsonify({"error": f"There is no such call; {PAGE} lists them."})
        refused.status_code = answer.status_code
        return refused


def add_page(door: Blueprint) -> None:
    """The page itself, inside the admin."""

    @door.get(PAGE)
    def control() -> str:
        return render_template("admin/control.html", calls=_calls(), examples=EXAMPLES)


def _calls() -> list[str]:
    """Every call of the control API: its method and its address."""
    rules = [rule for rule in current_app.url_map.iter_rules() if str(rule.endpoint).startswith("control.")]
    found = {
        f"{method} {rule.rule}"
        for rule in rules
        if rule.endpoint != "control.index"
        for method in (rule.methods or set()) & set(METHODS)
    }
    return sorted(found, key=lambda call: call.split()[::-1])
