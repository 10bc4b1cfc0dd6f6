"""Until when an order's items may come back, as its page says it: one day, or a day for each thing to choose."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from page_situations import NOW, jacket, order, shop, socks

from shopify_app.i18n import Languages
from shopify_app.pages.facts import OrderPicture
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import ReturnsPromise
from shopify_app.pages.promises import ReturnsFacts, returns_offer
from shopify_app.returns.last_days import LastDay
from shopify_app.returns.reasons import OutsideWindow
from shopify_app.returns.vocabulary import EXCHANGES, Outcome
from shopify_app.zones import zone_named

ZONE = zone_named("Europe/Stockholm")
HERE = Here(NOW, ZONE, ZONE)
SOON, LATER = date(2026, 12, 12), date(2026, 12, 28)


def ends(**days: date | None) -> tuple[tuple[Outcome, date | None], ...]:
    """By kind: refund, credit, exchange (all of them)."""
    kinds = {"refund": (Outcome.REFUND,), "credit": (Outcome.STORE_CREDIT,), "exchange": tuple(sorted(EXCHANGES))}
    return tuple((outcome, day) for kind, day in days.items() for outcome in kinds[kind])


def item(line_id: int, what: tuple[tuple[Outcome, date | None], ...]) -> LastDay:
    days = [day for _, day in what]
    return LastDay(line_id, 1, 1, True, True, None if None in days else max(d for d in days if d), None, what)


def promise(*items: LastDay, **bought: object) -> ReturnsPromise:
    picture = OrderPicture(lines=(jacket((1, 1)), socks((1, 2))))
    found = returns_offer(shop(), order(**bought), picture, ReturnsFacts(items, (), "https://hedvall.example/r"), HERE)
    assert found
    return found


def said(made: ReturnsPromise, language: str = "en") -> list[list[str]]:
    speaks = Languages().choose([language], "DE")
    return [[speaks.say(sentence) for sentence in (part.sentence, *part.also)] for part in made.dates]


def test_where_all_ends_together_one_day_is_said() -> None:
    made = promise(item(101, ends(refund=SOON, credit=SOON, exchange=SOON)))

    assert said(made) == [["until Saturday, 12 December"]]
    assert Languages().choose(["en"], "DE").say(made.headline) == "Return or exchange until Saturday, 12 December"


def test_where_a_refund_ends_first_each_day_is_said_and_the_headline_promises_none() -> None:
    made = promise(item(101, ends(refund=SOON, credit=LATER, exchange=LATER)))

    assert said(made) == [["Refund until Saturday, 12 December", "Exchange or store credit until Monday, 28 December"]]
    assert Languages().choose(["en"], "DE").say(made.headline) == "Return or exchange"


def test_what_has_ended_is_not_named_any_more() -> None:
    made = promise(item(101, ends(refund=NOW.date() - timedelta(days=1), credit=LATER, exchange=LATER)))

    assert said(made) == [["Exchange or store credit until Monday, 28 December"]]


def test_what_is_over_names_the_reasons_for_which_it_may_still_come_back_and_leads_there() -> None:
    over = date(2026, 11, 10)
    late = LastDay(101, 1, 1, True, False, over, OutsideWindow(14, over))

    assert promise(late).start is None
    made = promise(late._replace(helpful=("damaged", "defective")))

    assert made.start == "https://hedvall.example/r"
    assert said(made) == [
        [
            "ended Tuesday, 10 November",
            "It can still come back for one of these reasons: It arrived damaged, It does not work or came apart.",
        ]
    ]


def test_what_never_ends_is_said_after_what_does() -> None:
    made = promise(item(101, ends(refund=SOON, credit=None)))

    assert said(made) == [["Refund until Saturday, 12 December", "Store credit: no time limit"]]


def test_exchanges_that_end_on_different_days_are_told_apart() -> None:
    swap, other = Outcome.VARIANT_EXCHANGE, Outcome.PRODUCT_EXCHANGE
    made = promise(item(101, ((Outcome.REFUND, SOON), (swap, SOON), (other, LATER))))

    assert said(made) == [
        [
            "Refund, Another size or colour until Saturday, 12 December",
            "Exchange for something else until Monday, 28 December",
        ]
    ]


def test_items_are_told_by_what_ends_first() -> None:
    week = ends(refund=SOON, credit=LATER)
    made = promise(item(102, ends(refund=SOON + timedelta(days=1))), item(101, week))

    assert [part.titles for part in made.dates] == [("Storsjö wool jacket",), ("Rask hiking socks, three pairs",)]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Umtausch oder Shop-Guthaben bis Montag, 28. Dezember"),
        ("fr", "Échange ou crédit en magasin jusqu’à lundi 28 décembre"),
        ("es", "Cambio o crédito en tienda, último día: lunes, 28 de diciembre"),
        ("nl", "Ruilen of winkeltegoed tot en met maandag 28 december"),
        ("sv", "Byte eller butikskredit till och med måndag 28 december"),
    ],
)
def test_every_language_says_it(language: str, sentence: str) -> None:
    assert said(promise(item(101, ends(refund=SOON, credit=LATER, exchange=LATER))), language)[0][1] == sentence
