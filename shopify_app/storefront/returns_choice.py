"""What the shopper gets, and how the goods travel: outcomes side by side, the better offer once more, the method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, request
from sqlalchemy.orm import Session

from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.return_items import by_item, offered_terms
from shopify_app.pages.return_methods import method_page, methods_for
from shopify_app.pages.return_outcomes import better_than_refund, outcomes_page
from shopify_app.pages.return_page import BetterPage, FlowStep, OutcomesPage, Problems
from shopify_app.returns import drafts, explain
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.models import ReturnQuote
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.refusals import StockGone
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.returns.wishes import Wish, WishLine, Wrong, WrongWish
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.returns_answers import onward
from shopify_app.storefront.returns_offers import (
    SOLD_OUT,
    Stocked,
    keep,
    look_at_stock,
    offered,
    priced,
    tried,
    undecided,
    wrong_words,
)
from shopify_app.storefront.returns_visit import JUST_NOW, Visit, listen, show, visit

SHOP = "shop"
"""The last part of the address where new items are chosen: a part of the outcome step."""
CHOOSE_ONE = phrase("Please choose what you would like.")
CHOOSE_SWAP = phrase("Please choose a size or colour.")
CHOOSE_METHOD = phrase("Please choose how you send it back.")


@proxied.get("/returns/<token>/outcome")
def choose_outcome(token: str) -> Response:
    """All outcomes side by side, none chosen for the shopper."""
    try:
        listen(token, JUST_NOW)
        stocked = look_at_stock(token)
        return _outcomes(token, stocked)
    except (WrongWish, NotEligible):
        return back_to(token, FlowStep.ITEMS, changed="1")


@proxied.post("/returns/<token>/outcome")
def outcome_chosen(token: str) -> Response:
    """Remembers the choice, for all items or for each; whoever chose a refund sees a better offer once more."""
    try:
        listen(token, JUST_NOW)
        stocked = look_at_stock(token)
        with adapters().database.read() as session:
            before = visit(session, token)
            lines = {line.fulfillment_line_id: line for line in before.lines(session)}
            wish, problems = chosen(before.wish, lines)
            here = replace(before, wish=wish)
            problems = problems or _not_to_be_had(session, here, stocked)
            better = None if problems else _better(session, here, stocked)
        if problems:
            return _outcomes(token, stocked, wish, problems, 422)
        if not _remembered(token, before.wish, wish):
            return back_to(token, FlowStep.ITEMS, changed="1")
        return onward(here.setting, f"{here.base}/{'better' if better else _next(wish)}")
    except (WrongWish, NotEligible):
        return back_to(token, FlowStep.ITEMS, changed="1")


@proxied.get("/returns/<token>/better")
def better_offer(token: str) -> Response:
    """The refund and the better offer beside each other, both a button of the same size."""
    try:
        listen(token, JUST_NOW)
        stocked = look_at_stock(token)
        with adapters().database.read() as session:
            here = visit(session, token)
            page = _better(session, here, stocked)
        if page is None:
            return onward(here.setting, f"{here.base}/{_next(here.wish)}")
        return show(here, "return_better.html", page, "better")
    except (WrongWish, NotEligible):
        return back_to(token, FlowStep.ITEMS, changed="1")


@proxied.post("/returns/<token>/better")
def better_decided(token: str) -> Response:
    """Either is fine."""
    with adapters().database.write() as session:
        here = visit(session, token)
        if request.form.get("decision") == "switch":
            drafts.keep_wish(here.draft, here.wish.changed(_credited))
    return onward(here.setting, f"{here.base}/{_next(here.wish)}")


@proxied.get("/returns/<token>/method")
def choose_method(token: str) -> Response:
    """How the goods travel, where to, and what to do."""
    listen(token)
    with adapters().database.read() as session:
        here = visit(session, token)
        if not here.wish.is_decided:
            return onward(here.setting, f"{here.base}/{SHOP if here.wish.empty_carts else FlowStep.OUTCOME}")
        if all(line.outcome is Outcome.KEEP_ITEM for line in here.wish.lines):
            return onward(here.setting, f"{here.base}/{FlowStep.REVIEW}")
        return _methods(session, here, [])


@proxied.post("/returns/<token>/method")
def method_chosen(token: str) -> Response:
    """Remembers the way of each item."""
    listen(token)
    with adapters().database.read() as session:
        here = visit(session, token)
        lines = {line.fulfillment_line_id: line for line in here.lines(session)}
        wish, problems = _sent(here.wish, lines)
        if problems:
            return _methods(session, here, problems, 422)
    if not _remembered(token, here.wish, wish):
        return back_to(token, FlowStep.ITEMS, changed="1")
    return onward(here.setting, f"{here.base}/{FlowStep.REVIEW}")


def back_to(token: str, step: FlowStep | str, **why: str) -> Response:
    """To an earlier step, which says why: ``changed`` (the items did since they were chosen), ``gone`` (what was
    chosen instead of them)."""
    with adapters().database.read() as session:
        here = visit(session, token)
        return onward(here.setting, f"{here.base}/{step}", **why)


def _outcomes(
    token: str, stocked: Stocked, wish: Wish | None = None, problems: Problems | None = None, status: int = 200
) -> Response:
    """The outcomes page, with what was chosen so far: `wish`, or the draft's."""
    with adapters().database.read() as session:
        here = visit(session, token)
        here = replace(here, wish=wish or here.wish)
        page, row = _page(session, here, stocked, problems or [])
    keep(row)
    return show(here, "return_outcome.html", page, FlowStep.OUTCOME, status)


def _remembered(token: str, before: Wish, wish: Wish) -> bool:
    """Keeps what was chosen; False where other items were chosen meanwhile, in another window."""
    with adapters().database.write() as session:
        draft = visit(session, token).draft
        if drafts.wish_of(draft) != before:
            return False
        drafts.keep_wish(draft, wish)
    return True


def _page(session: Session, here: Visit, stocked: Stocked, problems: Problems) -> tuple[OutcomesPage, ReturnQuote]:
    row = priced(session, here, undecided(here.wish), stocked.live)
    gone = SOLD_OUT if "gone" in request.args else None
    named = by_item(problems, here.lines(session)) if problems else []
    flow = here.flow(FlowStep.OUTCOME, FlowStep.REASONS, named, notice=gone)
    return outcomes_page(flow, offered(session, here, row, stocked), here.wish), row


def _better(session: Session, here: Visit, stocked: Stocked) -> BetterPage | None:
    """For the items that are to be refunded: what they would be worth as store credit, where that is more."""
    refunded = Wish(tuple(line for line in here.wish.lines if line.outcome is Outcome.REFUND))
    if not refunded.lines:
        return None
    page, _ = _page(session, replace(here, wish=refunded), stocked, [])
    offer = better_than_refund(page)
    refund = next((each for each in page.choices if each.value == Outcome.REFUND), None)
    if offer is None or refund is None:
        return None
    flow = here.flow(FlowStep.OUTCOME, FlowStep.OUTCOME)
    return BetterPage(replace(flow, action=here.action("better")), refund, offer)


def _next(wish: Wish) -> str:
    """Where the choice leads: to the shop for new items, else to how things travel."""
    return SHOP if wish.shopping else FlowStep.METHOD


def _credited(line: WishLine) -> WishLine:
    return replace(line, outcome=Outcome.STORE_CREDIT) if line.outcome is Outcome.REFUND else line


def chosen(wish: Wish, lines: Mapping[int | None, EligibleLine]) -> tuple[Wish, Problems]:
    """What the form says of each item: its own choice where it has one, else the choice for all."""
    problems: dict[str, Phrase] = {}

    def change(line: WishLine) -> WishLine:
        key = line.fulfillment_line_id
        own = _outcome(f"outcome-{key}")
        outcome, field = (own, f"outcome-{key}") if own else (_outcome("outcome"), "outcome")
        known = lines.get(key)
        if outcome is None:
            problems.setdefault("outcome", CHOOSE_ONE)
            return replace(line, outcome=None, replacement_variant_id=None)
        if known is None or outcome not in [terms.outcome for terms in offered_terms(known.verdict)]:
            why = known.verdict.why_not(outcome) if known else None
            problems.setdefault(field, explain.why(why) if why else CHOOSE_ONE)
            return replace(line, outcome=None, replacement_variant_id=None)
        if outcome is not Outcome.VARIANT_EXCHANGE:
            return replace(line, outcome=outcome, replacement_variant_id=None)
        variant = request.form.get(f"replacement-{key}{'-own' if own else ''}", "")
        if not variant.isdecimal() or len(variant) > 18:
            problems.setdefault(f"replacement-{key}{'-own' if own else ''}", CHOOSE_SWAP)
            return replace(line, outcome=outcome, replacement_variant_id=None)
        return replace(line, outcome=outcome, replacement_variant_id=int(variant))

    changed = wish.changed(change)
    return changed, list(problems.items())


def _outcome(field: str) -> Outcome | None:
    typed = request.form.get(field, "")
    return Outcome(typed) if typed in list(Outcome) else None


def _not_to_be_had(session: Session, here: Visit, stocked: Stocked) -> Problems:
    """Why what was chosen cannot be priced: stock that has just gone, an outcome that needs something."""
    try:
        empty = replace(here.wish, cart=())
        tried(session, here, empty, stocked.live)
        for outcome in empty.shopping:
            tried(session, here, undecided(empty.only(outcome)), stocked.live).option(outcome)
    except StockGone as gone:
        swapped = [each for each in here.wish.lines if each.replacement_variant_id in gone.variant_ids]
        return [(f"replacement-{each.fulfillment_line_id}", SOLD_OUT) for each in swapped]
    except WrongWish as wrong:
        if wrong.wrong in (Wrong.FOREIGN_VARIANT, Wrong.TWO_REPLACEMENTS):
            return [(f"replacement-{wrong.fulfillment_line_id}", wrong_words(wrong))]
        raise
    except NotEligible as cannot:
        return [("outcome", explain.why(reason)) for reason in dict.fromkeys(cannot.reasons)]
    return []


def _methods(session: Session, here: Visit, problems: Problems, status: int = 200) -> Response:
    lines = {line.fulfillment_line_id or 0: line for line in here.lines(session)}
    page = method_page(
        here.flow(FlowStep.METHOD, FlowStep.OUTCOME, by_item(problems, list(lines.values()))),
        here.wish,
        lines,
        here.setting.returns,
        here.setting.language.code,
    )
    return show(here, "return_method.html", page, FlowStep.METHOD, status)


def _sent(wish: Wish, lines: dict[int | None, EligibleLine]) -> tuple[Wish, Problems]:
    problems: dict[str, Phrase] = {}

    def change(line: WishLine) -> WishLine:
        key = line.fulfillment_line_id
        known = lines.get(key)
        if line.outcome is Outcome.KEEP_ITEM or known is None:
            return replace(line, method=Method.NONE)
        own = request.form.get(f"method-{key}", "")
        typed = own or request.form.get("method", "")
        if typed not in methods_for(line, known):
            problems.setdefault(f"method-{key}" if own else "method", CHOOSE_METHOD)
            return line
        return replace(line, method=Method(typed))

    changed = wish.changed(change)
    return changed, list(problems.items())
