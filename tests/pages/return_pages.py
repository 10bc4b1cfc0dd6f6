"""The pages of a return, each with something to show, without a database."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from page_situations import PICTURES

from shopify_app.i18n import Day, Moment, phrase
from shopify_app.money import Money
from shopify_app.pages.parts import Item, Link, Mood, Picture, Step, StepState
from shopify_app.pages.return_page import (
    AddressForm,
    BetterPage,
    Choice,
    ClosedItem,
    ClosedOutcome,
    CodePage,
    EmailPage,
    Flow,
    FlowStep,
    ItemsPage,
    MethodChoice,
    MethodLine,
    MethodPage,
    OutcomeChoice,
    OutcomeLine,
    OutcomesPage,
    PaidFor,
    Photo,
    PolicyInShort,
    ReasonLine,
    ReasonsPage,
    Replacements,
    ReturnableItem,
    ReviewLine,
    ReviewPage,
    SettlementPart,
    SumRow,
)
from shopify_app.pages.return_status import Entry, SendingBack, StatusLine, StatusPage
from shopify_app.pages.return_words import entry

BASE = "/apps/order-care/returns/k3y0fTh1sDraft00k3y0fTh1sDraft00"
JACKET = Item("Storsjö wool jacket", "Dark green / M", 1, Picture(PICTURES + "jacket.svg"))
SOCKS = Item("Rask hiking socks, three pairs", "39–41", 2, Picture(PICTURES + "socks.svg"))
SHIRT = Item("Everyday shirt in organic cotton with a remarkably long name", "White / M", 1)


def euro(amount: str) -> Money:
    return Money.parse(amount, "EUR")


def flow(step: FlowStep, **more: Any) -> Flow:
    return Flow("#1042", step, f"{BASE}/{step}", f"{BASE}/items", **more)


def rows() -> tuple[SumRow, ...]:
    return (
        SumRow(phrase("Discounts, this item's share"), euro("-5.00"), "Everyday shirt"),
        SumRow(phrase("Tax"), euro("3.60")),
        SumRow(phrase("Bonus, {percent} % of {base}", percent="10", base=euro("45.00")), euro("4.50")),
        SumRow(phrase("You get"), euro("53.10"), is_sum=True),
    )


def credit(**more: Any) -> OutcomeChoice:
    lines = (
        phrase("{own} of your own money, and {bonus} bonus on top.", own=euro("48.60"), bonus=euro("4.50")),
        phrase("The bonus can be used until {day}.", day=Day(date(2027, 11, 27), has_year=True)),
    )
    freed = phrase("Yours as soon as we have received your items, about {day}.", day=Day(date(2026, 12, 9)))
    return OutcomeChoice(
        "store_credit", phrase("Store credit"), euro("53.10"), euro("4.50"), lines, freed, rows(), **more
    )


def refund(**more: Any) -> OutcomeChoice:
    freed = phrase("Paid when we have checked your items, about {day}.", day=Day(date(2026, 12, 9)))
    lines = (phrase("Back to how you paid."),)
    return OutcomeChoice("refund", phrase("Refund"), euro("48.60"), euro("0"), lines, freed, rows()[:2], **more)


def swap() -> OutcomeChoice:
    choices = (
        Choice("1", "White / L"),
        Choice("2", phrase("{variant}: {count} left", variant="White / XL", count=2)),
    )
    lines = (phrase("Even swap: nothing to pay."),)
    swaps = (Replacements(1, SHIRT.title, choices),)
    return OutcomeChoice(
        "variant_exchange", phrase("Another size or colour"), euro("48.60"), euro("0"), lines, None, (), swaps
    )


def parts() -> tuple[SettlementPart, ...]:
    chosen = credit()
    return (
        SettlementPart(
            chosen.label, (SHIRT.title,), chosen.amount, chosen.bonus, chosen.lines, chosen.freed, chosen.working
        ),
    )


def delivery(**more: Any) -> AddressForm:
    fields = (
        ("address1", phrase("Street and number"), "Torstraße 1", "address-line1"),
        ("zip", phrase("Postcode"), "10119", "postal-code"),
        ("city", phrase("City"), "Berlin", "address-level2"),
    )
    return AddressForm(("Ada Berg", "Torstraße 1", "10119 Berlin", "DE"), "DE", fields, **more)


def methods() -> tuple[MethodChoice, ...]:
    return (
        MethodChoice(
            "own_carrier",
            phrase("With a carrier of your choice"),
            (phrase("Send it to:"),),
            ("Hedvall Returns", "Lagergatan 4", "504 30 Borås", "Sweden"),
        ),
        MethodChoice("in_store", phrase("In our store"), (), ("Hedvall, Österlånggatan 12, Borås",)),
    )


def status(**more: Any) -> StatusPage:
    at = Moment(Day(date(2026, 11, 27), "today"), time(10, 30))
    facts: dict[str, Any] = {
        "rma": "R-1042-1", "order_name": "#1042", "order_url": "/apps/order-care/t/x",
        "title": phrase("We answer by {day}", day=Day(date(2026, 12, 1))), "mood": Mood.CALM, "icon": "box",
        "lines": (phrase("We have your request. You need not do anything until then."),),
        "steps": (
            Step(phrase("Requested"), StepState.DONE, date(2026, 11, 27)),
            Step(phrase("Approved"), StepState.CURRENT), Step(phrase("Arrived with us"), StepState.TODO),
            Step(phrase("Settled"), StepState.TODO),
        ),
        "next": (phrase("Keep the parcel until we have answered."),),
        "items": (StatusLine(SHIRT, (phrase("Size was too small"),)), StatusLine(SOCKS)),
        "parts": parts(), "sending": SendingBack((phrase("With a carrier of your choice"),), ("Borås",), ("Any box.",)),
        "timeline": (Entry(entry("more_wanted", {}), at, "Is it the left one?"), Entry(entry("requested", {}), at)),
        "action": "/apps/order-care/returns/r/key", "may_cancel": True, "may_change": True,
    }  # fmt: skip
    return StatusPage(**facts | more)


def return_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name -> (template, what it is rendered with)."""
    until = (phrase("Return until {day}", day=Day(date(2026, 12, 22))),)
    policy = PolicyInShort(
        (phrase("Until the end of: {day}.", day=Day(date(2026, 12, 22))), phrase("Refund, or store credit.")),
        ("Unworn, with its label.",),
        "https://hedvall.example/policies/refund-policy",
    )
    items = (
        ReturnableItem(1, JACKET, 1, 1, until),
        ReturnableItem(2, SOCKS, 2, 0, until),
        ReturnableItem(3, SHIRT, 1, 0, (), phrase("Only if something is wrong with it.")),
    )
    closed = (
        ClosedItem(
            Item("Wax, 50 ml", "", 1), phrase("This item was sold as final sale and cannot be returned."), "Hygiene."
        ),
    )
    running = (Link(phrase("Return {rma}", rma="R-1042-1"), "/apps/order-care/returns/r/x"),)
    reasons = (Choice("damaged", phrase("Arrived damaged"), True), Choice("other", "Any other"))
    photo = Photo(5, f"{BASE}/photo/5", 600, 800)
    reason_lines = (
        ReasonLine(1, JACKET, reasons, "{{ note }}<b>", "Where did it rub?", "here", True, (photo, photo)),
        ReasonLine(2, SOCKS, reasons),
    )
    problems = (("reason-2", phrase("Please choose a reason.")), ("photos-1", phrase("Please add a picture.")))
    paid = (PaidFor(SHIRT.title, 1, euro("45.00"), euro("50.00"), euro("5.00"), euro("3.60"), True),)
    lines = (
        OutcomeLine(1, SHIRT, (credit(), refund()), "refund"),
        OutcomeLine(2, SOCKS, (credit(),)),
    )
    not_here = (ClosedOutcome(phrase("Exchange"), phrase("Not offered for this item.")),)
    review = ReviewPage(
        flow(FlowStep.REVIEW), "q-1", (ReviewLine(SHIRT, (phrase("Size was too small"),)), ReviewLine(SOCKS)), parts(),
        (phrase("With a carrier of your choice"),), ("Any box will do.",), ("Lagergatan 4", "504 30 Borås"),
        delivery(), (phrase("We answer by {day}.", day=Day(date(2026, 12, 1))),),
    )  # fmt: skip
    pages: dict[str, tuple[str, Any]] = {
        "return_items": ("items", ItemsPage(flow(FlowStep.ITEMS), policy, items, closed, running)),
        "return_items_none": ("items", ItemsPage(flow(FlowStep.ITEMS), PolicyInShort(), (), closed)),
        "return_items_wrong": (
            "items",
            ItemsPage(
                flow(FlowStep.ITEMS, problems=(("quantity-1", phrase("Please choose an item.")),)), policy, items
            ),
        ),
        "return_reasons": ("reasons", ReasonsPage(flow(FlowStep.REASONS), reason_lines)),
        "return_reasons_wrong": ("reasons", ReasonsPage(flow(FlowStep.REASONS, problems=problems), reason_lines)),
        "return_outcome": (
            "outcome",
            OutcomesPage(flow(FlowStep.OUTCOME), "q-1", paid, (credit(), swap(), refund()), not_here),
        ),
        "return_outcome_each": (
            "outcome",
            OutcomesPage(flow(FlowStep.OUTCOME), "q-1", paid, (credit(),), not_here, lines),
        ),
        "return_better": ("better", BetterPage(flow(FlowStep.OUTCOME), refund(), credit())),
        "return_method": ("method", MethodPage(flow(FlowStep.METHOD), methods(), ("Any box will do.",))),
        "return_method_each": (
            "method",
            MethodPage(flow(FlowStep.METHOD), (), (), (MethodLine(1, SHIRT, methods(), "in_store"),)),
        ),
        "return_review": ("review", review),
        "return_code": ("code", CodePage("#1042", "/code/x", "/code/x/again", phrase("This is not the code."))),
        "return_email": ("email", EmailPage("#1042", "/email/x", "ada", phrase("Please enter your address."))),
        "return_status": ("status", status()),
        "return_status_question": (
            "status",
            status(question="Is it the left or the right one?", mood=Mood.LOOK, icon="chat", sending=None),
        ),
        "return_status_gone": ("status", status(swaps=swap().swaps, mood=Mood.LOOK, notice=phrase("Saved."))),
    }
    return {name: (f"storefront/return_{short}.html", {"page": page}) for name, (short, page) in pages.items()}
