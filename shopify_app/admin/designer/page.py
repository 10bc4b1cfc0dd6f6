"""What the designer's pages show: the section's fields, the draft's standing, and what a preview may be made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.admin.designer import words
from shopify_app.admin.door import adapters, shop_row
from shopify_app.admin.frame import language, show
from shopify_app.catalogue.models import Product
from shopify_app.catalogue.search import Found, Wanted, collections, find_products
from shopify_app.i18n import Languages, Phrase
from shopify_app.pages.preview import examples
from shopify_app.settings import drafting
from shopify_app.settings.branding import Scheme, Tone
from shopify_app.settings.contrast import DARK_GROUND, READABLE, contrast, ink_on, readable_on
from shopify_app.settings.drafting import Draft, DraftMoved
from shopify_app.settings.shape import in_language
from shopify_app.settings.tracking import Block
from shopify_app.texts import number_in

SPOKEN = ("en", "de", "es", "fr", "nl", "sv")


@dataclass(frozen=True)
class Standing:
    """How a page came about: what was typed and is wrong, what was done, why not."""

    shown: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Phrase] = field(default_factory=dict)
    did: Phrase | None = None
    refusal: Phrase | None = None
    moved: DraftMoved | None = None
    proposal: str | None = None

    @property
    def has_typed(self) -> bool:
        """Whether something that was typed is shown again; a button that was pressed is to be pressed again."""
        return any(value is not None for value in self.shown.values())

    @classmethod
    def now(cls, shown: Mapping[str, Any] | None = None, errors: Mapping[str, Phrase] | None = None,
            **more: Any) -> Standing:  # fmt: skip
        did = words.DONE.get(request.args.get("did", "")) if request.method == "GET" else None
        return cls(shown or {}, errors or {}, did=did, **more)


def page(section: str, draft: Draft, standing: Standing, status: int = 200) -> Response:
    """The section `section` of the designer."""
    with adapters().database.read() as session:
        shown = _SHOWN[section](session, draft, standing)
        around = frame_of(session, section, standing, draft)
    return show(f"designer/{section}.html", status, **around, held=shown)


def frame_of(session: Session, section: str, standing: Standing, draft: Draft | None = None) -> dict[str, Any]:
    """What every page of the designer shows around its own."""
    draft = draft or drafting.read(session, shop_row().id)
    return {
        "section": section,
        "areas": words.AREAS,
        "words": words,
        "draft": draft,
        "changed": [words.FIELDS[each] for each in draft.changed],
        "standing": standing,
        "errors": standing.errors,
        "languages": reader_languages(),
        "examples": examples(session, shop_row().id),
    }


@cache
def shoppers_languages() -> Languages:
    """What shoppers may read, which is more than what staff may."""
    return Languages()


def reader_languages() -> list[tuple[str, str]]:
    """The shoppers' languages, those of the shop first: (code, own name)."""
    first = [tag.partition("-")[0] for tag in shop_row().profile.get("locales") or []]
    ordered = sorted(SPOKEN, key=lambda code: (first.index(code) if code in first else len(first), SPOKEN.index(code)))
    return [(code, shoppers_languages().choose([code]).language_name()) for code in ordered]


def _brand(_: Session, draft: Draft, standing: Standing) -> dict[str, Any]:
    held = {**draft.look["brand"], **standing.shown}
    try:
        accent, ground = str(held["accent"]), str(held["background"])
        ratio = Decimal(f"{contrast(accent, ground):.1f}")
        least = Decimal(str(READABLE))
        swatch = {"ratio": ratio, "least": least, "ink": ink_on(accent), "dark": readable_on(accent, DARK_GROUND)}
    except ValueError:
        swatch = None
    fonts = dict(words.FONTS)
    for stack in (held["font"], held["heading_font"]):
        if stack and stack not in fonts:
            fonts[stack] = Phrase(stack)
    return held | {"swatch": swatch, "fonts": fonts, "tones": list(Tone), "schemes": list(Scheme),
                   "font_own": standing.shown.get("font_own", "")}  # fmt: skip


def _blocks(_: Session, draft: Draft, standing: Standing) -> dict[str, Any]:
    on = draft.look["tracking"]["blocks"]
    order = [*on, *(str(each) for each in Block if each not in on)]
    return {**draft.look["tracking"], "order": order, "on": on, **standing.shown}


def _support(_: Session, draft: Draft, standing: Standing) -> dict[str, Any]:
    held = dict(draft.look["support"])
    held["social"] = [{"social_name": each["name"], "social_url": each["url"] or ""} for each in held["social"]]
    held["closed_on"] = ", ".join(held["closed_on"])
    held["hours"] = {day: {name: text[:5] for name, text in times.items()} for day, times in held["hours"].items()}
    return {**held, "contact": shop_row().profile.get("email") or "", **standing.shown}


def _questions(_: Session, draft: Draft, standing: Standing) -> dict[str, Any]:
    known = [each for each, _ in reader_languages()]
    asked = request.args.get("language") or request.form.get("language")
    code = asked if asked in known else known[0]
    faq = draft.look["support"]["faq"]
    return {"language": code, "rows": faq.get(code, []), "counts": {key: len(each) for key, each in faq.items()},
            **standing.shown}  # fmt: skip


def _recommendations(session: Session, draft: Draft, _: Standing) -> dict[str, Any]:
    held = draft.look["recommendations"]
    return {**held, "titles": titles(session, [*held["pins"], *held["exclusions"]]), **searched(session)}


def _offers(session: Session, draft: Draft, standing: Standing) -> dict[str, Any]:
    held = draft.look["offers"]["offers"]
    asked = request.args.get("place", "")
    place = standing.shown.get("place", number_in(asked))
    empty = {"text": {}, "code": None, "url": None, "begins": None, "ends": None, "products": [], "collections": []}
    one = {**empty, **(held[place] if place is not None and place < len(held) else {}), **standing.shown}
    found = {"collections_known": collections(session, shop_row().id), **searched(session)} if place is not None else {}
    called = [in_language(each["text"], language().code) for each in held]
    return {
        "offers": held,
        "called": called,
        "place": place,
        "offer": one,
        "titles": titles(session, one["products"]),
        **found,
    }


def _history(session: Session, _: Draft, __: Standing) -> dict[str, Any]:
    rows = drafting.publications(session, shop_row().id)
    older = [*rows[1:], None][: len(rows)]
    return {
        "publications": [
            (row, [words.FIELDS[each] for each in drafting.differences(row.look, before.look)] if before else [])
            for row, before in zip(rows, older, strict=True)
        ],
        "current": rows[0].number if rows else None,
    }


_SHOWN = {
    "brand": _brand,
    "blocks": _blocks,
    "support": _support,
    "questions": _questions,
    "recommendations": _recommendations,
    "offers": _offers,
    "history": _history,
}


def searched(session: Session) -> dict[str, Any]:
    """Products by the words in ``find``; nothing was asked for: none."""
    typed = request.values.get("find", "").strip()[:100]
    found: list[Found] = find_products(session, shop_row().id, Wanted(typed))[0] if typed else []
    return {"find": typed, "found": found}


def titles(session: Session, ids: list[int]) -> dict[int, str]:
    """Titles of the shop's products by Shopify's id; those that are gone are not in it."""
    if not ids:
        return {}
    rows = session.execute(
        select(Product.shopify_id, Product.title).where(
            Product.shop_id == shop_row().id, Product.shopify_id.in_(ids), Product.deleted_at.is_(None)
        )
    )
    return {id: title for id, title in rows}
