"""A return that the merchant makes for a customer: an order, its items, a price, and a yes.

What Shopify says of the order is read before every transaction; what is accepted is the stored quote that was shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Response, request
from sqlalchemy import select

from shopify_app.admin.door import adapters, blueprint, shop_row, shopify
from shopify_app.admin.frame import go, language, show, staff
from shopify_app.admin.people import NotAllowed, may
from shopify_app.admin.returns.asked import Refused
from shopify_app.admin.returns.cart import EMPTY, outcomes_typed, shelf_typed, with_goods
from shopify_app.admin.returns.choosing import chosen, parts_of
from shopify_app.admin.returns.page import Worked
from shopify_app.admin.returns.verbs import AWAY
from shopify_app.admin.returns.words import WORDS
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.models import Order
from shopify_app.orders.projection import number_key
from shopify_app.pages.badges import WAYS_BACK
from shopify_app.returns import for_customer
from shopify_app.returns.explain import OUTCOMES
from shopify_app.returns.for_customer import Known
from shopify_app.returns.plainly import REFUSALS, sentence, why_not
from shopify_app.returns.wishes import LONGEST_NOTE, Wish, WishLine
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shops.staff import Right

NO_OUTCOME = phrase("Choose what the customer gets for “{item}”.")


@dataclass(frozen=True)
class Offered:
    """A priced wish that can be accepted as it stands; `is_reserved`: by others, for it is paid as soon as it is."""

    public_id: str
    parts: tuple[tuple[str, Worked], ...]
    is_reserved: bool


@blueprint.route("/returns/new", methods=["GET", "POST"])
def new_return() -> Response:
    """Three steps on one page: which order, which items, yes."""
    number = request.values.get("order", "").strip()
    if not number:
        return _page()
    known: Known | None = None
    try:
        known = _known(number)
        if request.method == "GET":
            return _page(known)
        if request.form.get("verb") == "create":
            return _created(known)
        wish = _wish(known)
        return _page(known, advice=EMPTY) if wish.empty_carts else _page(known, offered=_priced(known, wish))
    except ShopifyError:
        return _page(number=number, refusal=AWAY, status=503)
    except Refused as failure:
        return _page(number=number, refusal=failure.said, status=422)
    except REFUSALS as failure:
        return _page(known, number=number, refusal=sentence(failure, language()), status=422)


def _known(number: str) -> Known:
    """Raises Refused for an order that this shop does not have or Shopify does not show."""
    with adapters().database.read() as session:
        order = _order(session, number)
    try:
        return for_customer.know(adapters().database, shopify(), order, adapters().clock.now())
    except for_customer.NotShown as failure:
        raise Refused(phrase("Shopify does not show order {order} any more.", order=order.name)) from failure


def _priced(known: Known, wish: Wish) -> Offered:
    """A stored quote of what the form asks for."""
    quote = for_customer.price(
        adapters().database, shopify(), known.order.id, known.returnable, wish, adapters().clock.now()
    )
    is_reserved = for_customer.pays_at_once(quote) and not may(Right.SETTLE)
    return Offered(quote.public_id, parts_of(quote), is_reserved)


def _created(known: Known) -> Response:
    """Accepts the quote that was shown and approves it; a replacement that is gone keeps the request waiting."""
    public_id, now = request.form.get("quote", ""), adapters().clock.now()
    may_pay = may(Right.SETTLE)
    try:
        made = for_customer.make(
            adapters().database, shopify(), known.order, public_id, now, staff=staff(), may_pay=may_pay
        )
    except for_customer.MoneyReserved as failure:
        raise NotAllowed(Right.SETTLE) from failure
    return go(f"/app/returns/{made.ret.rma}", did="create" if made.is_approved else None)


def _wish(known: Known) -> Wish:
    """What the form asks for; lines without a number of pieces are left out."""
    lines = tuple(_with_words(found) for line in known.lines if (found := chosen(request.form, line, NO_OUTCOME)))
    return with_goods(Wish(lines), request.form)


def _with_words(line: WishLine) -> WishLine:
    """The line with the reason, and what the customer said."""
    key = line.fulfillment_line_id
    note = request.form.get(f"note-{key}", "").strip()[:LONGEST_NOTE]
    return replace(line, reason=request.form.get(f"reason-{key}") or None, note=note or None)


def _order(session: Session, number: str) -> Order:
    found = session.scalars(
        select(Order)
        .where(Order.shop_id == shop_row().id, Order.number == number_key(number), Order.deleted_at.is_(None))
        .order_by(Order.placed_at.desc())
    ).first()
    if found is None or not number_key(number):
        raise Refused(phrase("There is no order {number}. Type it as Shopify shows it: #1042.", number=number[:40]))
    return found


def _page(
    known: Known | None = None,
    *,
    number: str = "",
    offered: Offered | None = None,
    advice: Phrase | None = None,
    refusal: Phrase | str | None = None,
    status: int = 200,
) -> Response:
    shelf = None
    if known is not None:
        outcomes = outcomes_typed(request.form, (line.fulfillment_line_id for line in known.lines))
        with adapters().database.read() as session:
            shelf = shelf_typed(session, known.order.shop_id, known.returnable.shop_currency, outcomes, request.form)
    return show(
        "return_new.html",
        status,
        known=known,
        number=known.order.name if known else number,
        offered=offered,
        advice=advice,
        shelf=shelf,
        refusal=refusal,
        typed=request.form,
        outcomes=OUTCOMES,
        methods=WAYS_BACK,
        why=why_not,
        **WORDS,
    )
