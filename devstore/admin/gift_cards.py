"""Gift cards: issuing one, finding it again. The whole code is told once, when the card is made."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devstore import gift_cards
from devstore.admin.connections import page
from devstore.admin.fields import Ask, constant, plain, resolver
from devstore.admin.search import Reader, matching
from devstore.admin.values import at, in_currency
from devstore.gids import gid, number
from devstore.refusals import Refusal
from devstore.store import Document

SEARCH: dict[str, Reader] = {
    "": lambda each: [each["code"]],
    "id": lambda each: each["id"],
    "created_at": lambda each: each["created_at"],
}
DONE_HERE = frozenset({"initialAmount", "code", "customerId", "expiresOn", "note"})

plain(
    "GiftCard",
    id=lambda each, ask, args: gid("GiftCard", each["id"]),
    balance=lambda each, ask, args: in_currency(each["balance"], each["currency"]),
    initialValue=lambda each, ask, args: in_currency(each["initial_value"], each["currency"]),
    createdAt=at("created_at"),
    updatedAt=at("updated_at"),
    expiresOn="expires_on",
    note="note",
    enabled=constant(True),
    deactivatedAt=constant(None),
    lastCharacters=lambda each, ask, args: each["code"][-4:],
    maskedCode=lambda each, ask, args: f"•••• •••• •••• {each['code'][-4:]}",
    customer=lambda each, ask, args: ask.store.peek("customer", each["customer_id"]) if each["customer_id"] else None,
    order=constant(None),
    lineItem=constant(None),
    recipientAttributes=constant(None),
    templateSuffix=constant(None),
)
plain("GiftCardCreatePayload", giftCard="card", giftCardCode="code", userErrors="userErrors")
plain("GiftCardUserError", code="code", field="field", message="message")


@resolver("QueryRoot", "giftCard")
def _one(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    return ask.store.peek("gift_card", number(args["id"], "GiftCard"))


@resolver("QueryRoot", "giftCards")
def _many(root: Any, ask: Ask, args: dict[str, Any]) -> Any:
    return page(matching(args.get("query"), ask.store.all("gift_card"), SEARCH), args, lambda each: each["id"])


@resolver("Mutation", "giftCardCreate")
def _create(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    given = args["input"]
    unsupported = {key for key, value in given.items() if value is not None} - DONE_HERE
    if unsupported:
        raise Refusal(
            f"The dev store does not implement {', '.join(sorted(unsupported))} of giftCardCreate.", ("input",)
        )
    if not given.get("initialAmount"):
        raise Refusal("Initial amount is required", ("input", "initialAmount"), "MISSING_ARGUMENT")
    card = gift_cards.issue(
        ask.world,
        Decimal(str(given["initialAmount"]["amount"])),
        given["initialAmount"]["currencyCode"],
        code=given.get("code"),
        customer_id=number(given["customerId"], "Customer") if given.get("customerId") else None,
        expires_on=str(given["expiresOn"]) if given.get("expiresOn") else None,
        note=given.get("note"),
    )
    return {"card": card, "code": card["code"], "userErrors": []}
