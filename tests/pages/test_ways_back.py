"""How goods travel back: each way with its own address, and advice on packing for what is packed."""

from __future__ import annotations

import pytest

from shopify_app.pages.return_methods import instructions, ways_of
from shopify_app.returns.vocabulary import Method
from shopify_app.settings.returns import Returns

MARAS = Returns(
    return_address="Mara's Goods\nLagergatan 4",
    store_addresses="Magasinsgatan 17, Göteborg",
    instructions={"en": "Put the number into the parcel."},
)


def test_each_way_is_said_once_with_the_address_that_belongs_to_it() -> None:
    told = ways_of([Method.OWN_CARRIER, Method.IN_STORE, Method.OWN_CARRIER, Method.NONE], MARAS)

    assert [(way.label.text, way.address) for way in told] == [
        ("With a carrier of your choice", ("Mara's Goods", "Lagergatan 4")),
        ("In our store", ("Magasinsgatan 17, Göteborg",)),
    ]


@pytest.mark.parametrize(
    ("methods", "said"),
    [
        ([Method.OWN_CARRIER], ("Put the number into the parcel.",)),
        ([Method.IN_STORE, Method.OWN_CARRIER], ("Put the number into the parcel.",)),
        ([Method.IN_STORE], ()),
        ([Method.NONE], ()),
    ],
)
def test_advice_on_packing_is_for_what_is_packed(methods: list[Method], said: tuple[str, ...]) -> None:
    assert instructions(methods, MARAS, "en") == said
