"""The pages of a withdrawal from the contract, each with something to show, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

from return_pages import JACKET, SHIRT, SOCKS, euro
from status_pages import ASKED, BY_POST, status

from shopify_app.i18n import Day, Moment, phrase, phrase_n
from shopify_app.pages.lookup import filled, lookup_form
from shopify_app.pages.parts import Link, Mood
from shopify_app.pages.return_page import SettlementPart
from shopify_app.pages.return_start import OwnOrder
from shopify_app.pages.return_status import Entry, SendingBack, StatusLine, StatusPage
from shopify_app.pages.return_words import entry
from shopify_app.pages.withdrawal_page import Following, Line, ReceiptPage, Shut, StatementPage, barred
from shopify_app.returns import explain
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.withdrawing.law import Bar, Right, law_of
from shopify_app.settings.tracking import LookupField
from shopify_app.storefront.withdraw import NO_EMAIL, NO_GOODS, NO_NAME

HOME = "/apps/order-care/withdraw"
BY = Day(date(2026, 12, 11))
MOMENT = Moment(Day(date(2026, 11, 27)), time(10, 30))


def statement() -> StatementPage:
    """One piece, two of another kind, and something that the law lets nobody withdraw from."""
    period = phrase("You can withdraw until the end of {day}.", day=BY)
    follows = (
        phrase("You get back what you paid for them by {day}, in the way you paid.", day=BY),
        phrase("What has not been sent yet stays here: there is nothing for you to do."),
        phrase("What has been sent you send back by {day}. We write to you how.", day=BY),
        phrase("If you withdraw from the whole order, the standard delivery is paid back too."),
    )
    exempt = phrase("Made for you, perishable, or sealed for hygiene: the law knows no withdrawal for it.")
    lines = (Line(1, SHIRT, 1, 1), Line(2, SOCKS, 2, 2))
    shut = (Shut(JACKET, exempt),)
    return StatementPage("#1042", f"{HOME}/say/t", period, lines, shut, follows, "Ada Berg", "a•••@example.com", "")


def wrong() -> StatementPage:
    """A guest who left everything empty."""
    problems = (("goods", NO_GOODS), ("name", NO_NAME), ("email", NO_EMAIL))
    none = tuple(replace(line, chosen=0) for line in statement().lines)
    return replace(statement(), lines=none, name="", address=None, email="ada at home", problems=problems)


def receipt(**changes: Any) -> ReceiptPage:
    """All of an order, some of which had been sent."""
    page = ReceiptPage(
        number="W-1042-1",
        order_name="#1042",
        received=phrase("Received {moment} ({zone}). It counts from then on.", moment=MOMENT, zone="CET"),
        items=(SHIRT, SOCKS),
        content=phrase("Withdrawal from the whole contract of order {order}", order="#1042"),
        follows=(
            Following("mail", phrase("We confirm it by e-mail, with its content and the time. Please keep that mail.")),
            Following("clock", phrase("You get your money by {day}.", day=BY)),
            Following("truck", phrase("What has been sent you send back by {day}. We write to you how.", day=BY)),
        ),
        status="/apps/order-care/returns/r/k3y",
    )
    return replace(page, **changes)


def followed() -> StatusPage:
    """The return that carries it out."""
    refund = SettlementPart(
        explain.outcome_of(Outcome.REFUND, 1), (SHIRT.title,), euro("53.50"), euro("0"),
        (phrase("Goes back {where}.", where=phrase("to how you paid")),),
        phrase("You get your money by {day}.", day=BY),
    )  # fmt: skip
    kept = StatusLine(SOCKS, (phrase("Not sent yet: it stays with us"),))
    return status(
        title=phrase_n("Please send it back", "Please send them back", 1),
        lines=(phrase_n("Please send the item to us by {day}.", "Please send the items to us by {day}.", 1, day=BY),),
        mood=Mood.CALM, icon="truck", steps=(), next=(phrase("We write to you at each step."),),
        items=(StatusLine(SHIRT), kept), parts=(refund,), sending=SendingBack((BY_POST,)), may_cancel=False,
        may_change=False, may_tell_parcel=True, called=phrase("Withdrawal {number}", number="W-1042-1"),
        timeline=(Entry(entry("withdrawn", {}), ASKED),),
    )  # fmt: skip


def withdrawal_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name -> (template, what it is rendered with)."""
    form = lookup_form(HOME, (LookupField.EMAIL, LookupField.PHONE))
    own = (OwnOrder("#1042", MOMENT, (SHIRT.title, SOCKS.title), 1, f"{HOME}/o?key=x"),)
    unsent = Following("check", phrase("Nothing of it has been sent yet: there is nothing for you to do."))
    ended = barred(Bar.OVER, Right(law_of("DE"), date(2026, 11, 20), ()), Link(phrase("To our returns"), "/apps/x"))
    start = {"support": None, "own_orders": ()}
    return {
        "withdraw_start": ("storefront/withdraw_start.html", start | {"form": form}),
        "withdraw_start_own": ("storefront/withdraw_start.html", start | {"form": form, "own_orders": own}),
        "withdraw_start_wrong": ("storefront/withdraw_start.html", start | {"form": filled(form, "#", "Ada Löf")}),
        "withdraw_say": ("storefront/withdraw_say.html", {"page": statement()}),
        "withdraw_say_wrong": ("storefront/withdraw_say.html", {"page": wrong()}),
        "withdraw_done": ("storefront/withdraw_done.html", {"page": receipt(), "support": None}),
        "withdraw_done_unsent": (
            "storefront/withdraw_done.html",
            {"page": receipt(follows=(*receipt().follows[:2], unsent), status=None), "support": None},
        ),
        "withdraw_over": ("storefront/message.html", {"message": ended, "support": None}),
        "withdraw_followed": ("storefront/return_status.html", {"page": followed()}),
    }
