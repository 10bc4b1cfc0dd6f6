"""The list of parcels that are late or stuck, each with its order at Shopify."""

from __future__ import annotations

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import language, show
from shopify_app.admin.insights.words import Writer
from shopify_app.i18n import Phrase, phrase
from shopify_app.insights.troubled import Trouble, troubled
from shopify_app.shipments.lateness import LateRule
from shopify_app.shipments.states import ParcelState

LAST_PAGE = 1_000
WHY: dict[str, Phrase] = {
    LateRule.STALE: phrase("No word of it for a month"),
    LateRule.CARRIER_SAYS: phrase("The carrier says that it is delayed"),
    LateRule.DATE_PASSED: phrase("The first date we showed has passed"),
    ParcelState.DELIVERY_ATTEMPTED: phrase("The carrier came and nobody took it"),
    ParcelState.ACTION_REQUIRED: phrase("The carrier needs something from the shopper"),
    ParcelState.RETURNING: phrase("It is on its way back to you"),
    ParcelState.LOST_OR_DESTROYED: phrase("It is lost or destroyed"),
}
TITLES = {Trouble.LATE: phrase("Late parcels"), Trouble.STUCK: phrase("Stuck parcels")}
NOTHING = {
    Trouble.LATE: phrase("No parcel is late. When one misses the first date its shopper was shown, it is listed here."),
    Trouble.STUCK: phrase("No parcel is stuck. Missed deliveries, parcels coming back and lost ones are listed here."),
}


@blueprint.get("/insights/parcels")
def insights_parcels() -> Response:
    """One page of them, those sent first first."""
    trouble = Trouble(request.args["of"]) if request.args.get("of") in set(Trouble) else Trouble.LATE
    page = min(max(request.args.get("page", 0, type=int), 0), LAST_PAGE)
    with adapters().database.read() as session:
        found, more = troubled(session, shop_row().id, trouble, adapters().clock.now(), page)
    writer = Writer(language(), shop_row().currency)
    return show(
        "insights/parcels.html",
        trouble=trouble,
        titles=TITLES,
        nothing=NOTHING[trouble],
        rows=[(each, writer.lane(f"{each.carrier or each.company or ''}|{each.destination or ''}")) for each in found],
        why=WHY,
        page_number=page,
        more=more,
    )
