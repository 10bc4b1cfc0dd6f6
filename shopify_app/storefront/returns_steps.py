"""The first two steps of a return: which items, and why, with pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.pages.parts import Link
from shopify_app.pages.return_goods import Goods, goods_of
from shopify_app.pages.return_items import by_item, items_page, may_choose, offered_terms, reasons_page
from shopify_app.pages.return_links import status_path
from shopify_app.pages.return_page import FlowStep, Problems
from shopify_app.pages.texts import followable, plain
from shopify_app.returns import drafts, explain
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.models import Return
from shopify_app.returns.states import OPEN_RETURNS
from shopify_app.returns.wishes import LONGEST_NOTE, MOST_LINES, Wish, WishLine
from shopify_app.returns.withdrawing.called import NUMBER_OF_WITHDRAWAL
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.returns_answers import onward
from shopify_app.storefront.returns_offers import TOO_MUCH
from shopify_app.storefront.returns_photos import (
    MOST_UPLOAD,
    file_photos,
    photo_ids,
    remove_photos,
    shown_photos,
    take_photos,
)
from shopify_app.storefront.returns_reasons import Reasons, known_reasons
from shopify_app.storefront.returns_visit import Visit, listen, own_words, show, visit

NOTHING_CHOSEN = phrase("Please choose at least one item.")
CHANGED = phrase("Something has changed since you chose. Please check your items once more.")
NOT_A_NUMBER = phrase("Please choose how many.")


@proxied.get("/returns/<token>/items")
def choose_items(token: str) -> Response:
    """What can be sent back, and why the rest cannot."""
    listen(token)
    reasons = known_reasons(token)
    with adapters().database.read() as session:
        here = visit(session, token)
        typed = {line.fulfillment_line_id: line.quantity for line in here.wish.lines}
        return _items(session, here, reasons, typed, [])


@proxied.post("/returns/<token>/items")
def items_chosen(token: str) -> Response:
    """Remembers the items; what was said of those that stay is kept."""
    listen(token)
    reasons = known_reasons(token)
    with adapters().database.write() as session:
        here = visit(session, token)
        lines = {line.fulfillment_line_id or 0: line for line in _all(session, here, reasons) if may_choose(line)}
        typed, problems = _quantities(lines)
        if problems:
            return _items(session, here, reasons, typed, problems, 422)
        drafts.keep_wish(here.draft, _with_quantities(here.wish, lines, typed))
    return onward(here.setting, f"{here.base}/{FlowStep.REASONS}")


@proxied.get("/returns/<token>/reasons")
def say_reasons(token: str) -> Response:
    """Why, the merchant's question, and pictures."""
    listen(token)
    reasons = known_reasons(token)
    with adapters().database.read() as session:
        here = visit(session, token)
        if not here.wish.lines:
            return onward(here.setting, f"{here.base}/{FlowStep.ITEMS}")
        return _why(session, here, reasons, [])


@proxied.post("/returns/<token>/reasons")
def reasons_said(token: str) -> Response:
    """Remembers what was said and sent, then says what is still missing, or leads on."""
    request.max_content_length = MOST_UPLOAD
    listen(token)
    reasons = known_reasons(token)
    kept, problems = take_photos(token)
    with adapters().database.write() as session:
        here = visit(session, token)
        file_photos(session, here, kept)
        remove_photos(session, here)
        told = _told(here.wish, {handle for handle, _ in reasons})
        told = told.changed(lambda line: replace(line, photos=photo_ids(session, here, line)))
        drafts.keep_wish(here.draft, told)
    with adapters().database.read() as session:
        here = visit(session, token)
        said = {id for id, _ in problems}
        problems += [each for each in _missing(here, _all(session, here, reasons)) if each[0] not in said]
        if problems:
            return _why(session, here, reasons, problems, 422)
    return onward(here.setting, f"{here.base}/{FlowStep.OUTCOME}")


def _items(
    session: Session, here: Visit, reasons: Reasons, typed: Mapping[int, int], problems: Problems, status: int = 200
) -> Response:
    lines = _all(session, here, reasons)
    goods = _goods(session, here, lines)
    setting = here.setting
    policies = (setting.shop.profile or {}).get("policies", {}).get("refund") or ()
    url = followable(policies[2]) if len(policies) > 2 else None
    page = items_page(
        here.flow(
            FlowStep.ITEMS, None, by_item(problems, lines), notice=CHANGED if "changed" in request.args else None
        ),
        lines,
        goods,
        typed,
        setting.here,
        url,
        _running(session, here),
        own_words(session, setting.shop.id),
    )
    return show(here, "return_items.html", page, FlowStep.ITEMS, status)


def _why(session: Session, here: Visit, reasons: Reasons, problems: Problems, status: int = 200) -> Response:
    lines = _all(session, here, reasons)
    shown = {line.fulfillment_line_id: shown_photos(session, here, line) for line in here.wish.lines}
    page = reasons_page(
        here.flow(FlowStep.REASONS, FlowStep.ITEMS, by_item(problems, lines)),
        lines,
        _goods(session, here, lines),
        here.wish,
        reasons,
        shown,
        here.setting.here,
    )
    return show(here, "return_reasons.html", page, FlowStep.REASONS, status)


def _all(session: Session, here: Visit, reasons: Reasons) -> tuple[EligibleLine, ...]:
    return here.lines(session, tuple(handle for handle, _ in reasons))


def _goods(session: Session, here: Visit, lines: Sequence[EligibleLine]) -> Goods:
    return goods_of(session, here.draft.shop_id, [line.product_id for line in lines])


def _running(session: Session, here: Visit) -> tuple[Link, ...]:
    """The order's returns that are under way, but the one that this draft is to change."""
    rows = session.execute(
        select(Return, NUMBER_OF_WITHDRAWAL).where(
            Return.shop_id == here.order.shop_id, Return.order_id == here.order.id, Return.state.in_(OPEN_RETURNS)
        )
    )
    keyring = adapters().database.keyring
    return tuple(
        Link(
            phrase("Withdrawal {number} is under way", number=number)
            if number
            else phrase("Return {rma} is under way", rma=ret.rma),
            here.setting.path(status_path(keyring, ret.shop_id, ret.id)),
        )
        for ret, number in rows
        if ret.id != here.draft.changes_id
    )


def _quantities(lines: Mapping[int, EligibleLine]) -> tuple[dict[int, int], Problems]:
    """What was typed beside each line; a field of a foreign line is ignored, it was never offered."""
    typed: dict[int, int] = {}
    problems: Problems = []
    for key, line in lines.items():
        text = request.form.get(f"quantity-{key}", "0").strip() or "0"
        if not text.isdecimal() or len(text) > 9:
            problems.append((f"quantity-{key}", NOT_A_NUMBER))
        elif int(text) > line.quantity:
            problems.append((f"quantity-{key}", _only(line.quantity)))
            typed[key] = line.quantity
        elif int(text):
            typed[key] = int(text)
    if not typed and not problems:
        first = next(iter(lines), 0)
        problems.append((f"quantity-{first}", NOTHING_CHOSEN))
    if len(typed) > MOST_LINES:
        problems.append((f"quantity-{list(typed)[MOST_LINES]}", TOO_MUCH))
    return typed, problems


def _only(left: int) -> Phrase:
    return phrase_n("Only {count} of it can still come back.", "Only {count} of them can still come back.", left)


def _with_quantities(wish: Wish, lines: Mapping[int, EligibleLine], typed: Mapping[int, int]) -> Wish:
    known = {line.fulfillment_line_id: line for line in wish.lines}
    chosen = []
    for key, quantity in typed.items():
        before = known.get(key) or WishLine(lines[key].line_id, key, quantity)
        chosen.append(replace(before, quantity=quantity))
    return replace(wish, lines=tuple(chosen))


def _told(wish: Wish, handles: set[str]) -> Wish:
    """The wish with what the form says of each line; the words are kept as they were typed, at most so many."""

    def change(line: WishLine) -> WishLine:
        key = line.fulfillment_line_id
        reason = request.form.get(f"reason-{key}", "")
        return replace(
            line,
            reason=reason if reason in handles else None,
            note=_text(f"note-{key}"),
            answer=_text(f"answer-{key}") if f"answer-{key}" in request.form else line.answer,
        )

    return wish.changed(change)


def _text(field: str) -> str | None:
    words = "\n".join(plain(part, LONGEST_NOTE) for part in request.form.get(field, "").splitlines()).strip()
    return words[:LONGEST_NOTE] or None


def _missing(here: Visit, lines: Sequence[EligibleLine]) -> Problems:
    """What the policy still wants to know of each item, and items that cannot come back for that reason."""
    by_key = {line.fulfillment_line_id: line for line in lines}
    problems: Problems = []
    for each in here.wish.lines:
        key, line = each.fulfillment_line_id, by_key.get(each.fulfillment_line_id)
        if each.reason is None:
            problems.append((f"reason-{key}", phrase("Please choose a reason.")))
        elif line is None or not offered_terms(line.verdict):
            why = line.verdict.reasons[0] if line and line.verdict.reasons else None
            problems.append((f"reason-{key}", explain.why(why) if why else phrase("Not offered for this item.")))
        else:
            if line.verdict.question is not None and not each.answer:
                problems.append((f"answer-{key}", phrase("Please answer this question.")))
            if line.verdict.needs_photos and not each.photos:
                problems.append((f"photos-{key}", phrase("Please add a picture.")))
    return problems
