"""What is said of a credit without an order, on the page and in the mail with the same words. Pure."""

from __future__ import annotations

from shopify_app.i18n import Day, Phrase, phrase

SPEND_IT = phrase("Spend it on another size or on anything else in the shop: at today's prices, that is your exchange.")
NORMAL_RETURN = phrase("From here on it is a normal return of that order.")
SOMEBODY_ELSE = phrase("Whoever placed the order gets what is paid for it, and our mails about it.")
WE_LOOK = phrase("We look for your order first. If we do not find it, we see what we can give you for the item.")
KEEP_IT = phrase("Please keep the item until we write to you.")


def waits_for_account(address: str) -> tuple[Phrase, ...]:
    """Why a credit waits, and for what. `address` as its reader may see it."""
    return (
        phrase("Store credit lives in a customer account, and there is none with your address yet."),
        phrase(
            "Create one in our shop with {address}, or sign in with it. The credit is there within the hour.",
            address=address,
        ),
    )


def usable(until: Day | None) -> tuple[Phrase, ...]:
    """Until when a credit can be spent, and on what."""
    day = (phrase("You can use it until {day}.", day=until),) if until else ()
    return (*day, SPEND_IT)
