"""Papers of a return for the merchant: the packing slip, the labels it has, and a form for one of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.returns.asked import Asked, Refused
from shopify_app.admin.unsealing import unsealed
from shopify_app.crypto import Keyring
from shopify_app.db import Session
from shopify_app.i18n import phrase
from shopify_app.papers import evidence, slip
from shopify_app.papers.evidence_paper import evidence_paper
from shopify_app.papers.links import slip_path
from shopify_app.papers.printing import PDF
from shopify_app.returns.desk import find
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.parcels import files as label_files
from shopify_app.returns.parcels import labels, parcels, renewing, taking_back
from shopify_app.returns.parcels.coming import Coming, coming, is_to_be_given
from shopify_app.returns.parcels.models import ReturnLabel, ReturnParcel
from shopify_app.returns.parcels.own_labels import OwnLabel, add_own
from shopify_app.returns.parcels.refused import FileRefused, NoLabel
from shopify_app.settings.parcels import Parcels
from shopify_app.together import Together
from shopify_app.zones import end_of_day, zone_named


@dataclass(frozen=True)
class Papers:
    """`slip` is an address that opens by itself for half an hour; None: nothing travels. `ended` are the labels (our
    ids) whose time is over; `coming`: one is being bought, or was to be; `is_waited_for`: the shopper waits for one
    that nobody sells; `may_add`: a label of the merchant's own can be given; `may_buy`: one can be bought in place of
    those that are over."""

    slip: str | None
    labels: tuple[ReturnLabel, ...]
    ended: frozenset[int]
    coming: Coming | None
    is_waited_for: bool
    parcels: tuple[ReturnParcel, ...]
    may_add: bool
    may_buy: bool


def papers_of(session: Session, ret: Return, rows: Together, keyring: Keyring, now: datetime) -> Papers:
    """The papers of `ret` with its `rows`, whether or not shoppers are shown them."""
    given = rows.of(ReturnLabel)
    groups, sent = rows.of(ReleaseGroup), rows.of(ReturnParcel)
    bought = coming(ret, (), rows.of(Step), groups)
    is_owed = bought is None and is_to_be_given(ret, given, sent, groups)
    ended = frozenset(each.id for each in given if each.valid_until is not None and each.valid_until <= now)
    return Papers(
        slip=slip_path(keyring, ret, now) if slip.has_slip(ret, Parcels()) else None,
        labels=tuple(given),
        ended=ended,
        coming=bought,
        is_waited_for=is_owed and not parcels.sells_labels(session, ret.shop_id),
        parcels=tuple(sent),
        may_add=labels.is_awaited(ret),
        may_buy=renewing.may_buy_beside(session, ret, given, rows.of(Step), now),
    )


@blueprint.get("/returns/<rma>/evidence.pdf")
def evidence_file(rma: str) -> Response:
    """Everything that shows how the return went, for a bank."""
    held = adapters()
    with held.database.read() as session:
        ret = find(session, shop_row().id, rma)
        if ret is None:
            abort(404)
        pack = evidence.read(session, ret, held.database.keyring, held.config.data_dir, held.clock.now())
    paper = evidence_paper(pack)
    ending = "pdf" if paper.media_type == PDF else "html"
    shown = Response(paper.body, mimetype=paper.media_type)
    shown.headers["Content-Disposition"] = f'attachment; filename="{pack.ret.rma}-evidence.{ending}"'
    return shown


@blueprint.get("/returns/<rma>/label/<int:label_id>")
def label_file(rma: str, label_id: int) -> Response:
    """A label's file, unsealed for this visitor."""
    with adapters().database.read() as session:
        ret = find(session, shop_row().id, rma)
        row = session.get(ReturnLabel, label_id) if ret else None
        if ret is None or row is None or row.return_id != ret.id or row.file_name is None:
            abort(404)
    saved_as = f"{rma}-label.{label_files.ENDINGS[row.media_type or label_files.PDF]}"
    return unsealed(label_files.folder_in(adapters().config.data_dir), row, saved_as)


def add_label(asked: Asked) -> None:
    """The merchant's own label: a file or a link."""
    sent = request.files.get("file")
    raw = sent.read(label_files.MOST_BYTES + 1) if sent is not None and sent.filename else b""
    held = adapters()
    try:
        folder = label_files.folder_in(held.config.data_dir)
        kept = label_files.keep(folder, held.database.keyring, asked.ret.shop_id, raw) if raw else None
        given = OwnLabel(kept, asked.word("link") or None, asked.word("tracking"), asked.word("carrier"), _ends(asked))
        add_own(asked.session, asked.ret, given, asked.by, asked.now)
    except (NoLabel, FileRefused) as refusal:
        raise Refused(refusal.said) from refusal


def buy_label_anew(asked: Asked) -> None:
    """A label in place of those that are over, whose postage is asked back."""
    renewing.buy(asked.session, asked.ret, asked.by, asked.now)


def take_label_back(asked: Asked) -> None:
    """A label is not shown any more; the postage of a bought one that nobody used is asked back."""
    try:
        taking_back.take_back(asked.session, asked.ret, asked.number("label"), asked.by, asked.now)
    except NoLabel as refusal:
        raise Refused(refusal.said) from refusal


def _ends(asked: Asked) -> datetime | None:
    """The end of the day that was typed, on the shop's clock."""
    text = asked.word("until")
    if not text:
        return None
    try:
        return end_of_day(datetime.fromisoformat(text).date(), zone_named(shop_row().timezone))
    except (ValueError, OverflowError) as failure:
        raise Refused(phrase("Write the last day as 2026-12-31.")) from failure
