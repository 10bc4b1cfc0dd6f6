"""What a shopper is asked after an inspection, on the page of the return and on the pages of each answer, without a
database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

from return_pages import SHIRT, SOCKS, delivery, euro
from returned import settlement
from status_pages import KEY, status

from shopify_app.i18n import Day, Moment, Phrase, phrase, phrase_n
from shopify_app.pages.parts import Mood
from shopify_app.pages.return_inspection import (
    GRADES,
    LEAD,
    LOOKING,
    TITLE,
    TITLES,
    AnswerPage,
    AskedPart,
    Found,
    Piece,
    WayOut,
    otherwise,
    postage,
    verdict_words,
    ways,
)
from shopify_app.pages.return_page import Photo, SumRow
from shopify_app.pages.return_status import StatusPage
from shopify_app.returns.inspecting.states import Way
from shopify_app.returns.states import Grade
from shopify_app.returns.vocabulary import MoneyEvent, Outcome
from shopify_app.settings.returns import Payer, WithoutAnswer

UNTIL = Moment(Day(date(2026, 12, 4)), time(15, 30))
CUT = "A cut of 4 cm at the left sleeve, just above the cuff. The seam itself is whole."
PIECES = (
    Piece(SHIRT, verdict_words("accepted", "50"), GRADES[Grade.DAMAGED], CUT,
          (Photo(1, f"{KEY}/inspection-photo/1", 800, 600),)),
    Piece(SOCKS, verdict_words("refused", None), None, "", ()),
)  # fmt: skip
WORKING = (
    SumRow(phrase("Tax"), euro("3.60"), title="Wool shirt"),
    SumRow(phrase("Together"), euro("24.30"), is_sum=True),
)
LANDS = (("DE", "Germany"), ("SE", "Sweden"))
NOTHING = Found(
    offer=None, rest=None, instead=(), outcome=Outcome.REFUND, would_cost=False, may_appeal=True, pieces=2,
    zero=euro("0.00"), paid_by=Payer.SHOPPER, without_answer=WithoutAnswer.REDUCED,
)  # fmt: skip

GOES_ON = replace(NOTHING, offer=settlement(Outcome.SHOP_NOW, 1, MoneyEvent.INSPECTION), outcome=Outcome.SHOP_NOW)
TOWARDS = phrase(
    "Your items were to count {was} towards the exchange. As it stands, they count {now}.",
    was=euro("97.20"), now=euro("48.60"),
)  # fmt: skip


def money(way: Way, label: Phrase, amount: str, **more: Any) -> WayOut:
    return WayOut(way, label, (), euro(amount), working=WORKING, bonus=euro("0.00"), **more)


REDUCED = money(Way.TAKE, phrase("Take the reduced sum"), "24.30")
BACK = money(Way.SEND_BACK, phrase_n("Have it sent back to you", "Have them sent back to you", 2), "0.00")
SECOND_LOOK = WayOut(Way.APPEAL, phrase("Ask us to look once more"), (), None)


def asked(**changes: Any) -> StatusPage:
    """Three ways, each with its sum."""
    part = AskedPart(
        question=7,
        action=f"{KEY}/inspection",
        pieces=PIECES,
        agreed=phrase("Agreed was {amount}.", amount=euro("97.20")),
        ways=(REDUCED, BACK, SECOND_LOOK),
        until=phrase("Please choose by {moment}.", moment=UNTIL),
        otherwise=phrase("If we hear nothing by then, you get {amount}.", amount=euro("24.30")),
    )
    asked = replace(part, **changes)
    return status(title=TITLE, lines=(LEAD,), mood=Mood.LOOK, icon="alert", asked=asked, parts=(), next=())


def looked_at() -> StatusPage:
    """The shop looks once more."""
    page = asked(ways=(), until=None, looked_at_by=Day(date(2026, 12, 1)), appeal="The stain was there before.")
    return replace(page, title=LOOKING, lines=(), mood=Mood.CALM, icon="clock")


def answer(chosen: WayOut, **more: Any) -> AnswerPage:
    """One answer before it holds."""
    way = Way(chosen.value)
    return AnswerPage(
        "R-1042-1", "#1042", way, TITLES[way], chosen, PIECES, f"{KEY}/inspection/7/{way}/p4ss", KEY, **more
    )


def inspection_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name -> (template, what it is rendered with)."""
    pays = money(Way.TAKE, phrase("Keep the exchange and pay the rest"), "24.30", is_paid=True)
    refund = money(Way.REFUND, phrase("Refund"), "24.30")
    wrong = (("address-city", phrase("Please enter the city.")),)
    nowhere = (("address-country_code", phrase("Please choose the country.")),)
    statuses = {
        "return_asked": asked(),
        "return_asked_again": asked(ways=(REDUCED, BACK), reply="It is a cut, not a stain. We go up to half."),
        "return_asked_to_pay": asked(ways=(pays, refund, BACK, SECOND_LOOK)),
        "return_asked_exchange": asked(agreed=TOWARDS, ways=ways(GOES_ON, {}), otherwise=otherwise(GOES_ON)),
        "return_asked_nothing": asked(ways=ways(NOTHING, {}), otherwise=otherwise(NOTHING)),
        "return_looked_at": looked_at(),
    }
    answers = {
        "inspection_take": answer(REDUCED, address=delivery(), may_send_refused=True, paid_by=postage(Payer.SHOP)),
        "inspection_send_back": answer(BACK, address=delivery(), paid_by=postage(Payer.SHOPPER), problems=wrong),
        "inspection_appeal": answer(SECOND_LOOK, problems=(("text", phrase("Please write an answer.")),)),
        "inspection_no_country": answer(BACK, address=delivery(country="", countries=LANDS), problems=nowhere),
        "inspection_refund": answer(refund),
    }
    return {name: ("storefront/return_status.html", {"page": page}) for name, page in statuses.items()} | {
        name: ("storefront/return_inspection.html", {"page": page}) for name, page in answers.items()
    }
