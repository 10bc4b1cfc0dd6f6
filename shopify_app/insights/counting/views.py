"""What shoppers looked at on a day, and whether they went on to the shop from there."""

from __future__ import annotations

from sqlalchemy import func, select

from shopify_app.db import Session
from shopify_app.insights.counting.window import ShopDay
from shopify_app.insights.counts import Count, Tally
from shopify_app.insights.models import LookUpDay
from shopify_app.orders.models import PageView
from shopify_app.recommendations.models import CardClick


def count_views(session: Session, day: ShopDay, tally: Tally) -> None:
    """Views of tracking pages are kept by UTC day; everything else here by the shop's."""
    mine = (PageView.shop_id == day.shop_id, PageView.day == day.day)
    by_surface = select(PageView.surface, func.sum(PageView.count)).where(*mine).group_by(PageView.surface)
    for surface, views in session.execute(by_surface):
        tally.add(Count.VIEWS, int(views), key=surface)
    opened = set(session.scalars(select(PageView.order_id).where(*mine).distinct()))
    clicked = select(CardClick.order_id, CardClick.card).where(
        CardClick.shop_id == day.shop_id, CardClick.clicked_at >= day.start, CardClick.clicked_at < day.end
    )
    went_on = set()
    for order_id, card in session.execute(clicked):
        tally.add(Count.CLICKS, key=card)
        went_on.add(order_id)
    tally.add(Count.OPENED, len(opened | went_on))
    tally.add(Count.WENT_ON, len(went_on))


def count_look_ups(session: Session, day: ShopDay, tally: Tally) -> None:
    """Look-ups by order number that found their order, and those that did not."""
    row = session.scalar(select(LookUpDay).where(LookUpDay.shop_id == day.shop_id, LookUpDay.day == day.day))
    if row is not None:
        tally.add(Count.LOOKUPS_ANSWERED, row.answered)
        tally.add(Count.LOOKUPS_MISSED, row.missed)
