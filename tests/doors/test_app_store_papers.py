"""What the App Store's papers say: within the store's limits, true to the code, and naming only what there is."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from PIL import Image

from shopify_app.shops.entitlements_plans import PLANS, Limit

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAPERS = DOCS / "app-store"
LISTING = json.loads((PAPERS / "listing.json").read_text())
LIMITS = {"name": 30, "subtitle": 62, "introduction": 100, "details": 500, "title_tag": 60, "meta_description": 160}
"""Characters of the listing's fields in the Partner Dashboard's form."""
MOST_FEATURES, LONGEST_FEATURE = 5, 80
MOST_TERMS, LONGEST_TERM = 5, 20
BOASTS = re.compile(
    r"\b(best|first|only|leading|#1|guarantee\w*|\d+ ?%|boost\w*|double)\b|[!\u2122\u00ae]|https?:", re.I
)
"""What the store refuses in a listing: superlatives, promises, numbers that nobody can check, links, shouting."""
TABLES = (PAPERS / "6.1-walk.md", DOCS / "built-for-shopify.md")
PAGES = (*sorted(PAPERS.glob("*.md")), DOCS / "built-for-shopify.md")
SIZES = {"desktop": (1600, 900), "phone": (900, 1600)}
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*\.(?:py|html|toml|graphql|js|png|svg|md)|(?:[\w.-]+/){1,6})`")


def _texts() -> list[str]:
    return [LISTING[name] for name in LIMITS] + LISTING["features"] + LISTING["search_terms"]


def test_the_listing_keeps_the_limits_of_the_store() -> None:
    too_long = {name: len(LISTING[name]) for name, most in LIMITS.items() if not 0 < len(LISTING[name]) <= most}

    assert too_long == {}
    assert len(LISTING["details"]) >= 100
    assert 1 <= len(LISTING["features"]) <= MOST_FEATURES
    assert [text for text in LISTING["features"] if len(text) > LONGEST_FEATURE] == []
    assert len(LISTING["search_terms"]) <= MOST_TERMS
    assert [text for text in LISTING["search_terms"] if len(text) > LONGEST_TERM] == []


def test_the_listing_boasts_of_nothing_and_is_not_called_after_shopify() -> None:
    assert [text for text in _texts() if BOASTS.search(text)] == []
    assert "shopify" not in f"{LISTING['name']} {LISTING['subtitle']}".casefold()
    assert BOASTS.search("The best app!")


def test_every_language_of_the_listing_is_one_that_shoppers_read() -> None:
    known = {"English": "en", "German": "de", "Swedish": "sv", "French": "fr", "Spanish": "es", "Dutch": "nl"}
    catalogues = {file.stem for file in (ROOT / "shopify_app" / "locales").glob("??.po")} | {"en"}

    assert {known[name] for name in LISTING["languages"]} == catalogues


def test_the_plans_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| (\w+) \| (free|\$\d+) \| (–|\d+ days) \|(.*)\|$", (PAPERS / "plans.md").read_text(), re.M)

    said = {name: (price, trial) for name, price, trial, _ in rows}
    assert said == {
        plan.name: (
            f"${plan.price.amount / 100:.0f}" if plan.price.amount else "free",
            f"{plan.trial_days} days" if plan.trial_days else "–",
        )
        for plan in PLANS
    }
    for plan, (*_, adds) in zip(PLANS, rows, strict=True):
        most = plan.limits.get(Limit.SAVED_REPLIES)
        assert (f"up to {most} saved replies" if most else "without a limit") in adds


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text()
    linked = [page.parent / target for target in re.findall(r"\]\(([^)#:]+)\)", text)]
    named = [(ROOT if (ROOT / path).exists() else PAPERS) / path for path in PATH.findall(text)]

    assert [str(path) for path in linked + named if not path.exists()] == []


@pytest.mark.parametrize("page", TABLES, ids=lambda page: page.name)
def test_every_line_of_a_walk_says_where_it_is_met_or_why_it_cannot_be(page: Path) -> None:
    rows = [line for line in page.read_text().splitlines() if line.startswith("| ")]
    told = [row for row in rows if not row.startswith(("| Item", "| Requirement", "| ---"))]

    assert len(told) > 20
    assert [row for row in told if "`" not in row and "Not from here" not in row and "Does not apply" not in row
            and "Counted by Shopify" not in row and "looked at" not in row] == []  # fmt: skip


def test_tests_that_are_named_by_their_function_exist() -> None:
    text = "".join(page.read_text() for page in TABLES)
    known = "".join(file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))

    assert [name for name in re.findall(r"`(test_\w+)`", text) if f"def {name}(" not in known] == []


def test_what_the_reviewer_is_told_to_choose_is_there_to_be_chosen() -> None:
    """Words in bold are those of a page, a button or a heading; in brackets stands what is each shop's own."""
    folder = ROOT / "shopify_app" / "locales"
    said = "".join((folder / name).read_text() for name in ("de.po", "staff/de.po"))
    told = [each for each in re.findall(r"\*\*([^*]+)\*\*", (PAPERS / "reviewer.md").read_text()) if each[0] != "["]

    assert len(told) > 10
    assert [words for words in told if f'msgid "{words}"' not in said] == []


def test_what_only_the_publisher_knows_is_marked_and_no_address_is_shopifys() -> None:
    contacts = (PAPERS / "contacts.md").read_text()
    policy = (PAPERS / "privacy-policy.md").read_text()
    addresses = re.findall(r"[\w.]+@[\w.]+|https://[\w./-]+", contacts + policy)

    assert addresses
    assert all(re.search(r"[@/]postlude\.example", address) for address in addresses)
    assert "[publisher" in contacts
    assert "[publisher" in policy


def test_the_icon_is_drawn_from_its_svg() -> None:
    svg = hashlib.sha256((PAPERS / "icon.svg").read_bytes()).hexdigest()

    with Image.open(PAPERS / "icon.png") as icon:
        assert icon.info["Drawn from SHA-256"] == svg, "the picture is old: python scripts/draw_app_icon.py"


def test_icon_and_pictures_have_the_sizes_that_the_store_takes() -> None:
    with Image.open(PAPERS / "icon.png") as icon:
        assert icon.size == (1200, 1200)
        assert icon.convert("RGBA").getchannel("A").getextrema() == (255, 255), "the icon has no transparent ground"
    for kind, size in SIZES.items():
        pictures = sorted((PAPERS / kind).glob("*.png"))
        assert len(pictures) > 12
        for file in pictures:
            with Image.open(file) as picture:
                assert picture.size == size, file.name
