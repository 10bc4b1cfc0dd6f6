"""A part of a return that its shopper chooses anew: what Shopify has of it now, and the ways side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from shopify_app.i18n import phrase
from shopify_app.orders.models import Order
from shopify_app.pages.return_dates import Clock
from shopify_app.pages.return_goods import goods_of
from shopify_app.pages.return_outcomes import Offered, outcomes_page
from shopify_app.pages.return_page import ClosedOutcome, Flow, FlowStep, OutcomeChoice, OutcomesPage, Problems
from shopify_app.pages.texts import plain
from shopify_app.returns import anew, published, quotes
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.refusals import StockGone
from shopify_app.returns.replacements import swapped_for, with_costs
from shopify_app.returns.rules import in_force
from shopify_app.returns.vocabulary import WITH_CART
from shopify_app.returns.wishes import Wish, WrongWish
from shopify_app.shopify.return_snapshots import ReturnableOrder
from shopify_app.shopify.transport import WEB
from shopify_app.storefront.door import adapters
from shopify_app.storefront.returns_answers import Setting, asking_shopify, order_there
from shopify_app.storefront.returns_offers import Stocked, swaps_for

NOT_FOR_A_PART = phrase("Not possible for a single part of a return that is under way.")


@dataclass(frozen=True)
class Heard:
    """What Shopify said just now of the order, and of what its items may be swapped for."""

    returnable: ReturnableOrder
    stocked: Stocked


@dataclass(frozen=True)
class Choosing:
    """Somebody before the part of their return that is to be chosen anew; `wish` is what they have chosen so far."""

    setting: Setting
    ret: Return
    order: Order
    group: ReleaseGroup
    heard: Heard
    wish: Wish

    def lines(self, session: Session) -> dict[int, EligibleLine]:
        """The part's lines by fulfilment line, under the terms that were offered."""
        return anew.lines(session, self.ret, self.group, self.heard.returnable, self.wish)


def clock_for(session: Session, setting: Setting, order: Order) -> Clock:
    """The dates that follow from today: the return is approved."""
    stamped = in_force(published.versions(session, order.shop_id), order.placed_at)
    transit = stamped.policy.transit_days(order.country)
    return Clock(setting.here, setting.returns, setting.shop.country, transit, at_once=True)


def hear(ret: Return, order: Order) -> Heard:
    """Asks Shopify; with no transaction open. Raises CannotSay."""
    with adapters().database.read() as session:
        lines = session.get_one(Return, ret.id).lines
        goods = goods_of(session, ret.shop_id, [line.product_id for line in lines])
    said = order_there(order)
    with asking_shopify():
        live = adapters().admin(ret.shop_id, WEB).variant_stock(list(goods.variant_ids()))
    return Heard(said, Stocked(goods, live))


def with_costs_of(ret: Return, heard: Heard, wish: Wish) -> Heard:
    """With what Shopify says that the replacements of the wish cost; with no transaction open. Raises CannotSay."""
    stocked = heard.stocked
    with asking_shopify():
        admin = adapters().admin(ret.shop_id, WEB)
        live = with_costs(admin, heard.returnable, swapped_for(wish), stocked.live)
    return replace(heard, stocked=replace(stocked, live=live))


def part_name(group: ReleaseGroup) -> str:
    """How a form names the part that it speaks of."""
    return f"part-{group.id}"


def ways(session: Session, at: Choosing, action: str, problems: Problems) -> OutcomesPage:
    """What may take the sold-out replacement's place, each priced to the cent; nothing is chosen for the shopper.
    Raises what `anew.price` raises."""
    offered = _offered(session, at)
    flow = Flow(plain(at.order.name, 64), FlowStep.OUTCOME, action, problems=tuple(problems))
    page = outcomes_page(flow, offered, at.wish)
    each = tuple(replace(line, choices=_open(line.choices)) for line in page.lines)
    return replace(page, choices=_open(page.choices), closed=(*_left_out(page.choices), *page.closed), lines=each)


def _open(choices: Sequence[OutcomeChoice]) -> tuple[OutcomeChoice, ...]:
    return tuple(choice for choice in choices if choice.value in anew.CHOICES)


def _left_out(choices: Sequence[OutcomeChoice]) -> tuple[ClosedOutcome, ...]:
    """New items from the shop, where they would have been offered for the whole return: why they are not for a part."""
    return tuple(ClosedOutcome(choice.label, NOT_FOR_A_PART) for choice in choices if choice.value in WITH_CART)


def _offered(session: Session, at: Choosing) -> Offered:
    wish = at.wish.changed(lambda line: replace(line, outcome=None, replacement_variant_id=None))
    lines = at.lines(session)
    single = {}
    if len(wish.lines) > 1:
        for each in wish.lines:
            with suppress(WrongWish, NotEligible, StockGone):
                single[each.fulfillment_line_id] = _tried(session, at, Wish((each,)))
    return Offered(
        quote=_tried(session, at, wish),
        public_id=part_name(at.group),
        lines=lines,
        swaps={
            each.fulfillment_line_id: swaps_for(
                lines[each.fulfillment_line_id], each.quantity, at.heard.stocked, _aside(session, at, lines)
            )
            for each in wish.lines
        },
        goods=at.heard.stocked.goods,
        clock=clock_for(session, at.setting, at.order),
        taxes_included=at.order.taxes_included,
        single=single,
    )


def _tried(session: Session, at: Choosing, wish: Wish) -> quotes.Quote:
    now, live = at.setting.now, at.heard.stocked.live
    priced = anew.price(session, at.ret, at.group, at.heard.returnable, wish, now, live=live)
    return quotes.from_stored(priced.options)


def _aside(session: Session, at: Choosing, lines: Mapping[int, EligibleLine]) -> dict[int, int]:
    known = at.heard.stocked.goods.variants
    ids = [id for line in lines.values() for id, _ in known.get(line.product_id or 0, ())]
    return anew.kept_aside(session, at.ret, at.group, ids, at.setting.now)
