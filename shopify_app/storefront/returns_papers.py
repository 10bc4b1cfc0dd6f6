"""Papers of a return: through the shop's domain for its shopper, by an address that expires for the merchant."""

from __future__ import annotations

from flask import Blueprint, Response, request

from shopify_app.crypto import BadToken
from shopify_app.i18n import Language, phrase
from shopify_app.papers import slip
from shopify_app.papers.links import slip_facts
from shopify_app.papers.printing import PDF, Paper, slip_paper
from shopify_app.returns import sealed
from shopify_app.returns.models import Return
from shopify_app.returns.parcels import files as label_files
from shopify_app.returns.parcels import labels
from shopify_app.settings.branding import Brand
from shopify_app.settings.store import load
from shopify_app.storefront import answers
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.reading import languages
from shopify_app.storefront.returns_standing import found_return, status_of
from shopify_app.storefront.returns_visit import is_owner

papers = Blueprint("papers", __name__)
"""Papers by an address that is proof enough by itself."""

NO_LABEL = phrase("This label cannot be used any more. Here is what you can send your return with.")
NOTHING_TO_PRINT = phrase("There is nothing to print for this return any more. Here is how it stands.")


@proxied.get("/returns/r/<key>/slip.pdf")
def packing_slip(key: str) -> Response:
    """The packing slip. Who is signed in as the order's customer finds their own address on it."""
    try:
        with adapters().database.read() as session:
            setting, ret, order = found_return(session, key)
            made = slip.read(session, ret, adapters().config.app_url, is_owner(session, order))
    except slip.NoSlip:
        return status_of(key, 404, NOTHING_TO_PRINT)
    return _shown(slip_paper(made, setting.language), ret.rma)


@proxied.get("/returns/r/<key>/label/<label_id>")
def label(key: str, label_id: str) -> Response:
    """A label's file, or the code that stands for it, as long as it can be used. It shows the shopper's own address:
    the key came to them by mail, or after a one-time code."""
    try:
        with adapters().database.read() as session:
            setting, ret, _ = found_return(session, key)
            usable = labels.usable(session, ret, setting.now)
        row = next((each for each in usable if str(each.id) == label_id and each.file_name), None)
        if row is None:
            return status_of(key, 404, NO_LABEL)
        held = adapters()
        folder = label_files.folder_in(held.config.data_dir)
        raw = sealed.read(folder, held.database.keyring, row.shop_id, row.file_name or "")
    except sealed.Gone:
        return status_of(key, 404, NO_LABEL)
    shown = Response(raw, mimetype=row.media_type)
    ending = label_files.ENDINGS[row.media_type or label_files.PDF]
    shown.headers["Content-Disposition"] = f'inline; filename="{ret.rma}-label.{ending}"'
    return shown


@papers.get("/papers/<key>")
def merchants_slip(key: str) -> Response:
    """The packing slip for the merchant, in the shopper's language or in ``?lang=``."""
    now = adapters().clock.now()
    try:
        with adapters().database.read() as session:
            shop_id, return_id = slip_facts(adapters().database.keyring, key, now)
            ret = session.get(Return, return_id)
            if ret is None or ret.shop_id != shop_id or ret.order.erased_at is not None:
                return answers.bare(404)
            made = slip.read(session, ret, adapters().config.app_url, with_sender=True)
            language = _language(ret, load(session, shop_id, Brand).tone)
    except BadToken as bad:
        return answers.bare(410 if bad.expired else 404)
    except slip.NoSlip:
        return answers.bare(404)
    return _shown(slip_paper(made, language), made.rma)


@papers.after_request
def keep_private(response: Response) -> Response:
    """One person's, found by nobody, framed by nobody."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
    return response


def _language(ret: Return, tone: str) -> Language:
    wanted, order = [request.args.get("lang"), ret.locale, ret.order.locale], ret.order
    return languages().choose(wanted, order.country, tone, order.shop.languages)


def _shown(paper: Paper, rma: str) -> Response:
    shown = Response(paper.body, mimetype=paper.media_type)
    if paper.media_type == PDF:
        shown.headers["Content-Disposition"] = f'inline; filename="{rma}.pdf"'
    return shown
