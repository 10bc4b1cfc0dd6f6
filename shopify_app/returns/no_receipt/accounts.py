"""Who has the address of a request without an order number: store credit needs a customer."""

from __future__ import annotations

from datetime import datetime

from shopify_app.customers import projection as customers
from shopify_app.db import Database
from shopify_app.returns.no_receipt import credit, verbs
from shopify_app.returns.no_receipt.models import NoReceiptRequest, RequestState
from shopify_app.shopify.admin import AdminAPI


def learn(database: Database, admin: AdminAPI, request_id: int, now: datetime) -> bool:
    """Whether one of the shop's customers has the address: our rows are asked first, then Shopify, with no transaction
    open. Raises ShopifyError."""
    with database.read() as session:
        request = session.get_one(NoReceiptRequest, request_id)
        if verbs.customer_of(session, request) is not None:
            return True
    found = admin.customer_with_email(request.email) if request.email else None
    if found is None:
        return False
    with database.write() as session:
        customers.apply_customer(session, request.shop_id, found, now)
    return True


def give_if_there(database: Database, admin: AdminAPI, request_id: int, now: datetime) -> bool:
    """Gives the credit of an accepted request that waits for an account, where there is one by now. Raises
    ShopifyError."""
    if not learn(database, admin, request_id, now):
        return False
    with database.write() as session:
        request = credit.locked(session, request_id)
        customer = verbs.customer_of(session, request)
        if request.state != RequestState.ACCOUNT_WANTED or customer is None:
            return False
        verbs.give(session, request, customer, now)
    return True
