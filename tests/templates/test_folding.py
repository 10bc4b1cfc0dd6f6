"""Templates are folded when they are compiled, and what they show is the same."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from jinja2 import FileSystemLoader, StrictUndefined, UndefinedError
from markupsafe import Markup, escape

from shopify_app.storefront.folding import FoldingEnvironment, put

HOSTILE = "<script>alert('\"&')</script>"
WORDS = {"Delivered": "Livré & fini", "by {name}": "par {name}"}


class Colour(StrEnum):
    PLAIN = "plain"
    HOSTILE = "<b>"


def text(msgid: str, **facts: Any) -> Markup:
    return Markup(escape(WORDS[msgid]).replace("{name}", escape(facts.get("name", "{name}"))))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def rendered(folder: Path, source: str, **facts: Any) -> str:
    (folder / "page.html").write_text(source, "utf-8")
    environment = FoldingEnvironment(
        fixed={"lang.tag": "fr-FR", "css": Markup("a>b{}")},
        words=text,
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
    )
    environment.globals.update(_=text, lang=None)
    return environment.get_template("page.html").render(**facts)


@pytest.mark.parametrize("value", [HOSTILE, Markup("<i>ours</i>"), 7, None, True, "plain", "", *Colour, "ä→ü"])
def test_what_is_shown_is_escaped_as_ever(folder: Path, value: Any) -> None:
    assert put(value) == escape(value)
    assert rendered(folder, '<a title="{{ value }}">{{ value }}</a>', value=value).count(str(escape(value))) >= 2


def test_words_without_places_are_put_in_once_and_others_are_asked_for_each_time(folder: Path) -> None:
    asked = '{{ _("Delivered") }}, {{ _("by {name}", name=who) }}, {{ _(msgid) }}'
    assert rendered(folder, asked, who=HOSTILE, msgid="Delivered") == (
        f"Livré &amp; fini, par {escape(HOSTILE)}, Livré &amp; fini"
    )


def test_words_are_safe_wherever_they_stand(folder: Path) -> None:
    chosen = '{{ _("Delivered") if here else "<" }}{% set said = _("Delivered") %}{{ said }}'
    assert rendered(folder, chosen, here=True) == "Livré &amp; fini" * 2
    assert rendered(folder, chosen, here=False) == "&lt;Livré &amp; fini"


def test_what_is_known_of_the_language_is_put_in_and_decides(folder: Path) -> None:
    source = '{{ lang.tag }}{% if lang.tag == "fr-FR" %}!{% endif %}<style>{{ css }}</style>'
    assert rendered(folder, source) == "fr-FR!<style>a>b{}</style>"


def test_an_included_template_sees_what_is_around_it_and_leaves_nothing_behind(folder: Path) -> None:
    (folder / "part.html").write_text('{% set name = "inside" %}{{ name }} {{ item }}{{ loop_free }}', "utf-8")
    source = (
        '{% set name = "outside" %}'
        '{% for item in items %}{% include "part.html" %};{% endfor %}{{ name }}'
    )  # fmt: skip
    assert rendered(folder, source, items=["a", HOSTILE], loop_free=".") == (
        f"inside a.;inside {escape(HOSTILE)}.;outside"
    )


def test_what_is_missing_is_still_an_error_inside_and_outside(folder: Path) -> None:
    (folder / "part.html").write_text("{{ not_there }}", "utf-8")
    for source in ('{% include "part.html" %}', "{{ nor_here }}"):
        with pytest.raises(UndefinedError):
            rendered(folder, source)


MACROS = (
    "{% macro mark(name) %}<i>{{ name }}</i>{% endmacro %}"
    '{% macro row(item, by=2) %}{{ mark("dot") }}{{ item }} {{ by }}{% set item = "gone" %}{% endmacro %}'
    "{% macro around(item) %}({{ (mark(item)) if item }}){% endmacro %}"
)


def test_a_macro_that_is_called_outright_is_put_in_and_shows_what_it_did(folder: Path) -> None:
    (folder / "parts.html").write_text(MACROS, "utf-8")
    source = (
        '{% from "parts.html" import row %}'
        "{% for item in items %}{{ row(item) }};{{ row(by=item, item=loop.index) }};{% endfor %}{{ item }}"
    )
    assert rendered(folder, source, items=[HOSTILE], item="outside") == (
        f"<i>dot</i>{escape(HOSTILE)} 2;<i>dot</i>1 {escape(HOSTILE)};outside"
    )


def test_macros_called_in_other_ways_are_called_as_ever(folder: Path) -> None:
    (folder / "parts.html").write_text(MACROS, "utf-8")
    source = (
        '{% from "parts.html" import mark, around as about, row %}'
        "{{ about(item) }} {{ mark(item) | length }} {{ row(*[item]) }} {{ mark(item) }}"
    )
    assert rendered(folder, source, item="a") == "(<i>a</i>) 8 <i>dot</i>a 2 <i>a</i>"


def test_a_macro_does_not_forgive_a_parameter_too_many(folder: Path) -> None:
    (folder / "parts.html").write_text(MACROS, "utf-8")
    with pytest.raises(TypeError):
        rendered(folder, '{% from "parts.html" import mark %}{{ mark("a", "b") }}')


def test_lines_begin_at_the_margin_but_for_those_of_what_is_shown(folder: Path) -> None:
    assert rendered(folder, "<p>\n\n   {{ note }}</p>", note="a\n  b") == "<p>\na\n  b</p>"
