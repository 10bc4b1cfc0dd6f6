"""The pages of a return as their models in words, for whoever asks for `MODEL` instead of a page of the theme.

The account door asks so, in the name of a customer whose token it has proven (`account/portal.py`): the customer's
account shows the very pages that the theme shows, by the same rules, and draws them with Shopify's own parts.
"""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from shopify_app.i18n import Language
from shopify_app.pages.messages import MessagePage
from shopify_app.pages.parts import Link
from shopify_app.pages.spoken import spoken, words

MODEL = "application/vnd.postlude.page+json"
"""What the ``Accept`` of such a request is, and what kind the answer is."""


def is_asked_for() -> bool:
    """Whether this request wants the model of a page."""
    return request.headers.get("Accept", "") == MODEL


def page(language: Language, template: str, model: Any, tail: str | None, status: int) -> Response:
    """``{"page", "at", "model", "words", "language"}``: `page` is the template's name without what all have in common
    (``items``, ``status``), `at` the page's own address below the merchant's path."""
    name = template.removesuffix(".html").removeprefix("return_")
    return _answer(status, page=name, at=tail, model=spoken(model, language), words=words(language),
                   language={"tag": language.tag, "code": language.code, "direction": language.direction})  # fmt: skip


def message(language: Language, said: MessagePage, contact: Link | None, status: int) -> Response:
    """A page that is one message (``"page": "message"``), and beside it the way to the shop's people (`contact`)."""
    model = spoken(said, language) | {"contact": spoken(contact, language)}
    return page(language, "message.html", model, None, status)


def leads_on(address: str) -> Response:
    """``{"onward"}``: where the page that leads on would lead."""
    return _answer(200, onward=address)


def _answer(status: int, **facts: Any) -> Response:
    answer = jsonify(facts)
    answer.status_code, answer.content_type = status, MODEL
    return answer
