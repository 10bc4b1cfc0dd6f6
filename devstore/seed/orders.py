"""Order documents in the shape of the `orders/create` payload, their sums drawn up by `bills`."""

import random
from datetime import datetime
from typing import Any

from devstore.seed.amounts import decimal
from devstore.seed.bills import draw_up
from devstore.seed.numbering import Numbering, gid, token
from devstore.seed.people import order_address, order_customer
from devstore.seed.sales import Order, Sale, allocations, application, codes, sums, tax_lines

Document = dict[str, Any]
APPS = {"web": 580111, "pos": 129785, "shopify_draft_order": 1354745}
CHANNELS = {"web": "Online Store", "pos": "Point of Sale", "shopify_draft_order": "Draft Orders"}
NO_ADDRESS = dict.fromkeys(
    ("first_name", "last_name", "name", "address1", "zip", "city", "province", "province_code", "phone"), ""
) | {"address2": None, "company": None, "country": "", "country_code": "", "latitude": None, "longitude": None}

LINE_REST: Document = {"product_exists": True, "attributed_staffs": [], "duties": [], "sales_line_item_group_id": None}


class OrderBook:
    """Writes sales down as orders, numbering them in the order they are given."""

    def __init__(self, numbers: Numbering, draw: random.Random, origin: str, shop_id: int) -> None:
        self._numbers, self._draw, self._origin, self._shop_id = numbers, draw, origin, shop_id
        self._count = 1000

    def write(self, sale: Sale) -> Order:
        """The order of a sale, paid and not yet fulfilled."""
        self._count += 1
        cents = sale.postage.cents if sale.postage else 0
        shop_bill = draw_up(sale.items, sale.reductions, cents, sale.tax, "EUR")
        buyer_bill = draw_up(sale.items, sale.reductions, cents, sale.tax, sale.currency)
        order = Order({}, sale, shop_bill, buyer_bill)
        order.document.update(self._identity(sale))
        order.document.update(sums(order))
        order.document.update(self._buyer(sale))
        order.document.update(self._contents(order))
        order.document["_transactions"] = [self._payment(order)]
        return order

    def _identity(self, sale: Sale) -> Document:
        number = self._numbers.next("order")
        key = token(self._draw)
        placed = stamp(sale.placed_at)
        return {
            "id": number,
            "admin_graphql_api_id": gid("Order", number),
            "name": f"#{self._count}",
            "number": self._count - 1000,
            "order_number": self._count,
            "confirmation_number": token(self._draw, 9).upper(),
            "token": key,
            "cart_token": token(self._draw) if sale.channel == "web" else None,
            "checkout_token": token(self._draw) if sale.channel == "web" else None,
            "order_status_url": f"{self._origin}/{self._shop_id}/orders/{key}/authenticate?key={token(self._draw)}",
            "created_at": placed,
            "processed_at": placed,
            "updated_at": placed,
            "cancelled_at": None,
            "cancel_reason": None,
            "closed_at": None,
            "confirmed": True,
            "test": sale.is_test,
            "source_name": sale.channel,
            "app_id": APPS.get(sale.channel, 2329312),
            "_channel": CHANNELS.get(sale.channel, sale.channel),
            **_unused_identity(),
        }

    def _buyer(self, sale: Sale) -> Document:
        person = sale.person
        email = sale.email if sale.email is not None else (person.document["email"] if person else "")
        address = order_address(person) if person else dict(NO_ADDRESS)
        ships = sale.postage is not None and sale.postage.method != "PICK_UP"
        company = {"id": sale.company["id"], "location_id": sale.company["location_id"]} if sale.company else None
        return {
            "email": email,
            "contact_email": email,
            "phone": person.document["phone"] if person else None,
            "customer": order_customer(person) if person else None,
            "customer_locale": person.locale if person else None,
            "billing_address": address if person else None,
            "shipping_address": dict(address) if person and ships else None,
            "buyer_accepts_marketing": False,
            "browser_ip": None,
            "client_details": None,
            "company": company,
            "_company": sale.company,
            **({"_delivery": sale.postage.method} if sale.postage and sale.postage.method != "SHIPPING" else {}),
            "po_number": sale.po_number,
            "tags": sale.tags,
            "note": sale.note,
            "note_attributes": [],
            "location_id": sale.location_id,
            "financial_status": "paid",
            "fulfillment_status": None,
            "payment_gateway_names": [sale.gateway],
        }

    def _contents(self, order: Order) -> Document:
        sale = order.sale
        lines = [self._line(order, i) for i in range(len(sale.items))]
        return {
            "line_items": lines,
            "shipping_lines": [self._shipping_line(order)] if sale.postage else [],
            "discount_applications": [application(r) for r in sale.reductions],
            "discount_codes": codes(order),
            "fulfillments": [],
            "refunds": [],
            "returns": [],
            "line_item_groups": [],
            "total_weight": sum(line["grams"] * line["quantity"] for line in lines),
        }

    def _line(self, order: Order, i: int) -> Document:
        item = order.sale.items[i]
        number = self._numbers.next("line_item")
        title = None if item.variant["title"] == "Default Title" else item.variant["title"]
        return {
            "id": number,
            "admin_graphql_api_id": gid("LineItem", number),
            "product_id": item.product["id"],
            "variant_id": item.variant["id"],
            "title": item.product["title"],
            "variant_title": title,
            "name": item.product["title"] + (f" - {title}" if title else ""),
            "sku": item.variant["sku"],
            "vendor": item.product["vendor"],
            "quantity": item.quantity,
            "current_quantity": item.quantity,
            "fulfillable_quantity": item.quantity,
            "fulfillment_status": None,
            "fulfillment_service": item.variant["fulfillment_service"],
            "grams": item.variant["grams"],
            "requires_shipping": item.variant["requires_shipping"],
            "gift_card": item.product["_gift_card"],
            "taxable": item.variant["taxable"],
            "variant_inventory_management": item.variant.get("inventory_management"),
            "properties": order.sale.properties.get(i, []),
            **_line_amounts(order, i),
            **LINE_REST,
        }

    def _shipping_line(self, order: Order) -> Document:
        postage, shop, buyer = order.sale.postage, order.shop_bill, order.buyer_bill
        assert postage is not None
        reduced = order.money(shop.shipping_net, buyer.shipping_net)
        return {
            "id": self._numbers.next("shipping_line"),
            "title": postage.title,
            "code": postage.code,
            "source": "shopify",
            "carrier_identifier": None,
            "requested_fulfillment_service_id": None,
            "phone": None,
            "is_removed": False,
            "price": decimal(shop.shipping, "EUR"),
            "price_set": order.money(shop.shipping, buyer.shipping),
            "discounted_price": decimal(shop.shipping_net, "EUR"),
            "discounted_price_set": reduced,
            "current_discounted_price_set": reduced,
            "discount_allocations": allocations(order, shop.shipping_cuts, buyer.shipping_cuts),
            "tax_lines": tax_lines(order, shop.shipping_tax, buyer.shipping_tax),
        }

    def _payment(self, order: Order) -> Document:
        number = self._numbers.next("transaction")
        return {
            "id": number,
            "admin_graphql_api_id": gid("OrderTransaction", number),
            "order_id": order.document["id"],
            "kind": "sale",
            "status": "success",
            "gateway": order.sale.gateway,
            "amount": decimal(order.buyer_bill.total, order.sale.currency),
            "currency": order.sale.currency,
            "created_at": order.document["created_at"],
            "processed_at": order.document["processed_at"],
            "payment_id": f"{order.document['name']}.1",
            "parent_id": None,
            "location_id": order.sale.location_id,
            "source_name": order.sale.channel,
            "test": order.sale.is_test,
            **plain_transaction(order.sale.currency, order.sale.gateway),
        }


def _line_amounts(order: Order, i: int) -> Document:
    shop, buyer = order.shop_bill, order.buyer_bill
    taxes = (shop.line_tax(i), buyer.line_tax(i))
    before_tax = [b.net(i) - (tax if b.tax.included else 0) for b, tax in zip((shop, buyer), taxes, strict=True)]
    return {
        "price": decimal(shop.units[i], "EUR"),
        "price_set": order.money(shop.units[i], buyer.units[i]),
        "pre_tax_price": decimal(before_tax[0], "EUR"),
        "pre_tax_price_set": order.money(*before_tax),
        "total_discount": "0.00",
        "total_discount_set": order.money(0, 0),
        "discount_allocations": allocations(order, shop.cuts[i], buyer.cuts[i]),
        "tax_lines": tax_lines(order, *taxes) if shop.taxable[i] else [],
    }


def plain_transaction(currency: str, gateway: str) -> Document:
    """The fields of a transaction that say nothing particular."""
    nothing = {"amount": decimal(0, currency), "currency": currency}
    return {
        "amount_rounding": None,
        "authorization": None,
        "device_id": None,
        "error_code": None,
        "manual_payment_gateway": gateway in ("cash", "bank_deposit", "manual"),
        "message": "Transaction approved",
        "receipt": {},
        "total_unsettled_set": {
            "presentment_money": nothing,
            "shop_money": {"amount": "0.00", "currency": "EUR"},
        },
        "user_id": None,
    }


def stamp(moment: datetime) -> str:
    """ISO 8601 with offset, to the second, as Shopify writes times."""
    return moment.isoformat(timespec="seconds")


def _unused_identity() -> Document:
    empty = ("device_id", "landing_site", "landing_site_ref", "merchant_of_record_app_id", "payment_terms", "reference")
    more = ("referring_site", "source_identifier", "source_url", "user_id")
    return dict.fromkeys((*empty, *more)) | {
        "merchant_business_entity_id": "MTYxMjA0MzMyNzAx",
        "duties_included": False,
        "estimated_taxes": False,
        "tax_exempt": False,
        "total_tip_received": "0.00",
    }
