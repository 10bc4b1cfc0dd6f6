"""Mails as their shop would send them, about an order that never was: to be looked at, never sent. Pure.

What a person would have written stands in the reader's language too, so that no mail is shown with a hole in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from shopify_app.i18n import Day, Language, Phrase, phrase
from shopify_app.messages.inspected_story import Asked, WentBack
from shopify_app.messages.letters import Picture
from shopify_app.messages.plan import MailKind
from shopify_app.messages.story import ChangeFacts, House, LabelFacts, NoReceiptFacts, Story
from shopify_app.messages.withdrawn_story import WithdrawalFacts
from shopify_app.money import Money
from shopify_app.returns.changing.sums import Compared
from shopify_app.returns.changing.sums import Sums as Brought
from shopify_app.returns.dossier import BalanceFacts, Dossier, GroupFacts, LineFacts, PaidTo, SumRow, Sums, UnitFacts
from shopify_app.returns.dossier_facts import WithdrawalFacts as CarriedOut
from shopify_app.returns.settlements import RowKind
from shopify_app.settings.returns import WithoutAnswer

NUMBER = "2077"
CODE = "402913"
SHOPPER, ADDRESS = "Ada Lindqvist", "ada@example.com"
CREDIT, SWAP, REFUND = "store_credit", "variant_exchange", "refund"
WANTED = phrase("A picture of the damaged place, please, and one of the whole item.")
THANKS = phrase("Thanks for the pictures. We need nothing else.")
WORN = phrase("There are clear signs of wear.")
OUR_FAULT = phrase("The marks were there when it left us. We are sorry for the trouble.")
NOT_OURS = phrase("This item is not from our shop: its label is another brand's.")


@dataclass(frozen=True)
class Piece:
    """Something the shop sells; `other` is the variant that it is exchanged for."""

    title: str
    variant: str
    other: str
    price: Money
    picture: Picture | None = None


@dataclass(frozen=True)
class _Setting:
    """What every specimen is made of."""

    house: House
    pieces: tuple[Piece, Piece]
    now: datetime
    spoken: Language

    def says(self, words: Phrase) -> str:
        """What the shop has written by hand."""
        return self.spoken.say(words)

    @property
    def price(self) -> Money:
        return self.pieces[0].price

    @property
    def zero(self) -> Money:
        return Money.zero(self.price.currency)

    @property
    def bonus(self) -> Money:
        return self.price.percent(10)

    def story(self, ret: Dossier | None, **more: object) -> Story:
        known = Story(
            self.house,
            order=f"#{NUMBER}",
            link=self.house.home,
            zone=self.house.zone,
            ret=ret,
            group_id=1,
            line_pictures={place: each.picture for place, each in enumerate(self.pieces, 1) if each.picture},
        )
        return replace(known, **more)  # type: ignore[arg-type]


def specimen(kind: MailKind, house: House, pieces: Sequence[Piece], now: datetime, spoken: Language) -> Story:
    """What a mail of `kind` tells to a reader of `spoken`, with two `pieces` of the shop, as of `now`."""
    first, second = pieces[0], pieces[1] if len(pieces) > 1 else pieces[0]
    return _MADE[kind](_Setting(house, (first, second), now, spoken))


def _sums(at: _Setting, outcome: str) -> Sums:
    zero, price = at.zero, at.price
    bonus = at.bonus if outcome == CREDIT else zero
    rows = [SumRow(RowKind.PRICE, price, 1, 1, None, None)]
    if bonus:
        rows.append(SumRow(RowKind.BONUS, bonus, 1, 1, Decimal(10), price))
    if outcome == SWAP:
        rows.append(SumRow(RowKind.NEW_ITEMS, price, 1, 1, None, None))
    parts = () if outcome == SWAP else (PaidTo("payment" if outcome == REFUND else CREDIT, price, None),)
    return Sums(
        value=price,
        restocking_fee=zero,
        shipping_fee=zero,
        own=price,
        bonus=bonus,
        bonus_lapses=zero,
        gets=price + bonus,
        due=zero,
        waived=zero,
        back=zero if outcome == SWAP else price,
        unplaced=zero,
        parts=parts,
        rows=tuple(rows),
    )


def _line(at: _Setting, outcome: str, reception: str = "expected") -> LineFacts:
    piece = at.pieces[0]
    unit = UnitFacts(1, 1, reception, None, "pending", None, None, None, None, "none", None)
    return LineFacts(
        id=1,
        line_id=1,
        fulfillment_line_id=1,
        group=1,
        title=piece.title,
        variant_title=piece.variant,
        sku=None,
        quantity=1,
        outcome=outcome,
        method="own_carrier",
        reason="too_small",
        note=None,
        answer=None,
        replacement_variant_id=1 if outcome == SWAP else None,
        replacement_title=piece.other if outcome == SWAP else None,
        units=(unit,),
        photos=(),
    )


def _group(at: _Setting, outcome: str, **changes: object) -> GroupFacts:
    made = GroupFacts(
        id=1,
        position=1,
        outcome=outcome,
        money_event="inspection",
        state="open",
        shopify_return_id=None,
        look=None,
        look_facts=None,
        released_at=None,
        released_by=None,
        settled_at=None,
        accepted=_sums(at, outcome),
        final=None,
        bonus=None,
        steps=(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def _ret(at: _Setting, outcome: str = CREDIT, state: str = "approved", **changes: object) -> Dossier:
    made = Dossier(
        rma=f"R-{NUMBER}-1",
        order=f"#{NUMBER}",
        order_shopify_id=1,
        state=state,
        source="shopper",
        version=1,
        currency=at.price.currency,
        policy_version=1,
        requested_at=at.now,
        decide_by=at.now + timedelta(days=2),
        approved_at=None if state in ("requested", "more_wanted") else at.now,
        declined_at=None,
        decline_reason=None,
        closed_at=None,
        cancelled_at=None,
        first_scan_at=None,
        lines=(_line(at, outcome),),
        groups=(_group(at, outcome),),
        ledger=(),
        timeline=(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def _owing(at: _Setting) -> Story:
    """An exchange for something dearer."""
    due = at.price.percent(20)
    sums = replace(_sums(at, SWAP), due=due, rows=(
        SumRow(RowKind.PRICE, at.price, 1, 1, None, None), SumRow(RowKind.NEW_ITEMS, at.price + due, 1, 1, None, None)
    ))  # fmt: skip
    balance = BalanceFacts(
        state="open",
        amount=due,
        paid=at.zero,
        rest=due,
        over=at.zero,
        due_since=at.now,
        pay_by=at.now + timedelta(days=at.house.returns.balance_days),
        reminded_at=None,
        reminders=0,
        drop_wanted_at=None,
        instead=CREDIT,
    )
    group = _group(at, SWAP, accepted=sums, final=sums, balance=balance)
    return at.story(_ret(at, SWAP, groups=(group,)), pay_url=at.house.home)


def _asked(at: _Setting, reply: Phrase | None = None) -> Story:
    half = at.price.percent(50)
    returns = at.house.returns
    asked = Asked(
        group_id=1, is_open=True, pieces=1, was=at.price, gets=half, due=at.zero, back=at.zero, becomes=None,
        would_cost=False, goes_on=False, is_last=False,
        answer_by=at.now + timedelta(days=returns.inspection_answer_days),
        told=at.says(WORN),
        reply=at.says(reply) if reply else "",
        goes_back=returns.inspection_default is WithoutAnswer.SEND_BACK,
    )  # fmt: skip
    return at.story(_ret(at, REFUND), asked=asked)


def _changed(at: _Setting) -> Story:
    nothing = (at.zero,) * 5
    before = Brought(1, at.price, *nothing)
    after = Brought(1, at.zero, at.price, at.bonus, *nothing[:3])
    return at.story(_ret(at), change=ChangeFacts(Compared(before, after), by_shop=True))


def _label(at: _Setting, days: int) -> Story:
    until = (at.now + timedelta(days=days)).date()
    return at.story(_ret(at), label=LabelFacts("RR123456785", "", until))


def _withdrawn(at: _Setting, is_opened: bool) -> Story:
    piece, by = at.pieces[0], (at.now + timedelta(days=14)).date()
    title = " · ".join(filter(None, (piece.title, piece.variant)))
    told = WithdrawalFacts(f"W-{NUMBER}-1", SHOPPER, at.now, at.house.zone, ((1, title, 1),), True, by, at.house.home)
    carried = CarriedOut(f"W-{NUMBER}-1", at.now, "DE", True, True, None, by)
    return at.story(_ret(at, REFUND, withdrawal=carried) if is_opened else None, withdrawal=told)


def _no_receipt(at: _Setting, state: str) -> Story:
    piece = at.pieces[0]
    until = Day((at.now + timedelta(days=730)).date(), has_year=True)
    told = NoReceiptFacts(
        "N-2077", state, piece.title, piece.variant, 1, piece.price, until, ADDRESS, False, piece.picture
    )  # fmt: skip
    code = {"code": CODE, "code_minutes": 10} if state == "asked" else {}
    note = at.says(NOT_OURS) if state == "declined" else ""
    return at.story(None, no_receipt=told, note=note, **code)


_MADE: Mapping[MailKind, Callable[[_Setting], Story]] = {
    MailKind.ONE_TIME_CODE: lambda at: at.story(None, code=CODE, code_minutes=10),
    MailKind.RETURN_REQUESTED: lambda at: at.story(_ret(at, state="requested")),
    MailKind.RETURN_MORE_WANTED: lambda at: at.story(_ret(at, state="more_wanted"), question=at.says(WANTED)),
    MailKind.RETURN_MESSAGE: lambda at: at.story(_ret(at), note=at.says(THANKS)),
    MailKind.RETURN_APPROVED: lambda at: at.story(_ret(at)),
    MailKind.RETURN_DECLINED: lambda at: at.story(
        _ret(at, REFUND, state="declined", decline_reason="return_period_ended")
    ),
    MailKind.RETURN_CHANGED: _changed,
    MailKind.RETURN_CANCELLED: lambda at: at.story(_ret(at, state="cancelled")),
    MailKind.GOODS_RECEIVED: lambda at: at.story(_ret(at, lines=(_line(at, CREDIT, "received"),))),
    MailKind.BALANCE_DUE: _owing,
    MailKind.BALANCE_REMINDER: _owing,
    MailKind.GROUP_SETTLED: lambda at: at.story(
        _ret(at, REFUND, groups=(_group(at, REFUND, state="settled", settled_at=at.now),))
    ),
    MailKind.REPLACEMENT_GONE: lambda at: at.story(_ret(at, SWAP)),
    MailKind.INSPECTION_ASKED: _asked,
    MailKind.INSPECTION_REMINDER: _asked,
    MailKind.INSPECTION_DECIDED: lambda at: _asked(at, OUR_FAULT),
    MailKind.GOODS_SENT_BACK: lambda at: at.story(_ret(at), went_back=WentBack(1, "RR123456785", "", "")),
    MailKind.RETURN_LABEL: lambda at: _label(at, 30),
    MailKind.RETURN_LABEL_ENDS: lambda at: _label(at, 3),
    MailKind.WITHDRAWAL_RECEIVED: lambda at: _withdrawn(at, is_opened=False),
    MailKind.WITHDRAWAL_OPENED: lambda at: _withdrawn(at, is_opened=True),
    MailKind.TEAM_NEW_RETURN: lambda at: at.story(_ret(at, state="requested")),
    MailKind.TEAM_ANSWERED: lambda at: at.story(_ret(at, state="requested")),
    MailKind.TEAM_NO_RECEIPT: lambda at: _no_receipt(at, "received"),
    MailKind.TEAM_LOOK: lambda at: at.story(_ret(at)),
    MailKind.TEAM_APPEAL: lambda at: at.story(_ret(at)),
    MailKind.TEAM_SEND_BACK: lambda at: at.story(_ret(at), went_back=WentBack(1, "", "", "", is_sent=False)),
    MailKind.TEAM_WITHDRAWAL: lambda at: _withdrawn(at, is_opened=False),
    MailKind.SENDER_TEST: lambda at: at.story(None),
    MailKind.NO_RECEIPT_CODE: lambda at: _no_receipt(at, "asked"),
    MailKind.NO_RECEIPT_RECEIVED: lambda at: _no_receipt(at, "received"),
    MailKind.NO_RECEIPT_MATCHED: lambda at: _no_receipt(at, "matched"),
    MailKind.NO_RECEIPT_ACCOUNT: lambda at: _no_receipt(at, "account_wanted"),
    MailKind.NO_RECEIPT_CREDITED: lambda at: _no_receipt(at, "credited"),
    MailKind.NO_RECEIPT_DECLINED: lambda at: _no_receipt(at, "declined"),
}
