"""Loading and saving a shop's settings: versioned, validated, with who and when. Nobody caches them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.settings.branding import Brand
from shopify_app.settings.home import Home
from shopify_app.settings.languages import ShopLanguages
from shopify_app.settings.messages import Messages
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.no_receipt import NoReceipt
from shopify_app.settings.offers import Offers
from shopify_app.settings.parcels import Parcels
from shopify_app.settings.privacy import Privacy
from shopify_app.settings.recommendations import Recommendations
from shopify_app.settings.returns import Returns
from shopify_app.settings.shape import KEPT
from shopify_app.settings.support import Support
from shopify_app.settings.tracking import Tracking
from shopify_app.settings.withdrawal import Withdrawal
from shopify_app.shops.models import Shop

Group = TypeVar("Group")
GROUPS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "brand": Brand,
        "tracking": Tracking,
        "support": Support,
        "recommendations": Recommendations,
        "offers": Offers,
        "returns": Returns,
        "parcels": Parcels,
        "messages": Messages,
        "withdrawal": Withdrawal,
        "no_receipt": NoReceipt,
        "home": Home,
        "languages": ShopLanguages,
        "privacy": Privacy,
    }
)
ADAPTERS: Mapping[str, TypeAdapter[Any]] = MappingProxyType({kind: TypeAdapter(cls) for kind, cls in GROUPS.items()})


class WrongSetting(ValueError):
    """A key that does not exist or a value that does not fit; the text is for the person who typed it."""


def kind_of(group: type[Any]) -> str:
    """The name under which `group` is stored."""
    return next(kind for kind, cls in GROUPS.items() if cls is group)


def as_kept(kind: str, document: Mapping[str, Any]) -> Any:
    """The group that was stored as `document`, also where its texts are longer than may be written today."""
    return ADAPTERS[kind].validate_python(dict(document), context=KEPT)


def written(kind: str, document: Mapping[str, Any], held: Mapping[str, Any]) -> Any:
    """The group that `document` describes; what it says in the very words of `held`, the same group as it is in force
    (JSON types), may be as it was kept. Raises pydantic's ValidationError."""
    try:
        return ADAPTERS[kind].validate_python(document)
    except ValidationError as failure:
        if not all(_stands(each["loc"], document, held) for each in failure.errors()):
            raise
        return as_kept(kind, document)


def _stands(place: tuple[int | str, ...], document: Any, held: Any) -> bool:
    """Whether both have the same text at `place`."""
    try:
        for part in place[:-1] if place[-1:] == ("[key]",) else place:  # of a language's name the text that is under it
            document, held = document[part], held[part]
    except (LookupError, TypeError):  # what is wrong is no value that was kept
        return False
    return isinstance(document, str) and document == held


def load(session: Session, shop_id: int, group: type[Group]) -> Group:
    """The settings in force; defaults when the group was never saved."""
    return load_many(session, shop_id, (group,))[group]


def load_as_of(session: Session, shop_id: int, group: type[Group], at: datetime) -> Group:
    """The settings as they were at that moment, for what was promised then."""
    kind = kind_of(group)
    mine = (SettingsVersion.shop_id == shop_id, SettingsVersion.kind == kind, SettingsVersion.saved_at <= at)
    newest = select(SettingsVersion.document).where(*mine).order_by(SettingsVersion.version.desc()).limit(1)
    found: Group = as_kept(kind, session.scalar(newest) or {})
    return found


def load_many(session: Session, shop_id: int, groups: tuple[type[Any], ...]) -> dict[type[Any], Any]:
    """Several groups in one statement, keyed by their class."""
    kinds = {kind_of(group): group for group in groups}
    newest = (
        select(SettingsVersion.kind, func.max(SettingsVersion.version).label("version"))
        .where(SettingsVersion.shop_id == shop_id, SettingsVersion.kind.in_(kinds))
        .group_by(SettingsVersion.kind)
        .subquery()
    )
    rows = session.execute(
        select(SettingsVersion.kind, SettingsVersion.document)
        .join(newest, (SettingsVersion.kind == newest.c.kind) & (SettingsVersion.version == newest.c.version))
        .where(SettingsVersion.shop_id == shop_id)
    )
    documents = {kind: document for kind, document in rows}
    return {group: as_kept(kind, documents.get(kind, {})) for kind, group in kinds.items()}


def save(session: Session, shop_id: int, value: Any, by: str, now: datetime) -> SettingsVersion:
    """Writes the next version of the group that `value` belongs to. Which languages are spoken stands in the shop's row
    too, which everything that speaks to a shopper has at hand."""
    if isinstance(value, ShopLanguages):
        shop = session.get_one(Shop, shop_id)
        shop.languages = list(value.in_order(shop.profile.get("locales", ())))
    kind = kind_of(type(value))
    return note(session, shop_id, kind, ADAPTERS[kind].dump_python(value, mode="json", exclude_defaults=True), by, now)


def note(
    session: Session, shop_id: int, kind: str, document: Mapping[str, Any], by: str, now: datetime
) -> SettingsVersion:
    """Writes the next version of `kind`. It need not be a group: of what is kept elsewhere, the history has this."""
    take_turn(session, shop_id)
    newest = session.scalar(
        select(func.max(SettingsVersion.version)).where(
            SettingsVersion.shop_id == shop_id, SettingsVersion.kind == kind
        )
    )
    row = SettingsVersion(
        shop_id=shop_id, kind=kind, version=(newest or 0) + 1, document=dict(document), saved_by=by, saved_at=now
    )
    session.add(row)
    session.flush()
    return row


def take_turn(session: Session, shop_id: int) -> None:
    """Nobody else writes a version of this shop's settings before this transaction ends; who changes a part of a group
    asks before reading the rest of it."""
    session.execute(select(Shop.id).where(Shop.id == shop_id).with_for_update(key_share=True))


def version(session: Session, shop_id: int) -> int:
    """A number that grows with every save of any group (for ETags)."""
    return session.scalar(select(func.max(SettingsVersion.id)).where(SettingsVersion.shop_id == shop_id)) or 0


def explain(failure: ValidationError, group: str) -> str:
    """One sentence for the first thing wrong with a group's value."""
    first = failure.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    why = first["msg"].removeprefix("Value error, ")
    place = f"{group}.{where}" if where else group
    return f"{place}: {why[:1].lower() + why[1:] if why[:1].isalpha() and not why[1:2].isupper() else why}"
