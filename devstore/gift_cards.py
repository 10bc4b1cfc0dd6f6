"""Gift cards that an app issues. A code is used once in the shop's life."""

from __future__ import annotations

import secrets
from decimal import Decimal

from devstore.ledger import Movement, enter
from devstore.money import text
from devstore.refusals import Refusal
from devstore.store import Document
from devstore.world import World

SHORTEST, LONGEST = 8, 20
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def issue(
    world: World,
    amount: Decimal,
    currency: str,
    *,
    code: str | None,
    customer_id: int | None,
    expires_on: str | None,
    note: str | None,
) -> Document:
    """A new card with this balance; a code of sixteen characters is made up when none is given."""
    with world.store.transaction():
        if amount <= 0:
            raise Refusal("Initial amount must be greater than 0", ("input", "initialAmount"), "GREATER_THAN")
        if customer_id is not None and world.store.peek("customer", customer_id) is None:
            raise Refusal("The customer could not be found.", ("input", "customerId"), "CUSTOMER_NOT_FOUND")
        if expires_on and expires_on <= world.now().date().isoformat():
            raise Refusal("Expires on must be in the future", ("input", "expiresOn"), "INVALID")
        code = _checked(world, code) if code else "".join(secrets.choice(ALPHABET) for _ in range(16))
        now = world.now_text()
        card = {
            "id": world.store.next_id("gift_card"),
            "code": code.lower(),
            "initial_value": text(amount, currency),
            "balance": text(amount, currency),
            "currency": currency,
            "customer_id": customer_id,
            "expires_on": expires_on,
            "note": note,
            "created_at": now,
            "updated_at": now,
        }
        world.store.put("gift_card", card)
        cause = f"gift card {card['id']}"
        enter(world, Movement.GIFT_CARD, amount, currency, tender="gift_card", cause=cause, customer_id=customer_id)
    return card


def _checked(world: World, code: str) -> str:
    field = ("input", "code")
    if len(code) < SHORTEST:
        raise Refusal(f"Code is too short (minimum is {SHORTEST} characters)", field, "TOO_SHORT")
    if len(code) > LONGEST:
        raise Refusal(f"Code is too long (maximum is {LONGEST} characters)", field, "TOO_LONG")
    if not (code.isascii() and code.isalnum()):
        raise Refusal("Code can only contain letters(a-z) and numbers(0-9)", field, "INVALID")
    if world.store.find("gift_card", code=code.lower()):
        raise Refusal("Code has already been taken", field, "TAKEN")
    return code
