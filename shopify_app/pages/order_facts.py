"""The order in short: what, when, from whom, and the sum line by line. Pure."""

from __future__ import annotations

from shopify_app.i18n import Phrase, phrase
from shopify_app.money import Money
from shopify_app.orders.access import Access
from shopify_app.orders.models import Order
from shopify_app.pages.facts import LineFact, OrderPicture
from shopify_app.pages.items import order_items
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import OrderFacts, Total
from shopify_app.pages.texts import plain
from shopify_app.shopify.delivery import Delivery
from shopify_app.shops.models import Shop

STATUSES: dict[str, Phrase] = {
    "pending": phrase("Payment pending"),
    "authorized": phrase("Payment authorised"),
    "partially_paid": phrase("Partly paid"),
    "paid": phrase("Paid"),
    "partially_refunded": phrase("Partly refunded"),
    "refunded": phrase("Refunded"),
    "voided": phrase("Nothing charged"),
    "expired": phrase("Payment expired"),
}
PAYMENTS: dict[str, Phrase | str] = {
    "bogus": phrase("Test payment"),
    "cash on delivery": phrase("Cash on delivery"),
    "gift card": phrase("Gift card"),
    "manual": phrase("Paid to the shop directly"),
    "paypal": "PayPal",
    "shopify payments": "Shopify Payments",
    "shopify store credit": phrase("Store credit"),
    "store credit": phrase("Store credit"),
}
"""How a gateway of Shopify's is called by people; others go by their own name."""
CHANNELS = {"web", "online_store", "pos", "shopify_draft_order"}
SPELLED = {"tiktok": "TikTok", "ebay": "eBay", "youtube": "YouTube"}
"""Channels whose own spelling is not that of a sentence."""


def order_facts(shop: Shop, order: Order, picture: OrderPicture, access: Access, here: Here) -> OrderFacts:
    """Prices, payment and channel from FULL on; at a glance the name, the days and the titles."""
    is_full = access >= Access.FULL
    settings = picture.settings
    return OrderFacts(
        name=plain(order.name, 64),
        placed=here.moment(order.placed_at),
        confirmed=here.moment(order.confirmed_at) if order.confirmed_at else None,
        status=_status(order, is_full),
        items=order_items(picture.lines, order, is_full),
        totals=tuple(_totals(order, picture.lines)) if is_full else (),
        payment=tuple(dict.fromkeys(map(_payment, order.payment_gateways))) if is_full else (),
        seller=plain(settings.tracking.seller_name or settings.brand.name or shop.name, 120),
        channel=_channel(order) if is_full else "",
        notes=tuple(_notes(order)),
    )


def _status(order: Order, is_full: bool) -> Phrase:
    if order.cancelled_at:
        return phrase("Cancelled")
    if is_full and not order.is_test and order.financial_status in STATUSES:  # its payment was none
        return STATUSES[order.financial_status]
    return phrase("Confirmed") if order.confirmed_at else phrase("Received")


def _payment(gateway: str) -> Phrase | str:
    name = plain(gateway.replace("_", " "), 40)
    return PAYMENTS.get(name.lower()) or (name if name != name.lower() else name.capitalize())


def _channel(order: Order) -> str:
    """A market place or social shop by its name; nothing for our own shop and for numeric app ids."""
    channel = order.channel or ""
    if channel in CHANNELS or channel.isdigit():
        return ""
    return SPELLED.get(channel.lower()) or plain(channel.replace("_", " "), 60).capitalize()


def _notes(order: Order) -> list[Phrase]:
    notes = []
    if order.is_test:
        notes.append(phrase("This is a test order. Nothing was charged."))
    if order.channel == "pos" and order.delivery not in (None, Delivery.RETAIL):  # else the headline says so
        notes.append(phrase("Bought in our shop."))
    if order.is_company:
        notes.append(phrase("Ordered for a company."))
    return notes


def _totals(order: Order, lines: tuple[LineFact, ...]) -> list[Total]:
    """The way from the items to the total, every discount named; what was added besides (tips, duties) comes last."""
    items = sum(line.unit_price * line.quantity for line in lines)
    totals = [Total(phrase("Items"), order.money(items))]
    totals += [Total(label, order.money(-amount)) for label, amount in _discounts(order)]
    totals.append(Total(phrase("Shipping"), order.money(order.shipping)))
    tax = 0 if order.taxes_included else order.tax
    if tax:
        totals.append(Total(phrase("Tax"), order.money(tax)))
    rest = order.total - (items - order.discount + order.shipping + tax)
    if rest:
        totals.append(Total(phrase("Tips, duties and corrections"), order.money(rest)))
    totals.append(Total(phrase("Total"), order.money(order.total), is_sum=True))
    if order.taxes_included and order.tax:
        totals.append(Total(phrase("of this, tax"), order.money(order.tax)))
    if order.refunded:
        totals.append(Total(phrase("Refunded"), Money(-order.refunded, order.currency)))
    return totals


def _discounts(order: Order) -> list[tuple[Phrase, int]]:
    if not order.discount:
        return []
    codes = ", ".join(plain(code, 64) for code in order.discount_codes)
    return [(phrase("Discount {codes}", codes=codes) if codes else phrase("Discount"), order.discount)]
