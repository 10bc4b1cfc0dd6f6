"""A shopper's answer after an inspection, on pages of its own: the choice, the same once more, and their word.

What decides over money or goods is confirmed by the order's owner: signed in at the shop, or with a code from the
order's mailbox. From then on the address carries a pass for that one answer, for half an hour. To ask for a second look
nobody needs a code: nothing moves by it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.crypto import BadToken
from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.codes import WrongCode, open_with_code
from shopify_app.orders.models import Order
from shopify_app.pages.return_delivery import address_form, address_of, corrected, typed_in
from shopify_app.pages.return_inspection import TITLES, AnswerPage, postage
from shopify_app.pages.return_links import status_path
from shopify_app.pages.return_start import CodePage, of_order
from shopify_app.pages.texts import plain
from shopify_app.returns.inspecting import dialogue as inspection
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.inspecting.states import QuestionState, Way
from shopify_app.returns.models import Return, ReturnPhoto
from shopify_app.returns.moves import NothingSaid
from shopify_app.returns.photos import PhotoRefused
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import LONGEST_WORDS, By
from shopify_app.returns.vocabulary import Outcome
from shopify_app.states import IllegalMove
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.returns_answers import CannotSay, Setting, onward, shown
from shopify_app.storefront.returns_codes import SENT_AGAIN, WRONG_CODE, send_code
from shopify_app.storefront.returns_inspected import found_of, pieces_of, ways_of
from shopify_app.storefront.returns_photos import MOST_UPLOAD, keep_photo, photo_row, unsealed_photo
from shopify_app.storefront.returns_standing import TOO_LATE, found_return, status_of
from shopify_app.storefront.returns_visit import is_owner

PASS, PASS_LIVES = "inspection", timedelta(minutes=30)
MOST_PHOTOS = 6
ADA = By(Actor.SHOPPER)
CHOOSE = phrase("Please choose one of the ways.")
NO_WORDS = phrase("Please tell us in a sentence what we should look at.")
NOT_AGAIN = phrase("We have looked once more already. Please choose another way.")


@dataclass(frozen=True)
class Answering:
    """Somebody about to give one answer to an open question."""

    setting: Setting
    ret: Return
    order: Order
    question: InspectionQuestion
    way: Way

    @property
    def base(self) -> str:
        """The return's page."""
        return status_path(adapters().database.keyring, self.ret.shop_id, self.ret.id)

    @property
    def here(self) -> str:
        """The address of this answer, before it is confirmed who gives it."""
        return f"{self.base}/inspection/{self.question.id}/{self.way}"


@proxied.post("/returns/r/<key>/inspection")
def inspection_choice(key: str) -> Response:
    """Leads to the page of what was chosen; whoever is not known as the order's owner is sent a code."""
    typed, question = request.form.get("answer", ""), request.form.get("question", "")
    if typed not in set(Way):
        return status_of(key, 422, CHOOSE)
    try:
        with adapters().database.read() as session:
            at = _at(session, key, question, typed)
            signed_in = is_owner(session, at.order)
        if at.way is Way.APPEAL:
            return onward(at.setting, at.here)
        if signed_in:
            return onward(at.setting, f"{at.here}/{_pass(at)}")
        send_code(at.setting, at.order)
        return _code_page(at)
    except IllegalMove:
        return status_of(key, 409, TOO_LATE)


@proxied.post("/returns/r/<key>/inspection/<question>/<way>/again")
def inspection_code_again(key: str, question: str, way: str) -> Response:
    """Another code; the one before ends."""
    try:
        with adapters().database.read() as session:
            at = _at(session, key, question, way)
        send_code(at.setting, at.order)
        return _code_page(at, notice=SENT_AGAIN)
    except IllegalMove:
        return status_of(key, 409, TOO_LATE)


@proxied.post("/returns/r/<key>/inspection/<question>/<way>/code")
def inspection_code(key: str, question: str, way: str) -> Response:
    """The right code leads to the page where the answer is confirmed."""
    is_right = False
    try:
        with adapters().database.write() as session:
            at = _at(session, key, question, way)
            with suppress(WrongCode):  # inside the transaction: the try has been counted, which must be kept
                open_with_code(session, at.order, request.form.get("code", "")[:20], at.setting.now)
                is_right = True
        if not is_right:
            return _code_page(at, WRONG_CODE, status=422)
        return onward(at.setting, f"{at.here}/{_pass(at)}")
    except IllegalMove:
        return status_of(key, 409, TOO_LATE)


@proxied.get("/returns/r/<key>/inspection/<question>/appeal")
def inspection_appeal(key: str, question: str) -> Response:
    """Where a second look is asked for."""
    return _page(key, question, Way.APPEAL, None)


@proxied.post("/returns/r/<key>/inspection/<question>/appeal")
def inspection_appealed(key: str, question: str) -> Response:
    """In words and pictures, once."""
    request.max_content_length = MOST_UPLOAD
    text = request.form.get("text", "").strip()[:LONGEST_WORDS]
    try:
        with adapters().database.read() as session:
            at = _at(session, key, question, Way.APPEAL)
            line = at.ret.lines[0].fulfillment_line_id or 0
        sent = [file for file in request.files.getlist("photos") if file.filename][:MOST_PHOTOS]
        kept = [keep_photo(at.ret.shop_id, file) for file in sent] if text else []
        with adapters().database.write() as session:
            at = _at(session, key, question, Way.APPEAL)
            row, now = inspection.appeal(session, at.ret, at.question.id, text, at.setting.now), at.setting.now
            ids = {"return_id": at.ret.id, "question_id": row.id}
            session.add_all(photo_row(at.ret.shop_id, line, each, now, **ids) for each in kept)
        return onward(at.setting, at.base, appealed="1")
    except NothingSaid:
        return _page(key, question, Way.APPEAL, None, 422, problems=(("text", NO_WORDS),))
    except PhotoRefused as refusal:
        return _page(key, question, Way.APPEAL, None, 422, problems=(("photos", refusal.sentence),), text=text)
    except IllegalMove:
        return status_of(key, 409, NOT_AGAIN)


@proxied.get("/returns/r/<key>/inspection/<question>/<way>/<token>")
def inspection_answer(key: str, question: str, way: str, token: str) -> Response:
    """The answer once more, to the cent, with the address that goods go to."""
    return _page(key, question, way, token)


@proxied.post("/returns/r/<key>/inspection/<question>/<way>/<token>")
def inspection_answered(key: str, question: str, way: str, token: str) -> Response:
    """The order's owner has said so."""
    needs_address = way == Way.SEND_BACK or (way == Way.TAKE and "refused" in request.form)
    try:
        with adapters().database.write() as session:
            at = _at(session, key, question, way)
            _check_pass(at, token)
            known = address_of(at.order, None)
            typed = typed_in(request.form, at.order) if "city" in request.form else None
            wrong = corrected(typed) if needs_address and typed is not None else []
            if not wrong:
                _answer(session, at, {**known, **(typed or {})} if needs_address else None)
        if wrong:
            return _page(key, question, way, token, 422, problems=tuple(wrong), typed=typed)
        return onward(at.setting, at.base, chose="1")
    except IllegalMove:
        return status_of(key, 409, TOO_LATE)


@proxied.get("/returns/r/<key>/inspection-photo/<int:photo_id>")
def inspection_photo(key: str, photo_id: int) -> Response:
    """A picture that the shop took of a piece."""
    with adapters().database.read() as session:
        _, ret, _ = found_return(session, key)
        mine = (ReturnPhoto.shop_id == ret.shop_id, ReturnPhoto.return_id == ret.id)
        row = session.scalar(select(ReturnPhoto).where(*mine, ReturnPhoto.id == photo_id))
        if row is None or row.unit_id is None:
            raise CannotSay(404)
    return unsealed_photo(row)


def _answer(session: Session, at: Answering, address: dict[str, str] | None) -> None:
    now, question = at.setting.now, at.question.id
    match at.way:
        case Way.TAKE:
            inspection.take(session, at.ret, question, ADA, now, refused_to=address)
        case Way.SEND_BACK:
            inspection.send_back(session, at.ret, question, address, ADA, now)
        case Way.REFUND | Way.STORE_CREDIT:
            inspection.take_instead(session, at.ret, question, Outcome(at.way), ADA, now)
        case Way.APPEAL:
            raise CannotSay(404)


def _page(
    key: str,
    question: str,
    way: str,
    token: str | None,
    status: int = 200,
    problems: tuple[tuple[str, Phrase], ...] = (),
    typed: dict[str, str] | None = None,
    text: str = "",
) -> Response:
    try:
        with adapters().database.read() as session:
            at = _at(session, key, question, way)
            if token is not None:
                _check_pass(at, token)
            elif at.way is not Way.APPEAL:
                raise CannotSay(404)
            page = replace(_answer_page(session, at, token, typed), problems=problems, text=text)
            return shown(at.setting, "return_inspection.html", page, None, status)
    except IllegalMove:
        return status_of(key, 409, TOO_LATE)


def _answer_page(session: Session, at: Answering, token: str | None, typed: dict[str, str] | None) -> AnswerPage:
    found = found_of(session, at.ret, at.question)
    chosen = next((each for each in ways_of(at.order, found) if each.value == at.way), None)
    if chosen is None:
        raise IllegalMove("the question", at.question.state, at.way)
    is_mixed = {each["decision"] for each in at.question.units} > {"refused"}
    may_send_refused = at.way is Way.TAKE and is_mixed and not found.would_cost
    goes_back = at.way is Way.SEND_BACK or may_send_refused
    tail = f"{at.here}/{token}" if token else at.here
    return AnswerPage(
        rma=at.ret.rma,
        order_name=plain(at.order.name, 64),
        way=at.way,
        title=TITLES[at.way],
        chosen=chosen,
        pieces=pieces_of(session, at.setting, at.ret, at.order, at.question),
        action=at.setting.place.path(tail),
        back=at.setting.path(at.base),
        address=address_form(at.order, None, typed, at.setting.language.code) if goes_back else None,
        may_send_refused=may_send_refused,
        paid_by=postage(found.paid_by) if goes_back else None,
    )


def _at(session: Session, key: str, question: str, way: str) -> Answering:
    """The open question of that return. Raises CannotSay, and IllegalMove where it is not open any more."""
    setting, ret, order = found_return(session, key)
    row = session.get(InspectionQuestion, int(question)) if question.isdecimal() and len(question) < 19 else None
    if row is None or row.return_id != ret.id or way not in set(Way):
        raise CannotSay(404)
    if row.state != QuestionState.ASKED:
        raise IllegalMove("the question", row.state, "answered")
    return Answering(setting, ret, order, row, Way(way))


def _pass(at: Answering) -> str:
    facts = {"r": at.ret.id, "q": at.question.id, "w": str(at.way)}
    return adapters().database.keyring.sign(PASS, facts, at.setting.now + PASS_LIVES)


def _check_pass(at: Answering, token: str) -> None:
    """Raises CannotSay: the pass is for another answer, or its half hour is over."""
    try:
        facts = adapters().database.keyring.unsign(PASS, token, at.setting.now)
    except BadToken as bad:
        raise CannotSay(410 if bad.expired else 404) from bad
    if facts != {"r": at.ret.id, "q": at.question.id, "w": str(at.way)}:
        raise CannotSay(404)


def _code_page(
    at: Answering, problem: Phrase | None = None, notice: Phrase | None = None, status: int = 200
) -> Response:
    action = at.setting.place.path(at.here)
    page = CodePage(of_order(at.order.name), f"{action}/code", f"{action}/again", problem, notice)
    return shown(at.setting, "return_code.html", page, None, status)
