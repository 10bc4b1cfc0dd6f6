"""The block that prints the published policy: all of it, in the language of the shopper, without script."""

from __future__ import annotations

import re
from typing import Any

from words_of_html import Words


def told(**changes: Any) -> dict[str, Any]:
    words = {
        "headline": "You have 30 days after delivery", "own": ["Unworn."],
        "choices": [{"name": "Refund", "days": "30 days after delivery", "lines": ["Settled at once."]}],
        "exceptions": "Exceptions", "also": "The first counts.",
        "cases": [{"when": ["Final sale items", "Orders to Japan"], "own": "", "lines": ["Cannot be returned."]},
                  {"when": ["Gift cards"], "own": "Money.", "lines": []}],
        "asked": "Questions", "questions": [{"asked": "How?", "answers": ["By post.", "Soon."]}],
        "version": "Version 3, in force since 1 Sept 2026.",
    }  # fmt: skip
    return words | changes


def policy_app(**changes: Any) -> dict[str, Any]:
    value = {"version": 3, "url": "/apps/care/returns/policy", "start": "/apps/care/returns", "words": {"en": told()}}
    return {"metafields": {"postlude": {"policy": {"value": value | changes}}}}


def test_the_policy_block_prints_the_whole_policy_without_script(policy) -> None:
    html = policy.render(app=policy_app())
    page = Words(html)

    for words in ("You have 30 days after delivery", "Unworn.", "Settled at once.", "Cannot be returned.",
                  "Final sale items + Orders to Japan", "How?", "By post. Soon.", "Version 3"):  # fmt: skip
        assert words in page.text
    assert page.links == ["/apps/care/returns", "/apps/care/returns/policy"]
    assert "script" not in page.tags
    assert page.tags.count("details") == 2
    assert re.search(r'<h2 [^>]*id="postlude-policy-ada1"', html)


def test_the_policy_block_speaks_the_shoppers_language_and_says_so_where_it_cannot(policy) -> None:
    swedish = policy_app(words={"en": told(), "sv": told(headline="Du har 30 dagar efter leverans")})

    assert "Du har 30 dagar" in policy.render(locale="sv", app=swedish)
    assert 'lang="en"' in policy.render(locale="de", app=swedish)
    assert "Rückgabe starten" in policy.render(locale="de", app=swedish)


def test_the_policy_block_is_the_pages_title_where_mara_says_so_and_leaves_questions_out(policy) -> None:
    html = policy.render({"level": "page", "questions": False}, app=policy_app())

    assert "<h1" in html
    assert "By post." not in html


def test_a_closed_portal_leaves_no_button_and_no_address_leaves_the_shop(policy) -> None:
    closed = policy_app(start=None, url="//evil.example/x")

    page = Words(policy.render(app=closed))
    assert page.links == ["/apps/order-care/returns/policy"]
    assert Words(policy.render(app=policy_app(start="javascript:alert(1)"))).links[0] == "/apps/order-care/returns"


def test_hostile_words_of_a_policy_stay_text(policy) -> None:
    hostile = '"><script>alert(1)</script>{{ 7 | times: 7 }}'
    case = {"when": [hostile], "own": hostile, "lines": [hostile]}
    words = told(headline=hostile, own=[hostile], cases=[case], version=hostile,
                 questions=[{"asked": hostile, "answers": [hostile]}])  # fmt: skip

    page = Words(policy.render(app=policy_app(words={"en": words})))

    assert "script" not in page.tags
    assert "{{ 7 | times: 7 }}" in page.text


def test_before_a_policy_was_read_shoppers_see_nothing_and_mara_sees_why(policy) -> None:
    assert policy.render(app={}).strip() == ""
    assert "once the app has read it" in policy.render(app={}, request={"design_mode": True})
