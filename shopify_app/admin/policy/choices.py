"""What a condition can name: the shop's own goods by search, and lists that are short enough to be shown whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from shopify_app.admin.policy import words
from shopify_app.admin.policy.voice import Names
from shopify_app.catalogue.models import Collection, Product, Variant
from shopify_app.catalogue.names import names_of
from shopify_app.catalogue.search import is_like, patterns, tag_patterns
from shopify_app.i18n import Language
from shopify_app.pages.return_items import REASON_WORDS
from shopify_app.returns.presets import EU
from shopify_app.returns.rules import Policy
from shopify_app.shops import profile
from shopify_app.shops.models import Shop

MOST_FOUND = 12
MOST_ROWS = 200
SHOWN_WHOLE = 12
"""So few collections are shown without a search."""
SEARCHED = (
    "collection_ids", "product_ids", "variant_ids", "product_tags", "product_types", "vendors", "countries",
)  # fmt: skip
"""Conditions whose values are looked for."""
NUMBERED = ("product_ids", "variant_ids", "collection_ids")
"""Conditions whose values are Shopify's ids."""


@dataclass(frozen=True)
class Shelf:
    """The shop's catalogue as a policy names it, in the language of whoever reads."""

    session: Session
    shop: Shop
    spoken: Language

    def names(self, *policies: Policy) -> Names:
        """What the policies' ids and handles are called, in one statement."""
        asked: dict[str, set[Any]] = {}
        for policy in policies:
            for rule in policy.rules:
                for condition in NUMBERED:
                    asked.setdefault(condition, set()).update(getattr(rule.when, condition) or ())
        return Names(self._of_ids(asked) | self._short_lists())

    def labels(self, ticked: Mapping[str, Iterable[Any]]) -> Mapping[str, Mapping[Any, str]]:
        """What some values are called, by condition; in one statement."""
        ids = {name: {each for each in ticked.get(name, ()) if isinstance(each, int)} for name in NUMBERED}
        return self._of_ids(ids) | self._short_lists()

    def found(self, condition: str, text: str) -> list[tuple[Any, str]]:
        """Values of a condition that fit `text`, each with its name, at most `MOST_FOUND`."""
        wanted = " ".join(text.split())[:80]
        return _SEARCHES[condition](self, wanted) if wanted else []

    def collections(self) -> list[tuple[Any, str]]:
        """All of them where they are few, else none: then they are searched."""
        rows = self.session.execute(
            select(Collection.shopify_id, Collection.title)
            .where(Collection.shop_id == self.shop.id)
            .order_by(Collection.title, Collection.id)
            .limit(SHOWN_WHOLE + 1)
        ).all()
        return [] if len(rows) > SHOWN_WHOLE else [(row.shopify_id, row.title) for row in rows]

    def markets(self) -> list[tuple[str, str]]:
        return [(each.handle, each.name) for each in profile.markets(self.shop) or ()]

    def reasons(self) -> list[tuple[str, str]]:
        return [(handle, self.spoken.say(said)) for handle, said in REASON_WORDS.items()]

    def _short_lists(self) -> dict[str, dict[Any, str]]:
        return {
            "markets": dict(self.markets()),
            "reasons": dict(self.reasons()),
            "channels": {code: self.spoken.say(said) for code, said in words.CHANNELS.items()},
            "countries": dict(self.spoken.locale.territories),
        }

    def _of_ids(self, asked: Mapping[str, set[int]]) -> dict[str, dict[Any, str]]:
        found = names_of(
            self.session,
            self.shop.id,
            products=asked.get("product_ids", ()),
            variants=asked.get("variant_ids", ()),
            collections=asked.get("collection_ids", ()),
        )
        variants = {id: f"{title}, {own}" if own else title for id, (title, own) in found.variants.items()}
        return {"product_ids": found.products, "variant_ids": variants, "collection_ids": found.collections}

    def variants(self, fits: Any, most: int) -> list[tuple[int, str]]:
        """Variants that fit a condition of SQL, named with their product."""
        rows = self.session.execute(
            select(Variant.shopify_id, Variant.title, Product.title.label("product"))
            .join(Product, Product.id == Variant.product_id)
            .where(Variant.shop_id == self.shop.id, fits)
            .order_by(Product.title, Variant.position)
            .limit(most)
        )
        return [(row.shopify_id, f"{row.product}, {row.title}" if row.title else row.product) for row in rows]


@dataclass(frozen=True)
class Picker:
    """The values of one condition: those that are ticked, those that may be, and what was searched."""

    ticked: tuple[tuple[str, str], ...]
    offered: tuple[tuple[str, str], ...] = ()
    sought: str = ""
    is_searched: bool = False


def pickers(shelf: Shelf, ticked: Mapping[str, list[Any]], sought: Mapping[str, str]) -> dict[str, Picker]:
    """A picker for each condition that is a list; `ticked` are its values, `sought` what is looked for."""
    known = shelf.labels(ticked)
    chosen = {
        name: tuple((str(each), _label(known.get(name, {}), each)) for each in values)
        for name, values in ticked.items()
    }
    return {name: _picker(shelf, name, chosen.get(name, ()), sought.get(name, "")) for name in (*SEARCHED, *_WHOLE)}


def _picker(shelf: Shelf, name: str, chosen: tuple[tuple[str, str], ...], sought: str) -> Picker:
    offered = _WHOLE[name](shelf) if name in _WHOLE else shelf.found(name, sought)
    if name == "collection_ids" and not sought:
        offered = shelf.collections()
    taken = {value.casefold() for value, _ in chosen}
    rest = tuple((str(value), label) for value, label in offered if str(value).casefold() not in taken)
    is_searched = name in SEARCHED and not (name == "collection_ids" and bool(offered) and not sought)
    return Picker(chosen, rest, sought, is_searched)


def _label(known: Mapping[Any, str], value: Any) -> str:
    return known.get(value) or (f"#{value}" if isinstance(value, int) else str(value))


_WHOLE: Mapping[str, Callable[[Shelf], list[tuple[str, str]]]] = {
    "markets": Shelf.markets,
    "reasons": Shelf.reasons,
    "channels": lambda shelf: [(code, shelf.spoken.say(said)) for code, said in words.CHANNELS.items()],
}


def _titled(model: type[Product | Collection]) -> Callable[[Shelf, str], list[tuple[Any, str]]]:
    def found(shelf: Shelf, text: str) -> list[tuple[Any, str]]:
        fits = [model.shop_id == shelf.shop.id, is_like(model.title, patterns(text))]
        if model is Product:
            fits.append(Product.deleted_at.is_(None))
        rows = shelf.session.execute(
            select(model.shopify_id, model.title).where(*fits).order_by(model.title, model.id).limit(MOST_FOUND)
        )
        return [(row.shopify_id, row.title) for row in rows]

    return found


def _variants(shelf: Shelf, text: str) -> list[tuple[Any, str]]:
    """By the product's title, the variant's, or its number."""
    held = patterns(text)
    fits = is_like(Product.title, held) | is_like(Variant.title, held) | is_like(Variant.sku, held)
    return [*shelf.variants(fits, MOST_FOUND)]


def _column(column: Any) -> Callable[[Shelf, str], list[tuple[Any, str]]]:
    def found(shelf: Shelf, text: str) -> list[tuple[Any, str]]:
        fits = (Product.shop_id == shelf.shop.id, column != "", is_like(column, patterns(text)))
        rows = shelf.session.scalars(select(column).where(*fits).distinct().order_by(column).limit(MOST_FOUND))
        return [(each, each) for each in rows]

    return found


def _tags(shelf: Shelf, text: str) -> list[tuple[Any, str]]:
    """Tags are lists in the products' rows: a few of those rows that hold the text tell which tags there are."""
    is_held = is_like(cast(Product.tags, String), tag_patterns(text))
    wanted = select(Product.tags).where(Product.shop_id == shelf.shop.id, is_held)
    rows = shelf.session.scalars(wanted.limit(MOST_ROWS))
    fits = {tag for tags in rows for tag in tags if text.casefold() in tag.casefold()}
    return [(tag, tag) for tag in sorted(fits, key=str.casefold)[:MOST_FOUND]]


def _countries(shelf: Shelf, text: str) -> list[tuple[Any, str]]:
    """By name in the reader's language, or by code; the whole European Union where that is asked for."""
    sought = text.casefold()
    named = shelf.spoken.countries
    if sought in ("eu", "european union", "europäische union", "europeiska unionen"):
        return [(code, name) for code, name in named if code in EU]
    fits = [each for each in named if sought in each[1].casefold() or sought == each[0].casefold()]
    return sorted(fits, key=lambda each: not each[1].casefold().startswith(sought))[:MOST_FOUND]


_SEARCHES: Mapping[str, Callable[[Shelf, str], list[tuple[Any, str]]]] = {
    "collection_ids": _titled(Collection),
    "product_ids": _titled(Product),
    "variant_ids": _variants,
    "product_tags": _tags,
    "product_types": _column(Product.product_type),
    "vendors": _column(Product.vendor),
    "countries": _countries,
}
