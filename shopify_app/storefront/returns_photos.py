"""Pictures that shoppers send with a return: taken from a form, filed, shown to whoever sent them, taken away again."""

from __future__ import annotations

from datetime import datetime

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from shopify_app.i18n import Phrase
from shopify_app.pages.return_page import Photo, Problems
from shopify_app.pages.texts import plain
from shopify_app.returns import drafts, photos, sealed
from shopify_app.returns.models import ReturnPhoto
from shopify_app.returns.photos import MOST_BYTES, MOST_PER_ITEM, TOO_LARGE, TOO_MANY, KeptPhoto, PhotoRefused
from shopify_app.returns.wishes import WishLine
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.returns_answers import CannotSay, our_shop
from shopify_app.storefront.returns_visit import Visit, found, visit

MOST_UPLOAD = 64 * 1024 * 1024
"""Of one form with all its pictures; each picture has its own limit, which a sentence explains."""


@proxied.get("/returns/<token>/photo/<photo_id>")
def sent_photo(token: str, photo_id: str) -> Response:
    """A picture that was sent with this draft."""
    now = adapters().clock.now()
    with adapters().database.read() as session:
        shop = our_shop(session)
        draft, _ = found(session, shop, token, now)
        row = session.get(ReturnPhoto, int(photo_id)) if photo_id.isdecimal() and len(photo_id) < 19 else None
        if row is None or row.draft_id != draft.id or row.shop_id != draft.shop_id:
            raise CannotSay(404)
    return unsealed_photo(row)


def unsealed_photo(row: ReturnPhoto) -> Response:
    """The picture of `row`, for whoever may see it. Raises CannotSay where it is gone."""
    folder, keyring = photos.folder_in(adapters().config.data_dir), adapters().database.keyring
    try:
        return Response(sealed.read(folder, keyring, row.shop_id, row.file_name), content_type=row.media_type)
    except sealed.Gone as gone:
        raise CannotSay(404) from gone


Kept = list[tuple[int, KeptPhoto]]


def take_photos(token: str) -> tuple[Kept, Problems]:
    """Keeps the pictures that came with the form, with no transaction open; a sentence for each that is refused. What
    the same form takes away (`remove_photos`) makes room."""
    with adapters().database.read() as session:
        here = visit(session, token)
        going = {row.id for row in _going(session, here)}
        have = {line.fulfillment_line_id: len(set(photo_ids(session, here, line)) - going) for line in here.wish.lines}
    kept: Kept = []
    problems: Problems = []
    for key, count in have.items():
        for sent in request.files.getlist(f"photos-{key}"):
            if not sent.filename:
                continue
            try:
                if count >= MOST_PER_ITEM:
                    raise PhotoRefused(Phrase(TOO_MANY.text, (("name", plain(sent.filename, 60)),)))
                kept.append((key, keep_photo(here.draft.shop_id, sent)))
                count += 1
            except PhotoRefused as refusal:
                problems.append((f"photos-{key}", refusal.sentence))
    return kept, problems


def keep_photo(shop_id: int, sent: FileStorage) -> KeptPhoto:
    """A picture from a form, sealed on disk. Raises PhotoRefused."""
    raw = sent.stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise PhotoRefused(Phrase(TOO_LARGE.text, (("name", plain(sent.filename, 60) or "·"),)))
    folder, keyring = photos.folder_in(adapters().config.data_dir), adapters().database.keyring
    return photos.keep(folder, keyring, shop_id, raw, sent.filename or "")


def photo_row(shop_id: int, key: int, kept: KeptPhoto, now: datetime, **owner: int | None) -> ReturnPhoto:
    """The row of a picture that lies on disk; `owner` is its draft or its return."""
    return ReturnPhoto(
        shop_id=shop_id,
        fulfillment_line_id=key,
        file_name=kept.file_name,
        media_type=kept.media_type,
        bytes=kept.bytes,
        width=kept.width,
        height=kept.height,
        added_at=now,
        **owner,
    )


def file_photos(session: Session, here: Visit, kept: Kept) -> None:
    """A row of the draft for each picture that was kept."""
    for key, each in kept:
        session.add(photo_row(here.draft.shop_id, key, each, here.setting.now, draft_id=here.draft.id))
    session.flush()


def remove_photos(session: Session, here: Visit) -> None:
    """Takes away what was ticked; the file goes with the row."""
    for row in _going(session, here):
        session.delete(row)
        sealed.remove(photos.folder_in(adapters().config.data_dir), row.shop_id, row.file_name)
    session.flush()


def _going(session: Session, here: Visit) -> list[ReturnPhoto]:
    """What was ticked, unless it belongs to the return already."""
    ticked = {int(id) for id in request.form.getlist("remove-photo") if id.isdecimal() and len(id) < 19}
    return [row for row in drafts.photos_of(session, here.draft) if row.id in ticked and row.return_id is None]


def photo_ids(session: Session, here: Visit, line: WishLine) -> tuple[int, ...]:
    """The rows of the line's pictures."""
    rows = drafts.photos_of(session, here.draft)
    return tuple(row.id for row in rows if row.fulfillment_line_id == line.fulfillment_line_id)


def shown_photos(session: Session, here: Visit, line: WishLine) -> tuple[Photo, ...]:
    """The line's pictures, as its shopper sees them."""
    return tuple(
        Photo(row.id, here.action(f"photo/{row.id}"), row.width, row.height)
        for row in drafts.photos_of(session, here.draft)
        if row.fulfillment_line_id == line.fulfillment_line_id
    )
