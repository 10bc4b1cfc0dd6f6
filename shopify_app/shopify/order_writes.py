"""What is done to an order itself at Shopify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shopify_app.shopify.calls import Calls, check
from shopify_app.shopify.nodes import gid

ADDRESS_KEYS: Mapping[str, str] = {
    "first_name": "firstName",
    "last_name": "lastName",
    "company": "company",
    "address1": "address1",
    "address2": "address2",
    "zip": "zip",
    "city": "city",
    "province_code": "provinceCode",
    "country_code": "countryCode",
    "phone": "phone",
}
"""Our keys (Shopify's payloads) and those of `MailingAddressInput`."""


@dataclass(frozen=True)
class OrderWrites(Calls):
    """Mutations of orders. Saying the same twice changes nothing more: they may be tried again."""

    def correct_address(self, order_id: int, address: Mapping[str, str]) -> None:
        """Where the order's unsent goods go from now on. Raises UserErrors."""
        known = {ADDRESS_KEYS[key]: value for key, value in address.items() if key in ADDRESS_KEYS}
        wanted = {"id": gid("Order", order_id), "shippingAddress": known}
        check(self._run("OrderAddressSet", input=wanted)["orderUpdate"]["userErrors"])

    def add_order_tags(self, order_id: int, tags: Sequence[str]) -> None:
        """Tags on the order, beside those that it has. Raises UserErrors."""
        wanted = {"id": gid("Order", order_id), "tags": list(tags)}
        check(self._run("TagsAdd", **wanted)["tagsAdd"]["userErrors"])
