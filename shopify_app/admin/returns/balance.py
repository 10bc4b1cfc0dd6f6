"""Forms about a balance that a shopper owes: ask again, give more time, waive it, or take the exchange off."""

from __future__ import annotations

from shopify_app.admin.returns.asked import Asked, Refused
from shopify_app.i18n import phrase
from shopify_app.returns.balances import verbs as balance_verbs


def waive(asked: Asked) -> None:
    """Nothing more of it is asked for."""
    balance_verbs.waive(asked.session, asked.ret, asked.number("group"), asked.by, asked.now)


def remind(asked: Asked) -> None:
    """One more mail with the way to pay."""
    balance_verbs.remind(asked.session, asked.ret, asked.number("group"), asked.by, asked.now)


def extend(asked: Asked) -> None:
    """So many days more."""
    try:
        balance_verbs.extend(asked.session, asked.ret, asked.number("group"), asked.number("days"), asked.by, asked.now)
    except ValueError as failure:
        raise Refused(phrase("Give between 1 and {most} days.", most=balance_verbs.MOST_DAYS)) from failure


def drop_exchange(asked: Asked) -> None:
    """The exchange comes off; the shopper's own money goes back."""
    balance_verbs.drop(asked.session, asked.ret, asked.number("group"), asked.by, asked.now)
