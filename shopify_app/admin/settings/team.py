"""Who works here, and what the owner reserves."""

from __future__ import annotations

from flask import Response, abort, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, say, show
from shopify_app.admin.people import NotAllowed, me
from shopify_app.i18n import Phrase, phrase
from shopify_app.shops import staff
from shopify_app.shops.staff import NEWCOMERS, Right
from shopify_app.texts import number_in

RIGHTS: tuple[tuple[Right, Phrase, Phrase], ...] = (
    (
        Right.SETTLE,
        phrase("Move money"),
        phrase("Settle, waive what is owed, take a bonus back, credit without an order."),
    ),
    (Right.PUBLISH, phrase("Publish"), phrase("Put a return policy, a page or an automation in force.")),
    (Right.ERASE, phrase("Erase data"), phrase("Erase what is known of a customer.")),
)
SAID = {
    "save": phrase("Saved."),
    "forget": phrase("Removed. If they come back, they are asked for anew."),
}
NOT_YOURS = phrase("Only the owner of this Shopify account decides what others may do.")
CHANGED = phrase("Somebody else changed this meanwhile. What is in force now is below; change yours again.")


@blueprint.get("/settings/staff")
def team_page() -> Response:
    """Everybody who has been here, each with their rights."""
    did = SAID.get(request.args.get("did", ""))
    return _page(did=say(did) if did else "")


@blueprint.post("/settings/staff")
def save_team() -> Response:
    """The owner's decision about everybody at once."""
    people = (number_in(each) for each in request.form.getlist("person"))
    wanted = {user_id: _withheld(user_id) for user_id in people if user_id is not None}
    version = request.form.get("version", -1, type=int)
    try:
        with adapters().database.write() as session:
            staff.restrict(session, shop_row().id, wanted, me(), version, adapters().clock.now())
    except staff.NotTheOwner:
        return _page(refusal=say(NOT_YOURS), status=403)
    except staff.ChangedMeanwhile:
        return _page(refusal=say(CHANGED), status=409)
    return go("/app/settings/staff", did="save")


@blueprint.post("/settings/staff/<int:user_id>/forget")
def forget_member(user_id: int) -> Response:
    """Takes somebody off the list; the owner's word, and never the owner."""
    if not me().is_owner:
        return _page(refusal=say(NOT_YOURS), status=403)
    with adapters().database.write() as session:
        if user_id == me().user_id or not staff.forget(session, shop_row().id, user_id):
            abort(404)
    return go("/app/settings/staff", did="forget")


@blueprint.errorhandler(NotAllowed)
def not_allowed(refused: NotAllowed) -> Response:
    """For whoever asked for something that the owner reserved; the page they came from is still there."""
    return show("not_allowed.html", 403, said=refused.said)


def _withheld(user_id: int) -> list[Right]:
    granted = request.form.getlist(f"may-{user_id}")
    return [right for right in Right if right.value not in granted]


def _page(did: str = "", refusal: str = "", status: int = 200) -> Response:
    with adapters().database.read() as session:
        found = staff.team(session, shop_row().id)
    return show(
        "settings/staff.html",
        status,
        team=found,
        rights=RIGHTS,
        newcomers=NEWCOMERS,
        did=did,
        refusal=refusal,
    )
