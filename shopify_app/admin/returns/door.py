"""One return in the admin: its page and its photos."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import Response, abort, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import language, show
from shopify_app.admin.returns.case import work_on, work_rows
from shopify_app.admin.returns.page import return_page, shown_too
from shopify_app.admin.returns.papers import papers_of
from shopify_app.admin.returns.verdict_words import verdict_told
from shopify_app.admin.returns.words import DONE, WORDS
from shopify_app.admin.unsealing import unsealed
from shopify_app.db import Session
from shopify_app.i18n import Phrase
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.pages.badges import WAYS_BACK
from shopify_app.returns import photos
from shopify_app.returns.desk import Found, find, find_with_tab
from shopify_app.returns.dossier_rows import rows_of
from shopify_app.returns.explain import OUTCOMES
from shopify_app.returns.models import Return, ReturnPhoto
from shopify_app.returns.standing import standing_of
from shopify_app.returns.states import Disposition, Grade
from shopify_app.returns.vocabulary import Standing

OWN_WORDS = ("question", "note", "text", "reply")
"""Fields of the forms that take a while to write: given back when a form is refused."""
CHOICES: Mapping[str, Any] = MappingProxyType(
    {
        "outcomes": OUTCOMES,
        "methods": WAYS_BACK,
        "grades": list(Grade),
        "dispositions": [each for each in Disposition if each not in (Disposition.NONE, Disposition.SENT_BACK)],
    }
)
"""What the forms of the page offer."""


@blueprint.get("/returns/<rma>")
def one_return(rma: str) -> Response:
    """The return as it stands."""
    return page_of(rma, did=DONE.get(request.args.get("did", "")))


@blueprint.get("/returns/<rma>/photo/<photo_id>")
def photo(rma: str, photo_id: str) -> Response:
    """A picture that the shopper sent, unsealed for this visitor."""
    with adapters().database.read() as session:
        ret = mine(session, rma)
        is_id = photo_id.isascii() and photo_id.isdigit() and len(photo_id) <= 18
        row = session.get(ReturnPhoto, int(photo_id)) if is_id else None
        if row is None or row.return_id != ret.id:
            abort(404)
    return unsealed(photos.folder_in(adapters().config.data_dir), row)


def page_of(
    rma: str,
    did: Phrase | None = None,
    refusal: Phrase | str | None = None,
    status: int = 200,
    wrong: Mapping[str, Phrase] = MappingProxyType({}),
) -> Response:
    """The page of a return, with what was just done or why it was not; `wrong` by field of the forms on the work."""
    with adapters().database.read() as session:
        found = find_with_tab(session, shop_row().id, rma)
        if found is None:
            abort(404)
        rows = rows_of(session, found.ret, {**shown_too(found.ret), **work_rows(found.ret)})
        page = return_page(session, found, rows, _standing(session, found))
        work = work_on(session, found, rows, wrong)
        papers = papers_of(session, found.ret, rows, adapters().database.keyring, adapters().clock.now())
    return show(
        "return.html",
        status,
        page=page,
        papers=papers,
        work=work,
        cost_of=lambda label: Money(label.cost, label.currency),
        did=did,
        refund_day=language().full_day,
        refusal=refusal,
        typed=_typed() if refusal else [],
        verdict_told=verdict_told,
        **CHOICES,
        **WORDS,
    )


def _typed() -> list[str]:
    """What somebody wrote into a form that was refused."""
    return [words for name in OWN_WORDS if (words := request.form.get(name, "").strip())]


def _standing(session: Session, found: Found) -> Standing:
    ret, customer = found.ret, found.customer
    return standing_of(session, ret.shop_id, customer.shopify_id if customer else None, ret.order.email_hash)


def mine_with_order(session: Session, rma: str) -> Return:
    """`mine`, with its order, the order's lines and its shop, in one statement."""
    order = joinedload(Return.order)
    with_all = order.joinedload(Order.shop), order.joinedload(Order.lines)
    wanted = select(Return).where(Return.shop_id == shop_row().id, Return.rma == rma.strip().upper())
    ret = session.scalars(wanted.options(*with_all)).unique().one_or_none()
    if ret is None:
        abort(404)
    return ret


def mine(session: Session, rma: str) -> Return:
    """The shop's own return of that RMA; 404 for anybody else's."""
    ret = find(session, shop_row().id, rma)
    if ret is None:
        abort(404)
    return ret
