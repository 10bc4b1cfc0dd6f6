from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from shopify_app.recommendations.ranking import Candidate, Shopper, Why, allowed, choose, score, weights

NOW = datetime(2026, 11, 24, tzinfo=UTC)
BOOTS, WAX, SOCKS, TENT, MUG, NEW_BOOTS = 1, 2, 3, 4, 5, 6


def shopper(
    ordered: set[int] = frozenset({BOOTS}),  # type: ignore[assignment]
    bought: dict[int, datetime] | None = None,
    returned: set[int] | None = None,
) -> Shopper:
    return Shopper(frozenset(ordered), bought or {}, frozenset(returned or ()))


def shelf(*numbers: int, **changes: object) -> dict[int, Candidate]:
    return {n: Candidate(n, True, True, orders=50, product_type="Boots", **changes) for n in numbers}  # type: ignore[arg-type]


def shown(
    who: Shopper, companions: list[tuple[int, int, float]], able: dict[int, Candidate], **more: object
) -> list[int]:
    asked = {
        "types": frozenset({"Boots"}),
        "pins": (),
        "exclusions": frozenset(),
        "repeat_days": 180,
        "now": NOW,
    } | more
    return [choice.product_id for choice in choose(who, companions, able, **asked)]  # type: ignore[arg-type]


def test_without_pairs_the_score_is_damped_popularity_and_with_many_the_conditional() -> None:
    assert score(0, 0, 100, 1000) > score(0, 0, 10, 1000)
    assert score(400, 500, 500, 1000) > score(10, 500, 500, 1000)
    assert score(5, 10, 0, 1000) == 0


def test_what_goes_with_the_order_comes_first_and_says_with_what() -> None:
    choices = choose(
        shopper(), [(BOOTS, WAX, 0.9), (BOOTS, SOCKS, 0.5), (0, TENT, 9.0)], shelf(WAX, SOCKS, TENT),
        frozenset(), (), frozenset(), 180, NOW,
    )  # fmt: skip
    assert [(c.product_id, c.why, c.because_of) for c in choices] == [
        (WAX, Why.GOES_WITH, BOOTS),
        (SOCKS, Why.GOES_WITH, BOOTS),
        (TENT, Why.POPULAR, None),
    ]


def test_an_earlier_purchase_tips_the_scale_between_two_shoppers_with_the_same_order() -> None:
    companions = [(BOOTS, WAX, 0.5), (BOOTS, MUG, 0.45), (TENT, MUG, 0.5)]
    able = shelf(WAX, MUG)
    camper = shopper(bought={TENT: NOW - timedelta(days=10)})
    assert shown(shopper(), companions, able) == [WAX, MUG]
    assert shown(camper, companions, able) == [MUG, WAX]


def test_a_returned_purchase_does_not_speak() -> None:
    spoken = weights(shopper(bought={TENT: NOW, MUG: NOW}, returned={TENT}), NOW)
    assert TENT not in spoken
    assert spoken[MUG] == 0.5


def test_one_place_is_kept_for_a_new_product_of_the_same_type() -> None:
    able = shelf(WAX, SOCKS, TENT, MUG) | shelf(NEW_BOOTS, created_at=NOW - timedelta(days=3))
    companions = [(BOOTS, n, 1.0 - n / 10) for n in (WAX, SOCKS, TENT, MUG)]
    assert shown(shopper(), companions, able) == [WAX, SOCKS, TENT, NEW_BOOTS]


def test_pins_lead_unless_they_cannot_be_bought() -> None:
    able = shelf(WAX, MUG) | {TENT: Candidate(TENT, is_shown=True, is_buyable=False)}
    assert shown(shopper(), [(BOOTS, WAX, 0.9)], able, pins=(TENT, MUG)) == [MUG, WAX]


def test_often_returned_products_step_back() -> None:
    able = shelf(WAX) | {SOCKS: Candidate(SOCKS, True, True, orders=50, returned=40)}
    assert shown(shopper(), [(BOOTS, SOCKS, 0.5), (BOOTS, WAX, 0.4)], able) == [WAX, SOCKS]


def test_a_consumable_may_be_shown_again_soon_and_nothing_else_may() -> None:
    recently = shopper(bought={WAX: NOW - timedelta(days=20), MUG: NOW - timedelta(days=20)})
    wax = Candidate(WAX, True, True, is_consumable=True)
    assert allowed(wax, recently, frozenset(), 180, NOW)
    assert not allowed(Candidate(MUG, True, True), recently, frozenset(), 180, NOW)
    assert allowed(Candidate(MUG, True, True), recently, frozenset(), 20, NOW)


def test_over_ten_thousand_random_histories_what_is_shown_and_what_is_excluded_never_meet() -> None:
    draw = random.Random(20261124)
    for _ in range(10_000):
        products = list(range(1, 25))
        able = {
            n: Candidate(
                n, draw.random() < 0.8, draw.random() < 0.8, draw.random() < 0.2,
                NOW - timedelta(days=draw.randrange(200)), draw.choice(["Boots", "Bags"]),
                draw.random() * 90, draw.random() * 30,
            )
            for n in products
        }  # fmt: skip
        who = Shopper(
            ordered=frozenset(draw.sample(products, draw.randint(0, 4))),
            bought={n: NOW - timedelta(days=draw.randrange(400)) for n in draw.sample(products, draw.randint(0, 6))},
            returned=frozenset(draw.sample(products, draw.randint(0, 4))),
        )
        exclusions = frozenset(draw.sample(products, draw.randint(0, 3)))
        companions = [(draw.randrange(25), draw.choice(products), draw.random()) for _ in range(60)]
        pins = tuple(draw.sample(products, draw.randint(0, 3)))
        cards = choose(who, companions, able, frozenset({"Boots"}), pins, exclusions, 180, NOW)
        numbers = [card.product_id for card in cards]
        assert len(numbers) == len(set(numbers)) <= 4
        for n in numbers:
            assert n not in who.ordered | who.returned | exclusions
            assert able[n].is_shown
            assert able[n].is_buyable
            assert able[n].is_consumable or n not in who.bought or NOW - who.bought[n] >= timedelta(days=180)
