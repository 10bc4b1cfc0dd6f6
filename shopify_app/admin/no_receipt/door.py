"""Requests without an order number for the merchant: the list and its switch, one request, its files, the verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import Response, abort, request
from sqlalchemy import select

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, show, staff
from shopify_app.admin.no_receipt.verbs import RESERVED, VERBS, Refused
from shopify_app.admin.people import require
from shopify_app.admin.unsealing import unsealed
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.pages.badges import NEEDS_LOOK, Badge
from shopify_app.pages.return_items import REASON_WORDS
from shopify_app.returns import explain
from shopify_app.returns.looks import Advice, Look, advice
from shopify_app.returns.models import Return
from shopify_app.returns.no_receipt import files as no_receipt_files
from shopify_app.returns.no_receipt import verbs as no_receipt
from shopify_app.returns.no_receipt.matching import OUTCOMES, Candidate, candidates
from shopify_app.returns.no_receipt.models import NoReceiptEntry, NoReceiptFile, NoReceiptRequest, RequestState
from shopify_app.returns.no_receipt.plainly import NOTHING
from shopify_app.returns.no_receipt.seen import Granted, Seen, see
from shopify_app.returns.no_receipt.terms import NothingWithout, Worth
from shopify_app.returns.vocabulary import Standing
from shopify_app.settings.no_receipt import NoReceipt as Settings
from shopify_app.settings.store import load, save
from shopify_app.shops.staff import Right
from shopify_app.texts import number_in

SHOWN = 100
LAST_PAGE = 1_000
HERE = "/app/returns/no-receipt"
STATES: Mapping[str, Badge] = MappingProxyType(
    {
        RequestState.RECEIVED: (phrase("To decide"), "warning"),
        RequestState.MATCHED: (phrase("Matched"), "success"),
        RequestState.ACCOUNT_WANTED: (phrase("Waits for an account"), "info"),
        RequestState.ACCEPTED: (phrase("Credit on its way"), "info"),
        RequestState.CREDITED: (phrase("Credited"), "success"),
        RequestState.HANDLED: (phrase("Dealt with"), "success"),
        RequestState.DECLINED: (phrase("Declined"), "neutral"),
    }
)
DID: Mapping[str, Phrase] = MappingProxyType(
    {
        "save": phrase("Saved."),
        "match": phrase("Matched. The customer is told, and the return is on its way."),
        "note": phrase("Noted. Set up the return on the order now."),
        "accept": phrase("Accepted. The credit shows here in a moment."),
        "decline": phrase("Declined, and told."),
        "again": phrase("Trying again. It shows here in a moment."),
        "handled": phrase("Noted as dealt with."),
    }
)
WORDS: Mapping[str, Phrase] = MappingProxyType(
    {
        "received": phrase("Sent in, with an address that was proven by a code"),
        "matched": phrase("Matched to an order"),
        "accepted": phrase("Accepted"),
        "credited": phrase("Store credit given"),
        "declined": phrase("Declined"),
        "needs_look": phrase("Stopped: needs a look"),
        "tried_again": phrase("Tried again"),
        "handled": phrase("Dealt with in another way"),
    }
)


@dataclass(frozen=True)
class Row:
    """One request as the list shows it."""

    request: NoReceiptRequest
    state: Badge
    amount: Money | None


@dataclass(frozen=True)
class Page:
    """One request with all that helps to decide. `worth` None: nothing can be given, `nothing` says why."""

    request: NoReceiptRequest
    state: Badge
    reason: Phrase | str
    files: tuple[NoReceiptFile, ...]
    entries: tuple[NoReceiptEntry, ...]
    granted: Granted
    is_blocked: bool
    has_account: bool
    found: tuple[Candidate, ...]
    worth: Worth | None
    nothing: Phrase | None
    amount: Money | None
    order: Order | None
    ret: Return | None
    stuck: Advice | None


@blueprint.route("/returns/no-receipt", methods=["GET", "POST"])
def no_receipt_list() -> Response:
    """The requests a page at a time, undecided ones first; a POST opens or shuts the door."""
    if request.method == "POST":
        with adapters().database.write() as session:
            wanted = Settings(is_open=request.form.get("is_open") is not None)
            save(session, shop_row().id, wanted, staff(), adapters().clock.now())
        return go(HERE, did="save")
    page = min(number_in(request.args.get("page", "")) or 0, LAST_PAGE)
    with adapters().database.read() as session:
        held, rows = load(session, shop_row().id, Settings), _rows(session, page)
    return show(
        "no_receipt_list.html",
        rows=rows[:SHOWN],
        held=held,
        did=DID.get(request.args.get("did", "")),
        here=HERE,
        page_number=page,
        more=len(rows) > SHOWN,
    )


@blueprint.route("/returns/no-receipt/<number>", methods=["GET", "POST"])
def no_receipt_page(number: str) -> Response:
    """One request; a POST decides it. Shopify is read with no transaction open."""
    if request.method == "GET":
        return _shown(number, did=DID.get(request.args.get("did", "")))
    name = request.form.get("verb", "")
    verb = VERBS.get(name)
    if verb is None:
        abort(400)
    if name in RESERVED:
        require(Right.SETTLE)
    try:
        did = verb(mine_id(number), request.form)
    except Refused as refusal:
        return _shown(number, refusal=refusal.said, status=422)
    return go(f"{HERE}/{number}", did=did)


@blueprint.get("/returns/no-receipt/<number>/file/<int:file_id>")
def no_receipt_file(number: str, file_id: int) -> Response:
    """A picture to look at, or a PDF to download; unsealed for this visitor. A PDF is never shown by our own address:
    whatever is in it, a browser only stores it."""
    with adapters().database.read() as session:
        row = session.get(NoReceiptFile, file_id)
        if row is None or row.request_id != _mine(session, number).id:
            abort(404)
    is_pdf = row.media_type == no_receipt_files.PDF
    saved_as = f"{number}-receipt-{file_id}.pdf" if is_pdf else None
    return unsealed(no_receipt_files.folder_in(adapters().config.data_dir), row, saved_as)


def mine_id(number: str) -> int:
    """Our id of the shop's own request; 404 for anybody else's."""
    with adapters().database.read() as session:
        return _mine(session, number).id


def _mine(session: Session, number: str) -> NoReceiptRequest:
    found = no_receipt.find(session, shop_row().id, number)
    if found is None:
        abort(404)
    return found


def _shown(number: str, did: Phrase | None = None, refusal: Phrase | str | None = None, status: int = 200) -> Response:
    search = request.args.get("q", "").strip()[:120]
    with adapters().database.read() as session:
        page = _page(session, _mine(session, number), search)
    return show(
        "no_receipt.html",
        status,
        page=page,
        did=did,
        refusal=refusal,
        search=search,
        typed=request.form.get("note", "") if refusal else "",
        here=f"{HERE}/{number}",
        outcomes=[(outcome, explain.OUTCOMES[outcome]) for outcome in OUTCOMES],
        words=WORDS,
        pdf=no_receipt_files.PDF,
    )


def _page(session: Session, row: NoReceiptRequest, search: str) -> Page:
    seen = see(session, row)
    worth, nothing = _worth(session, seen)
    may_match = row.state in (RequestState.RECEIVED, RequestState.ACCOUNT_WANTED)
    found = candidates(session, row, search) if may_match else ()
    return Page(
        request=row,
        state=_state(row),
        reason=REASON_WORDS.get(row.reason or "", row.reason or "—"),
        files=tuple(seen.files),
        entries=tuple(reversed(seen.entries)),
        granted=seen.granted(None),
        is_blocked=seen.standing is Standing.BLOCKED,
        has_account=seen.customer is not None,
        found=found,
        worth=worth,
        nothing=nothing,
        amount=_amount(row),
        order=session.get(Order, row.order_id) if row.order_id else None,
        ret=session.get(Return, row.return_id) if row.return_id else None,
        stuck=advice(Look(row.look), row.look_facts, row.currency or shop_row().currency) if row.look else None,
    )


def _worth(session: Session, seen: Seen) -> tuple[Worth | None, Phrase | None]:
    row = seen.request
    if row.state != RequestState.RECEIVED:
        return None, None
    try:
        return no_receipt.worth(session, row, adapters().clock.now(), seen), None
    except NothingWithout as nothing:
        return None, NOTHING[nothing.why]


def _rows(session: Session, page: int) -> list[Row]:
    """Page `page` (from 0) of them, and one more where there is a page after it."""
    found = session.scalars(
        select(NoReceiptRequest)
        .where(NoReceiptRequest.shop_id == shop_row().id, NoReceiptRequest.number.is_not(None))
        .order_by(
            NoReceiptRequest.look.is_(None),
            NoReceiptRequest.state != RequestState.RECEIVED,
            NoReceiptRequest.id.desc(),
        )
        .offset(page * SHOWN)
        .limit(SHOWN + 1)
    )
    return [Row(row, _state(row), _amount(row)) for row in found]


def _state(row: NoReceiptRequest) -> Badge:
    return NEEDS_LOOK if row.look else STATES[row.state]


def _amount(row: NoReceiptRequest) -> Money | None:
    return Money(row.amount, row.currency) if row.amount is not None and row.currency else None
