"""Customers: who they are, where they live, what they like to wear."""

import random
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from devstore.seed.numbering import Numbering, gid
from devstore.seed.shop import COUNTRIES
from devstore.seed.texts import table

Document = dict[str, Any]
MAILBOXES = ("example.com", "example.org", "example.net")


@dataclass(frozen=True)
class Person:
    """A customer with what no payload says: country row, sizes, zone and how often they come back."""

    document: Document
    country: str
    city: list[Any]
    sizes: dict[str, str]
    eagerness: float
    key: str | None = None

    @property
    def place(self) -> Document:
        """The row of `places.toml` of the person's country."""
        return table("places")[self.country]

    @property
    def zone(self) -> str:
        """IANA name of the time zone at the person's door."""
        return self.city[7] if len(self.city) > 7 else self.place["zone"]

    @property
    def locale(self) -> str:
        """Language and region, as Shopify stores them."""
        return self.document["_locale"]


@dataclass(frozen=True)
class Name:
    """What is on the doorbell."""

    given: str
    family: str
    company: str | None = None


def build_people(numbers: Numbering, draw: random.Random, now: datetime) -> list[Person]:
    """About 160 customers: the remarkable ones first, then each country's share."""
    places = table("places")
    people = [_remarkable(row, numbers, draw, now) for row in places["remarkable"]]
    for country in COUNTRIES:
        row = places[country]
        for _ in range(row["share"]):
            name = Name(draw.choice(row["given"]), draw.choice(row["family"]))
            city = draw.choice(row["cities"])
            address = _address(name, country, city, _street(row, draw), _phone(row, city, draw))
            document = _customer(address, numbers, draw, now, _usual_tags(draw))
            people.append(Person(document, country, city, _sizes(draw), draw.paretovariate(1.6)))
    return people


def _remarkable(row: Document, numbers: Numbering, draw: random.Random, now: datetime) -> Person:
    place = table("places")[row["country"]]
    city = place["cities"][row["city"]]
    street = row.get("street") or _street(place, draw)
    phone = row.get("phone") or _phone(place, city, draw)
    address = _address(Name(row["given"], row["family"], row.get("company")), row["country"], city, street, phone)
    document = _customer(address, numbers, draw, now, row.get("tags", ""), mailbox=row["key"])
    return Person(document, row["country"], city, _sizes(draw), 1.0, row["key"])


def _usual_tags(draw: random.Random) -> str:
    return draw.choices(["", "VIP", "newsletter"], [80, 6, 14])[0]


def _sizes(draw: random.Random) -> dict[str, str]:
    """One body per person: sizes go together, so that an order does not mix XS trousers with XXL coats."""
    rows = table("goods")["size_rows"]
    build = min(max(draw.gauss(0.45, 0.2), 0.0), 0.999)
    return {name: row[int(build * len(row))] for name, row in rows.items()} | {"child": draw.choice(rows["child"])}


def _street(row: Document, draw: random.Random) -> str:
    street, number = draw.choice(row["streets"]), draw.randint(1, 94)
    return f"{street} {number}" if row["number_last"] else f"{number} {street}"


def _phone(row: Document, city: list[Any], draw: random.Random) -> str:
    area = city[6] if len(city) > 6 else ""
    digits = row.get("phone_digits")
    pattern = row["phone"].replace("{area}", area)
    for hole, spread in (("{two}", 100), ("{two}", 100), ("{one}", 10)):
        text = str(draw.randrange(spread)).zfill(len(str(spread - 1)))
        if digits and hole == "{two}" and pattern.count(hole) == 2:
            text = draw.choice(digits)  # Sweden sets aside 070-174 06 05 to 06 99
        pattern = pattern.replace(hole, text, 1)
    return pattern


def _address(name: Name, country: str, city: list[Any], street: str, phone: str) -> Document:
    return {
        "first_name": name.given,
        "last_name": name.family,
        "name": f"{name.given} {name.family}".strip(),
        "company": name.company,
        "address1": street,
        "address2": None,
        "zip": city[1],
        "city": city[0],
        "province": city[4] if len(city) > 4 else "",
        "province_code": city[5] if len(city) > 5 else "",
        "country": COUNTRIES[country],
        "country_code": country,
        "phone": phone,
        "latitude": city[2],
        "longitude": city[3],
    }


def _home(address: Document, number: int, customer: int) -> Document:
    """The address as a customer's address book has it."""
    return {
        **{key: value for key, value in address.items() if key not in ("latitude", "longitude")},
        "id": number,
        "customer_id": customer,
        "company": address["company"] or "",
        "address2": "",
        "country_name": address["country"],
        "default": True,
    }


def _customer(
    address: Document, numbers: Numbering, draw: random.Random, now: datetime, tags: str, mailbox: str | None = None
) -> Document:
    number = numbers.next("customer")
    joined = (now - timedelta(days=draw.randint(401, 1050), minutes=draw.randrange(1440))).isoformat(timespec="seconds")
    place = table("places")[address["country_code"]]
    home = _home(address, numbers.next("address"), number)
    return {
        "id": number,
        "admin_graphql_api_id": gid("Customer", number),
        "email": _email(address, mailbox, number),
        "first_name": address["first_name"],
        "last_name": address["last_name"],
        "phone": address["phone"] if draw.random() < 0.6 else None,
        "currency": "EUR",
        "state": draw.choice(["enabled", "disabled", "disabled"]),
        "note": "",
        "tax_exempt": False,
        "tax_exemptions": [],
        "verified_email": True,
        "multipass_identifier": None,
        "created_at": joined,
        "updated_at": joined,
        "addresses": [home],
        "default_address": home,
        "_locale": place["locale"],
        "_tags": tags,
        "_position": [address["latitude"], address["longitude"]],
    }


def _email(address: Document, mailbox: str | None, number: int) -> str:
    plain = unicodedata.normalize("NFKD", f"{address['first_name']}.{address['last_name']}".replace("ß", "ss"))
    stem = mailbox or re.sub(r"[^a-z]+", ".", plain.encode("ascii", "ignore").decode().lower()).strip(".")
    suffix = "" if mailbox else str(number // 32_768 % 97)
    return f"{stem}{suffix}@{MAILBOXES[number // 32_768 % 3]}"


def order_address(person: Person) -> Document:
    """The person's address as an order carries it."""
    home = person.document["default_address"]
    kept = ("first_name", "last_name", "name", "address1", "zip", "city", "province", "province_code")
    latitude, longitude = person.document["_position"]
    return {
        **{key: home[key] for key in kept},
        "address2": None,
        "company": home["company"] or None,
        "country": home["country"],
        "country_code": home["country_code"],
        "phone": home["phone"],
        "latitude": latitude,
        "longitude": longitude,
    }


def order_customer(person: Person) -> Document:
    """The person as an order carries them."""
    document = person.document
    shown = {key: value for key, value in document.items() if key != "addresses" and not key.startswith("_")}
    consent = {"state": "not_subscribed", "opt_in_level": "single_opt_in", "consent_updated_at": None}
    return {
        **shown,
        "note": None,
        "tags": document["_tags"],
        "accepts_marketing": False,
        "accepts_marketing_updated_at": None,
        "marketing_opt_in_level": "single_opt_in",
        "email_marketing_consent": consent,
        "sms_marketing_consent": None,
    }
