"""Orders and parcels as the admin's pages show them: plain facts, ready for a template."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from devstore.carriers_desk import ENDED, Step, detours, next_step
from devstore.delivery import PREPARED, method_of
from devstore.store import Document, Store

PAYMENT_TONES = {"paid": "good", "pending": "wait", "partially_paid": "wait", "refunded": "quiet", "voided": "quiet"}
PARCEL_TONES = {"delivered": "good", "failure": "bad", "attempted_delivery": "wait", "delayed": "wait"}
STATES = ("open", "unfulfilled", "on its way", "delivered", "cancelled")


def money(amount: object, currency: str = "") -> str:
    """`129.00 EUR`, as the admin's tables show it."""
    return f"{amount} {currency}".strip() if amount not in (None, "") else ""


def when(moment: object) -> str:
    """A short UTC time for a table, e.g. `22 Nov 09:30`."""
    if not moment:
        return ""
    at = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment).replace("Z", "+00:00"))
    return at.astimezone(UTC).strftime("%-d %b %H:%M")


@dataclass(frozen=True)
class OrderRow:
    """One line of the orders table."""

    id: int
    name: str
    placed_at: str
    customer: str
    customer_id: int | None
    country: str
    total: str
    payment: str
    payment_tone: str
    delivery: str
    delivery_tone: str
    parcels: int
    source: str


def order_rows(store: Store, words: str, state: str) -> list[OrderRow]:
    """Orders, newest first, that contain the words and are in the state (`STATES`, or all when empty)."""
    orders = sorted(store.all("order"), key=lambda order: str(order.get("created_at")), reverse=True)
    rows = [_row(store, order) for order in orders]
    wanted = words.strip().casefold()
    return [row for row in rows if (not wanted or wanted in _text(row)) and (not state or _is(row, state))]


def _text(row: OrderRow) -> str:
    return f"{row.name} {row.customer} {row.country} {row.source} {row.id}".casefold()


def _is(row: OrderRow, state: str) -> bool:
    match state:
        case "unfulfilled":
            return row.delivery in {"unfulfilled", "partial"}
        case "on its way":
            return bool(row.parcels) and row.delivery not in {"unfulfilled", "partial", "delivered", "cancelled"}
        case "open":
            return row.delivery not in {"delivered", "cancelled"}
        case _:
            return row.delivery == state


def _row(store: Store, order: Document) -> OrderRow:
    address = order.get("shipping_address") or {}
    sent = [parcel for parcel in store.find("fulfillment", order_id=order["id"]) if parcel["status"] != "cancelled"]
    delivery = _delivery(order, sent)
    customer = order.get("customer") or {}
    payment = order.get("financial_status") or ""
    return OrderRow(
        id=order["id"],
        name=order["name"],
        placed_at=when(order.get("created_at")),
        customer=address.get("name") or _name(customer) or order.get("email") or "No customer",
        customer_id=customer.get("id"),
        country=address.get("country_code") or "",
        total=money(order.get("total_price"), order.get("currency") or ""),
        payment=payment.replace("_", " "),
        payment_tone=PAYMENT_TONES.get(payment, "quiet"),
        delivery=delivery,
        delivery_tone=_tone(delivery),
        parcels=len(sent),
        source=order.get("source_name") or "",
    )


def _delivery(order: Document, sent: list[Document]) -> str:
    if order.get("cancelled_at"):
        return "cancelled"
    if not sent:
        return "unfulfilled"
    if order.get("fulfillment_status") == "partial":
        return "partial"
    statuses = {str(parcel.get("shipment_status") or "sent") for parcel in sent}
    return statuses.pop().replace("_", " ") if len(statuses) == 1 else "several"


def _tone(delivery: str) -> str:
    if delivery in {"unfulfilled", "partial"}:
        return "wait"
    return PARCEL_TONES.get(delivery.replace(" ", "_"), "quiet" if delivery == "cancelled" else "move")


def _name(customer: Document) -> str:
    return " ".join(part for part in (customer.get("first_name"), customer.get("last_name")) if part)


@dataclass(frozen=True)
class ParcelView:
    """One fulfilment with what its carrier said, newest first, and what it could say next."""

    document: Document
    order: Document
    events: list[Document]
    next: Step | None
    others: tuple[Step, ...]

    @property
    def status(self) -> str:
        """In words."""
        if self.document["status"] == "cancelled":
            return "cancelled"
        return str(self.document.get("shipment_status") or "sent").replace("_", " ")

    @property
    def tone(self) -> str:
        """Which colour the status has."""
        return _tone(self.status)

    @property
    def is_over(self) -> bool:
        """Whether the carrier has nothing more to say."""
        return self.document.get("shipment_status") in ENDED or self.document["status"] == "cancelled"

    @property
    def place(self) -> str:
        """Where it goes."""
        to = self.document.get("destination") or self.order.get("shipping_address") or {}
        return ", ".join(str(part) for part in (to.get("city"), to.get("country_code")) if part)


def parcel_view(store: Store, parcel: Document, order: Document) -> ParcelView:
    """The parcel with its scans in order of time."""
    events = sorted(store.find("fulfillment_event", fulfillment_id=parcel["id"]), key=_instant)
    to = parcel.get("destination") or order.get("shipping_address") or {}
    over = parcel["status"] == "cancelled"
    ahead = None if over else next_step(to, events)
    return ParcelView(parcel, order, list(reversed(events)), ahead, () if ahead is None else detours(to))


def _instant(event: Document) -> float:
    return datetime.fromisoformat(str(event["happened_at"]).replace("Z", "+00:00")).timestamp()


def parcels(store: Store, words: str = "", most: int = 40) -> list[ParcelView]:
    """Parcels that are still on their way, newest first; with words, any parcel that has them."""
    wanted = words.strip().casefold()
    found: list[ParcelView] = []
    for parcel in sorted(store.all("fulfillment"), key=lambda each: str(each["created_at"]), reverse=True):
        order = store.peek("order", parcel["order_id"])
        if order is None or (wanted and wanted not in _parcel_text(parcel, order)):
            continue
        view = parcel_view(store, parcel, order)
        if wanted or not view.is_over:
            found.append(view)
        if len(found) == most:
            break
    return found


def _parcel_text(parcel: Document, order: Document) -> str:
    numbers = " ".join(parcel.get("tracking_numbers") or [])
    return f"{order['name']} {numbers} {parcel.get('tracking_company')} {parcel['id']}".casefold()


@dataclass(frozen=True)
class OrderView:
    """Everything the order page shows."""

    order: Document
    row: OrderRow
    parcels: list[ParcelView]
    open_lines: list[Document]
    refunds: list[Document]
    transactions: list[Document]
    method: str

    @property
    def is_without_carrier(self) -> bool:
        """Collected, or brought by the shop: the merchant marks it as ready."""
        return self.method in PREPARED

    @classmethod
    def of(cls, store: Store, order: Document) -> "OrderView":
        """The order with its parcels, refunds and payments."""
        sent = store.find("fulfillment", order_id=order["id"])
        lines: Iterable[Document] = order.get("line_items") or []
        return cls(
            order=order,
            row=_row(store, order),
            parcels=[parcel_view(store, parcel, order) for parcel in sent],
            open_lines=[line for line in lines if line.get("fulfillable_quantity", 0) > 0],
            refunds=store.find("refund", order_id=order["id"]),
            transactions=store.find("transaction", order_id=order["id"]),
            method=method_of(order) or "",
        )
