"""The three topics the law wants: each is written down at once and carried out by `jobs.privacy`."""

from __future__ import annotations

from typing import Any

from shopify_app.crypto import normalise_email, normalise_phone
from shopify_app.db import keyring_of
from shopify_app.shopify.payload_fields import BadPayload, number_or_none, text
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
    known = customer if isinstance(customer, dict) else {}
    customer_id = number_or_none(known, "id")
    email, phone = normalise_email(text(known, "email")), normalise_phone(text(known, "phone"))
    with work.applying() as session:
        blind = keyring_of(session).blind
        # Who was deleted before they were redacted has no row any more, but may stand elsewhere by e-mail or phone.
        hashes = (blind("email", email) if email else None, blind("phone", phone) if phone else None)
        privacy.ask(session, shop_of(session, work), work.topic, customer_id, order_ids, work.now, hashes=hashes)


def _orders(payload: dict[str, Any], name: str) -> list[int]:
    ids = payload.get(name) or []
    if not isinstance(ids, list):
        raise BadPayload(f"The field {name} is no list.")
    return [order_id for entry in ids if (order_id := number_or_none({"id": entry}, "id")) is not None]
