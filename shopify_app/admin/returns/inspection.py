"""Forms of the dialogue after an inspection: ask the shopper, decide on an appeal, note what was sent back. Pictures
that are taken at an inspection come with its form."""

from __future__ import annotations

from decimal import Decimal

from flask import request
from sqlalchemy import func, select

from shopify_app.admin.door import adapters
from shopify_app.admin.returns.asked import Asked, Refused
from shopify_app.i18n import phrase
from shopify_app.returns import photos
from shopify_app.returns.inspecting import dialogue as inspection
from shopify_app.returns.inspecting import sending_back
from shopify_app.returns.inspecting.dialogue import LessThanBefore
from shopify_app.returns.inspecting.states import Appealed
from shopify_app.returns.models import ReturnPhoto, ReturnUnit
from shopify_app.returns.photos import MOST_BYTES, MOST_PER_ITEM, PhotoRefused

MOST_UPLOAD = 64 * 1024 * 1024
"""Of one form with all its files; each file has its own limit, which a sentence explains."""
WORSE = phrase("A second look never makes it worse: name at least the part at which every piece was accepted before.")


def ask_inspection(asked: Asked) -> None:
    """The shopper is asked about what was accepted at less or refused."""
    inspection.ask(asked.session, asked.ret, asked.by, asked.now)


def decide_appeal(asked: Asked, percent: Decimal | None) -> None:
    """The second look; `percent` where another part of the value is accepted."""
    if asked.word("appealed") not in set(Appealed):
        raise Refused(phrase("Choose what you have decided."))
    verdict = Appealed(asked.word("appealed"))
    question = asked.number("question")
    try:
        inspection.decide(
            asked.session, asked.ret, question, verdict, percent, asked.word("reply"), asked.by, asked.now
        )
    except LessThanBefore as failure:
        raise Refused(WORSE) from failure


def sent_back(asked: Asked) -> None:
    """The goods are on their way to the shopper."""
    row_id = asked.number("back") or None
    sending_back.went_back(asked.session, asked.ret, asked.parcel(), asked.by, asked.now, row_id)


def keep_pictures(asked: Asked) -> None:
    """The pictures of pieces that came with the form, as ``photo-<unit>``. Raises Refused; nothing is kept then."""
    units = {unit.id: unit for line in asked.ret.lines for unit in line.units}
    for name in request.files:
        kind, _, key = name.partition("-")
        is_id = key.isascii() and key.isdigit() and len(key) <= 18
        unit = units.get(int(key)) if kind == "photo" and is_id else None
        if unit is None:
            continue
        sent = [file for file in request.files.getlist(name) if file.filename]
        if len(sent) + _kept(asked, unit) > MOST_PER_ITEM:
            raise Refused(phrase("{count} pictures of each piece are enough.", count=MOST_PER_ITEM))
        for file in sent:
            _keep(asked, unit, file.stream.read(MOST_BYTES + 1), file.filename or "")


def _kept(asked: Asked, unit: ReturnUnit) -> int:
    taken = select(func.count()).select_from(ReturnPhoto)
    return asked.session.scalar(taken.where(ReturnPhoto.unit_id == unit.id)) or 0


def _keep(asked: Asked, unit: ReturnUnit, raw: bytes, name: str) -> None:
    folder, keyring = photos.folder_in(adapters().config.data_dir), adapters().database.keyring
    try:
        kept = photos.keep(folder, keyring, asked.ret.shop_id, raw, name)
    except PhotoRefused as refusal:
        raise Refused(refusal.sentence) from refusal
    asked.session.add(
        ReturnPhoto(
            shop_id=asked.ret.shop_id,
            return_id=asked.ret.id,
            unit_id=unit.id,
            fulfillment_line_id=unit.line.fulfillment_line_id or 0,
            file_name=kept.file_name,
            media_type=kept.media_type,
            bytes=kept.bytes,
            width=kept.width,
            height=kept.height,
            added_at=asked.now,
        )
    )
