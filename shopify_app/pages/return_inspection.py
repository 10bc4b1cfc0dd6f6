"""What a shopper is asked after an inspection: what was found, what can be chosen, to the cent. Facts and phrases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shopify_app.i18n import Day, Phrase, phrase, phrase_n
from shopify_app.money import Money
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import Item
from shopify_app.pages.return_page import AddressForm, Photo, SumRow
from shopify_app.pages.return_settlement import working
from shopify_app.pages.return_words import STATES
from shopify_app.returns import explain
from shopify_app.returns.inspecting.states import Way
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import Grade
from shopify_app.returns.still_to_come import StillToCome
from shopify_app.returns.vocabulary import EXCHANGES, Outcome
from shopify_app.settings.returns import Payer, WithoutAnswer

GRADES: dict[str, Phrase] = {
    Grade.A: phrase("Like new"),
    Grade.B: phrase("Good, with slight traces"),
    Grade.C: phrase("Visibly used"),
    Grade.D: phrase("Heavily used"),
    Grade.DAMAGED: phrase("Damaged"),
    Grade.INCORRECT: phrase("Not the item that we expected"),
    Grade.MISSING: phrase("Parts are missing"),
}
"""In what condition a piece came back, as its shopper is told."""
TITLE = STATES[StillToCome.CHOICE]
LEAD = phrase("We have checked them and cannot accept everything in full.")
LOOKING = STATES[StillToCome.SECOND_LOOK]
TITLES: dict[Way, Phrase] = {
    Way.TAKE: phrase("Leave it at that?"),
    Way.SEND_BACK: phrase("Where shall we send your items?"),
    Way.APPEAL: phrase("What should we look at once more?"),
    Way.REFUND: phrase("Take a refund instead?"),
    Way.STORE_CREDIT: phrase("Take store credit instead?"),
}


@dataclass(frozen=True)
class Piece:
    """One piece that was not accepted in full; `said` are the shop's own words about it, `photos` its pictures."""

    item: Item
    verdict: Phrase
    grade: Phrase | None
    said: str
    photos: tuple[Photo, ...]


@dataclass(frozen=True)
class WayOut:
    """One answer that can be given. `amount` is what one gets by it, or, with `is_paid`, what one pays; None where it
    is not about a sum. `working` is how it comes about, `bonus` the part of it that is one."""

    value: str
    label: Phrase
    lines: tuple[Phrase, ...]
    amount: Money | None
    is_paid: bool = False
    working: tuple[SumRow, ...] = ()
    bonus: Money | None = None


@dataclass(frozen=True)
class AskedPart:
    """The question on the page of a return. No `ways` while the shop looks once more: `looked_at_by` is the day by
    which it has. `agreed` says what had been, `reply` what the shop said to an appeal."""

    question: int
    action: str
    pieces: tuple[Piece, ...]
    agreed: Phrase
    ways: tuple[WayOut, ...] = ()
    until: Phrase | None = None
    otherwise: Phrase | None = None
    looked_at_by: Day | None = None
    appeal: str = ""
    reply: str = ""
    problem: Phrase | None = None


@dataclass(frozen=True)
class AnswerPage:
    """One answer once more before it holds. `address` is where goods go back to, None where none do;
    `may_send_refused`: what was refused may be asked back beside the sum."""

    rma: str
    order_name: str
    way: str
    title: Phrase
    chosen: WayOut
    pieces: tuple[Piece, ...]
    action: str
    back: str
    address: AddressForm | None = None
    may_send_refused: bool = False
    paid_by: Phrase | None = None
    text: str = ""
    problems: tuple[tuple[str, Phrase], ...] = ()

    def problem(self, id: str) -> Phrase | None:
        """What is wrong with the field `id`."""
        return next((sentence for which, sentence in self.problems if which == id), None)


@dataclass(frozen=True)
class Found:
    """What a question offers, read from its row: settlements, and who pays for goods that go back."""

    offer: Settlement | None
    rest: Settlement | None
    instead: tuple[tuple[Outcome, Settlement], ...]
    outcome: Outcome
    would_cost: bool
    may_appeal: bool
    pieces: int
    zero: Money
    paid_by: Payer
    without_answer: WithoutAnswer


def ways(found: Found, titles: Mapping[int, str]) -> tuple[WayOut, ...]:
    """Everything that can be answered: money first, then the goods, then the second look."""
    instead = tuple(
        WayOut(str(outcome), explain.outcome_of(outcome, found.pieces), (_INSTEAD,), settled.gets, False,
               working([settled], titles), settled.bonus)
        for outcome, settled in found.instead
    )  # fmt: skip
    appeal = WayOut(Way.APPEAL, phrase("Ask us to look once more"), (_ONCE,), None)
    return (_take(found, titles), *instead, _send_back(found, titles), *((appeal,) if found.may_appeal else ()))


def agreed(was: Settlement, offer: Settlement | None) -> Phrase:
    """What had been agreed; of an exchange, what the items count towards it: none of that is paid out."""
    if was.outcome not in EXCHANGES:
        return phrase("Agreed was {amount}.", amount=was.gets)
    return phrase(
        "Your items were to count {was} towards the exchange. As it stands, they count {now}.",
        was=was.own, now=offer.own if offer is not None else Money.zero(was.own.currency),
    )  # fmt: skip


def otherwise(found: Found) -> Phrase:
    """What happens without an answer."""
    if found.would_cost and found.instead:
        outcome, settled = found.instead[0]
        if outcome is Outcome.STORE_CREDIT:
            return phrase("If we hear nothing by then, you get {amount} as store credit.", amount=settled.gets)
        return phrase("If we hear nothing by then, you get {amount} back.", amount=settled.gets)
    if found.would_cost or found.without_answer is WithoutAnswer.SEND_BACK:
        return phrase("If we hear nothing by then, we send the items back to you.")
    if found.offer is None:
        return phrase("If we hear nothing by then, they stay with us and nothing is paid out.")
    if found.outcome in EXCHANGES:
        return phrase("If we hear nothing by then, the exchange goes on as it stands.")
    return phrase("If we hear nothing by then, you get {amount}.", amount=found.offer.gets)


def grade_words(grade: str | None) -> Phrase | None:
    """In what condition a piece is; None where nobody said."""
    return GRADES.get(grade or "")


def verdict_words(decision: str, percent: str | None) -> Phrase:
    """What was decided of a piece."""
    if decision == "refused" or percent is None:
        return phrase("Not accepted")
    return phrase("Accepted at {percent} %", percent=explain.number(Decimal(percent)))


def until(here: Here, at: datetime) -> Phrase:
    """The end by the reader's clock. Once it has passed, what happens without an answer is carried out at the worker's
    next pass, and an answer before that still counts."""
    if at <= here.now:
        return phrase(
            "You could choose until {moment}. Until we go on, which is soon, your answer still counts.",
            moment=here.moment(at),
        )
    return phrase("Please choose by {moment}.", moment=here.moment(at))


def postage(payer: Payer) -> Phrase:
    """Whose it is when goods go back."""
    if payer is Payer.SHOP:
        return phrase("We pay for sending them.")
    return phrase("Sending them is at your cost: we write to you about it before anything leaves.")


_INSTEAD = phrase("In place of the exchange; nothing is due.")
_ONCE = phrase("Once for this return, in your words and with pictures. Until we have answered nothing happens.")
_BY_CHECKOUT = phrase("By the shop's own checkout; we send you the link.")
_NOTHING = phrase("Nothing is paid out, and you need not do anything.")


def _take(found: Found, titles: Mapping[int, str]) -> WayOut:
    if found.offer is None:
        label = phrase_n("Leave it with us", "Leave them with us", found.pieces)
        return WayOut(Way.TAKE, label, (_NOTHING,), found.zero, bonus=found.zero)
    rows = working([found.offer], titles)
    if found.would_cost:
        label = phrase("Keep the exchange and pay the rest")
        return WayOut(Way.TAKE, label, (_BY_CHECKOUT,), found.offer.due, True, rows, found.zero)
    if found.outcome in EXCHANGES:
        label, line = phrase("Go on with the exchange"), phrase("The exchange goes on as it stands.")
        return _going_on(Way.TAKE, label, (line,), found.offer, rows)
    label = phrase("Take the reduced sum")
    bonus = (phrase("including {amount} bonus", amount=found.offer.bonus),) if found.offer.bonus else ()
    return WayOut(Way.TAKE, label, bonus, found.offer.gets, False, rows, found.offer.bonus)


def _send_back(found: Found, titles: Mapping[int, str]) -> WayOut:
    label = phrase_n("Have it sent back to you", "Have them sent back to you", found.pieces)
    lines = [postage(found.paid_by)]
    if found.would_cost:
        lines.insert(0, phrase("The exchange is off, and nothing is charged."))
    if found.rest is None:
        return WayOut(Way.SEND_BACK, label, tuple(lines), found.zero, bonus=found.zero)
    rows = working([found.rest], titles)
    if found.outcome in EXCHANGES:
        lines.insert(0, phrase("The exchange goes on for what we accepted in full."))
        return _going_on(Way.SEND_BACK, label, tuple(lines), found.rest, rows)
    lines.insert(0, phrase("You get this for what we accepted in full."))
    return WayOut(Way.SEND_BACK, label, tuple(lines), found.rest.gets, False, rows, found.rest.bonus)


def _going_on(
    way: Way, label: Phrase, lines: tuple[Phrase, ...], settled: Settlement, rows: tuple[SumRow, ...]
) -> WayOut:
    """An exchange that costs no more than was agreed: what goes back beside it, or what is still to be paid."""
    zero = Money.zero(settled.own.currency)
    if settled.due:
        return WayOut(way, label, (*lines, _BY_CHECKOUT), settled.due, True, rows, zero)
    return WayOut(way, label, lines, settled.back, False, rows, zero)
