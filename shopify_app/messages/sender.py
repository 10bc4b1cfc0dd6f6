"""Who a shop's mails come from."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from shopify_app.config import Config
from shopify_app.messages.envelope import NoAddress, Sender, address_of
from shopify_app.messages.story import House


def sender_of(config: Config, house: House) -> Sender:
    """The shop's own address where it has set one, else the deployment's; answers go to the shop. Raises NoAddress."""
    address = house.messages.sender_address or config.mail_from or fallback_address(config)
    return Sender(house.messages.sender_name or house.name, address_of(address), _reply_to(house))


def fallback_address(config: Config) -> str:
    """``no-reply@`` the host this app answers at, where nobody has named an address."""
    host = urlsplit(config.app_url).hostname or "localhost"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return f"no-reply@{host}"
    return "no-reply@localhost"


def _reply_to(house: House) -> str:
    try:
        return address_of(house.contact) if house.contact else ""
    except NoAddress:
        return ""
