"""Which papers the page of a return offers."""

from __future__ import annotations

from sqlalchemy.orm import Session

from shopify_app.pages.return_links import status_path
from shopify_app.pages.return_papers import Paper, slip_paper
from shopify_app.papers import slip
from shopify_app.returns.models import Return
from shopify_app.settings.parcels import Parcels
from shopify_app.settings.store import load
from shopify_app.storefront.door import adapters
from shopify_app.storefront.returns_visit import Setting


def papers_of(session: Session, setting: Setting, ret: Return) -> tuple[Paper, ...]:
    """What the shopper can print for a return."""
    path = status_path(adapters().database.keyring, ret.shop_id, ret.id)
    has_slip = slip.has_slip(ret, load(session, ret.shop_id, Parcels))
    return (slip_paper(setting.path(f"{path}/slip.pdf")),) if has_slip else ()
