"""The tracking page: everything it says, as facts and phrases, for whichever door renders it.

`tracking_page` reads (six statements at most), `assemble` decides (pure).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.access import Access
from shopify_app.orders.models import Order
from shopify_app.pages.arrivals import arrival_of
from shopify_app.pages.facts import OrderPicture, PageSettings, load_picture, load_settings
from shopify_app.pages.hero import hero_of
from shopify_app.pages.items import item_of, named
from shopify_app.pages.moment import Here
from shopify_app.pages.order_facts import order_facts
from shopify_app.pages.parcels import last_known_state, parcel_blocks
from shopify_app.pages.parts import (
    Card,
    Guide,
    Hero,
    ItemProgress,
    Mood,
    OfferCard,
    OrderFacts,
    Parcel,
    Picture,
    ReturnsPromise,
    SupportBlock,
    Waiting,
)  # fmt: skip
from shopify_app.pages.promises import ReturnsFacts, returns_offer, returns_promise
from shopify_app.pages.steps import before_parcel, to_come, with_states
from shopify_app.pages.support import support_block
from shopify_app.pages.texts import followable, plain
from shopify_app.pages.trouble import hand_over_by, is_wrong
from shopify_app.pages.ways import (
    WE_BRING_IT,
    bringing,
    collecting,
    is_brought_by_us,
    is_emptied,
    is_ready,
    is_to_collect,
    next_of,
    unsent,
)
from shopify_app.settings.shape import in_language
from shopify_app.settings.tracking import Block
from shopify_app.shipments.states import ParcelState as P
from shopify_app.shopify.delivery import BY_THE_SHOP
from shopify_app.shops.models import Shop
from shopify_app.zones import zone_named

GUIDES_SHOWN = 4
CARDS_SHOWN = 4


@dataclass(frozen=True)
class TrackingPage:
    """One order as its buyer sees it. `blocks` says which parts below the parcels are shown, in which order."""

    access: Access
    hero: Hero
    parcels: tuple[Parcel, ...]
    waiting: Waiting | None
    timeline: tuple[ItemProgress, ...]
    next: tuple[Phrase, ...]
    guides: tuple[Guide, ...]
    cards: tuple[Card, ...]
    offer: OfferCard | None
    returns: ReturnsPromise | None
    support: SupportBlock
    order: OrderFacts
    blocks: tuple[Block, ...]

    @property
    def parcel_count(self) -> int:
        """How many parcels there are to wait for, or were."""
        return sum(parcel.nth is not None for parcel in self.parcels)


@dataclass(frozen=True)
class Reader:
    """Who reads: what they may see, their language's code, where how-to pages live (``/apps/x/h/``), the cards that
    were chosen for them, and what the returns room says (None: the shop takes no returns online)."""

    access: Access
    language: str = "en"
    how_to_path: str = "/h/"
    cards: tuple[Card, ...] = ()
    returns: ReturnsFacts | None = None


def tracking_page(
    session: Session, shop: Shop, order: Order, reader: Reader, now: datetime, settings: PageSettings | None = None
) -> TrackingPage:
    """Five statements (six where an offer asks for collections), one less when the door has loaded the settings."""
    settings = settings or load_settings(session, shop.id)
    return assemble(shop, order, load_picture(session, shop.id, order.id, settings), reader, now)


def assemble(shop: Shop, order: Order, picture: OrderPicture, reader: Reader, now: datetime) -> TrackingPage:
    """The page of what was read. Pure."""
    here = here_of(shop, order, picture, reader.language, now)
    if order.erased_at or order.deleted_at:
        picture = OrderPicture(settings=picture.settings)
    waiting = _waiting(order, picture, reader, here)
    parcels = parcel_blocks(order, picture, reader.access, here)
    wrong = is_wrong(order, picture, here) or bool(order.erased_at)
    hero = hero_of(order, picture, parcels, waiting, reader.access, here)
    follows = () if wrong else _next(order, picture, parcels, waiting, here)
    return TrackingPage(
        access=reader.access,
        hero=hero,
        parcels=parcels,
        waiting=waiting,
        timeline=_timeline(parcels, waiting),
        next=tuple(sentence for sentence in follows if sentence not in hero.lines),
        guides=_guides(picture, parcels, reader) if _may_enjoy(order, picture, parcels) else (),
        cards=() if wrong else reader.cards[:CARDS_SHOWN],
        offer=None if wrong else _offer(shop, picture, here),
        returns=_returns(shop, order, picture, reader, here),
        support=support_block(picture.settings.support, order, here),
        order=order_facts(shop, order, picture, reader.access, here),
        blocks=picture.settings.tracking.blocks,
    )


def here_of(shop: Shop, order: Order, picture: OrderPicture, language: str, now: datetime) -> Here:
    """Whose today it is: that of where the order goes, else the shop's."""
    zone = zone_named(shop.timezone)
    return Here(now, zone, zone_named(order.city_timezone or _parcels_zone(picture), zone), language)


def _returns(shop: Shop, order: Order, picture: OrderPicture, reader: Reader, here: Here) -> ReturnsPromise | None:
    if reader.returns is None:
        return returns_promise(shop, order, picture, here)
    return returns_offer(shop, order, picture, reader.returns, here)


def _may_enjoy(order: Order, picture: OrderPicture, parcels: tuple[Parcel, ...]) -> bool:
    """Whether there is something to look forward to: how to use it helps nobody who does not get it."""
    is_coming = not order.cancelled_at and not is_emptied(order, picture)
    return is_coming and not any(parcel.mood is Mood.TROUBLE for parcel in parcels)


def _parcels_zone(picture: OrderPicture) -> str | None:
    return next((parcel.destination_zone for parcel in picture.parcels if parcel.destination_zone), None)


def _waiting(order: Order, picture: OrderPicture, reader: Reader, here: Here) -> Waiting | None:
    """What is in no parcel yet; None when everything is sent, taken along or nothing will be."""
    lines = unsent(order, picture)
    if not lines:
        return None
    items = tuple(item_of(line, count, order, reader.access >= Access.FULL) for line, count in lines)
    first = [(phrase("Ordered"), order.placed_at), *before_parcel(order)]
    return Waiting(
        sentence=_waiting_sentence(order, picture, here),
        items=items,
        steps=with_states(first, to_come(order), int(is_ready(order)), here),
        arrival=None
        if order.delivery in BY_THE_SHOP or is_to_collect(order)
        else arrival_of(picture.promises, None, None, here),
    )


def _waiting_sentence(order: Order, picture: OrderPicture, here: Here) -> Phrase:
    if is_to_collect(order):
        return collecting(order)
    if is_brought_by_us(order):
        return bringing(order)
    if order.packed_at:
        return phrase("Packed and ready for the carrier.")
    if order.packing_since:
        return phrase("Being packed.")
    by = hand_over_by(order, picture, here)
    if by and by >= here.shop_today:
        return phrase("Not sent yet. We hand it to the carrier by {day}.", day=here.day(by))
    return phrase("Not sent yet.")


def _timeline(parcels: tuple[Parcel, ...], waiting: Waiting | None) -> tuple[ItemProgress, ...]:
    """What happens to which items; only where they have different fates."""
    groups = [
        ItemProgress(*named(parcel.items), parcel.outlook, Mood.LOOK if parcel.late else parcel.mood)
        for parcel in parcels
        if parcel.items
    ]
    if waiting:
        groups.append(ItemProgress(*named(waiting.items), waiting.outlook, Mood.CALM))
    return tuple(groups) if len(groups) > 1 else ()


def _next(
    order: Order, picture: OrderPicture, parcels: tuple[Parcel, ...], waiting: Waiting | None, here: Here
) -> tuple[Phrase, ...]:
    """What follows from here, a sentence for each state that a parcel is in."""
    if order.cancelled_at:
        return ()
    told = [parcel for parcel in parcels if parcel.numbers or parcel.events or (parcel.steps and not parcel.is_over)]
    states = dict.fromkeys(parcel.state for parcel in told)
    still = [state for state in states if state != P.DELIVERED] if waiting or len(states) > 1 else list(states)
    tracked = {last_known_state(fact) for fact in picture.parcels if fact.kind == "parcel" and fact.numbers}
    scanned = [state for state in still if state in tracked or state != P.AWAITING_DATA]
    follows = [next_of(state, order, state in tracked) for state in scanned]
    said = [sentence for sentence in follows if sentence]
    if waiting and is_ready(order):
        said += filter(None, [next_of(P.READY_FOR_PICKUP, order)])
    elif waiting and is_brought_by_us(order):
        said.append(WE_BRING_IT)
    elif waiting and not is_to_collect(order):
        by = hand_over_by(order, picture, here)
        handed = phrase("Next, we hand your order to the carrier.")
        if by and by >= here.shop_today and not (order.packed_at or order.packing_since or parcels):
            handed = phrase("Next, we pack your order and hand it to the carrier by {day}.", day=here.day(by))
        elif parcels:
            handed = phrase("What is still with us goes to the carrier next.")
        said += [handed, phrase("As soon as it leaves us, you can follow it here.")]
    return tuple(dict.fromkeys(said))


def _guides(picture: OrderPicture, parcels: tuple[Parcel, ...], reader: Reader) -> tuple[Guide, ...]:
    """Before delivery what bridges the wait, then how to set up and care; in the reader's language, else English."""
    arrived = any(parcel.state == P.DELIVERED for parcel in parcels)
    phases = ("set_up", "care") if arrived else ("waiting",)
    wanted = [guide for guide in picture.how_tos if guide.phase in phases]
    spoken = {guide.language for guide in wanted}
    language = next((code for code in (reader.language, "en") if code in spoken), None)
    chosen = {(g.title, g.type): g for g in wanted if g.language == language or language is None}  # each told once
    ordered = sorted(chosen.values(), key=lambda guide: phases.index(guide.phase))
    return tuple(
        Guide(
            title=plain(fact.title, 255),
            text=plain(fact.text, 160),
            kind=fact.type,
            phase=fact.phase,
            minutes=fact.minutes,
            url=f"{reader.how_to_path}{fact.slug}?from=page",
            picture=Picture(url) if (url := followable(fact.image_url)) else None,
        )
        for fact in ordered[:GUIDES_SHOWN]
    )


def _offer(shop: Shop, picture: OrderPicture, here: Here) -> OfferCard | None:
    """The merchant's first offer that lives today and fits what was bought."""
    products = {line.product_id for line in picture.lines}
    for offer in picture.settings.offers.offers:
        fits = not (offer.products or offer.collections)
        fits = fits or bool(products & set(offer.products)) or bool(picture.collections & set(offer.collections))
        text = in_language(offer.text, here.language)
        if fits and text and offer.is_live(here.shop_today):
            url = f"{shop.storefront_url}/discount/{offer.code}" if offer.code else offer.url
            return OfferCard(plain(text), offer.code, offer.url or followable(url), offer.ends)
    return None


__all__ = ["Access", "Card", "Reader", "TrackingPage", "assemble", "tracking_page"]
