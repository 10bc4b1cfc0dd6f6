"""Orders in every situation that a tracking page may find them in, without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from shopify_app.i18n import phrase
from shopify_app.money import Money
from shopify_app.orders.access import Access
from shopify_app.orders.models import Order
from shopify_app.pages.facts import HowToFact, LineFact, OrderPicture, PageSettings, ParcelFact, PromiseFact, ScanFact
from shopify_app.pages.parts import Card, Picture
from shopify_app.pages.tracking import Reader, TrackingPage, assemble
from shopify_app.settings.branding import Brand
from shopify_app.settings.offers import Offer, Offers
from shopify_app.settings.support import Hours, Question, SocialLink, Support, Weekday
from shopify_app.settings.tracking import Tracking
from shopify_app.shops.models import Shop

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)  # a Friday, 10:30 in Stockholm
PICTURES = "https://pictures.example/"


def shop() -> Shop:
    policy = (
        "<p>Anything unworn comes back within 60 days, at our cost within the EU.</p><p>We check the parcel within two "
        "working days of its arrival and send the money the way it came.</p><script>alert(1)</script>"
    )
    return Shop(
        id=1, domain="hedvall.myshopify.com", name="Hedvall", currency="EUR", timezone="Europe/Stockholm",
        primary_domain="hedvall.example", installed_at=NOW,
        profile={"policies": {"refund": ["Returns", policy, "https://hedvall.example/policies/refund-policy"]}},
    )  # fmt: skip


def order(**facts: Any) -> Order:
    known: dict[str, Any] = {
        "id": 7, "shop_id": 1, "shopify_id": 5001, "name": "#1042", "number": "1042", "currency": "EUR",
        "shop_currency": "EUR", "country": "DE", "city_timezone": "Europe/Berlin", "placed_at": NOW - timedelta(days=3),
        "confirmed_at": NOW - timedelta(days=3, minutes=-2), "subtotal": 35900, "shipping": 490, "discount": 3000,
        "tax": 5810, "taxes_included": True, "total": 36390, "refunded": 0, "financial_status": "paid",
        "payment_gateways": ["shopify_payments"], "discount_codes": ["HELLO30"], "channel": "web", "is_company": False,
        "is_test": False, "fact_at": NOW, "shipping_address": "{}",
    }  # fmt: skip
    return Order(**known | facts)


def line(number: int, title: str, variant: str | None = None, price: int = 32900, **facts: Any) -> LineFact:
    known: dict[str, Any] = {
        "shopify_id": 100 + number, "title": title, "variant_title": variant, "vendor": "Hedvall", "quantity": 1,
        "current_quantity": 1, "unit_price": price, "discount": 0, "requires_shipping": True, "is_gift_card": False,
        "product_id": 900 + number, "image_url": None, "travels": (),
    }  # fmt: skip
    return LineFact(**known | facts)


def jacket(*travels: tuple[int, int], **facts: Any) -> LineFact:
    return line(1, "Storsjö wool jacket", "Dark green / M", 32900, image_url=PICTURES + "jacket.svg", discount=3000,
                travels=travels, **facts)  # fmt: skip


def socks(*travels: tuple[int, int], **facts: Any) -> LineFact:
    return line(2, "Rask hiking socks, three pairs", "39–41", 3000, quantity=2, current_quantity=2,
                image_url=PICTURES + "socks.svg", travels=travels, **facts)  # fmt: skip


def boots(*travels: tuple[int, int], **facts: Any) -> LineFact:
    return line(3, "Vandra leather boots", "42", 24900, travels=travels, **facts)


def scan(state: str, hours_ago: float, place: str = "", text: str = "", reason: str | None = None) -> ScanFact:
    instant = NOW - timedelta(hours=hours_ago)
    local = (instant + timedelta(hours=1)).replace(tzinfo=None)
    return ScanFact(state, reason, text, place or None, instant, local.isoformat())


def parcel(number: int, state: str, *scans: ScanFact, **facts: Any) -> ParcelFact:
    known: dict[str, Any] = {
        "id": number, "state": state, "reason": None, "state_at": scans[-1].instant if scans else None,
        "kind": "parcel",
        "company": "DHL", "carrier": "dhl-paket", "numbers": (f"0034043410000000000{number}",),
        "urls": (f"https://www.dhl.de/track?piececode=0034043410000000000{number}",),
        "shipped_at": NOW - timedelta(days=2), "accepted_at": NOW - timedelta(hours=40), "delivered_at": None,
        "carrier_eta": None, "destination": "DE", "destination_zone": "Europe/Berlin", "scans": scans,
    }  # fmt: skip
    return ParcelFact(**known | facts)


def promise(
    shipment_id: int | None, likely: date | None, by: date, basis: str = "shop_history", **facts: Any
) -> PromiseFact:
    known: dict[str, Any] = {"share_percent": 90, "parcels": 214} if basis == "shop_history" else {}
    return PromiseFact(shipment_id, likely, by, basis, **known | facts)


ON_ITS_WAY = (
    scan("label_created", 46, text="Shipment data received"),
    scan("accepted", 40, "Borås", "Picked up from sender"),
    scan("in_transit", 22, "Malmö", "Processed at export parcel centre"),
    scan("in_transit", 3.8, "Hamburg", "Arrived in the destination region"),
)
OUT = (*ON_ITS_WAY, scan("out_for_delivery", 2, "Berlin", "Loaded into the delivery vehicle"))
DONE = (*OUT, scan("delivered", 0.8, "Berlin", "Delivered to a neighbour", "neighbour"))

HOW_TOS = (
    HowToFact("m3asure1", 901, "waiting", "video", "en", "Find your size before it arrives", "", 2, None),
    HowToFact("m3asure2", 901, "waiting", "tip", "en", "A hook at the door, a brush beside it", "", None, None),
    HowToFact("m3asure3", 901, "waiting", "video", "de", "Die passende Größe finden", "", 2, None),
    HowToFact("wash0001", 901, "care", "steps", "en", "Wash wool without fear", "", 4, PICTURES + "wash.svg"),
    HowToFact("setup001", 901, "set_up", "video", "en", "The first week in a new jacket", "", 3, None),
)
SUPPORT = Support(
    email="hej@hedvall.example", phone="+46 33 123 45 67", chat_url="https://hedvall.example/chat",
    social=(SocialLink(name="Instagram", url="https://instagram.example/hedvall"),),
    faq={
        "en": (
            Question(question="Can I change the address?", answer="As long as it has not left us, yes."),
            Question(question="What if it does not fit?", answer="Send it back or swap it."),
        ),
        "de": (Question(question="Kann ich die Adresse ändern?", answer="Solange das Paket noch bei uns ist, ja."),),
    },
    hours={day: Hours(opens=time(9), closes=time(17)) for day in list(Weekday)[:5]},
)  # fmt: skip
SETTINGS = PageSettings(
    brand=Brand(accent="#2f5145", background="#fbfaf7", heading_font='Georgia, "DejaVu Serif", serif',
                footer={"en": "Hedvall · Borås, Sweden", "de": "Hedvall · Borås, Schweden"}),
    tracking=Tracking(handover_days=2, arrival_text={"en": "It usually takes three to five working days."}),
    support=SUPPORT,
    offers=Offers(offers=(Offer(
        text={"en": "Wax for your jacket, 15 % off until Sunday", "de": "Wachs für die Jacke, 15 % günstiger"},
        code="WAX15", ends=date(2026, 11, 29)),)),
)  # fmt: skip
CARDS = (
    Card("Wool wash", "https://hedvall.example/r/1", Picture(PICTURES + "wash.svg"), Money(1490, "EUR"),
         reason=phrase("often bought with your {item}", item="Storsjö wool jacket")),
    Card("Tova cable sweater", "https://hedvall.example/r/2", Picture(PICTURES + "sweater.svg"), Money(12900, "EUR"),
         was=Money(15900, "EUR")),
    Card("Lovikka mittens", "https://hedvall.example/r/3", None, Money(4900, "EUR")),
    Card("Glöd camp stove", "https://hedvall.example/r/4", Picture(PICTURES + "stove.svg"), Money(8900, "EUR")),
)  # fmt: skip


@dataclass(frozen=True)
class Situation:
    order: Order = field(default_factory=order)
    lines: tuple[LineFact, ...] = ()
    parcels: tuple[ParcelFact, ...] = ()
    promises: tuple[PromiseFact, ...] = ()
    access: Access = Access.FULL
    settings: PageSettings = SETTINGS

    def page(self, language: str = "en") -> TrackingPage:
        picture = OrderPicture(self.settings, self.lines, self.parcels, self.promises, frozenset(), HOW_TOS)
        return assemble(shop(), self.order, picture, Reader(self.access, language, "/apps/order-care/h/", CARDS), NOW)


def _both(parcel_id: int) -> tuple[LineFact, ...]:
    return jacket((parcel_id, 1)), socks((parcel_id, 2))


_TUESDAY, _THURSDAY, _NOW_DAY = date(2026, 12, 1), date(2026, 12, 3), date(2026, 11, 27)
_LATE = promise(1, None, date(2026, 11, 30)), promise(1, None, _THURSDAY, "carrier", because="carrier_delay")


def situations() -> dict[str, Situation]:
    """By name; a fresh set each time, since orders are mutable rows."""
    many = tuple(line(i, f"Stoneware mug no. {i}", "Glazed", 1900 + i, travels=((1, 1),)) for i in range(1, 41))
    hostile = line(1, "{{ 7|times:7 }} <script>alert(1)</script> {% include 'x' %}{% endraw %}", "\u202eXL \U0001f9e6")
    return {
        "transit": Situation(lines=_both(1), parcels=(parcel(1, "in_transit", *ON_ITS_WAY),),
                             promises=(promise(1, date(2026, 11, 30), _TUESDAY),)),
        "out_today": Situation(lines=_both(1), parcels=(
            parcel(1, "out_for_delivery", *OUT, carrier_eta=datetime(2026, 11, 27, 19, tzinfo=UTC)),),
            promises=(promise(1, None, _NOW_DAY, "carrier"),)),
        "in_parts": Situation(
            order=order(total=61290), lines=(jacket((1, 1)), socks((2, 2)), boots()),
            parcels=(parcel(1, "delivered", *DONE, delivered_at=NOW - timedelta(hours=0.8), reason="neighbour"),
                     parcel(2, "in_transit", *ON_ITS_WAY, company="PostNord SE", carrier="postnord-se")),
            promises=(promise(2, date(2026, 11, 30), _TUESDAY), promise(None, _TUESDAY, _THURSDAY))),
        "packing": Situation(order=order(packing_since=NOW - timedelta(hours=3), placed_at=NOW - timedelta(days=1)),
                             lines=(jacket(), socks())),
        "delivered": Situation(lines=_both(1), parcels=(
            parcel(1, "delivered", *DONE, delivered_at=NOW - timedelta(hours=0.8), reason="neighbour"),)),
        "pickup": Situation(lines=_both(1), parcels=(
            parcel(1, "ready_for_pickup", *OUT, scan("ready_for_pickup", 1, "Pickup Point Hötorget")),)),
        "delayed": Situation(lines=_both(1), promises=_LATE, parcels=(
            parcel(1, "delayed", *ON_ITS_WAY, scan("delayed", 1, "Hamburg", "Delay due to weather", "weather"),
                   reason="weather"),)),
        "lost": Situation(lines=_both(1), parcels=(
            parcel(1, "lost_or_destroyed", *ON_ITS_WAY, scan("lost_or_destroyed", 1, reason="lost"), reason="lost"),)),
        "action": Situation(lines=_both(1), parcels=(
            parcel(1, "action_required", *ON_ITS_WAY, scan("action_required", 1, "Zürich", reason="duty"),
                   reason="duty", destination="CH"),)),
        "silent": Situation(lines=_both(1), promises=(promise(1, None, date(2026, 11, 20)),), parcels=(
            parcel(1, "in_transit", scan("accepted", 260, "Borås"), scan("in_transit", 220, "Malmö"),
                   shipped_at=NOW - timedelta(days=11)),)),
        "not_from_the_van": Situation(lines=_both(1), parcels=(
            parcel(1, "out_for_delivery", *ON_ITS_WAY[:3], scan("out_for_delivery", 50, "Berlin")),)),
        "overdue": Situation(lines=_both(1), promises=(promise(1, None, date(2026, 11, 25)),),
                             parcels=(parcel(1, "in_transit", *ON_ITS_WAY),)),
        "cancelled": Situation(order=order(cancelled_at=NOW - timedelta(days=1), refunded=36390,
                                           financial_status="refunded"), lines=(jacket(), socks())),
        "forty_lines": Situation(order=order(discount=0, total=80000), lines=many,
                                 parcels=(parcel(1, "in_transit", *ON_ITS_WAY),),
                                 promises=(promise(1, None, _TUESDAY, "carrier"),)),
        "hostile": Situation(
            order=order(name="#{{1042}}", currency="JPY", total=129000, discount=0, discount_codes=[]),
            lines=(hostile._replace(travels=((1, 1),)), line(2, "معطف صوف أخضر داكن", "كبير", 4860, travels=((1, 1),))),
            parcels=(parcel(1, "in_transit", scan("accepted", 9, "&lt;b&gt;", "{{{{"),
                        scan("in_transit", 5, "{% raw %}", "{{ shop.secret }}\u202e</script>"),
                            company="Flying Carpets", carrier=None, urls=("javascript:alert(1)",)),)),
        "glance": Situation(lines=_both(1), access=Access.GLANCE, parcels=(parcel(1, "in_transit", *ON_ITS_WAY),),
                            promises=(promise(1, date(2026, 11, 30), _TUESDAY),)),
        "no_date": Situation(lines=_both(1), parcels=(parcel(1, "accepted", *ON_ITS_WAY[:2]),)),
        "gift_card": Situation(lines=(line(1, "Gift card", "50 €", 5000, requires_shipping=False, is_gift_card=True),)),
        "pos": Situation(order=order(channel="pos", fulfillment_status="fulfilled"), lines=(jacket(),)),
        "taken_along": Situation(
            order=order(channel="pos", fulfillment_status="fulfilled", delivery="retail", shipping_address=None),
            lines=_both(1), parcels=(
                parcel(1, "delivered", kind="pickup", company=None, carrier=None, numbers=(), urls=(),
                       state_at=NOW - timedelta(days=2), delivered_at=NOW - timedelta(days=2), accepted_at=None),)),
        "test_order": Situation(order=order(is_test=True, country=None, city_timezone=None), lines=(jacket(),)),
        "click_and_collect": Situation(lines=_both(1), parcels=(
            parcel(1, "awaiting_data", kind="pickup", company=None, carrier=None, numbers=(), urls=()),)),
        "erased": Situation(order=order(erased_at=NOW), lines=(jacket(),)),
    }  # fmt: skip
