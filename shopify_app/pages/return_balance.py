"""What is still to be paid for an exchange, as its shopper sees it: how much, until when, where, and what else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from shopify_app.i18n import Phrase, phrase
from shopify_app.money import Money, total
from shopify_app.pages.parts import Mood
from shopify_app.pages.return_followed import Followed
from shopify_app.pages.return_page import SettlementPart
from shopify_app.pages.return_settlement import part
from shopify_app.pages.return_status import BalancePart, StatusPage
from shopify_app.returns.balances.models import BalanceDue
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.vocabulary import Outcome

INSTEAD = {
    Outcome.STORE_CREDIT: phrase("Take store credit instead"),
    Outcome.REFUND: phrase("Take your money back instead"),
}
OTHERWISE = {
    Outcome.STORE_CREDIT: phrase("After that we take the exchange off and give you store credit."),
    Outcome.REFUND: phrase("After that we take the exchange off and give you your money back."),
}
PAID_FIRST = phrase("Sent as soon as you have paid.")
_HELD = phrase("We have put the new items aside. They leave as soon as you have paid on the shop's payment page.")
_AWAY = phrase(
    "The payment page cannot be opened just now. Please try again in a moment; the mail we sent leads there too."
)
_GOING = phrase("The exchange is being taken off. We write to you as soon as your money has moved.")


def headline(seen: Followed) -> tuple[Phrase, tuple[Phrase | str, ...], Mood, str] | None:
    """The sentence at the top while something is to be paid; None while nothing is."""
    waiting = [row for row in seen.balances if row.is_open]
    if not waiting:
        return None
    if all(row.drop_wanted_at for row in waiting):
        return phrase("Your exchange is being taken off"), (_GOING,), Mood.CALM, "back"
    rest = total([row.rest for row in waiting], waiting[0].currency)
    until = min(row.pay_by for row in waiting)
    title = phrase("Please pay {amount} by {day}", amount=rest, day=seen.day(until))
    return title, (_HELD,), Mood.LOOK, "alert"


def with_balance(page: StatusPage, seen: Followed, pay_url: str | None, instead: Outcome | None) -> StatusPage:
    """The page with what is to be paid; `pay_url` is Shopify's own page, read just now; None: it did not answer."""
    waiting = [row for row in seen.balances if row.is_open]
    if not waiting or instead is None:
        return page
    until = min(waiting, key=lambda row: row.pay_by)
    paid = total([Money(row.paid, row.currency) for row in waiting], waiting[0].currency)
    shown = BalancePart(
        rest=total([row.rest for row in waiting], waiting[0].currency),
        paid=paid if paid else None,
        until=seen.day(until.pay_by),
        pay_url=pay_url,
        away=_AWAY,
        otherwise=OTHERWISE[instead],
        instead=INSTEAD[instead],
        is_going=all(row.drop_wanted_at for row in waiting),
    )
    return replace(page, balance=shown)


@dataclass(frozen=True)
class InsteadPage:
    """What the shopper gets when they drop the exchange, once more before it holds."""

    rma: str
    order_name: str
    action: str
    back: str
    label: Phrase
    parts: tuple[SettlementPart, ...]
    paid_back: Money | None = None


def instead_part(settlement: Settlement, seen: Followed, today: date) -> SettlementPart:
    """The settlement that takes the exchange's place, in words."""
    return part(settlement, seen.titles, None, today)


def open_rows(seen: Followed) -> list[BalanceDue]:
    """Balances that are to be paid, and not about to be dropped."""
    return [row for row in seen.balances if row.is_open and row.drop_wanted_at is None]
