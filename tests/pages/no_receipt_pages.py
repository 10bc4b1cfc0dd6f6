"""The pages for people without an order number, as page models, in each turn that they may take."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from shopify_app.i18n import Day, Phrase
from shopify_app.money import Money
from shopify_app.pages.no_receipt import AskPage, Found, SearchPage, StandingPage, Typed, prove_page
from shopify_app.pages.parts import Item, Link, Mood
from shopify_app.returns.amounts import Rates
from shopify_app.returns.effect_words import without_receipt
from shopify_app.returns.effects import CustomerCap, NoReceipt
from shopify_app.returns.no_receipt.words import (
    KEEP_IT,
    NORMAL_RETURN,
    SOMEBODY_ELSE,
    WE_LOOK,
    usable,
    waits_for_account,
)
from shopify_app.returns.vocabulary import PriceBasis, ProofLevel
from shopify_app.storefront.no_receipt_sent import NO_EMAIL, NO_PICTURE

HOME = "/apps/order-care/returns/no-receipt"
JACKET = Item("Storsjö wool jacket with a rather long name, dark green", "M", 2)
TERMS = NoReceipt(
    proof=ProofLevel.GIFT,
    price=PriceBasis.LOWEST,
    percent=Decimal(80),
    cap_per_person=CustomerCap(amount={"shop": Decimal(200)}, days=365),
)
AMOUNT = Money(12900, "EUR")


def no_receipt_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Template and facts by a name for the case."""
    gives = without_receipt(TERMS, (Rates("EUR", "EUR"),))
    variants = ((1, "S"), (2, "M"))
    ask = AskPage(f"{HOME}/t", HOME, JACKET, variants, 20, gives, True, Typed())
    wrong = AskPage(
        f"{HOME}/t", HOME, JACKET, variants, 20, (), False,
        Typed("2", "3", "unwanted", "{{ a present }} <b>", "Ada", "ada at home"),
        (("goods", NO_PICTURE), ("email", NO_EMAIL)),
    )  # fmt: skip
    found = tuple(Found(f"Storsjö wool jacket {number}", None, f"{HOME}?item={number}") for number in range(12))
    pages = {
        "search": ("search", SearchPage(HOME, "", (), False)),
        "found": ("search", SearchPage(HOME, "wool", found, True)),
        "nothing": ("search", SearchPage(HOME, "{{ x }} <b>", (), False)),
        "ask": ("", ask),
        "ask_wrong": ("", wrong),
    }
    ends = {
        "received": (Phrase("We have your request"), (WE_LOOK, KEEP_IT), Mood.CALM, "clock", None),
        "matched": (Phrase("We have found the order"), (NORMAL_RETURN, SOMEBODY_ELSE), Mood.JOY, "check", None),
        "waits": (
            Phrase("{amount} store credit waits for you", (("amount", AMOUNT),)),
            waits_for_account("a•••@example.com"),
            Mood.LOOK,
            "clock",
            Link(Phrase("Create an account or sign in"), "https://hedvall.example/account"),
        ),
        "credited": (
            Phrase("You have {amount} in store credit", (("amount", AMOUNT),)),
            usable(Day(date(2028, 11, 24), has_year=True)),
            Mood.JOY,
            "check",
            Link(Phrase("See your store credit"), "https://hedvall.example/account"),
        ),
        "declined": (Phrase("We cannot take it back"), (), Mood.LOOK, "alert", None),
    }
    for name, (title, lines, mood, icon, next) in ends.items():
        said = ("This shirt is another maker's.",) if name == "declined" else ()
        pages[name] = ("status", StandingPage("N-1001", title, lines, JACKET, mood, icon, said, next))
    code = prove_page("a•••@example.com", f"{HOME}/code/t")
    return {"no_receipt_code": ("storefront/return_code.html", {"page": code})} | {
        f"no_receipt_{name}": (
            f"storefront/no_receipt{f'_{kind}' if kind else ''}.html",
            {"page": page, "support": None},
        )
        for name, (kind, page) in pages.items()
    }
