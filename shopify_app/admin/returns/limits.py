"""Who is blocked and who is trusted: the shop's two lists, with forms to put somebody on one and to take them off."""

from __future__ import annotations

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, show, staff
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns import published
from shopify_app.returns.standing import LONGEST_REASON, NobodyNamed, everybody_listed, named, put, take_off
from shopify_app.returns.vocabulary import BlockedMay, Standing
from shopify_app.texts import number_in

DID = {
    "blocked": phrase("Blocked. It counts from their next request on."),
    "allowed": phrase("Trusted. It counts from their next request on."),
    "taken_off": phrase("Taken off the list."),
}
LISTS = (Standing.BLOCKED, Standing.ALLOWED)
NOBODY = phrase("Name an e-mail address, a customer’s number, or the address of their page in Shopify’s admin.")
WHICH = phrase("Say whether they are blocked or trusted.")


@blueprint.route("/returns/limits", methods=["GET", "POST"])
def limits() -> Response:
    """The lists; a POST puts somebody on one, or takes one off."""
    if request.method == "GET":
        return _page(did=DID.get(request.args.get("did", "")))
    off = request.form.get("take_off", type=number_in)
    if off is not None:
        with adapters().database.write() as session:
            take_off(session, shop_row().id, off)
        return go("/app/returns/limits", did="taken_off")
    return _listed(request.form.get("standing", ""), request.form.get("who", ""), request.form.get("reason", ""))


def _listed(standing: str, who: str, reason: str) -> Response:
    if standing not in LISTS:
        return _page(refusal=WHICH, status=422)
    try:
        customer_id, email = named(who)
    except NobodyNamed:
        return _page(refusal=NOBODY, status=422)
    with adapters().database.write() as session:
        shop_id, now = shop_row().id, adapters().clock.now()
        put(session, shop_id, Standing(standing), staff(), now, customer_id=customer_id, email=email, reason=reason)
    return go("/app/returns/limits", did=standing)


def _page(did: Phrase | None = None, refusal: Phrase | None = None, status: int = 200) -> Response:
    with adapters().database.read() as session:
        people = everybody_listed(session, shop_row().id)
        ask_only = _blocked_ask_only(session)
    return show(
        "returns_limits.html",
        status,
        lists=[
            (each, [one for one in people if one.standing is each]) for each in (Standing.BLOCKED, Standing.ALLOWED)
        ],
        ask_only=ask_only,
        typed=request.form if refusal else {},
        longest=LONGEST_REASON,
        did=did,
        refusal=refusal,
        NOBODY=NOBODY,
    )


def _blocked_ask_only(session: Session) -> bool:
    """Whether the policy in force lets the blocked only ask."""
    return published.newest(session, shop_row().id).policy.blocked_may is BlockedMay.ASK_ONLY
