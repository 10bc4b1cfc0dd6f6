"""What people put in one basket: an anchor, what goes with it, now and then something else.

The pairs of `goods.toml` are probabilities, so that "often bought together" can be learned from the history and
checked against what was put in.
"""

import random
from typing import Any

from devstore.seed.amounts import minor
from devstore.seed.bills import Item
from devstore.seed.catalogue import Catalogue
from devstore.seed.palette import COLOURS
from devstore.seed.people import Person
from devstore.seed.texts import table

Document = dict[str, Any]
IN_TWOS = {"rask-hiking-socks": 0.4, "kasa-enamel-mug": 0.55, "stengods-mug": 0.5, "gas-canister": 0.5}


class Shelves:
    """Picks goods from the catalogue; sold-out variants are never picked for new baskets."""

    def __init__(self, catalogue: Catalogue, draw: random.Random) -> None:
        self._draw = draw
        self._products = {product["handle"]: product for product in catalogue.products}
        self._rows = {row["handle"]: row for row in table("goods")["product"]}
        self._anchors = [handle for handle, row in self._rows.items() if self._may_anchor(row)]
        self._weights = [self._rows[handle].get("popularity", 1) for handle in self._anchors]

    @staticmethod
    def _may_anchor(row: Document) -> bool:
        return row["price"] > 0 and not row.get("digital") and row.get("status") != "draft"

    def fill(self, person: Person | None) -> list[Item]:
        """A basket for this person: one to six lines."""
        handles = [self._anchor(person)]
        for handle, chance in self._rows[handles[0]].get("pairs", {}).items():
            if self._draw.random() < chance:
                handles.append(handle)
                handles += [
                    more
                    for more, odds in self._rows[handle].get("pairs", {}).items()
                    if self._draw.random() < odds * 0.2
                ]
        if self._draw.random() < 0.16:
            handles.append(self._draw.choices(self._anchors, self._weights)[0])
        if self._draw.random() < 0.03:
            handles.append("wool-swatch-card")
        return [self.item(handle, person) for handle in dict.fromkeys(handles)]

    def _anchor(self, person: Person | None) -> str:
        """Gas and sprays do not fly: overseas baskets start elsewhere."""
        overseas = person is not None and person.country in ("US", "JP", "KW")
        while True:
            handle = self._draw.choices(self._anchors, self._weights)[0]
            if not (overseas and "ground only" in self._rows[handle]["tags"]):
                return handle

    def item(self, handle: str, person: Person | None = None, quantity: int | None = None, colour: str = "") -> Item:
        """One line of that product in the person's size, in stock where there is stock."""
        product = self._products[handle]
        variant = self._variant(product, person, COLOURS[colour].name if colour else "")
        if quantity is None:
            quantity = 2 if self._draw.random() < IN_TWOS.get(handle, 0.03) else 1
        return Item(product, variant, quantity, minor(variant["price"], "EUR"))

    def _variant(self, product: Document, person: Person | None, colour: str) -> Document:
        choices = [v for v in product["variants"] if not colour or v["option1"] == colour]
        row = self._rows[product["handle"]].get("sizes")
        if person and row:
            size = person.sizes[row]
            choices = [v for v in choices if size in (v["option1"], v["option2"])] or choices
        stocked = [v for v in choices if v["inventory_quantity"] > 0] or choices
        return self._draw.choice(stocked)

    def every(self, count: int) -> list[Item]:
        """`count` different products, one or two of each: the basket of somebody furnishing a cabin."""
        return [self.item(handle, None, 1 + i % 2) for i, handle in enumerate(self._anchors[:count])]
