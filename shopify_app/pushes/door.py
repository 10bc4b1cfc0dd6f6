"""``POST /carriers/easypost/push``: scans of parcels. The signature names the shop: each account has its own secret.
The address that `postlude carrier show` gives names it too, so that one secret is tried; without a name it is a few.

EasyPost repeats what is not answered with a 2xx within seven seconds, so a push is answered once it is in our rows.
Applying one twice changes nothing, which is why no event id is kept.
"""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, current_app, request

from shopify_app.carriers import accounts, easypost_words
from shopify_app.carriers.easypost import ID
from shopify_app.observability import pushes_received
from shopify_app.returns import parcel_news
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

blueprint = Blueprint("pushes", __name__, url_prefix="/carriers")

MOST_BYTES = 512 * 1024
MOST_TRIED = 20
"""Secrets that are tried where no shop is named: a forged push must not cost more for each shop there is."""
NOBODYS = "a secret that proves nothing"


@blueprint.before_request
def cap() -> None:
    """Nobody needs more to say where a parcel is."""
    request.max_content_length = MOST_BYTES


@blueprint.post(f"/{ID}/push")
def easypost() -> Response:
    """401 for what nobody's secret signed; 200 for everything genuine, known to us or not. ``?shop=`` says whose
    secret is tried; without it, those of the oldest accounts are."""
    held: Adapters = current_app.extensions["postlude"]
    body = request.get_data(cache=False)
    shops = _signed_by(held, body, request.headers.get(easypost_words.SIGNATURE), request.args.get("shop"))
    if not shops:
        return _answered(401, "forged")
    try:
        told = easypost_words.pushed(body)
    except easypost_words.Unreadable as failure:
        log.warning("push_unreadable", provider=ID, why=str(failure))
        return _answered(400, "unreadable")
    if told is None:
        return _answered(200, "other")
    with held.database.write() as session:
        known = parcel_news.take_in(session, shops, told, held.clock.now())
    if not known:
        log.info("push_of_unknown_parcel", provider=ID, shop_ids=shops)
    return _answered(200, "applied" if known else "unknown_parcel")


def _signed_by(held: Adapters, body: bytes, header: str | None, domain: str | None) -> list[int]:
    """Shops whose secret made the signature. Every secret is tried, in constant time each; for a shop that is none, or
    has no secret, one is tried all the same: the time of a refusal does not say which shops there are."""
    if not header:
        return []
    with held.database.read() as session:
        known = accounts.accounts(session, ID, domain or None, MOST_TRIED)
        tried = [(each.shop_id, each.push_secret or NOBODYS) for each in known] or [(None, NOBODYS)]
    proven = [shop_id for shop_id, secret in tried if easypost_words.is_genuine(body, header, secret)]
    return [shop_id for shop_id in proven if shop_id is not None]


def _answered(status: int, outcome: str) -> Response:
    pushes_received.labels(provider=ID, outcome=outcome).inc()
    return Response(status=status)
