"""The pages of a return as HTML: complete in every language, light, deaf to what hostile texts ask for."""

from __future__ import annotations

import gzip
import html
import re
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import pytest
from inspection_pages import inspection_pages
from liquid import Environment as LiquidEnvironment
from no_receipt_pages import no_receipt_pages
from page_situations import SETTINGS
from return_pages import return_pages
from shop_pages import shop_pages
from status_pages import status_pages
from withdrawal_pages import withdrawal_pages

from shopify_app.i18n import LOCALES, Languages, Phrase
from shopify_app.storefront.icons import ICONS
from shopify_app.storefront.rendering import Frame, Renderer, Surface, stylesheet

LANGUAGES, RENDERER = Languages(), Renderer()
CLOCK = ICONS["clock"]
PAGES = inspection_pages() | no_receipt_pages() | return_pages() | status_pages() | shop_pages() | withdrawal_pages()
NAMES = sorted(PAGES)
MSGIDS = frozenset(re.findall(r'msgid(?:_plural)? "(.+)"', (LOCALES / "de.po").read_text()))
"""Every msgid that has German words, in both numbers."""


@cache
def render(name: str, surface: Surface = Surface.THEME, code: str = "en") -> str:
    template, facts = PAGES[name]
    frame = Frame(SETTINGS.brand, "Hedvall", "https://hedvall.example", surface, (("de", "Deutsch", "?lang=de"),))
    return RENDERER.render(template, LANGUAGES.choose([code], "DE"), frame, **facts)


@pytest.mark.parametrize("code", LANGUAGES.codes)
@pytest.mark.parametrize("surface", list(Surface))
@pytest.mark.parametrize("name", NAMES)
def test_every_page_of_a_return_is_complete(name: str, surface: Surface, code: str) -> None:
    page = render(name, surface, code)
    words = html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))
    assert page.count("<h1>") == 1
    assert "None" not in words
    assert not re.search(r"\{\w+\}", words)


def phrases_in(part: Any) -> set[str]:
    """The msgids of everything that a page model says."""
    if isinstance(part, Phrase):
        return {part.text}.union(*(phrases_in(fact) for _, fact in part.facts))
    if is_dataclass(part):
        part = [getattr(part, each.name) for each in fields(part)]
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, tuple | list) else ()
    return set().union(*(phrases_in(each) for each in inner))


@pytest.mark.parametrize("name", NAMES)
def test_what_the_pages_here_say_is_what_the_product_says(name: str) -> None:
    assert phrases_in(PAGES[name][1]) <= MSGIDS


@pytest.mark.parametrize("name", NAMES)
def test_no_liquid_tag_can_begin_in_a_page_of_a_return(name: str) -> None:
    page = render(name)
    assert "{{" not in page
    assert "{%" not in page
    assert LiquidEnvironment().from_string(page).render() == page


def test_the_question_for_an_address_breaks_within_no_e_mail_and_its_title_keeps_the_hyphen() -> None:
    page = render("return_email", Surface.ALONE)
    assert "e\N{NON-BREAKING HYPHEN}mail" in re.search(r"<h1>.*?</h1>", page)[0]
    assert "e-mail" in re.search(r"<title>.*?</title>", page, re.DOTALL)[0]


def test_what_a_shopper_wrote_is_shown_as_it_was_written() -> None:
    page = render("return_reasons")
    assert "<b>" not in re.search(r'<textarea id="note-1".*?</textarea>', page, re.DOTALL)[0]
    assert "{{ note }}<b>" in html.unescape(page)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_of_a_return_weighs_at_most_twelve_kilobytes_compressed(name: str) -> None:
    assert len(gzip.compress(render(name).encode(), 6)) <= 12 * 1024


@pytest.mark.parametrize("name", NAMES)
def test_a_page_of_a_return_needs_no_script_and_names_every_field(name: str) -> None:
    page = render(name, Surface.ALONE)
    assert "<script" not in page
    labelled = set(re.findall(r'<label for="([^"]+)"', page))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for tag in re.findall(r"<(?:input|select|textarea) [^>]*>", page):
        if 'type="hidden"' in tag or 'name="remove-photo"' in tag:
            continue
        assert re.search(r' id="([^"]+)"', tag)[1] in labelled, tag
    for named in re.findall(r'aria-describedby="([^"]+)"', page):
        assert set(named.split()) <= set(ids), named


def test_no_outcome_is_chosen_for_the_shopper_and_each_carries_its_figures() -> None:
    page = render("return_outcome")
    radios = re.findall(r'<input type="radio"[^>]*name="outcome"[^>]*>', page)
    assert [re.search(r'value="(\w+)"', each)[1] for each in radios] == ["store_credit", "variant_exchange", "refund"]
    assert not any("checked" in each for each in radios)
    assert 'value="store_credit" data-amount="53.10" data-bonus="4.50"' in page
    assert 'value="refund" data-amount="48.60" data-bonus="0.00"' in page


def test_both_ways_are_a_button_of_the_same_kind() -> None:
    buttons = re.findall(r'<button class="([^"]+)"', render("return_better"))
    assert len(buttons) == 2
    assert len(set(buttons)) == 1


def test_what_is_wrong_is_said_first_and_leads_to_its_field() -> None:
    page = render("return_reasons_wrong")
    summary = re.search(r'role="alert".*?</div></div>', page, re.DOTALL)[0]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["reason-2", "photos-1"]
    for target in targets:
        assert f'id="{target}"' in page
        assert f'id="{target}-bad"' in page


@pytest.mark.parametrize("step", ["outcome", "method"])
@pytest.mark.parametrize("is_for_all", [True, False])
def test_what_is_wrong_leads_to_where_each_item_is_chosen_for_too(step: str, is_for_all: bool) -> None:
    template, facts = PAGES[f"return_{step}_each"]
    page = facts["page"]
    key, choices = page.lines[0].key, page.lines[0].choices if is_for_all else ()
    problems = tuple((field, Phrase("Please choose one.")) for field in (step, f"{step}-{key}"))
    wrong = replace(page, choices=choices, flow=replace(page.flow, problems=problems))
    frame = Frame(SETTINGS.brand, "Hedvall", "https://hedvall.example", Surface.THEME)

    shown = RENDERER.render(template, LANGUAGES.choose(["en"], "DE"), frame, page=wrong)

    for field, _ in problems:
        assert f'href="#{field}"' in shown
        assert shown.count(f'id="{field}"') == shown.count(f'id="{field}-bad"') == 1


def test_the_returns_stylesheet_touches_nothing_outside_our_own_element() -> None:
    css = re.sub(r"@(media|supports)[^{]*\{", "", str(stylesheet("returns.css"))).replace("}}", "}")
    for selectors in re.findall(r"([^{}]+)\{", css):
        for selector in re.sub(r"\([^()]*\)", "", selectors).split(","):
            assert re.match(r"\.pl\b|\.pl-", selector.strip()), selector


@pytest.mark.parametrize(
    "name", ["inspection_send_back", "inspection_appeal", "withdraw_say_wrong", "no_receipt_ask_wrong"]
)
def test_every_box_of_what_is_wrong_says_how_much_is(name: str) -> None:
    box = re.search(r'role="alert">(.*?)</div></div>', render(name), re.DOTALL)[1]
    count = len(re.findall(r'href="#', box))
    assert count >= 1
    assert ("Please check one thing" if count == 1 else f"Please check {count} things") in box


def test_a_part_of_a_settlement_names_the_bonus_in_it() -> None:
    assert "including 4,50\u00a0€ bonus" in render("return_status", Surface.ALONE)
    assert "davon 4,50\u00a0€ Bonus" in render("return_status", Surface.ALONE, "de")


def test_a_bill_takes_off_with_a_real_minus() -> None:
    assert "<td>−4,50\u00a0€</td>" in render("shop_pays", Surface.ALONE)


def test_of_several_papers_one_is_the_main_one() -> None:
    papers = re.search(r'<ul class="pl-papers".*?</ul>', render("return_status_papers"), re.DOTALL)[0]
    assert re.findall(r'<a class="([^"]+)"', papers) == ["pl-btn", "pl-btn pl-quiet", "pl-btn pl-quiet"]


def test_a_products_price_is_said_with_its_name() -> None:
    links = re.findall(r'<h3><a href="[^"]+">(.*?)</a></h3>', render("shop_empty", Surface.ALONE), re.DOTALL)
    assert [" ".join(re.sub(r"<[^>]+>", "", each).split()) for each in links[:3]] == [
        "Fjäll sweater 8,00 €", "Rask hiking socks, three pairs 12,00 €", "Storsjö wool jacket from 16,00 €",
    ]  # fmt: skip


def test_a_code_is_asked_for_on_one_page_whatever_it_opens() -> None:
    of_order, without = render("return_code"), render("no_receipt_code")
    assert "Order #1042" in of_order
    assert "Return without an order number" in without
    assert "a•••@example.com" in without
    assert "Send it in" in without
    assert [page.count('autocomplete="one-time-code"') for page in (of_order, without)] == [1, 1]


def test_the_receipt_of_a_withdrawal_waits_only_where_something_is_waited_for() -> None:
    sent, unsent = render("withdraw_done"), render("withdraw_done_unsent")
    assert sent.count(CLOCK) == unsent.count(CLOCK) == 1
