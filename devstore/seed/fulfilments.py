"""Parcels: fulfilment documents with their events, folded into the order they belong to."""

import random
from copy import deepcopy
from datetime import datetime
from typing import Any

from devstore.seed.journeys import Scan, Trip, travel
from devstore.seed.numbering import Numbering, gid
from devstore.seed.orders import stamp
from devstore.seed.sales import Order
from devstore.seed.shop import COUNTRIES
from devstore.seed.tracking_numbers import draw_number

Document = dict[str, Any]
COUNTRY_NAMES = COUNTRIES | {"BE": "Belgium", "BH": "Bahrain"}


class Despatch:
    """Packs orders; keeps the fulfilments and events it made, oldest first."""

    def __init__(self, numbers: Numbering, draw: random.Random, now: datetime, shop_id: int, warehouse: Document):
        self._numbers, self._draw, self._now, self._shop_id = numbers, draw, now, shop_id
        self._warehouse = warehouse
        self.fulfilments: list[Document] = []
        self.events: list[Document] = []

    def send(self, order: Order, lines: dict[int, int], trip: Trip, parcels: int = 1) -> Document | None:
        """Packs `lines` (index -> quantity) into one fulfilment with `parcels` numbers; None when packed after now."""
        scans = [scan for scan in travel(trip, self._draw) if scan.at <= self._now]
        if not scans:
            return None
        return self.pack(order, lines, trip, scans, parcels)

    def pack(self, order: Order, lines: dict[int, int], trip: Trip, scans: list[Scan], parcels: int = 1) -> Document:
        """The same with given scans, for parcels whose state matters to the minute."""
        fulfilment = self._fulfilment(order, lines, scans[0].at)
        fulfilment |= self._tracking(order, trip, parcels)
        fulfilment["location_id"] = self._warehouse["id"]
        for scan in scans:
            self._event(order, fulfilment, scan)
        return self._file(order, fulfilment)

    def hand_over(self, order: Order, lines: dict[int, int], at: datetime, location_id: int | None = None) -> Document:
        """Goods given without a carrier: over the counter, by e-mail, or fetched from a store."""
        fulfilment = self._fulfilment(order, lines, at)
        fulfilment["location_id"] = location_id
        return self._file(order, fulfilment)

    def _file(self, order: Order, fulfilment: Document) -> Document:
        self.fulfilments.append(fulfilment)
        embedded = {k: v for k, v in deepcopy(fulfilment).items() if k not in ("destination", "email")}
        order.document["fulfillments"].append(embedded)
        _note_progress(order.document, fulfilment["updated_at"])
        return fulfilment

    def _fulfilment(self, order: Order, lines: dict[int, int], at: datetime) -> Document:
        document = order.document
        number = self._numbers.next("fulfillment")
        return {
            "id": number,
            "admin_graphql_api_id": gid("Fulfillment", number),
            "order_id": document["id"],
            "name": f"{document['name']}.{len(document['fulfillments']) + 1}",
            "status": "success",
            "service": "manual",
            "created_at": stamp(at),
            "updated_at": stamp(at),
            "shipment_status": None,
            "tracking_company": None,
            "tracking_number": None,
            "tracking_numbers": [],
            "tracking_url": None,
            "tracking_urls": [],
            "email": document["email"],
            "destination": deepcopy(document["shipping_address"]),
            "origin_address": {},
            "receipt": {},
            "line_items": [_packed_line(document["line_items"][i], quantity) for i, quantity in lines.items()],
        }

    def _tracking(self, order: Order, trip: Trip, parcels: int) -> Document:
        carrier = trip.carrier
        numbers = [draw_number(carrier["format"], self._draw) for _ in range(parcels)]
        postcode = (order.document["shipping_address"] or {}).get("zip", "").replace(" ", "")
        urls = [carrier["url"].format(number=number, zip=postcode) for number in numbers]
        return {
            "tracking_company": trip.lane["carrier"],
            "tracking_number": numbers[0],
            "tracking_numbers": numbers,
            "tracking_url": urls[0],
            "tracking_urls": urls,
        }

    def _event(self, order: Order, fulfilment: Document, scan: Scan) -> None:
        number = self._numbers.next("fulfillment_event")
        city, country, latitude, longitude, _ = scan.place
        self.events.append(
            {
                "id": number,
                "admin_graphql_api_id": gid("FulfillmentEvent", number),
                "fulfillment_id": fulfilment["id"],
                "order_id": order.document["id"],
                "shop_id": self._shop_id,
                "status": scan.status,
                "message": scan.message,
                "happened_at": stamp(scan.at),
                "created_at": stamp(scan.at),
                "updated_at": stamp(scan.at),
                "estimated_delivery_at": stamp(scan.promised) if scan.promised else None,
                "city": city,
                "province": None,
                "country": COUNTRY_NAMES[country],
                "zip": None,
                "address1": None,
                "latitude": latitude,
                "longitude": longitude,
            }
        )
        fulfilment["shipment_status"] = scan.status
        fulfilment["updated_at"] = stamp(scan.at)
        if scan.promised:
            fulfilment["_estimated_delivery_at"] = stamp(scan.promised)


def _packed_line(line: Document, quantity: int) -> Document:
    """Marks `quantity` of an order line as packed and returns the line as the fulfilment carries it."""
    line["fulfillable_quantity"] -= quantity
    line["fulfillment_status"] = "partial" if line["fulfillable_quantity"] else "fulfilled"
    dropped = ("current_quantity", "attributed_staffs", "sales_line_item_group_id")
    return {key: deepcopy(value) for key, value in line.items() if key not in dropped} | {"quantity": quantity}


def _note_progress(document: Document, at: str) -> None:
    left = sum(line["fulfillable_quantity"] for line in document["line_items"])
    document["fulfillment_status"] = "partial" if left else "fulfilled"
    if datetime.fromisoformat(at) > datetime.fromisoformat(document["updated_at"]):
        document["updated_at"] = at
