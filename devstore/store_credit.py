"""Store credit: accounts per customer and currency; credits may expire, debits spend the soonest-expiring first."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from devstore.ledger import Movement, enter
from devstore.money import rate_between, rounded, text
from devstore.refusals import Refusal
from devstore.store import Document
from devstore.world import World

GATEWAY = "shopify_store_credit"
"""The gateway of order transactions that pay with store credit or refund to it."""
MOST_IN_ACCOUNT = Decimal(100_000)
"""In the shop's currency. A credit that would lift the balance above it is refused. Shopify documents that there is a
limit, not which."""
NEVER = datetime.max.replace(tzinfo=UTC)


def credit(
    world: World,
    owner: int,
    amount: Decimal,
    currency: str,
    expires_at: str | None,
    *,
    event: str,
    origin_id: int | None = None,
) -> Document:
    """Credits a customer; the account of the currency is made on first use. `origin_id` is the order transaction
    that a refund came from. A credit that no refund caused is a movement of its own in the ledger."""
    with world.store.transaction():
        world.need("customer", owner)
        account = account_of(world, owner, currency) or _new_account(world, owner, currency)
        account = as_of(account, world.now())
        if Decimal(account["balance"]) + amount > most_in_account(world, currency):
            words = "The operation would cause the account's credit limit to be exceeded"
            raise Refusal(words, ("creditInput", "creditAmount"), "CREDIT_LIMIT_EXCEEDED")
        return _move(world, account, amount, expires_at, event, origin_id)


def most_in_account(world: World, currency: str) -> Decimal:
    """The most that an account in this currency holds."""
    return rounded(MOST_IN_ACCOUNT * rate_between(world.shop()["currency"], currency), currency)


def debit(world: World, account_id: int, amount: Decimal, currency: str) -> Document:
    """Takes store credit away, soonest-expiring first; raises Refusal with Shopify's code."""
    field = ("debitInput", "debitAmount")
    with world.store.transaction():
        account = as_of(world.need("store_credit_account", account_id), world.now())
        if account["currency"] != currency:
            raise Refusal("The currency does not match the account.", field, "MISMATCHING_CURRENCY")
        if amount <= 0:
            raise Refusal("The amount must be above zero.", field, "NEGATIVE_OR_ZERO_AMOUNT")
        if Decimal(account["balance"]) < amount:
            raise Refusal("Insufficient funds.", field, "INSUFFICIENT_FUNDS")
        _spend(account, amount)
        return _move(world, account, -amount, None, "ADJUSTMENT", None)


def account_of(world: World, customer_id: int, currency: str) -> Document | None:
    """A private copy of the customer's account in the currency, or None."""
    for each in world.store.find("store_credit_account", customer_id=customer_id):
        if each["currency"] == currency:
            return world.store.get("store_credit_account", each["id"])
    return None


def as_of(account: Document, now: datetime) -> Document:
    """The account as it stands at `now`: what expired meanwhile is gone, each with an expiration of its own."""
    balance, currency = Decimal(account["balance"]), account["currency"]
    kept, gone = [], []
    for each in sorted(account["transactions"], key=lambda one: (_end(one), one["id"])):
        left = Decimal(each.get("remaining") or "0")
        if each["kind"] == "credit" and left and _end(each) <= now:
            balance -= left
            gone.append(_expiration(each, left, balance, currency))
            each = {**each, "remaining": text(Decimal(0), currency)}
        kept.append(each)
    ordered = sorted([*kept, *gone], key=lambda one: (one["created_at"], one["id"]))
    return {**account, "balance": text(balance, currency), "transactions": ordered}


def expired(expires_at: str | None, now: datetime) -> bool:
    """Whether an expiry lies in the past."""
    return expires_at is not None and _instant(expires_at) <= now


def _spend(account: Document, amount: Decimal) -> None:
    rest = amount
    for each in sorted(account["transactions"], key=lambda one: (_end(one), one["id"])):
        taken = min(rest, Decimal(each.get("remaining") or "0"))
        if taken > 0:
            each["remaining"] = text(Decimal(each["remaining"]) - taken, account["currency"])
            rest -= taken


def _expiration(credited: Document, left: Decimal, balance: Decimal, currency: str) -> Document:
    return {
        "id": credited["id"],
        "kind": "expiration",
        "credit_id": credited["id"],
        "amount": text(-left, currency),
        "remaining": None,
        "balance_after": text(balance, currency),
        "expires_at": None,
        "created_at": credited["expires_at"],
        "event": "ADJUSTMENT",
        "origin_id": None,
    }


def _new_account(world: World, owner: int, currency: str) -> Document:
    id = world.store.next_id("store_credit_account")
    nothing = text(Decimal(0), currency)
    return {"id": id, "customer_id": owner, "currency": currency, "balance": nothing, "transactions": []}


def _move(
    world: World, account: Document, amount: Decimal, expires_at: str | None, event: str, origin_id: int | None
) -> Document:
    currency = account["currency"]
    balance = text(Decimal(account["balance"]) + amount, currency)
    transaction = {
        "id": world.store.next_id("store_credit_transaction"),
        "kind": "credit" if amount > 0 else "debit",
        "amount": text(amount, currency),
        "remaining": text(amount, currency) if amount > 0 else None,
        "balance_after": balance,
        "expires_at": expires_at,
        "created_at": world.now_text(),
        "event": event,
        "origin_id": origin_id,
    }
    account |= {"balance": balance, "transactions": [*account["transactions"], transaction]}
    world.store.put("store_credit_account", account)
    if event == "ADJUSTMENT":
        kind = Movement.STORE_CREDIT if amount > 0 else Movement.STORE_CREDIT_DEBIT
        cause = f"store credit transaction {transaction['id']}"
        customer = account["customer_id"]
        enter(world, kind, abs(amount), currency, tender="store_credit", cause=cause, customer_id=customer)
    return {**transaction, "account_id": account["id"]}


def _end(transaction: Document) -> datetime:
    return _instant(transaction["expires_at"]) if transaction.get("expires_at") else NEVER


def _instant(written: str) -> datetime:
    moment = datetime.fromisoformat(written.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
