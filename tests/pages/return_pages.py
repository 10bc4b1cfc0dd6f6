"""The pages on which a return is put together, each with something to show, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from page_situations import PICTURES

from shopify_app.i18n import Day, Moment, phrase
from shopify_app.money import Money
from shopify_app.pages.lookup import lookup_form
from shopify_app.pages.parts import Item, Link, Picture
from shopify_app.pages.return_change import ReviewChange, change_rows
from shopify_app.pages.return_methods import MethodChoice, MethodLine, MethodPage
from shopify_app.pages.return_page import (
    AddressForm,
    BetterPage,
    Choice,
    ClosedItem,
    ClosedOutcome,
    Flow,
    FlowStep,
    ItemsPage,
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
    Way,
)
from shopify_app.pages.return_start import CodePage, EmailPage, OwnOrder, of_order
from shopify_app.returns import explain
from shopify_app.returns.changing.sums import Compared, Sums
from shopify_app.returns.vocabulary import Outcome
from shopify_app.settings.tracking import LookupField

EXPIRED = phrase("This offer was more than a day old. Here it is as of now: please check it once more.")
WRONG_CODE = phrase("This code does not fit, or its time is over. Please check it, or have a new one sent.")
ENDED = phrase(
    "{why} It can still come back for one of these reasons: {reasons}.",
    why=phrase("The time to return it has ended."),
    reasons=phrase("Not as described"),
)
EITHER = phrase(
    "You can choose: {choices}.",
    choices=phrase("{before}, {name}", before=phrase("Refund"), name=phrase("Store credit")),
)
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
        SumRow(phrase("Together"), euro("53.10"), is_sum=True),
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
    lines = (phrase("Goes back {where}.", where=phrase("to how you paid")),)
    return OutcomeChoice("refund", phrase("Refund"), euro("48.60"), euro("0"), lines, freed, rows()[:2], **more)


def swap() -> OutcomeChoice:
    choices = (
        Choice("1", "White / L"),
        Choice("2", phrase("{variant} ({count} left)", variant="White / XL", count=2)),
    )
    lines = (phrase("Even swap, whatever it costs today."),)
    swaps = (Replacements(1, SHIRT.title, choices),)
    return OutcomeChoice(
        "variant_exchange",
        phrase("Another size or colour"),
        euro("48.60"),
        euro("0"),
        lines,
        None,
        (),
        swaps,
        shown=phrase("{amount} to pay", amount=euro("0")),
    )


def keep() -> OutcomeChoice:
    lines = (phrase("Goes back {where}.", where=phrase("to how you paid")), phrase("You need not send anything back."))
    return replace(refund(), value="keep_item", label=explain.outcome_of(Outcome.KEEP_ITEM, 1), lines=lines)


def parts() -> tuple[SettlementPart, ...]:
    chosen = credit()
    return (
        SettlementPart(
            chosen.label, (SHIRT.title,), chosen.amount, chosen.bonus, chosen.lines[1:], chosen.freed, chosen.working
        ),
    )


def delivery(**more: Any) -> AddressForm:
    fields = (
        ("address1", phrase("Street and number"), "Torstraße 1", "address-line1"),
        ("zip", phrase("Postcode"), "10119", "postal-code"),
        ("city", phrase("City"), "Berlin", "address-level2"),
    )
    shown = ("Ada Berg", "Torstraße 1", "10119 Berlin", "Deutschland")
    return AddressForm(**{"shown": shown, "country": "Deutschland", "fields": fields} | more)


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


def change() -> ReviewChange:
    """Two shirts for a refund become one for store credit."""
    none = (euro("0"),) * 3
    before = Sums(2, euro("97.20"), euro("0"), euro("0"), euro("0"), euro("5.00"), euro("0"))
    after = Sums(1, euro("0"), euro("48.60"), euro("4.50"), *none)
    return ReviewChange("R-1042-1", "/apps/order-care/returns/r/x", change_rows(Compared(before, after)))


def return_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name -> (template, what it is rendered with)."""
    until = (phrase("Return until {day}", day=Day(date(2026, 12, 22))),)
    policy = PolicyInShort(
        (phrase("Until the end of: {day}.", day=Day(date(2026, 12, 22))), EITHER),
        ("Unworn, with its label.",),
        "https://hedvall.example/policies/refund-policy",
    )
    items = (
        ReturnableItem(1, JACKET, 1, 1, until),
        ReturnableItem(2, SOCKS, 2, 0, until),
        ReturnableItem(3, SHIRT, 1, 0, (), ENDED),
    )
    closed = (
        ClosedItem(
            Item("Wax, 50 ml", "", 1), phrase("This item was sold as final sale and cannot be returned."), "Hygiene."
        ),
    )
    running = (Link(phrase("Return {rma}", rma="R-1042-1"), "/apps/order-care/returns/r/x"),)
    reasons = (Choice("damaged", phrase("It arrived damaged"), True), Choice("other", "Any other"))
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
        flow(FlowStep.REVIEW), "q-1", (ReviewLine(SHIRT, (phrase("Too small"),)), ReviewLine(SOCKS)), parts(),
        (Way(phrase("With a carrier of your choice"), ("Lagergatan 4", "504 30 Borås")),), ("Any box will do.",),
        delivery(), (phrase("We answer by {day}.", day=Day(date(2026, 12, 1))),),
    )  # fmt: skip
    pages: dict[str, tuple[str, Any]] = {
        "return_items": ("items", ItemsPage(flow(FlowStep.ITEMS), policy, items, closed, running)),
        "return_items_none": ("items", ItemsPage(flow(FlowStep.ITEMS), PolicyInShort(), (), closed)),
        "return_items_wrong": (
            "items",
            ItemsPage(
                flow(FlowStep.ITEMS, problems=(("quantity-1", phrase("Please choose at least one item.")),)),
                policy,
                items,
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
        "return_code": ("code", CodePage(of_order("#1042"), "/code/x", "/code/x/again", WRONG_CODE)),
        "return_email": (
            "email",
            EmailPage("#1042", "/email/x", "ada", phrase("This is not the address of this order. Please check it.")),
        ),
        "return_review_change": (
            "review",
            replace(review, change=change(), flow=replace(review.flow, changes=True)),
        ),
        "return_review_expired": ("review", replace(review, flow=flow(FlowStep.REVIEW, notice=EXPIRED))),
        "return_outcome_keep": ("outcome", OutcomesPage(flow(FlowStep.OUTCOME), "q-1", paid, (keep(), refund()))),
    }
    shown = {name: (f"storefront/return_{short}.html", {"page": page}) for name, (short, page) in pages.items()}
    start: dict[str, Any] = {"form": lookup_form("/apps/order-care/returns", tuple(LookupField)), "support": None}
    placed = Moment(Day(date(2026, 11, 24)), None)
    own = (
        OwnOrder("#1042", placed, (SHIRT.title, SOCKS.title), 3, f"{BASE}/o?key=a"),
        OwnOrder("#1043", placed, (JACKET.title,), 0, f"{BASE}/o?key=b"),
    )
    return shown | {
        "return_start": ("storefront/return_start.html", start | {"own_orders": ()}),
        "return_start_signed_in": ("storefront/return_start.html", start | {"own_orders": own}),
    }
