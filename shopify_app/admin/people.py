"""Who is at the keyboard, what they may do, and the names of their colleagues.

A verb that the owner can reserve asks first: ``@needs(Right.PUBLISH)`` on a view of its own, ``require(Right.SETTLE)``
where one view has many verbs. Who may not gets 403 with a sentence, and nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import structlog
from flask import g, request
from werkzeug.exceptions import Forbidden

from shopify_app.admin.door import adapters, blueprint, offered_token, shop_row, visitor
from shopify_app.i18n import Phrase, phrase
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.oauth import StaffUser
from shopify_app.shops import staff
from shopify_app.shops.staff import Right, StaffMember

log = structlog.get_logger(__name__)
View = TypeVar("View", bound=Callable[..., Any])

RESERVED = {
    Right.SETTLE: phrase("Only some people in this shop may move money, and you are not among them."),
    Right.PUBLISH: phrase("Only some people in this shop may publish, and you are not among them."),
    Right.ERASE: phrase("Only some people in this shop may erase customers' data, and you are not among them."),
}


class NotAllowed(Forbidden):
    """The owner has reserved this; `said` tells whoever asked."""

    def __init__(self, right: Right) -> None:
        super().__init__()
        self.said: Phrase = RESERVED[right]


@blueprint.before_request
def know_who_visits() -> None:
    """Behind the guard: the row of the member of staff, with Shopify asked for the name when it is time."""
    if request.endpoint == "admin.bounce" or "visitor" not in g:
        return
    now, shop_id, user_id = adapters().clock.now(), shop_row().id, visitor().user_id
    with adapters().database.read() as session:
        member = staff.known(session, shop_id, user_id)
    if member is None or staff.has_to_be_asked(member, now):
        told = _told_by_shopify()
        with adapters().database.write() as session:
            member = staff.learn(session, shop_id, user_id, told, now)
    elif staff.has_to_be_noted(member, now):
        with adapters().database.write() as session:
            staff.note_visit(session, member, now)
    g.member = member


def me() -> StaffMember:
    """The member of staff who opened this page; only behind the guard."""
    return g.member


def may(right: Right | str) -> bool:
    """Whether they may do what the owner can reserve."""
    return me().may(Right(right))


def require(right: Right) -> None:
    """Raises NotAllowed (403) for somebody who may not."""
    if not may(right):
        raise NotAllowed(right)


def needs(right: Right) -> Callable[[View], View]:
    """A view that only those may open, or send a form to, whom the owner lets; a page that only shows takes GET from
    everybody and has its POST in a view of its own."""

    def dress(view: View) -> View:
        @wraps(view)
        def asked(*given: Any, **named: Any) -> Any:
            require(right)
            return view(*given, **named)

        return asked  # type: ignore[return-value]

    return dress


def staff_name(user_id: str | None) -> str:
    """The name of a colleague by the id that rows keep, or of whoever else that names ("cli"); empty for nobody. Read
    once a page."""
    if not user_id:
        return ""
    if "staff_names" not in g:
        with adapters().database.read() as session:
            g.staff_names = staff.names(session, shop_row().id)
    return g.staff_names.get(user_id) or ("" if user_id.isdigit() else user_id)


def _told_by_shopify() -> StaffUser | None:
    """Shopify's word on who this is; None when it gives none now: nobody waits outside for a name."""
    try:
        return adapters().admin_apis.tokens.staff_user(shop_row().domain, offered_token())
    except ShopifyError as failure:
        log.warning("staff_not_named", shop_id=shop_row().id, error=type(failure).__name__)
        return None
