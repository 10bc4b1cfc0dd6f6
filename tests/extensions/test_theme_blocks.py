"""The blocks as shoppers get them: rendered with Liquid, then read as HTML."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

HOSTILE = "\"><script>alert(1)</script>{{ 7 | times: 7 }}<b onmouseover='x'>"
GERMANY = {"country": {"iso_code": "DE", "name": "Germany"}}
ON_PRODUCT = {"page_type": "product"}
ON_CART = {"page_type": "cart"}
JACKET = {"available": True, "tags": ["wool"]}


class Page(HTMLParser):
    """Elements with their attributes, and the visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\u00a0", " ").split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def field(self, name: str) -> dict[str, str]:
        return next(field for field in self.all("input") if field.get("name") == name)


def app(**changed) -> dict:
    """What our app has stored for a shop that takes returns by hand: 30 days, and dates for Germany that hold until
    tomorrow."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    countries = {"DE": {"earliest": "2026-11-26", "latest": "2026-11-28"}}
    promise = {
        "returns": {"days": 30, "free": False, "url": "/policies/refund-policy"},
        "arrival": {
            "valid_until": tomorrow,
            "countries": countries,
            "text": {"en": "Two to four days", "de": "2-4 Tage"},
        },
    }
    return {"metafields": {"postlude": {"promise": {"value": {**promise, **changed}}}}}


def promised(promise, settings=None, locale="en", **objects) -> Page:
    given = {"app": app(), "product": JACKET, "localization": GERMANY, "request": ON_PRODUCT, **objects}
    return Page(promise.render(settings, locale, **given))


def test_the_form_posts_the_order_number_and_one_proof_to_the_proxy(tracking):
    page = Page(tracking.render())

    (form,) = page.all("form")
    assert (form["action"], form["method"]) == ("/apps/order-care/track", "post")
    assert {field["name"] for field in page.all("input")} == {"locale", "order", "with", "email", "postcode"}
    assert [field["value"] for field in page.all("input") if field["name"] == "with"] == ["email", "postcode"]


def test_a_renamed_proxy_is_followed(tracking, link):
    moved = {"proxy_path": "/a/orders/track"}

    assert Page(tracking.render(moved)).all("form")[0]["action"] == "/a/orders/track"
    assert Page(link.render(moved)).all("a")[0]["href"] == "/a/orders/track"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example/x", "https://evil.example/x", "", None])
def test_the_form_never_leaves_the_shop(tracking, address):
    assert Page(tracking.render({"proxy_path": address})).all("form")[0]["action"] == "/apps/order-care/track"


def test_every_field_has_a_label_a_hint_and_what_the_phone_needs_to_fill_it(tracking):
    page = Page(tracking.render({"ask_phone": True}))

    fields = [field for field in page.all("input") if field.get("type") not in ("hidden", "radio")]
    labels, ids = (
        {label.get("for") for label in page.all("label")},
        {tag["id"] for _, tag in page.elements if "id" in tag},
    )
    assert len(fields) == 4
    assert all(field["id"] in labels and field["aria-describedby"] in ids for field in fields)
    assert page.field("email")["autocomplete"] == "email"
    assert page.field("postcode")["autocomplete"] == "postal-code"
    assert (page.field("phone")["autocomplete"], page.field("phone")["inputmode"]) == ("tel", "tel")
    assert "required" in page.field("order")


def test_a_single_proof_is_required_and_needs_no_choice(tracking):
    page = Page(tracking.render({"ask_email": False, "ask_postcode": True}))

    assert page.field("with") == {"type": "hidden", "name": "with", "value": "postcode"}
    assert "required" in page.field("postcode")


def test_with_every_proof_switched_off_the_form_still_asks_for_the_email(tracking):
    page = Page(tracking.render({"ask_email": False, "ask_postcode": False}))

    assert page.field("email")["type"] == "email"


def test_ada_who_is_signed_in_finds_her_email_filled_in(tracking):
    page = Page(tracking.render(customer={"email": "ada@example.com"}))

    assert page.field("email")["value"] == "ada@example.com"
    assert "value" not in Page(tracking.render()).field("email")


def test_the_account_is_offered_only_where_the_shop_has_accounts(tracking):
    assert "/account" in tracking.render(shop={"customer_accounts_enabled": True})
    assert "/account" not in tracking.render(shop={"customer_accounts_enabled": False})


@pytest.mark.parametrize("locale", ["en", "de", "sv", "fr", "es", "nl"])
def test_the_form_speaks_the_shoppers_language_and_tells_the_app(tracking, locale_texts, locale):
    page = Page(tracking.render(locale=locale))

    assert locale_texts(locale)["track.heading"].replace("\u00a0", " ") in page.text
    assert page.field("locale")["value"] == locale


def test_maras_own_words_replace_ours(tracking, link):
    page = Page(tracking.render({"heading": "Hi there", "text": "Let us look.", "button": "Look"}))

    assert page.text.startswith("Hi there Let us look.")
    assert page.text.endswith("Look")
    assert Page(link.render({"label": "My parcel"})).text == "My parcel"


def test_hostile_settings_stay_text(tracking, link, promise):
    every = {name: HOSTILE for name in ("heading", "text", "button", "label", "arrival_text", "returns_text", "accent")}
    every |= {"inherit_colours": False, "position": HOSTILE, "style": HOSTILE, "alignment": HOSTILE}
    bad_app = app(returns={"text": {"en": HOSTILE}, "url": "javascript:alert(1)"}, arrival={"text": {"en": HOSTILE}})

    for html in (
        tracking.render(every, customer={"email": HOSTILE}),
        link.render({**every, "proxy_path": "/" + HOSTILE, "page": None}),
        promise.render(every, app={}, product=JACKET, localization=GERMANY, request=ON_PRODUCT),
        promise.render(every, app=bad_app, product=JACKET, localization=GERMANY, request=ON_PRODUCT),
    ):
        page = Page(html)
        assert page.all("script") == []
        assert page.all("b") == []
        assert not [tag for _, tag in page.elements if any(name.startswith("on") for name in tag)]
        assert "javascript:" not in html
        assert "49" not in page.text


def test_the_link_leads_to_the_page_mara_chose(link):
    assert Page(link.render({"page": "/pages/track"})).all("a")[0]["href"] == "/pages/track"


@pytest.mark.parametrize("page", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_the_link_never_runs_a_script(link, page):
    assert Page(link.render({"page": page})).all("a")[0]["href"] == "/apps/order-care/track"


def test_the_pill_stays_out_of_the_way_of_the_checkout(link):
    assert link.render(request=ON_CART).strip() == ""
    assert Page(link.render({"position": "inline"}, request=ON_CART)).text == "Track your order"


@pytest.mark.parametrize("path", ["/pages/track", "/apps/order-care/t/x", "/apps/order-care/returns/r/x"])
def test_the_pill_never_lies_on_the_pages_it_leads_to(link, path):
    assert link.render({"page": "/pages/track"}, request={"path": path}).strip() == ""


def test_a_page_of_maras_choice_leaves_the_pill_on_her_other_pages(link):
    assert Page(link.render({"page": "/pages/track"}, request={"path": "/pages/about"})).text == "Track your order"


def test_a_product_says_when_it_arrives_and_how_long_it_may_come_back(promise):
    page = promised(promise)

    assert "Arrives Thu 26 – Sat 28 November" in page.text
    assert "Delivery to Germany, if you order today." in page.text
    assert "30 days to change your mind" in page.text
    assert page.all("a")[0]["href"] == "/policies/refund-policy"


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("de", "Kommt Do 26. – Sa 28. November"),
        ("sv", "Kommer tors 26 – lör 28 november"),
        ("fr", "Chez vous jeu. 26 – sam. 28 novembre"),
        ("es", "Llega entre el jue 26 y el sáb 28 de noviembre"),
        ("nl", "In huis do 26 – za 28 november"),
    ],
)
def test_dates_read_as_people_write_them(promise, locale, words):
    assert words in promised(promise, locale=locale).text


def test_a_window_across_months_names_both_and_one_day_stands_alone(promise):
    later = datetime.now(UTC) + timedelta(hours=1)
    across = {"DE": {"earliest": "2026-11-30", "latest": "2026-12-01"}}
    alone = {"DE": {"earliest": "2026-12-01", "latest": "2026-12-01"}}

    def shown(countries: dict, locale: str) -> str:
        return promised(
            promise, locale=locale, app=app(arrival={"valid_until": later.isoformat(), "countries": countries})
        ).text

    assert "Arrives Mon 30 November – Tue 1 December" in shown(across, "en")
    assert "Arrives Tue 1 December" in shown(alone, "en")
    assert "Chez vous mar. 1er décembre" in shown(alone, "fr")


def test_dates_that_have_gone_stale_give_way_to_the_text(promise):
    stored = app()["metafields"]["postlude"]["promise"]["value"]["arrival"]
    stale = app(arrival={**stored, "valid_until": "2026-01-01T00:00:00Z"})

    page = promised(promise, app=stale)

    assert "Arrives" not in page.text
    assert "Two to four days" in page.text
    assert "2-4 Tage" in promised(promise, app=stale, locale="de").text


def test_a_country_without_dates_gets_the_text(promise):
    sweden = {"country": {"iso_code": "SE", "name": "Sweden"}}

    assert "Two to four days" in promised(promise, localization=sweden).text


def test_without_any_stored_promise_maras_texts_step_in(promise):
    page = promised(promise, {"arrival_text": "Leaves us tomorrow", "returns_days": 14}, app={})

    assert "Leaves us tomorrow" in page.text
    assert "14 days to change your mind" in page.text


def test_with_nothing_to_promise_shoppers_see_nothing_and_mara_sees_why(promise):
    assert promised(promise, app={}).elements == []
    assert (
        "set up returns and arrival dates"
        in promised(promise, app={}, request={**ON_PRODUCT, "design_mode": True}).text
    )


def test_what_is_not_shipped_promises_no_arrival(promise):
    digital = {**JACKET, "selected_or_first_available_variant": {"requires_shipping": False}}

    assert "Arrives" not in promised(promise, product=digital).text
    assert "Arrives" not in promised(promise, product={**JACKET, "available": False}).text
    assert promised(promise, product={**JACKET, "gift_card?": True}).elements == []
    assert promised(promise, product=None, cart={"item_count": 0, "items": []}, request=ON_CART).elements == []


def test_one_day_is_one_day_and_no_limit_is_no_limit(promise):
    assert (
        "1 day to change your mind, free returns" in promised(promise, app=app(returns={"days": 1, "free": True})).text
    )
    assert "Return it whenever you like" in promised(promise, app=app(returns={"unlimited": True})).text


GUEST = {"request": {"page_type": "page", "locale": {"iso_code": "sv"}}}


def test_a_guest_gives_order_number_and_contact(returning) -> None:
    page = Page(returning.render(None, "en", **GUEST))
    (form,) = page.all("form")
    assert (form["action"], form["method"]) == ("/apps/order-care/returns", "post")
    assert page.field("locale")["value"] == "sv"
    for name in ("order", "contact"):
        assert "required" in page.field(name)
        assert any(label["for"] == page.field(name)["id"] for label in page.all("label"))


def test_who_is_signed_in_goes_to_their_orders(returning) -> None:
    page = Page(returning.render(None, "en", customer={"email": "ada@example.com"}, **GUEST))
    assert page.all("form") == []
    assert page.all("a")[0]["href"] == "/apps/order-care/returns"


@pytest.mark.parametrize("path", ["//evil.example", "javascript:alert(1)", "", "https://evil.example"])
def test_the_form_that_starts_a_return_never_leaves_the_shop(returning, path: str) -> None:
    page = Page(returning.render({"proxy_path": path}, "en", **GUEST))
    assert page.all("form")[0]["action"] == "/apps/order-care/returns"


def test_own_words_are_words(returning) -> None:
    page = Page(returning.render({"heading": HOSTILE, "text": HOSTILE, "button": HOSTILE}, "de", **GUEST))
    assert page.all("script") == []
    assert "{{ 7 | times: 7 }}" in page.text
