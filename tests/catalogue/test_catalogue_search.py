"""Products are found by their words, in whatever case these are held, in every alphabet and on both databases."""

from __future__ import annotations

import pytest

from shopify_app.catalogue.models import Product, Variant
from shopify_app.catalogue.search import Wanted, find_products
from shopify_app.db import Database
from shopify_app.shops.models import Shop

GOODS = (("Ölands tröja", ["Grön"]), ("Boots", ["Räumung 50 %"]), ("Sokker ÅRETS", []))


@pytest.fixture(autouse=True)
def goods(database: Database, shop: Shop) -> None:
    with database.write() as session:
        for number, (title, tags) in enumerate(GOODS, start=1):
            product = Product(
                shop_id=shop.id, shopify_id=number, handle=f"p-{number}", title=title, tags=tags, is_published=True,
                fact_at=shop.installed_at,
            )  # fmt: skip
            product.variants.append(Variant(shop_id=shop.id, shopify_id=number, price=1000))
            session.add(product)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("grön", "Ölands tröja"),
        ("GRÖN", "Ölands tröja"),
        ("öland", "Ölands tröja"),
        ("ÖLAND", "Ölands tröja"),
        ("TRÖJA grön", "Ölands tröja"),
        ("räum", "Boots"),
        ("årets", "Sokker ÅRETS"),
        ("boo", "Boots"),
        ("50 %", "Boots"),
    ],
)
def test_a_word_is_found_in_titles_and_tags(database: Database, shop: Shop, words: str, title: str) -> None:
    with database.read() as session:
        found, _ = find_products(session, shop.id, Wanted(words))

    assert [each.title for each in found] == [title]


@pytest.mark.parametrize("words", ["blå", "_", "\\u00f6x"])
def test_what_nobody_sells_is_not_found(database: Database, shop: Shop, words: str) -> None:
    with database.read() as session:
        assert find_products(session, shop.id, Wanted(words))[0] == []
