"""``postlude.how_to`` is written by merchants, and Shopify checks no more than that it is JSON."""

from __future__ import annotations

import json
from typing import Any

from shopify_app.shopify.product_nodes import how_to


def read(*entries: Any) -> list[Any]:
    return list(how_to({"value": json.dumps(entries)}))


def test_what_is_longer_than_we_keep_is_cut() -> None:
    endless = "x" * 2000
    (found,) = read({"title": endless, "type": endless, "phase": endless, "language": endless, "url": endless})

    assert (len(found.title), len(found.type), len(found.phase), len(found.language)) == (255, 12, 12, 8)
    assert found.url is None  # half an address leads nowhere


def test_characters_that_no_database_keeps_are_dropped() -> None:
    (found,) = read(
        {"title": "Wax\x00 them", "type": "tip", "text": "\ud83d", "steps": [{"text": "a\x00", "image": 7}]}
    )

    assert (found.title, found.text, found.steps) == ("Wax them", "", (("a", "7"),))


def test_a_length_that_is_none_is_left_out() -> None:
    told = (True, "4", 2.5, -1, 10**12, 4)

    found = read(*({"title": "Wax them", "type": "video", "minutes": minutes} for minutes in told))

    assert [piece.minutes for piece in found] == [None, None, None, None, None, 4]


def test_what_is_no_entry_is_passed_over() -> None:
    assert read(7, None, [], {"title": "", "type": "tip"}, {"title": "Wax them"}) == []
    assert how_to({"value": "{"}) == how_to({"value": "7"}) == how_to(None) == ()
