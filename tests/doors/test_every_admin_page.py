"""Every page of the admin, found from the map of addresses: made of Polaris as Shopify has it, light, and read with few
statements."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from admin_pages import House, furnished
from sqlalchemy import event

from shopify_app.admin.rendering import TEMPLATES
from shopify_app.db import Database
from shopify_app.shops.models import Shop

HERE = Path(__file__).parent
NODE = Path(sys.executable).parent / "node"
POLARIS = json.loads((HERE / "polaris_elements.json").read_text())
ELEMENTS, ICONS = POLARIS["elements"], frozenset(POLARIS["icons"])
APP_BRIDGES = {"s-app-nav"}
"""Elements that App Bridge brings along."""
ANYWHERE = re.compile(r"^(id|class|style|slot|hidden|role|tabindex|lang|title|data-[\w-]+|aria-[\w-]+)$")
NAV_ONLY = {"s-link": {"rel"}}
MOST_STATEMENTS = 12
MOST_BYTES = 40 * 1024
AREAS = {
    *("/app", "/app/returns", "/app/returns/policy", "/app/designer", "/app/insights", "/app/automations"),
    "/app/settings",
}
"""What the navigation leads to; every other page has a way back, or is one of an area's tabs."""
AT_ONCE = 200
"""Pages in one text for Shopify's validator: what it takes, it takes for each text."""
OTHERS = "/app/preview/"
"""Not an admin page: the shoppers' own, shown in a frame."""
WRONG = '<s-page heading="Returns"><s-buton tonne="critical">Approve</s-buton></s-page>'


@pytest.fixture
def house(database: Database, database_url: str, tmp_path: Path) -> House:
    return furnished(database, database_url, tmp_path)


@pytest.fixture(scope="module")
def seen() -> dict[str, str]:
    """Every page, once a test has asked for them all."""
    return {}


@pytest.fixture
def pages(request: pytest.FixtureRequest, seen: dict[str, str]) -> dict[str, str]:
    """Read once: whatever is held of them, they are the same."""
    if not seen:
        seen |= _pages(request.getfixturevalue("house"))
    return seen


def _pages(house: House) -> Iterator[tuple[str, str]]:
    """The documents of every address that answers with one."""
    for route in house.routes():
        if route.method == "GET" and not route.path.startswith(OTHERS):
            answer = house.ask(route.path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield route.path, answer.text


class Polaris(HTMLParser):
    """What is wrong with the Polaris elements of a text: unknown ones, attributes and words they do not take, slots
    that their parent does not have."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.seen: set[str] = set()
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self._open[-1] if self._open else ""
        if tag.startswith("s-"):
            self.seen.add(tag)
            self._hold(tag, attrs)
        slot = dict(attrs).get("slot")
        if slot and parent in ELEMENTS and slot not in ELEMENTS[parent]["slots"]:
            self.wrong.append(f"<{parent}> has no slot {slot}")
        if tag not in ("input", "br", "img", "meta", "link", "hr", "source", "col", "wbr"):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open and self._open.pop() != tag:
            pass

    def _hold(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in APP_BRIDGES:
            return
        if tag not in ELEMENTS:
            self.wrong.append(f"<{tag}>")
            return
        known = ELEMENTS[tag]["attributes"]
        for name, value in attrs:
            if ANYWHERE.match(name) or name in NAV_ONLY.get(tag, ()) or "jinja" in name:
                continue
            words = known.get(name, name)
            if name not in known:
                self.wrong.append(f"<{tag} {name}>")
            elif words is not None and value and "jinja" not in value and value not in _taken(words):
                self.wrong.append(f'<{tag} {name}="{value}">')


def _taken(words: Any) -> Any:
    return ICONS if words == "icon" else words


@pytest.mark.once
def test_every_page_is_made_of_elements_that_polaris_has(pages: dict[str, str]) -> None:
    wrong = {path: found for path, html in pages.items() if (found := Polaris(html).wrong)}

    assert len(pages) > 30
    assert wrong == {}
    assert set(Polaris(WRONG).wrong) == {"<s-buton>"}


@pytest.mark.once
def test_every_template_is_made_of_elements_that_polaris_has() -> None:
    """The branches too that no page above shows."""
    wrong, seen = {}, set()
    for template in sorted((TEMPLATES / "admin").rglob("*.html")):
        source = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.S)
        plain = re.sub(r"\{\{.*?\}\}", "jinja", re.sub(r"\{%.*?%\}", " ", source, flags=re.S), flags=re.S)
        held = Polaris(plain)
        seen |= held.seen
        if held.wrong:
            wrong[template.name] = held.wrong

    assert len(seen) > 20
    assert wrong == {}


@pytest.mark.once
@pytest.mark.slow
def test_shopifys_own_validator_finds_nothing_wrong_with_any_page(pages: dict[str, str]) -> None:
    if not NODE.exists():
        pytest.fail("Shopify's tools are not installed: run `python scripts/node_tools.py` once (`make test` does).")
    parts = list({_bare(html): path for path, html in pages.items()})
    texts = {f"from {at}": "\n".join(parts[at : at + AT_ONCE]) for at in range(0, len(parts), AT_ONCE)}
    said = _asked(texts | {"wrong": f"{parts[0]}{WRONG}"})

    assert "INVALID" in said.pop("wrong")
    assert {name: _failures(words) for name, words in said.items() if "INVALID" in words or "FAILED" in words} == {}
    assert set(said) == set(texts)


def _failures(words: str) -> list[str]:
    return [line[:160] for line in words.splitlines() if "validation failed" in line] or [words]


def _asked(texts: dict[str, str]) -> dict[str, str]:
    answer = subprocess.run(
        [NODE, HERE / "polaris_check.mjs"],
        input=json.dumps(texts),
        env=os.environ | {"OPT_OUT_INSTRUMENTATION": "true"},
        capture_output=True,
        text=True,
        cwd=HERE,
        check=True,
    )
    return json.loads(answer.stdout)


def _bare(html: str) -> str:
    """What the frame changes in place (a part asked for alone: what it is put in for), without scripts and styles,
    and HTML's own elements bare: the validator reads JSX, which writes some of their attributes in ways that HTML does
    not. Names of Polaris have capitals there."""
    start = max(html.find('<div id="page"'), html.find('<div id="changed"'), 0)
    inside = html[start:].partition("</body>")[0]
    plain = re.sub(r"<(script|style)\b.*?</\1>", "", inside, flags=re.S)
    plain = re.sub(r"<(?!s-)([a-z][\w-]*)\b[^>]*?(/?)>", r"<\1\2>", plain)
    return re.sub(r"<s-[^>]*>", lambda tag: re.sub(r"(?<=\s)([a-zA-Z]+)(?==|\s|>)", _property, tag[0]), plain)


def _property(found: re.Match[str]) -> str:
    return POLARIS["properties"].get(found[1].lower(), found[1])


@pytest.mark.once
def test_every_modal_has_its_title_and_its_buttons_in_their_places() -> None:
    templates = (TEMPLATES / "admin").rglob("*.html")
    modals = [found for each in templates for found in re.findall(r"<s-modal.*?</s-modal>", each.read_text(), re.S)]

    assert len(modals) > 3
    for modal in modals:
        assert re.match(r'<s-modal id="[^"]+" heading="', modal)
        assert "<form" not in modal
        assert all('slot="' in button for button in re.findall(r"<s-button[^>]*>", modal)), modal


@pytest.mark.again
def test_no_heading_leaves_out_a_level_and_no_two_sections_have_the_same_name(pages: dict[str, str]) -> None:
    """A section's heading is of the second level, as Polaris draws it; axe says so too, of the pages of one day."""
    tags = re.compile(r"<(?:(h[2-6])|s-section([^>]*))>|</s-section>")
    faults = []
    for path, page in pages.items():
        before, names = 1, []
        for level, section in ((found[1], found[2]) for found in tags.finditer(page) if found[0] != "</s-section>"):
            name = re.search(r'(?:heading|accessibilityLabel)="([^"]+)"', section or "")
            if level is None:
                names.append(name[1] if name else "")
            here = int(level[1]) if level else 2 if name and name[0].startswith("heading") else None
            if here is not None:
                faults += [f"{path}: h{here} after h{before}"] if here > before + 1 else []
                before = here
        faults += [f"{path}: several sections called {name!r}" for name in sorted({*names}) if names.count(name) > 1]

    assert faults == []


@pytest.mark.again
def test_no_page_has_two_dominant_buttons(pages: dict[str, str]) -> None:
    """Those that cannot be pressed aside, and a modal's own."""
    dominant = re.compile(r'<s-button(?=[^>]* variant="primary")(?![^>]* disabled)[^>]*>([^<]*)')
    found = {path: dominant.findall(re.sub(r"<s-modal.*?</s-modal>", "", page, flags=re.S)) for path, page in
             pages.items()}  # fmt: skip

    assert sum(len(buttons) for buttons in found.values()) > 10
    assert {path: buttons for path, buttons in found.items() if len(buttons) > 1} == {}


@pytest.mark.again
def test_whoever_leaves_a_form_that_has_something_to_save_is_asked_first(pages: dict[str, str]) -> None:
    forms = [
        (path, *found)
        for path, html in pages.items()
        for found in re.findall(r"<form ([^>]*)>(.*?)</form>", html, re.S)
    ]
    saving = [(path, how) for path, how, inside in forms if re.search(r"<s-button[^>]*>Save\b", inside)]

    assert len(saving) > 10
    assert [path for path, how in saving if "data-save-bar" not in how] == []


def test_every_page_is_read_with_few_statements(house: House) -> None:
    counted: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            counted.append(statement)

    house.ask("/app")  # whoever visits is known by now
    with house.counter.database.write() as session:  # and the next second is no other visit to note
        session.get_one(Shop, house.counter.shop_id).seen_at = house.counter.now() + timedelta(hours=1)
    event.listen(house.counter.database.engine, "before_cursor_execute", count)
    too_many = {}
    for route in house.routes():
        if route.method == "GET":
            counted.clear()
            house.ask(route.path)
            if len(counted) > MOST_STATEMENTS:
                too_many[route.path] = len(counted)
    event.remove(house.counter.database.engine, "before_cursor_execute", count)

    assert too_many == {}
    assert counted, "nothing was counted"


@pytest.mark.again
def test_no_page_weighs_more_than_a_phone_should_carry(pages: dict[str, str]) -> None:
    heavy = {path: size for path, html in pages.items() if (size := len(gzip.compress(html.encode()))) > MOST_BYTES}

    assert heavy == {}


@pytest.mark.again
def test_every_page_says_its_language_and_its_title_and_leads_back(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        if '<div id="page"' in html:
            assert re.search(r'<html lang="en', html), path
            assert re.search(r"<title>[^<]+</title>", html), path
            assert "<s-app-nav>" in html, path
            is_area = path.partition("?")[0] in AREAS or 'aria-current="page"' in html
            assert is_area or 'slot="breadcrumb-actions"' in html, path
