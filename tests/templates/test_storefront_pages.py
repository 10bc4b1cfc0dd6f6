"""Shopper's pages as HTML: complete in every situation, light, and deaf to what hostile names ask for."""

from __future__ import annotations

import gzip
import html
import re
from functools import cache

import pytest
from liquid import Environment as LiquidEnvironment
from page_situations import SETTINGS, situations
from small_pages import small_pages

from shopify_app.i18n import Languages
from shopify_app.orders.access import Access
from shopify_app.settings.branding import Brand
from shopify_app.settings.contrast import READABLE, contrast
from shopify_app.storefront.liquid import seal
from shopify_app.storefront.rendering import Frame, Renderer, Surface, brand_css, stylesheet
from shopify_app.texts import sized

LANGUAGES, RENDERER = Languages(), Renderer()
NAMES, SMALL = sorted(situations()), sorted(small_pages())


@cache
def render(name: str, surface: Surface = Surface.THEME, code: str = "en", tone: str = "informal") -> str:
    language = LANGUAGES.choose([code], "DE", tone)
    frame = Frame(SETTINGS.brand, "Hedvall", "https://hedvall.example", surface, (("de", "Deutsch", "?lang=de"),))
    if name in SMALL:
        template, facts = small_pages()[name]
        return RENDERER.render(template, language, frame, **facts)
    return RENDERER.render("storefront/tracking.html", language, frame, page=situations()[name].page(code))


@pytest.mark.parametrize("code", LANGUAGES.codes)
@pytest.mark.parametrize("surface", list(Surface))
@pytest.mark.parametrize("name", NAMES + SMALL)
def test_every_page_renders_in_every_situation_with_nothing_left_unfilled(
    name: str, surface: Surface, code: str
) -> None:
    page = render(name, surface, code)
    words = html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))
    assert page.count("<h1>") == 1
    assert "None" not in words
    if name != "hostile":
        assert not re.search(r"\{\w*\}", words)


@pytest.mark.parametrize("surface", list(Surface))
def test_every_page_has_its_stylesheet_once_and_one_that_only_leads_on_has_none(surface: Surface) -> None:
    assert {render(name, surface).count(stylesheet()) for name in NAMES + SMALL} == {1}

    frame = Frame(SETTINGS.brand, "Hedvall", "https://hedvall.example", surface)
    onward = RENDERER.render("storefront/return_onward.html", LANGUAGES.choose(["en"], "DE"), frame, onward="/on")
    assert onward.endswith("</html>\n")


@pytest.mark.parametrize("name", NAMES + SMALL)
def test_no_liquid_tag_can_begin_in_a_page_that_goes_through_a_theme(name: str) -> None:
    page = render(name)
    assert "{{" not in page
    assert "{%" not in page
    assert LiquidEnvironment().from_string(page).render() == page


def test_hostile_names_are_shown_as_they_are_written_and_do_nothing() -> None:
    page = render("hostile")
    assert "<script" not in page
    assert "javascript:" not in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)
    words = html.unescape(page)
    assert "{{ 7|times:7 }} <script>alert(1)</script> {% include 'x' %}{% endraw %}" in words
    assert "{{ shop.secret }}</script>" in words
    assert "معطف صوف أخضر داكن" in words
    assert "#{{1042}}" in words


@pytest.mark.parametrize(
    ("code", "days"),
    [
        ("en", "Mon 30 Nov\u2009–\u2009Tue 1 Dec"),
        ("de", "Mo., 30. Nov.\u2009–\u2009Di., 1. Dez."),
        ("sv", "mån 30 nov"),
    ],
)
def test_no_line_ends_between_a_weekday_and_its_day_at_either_end_of_a_span(code: str, days: str) -> None:
    headline = re.search(r"<h1>.*?</h1>", render("transit", code=code))[0]
    assert days.replace(" ", "\N{NO-BREAK SPACE}") in headline


def test_no_line_ends_within_a_day_its_month_and_its_year() -> None:
    assert "3\N{NO-BREAK SPACE}de\N{NO-BREAK SPACE}diciembre" in render("delayed", code="es")
    assert "3\N{NO-BREAK SPACE}December" in render("delayed")
    assert "24\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}2026, 10:30" in render("delayed")
    assert "24.\N{NO-BREAK SPACE}Nov.\N{NO-BREAK SPACE}2026, 10:30" in render("delayed", code="de")


@pytest.mark.parametrize(("code", "word"), [("en", "e-mail"), ("fr", "e-mail"), ("de", "E-Mail"), ("sv", "e-post")])
def test_no_sentence_about_an_order_breaks_within_an_e_mail(code: str, word: str) -> None:
    (sentence,) = re.findall(r'<p class="pl-mut pl-sm">([^<]*)</p>\s*</section>', render("glance", code=code))
    assert word.replace("-", "\N{NON-BREAKING HYPHEN}") in sentence
    assert word not in sentence


@pytest.mark.parametrize("text", ["{{ a }}", "{% b %}", "{{{{", "{{%", "{%- endraw -%}", "{" + "{ split }"])
def test_sealing_leaves_the_reader_the_same_words(text: str) -> None:
    assert html.unescape(seal(text)) == text
    assert LiquidEnvironment().from_string(seal(text)).render() == seal(text)


@pytest.mark.parametrize("name", ["transit", "in_parts", "lost", "delivered", "glance", "lookup"])
def test_a_page_weighs_at_most_seven_kilobytes_compressed(name: str) -> None:
    assert len(gzip.compress(render(name).encode(), 6)) <= 7 * 1024


@pytest.mark.parametrize("name", NAMES + SMALL)
def test_pages_need_no_script_and_every_picture_is_sized_and_lazy(name: str) -> None:
    page = render(name, Surface.ALONE)
    assert "<script" not in page
    for tag in re.findall(r"<img [^>]*>", page):
        assert re.search(r'width="\d+" height="\d+"', tag), tag
        assert 'loading="lazy"' in tag, tag
        assert " alt=" in tag, tag


@pytest.mark.parametrize("name", SMALL)
def test_a_page_of_its_own_is_not_indexed_and_tells_nobody_where_the_reader_came_from(name: str) -> None:
    page = render(name, Surface.ALONE)
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert '<meta name="referrer" content="no-referrer">' in page


def test_at_a_glance_there_is_no_price_and_no_tracking_number() -> None:
    glance, full = render("glance"), render("transit")
    assert "€" in full
    assert "003404341" in full
    assert "€" not in re.sub(r'<ul class="pl-cards">.*?</ul>', "", glance, flags=re.DOTALL)
    assert "003404341" not in glance
    assert "Storsjö wool jacket" in glance


def test_the_step_where_a_parcel_is_says_so() -> None:
    assert render("transit").count('aria-current="step"') == 1
    assert render("in_parts").count('aria-current="step"') == 2
    assert 'aria-current="step"' not in render("lost")


def test_while_something_is_wrong_nothing_is_offered() -> None:
    assert "WAX15" in render("transit")
    for name in ("lost", "action", "delayed", "cancelled"):
        assert "WAX15" not in render(name), name
        assert "Wool wash" not in render(name), name


def test_words_of_errors_stand_beside_their_fields() -> None:
    page = render("lookup_wrong")
    assert page.count('aria-invalid="true"') == 1
    assert 'aria-describedby="pl-order-hint pl-order-bad"' in page
    assert 'value="Ada Löf"' in page


def test_german_is_german_and_formal_where_the_brand_wishes_it() -> None:
    assert "Dein Paket" in render("transit", code="de")
    formal = render("transit", code="de", tone="formal")
    assert "Ihr Paket" in formal
    assert not re.search(r"\b([Dd]ein\w*|dich|dir|du)\b", re.sub(r"<[^>]+>", "", formal.partition("</style>")[2]))


def test_a_how_to_page_carries_its_own_address_as_a_code() -> None:
    page = render("how_to")
    assert "<svg" in page
    assert "hedvall.example/<wbr>apps/<wbr>order-care/<wbr>h/<wbr>m3asure1<" in page


def test_the_stylesheet_touches_nothing_outside_our_own_element() -> None:
    css = re.sub(r"@(media|supports)[^{]*\{|@keyframes [\w-]+\{.*?\}\}", "", str(stylesheet()))
    for selectors in re.findall(r"([^{}]+)\{", css):
        for selector in re.sub(r"\([^()]*\)", "", selectors).split(","):
            assert re.match(r"(\[dir=rtl\] )?(\.pl\b|\.pl-|a\.pl-|:where)", selector.strip()), selector
    assert ":where(" not in re.sub(r":where\(\.pl\) ", "", str(stylesheet()))


def test_a_brand_reads_on_light_and_on_dark() -> None:
    brand = Brand(accent="#0a3d2c")
    assert contrast(brand.accent_dark, "#16181b") >= READABLE
    assert contrast(brand.on_accent, brand.accent) >= READABLE
    assert "--al:#0a3d2c" in brand_css(brand)


def test_pictures_of_the_shop_are_asked_for_in_the_size_shown() -> None:
    assert sized("https://cdn.shopify.com/a.jpg?v=1", 128) == "https://cdn.shopify.com/a.jpg?v=1&width=128"
    assert sized("https://pictures.example/a.svg", 128) == "https://pictures.example/a.svg"


def test_the_page_has_no_more_at_full_than_its_level_gives() -> None:
    assert situations()["glance"].page().access is Access.GLANCE
    assert situations()["glance"].page().parcels[0].numbers == ()
