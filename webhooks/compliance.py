"""The three topics the law wants: each is written down at once and carried out by `jobs.privacy`."""

from __future__ import annotations

from typing import Any

from shopify_app.shopify.payload_fields import BadPayload, number_or_none
from shopify_app.shops import privacy
from webhooks.app import shop_of
from webhooks.work import Work


def customers_data_request(work: Work) -> None:
    """``customers/data_request``: the merchant is to get everything we hold about a customer, within 30 days."""
    _write_down(work, _orders(work.payload, "orders_requested"))


def customers_redact(work: Work) -> None:
    """``customers/redact``: everything personal about a customer goes."""
    _write_down(work, _orders(work.payload, "orders_to_redact"))


def shop_redact(work: Work) -> None:
    """``shop/redact``, 48 hours after an uninstall: everything of the shop goes."""
    _write_down(work, [])


def _write_down(work: Work, order_ids: list[int]) -> None:
    customer = work.payload.get("customer")
    customer_id = number_or_none(customer, "id") if isinstance(customer, dict) else None
    with work.applying() as session:
        privacy.ask(session, shop_of(session, work), work.topic, customer_id, order_ids, work.now)


def _orders(payload: dict[str, Any], name: str) -> list[int]:
    ids = payload.get(name) or []
    if not isinstance(ids, list):
        raise BadPayload(f"The field {name} is no list.")
    return [order_id for entry in ids if (order_id := number_or_none({"id": entry}, "id")) is not None]
