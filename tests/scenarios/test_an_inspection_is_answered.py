"""Two shirts come back and one has a cut: Mara says so, Ada is asked by mail and answers on the return's page, or does
not. From the merchant's form to the last cent, with every mail and the clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from portal import PREFIX, Shopper
from returns_counter import Counter, open_counter
from settling import approve, ours, receive, states, theirs, with_credit, work
from sqlalchemy import select

from jobs.inspection import look_at_questions
from jobs.mails import send_one
from jobs.reactions import FOLLOWERS, do_duty
from shopify_app.config import MailServer
from shopify_app.db import Database
from shopify_app.events import Reaction
from shopify_app.messages.models import Message
from shopify_app.pages.return_links import status_path
from shopify_app.returns import published
from shopify_app.returns.effects import Bonus, Effects, Window
from shopify_app.returns.models import Return
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from wire import application

CUT = "A cut of 4 cm at the left sleeve."


@dataclass
class Desk:
    """Ada's return, Mara's admin, the post and the clock."""

    counter: Counter
    client: FlaskClient
    ret: Return
    letters: list[EmailMessage] = field(default_factory=list)

    def post(self, server: Any, letter: EmailMessage, sender: str, recipient: str, hand_over: Any) -> None:
        hand_over()
        self.letters.append(letter)

    def goes_on(self, **time: int) -> None:
        """The clock moves, and everything that follows from what happened."""
        if time:
            self.counter.wire.advance(seconds=int(timedelta(**time).total_seconds()))
            look_at_questions(self.counter.wire.adapters)
        for _ in range(3):
            work(self.counter)
            with self.counter.database.read() as session:
                duties = list(session.scalars(select(Reaction.id).where(Reaction.state == "pending")))
                mails = list(session.scalars(select(Message.id).where(Message.state == "pending")))
            for duty in duties:
                do_duty(self.counter.wire.adapters, duty)
            for mail in mails:
                send_one(self.counter.wire.adapters, mail, self.post)

    @property
    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.letters]

    @property
    def newest(self) -> str:
        body = self.letters[-1].get_body(("plain",))
        assert body is not None
        return " ".join(body.get_content().split())

    @property
    def mara(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.counter.wire.session_token()}"}

    @property
    def admin(self) -> str:
        return f"/app/returns/{self.ret.rma}"

    def sees(self) -> str:
        answer = self.client.get(self.admin, headers=self.mara)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def does(self, verb: str, **typed: Any) -> None:
        """Mara sends one of the page's forms, as she sees it."""
        version = re.search(r'name="version" value="(\d+)"', self.sees())
        assert version
        data = {"verb": verb, "version": version[1]} | {name.replace("__", "-"): value for name, value in typed.items()}
        answer = self.client.post(self.admin, headers=self.mara, data=data, content_type="multipart/form-data")
        assert answer.status_code in (200, 303), answer.get_data(as_text=True)[:800]
        self.goes_on()

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="(\d+)"', self.sees())
        assert found
        return found[1]

    def ada(self) -> Shopper:
        """On her return's page, by the link in the mail."""
        keyring = self.counter.database.keyring
        return Shopper(self.client, self.counter.wire).open(f"/{status_path(keyring, self.ret.shop_id, self.ret.id)}")

    def answers(self, way: str) -> Shopper:
        """She chooses, and types the code that comes by mail."""
        ada = self.ada()
        form = next(n for n, each in enumerate(ada.forms) if each.action.endswith("/inspection"))
        ada.send(form, answer=way)
        if way != "appeal":
            self.goes_on()
            ada.send(code=next(word for word in self.subjects[-1].split() if word.isdigit()))
        return ada


@contextmanager
def opened(database: Database, url: str, folder: Path, outcome: Outcome) -> Iterator[Desk]:
    database.followers = FOLLOWERS
    counter = with_credit(open_counter(database, url))
    adapters = counter.wire.adapters
    mail = {"mail_server": MailServer("127.0.0.1", 25), "mail_from": "returns@mara.example"}
    counter.wire.adapters = replace(adapters, config=replace(adapters.config, data_dir=folder, **mail))
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT),
        methods=(Method.OWN_CARRIER,),
        bonus={Scope.ANY: Bonus(percent=Decimal(10))},
        money_events={Scope.ANY: MoneyEvent.INSPECTION},
        approval=Approval.REVIEW,
    )
    with database.write() as session:
        policy = Policy(rules=(Rule(name="All", then=then),))
        published.publish(session, counter.shop_id, policy, "mara", counter.now() - timedelta(days=90))
    desk = Desk(counter, application(counter.wire.adapters).test_client(), counter.asked(quantity=2, outcome=outcome))
    approve(counter, desk.ret)
    receive(counter, desk.ret)
    desk.goes_on()
    yield desk


@pytest.fixture
def desk(database: Database, database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """Both shirts are here; one has a cut, which Mara writes down with a picture."""
    with opened(database, database_url, tmp_path, Outcome.STORE_CREDIT) as found:
        inspected(found)
        yield found


def inspected(desk: Desk) -> None:
    with desk.counter.database.read() as session:
        first, second = [unit.id for unit in desk.counter.ret(session, desk.ret).lines[0].units]
    drawn = BytesIO()
    Image.new("RGB", (60, 40), "#7a4b2a").save(drawn, "PNG")
    desk.does(
        "inspect",
        **{f"decision__{first}": "reduce", f"percent__{first}": "50", f"grade__{first}": "damaged"},
        **{f"told__{first}": CUT, f"note__{first}": "third time", f"decision__{second}": "accept"},
        **{f"photo__{first}": (BytesIO(drawn.getvalue()), "cut.png")},
    )
    desk.goes_on()


def test_asked_she_takes_the_reduced_sum(desk: Desk) -> None:
    assert desk.subjects[-1] == "We have checked your return: please choose"
    assert CUT in desk.newest
    assert "third time" not in desk.newest
    assert "€106.20 was agreed. As it stands, you get €79.65." in desk.newest  # 97.20 + 9.00; 72.90 + 6.75
    assert theirs(desk.counter) == []

    ada = desk.answers("take")
    assert ada.send().status == 200
    desk.goes_on()

    assert states(desk.counter, desk.ret) == ["settled"]
    assert theirs(desk.counter) == sorted([("store_credit_refund", "72.90"), ("store_credit", "6.75")])
    assert ours(desk.counter, desk.ret) == theirs(desk.counter)
    assert "What becomes of it was chosen" in desk.sees()
    pack = desk.client.get(f"{desk.admin}/evidence.pdf", headers=desk.mara)
    assert pack.status_code == 200
    assert desk.client.get("/app/returns/R-9999-1/evidence.pdf", headers=desk.mara).status_code == 404


def test_she_sees_the_picture_and_has_the_shirt_sent_back(desk: Desk) -> None:
    ada = desk.ada()
    picture = re.search(r'src="([^"]*/inspection-photo/\d+)"', ada.html)
    assert picture
    shown = desk.client.get(f"/proxy{picture[1].removeprefix(PREFIX)}?{ada.signed()}")
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")

    ada = desk.answers("send_back")
    ada.send(
        first_name="Ada", last_name="Lindholm", address1="Storgatan 2", city="Borås", zip="503 30", country_code="SE"
    )
    desk.goes_on()
    assert theirs(desk.counter) == sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")])
    assert "Storgatan 2" in desk.sees()

    desk.does("sent_back", back=desk.hidden("back"), tracking="JD0101", carrier="DHL")
    assert desk.subjects[-1] == "Your items are on their way back to you"
    assert "DHL JD0101" in desk.newest
    assert "To be sent back" not in desk.sees()


def test_she_appeals_and_is_right(desk: Desk) -> None:
    desk.answers("appeal").send(text="It was cut when it came.")
    assert "It was cut when it came." in desk.sees()
    desk.goes_on(days=30)  # nobody is timed out while Mara looks
    assert theirs(desk.counter) == []

    desk.does("decide_appeal", question=desk.hidden("question"), appealed="full", reply="You are right, sorry.")
    desk.goes_on()

    assert "We accept your items in full" in desk.subjects
    assert theirs(desk.counter) == sorted([("store_credit_refund", "97.20"), ("store_credit", "9.00")])


def test_without_an_answer_she_is_reminded_and_then_gets_the_reduced_sum(desk: Desk) -> None:
    desk.goes_on(days=5)
    asked = len(desk.letters)
    desk.goes_on(days=1, hours=1)
    desk.goes_on(hours=1)
    assert len(desk.letters) == asked + 1
    assert desk.subjects[-1].startswith("Please choose by ")
    assert theirs(desk.counter) == []

    desk.goes_on(days=1)

    assert states(desk.counter, desk.ret) == ["settled"]
    assert theirs(desk.counter) == sorted([("store_credit_refund", "72.90"), ("store_credit", "6.75")])
