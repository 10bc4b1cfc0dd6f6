"""Stories for mails: Ada's returns in every kind, as facts and without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shopify_app.i18n import Day
from shopify_app.messages.automated_story import Said
from shopify_app.messages.inspected_story import Asked, WentBack
from shopify_app.messages.letters import Picture
from shopify_app.messages.plan import MailKind
from shopify_app.messages.story import ChangeFacts, House, LabelFacts, NoReceiptFacts, Story
from shopify_app.messages.withdrawn_story import WithdrawalFacts
from shopify_app.money import Money
from shopify_app.returns.changing.sums import Compared
from shopify_app.returns.changing.sums import Sums as Brought
from shopify_app.returns.dossier import (
    BalanceFacts,
    BonusFacts,
    Dossier,
    GroupFacts,
    LineFacts,
    PaidTo,
    SumRow,
    Sums,
    UnitFacts,
)
from shopify_app.returns.dossier_facts import WithdrawalFacts as Carried
from shopify_app.returns.settlements import RowKind
from shopify_app.returns.withdrawing.travelled import Travelled
from shopify_app.settings.branding import Brand
from shopify_app.settings.messages import Messages
from shopify_app.settings.returns import Returns

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Stockholm")
SAID = Said({"en": "Your parcel {waits}"}, {"en": "It has not moved for three days.\nWe are asking the carrier."})
LINK = "https://mara.example/apps/order-care/returns/r/abc.def"


def changed() -> ChangeFacts:
    """The shop made store credit of a refund."""
    now = Compared(
        Brought(1, euro("48.60"), *(euro("0"),) * 5),
        Brought(1, euro("0"), euro("48.60"), euro("4.50"), *(euro("0"),) * 3),
    )
    return ChangeFacts(now, by_shop=True)


def asked_about(**changes: Any) -> Asked:
    """A question after an inspection, as its mail tells it."""
    known = Asked(
        group_id=31,
        is_open=True,
        pieces=1,
        was=euro("48.60"),
        gets=euro("24.30"),
        due=euro("0.00"),
        back=euro("0.00"),
        becomes=None,
        would_cost=False,
        goes_on=False,
        answer_by=datetime(2026, 12, 1, 12, 0, tzinfo=UTC),
        told="A cut of 4 cm at the left sleeve.",
        reply="",
        is_last=False,
        goes_back=False,
    )
    return replace(known, **changes)


def euro(amount: str) -> Money:
    return Money.parse(amount, "EUR")


def house(**changes: Any) -> House:
    """Mara's shop."""
    found = House(
        name="Nordkant",
        home="https://mara.example/",
        contact="hello@mara.example",
        brand=Brand(name="Nordkant", footer={"en": "Nordkant AB · Storgatan 1 · 411 24 Göteborg"}),
        returns=Returns(
            return_address="Nordkant returns\nLagervägen 7\n425 37 Hisings Kärra\nSweden",
            instructions={"en": "Hand the parcel in at any post office."},
        ),
        messages=Messages(),
        zone=ZONE,
        languages=("en",),
    )
    return replace(found, **changes)


def row(kind: RowKind, amount: str, **changes: Any) -> SumRow:
    facts = {"line_id": 9001, "count": 1, "percent": None, "base": None} | changes
    return SumRow(kind, euro(amount), **facts)


def sums(**changes: Any) -> Sums:
    """The worked example: 50.00 less 5.00, 3.60 tax, 4.50 bonus."""
    zero = euro("0")
    found = Sums(
        value=euro("48.60"),
        restocking_fee=zero,
        shipping_fee=zero,
        own=euro("48.60"),
        bonus=zero,
        bonus_lapses=zero,
        gets=euro("48.60"),
        due=zero,
        waived=zero,
        back=euro("48.60"),
        unplaced=zero,
        parts=(PaidTo("payment", euro("48.60"), "7001"),),
        rows=(row(RowKind.PRICE, "50.00"), row(RowKind.DISCOUNT, "-5.00"), row(RowKind.TAX, "3.60")),
    )
    return replace(found, **changes)


def with_bonus() -> Sums:
    found = sums(bonus=euro("4.50"), gets=euro("53.10"), parts=(PaidTo("store_credit", euro("48.60"), None),))
    return replace(found, rows=(*found.rows, row(RowKind.BONUS, "4.50", percent=Decimal(10), base=euro("45.00"))))


def even() -> Sums:
    return sums(back=euro("0"), parts=(), rows=(*sums().rows, row(RowKind.NEW_ITEMS, "48.60")))


def unit(number: int = 1, **changes: Any) -> UnitFacts:
    found = UnitFacts(number, number, "expected", None, "pending", None, None, None, None, "none", None)
    return replace(found, **changes)


def line(number: int = 1, **changes: Any) -> LineFacts:
    found = LineFacts(
        id=number,
        line_id=9000 + number,
        fulfillment_line_id=5000 + number,
        group=1,
        title="Linen shirt",
        variant_title="M / Sage",
        sku=None,
        quantity=1,
        outcome="refund",
        method="own_carrier",
        reason="too_small",
        note=None,
        answer=None,
        replacement_variant_id=None,
        replacement_title=None,
        units=(unit(),),
        photos=(),
    )
    return replace(found, **changes)


def group(outcome: str = "refund", accepted: Sums | None = None, **changes: Any) -> GroupFacts:
    found = GroupFacts(
        id=31,
        position=1,
        outcome=outcome,
        money_event="inspection",
        state="open",
        shopify_return_id=88,
        look=None,
        look_facts=None,
        released_at=None,
        released_by=None,
        settled_at=None,
        accepted=accepted or sums(),
        final=None,
        bonus=None,
        steps=(),
    )
    return replace(found, **changes)


def dossier(*groups: GroupFacts, lines: tuple[LineFacts, ...] = (), **changes: Any) -> Dossier:
    found = Dossier(
        rma="R-1042-1",
        order="#1042",
        order_shopify_id=1042,
        state="requested",
        source="shopper",
        version=1,
        currency="EUR",
        policy_version=1,
        requested_at=NOON,
        decide_by=datetime(2026, 11, 26, 22, 59, tzinfo=UTC),
        approved_at=None,
        declined_at=None,
        decline_reason=None,
        closed_at=None,
        cancelled_at=None,
        first_scan_at=None,
        lines=lines or (line(),),
        groups=groups or (group(),),
        ledger=(),
        timeline=(),
    )
    return replace(found, **changes)


def story(ret: Dossier | None = None, **changes: Any) -> Story:
    found = Story(
        house=house(),
        order="#1042",
        link=LINK,
        zone=ZONE,
        ret=ret or dossier(),
        group_id=31,
        line_pictures={9001: Picture("https://cdn.shopify.com/s/files/shirt.jpg", "Linen shirt in sage")},
        new_pictures={},
    )
    return replace(found, **changes)


def declared(**changes: Any) -> WithdrawalFacts:
    found = WithdrawalFacts(
        number="W-1042-1",
        name="Ada Lindholm",
        received_at=NOON,
        zone=ZONE,
        goods=((9001, "Linen shirt · M / Sage", 2),),
        is_whole=True,
        refund_by=date(2026, 12, 8),
        address="https://nordkant.example/apps/order-care/withdraw/done/x",
    )
    return replace(found, **changes)


CARRIED_OUT = Carried("W-1042-1", NOON, "SE", True, True, None, date(2026, 12, 8))
"""What a return knows of the withdrawal that it carries out."""


def swap(**changes: Any) -> LineFacts:
    return line(outcome="variant_exchange", replacement_variant_id=812, replacement_title="L / Sage", **changes)


BONUS = BonusFacts(euro("4.50"), "issued", NOON, datetime(2027, 11, 21, 12, 0, tzinfo=UTC), euro("0"), euro("0"))
TWO = (
    line(1, quantity=2, units=(unit(1, reception="received"), unit(2))),
    line(2, title="Wool socks", variant_title="39-42", outcome="store_credit", group=2),
)


def request(state: str) -> NoReceiptFacts:
    """A shirt that somebody was given, without an order number."""
    return NoReceiptFacts(
        number="N-1001",
        state=state,
        title="Linen shirt",
        variant="M / Sage",
        quantity=1,
        amount=euro("48.60"),
        until=Day(date(2028, 11, 24), has_year=True),
        address="ada@example.com",
        is_orderers=False,
        picture=None,
    )


def owing(paid: str = "0", state: str = "open") -> GroupFacts:
    """A swap whose fee is to be paid."""
    due = replace(even(), own=euro("39.60"), due=euro("9.00"), restocking_fee=euro("9.00"))
    owed = BalanceFacts(
        state=state,
        amount=euro("9.00"),
        paid=euro(paid),
        rest=euro("9.00") - euro(paid),
        over=euro("0"),
        due_since=NOON,
        pay_by=datetime(2026, 12, 1, 22, 59, 59, tzinfo=UTC),
        reminded_at=None,
        reminders=0,
        drop_wanted_at=None,
        instead="store_credit",
    )
    return group("variant_exchange", due, final=due, balance=owed)


def cases() -> dict[str, tuple[MailKind, Story]]:
    """A story for every kind of mail, and for the turns that a kind may take."""
    asked = "Could you send us a photo of the seam?\nA close one is best."
    approved = {"state": "approved", "approved_at": NOON}
    mixed = (group(), group("store_credit", with_bonus(), id=32, position=2))
    credit = group("store_credit", with_bonus(), bonus=BONUS, state="settled", settled_at=NOON)
    less = sums(
        own=euro("20.00"),
        gets=euro("20.00"),
        back=euro("20.00"),
        parts=(
            PaidTo("gift_card", euro("5.00"), "7002"),
            PaidTo("payment", euro("15.00"), "7001"),
        ),
        rows=(
            *sums().rows,
            row(RowKind.REDUCED, "-24.30"),
            row(RowKind.RESTOCKING, "-4.30", percent=Decimal(20), base=euro("21.50")),
        ),
    )
    half = line(
        quantity=2,
        units=(
            unit(1, reception="received", decision="accepted"),
            unit(2, reception="received", decision="refused"),
        ),
    )
    return {
        "code": (MailKind.ONE_TIME_CODE, story(code="402913", code_minutes=10)),
        "requested": (MailKind.RETURN_REQUESTED, story(dossier(*mixed, lines=TWO))),
        "more": (MailKind.RETURN_MORE_WANTED, story(dossier(state="more_wanted"), question=asked)),
        "message": (MailKind.RETURN_MESSAGE, story(dossier(), note="It takes a day more.")),
        "sender_test": (MailKind.SENDER_TEST, story()),
        "team_new": (MailKind.TEAM_NEW_RETURN, story(dossier(*mixed, lines=TWO))),
        "automated_for_team": (MailKind.TEAM_AUTOMATION, story(automated=SAID)),
        "team_automation_of_a_return": (MailKind.TEAM_AUTOMATION, story(automated=replace(SAID, rma="R-1042-1"))),
        "automated": (MailKind.AUTOMATED, story(automated=SAID)),
        "team_look": (MailKind.TEAM_LOOK, story(dossier(**approved))),
        "team_answered": (MailKind.TEAM_ANSWERED, story(dossier(*mixed, lines=TWO))),
        "team_appeal": (
            MailKind.TEAM_APPEAL,
            story(
                dossier(**approved), asked=asked_about(is_appealed=True, decide_by=datetime(2026, 11, 27, tzinfo=UTC))
            ),
        ),
        "team_send_back": (
            MailKind.TEAM_SEND_BACK,
            story(dossier(**approved), went_back=WentBack(2, "", "", "", is_sent=False)),
        ),
        "team_withdrawal": (MailKind.TEAM_WITHDRAWAL, story(withdrawal=declared(needs_look=True))),
        "team_no_receipt": (MailKind.TEAM_NO_RECEIPT, story(no_receipt=request("received"))),
        "team_no_receipt_look": (
            MailKind.TEAM_NO_RECEIPT,
            story(no_receipt=replace(request("accepted"), needs_look=True)),
        ),
        "approved": (MailKind.RETURN_APPROVED, story(dossier(*mixed, lines=TWO, **approved))),
        "approved_swap": (
            MailKind.RETURN_APPROVED,
            story(
                dossier(group("variant_exchange", even()), lines=(swap(method="in_store"),), **approved),
                held_until=date(2026, 12, 8),
                house=house(returns=Returns(store_addresses="Nordkant Haga\nHaga Nygata 3, Göteborg")),
            ),
        ),
        "declined": (
            MailKind.RETURN_DECLINED,
            story(dossier(state="declined", decline_reason="return_period_ended"), note="It has been a year."),
        ),
        "changed": (
            MailKind.RETURN_CHANGED,
            story(dossier(*mixed, lines=TWO, **approved), change=changed(), note="As we said on the phone."),
        ),
        "cancelled": (MailKind.RETURN_CANCELLED, story(dossier(state="cancelled"))),
        "received": (MailKind.GOODS_RECEIVED, story(dossier(*mixed, lines=TWO, **approved))),
        "gone": (MailKind.REPLACEMENT_GONE, story(dossier(group("variant_exchange", even()), lines=(swap(),)))),
        "inspected": (MailKind.INSPECTION_ASKED, story(dossier(**approved, lines=(half,)), asked=asked_about())),
        "inspected_nothing": (
            MailKind.INSPECTION_ASKED,
            story(dossier(**approved), asked=asked_about(gets=euro("0.00"), is_last=True, reply="It is worn.")),
        ),
        "inspected_dear": (
            MailKind.INSPECTION_ASKED,
            story(
                dossier(group("variant_exchange", even()), lines=(swap(),), **approved),
                asked=asked_about(due=euro("24.30"), would_cost=True, becomes=("store_credit", euro("26.73"))),
            ),
        ),
        "inspected_goes_on": (
            MailKind.INSPECTION_ASKED,
            story(
                dossier(group("shop_now", even()), lines=(swap(),), **approved),
                asked=asked_about(back=euro("5.40"), goes_on=True),
            ),
        ),
        "inspected_reminder": (
            MailKind.INSPECTION_REMINDER,
            story(
                dossier(**approved),
                asked=asked_about(due=euro("9.00"), would_cost=True, becomes=("refund", euro("24.30"))),
            ),
        ),
        "inspected_back": (
            MailKind.INSPECTION_REMINDER,
            story(dossier(**approved), asked=asked_about(is_last=True, goes_back=True)),
        ),
        "inspected_after_all": (
            MailKind.INSPECTION_DECIDED,
            story(dossier(**approved), asked=asked_about(reply="You are right.")),
        ),
        "went_back": (
            MailKind.GOODS_SENT_BACK,
            story(dossier(**approved), went_back=WentBack(2, "JD0101", "DHL", "https://dhl.example/JD0101")),
        ),
        "label": (
            MailKind.RETURN_LABEL,
            story(dossier(**approved), label=LabelFacts("RR123456785SE", "PostNord", date(2026, 12, 20))),
        ),
        "label_link": (MailKind.RETURN_LABEL, story(dossier(**approved), label=LabelFacts("", "", None))),
        "label_ends": (
            MailKind.RETURN_LABEL_ENDS,
            story(dossier(**approved), label=LabelFacts("RR123456785SE", "PostNord", date(2026, 11, 28))),
        ),
        "withdrawn": (MailKind.WITHDRAWAL_RECEIVED, story(withdrawal=declared())),
        "withdrawn_part": (MailKind.WITHDRAWAL_RECEIVED, story(withdrawal=declared(is_whole=False, name=""))),
        "withdrawn_back": (
            MailKind.WITHDRAWAL_OPENED,
            story(dossier(withdrawal=CARRIED_OUT, **approved), withdrawal=declared()),
        ),
        "withdrawn_arrived": (
            MailKind.GOODS_RECEIVED,
            story(dossier(withdrawal=CARRIED_OUT, lines=TWO, **approved)),
        ),
        "withdrawn_unsent": (MailKind.WITHDRAWAL_RECEIVED, story(withdrawal=declared(travelled=Travelled.NONE))),
        "withdrawn_sent": (MailKind.WITHDRAWAL_RECEIVED, story(withdrawal=declared(travelled=Travelled.ALL))),
        "withdrawn_off": (MailKind.RETURN_CANCELLED, story(dossier(state="cancelled", withdrawal=CARRIED_OUT))),
        "withdrawn_refund": (
            MailKind.GROUP_SETTLED,
            story(dossier(group(state="settled", delivery=euro("4.90")), withdrawal=CARRIED_OUT, **approved)),
        ),
        "refund": (MailKind.GROUP_SETTLED, story(dossier(group(state="settled"), **approved))),
        "refund_less": (MailKind.GROUP_SETTLED, story(dossier(group(final=less), lines=(half,), **approved))),
        "credit": (
            MailKind.GROUP_SETTLED,
            story(dossier(credit, lines=(line(outcome="store_credit"),), **approved), balance=euro("61.10")),
        ),
        "balance": (
            MailKind.BALANCE_DUE,
            story(dossier(owing(), lines=(swap(),), **approved), pay_url="https://mara.example/orders/abc?pay=1"),
        ),
        "balance_again": (MailKind.BALANCE_REMINDER, story(dossier(owing(paid="4.00"), lines=(swap(),), **approved))),
        "balance_paid": (
            MailKind.GROUP_SETTLED,
            story(dossier(owing(paid="9.00", state="paid"), lines=(swap(),), **approved)),
        ),
        "no_receipt_code": (
            MailKind.NO_RECEIPT_CODE,
            story(code="402913", code_minutes=10, no_receipt=request("asked")),
        ),
        "no_receipt": (MailKind.NO_RECEIPT_RECEIVED, story(no_receipt=request("received"))),
        "no_receipt_matched": (MailKind.NO_RECEIPT_MATCHED, story(no_receipt=request("matched"))),
        "no_receipt_account": (MailKind.NO_RECEIPT_ACCOUNT, story(no_receipt=request("account_wanted"))),
        "no_receipt_credited": (MailKind.NO_RECEIPT_CREDITED, story(no_receipt=request("credited"))),
        "no_receipt_declined": (
            MailKind.NO_RECEIPT_DECLINED,
            story(no_receipt=request("declined"), note="This shirt is another maker's."),
        ),
        "swap": (
            MailKind.GROUP_SETTLED,
            story(dossier(group("variant_exchange", even()), lines=(swap(),), **approved)),
        ),
    }
