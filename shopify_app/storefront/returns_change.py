"""A return that was sent in, changed by its shopper: the pages of a new one, filled in, for the same return."""

from __future__ import annotations

from flask import Response
from sqlalchemy import update
from sqlalchemy.orm import Session

from shopify_app.orders.access import Access
from shopify_app.pages.return_change import WHY_NOT, ReviewChange, change_rows
from shopify_app.pages.return_links import status_path
from shopify_app.pages.return_page import FlowStep
from shopify_app.returns import requests
from shopify_app.returns.changing import changes
from shopify_app.returns.models import Return, ReturnPhoto, ReturnQuote
from shopify_app.returns.refusals import NotChangeable
from shopify_app.returns.states import Actor
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.returns_answers import onward
from shopify_app.storefront.returns_standing import found_return, status_of
from shopify_app.storefront.returns_visit import Visit, is_owner


@proxied.post("/returns/r/<key>/change")
def change(key: str) -> Response:
    """A draft filled in as the return stands; until it is confirmed nothing moves."""
    try:
        with adapters().database.write() as session:
            setting, ret, order = found_return(session, key)
            why = changes.bar(session, ret, Actor.SHOPPER)
            if why is not None:
                raise NotChangeable(why)
            access = Access.OWNER if is_owner(session, order) else Access.FULL
            draft = requests.draft_from(session, ret, setting.now, access)
            photos = update(ReturnPhoto).where(ReturnPhoto.shop_id == ret.shop_id, ReturnPhoto.return_id == ret.id)
            session.execute(photos.values(draft_id=draft.id))
        return onward(setting, f"returns/{draft.token}/{FlowStep.ITEMS}")
    except NotChangeable as late:
        return status_of(key, 409, WHY_NOT[late.why])


def confirmed(session: Session, here: Visit, public_id: str) -> tuple[Return, str]:
    """The return that was sent in or changed by accepting the draft's quote, and how its page is told so. Raises what
    `requests.submit` and `changes.accept` raise."""
    shop_id, now = here.draft.shop_id, here.setting.now
    if here.draft.changes_id is None:
        return requests.submit(session, shop_id, public_id, Actor.SHOPPER, now, order_id=here.order.id), "sent"
    ret = changes.accept(session, shop_id, public_id, Actor.SHOPPER, now, order_id=here.order.id)
    return ret, "changed"


def review_change(session: Session, here: Visit, quote: ReturnQuote) -> ReviewChange | None:
    """What the draft would make different; None for a return that is new."""
    if here.draft.changes_id is None:
        return None
    ret = session.get_one(Return, here.draft.changes_id)
    path = status_path(adapters().database.keyring, ret.shop_id, ret.id)
    return ReviewChange(ret.rma, here.setting.path(path), change_rows(changes.compare(session, ret, quote)))
