"""The list of returns: by what they wait for, searched by RMA or order number."""

from __future__ import annotations

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, show
from shopify_app.admin.returns_words import DONE, NOTHING, WORDS
from shopify_app.returns.desk import Tab, find, open_desk
from shopify_app.returns.explain import OUTCOMES
from shopify_app.returns.no_receipt import verbs as no_receipt

LAST_PAGE = 10_000


@blueprint.get("/returns")
def returns() -> Response:
    """One tab of the list. A search that names one RMA exactly goes straight to it."""
    search = request.args.get("q", "").strip()
    tab = _tab(request.args.get("tab"), search)
    page = min(max(request.args.get("page", 0, type=int), 0), LAST_PAGE)
    with adapters().database.read() as session:
        exact = find(session, shop_row().id, search) if search else None
        if exact is not None:
            return go(f"/app/returns/{exact.rma}")
        desk = open_desk(session, shop_row().id, tab, search, page)
        undecided = no_receipt.undecided(session, shop_row().id)
    return show(
        "returns.html",
        desk=desk,
        undecided=undecided,
        tab=tab,
        tabs=list(Tab),
        search=search,
        page_number=page,
        nothing=NOTHING[tab] if tab else f"No return or order is called “{search}”.",
        outcomes=OUTCOMES,
        did=DONE.get(request.args.get("did", "")),
        **WORDS,
    )


def _tab(name: str | None, search: str) -> Tab | None:
    """A search looks everywhere unless a tab is named."""
    if name in set(Tab):
        return Tab(name)
    return None if search else Tab.TO_APPROVE
