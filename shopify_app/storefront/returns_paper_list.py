"""Which papers the page of a return offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from shopify_app.i18n import Day
from shopify_app.pages.return_links import status_path
from shopify_app.pages.return_papers import (
    LabelShown,
    Paper,
    coming_paper,
    ended_paper,
    label_paper,
    slip_paper,
    to_be_given_paper,
)
from shopify_app.pages.texts import followable, plain
from shopify_app.papers import slip
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.parcels import buying, labels, parcels, renewing
from shopify_app.returns.parcels.coming import coming, is_to_be_given
from shopify_app.returns.parcels.labels import LabelKind
from shopify_app.returns.parcels.models import ReturnLabel
from shopify_app.returns.vocabulary import Method
from shopify_app.settings.parcels import Parcels
from shopify_app.settings.store import load
from shopify_app.storefront.door import adapters
from shopify_app.storefront.returns_answers import Setting


def papers_of(session: Session, setting: Setting, ret: Return, groups: Sequence[ReleaseGroup]) -> tuple[Paper, ...]:
    """What the shopper can send and print: labels first, the newest before older ones, what is so of one that is not
    there yet, then the packing slip."""
    if ret.scanned_at is not None:
        return ()  # the carrier has the parcel: there is nothing left to print
    path = status_path(adapters().database.keyring, ret.shop_id, ret.id)
    given = [row for row in labels.given(session, ret) if _is_safe(row)]
    usable = [row for row in given if row.valid_until is None or row.valid_until > setting.now]
    shown = [label_paper(_shown(setting, path, ret, row)) for row in usable]
    ended = [row.valid_until for row in given if row.valid_until]
    if ended and renewing.have_ended(session, ret, setting.now):
        asked = renewing.asked_at(session, ret)
        shown.append(ended_paper(_day(setting, max(ended)), _day(setting, asked) if asked else None))
    shown += _not_there(session, setting, ret, groups)
    if slip.is_posted(ret) and slip.has_slip(ret, load(session, ret.shop_id, Parcels)):
        shown.append(slip_paper(setting.path(f"{path}/slip.pdf")))
    return tuple(shown)


def _shown(setting: Setting, path: str, ret: Return, row: ReturnLabel) -> LabelShown:
    url = row.url if row.kind == LabelKind.LINK else setting.place.path(f"{path}/label/{row.id}")
    until = _day(setting, row.valid_until) if row.valid_until else None
    is_for_code = row.source == labels.MERCHANT and _is_code(ret)
    return LabelShown(row.kind, url or "", plain(row.number, 100), until, is_for_code)


def _not_there(session: Session, setting: Setting, ret: Return, groups: Sequence[ReleaseGroup]) -> list[Paper]:
    """What is said in place of a label that is not there yet."""
    if not any(line.method in labels.BY_LABEL for line in ret.lines):
        return []
    given, is_code = labels.of_return(session, ret), _is_code(ret)
    awaited = coming(ret, given, buying.purchases(session, ret), groups)
    if awaited is not None:
        asked_from = _day(setting, awaited.asked_from) if awaited.asked_from else None
        return [coming_paper(asked_from, awaited.is_asked, is_code)]
    return [to_be_given_paper(is_code)] if is_to_be_given(ret, given, parcels.of_return(session, ret), groups) else []


def _is_code(ret: Return) -> bool:
    """Whether all that was to travel by what the shop gives was promised a code."""
    return {line.method for line in ret.lines} & labels.BY_LABEL == {Method.QR}


def _day(setting: Setting, at: datetime) -> Day:
    """Always its date: “until tomorrow” cannot be said after every “until”."""
    return replace(setting.here.day(at.astimezone(setting.here.shop).date()), name=None)


def _is_safe(row: ReturnLabel) -> bool:
    """A link is one that a page may lead to."""
    return row.kind != LabelKind.LINK or followable(row.url) is not None
