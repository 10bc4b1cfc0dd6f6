"""The page of a return that was sent in, in each of its situations, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

from return_pages import SHIRT, SOCKS, credit, euro, flow, parts, refund, swap

from shopify_app.i18n import Day, Moment, Phrase, phrase, phrase_n
from shopify_app.pages.parts import Link, Mood, Step, StepState
from shopify_app.pages.return_balance import INSTEAD, OTHERWISE, InsteadPage
from shopify_app.pages.return_page import (
    ClosedOutcome,
    FlowStep,
    OutcomeLine,
    OutcomesPage,
    PaidFor,
    ReviewLine,
    SettlementPart,
    Way,
)
from shopify_app.pages.return_papers import LabelShown, Paper, coming_paper, label_paper, slip_paper
from shopify_app.pages.return_status import AnewPage, BalancePart, Entry, SendingBack, StatusLine, StatusPage
from shopify_app.pages.return_words import entry
from shopify_app.returns.vocabulary import Outcome

KEY = "/apps/order-care/returns/r/k3y0fTh1sReturn"
ASKED = Moment(Day(date(2026, 11, 27), "today"), time(10, 30))
GONE = phrase("What you chose is sold out. Nothing happens until you choose.")
_SEND = phrase("We have approved your return.")
BY_POST = Way(phrase("With a carrier of your choice"), ("Hedvall Returns", "504 30 Borås"))
AT_THE_SHOP = Way(phrase("In our store"), ("Magasinsgatan 17, Göteborg",))
STEPS = (phrase("Requested"), phrase("Approved"), phrase("Arrived with us"), phrase("Settled"))


def way(reached: int) -> tuple[Step, ...]:
    """The steps of a return that has come to step `reached`, from 1."""
    states = (StepState.DONE,) * (reached - 1) + (StepState.CURRENT,) + (StepState.TODO,) * (len(STEPS) - reached)
    days = (date(2026, 11, 27),) * reached + (None,) * (len(STEPS) - reached)
    return tuple(Step(label, state, day) for label, state, day in zip(STEPS, states, days, strict=True))


def status(**more: Any) -> StatusPage:
    """Requested; `more` is what differs."""
    facts: dict[str, Any] = {
        "rma": "R-1042-1", "order_name": "#1042", "order_url": "/apps/order-care/t/x",
        "title": phrase("We answer by {day}", day=Day(date(2026, 12, 1))), "mood": Mood.CALM, "icon": "box",
        "lines": (phrase("We are looking at your request. Until you hear from us, please keep the items."),),
        "steps": way(1), "next": (phrase("Once we have said yes, we tell you by e-mail how to send it back."),),
        "items": (StatusLine(SHIRT, (phrase("Too small"),)), StatusLine(SOCKS)), "parts": parts(),
        "sending": None, "timeline": (Entry(entry("requested", {}), ASKED),), "action": KEY, "may_cancel": True,
        "may_change": True,
    }  # fmt: skip
    return StatusPage(**facts | more)


def asked() -> StatusPage:
    """The shop needs something."""
    question = "Is it the left or the right one? A picture of the seam would help us."
    return status(
        title=phrase("We need something from you"), lines=(phrase("Please answer below, then we go on."),),
        question=question, mood=Mood.LOOK, icon="chat", next=(),
        timeline=(Entry(entry("more_wanted", {}), ASKED, question), Entry(entry("requested", {}), ASKED)),
    )  # fmt: skip


def approved(**more: Any) -> StatusPage:
    facts: dict[str, Any] = {
        "title": phrase_n("Please send it back", "Please send them back", 2), "lines": (_SEND,),
        "icon": "truck", "steps": way(2), "may_change": False, "may_tell_parcel": True,
        "next": (phrase("Pack the items well and keep the receipt until everything is settled."),),
        "sending": SendingBack((BY_POST, AT_THE_SHOP), ("Any box.",)),
        "timeline": (Entry(entry("approved", {}), ASKED), Entry(entry("requested", {}), ASKED)),
    }  # fmt: skip
    return status(**facts | more)


def anew(ways: OutcomesPage) -> StatusPage:
    """Approved, but a part is to be chosen anew."""
    gone = StatusLine(SHIRT, (phrase("In exchange: {variant}", variant="White / L"), phrase("Sold out")))
    waits = SettlementPart(phrase("Another size or colour"), (SHIRT.title,), euro("48.60"), euro("0"), (GONE,))
    part_gone = "A replacement has sold out. Choose below what you would like instead; the rest goes on as agreed."
    return approved(
        title=phrase("Please choose again for a part of your return"), lines=(phrase(part_gone),),
        mood=Mood.LOOK, icon="alert", items=(gone, StatusLine(SOCKS)), parts=(*parts(), waits), anew=ways,
        anew_items=(gone,),
    )  # fmt: skip


def declined() -> StatusPage:
    own = "The soles have been worn outdoors, as the pictures show."
    return status(
        title=phrase("We could not accept this return"), mood=Mood.LOOK, icon="alert", steps=(), next=(), parts=(),
        lines=(own, phrase("Please write to us if you have questions.")), is_over=True, may_cancel=False,
        may_change=False, contact=Link(phrase("Write to us"), "mailto:hej@hedvall.example?subject=R-1042-1"),
        timeline=(Entry(entry("declined", {}), ASKED, own), Entry(entry("requested", {}), ASKED)),
    )  # fmt: skip


def settled() -> StatusPage:
    given = tuple(replace(part, freed=phrase("Settled: {day}", day=Day(date(2026, 12, 9)))) for part in parts())
    return status(
        title=phrase("Your return is complete"), mood=Mood.JOY, icon="check", steps=way(4), next=(), parts=given,
        lines=(phrase("You got {amount} in all.", amount=euro("53.10")),), is_over=True, may_cancel=False,
        may_change=False,
    )  # fmt: skip


def ways(problems: tuple[tuple[str, Phrase], ...] = (), *, is_each: bool = False) -> OutcomesPage:
    """What may take the place of a replacement that is gone."""
    paid = (PaidFor(SHIRT.title, 1, euro("45.00"), euro("50.00"), euro("5.00"), euro("3.60"), True),)
    lines = (OutcomeLine(1, SHIRT, (credit(), swap(), refund())), OutcomeLine(2, SOCKS, (credit(),), "store_credit"))
    closed = (ClosedOutcome(phrase("Exchange"), phrase("Not offered for this item.")),)
    here = replace(flow(FlowStep.OUTCOME, problems=problems), action=f"{KEY}/anew", back=None)
    choices = (credit(), refund()) if is_each else (credit(), swap(), refund())
    return OutcomesPage(here, "part-7", paid, choices, closed, lines if is_each else ())


def unpaid(**changes: Any) -> StatusPage:
    """An exchange that costs more: Shopify's page to pay it, and the way out."""
    owed = BalancePart(
        rest=euro("9.00"), paid=None, until=Day(date(2026, 12, 4)), pay_url="https://hedvall.example/orders/abc?pay=1",
        away=phrase("The payment page cannot be opened just now. Please try again in a moment; the mail we sent leads "
                    "there too."),
        otherwise=OTHERWISE[Outcome.STORE_CREDIT], instead=INSTEAD[Outcome.STORE_CREDIT], is_going=False,
    )  # fmt: skip
    title = phrase("Please pay {amount} by {day}", amount=owed.rest, day=owed.until)
    return approved(title=title, mood=Mood.LOOK, icon="alert", balance=replace(owed, **changes))


def papers() -> tuple[Paper, ...]:
    """A code to show, its label to print, a link elsewhere, and the packing slip."""
    until = Day(date(2026, 12, 24))
    return (
        label_paper(LabelShown("qr", f"{KEY}/label/2", until=until)),
        label_paper(LabelShown("file", f"{KEY}/label/1", "RR123456785SE", until)),
        label_paper(LabelShown("link", "https://carrier.example/label/7")),
        slip_paper(f"{KEY}/slip.pdf"),
    )


def no_label_yet() -> tuple[Paper, ...]:
    """Whoever sells labels does not answer; for another address a person is asked already."""
    return coming_paper(Day(date(2026, 12, 4)), is_asked=False), coming_paper(None, is_asked=True)


def status_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name -> (template, what it is rendered with)."""
    wrong = (("outcome", phrase("Please choose what you would like.")),)
    even = swap()
    swapped_part = SettlementPart(
        even.label, (SHIRT.title,), even.amount, even.bonus, even.lines, even.freed, shown=even.shown
    )
    swapped = (ReviewLine(SHIRT, (phrase("In exchange: {variant}", variant="White / XL"),)),)
    again = AnewPage("R-1042-1", "#1042", f"{KEY}/anew/q-1", KEY, swapped, (swapped_part,), needs_code=True)
    label = INSTEAD[Outcome.STORE_CREDIT]
    instead = InsteadPage("R-1042-1", "#1042", f"{KEY}/instead", KEY, label, parts()[:1], euro("4.00"))
    pages: dict[str, StatusPage] = {
        "return_status": status(),
        "return_status_question": asked(),
        "return_status_approved": approved(),
        "return_status_papers": approved(papers=papers()),
        "return_status_no_label_yet": approved(papers=no_label_yet()),
        "return_status_gone": status(
            swaps=swap().swaps, mood=Mood.LOOK, notice=phrase("Thank you. We keep your new choice aside for you.")
        ),
        "return_status_anew": anew(ways()),
        "return_status_anew_wrong": anew(ways(wrong)),
        "return_status_anew_each": anew(ways(is_each=True)),
        "return_status_unpaid": unpaid(),
        "return_status_unpaid_away": unpaid(pay_url=None, paid=euro("4.00"), rest=euro("5.00")),
        "return_status_declined": declined(),
        "return_status_settled": settled(),
    }
    return {
        **{name: ("storefront/return_status.html", {"page": page}) for name, page in pages.items()},
        "return_anew": ("storefront/return_anew.html", {"page": again}),
        "return_instead": ("storefront/return_instead.html", {"page": instead}),
        "return_anew_signed_in": ("storefront/return_anew.html", {"page": replace(again, needs_code=False)}),
    }
