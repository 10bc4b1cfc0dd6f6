"""Crediting and debiting store credit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devstore import store_credit
from devstore.admin.customers import typed_credit
from devstore.admin.fields import Ask, plain, resolver
from devstore.gids import split
from devstore.refusals import Refusal
from devstore.store import Document

for _side in ("Credit", "Debit"):
    plain(f"StoreCreditAccount{_side}Payload", storeCreditAccountTransaction="transaction", userErrors="userErrors")
    plain(f"StoreCreditAccount{_side}UserError", code="code", field="field", message="message")


@resolver("Mutation", "storeCreditAccountCredit")
def _credit(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    given = args["creditInput"]
    amount, currency = Decimal(str(given["creditAmount"]["amount"])), given["creditAmount"]["currencyCode"]
    field = ("creditInput", "creditAmount")
    if amount <= 0:
        raise Refusal(
            "A positive amount must be used to credit a store credit account", field, "NEGATIVE_OR_ZERO_AMOUNT"
        )
    if currency not in ask.world.shop()["enabled_presentment_currencies"]:
        raise Refusal("The currency is not enabled in this shop.", field, "UNSUPPORTED_CURRENCY")
    expires_at = given.get("expiresAt")
    if store_credit.expired(expires_at, ask.world.now()):
        raise Refusal("The expiry date must be in the future", ("creditInput", "expiresAt"), "EXPIRES_AT_IN_PAST")
    customer = _customer_of(ask, args["id"], currency)
    made = store_credit.credit(ask.world, customer, amount, currency, expires_at, event="ADJUSTMENT")
    return {"transaction": typed_credit(made), "userErrors": []}


@resolver("Mutation", "storeCreditAccountDebit")
def _debit(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    type_name, id = split(args["id"])
    given = args["debitInput"]["debitAmount"]
    amount, currency = Decimal(str(given["amount"])), given["currencyCode"]
    if type_name == "Customer":
        account = store_credit.account_of(ask.world, id, currency)
        id = account["id"] if account else 0
    if ask.store.peek("store_credit_account", id) is None:
        raise Refusal("Store credit account could not be found", ("id",), "ACCOUNT_NOT_FOUND")
    return {"transaction": typed_credit(store_credit.debit(ask.world, id, amount, currency)), "userErrors": []}


def _customer_of(ask: Ask, global_id: str, currency: str) -> int:
    type_name, id = split(global_id)
    if type_name == "Customer":
        if ask.store.peek("customer", id) is None:
            raise Refusal("Owner could not be found", ("id",), "OWNER_NOT_FOUND")
        return id
    account = ask.store.peek("store_credit_account", id) if type_name == "StoreCreditAccount" else None
    if account is None:
        raise Refusal("Store credit account could not be found", ("id",), "ACCOUNT_NOT_FOUND")
    if account["currency"] != currency:
        raise Refusal(
            "The currency does not match the account.", ("creditInput", "creditAmount"), "MISMATCHING_CURRENCY"
        )
    return account["customer_id"]
