"""Ada and Mara after an inspection, in one process: what is asked, answered, appealed and decided."""

from __future__ import annotations

from decimal import Decimal

from returns_counter import Counter
from settling import ADA, MARA, open_questions, work

from shopify_app.i18n import Languages
from shopify_app.messages.compose import compose
from shopify_app.messages.models import Message
from shopify_app.messages.plan import MailKind
from shopify_app.messages.rendering import render
from shopify_app.messages.stories import story_of
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns.inspecting import dialogue as inspection
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.inspecting.states import Appealed
from shopify_app.returns.models import Return
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import Outcome


def the_question(counter: Counter, ret: Return) -> InspectionQuestion:
    (found,) = open_questions(counter, ret)
    return found


def offered(question: InspectionQuestion) -> Money | None:
    return settlement_from_stored(question.offer).gets if question.offer else None


def mail(counter: Counter, ret: Return, kind: MailKind) -> str:
    """What the mail about the open question says in English, in one line."""
    asked = {"question_id": the_question(counter, ret).id}
    with counter.database.read() as session:
        row = Message(
            shop_id=counter.shop_id, kind=kind, order_id=ret.order_id, return_id=ret.id, references=asked
        )  # fmt: skip
        order = session.get_one(Order, ret.order_id)
        story = story_of(session, row, order, "https://shop.example/r", counter.now())
    language = Languages().choose(["en"])
    return " ".join(render(compose(kind, story, language.code), language, story.house).text.split())


def take(counter: Counter, ret: Return) -> None:
    question = the_question(counter, ret)
    with counter.database.write() as session:
        inspection.take(session, counter.ret(session, ret), question.id, ADA, counter.now())
    work(counter)


def send_back(counter: Counter, ret: Return, **to: str) -> None:
    question = the_question(counter, ret)
    with counter.database.write() as session:
        inspection.send_back(session, counter.ret(session, ret), question.id, to or None, ADA, counter.now())
    work(counter)


def appeal(counter: Counter, ret: Return) -> int:
    question = the_question(counter, ret)
    with counter.database.write() as session:
        inspection.appeal(session, counter.ret(session, ret), question.id, "It came with that stain.", counter.now())
    return question.id


def decide_appeal(counter: Counter, ret: Return, id: int, verdict: Appealed, percent: str | None = None) -> None:
    part = Decimal(percent) if percent else None
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        inspection.decide(session, found, id, verdict, part, "We looked again.", MARA, counter.now())
    work(counter)


def take_instead(counter: Counter, ret: Return, outcome: Outcome) -> None:
    question = the_question(counter, ret)
    with counter.database.write() as session:
        inspection.take_instead(session, counter.ret(session, ret), question.id, outcome, ADA, counter.now())
    work(counter)


def without_answer(counter: Counter, ret: Return) -> None:
    """The time in which Ada could have answered is over."""
    question = the_question(counter, ret)
    with counter.database.write() as session:
        inspection.default(session, counter.ret(session, ret), question.id, counter.now())
    work(counter)
