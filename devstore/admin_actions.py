"""What the buttons of the admin's order pages do: one call of the control API each, then back to the page."""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from devstore import carriers_desk
from devstore.admin_views import parcel_view
from devstore.control_door import ControlDoor, Refused
from devstore.drops import is_on_sale_here
from devstore.store import Document, Store

_REFUND = """mutation RefundByMerchant($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { field message } }
}"""


def add_actions(door: Blueprint, store: Store, control: ControlDoor) -> None:
    """Registers the forms' addresses on the admin's blueprint."""
    _add_order_actions(door, store, control)
    _add_parcel_actions(door, store, control)


def back(address: str, action: Callable[[], str]) -> AnyResponse:
    """Runs the action and returns to the page with the sentence it gave, or the one that refused it."""
    try:
        told = {"said": action()}
    except Refused as refusal:
        told = {"refused": refusal.sentence}
    mark = "&" if "?" in address else "?"
    return redirect(f"{address}{mark}{urlencode(told)}", 303)


def _add_order_actions(door: Blueprint, store: Store, control: ControlDoor) -> None:
    def act(order_id: int, action: Callable[[], object], said: str) -> AnyResponse:
        return back(f"/admin/orders/{order_id}", lambda: (action(), said)[1])

    @door.get("/admin/orders/new")
    def new_order() -> str:
        people = [person for person in store.all("customer") if person.get("default_address")]
        goods = [product for product in store.all("product") if is_on_sale_here(product)]
        return render_template("admin/new_order.html", people=people, goods=goods)

    @door.post("/admin/orders/new")
    def place() -> AnyResponse:
        try:
            placed = control.post("/orders", _order_body(store))
        except Refused as refusal:
            return redirect(f"/admin/orders/new?{urlencode({'refused': refusal.sentence})}", 303)
        return redirect(f"/admin/orders/{placed['id']}?{urlencode({'said': 'Order placed.'})}", 303)

    @door.post("/admin/orders/<int:order_id>/fulfil")
    def fulfil(order_id: int) -> AnyResponse:
        send = partial(_fulfil, control, order_id)
        return act(order_id, send, "The parcel is on its way.")

    @door.post("/admin/orders/<int:order_id>/prepared")
    def prepare(order_id: int) -> AnyResponse:
        return act(order_id, partial(control.post, f"/orders/{order_id}/prepared", {}), "Marked as ready.")

    @door.post("/admin/orders/<int:order_id>/cancel")
    def cancel(order_id: int) -> AnyResponse:
        body = {"reason": request.form.get("reason", "customer")}
        return act(order_id, partial(control.post, f"/orders/{order_id}/cancel", body), "The order is cancelled.")

    @door.post("/admin/orders/<int:order_id>/refund")
    def refund(order_id: int) -> AnyResponse:
        return act(order_id, partial(_refund, store, control, order_id), "The refund is on its way.")

    @door.post("/admin/orders/<int:order_id>/pay")
    def pay(order_id: int) -> AnyResponse:
        body = {"order_id": order_id} | _given("amount")
        return act(order_id, partial(control.post, "/payments", body), "Paid.")


def _fulfil(control: ControlDoor, order_id: int) -> None:
    control.post("/fulfillments", _fulfilment_body(order_id))


def _add_parcel_actions(door: Blueprint, store: Store, control: ControlDoor) -> None:
    @door.post("/admin/parcels/<int:fulfillment_id>/event")
    def event(fulfillment_id: int) -> AnyResponse:
        parcel = _parcel(store, fulfillment_id)

        def scan() -> str:
            body = {"fulfillment_id": fulfillment_id, "status": request.form["status"]}
            told = _given("message", "city", "country", "zip", "happened_at", "estimated_delivery_at")
            for name in ("happened_at", "estimated_delivery_at"):
                if name in told:
                    told[name] = _moment(told[name])
            control.post("/events", body | told)
            return f"The carrier says: {request.form['status'].replace('_', ' ')}."

        return back(_return_to(parcel), scan)

    @door.post("/admin/parcels/<int:fulfillment_id>/step")
    def step(fulfillment_id: int) -> AnyResponse:
        parcel = _parcel(store, fulfillment_id)
        view = parcel_view(store, parcel, store.get("order", parcel["order_id"]) or {})
        to = parcel.get("destination") or view.order.get("shipping_address") or {}
        wanted = request.form.get("status")
        found = next((each for each in view.others if each.status == wanted), view.next)

        def scan() -> str:
            if found is None:
                raise Refused(f"The parcel to {to.get('city') or 'its address'} has arrived; nothing follows.", 409)
            at = carriers_desk.happens_at(found, view.events, datetime.fromisoformat(_moment(request.form["now"])))
            control.post("/events", found.body(fulfillment_id, at))
            return f"{found.label}: {found.message}, {found.city}."

        return back(_return_to(parcel), scan)


def _order_body(store: Store) -> Document:
    """A quick order: who buys, and one to three goods."""
    person = store.get("customer", whole_number(request.form["customer_id"], 0))
    if person is None:
        raise NotFound
    address = person.get("default_address") or {}
    pairs = zip(request.form.getlist("variant_id"), request.form.getlist("quantity"), strict=False)
    lines = [
        {"variant_id": int(variant), "quantity": whole_number(count, 1)}
        for variant, count in pairs
        if variant.isdecimal()
    ]
    return {
        "email": person.get("email"),
        "contact_email": person.get("email"),
        "phone": person.get("phone"),
        "customer": {"id": person["id"]},
        "line_items": lines,
        "shipping_address": address,
        "billing_address": address,
        "shipping_lines": [{"title": "Standard", "code": "standard", "price": "5.90"}],
        "financial_status": request.form.get("financial_status", "paid"),
        "source_name": request.form.get("source_name", "web"),
        **_given("delivery"),
        "customer_locale": (person.get("locale") or person.get("_locale") or "en")[:5],
        "test": "test" in request.form,
    }


def _fulfilment_body(order_id: int) -> Document:
    counts = {key.removeprefix("line-"): value for key, value in request.form.items() if key.startswith("line-")}
    lines = [{"id": line, "quantity": int(count)} for line, count in counts.items() if count.isdecimal() and int(count)]
    if not lines:
        raise Refused("Choose at least one piece for the parcel.", 422)
    company = request.form.get("company", "").strip()
    number = request.form.get("tracking_number", "").strip()
    if not number and "make_number" in request.form:
        number = carriers_desk.tracking_number(company, secrets.randbelow(10**8))
    numbers = [part for part in re.split(r"[\s,]+", number) if part]
    body: Document = {"order_id": order_id, "lines": lines, "company": company or None}
    return body | ({"tracking_number": numbers[0], "tracking_numbers": numbers} if numbers else {})


def _refund(store: Store, control: ControlDoor, order_id: int) -> None:
    sales = [paid for paid in store.find("transaction", order_id=order_id) if paid["kind"] in {"sale", "capture"}]
    if not sales:
        raise Refused("Nothing was paid on this order.", 422)
    order = f"gid://shopify/Order/{order_id}"
    counts = {key.removeprefix("refund-"): value for key, value in request.form.items() if key.startswith("refund-")}
    refund = {
        "orderId": order,
        "note": request.form.get("note") or None,
        "refundLineItems": [
            {"lineItemId": f"gid://shopify/LineItem/{line}", "quantity": int(count), "restockType": "NO_RESTOCK"}
            for line, count in counts.items()
            if count.isdecimal() and int(count)
        ],
        "transactions": [
            {
                "orderId": order,
                "parentId": f"gid://shopify/OrderTransaction/{sales[0]['id']}",
                "amount": request.form["amount"],
                "gateway": sales[0]["gateway"],
                "kind": "REFUND",
            }
        ],
    }
    variables = {"input": refund, "key": secrets.token_hex(12)}
    raise_errors(control.post("/merchant/graphql", {"query": _REFUND, "variables": variables}))


def raise_errors(answer: Document) -> None:
    """GraphQL answers 200 with its refusals inside."""
    errors = answer.get("errors") or []
    payload = next(iter((answer.get("data") or {}).values()), None) or {}
    errors = errors or payload.get("userErrors") or []
    if errors:
        raise Refused(" ".join(str(error.get("message")) for error in errors), 422)


def _given(*names: str) -> dict[str, str]:
    return {name: value for name in names if (value := request.form.get(name, "").strip())}


def whole_number(given: str, otherwise: int) -> int:
    """What somebody typed into a field for a number, or `otherwise` for nothing. Raises Refused."""
    try:
        return int(given.strip() or otherwise)
    except ValueError as wrong:
        raise Refused(f"“{given[:40]}” is no whole number.", 422) from wrong


def _moment(text: str) -> str:
    """What a date-and-time field sends has no zone: the admin's times are UTC. Raises Refused."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Refused(f"“{text[:40]}” is no date and time.", 422) from wrong
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()


def _parcel(store: Store, fulfillment_id: int) -> Document:
    parcel = store.get("fulfillment", fulfillment_id)
    if parcel is None:
        raise NotFound
    return parcel


def _return_to(parcel: Document) -> str:
    wanted = request.form.get("return_to", "")
    own = wanted.startswith("/admin/")
    return wanted if own else f"/admin/orders/{parcel['order_id']}"
