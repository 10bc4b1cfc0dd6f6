"""The carriers' desk: which scan a parcel would get next on its way, in the words and places of its carrier. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

ORIGIN = ("Borås", "SE")

# The last hub before the doorstep, by destination country: (hand-over in Sweden, hub at the destination).
HUBS: dict[str, tuple[str, str]] = {
    "SE": ("Jönköping", "Örebro"),
    "DE": ("Malmö", "Hamburg"),
    "FR": ("Malmö", "Roissy-en-France"),
    "NL": ("Malmö", "Nieuwegein"),
    "ES": ("Göteborg", "Madrid"),
    "GB": ("Göteborg", "London"),
    "US": ("Stockholm", "Newark"),
}
COMPANIES: dict[str, str] = {
    "SE": "PostNord SE",
    "DE": "DHL Express",
    "FR": "Colissimo",
    "NL": "PostNL",
    "ES": "Correos",
    "GB": "Royal Mail",
    "US": "USPS",
}
OTHER_COMPANIES = ("UPS", "DPD", "GLS", "FedEx", "DHL eCommerce", "Evri", "Other")
ENDED = frozenset({"delivered", "failure"})


@dataclass(frozen=True)
class Step:
    """One scan: the status word of Shopify's fulfilment events, what the carrier prints, where, and how long since."""

    status: str
    label: str
    message: str
    city: str
    country: str
    hours_later: int

    def body(self, fulfillment_id: int, happened_at: datetime) -> dict[str, object]:
        """What the control API's `POST /events` takes."""
        return {
            "fulfillment_id": fulfillment_id,
            "status": self.status,
            "message": self.message,
            "city": self.city,
            "country": self.country,
            "happened_at": happened_at.replace(microsecond=0).isoformat(),
        }


def route(destination: Mapping[str, object]) -> tuple[Step, ...]:
    """The scans of an undisturbed journey from the warehouse to the address."""
    city, country = _place(destination)
    hand_over, hub = HUBS.get(country, ("Malmö", city))
    home, at_home = ORIGIN
    return (
        Step("confirmed", "Label made", "Shipment information received", home, at_home, 1),
        Step("carrier_picked_up", "Picked up", "Collected from the sender", home, at_home, 4),
        Step("in_transit", "Sorted at home", f"Arrived at the terminal in {hand_over}", hand_over, at_home, 8),
        Step("in_transit", "Sorted there", f"Arrived at the parcel centre in {hub}", hub, country, 20),
        Step("out_for_delivery", "Out for delivery", "Loaded on the delivery vehicle", city, country, 9),
        Step("delivered", "Delivered", "Delivered, handed to the recipient", city, country, 5),
    )


def detours(destination: Mapping[str, object]) -> tuple[Step, ...]:
    """What else can happen on the way, at any time before the end."""
    city, country = _place(destination)
    hub = HUBS.get(country, ("Malmö", city))[1]
    return (
        Step("delayed", "Delayed", "Delayed by weather; a new date follows", hub, country, 12),
        Step("attempted_delivery", "Nobody home", "Nobody was there; we try again tomorrow", city, country, 4),
        Step("ready_for_pickup", "At a pickup point", f"Waiting at the pickup point in {city}", city, country, 6),
        Step("failure", "Going back", "Undeliverable, on its way back to the sender", city, country, 24),
    )


def next_step(destination: Mapping[str, object], events: Iterable[Mapping[str, object]]) -> Step | None:
    """The next scan of the route after the ones that happened; None when the journey is over."""
    seen = [str(event["status"]) for event in events]
    if ENDED & set(seen):
        return None
    done = 0
    steps = route(destination)
    for status in seen:
        ahead = [place for place, step in enumerate(steps) if place >= done and step.status == status]
        done = ahead[0] + 1 if ahead else done
    return steps[min(done, len(steps) - 1)]


def happens_at(step: Step, events: Iterable[Mapping[str, object]], now: datetime) -> datetime:
    """When the step would be scanned: its usual time after the last scan, never later than now."""
    times = [datetime.fromisoformat(str(event["happened_at"]).replace("Z", "+00:00")) for event in events]
    return min(now, max(times) + timedelta(hours=step.hours_later)) if times else now


def tracking_number(company: str, serial: int) -> str:
    """A number in the form the company uses, with a valid check digit where the form has one."""
    match company:
        case "PostNord SE" | "Royal Mail" | "Correos" | "PostNL" | "Colissimo":
            country = {"PostNord SE": "SE", "Royal Mail": "GB", "Correos": "ES", "PostNL": "NL"}.get(company, "FR")
            return s10("RR" if company != "PostNL" else "CD", serial, country)
        case "UPS":
            return ups(serial)
        case "USPS":
            return _mod10(f"9400111{serial % 10**14:014d}")
        case _:
            return f"{serial % 10**10:010d}"


def s10(service: str, serial: int, country: str) -> str:
    """UPU S10: eight digits and a check digit weighted 8 6 4 2 3 5 9 7, modulo 11."""
    digits = f"{serial % 10**8:08d}"
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    check = {10: 0, 11: 5}.get(rest, rest)
    return f"{service}{digits}{check}{country}"


def ups(serial: int) -> str:
    """`1Z` numbers: the check digit weighs every second character double, letters counted from A = 2."""
    body = f"999AA10{serial % 10**8:08d}"
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in body]
    total = sum(value * (2 if place % 2 else 1) for place, value in enumerate(values))
    return f"1Z{body}{-total % 10}"


def _mod10(digits: str) -> str:
    """USPS: from the right, every odd place counts three times; the check digit fills up to ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def _place(destination: Mapping[str, object]) -> tuple[str, str]:
    return str(destination.get("city") or "Borås"), str(destination.get("country_code") or "SE")
