"""The shop inside a return, each page with something to show, without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from page_situations import PICTURES

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.money import Money
from shopify_app.pages.parts import Item, Picture
from shopify_app.pages.return_page import Choice, Flow, FlowStep, SumRow
from shopify_app.pages.return_shop import (
    CartLine,
    ProductCard,
    ProductPage,
    Search,
    ShopPage,
    Total,
    VariantChoice,
)
from shopify_app.returns import explain
from shopify_app.returns.vocabulary import Outcome

BASE = "/apps/order-care/returns/k3y0fTh1sDraft00k3y0fTh1sDraft00"
SWEATER = Item("Fjäll sweater", "Oat / M", 1, Picture(PICTURES + "sweater.svg"))
STOVE = Item("Rauk camping stove with a remarkably long name", "", 1, Picture(PICTURES + "stove.svg"))


def euro(amount: str) -> Money:
    return Money.parse(amount, "EUR")


def flow(*problems: tuple[str, Phrase], **more: Any) -> Flow:
    return Flow("#1042", FlowStep.OUTCOME, f"{BASE}/shop", f"{BASE}/outcome", tuple(problems), **more)


def lead() -> Phrase:
    return phrase(
        "You have {own} to spend, and up to {bonus} bonus off the new items.", own=euro("48.60"), bonus=euro("4.50")
    )


def cards() -> tuple[ProductCard, ...]:
    names = ("Fjäll sweater", "Rask hiking socks, three pairs", "Storsjö wool jacket", "Rauk camping stove", "Wax")
    pictures = ("sweater.svg", "socks.svg", "jacket.svg", "stove.svg", None)
    return tuple(
        ProductCard(name, f"{BASE}/shop/{n}", Picture(PICTURES + file, 800, 1000) if file else None,
                    euro(f"{4 * n + 8}.00"), n == 2)
        for n, (name, file) in enumerate(zip(names, pictures, strict=True))
    )  # fmt: skip


def rows() -> tuple[SumRow, ...]:
    return (
        SumRow(phrase("Your new items"), euro("60.00")),
        SumRow(phrase("Bonus, taken off your new items"), euro("-4.50")),
        SumRow(phrase("Tax on your new items"), euro("4.44")),
        SumRow(phrase("What you send back"), euro("-48.60")),
    )


def instead(outcome: Outcome, amount: str, is_chosen: bool) -> Choice:
    words = phrase("{outcome}: {amount}", outcome=explain.OUTCOMES[outcome], amount=euro(amount))
    return Choice(outcome, words, is_chosen)


def total() -> Total:
    return Total(
        rows(),
        phrase("{amount} to pay", amount=euro("11.34")),
        (phrase("You pay at the shop's checkout. We send you the link when it is time."),),
        (instead(Outcome.STORE_CREDIT, "53.10", True), instead(Outcome.REFUND, "48.60", False)),
    )


def shop() -> ShopPage:
    search = Search("", (Choice("1", "Warm things"), Choice("2", "Outdoor kitchen")))
    return ShopPage(flow(), "shop_now", f"{BASE}/shop", (lead(),), (), None, search, cards(), f"{BASE}/shop?page=1")


def shop_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Template and its facts, by the name of the situation."""
    cart = (CartLine(11, SWEATER, 1, euro("39.00")), CartLine(12, STOVE, 3, euro("21.00")))
    gone = replace(cart[0], wrong=phrase("Sold out. Please remove it or choose fewer."), price=None)
    back = Total(rows()[:1], phrase("{amount} back", amount=euro("5.40")),
                 (phrase("{amount} of the bonus is not needed and lapses.", amount=euro("4.50")),
                  phrase("Goes back {where}.", where=phrase("to how you paid"))))  # fmt: skip
    pieces = phrase_n("Choose {count} item for it.", "Choose up to {count} items for it.", 1)
    variants = (
        VariantChoice(21, "Oat / S", euro("39.00"), True),
        VariantChoice(22, phrase("{variant} ({count} left)", variant="Oat / M", count=2), euro("39.00"), True),
        VariantChoice(23, "Oat / L", euro("42.00"), False),
    )
    product = ProductPage(flow(), "shop_now", f"{BASE}/shop", "Fjäll sweater", SWEATER.picture, variants, (lead(),), 7)
    single = (VariantChoice(24, "", euro("12.00"), True),)
    sold_out = (VariantChoice(24, "", euro("12.00"), False),)
    wrong = flow(("variant", phrase("Please choose one.")))
    nothing = Search("tent", shop().search.collections)
    return {
        "shop_empty": ("storefront/return_shop.html", {"page": shop()}),
        "shop_pays": ("storefront/return_shop.html", {"page": replace(shop(), cart=cart, total=total())}),
        "shop_back": ("storefront/return_shop.html", {"page": replace(shop(), cart=cart[:1], total=back)}),
        "shop_gone": (
            "storefront/return_shop.html",
            {"page": replace(shop(), cart=(gone, cart[1]), flow=flow(("cart", gone.wrong or lead())))},
        ),
        "shop_one": ("storefront/return_shop.html", {"page": replace(shop(), lead=(lead(), pieces), most=1)}),
        "shop_nothing": ("storefront/return_shop.html", {"page": replace(shop(), search=nothing, cards=())}),
        "product": ("storefront/return_product.html", {"page": product}),
        "product_wrong": ("storefront/return_product.html", {"page": replace(product, flow=wrong)}),
        "product_single": ("storefront/return_product.html", {"page": replace(product, variants=single)}),
        "product_gone": (
            "storefront/return_product.html",
            {"page": replace(product, variants=sold_out, picture=None)},
        ),
    }
