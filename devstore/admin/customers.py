"""Customers, their addresses and their store credit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from devstore.admin.connections import Edge, page
from devstore.admin.fields import Ask, Typed, constant, identified, plain, refused, resolver
from devstore.admin.orders import ORDER_KEYS, order_search, visible_orders
from devstore.admin.search import Reader, matching
from devstore.admin.values import at, in_currency, metafield, metafields, word
from devstore.gids import gid, number
from devstore.store import Document
from devstore.store_credit import as_of

CUSTOMER_SEARCH: dict[str, Reader] = {
    "": lambda each: [each.get("email"), each.get("first_name"), each.get("last_name")],
    "id": lambda each: each["id"],
    "email": lambda each: each.get("email"),
    "phone": lambda each: each.get("phone"),
    "first_name": lambda each: each.get("first_name"),
    "last_name": lambda each: each.get("last_name"),
    "tag": lambda each: _tags(each),
    "updated_at": lambda each: each["updated_at"],
    "customer_date": lambda each: each["created_at"],
}

identified("Customer")
plain(
    "Customer",
    email="email",
    phone="phone",
    firstName="first_name",
    lastName="last_name",
    displayName=lambda each, ask, args: _name(each),
    locale=lambda each, ask, args: each.get("_locale") or "en",
    note="note",
    tags=lambda each, ask, args: _tags(each),
    state=word("state"),
    taxExempt=lambda each, ask, args: bool(each.get("tax_exempt")),
    verifiedEmail=lambda each, ask, args: bool(each.get("verified_email")),
    createdAt=at("created_at"),
    updatedAt=at("updated_at"),
    numberOfOrders=lambda each, ask, args: str(len(_orders_of(each, ask))),
    defaultEmailAddress=lambda each, ask, args: each if each.get("email") else None,
    defaultPhoneNumber=lambda each, ask, args: each if each.get("phone") else None,
    defaultAddress=lambda each, ask, args: each.get("default_address"),
    addresses=lambda each, ask, args: (each.get("addresses") or [])[: args.get("first")],
    addressesV2=lambda each, ask, args: page(each.get("addresses") or [], args),
    canDelete=lambda each, ask, args: not _orders_of(each, ask),
    metafield=metafield,
    metafields=metafields,
)
plain(
    "CustomerEmailAddress",
    emailAddress="email",
    validFormat=constant(True),
    marketingState=constant("NOT_SUBSCRIBED"),
    marketingOptInLevel=constant(None),
    marketingUpdatedAt=constant(None),
)
plain("CustomerPhoneNumber", phoneNumber="phone")

identified("StoreCreditAccount")
plain(
    "StoreCreditAccount",
    balance=lambda each, ask, args: in_currency(as_of(each, ask.world.now())["balance"], each["currency"]),
    owner=lambda each, ask, args: Typed("Customer", ask.store.peek("customer", each["customer_id"])),
)
for _kind in ("Credit", "Debit", "Expiration"):
    _type = f"StoreCreditAccount{_kind}Transaction"
    if _kind != "Expiration":
        plain(_type, id=lambda each, ask, args, name=_type: gid(name, each["id"]))
    plain(
        _type,
        account=lambda each, ask, args: ask.store.peek("store_credit_account", each["account_id"]),
        amount=lambda each, ask, args: _in_account(each, each["amount"], ask),
        balanceAfterTransaction=lambda each, ask, args: _in_account(each, each["balance_after"], ask),
        createdAt=at("created_at"),
        event="event",
        origin=lambda each, ask, args: _origin(each, ask),
    )
plain(
    "StoreCreditAccountCreditTransaction",
    expiresAt=at("expires_at"),
    remainingAmount=lambda each, ask, args: _in_account(each, each["remaining"], ask),
)
plain("StoreCreditAccountExpirationTransaction", creditTransaction=lambda each, ask, args: _credited(each, ask))
CREDIT_KEYS = {
    "ID": lambda each: each["id"],
    "CREATED_AT": lambda each: each["created_at"],
    "EXPIRES_AT": lambda each: each["expires_at"] or "9",
}


@resolver("Customer", "orders")
def _orders(customer: Document, ask: Ask, args: dict[str, Any]) -> Any:
    found = matching(args.get("query"), _orders_of(customer, ask), order_search(ask))
    return page(found, args, ORDER_KEYS.get(args.get("sortKey") or "ID", ORDER_KEYS["ID"]))


@resolver("Customer", "lastOrder")
def _last_order(customer: Document, ask: Ask, args: dict[str, Any]) -> Document | None:
    return max(_orders_of(customer, ask), key=lambda each: each["id"], default=None)


@resolver("Customer", "amountSpent")
def _amount_spent(customer: Document, ask: Ask, args: dict[str, Any]) -> Document:
    spent = sum((Decimal(each["total_price"]) for each in _orders_of(customer, ask)), Decimal(0))
    return in_currency(spent, ask.world.shop()["currency"])


@resolver("Customer", "storeCreditAccounts")
def _accounts(customer: Document, ask: Ask, args: dict[str, Any]) -> Any:
    return page(ask.store.find("store_credit_account", customer_id=customer["id"]), args, lambda each: each["id"])


@resolver("StoreCreditAccount", "transactions")
def _credit_transactions(account: Document, ask: Ask, args: dict[str, Any]) -> Any:
    made = [{**each, "account_id": account["id"]} for each in as_of(account, ask.world.now())["transactions"]]
    if args.get("query"):
        raise refused("The dev store does not implement the search of store credit transactions.", "NOT_IMPLEMENTED")
    by_time = page(made, args, CREDIT_KEYS[args.get("sortKey") or "ID"])
    return replace(by_time, edges=[Edge(edge.cursor, typed_credit(edge.node)) for edge in by_time.edges])


@resolver("QueryRoot", "storeCreditAccount")
def _account(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    return ask.store.peek("store_credit_account", number(args["id"], "StoreCreditAccount"))


@resolver("QueryRoot", "customers")
def _customers(root: Any, ask: Ask, args: dict[str, Any]) -> Any:
    keys = {"UPDATED_AT": lambda each: each["updated_at"], "CREATED_AT": lambda each: each["created_at"]}
    found = matching(args.get("query"), ask.store.all("customer"), CUSTOMER_SEARCH)
    return page(found, args, keys.get(args.get("sortKey") or "ID", lambda each: each["id"]))


@resolver("QueryRoot", "customersCount")
def _customers_count(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return {"count": len(matching(args.get("query"), ask.store.all("customer"), CUSTOMER_SEARCH))}


@resolver("QueryRoot", "customer")
def _customer(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    return ask.store.peek("customer", number(args["id"], "Customer"))


@resolver("QueryRoot", "customerByIdentifier")
def _customer_by(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    wanted = args["identifier"]
    if wanted.get("id"):
        return ask.store.peek("customer", number(wanted["id"], "Customer"))
    if wanted.get("emailAddress"):
        return next(iter(ask.store.find("customer", email=wanted["emailAddress"])), None)
    return next(iter(ask.store.find("customer", phone=wanted.get("phoneNumber"))), None)


def typed_credit(transaction: Document) -> Typed:
    """A store-credit transaction behind its interface."""
    return Typed(f"StoreCreditAccount{transaction['kind'].capitalize()}Transaction", transaction)


def _origin(transaction: Document, ask: Ask) -> Typed | None:
    paid = ask.store.peek("transaction", transaction["origin_id"]) if transaction.get("origin_id") else None
    return Typed("OrderTransaction", paid) if paid else None


def _credited(expiration: Document, ask: Ask) -> Document | None:
    account = ask.store.peek("store_credit_account", expiration["account_id"])
    assert account is not None
    found = next(each for each in account["transactions"] if each["id"] == expiration["credit_id"])
    return {**found, "account_id": account["id"]}


def _in_account(transaction: Document, amount: str, ask: Ask) -> Document:
    account = ask.store.peek("store_credit_account", transaction["account_id"])
    assert account is not None
    return in_currency(amount, account["currency"])


def _orders_of(customer: Document, ask: Ask) -> list[Document]:
    mine = ask.once("orders by customer", lambda: _by_customer(visible_orders(ask)))
    return mine.get(customer["id"], [])


def _by_customer(orders: list[Document]) -> dict[int, list[Document]]:
    grouped: dict[int, list[Document]] = {}
    for order in orders:
        if order.get("customer"):
            grouped.setdefault(order["customer"]["id"], []).append(order)
    return grouped


def _tags(customer: Document) -> list[str]:
    written = str(customer.get("tags") or customer.get("_tags") or "")
    return [part.strip() for part in written.split(",") if part.strip()]


def _name(customer: Document) -> str:
    full = " ".join(part for part in (customer.get("first_name"), customer.get("last_name")) if part)
    return full or customer.get("email") or customer.get("phone") or "Customer"
