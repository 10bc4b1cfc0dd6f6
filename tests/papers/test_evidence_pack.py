"""The evidence pack: a document that a bank reads, of one shop's own return, without what was erased."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from inspecting import appeal, decide_appeal, take
from PIL import Image
from returns_counter import Counter, open_counter
from settling import ADA, MARA, approve, receive, with_credit, work
from withdrawing import buys, carry_out, declare, its_return

from jobs.reactions import FOLLOWERS
from shopify_app.db import Database
from shopify_app.i18n import Languages
from shopify_app.messages.models import Message, MessagePhase
from shopify_app.messages.plan import MailKind
from shopify_app.orders.models import Order
from shopify_app.papers import slip
from shopify_app.papers.evidence import Evidence, read
from shopify_app.papers.evidence_paper import evidence_html, evidence_paper
from shopify_app.papers.printing import PDF, can_set_pages, slip_html
from shopify_app.returns import photos, privacy, published, reception
from shopify_app.returns.effects import Bonus, Effects, Window
from shopify_app.returns.inspecting.states import Appealed
from shopify_app.returns.models import Return, ReturnPhoto
from shopify_app.returns.reception import Verdict, add_delivery
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Grade, UnitDecision
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.shops.privacy import Subject

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    found = with_credit(open_counter(database, database_url))
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT),
        methods=(Method.OWN_CARRIER,),
        bonus={Scope.ANY: Bonus(percent=Decimal(10))},
        money_events={Scope.ANY: MoneyEvent.INSPECTION},
        approval=Approval.REVIEW,
    )
    with found.database.write() as session:
        policy = Policy(rules=(Rule(name="All", then=then),))
        published.publish(session, found.shop_id, policy, "mara", found.now() - timedelta(days=90))
    return found


@pytest.fixture
def told(counter: Counter) -> Return:
    """Two shirts, one cut: asked about, appealed, decided, taken, settled."""
    ret = counter.asked(quantity=2, outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    with counter.database.write() as session:
        add_delivery(session, counter.ret(session, ret), "JD0099", None, ADA, counter.now())
    receive(counter, ret)
    said = "A cut of 4 cm at the left sleeve."
    for verdict in (
        Verdict(UnitDecision.ACCEPTED, Decimal(50), Grade.DAMAGED, "cut", said),
        Verdict(UnitDecision.ACCEPTED),
    ):
        with counter.database.write() as session:
            found = counter.ret(session, ret)
            units = reception.units_to_inspect(found, None, 1)
            reception.inspect(session, found, units, verdict, MARA, counter.now())
            if verdict.told:
                session.add(shot(counter, found, units[0]))
    work(counter)
    decide_appeal(counter, ret, appeal(counter, ret), Appealed.CHANGED, "60")
    take(counter, ret)
    return ret


def shot(counter: Counter, ret: Return, unit: int) -> ReturnPhoto:
    drawn = BytesIO()
    Image.new("RGB", (800, 600), "#7a4b2a").save(drawn, "JPEG")
    config = counter.wire.adapters.config
    kept = photos.keep(
        photos.folder_in(config.data_dir), counter.database.keyring, ret.shop_id, drawn.getvalue(), "cut.jpg"
    )
    about = {"file_name": kept.file_name, "media_type": kept.media_type, "bytes": kept.bytes}
    size = {"width": kept.width, "height": kept.height, "added_at": counter.now()}
    return ReturnPhoto(shop_id=ret.shop_id, return_id=ret.id, unit_id=unit, fulfillment_line_id=1, **about, **size)


def pack(counter: Counter, ret: Return) -> Evidence:
    with counter.database.read() as session:
        found, config = counter.ret(session, ret), counter.wire.adapters.config
        return read(session, found, counter.database.keyring, config.data_dir, counter.now())


def test_the_pack_holds_all_that_a_bank_asks_for(counter: Counter, told: Return) -> None:
    html = evidence_html(pack(counter, told))

    for words in (
        told.rma,
        "in force since",  # the policy it was under
        "Accepted</dt>",  # consent to the sums
        "A cut of 4 cm at the left sleeve.",
        "It came with that stain.",
        "We looked again.",
        "JD0099",
        "gid://shopify/StoreCredit",  # where the money went, by Shopify's ids
        "data:image/jpeg;base64,",
        "a…@example.com",
        "Fingerprint of these facts",
    ):
        assert words in html, words
    assert "ada@example.com" not in html
    assert "€77.76" in html  # 48.60 + 60 % of 48.60


def written(counter: Counter, ret: Return, kind: MailKind, phase: MessagePhase, recipient: str) -> None:
    with counter.database.write() as session:
        facts = {"order_id": ret.order_id, "return_id": ret.id, "made_at": counter.now(), "due_at": counter.now()}
        row = Message(shop_id=ret.shop_id, kind=kind, cause=f"{kind}:1", recipient=recipient, phase=phase, **facts)
        session.add(row)


def test_a_sent_mail_says_whom_it_went_to_although_its_address_is_not_kept(counter: Counter, told: Return) -> None:
    written(counter, told, MailKind.RETURN_APPROVED, MessagePhase.SENT, "")
    written(counter, told, MailKind.TEAM_NEW_RETURN, MessagePhase.SENT, "")
    written(counter, told, MailKind.GROUP_SETTLED, MessagePhase.PLANNED, "ada@example.com")

    found = pack(counter, told)

    assert {mail.kind: mail.to for mail in found.mails} == {
        "Return approved": "the shopper",
        "Team new return": "the shop's team",
        "Group settled": "a…@example.com",
    }
    assert "erased" not in evidence_html(found)


@pytest.fixture
def withdrawn(database: Database, database_url: str) -> Counter:
    database.followers = FOLLOWERS
    return with_credit(open_counter(database, database_url))


def test_the_pack_of_a_withdrawal_tells_the_declaration_the_law_and_the_acknowledgement(withdrawn: Counter) -> None:
    row = declare_all(withdrawn)
    ret = its_return(withdrawn, row)

    found = pack(withdrawn, ret)
    html = evidence_html(found)

    assert f"Statutory withdrawal {row.number}" in html
    assert "from the whole contract" in html
    assert "Lag (2005:59) om distansavtal" in html
    assert f"money due by {row.refund_by}" in html
    for words in ("by the policy", "What the shopper asked for and accepted", "The policy that the order was under"):
        assert words not in html, words
    assert [mail.kind for mail in found.mails] == ["Withdrawal received", "Withdrawal opened"]


@pytest.mark.asked
def test_the_delivery_that_a_withdrawal_gave_back_is_part_of_what_was_returned(withdrawn: Counter) -> None:
    ret = its_return(withdrawn, declare_all(withdrawn))
    receive(withdrawn, ret)
    carry_out(withdrawn)

    found = pack(withdrawn, ret)
    text = " ".join(re.sub(r"<[^>]+>", " ", evidence_html(found)).split())

    (back,) = (group.delivery for group in found.ret.groups if group.delivery)
    language = Languages().choose(["en"])
    goods = found.settled[0].sums.gets
    assert f"Returned to the shopper {language.money(goods + back)}" in text
    assert f"Delivery of the order, paid back {language.money(back)}" in text


@pytest.mark.asked
def test_each_sum_says_of_which_item_it_is_where_there_are_several(withdrawn: Counter) -> None:
    ret = its_return(withdrawn, declare_all(withdrawn))

    (part,) = pack(withdrawn, ret).promised

    assert {title for title, _, _ in part.rows} == {"Wool shirt, S", "Wool shirt, M", ""}  # the last: all together


def test_the_slip_of_a_withdrawal_asks_no_reason_and_claims_no_approval(withdrawn: Counter) -> None:
    ret = its_return(withdrawn, declare_all(withdrawn))

    with withdrawn.database.read() as session:
        found = slip.read(session, withdrawn.ret(session, ret), "https://app.example", with_sender=False)
    html = slip_html(found, Languages().choose(["en"]))

    assert ret.rma in html
    assert "Approved on" not in html
    assert "Reason" not in html


def declare_all(counter: Counter) -> Withdrawal:
    row = declare(counter, buys(counter, "S", "M", sent=2))
    carry_out(counter)
    return row


def test_the_shops_name_stands_on_every_page_as_it_is_written(counter: Counter, told: Return) -> None:
    found = replace(pack(counter, told), shop='Hedvall & "Daughters" </style>')

    html = evidence_html(found)

    assert r"Hedvall \26  \22 Daughters\22  \3c /style\3e  · return" in html


def test_it_is_a_pdf_that_names_what_it_is(counter: Counter, told: Return) -> None:
    paper = evidence_paper(pack(counter, told))
    if not can_set_pages():
        assert paper.media_type == "text/html"
        return
    assert paper.media_type == PDF
    assert paper.body.startswith(b"%PDF-")


@pytest.mark.asked
def test_after_an_erasure_names_words_and_pictures_are_gone(counter: Counter, told: Return) -> None:
    with counter.database.write() as session:
        order = session.get_one(Order, told.order_id)
        subject = Subject(None, (order.shopify_id,))
        privacy.forget(session, counter.shop_id, subject, order.customer_id)
        order.erased_at = counter.now()
        order.email = order.shipping_address = None

    html = evidence_html(pack(counter, told))

    assert "Erased at the person" in html
    for words in ("It came with that stain.", "A cut of 4 cm", "We looked again.", "data:image", "example.com"):
        assert words not in html, words
    assert "€77.76" in html
