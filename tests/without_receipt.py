"""People without an order number, in one process: Ada's goods in the catalogue, a policy that is kind, a request."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from returns_counter import Counter
from settling import work
from sqlalchemy import select

from shopify_app.catalogue.models import Variant
from shopify_app.customers import projection as customers
from shopify_app.returns.effects import CustomerCap, Effects, NoReceipt
from shopify_app.returns.no_receipt import asking as no_receipt_asking
from shopify_app.returns.no_receipt import verbs as no_receipt
from shopify_app.returns.no_receipt.asking import Asked
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import By
from shopify_app.shops.models import Shop

MARA = By(Actor.MERCHANT, "mara")


def kind(**terms: Any) -> Policy:
    """Credit at today's price for everything, unless `terms` say otherwise."""
    return Policy(rules=(Rule(name="Without a receipt", then=Effects(no_receipt=NoReceipt(**terms))),))


def capped(amount: str, days: int = 365) -> CustomerCap:
    return CustomerCap(amount={"shop": Decimal(amount)}, days=days)


def know_ada(counter: Counter) -> None:
    """Ada's row and the shop's currency, as webhooks would have brought them."""
    found = counter.api.customer_with_email("ada@example.com")
    assert found is not None
    with counter.database.write() as session:
        session.get_one(Shop, counter.shop_id).currency = "EUR"
        customers.apply_customer(session, counter.shop_id, found, counter.now())


def asked(counter: Counter, quantity: int = 1, email: str = "ada@example.com", key: str = "k1", **more: Any) -> int:
    """A request for shirts that has been received; its id."""
    request_id, code = asks(counter, quantity, email, key, **more)
    with counter.database.write() as session:
        return no_receipt_asking.receive(session, request_id, code, counter.now()).id


def asks(
    counter: Counter, quantity: int = 1, email: str = "ada@example.com", key: str = "k1", **more: Any
) -> tuple[int, str]:
    """A request for shirts whose code nobody has typed yet: its id and the code."""
    with counter.database.write() as session:
        variant = session.scalars(select(Variant).where(Variant.title == "S")).one()
        said = {
            "key": key,
            "product_id": variant.product.shopify_id,
            "variant_id": variant.shopify_id,
            "title": variant.product.title,
            "variant_title": variant.title,
            "quantity": quantity,
            "reason": "unwanted",
            "bought": "As a present, last spring",
            "name": "Ada Lindholm",
            "email": email,
            "locale": "en",
        }
        files = more.pop("files", ())
        request = no_receipt_asking.ask(session, counter.wire.shop(), Asked(**(said | more)), files, counter.now())
        return request.id, request.code or ""


def request_of(counter: Counter, request_id: int) -> NoReceiptRequest:
    with counter.database.read() as session:
        return session.get_one(NoReceiptRequest, request_id)


def accept(counter: Counter, request_id: int, *, then_work: bool = True) -> NoReceiptRequest:
    with counter.database.write() as session:
        no_receipt.accept(session, session.get_one(NoReceiptRequest, request_id), None, MARA, counter.now())
    if then_work:
        work(counter)
    return request_of(counter, request_id)
